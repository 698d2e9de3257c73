"""Files on their way in: what is larger than any page takes is let go by as it arrives, never held.

The handler stands first in ``FILE_UPLOAD_HANDLERS``, since a form's token is looked for, and the whole request read
for it, before any view is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, Final

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

LARGEST_UPLOAD: Final = 20 * 1024 * 1024
"""Bytes of one file, on any page."""

_FORM_AROUND_IT: Final = 1024 * 1024
_NOT_EVEN_READ: Final = 10 * LARGEST_UPLOAD


class BoundedUpload(FileUploadHandler):
    """Lets a file go by that is, or turns out to be, too large; `too_large_upload` then names it.

    A request that says it is ten times too large is not even read to its end.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._announced = 0

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Mapping[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, MultiValueDict[str, Any]] | None:
        self._announced = content_length
        return None

    def new_file(self, *arguments: Any, **options: Any) -> None:
        super().new_file(*arguments, **options)
        if self._announced > LARGEST_UPLOAD + _FORM_AROUND_IT:
            self._let_go()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > LARGEST_UPLOAD:
            self._let_go()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep the file."""

    def _let_go(self) -> None:
        assert self.request is not None
        self.request.too_large_upload = self.file_name or "The file"  # type: ignore[attr-defined]
        if self._announced > _NOT_EVEN_READ:
            raise StopUpload(connection_reset=True)
        raise SkipFile


def too_large_upload(request: HttpRequest) -> str:
    """The name of a file that was let go by, empty where none was. Ask after ``request.POST``, which reads them."""
    return getattr(request, "too_large_upload", "")
