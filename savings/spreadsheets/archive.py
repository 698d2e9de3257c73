"""The zip archive that a workbook is: opened within limits, its parts read as streams of plain XML.

Nothing here trusts what the archive says of itself. Parts are never unpacked to disk or as a whole; markup that
declares a document type (the way to entity bombs and to files elsewhere) is refused in every part, also in those that
another library reads.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Protocol
from xml.parsers import expat

from savings.spreadsheets import limits
from savings.spreadsheets.sheets import UnusableFile

_CHUNK = 64 * 1024
_MARKUP = (".xml", ".rels", ".vml")
_ENCRYPTED = 0x1
_KNOWN_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
)
"""LookupError also of characters that the markup says it is written in and nobody knows."""


class Reading(Protocol):
    """What reads a part: told of each element as it opens and closes and of texts; counts what it was told."""

    opened: int
    closed: int

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


class Archive:
    """The parts of a workbook by name, whatever their case. Raises `UnusableFile` for anything out of bounds."""

    def __init__(self, content: bytes, what: str) -> None:
        self.what = what
        self.elements = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _BROKEN as error:
            raise self.broken("it is cut short or damaged") from error
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self._check_sizes()

    def _check_sizes(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > limits.MAX_PARTS:
            raise UnusableFile(
                f"{self.what} holds {len(parts):,} files inside; a workbook has at most {limits.MAX_PARTS:,}. Open it "
                "in your spreadsheet program, copy the savings into a new workbook and upload that."
            )
        unpacked = 0
        for part in parts:
            if part.flag_bits & _ENCRYPTED:
                raise protected(self.what)
            if part.compress_type not in _KNOWN_PACKING:
                raise self.broken("it is packed in a way that workbooks are not")
            key = part.filename.replace("\\", "/").lower().lstrip("/")
            if key in self._parts:
                raise self.broken("it holds the same part twice")
            self._parts[key] = part
            unpacked += part.file_size
            if part.file_size > limits.RATIO_FROM and part.file_size > limits.MAX_RATIO * max(part.compress_size, 1):
                raise self.too_large()
        if unpacked > limits.MAX_UNPACKED:
            raise self.too_large()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    @property
    def names(self) -> list[str]:
        """The names of all parts, in lower case."""
        return list(self._parts)

    def broken(self, why: str) -> UnusableFile:
        return UnusableFile(
            f"{self.what} cannot be read: {why}. Open it in your spreadsheet program, save it again as .xlsx and "
            "upload that."
        )

    def too_large(self) -> UnusableFile:
        return UnusableFile(
            f"{self.what} unpacks to more than a workbook of savings can hold (at most "
            f"{limits.megabytes(limits.MAX_UNPACKED)}, and {limits.MAX_RATIO} times its packed size). Copy the savings "
            "into a new workbook and upload that."
        )

    def read(self, name: str, at_most: int = limits.MAX_SMALL_PART) -> bytes:
        """A small part as a whole. Raises `UnusableFile` where it is missing, damaged or larger than *at_most*."""
        part = self._part(name)
        try:
            with self._zip.open(part) as stream:
                content = stream.read(at_most + 1)
        except _BROKEN as error:
            raise self.broken(f"its part {part.filename} is damaged") from error
        if len(content) > at_most:
            raise self.too_large()
        return content

    def walk(self, name: str, reading: Reading) -> None:
        """Tell *reading* of the elements and texts of a part, in the order of the part, in bounded memory."""
        part = self._part(name)
        parser = _parser(self)
        parser.StartElementHandler = reading.start
        parser.EndElementHandler = reading.end
        parser.CharacterDataHandler = reading.text
        silence = unpacked = told = 0
        before = self.elements
        try:
            with self._zip.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    unpacked += len(chunk)
                    parser.Parse(chunk, False)
                    silence = silence + len(chunk) if reading.opened + reading.closed == told else 0
                    told = reading.opened + reading.closed
                    self.elements = before + reading.opened
                    if unpacked > limits.MAX_UNPACKED or self.elements > limits.MAX_ELEMENTS:
                        raise self.too_large()
                    if silence > limits.MAX_SILENCE or reading.opened - reading.closed > limits.MAX_DEPTH:
                        raise self.broken(f"its part {part.filename} is not the markup of a workbook")
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self.broken(f"its part {part.filename} is not well-formed (line {error.lineno})") from error
        except _BROKEN as error:
            if isinstance(error, UnusableFile):
                raise
            raise self.broken(f"its part {part.filename} is damaged") from error

    def refuse_declarations(self) -> None:
        """Raise `UnusableFile` where any part declares a document type, which no workbook does."""
        for part in self._parts.values():
            if not part.filename.lower().endswith(_MARKUP):
                continue
            parser = _parser(self)
            seen: list[str] = []
            parser.StartElementHandler = lambda name, _attributes, seen=seen: seen.append(name)
            read = 0
            try:
                with self._zip.open(part) as stream:
                    while not seen and read < limits.MAX_SILENCE and (chunk := stream.read(_CHUNK)):
                        read += len(chunk)
                        parser.Parse(chunk, False)
            except expat.ExpatError as error:
                if not seen:
                    raise self.broken(f"its part {part.filename} is not well-formed") from error
            except _BROKEN as error:
                if isinstance(error, UnusableFile):
                    raise
                raise self.broken(f"its part {part.filename} is damaged") from error

    def _part(self, name: str) -> zipfile.ZipInfo:
        part = self._parts.get(name.lower())
        if part is None:
            raise self.broken(f"its part {name[:80]} is missing")
        return part


def resolved(base: str, target: str) -> str:
    """The name of the part that a relation of the part *base* leads to."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))


def relations_of(name: str) -> str:
    """The name of the part that lists the relations of a part."""
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def protected(what: str) -> UnusableFile:
    return UnusableFile(
        f"{what} is protected with a password, so it cannot be read. Open it in your spreadsheet program, remove the "
        "password (File, Info, Protect Workbook), save it and upload it again."
    )


def _parser(archive: Archive) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse(*_declared: object) -> None:
        raise UnusableFile(
            f"{archive.what} declares entities in its markup, which no workbook needs and which can do harm. Copy the "
            "savings into a new workbook and upload that."
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser
