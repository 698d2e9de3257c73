"""Files on their way in: what is too large goes by, and is neither held nor, where it is far too large, read."""

from __future__ import annotations

import io

import pytest
from django.test import RequestFactory

from futurefit.ui import uploads
from futurefit.ui.uploads import too_large_upload

FORM = "----form"


class Counted(io.RawIOBase):
    """A request as it arrives: its beginning, then so many bytes of a file, then its end; counts what is read."""

    def __init__(self, size: int) -> None:
        self.taken = 0
        head = f'--{FORM}\r\nContent-Disposition: form-data; name="before"\r\n\r\nkept\r\n'
        head += f'--{FORM}\r\nContent-Disposition: form-data; name="file"; filename="plan.xlsx"\r\n\r\n'
        tail = f'\r\n--{FORM}\r\nContent-Disposition: form-data; name="after"\r\n\r\nkept\r\n--{FORM}--\r\n'
        self._parts = [head.encode(), bytes(size), tail.encode()]
        self.length = sum(map(len, self._parts))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while self._parts and not self._parts[0]:
            self._parts.pop(0)
        if not self._parts:
            return b""
        size = len(self._parts[0]) if size is None or size < 0 else size
        chunk, self._parts[0] = self._parts[0][:size], self._parts[0][size:]
        self.taken += len(chunk)
        return chunk


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 200_000)
    monkeypatch.setattr(uploads, "_FORM_AROUND_IT", 10_000)
    monkeypatch.setattr(uploads, "_NOT_EVEN_READ", 2_000_000)


def arriving(size: int, said: int | None = None):
    body = Counted(size)
    request = RequestFactory().post("/", data=b"-", content_type=f"multipart/form-data; boundary={FORM}")
    request.META["CONTENT_LENGTH"] = str(said or body.length)
    request._stream = body
    return request, body


def test_a_file_within_the_bounds_is_kept():
    request, _body = arriving(200_000)
    assert request.FILES["file"].size == 200_000
    assert too_large_upload(request) == ""


def test_one_byte_more_goes_by_and_the_rest_of_the_form_is_kept():
    request, _body = arriving(200_001)
    assert "file" not in request.FILES
    assert (request.POST["before"], request.POST["after"]) == ("kept", "kept")
    assert too_large_upload(request) == "plan.xlsx"


def test_a_file_that_says_it_is_ten_times_too_large_is_not_read_to_its_end():
    request, body = arriving(3_000_000)
    assert request.POST["before"] == "kept"
    assert "file" not in request.FILES
    assert too_large_upload(request) == "plan.xlsx"
    assert body.taken < 500_000
