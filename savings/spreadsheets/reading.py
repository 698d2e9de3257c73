"""A file that was brought, as a workbook of plain cells; what cannot be read is refused in words, whatever its name.

What a file is, is decided by what it holds, never by its name alone. Reading is bounded in time and memory (`limits`).
"""

from __future__ import annotations

from savings.spreadsheets import limits
from savings.spreadsheets.archive import Archive, protected, relations_of, resolved
from savings.spreadsheets.delimited import read_csv
from savings.spreadsheets.sheets import Sheet, UnusableFile, Workbook
from savings.spreadsheets.xlsx import Relations, read_xlsx

PROBLEMS_SHEET = "Problems"
PROBLEMS_TITLE = "Problems that FutureFit found in this workbook"
"""The first cell of the sheet that a marked copy begins with. It is left out when the corrected copy is read."""

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_OLE_NAMES = {
    "protected": "EncryptedPackage".encode("utf-16-le"),
    "old": "Workbook".encode("utf-16-le"),
    "older": "Book".encode("utf-16-le"),
}
_TEXT_NAMES = (".csv", ".tsv", ".txt", ".tab")
_SAVE_AS = "Open it in your spreadsheet program, save it as .xlsx and upload that."
_READS = "FutureFit reads .xlsx and .csv."
_OTHERS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
    b"\x1f\x8b": "a packed file",
    b"7z\xbc\xaf": "a packed file",
    b"Rar!": "a packed file",
}
_LONGEST_NAME = 80


def read_workbook(content: bytes, file_name: str) -> Workbook:
    """The cells of an XLSX or CSV file.

    Raises `UnusableFile`, with a message for the person who brought it, for anything else: an empty file, another kind
    of file, one that is protected, damaged, carries macros, or is out of bounds.
    """
    return read_with_extent(content, file_name)[0]


def read_with_extent(content: bytes, file_name: str) -> tuple[Workbook, int]:
    """As `read_workbook`, with the number of cells that merges and links of the workbook cover (0 for CSV)."""
    what = named(file_name)
    if len(content) > limits.MAX_BYTES:
        raise too_large(file_name)
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnusableFile(f"{what} is empty. Check that it was saved, and upload it again.")
    if content.startswith(_OLE):
        raise _old(content, what)
    if content.startswith((_ZIP, _EMPTY_ZIP)):
        workbook, covered = _from_package(content, what, file_name)
    else:
        _refuse_other_kinds(content, what, file_name)
        workbook, covered = read_csv(content, what, file_name), 0
    workbook.sheets = [sheet for sheet in workbook.sheets if not _is_ours(sheet)]
    if not any(sheet.rows for sheet in workbook.sheets):
        raise UnusableFile(f"{what} is empty: none of its cells holds anything. Check that it is the right file.")
    return workbook, covered


def too_large(file_name: str) -> UnusableFile:
    """The refusal of a file above `limits.MAX_BYTES`."""
    return UnusableFile(
        f"{named(file_name)} is larger than {limits.megabytes(limits.MAX_BYTES)}, the most that can be uploaded. Copy "
        "the savings into a new workbook, without pictures and other sheets, and upload that."
    )


def named(file_name: str) -> str:
    """A file's name in quotation marks, shortened, for use in a sentence."""
    plain = "".join(letter for letter in file_name if letter.isprintable()) or "The file"
    return f"“{plain if len(plain) <= _LONGEST_NAME else plain[: _LONGEST_NAME - 1] + '…'}”"


def _from_package(content: bytes, what: str, file_name: str) -> tuple[Workbook, int]:
    archive = Archive(content, what)
    if "mimetype" in archive:
        kind = archive.read("mimetype", at_most=200).decode("ascii", "replace")
        if "opendocument" in kind:
            raise UnusableFile(f"{what} is an OpenDocument file. {_READS} {_SAVE_AS}")
    if "[content_types].xml" not in archive or "_rels/.rels" not in archive:
        raise UnusableFile(
            f"{what} is a packed file, not a workbook. {_READS} Unpack it and upload the workbook itself."
        )
    archive.refuse_declarations()
    types = archive.read("[content_types].xml").decode("utf-8", "replace").lower()
    if "binary.macroenabled.main" in types or "xl/workbook.bin" in archive:
        raise UnusableFile(f"{what} is a binary workbook (.xlsb). {_READS} {_SAVE_AS}")
    if "macroenabled" in types or any(
        name.endswith("vbaproject.bin") or "macrosheets/" in name for name in archive.names
    ):
        raise UnusableFile(
            f"{what} carries macros, and programs are not taken in. Open it in your spreadsheet program, save it as "
            ".xlsx (a workbook without macros) and upload that."
        )
    relations = Relations()
    archive.walk("_rels/.rels", relations)
    targets = [target for kind, target in relations.found.values() if kind == "officeDocument"]
    part = resolved("", targets[0]) if targets else ""
    if "wordprocessingml" in types or "presentationml" in types:
        raise UnusableFile(f"{what} is a document or presentation, not a workbook. {_READS} {_SAVE_AS}")
    if "spreadsheetml" not in types or part not in archive or relations_of(part) not in archive:
        raise UnusableFile(f"{what} is a packed file, not a workbook. {_READS} {_SAVE_AS}")
    return read_xlsx(archive, part, file_name)


def _old(content: bytes, what: str) -> UnusableFile:
    if _OLE_NAMES["protected"] in content:
        return protected(what)
    if _OLE_NAMES["old"] in content or _OLE_NAMES["older"] in content:
        return UnusableFile(f"{what} is a workbook in the old format (.xls). {_READS} {_SAVE_AS}")
    return UnusableFile(f"{what} is a document in an old format, not a workbook. {_READS} {_SAVE_AS}")


def _refuse_other_kinds(content: bytes, what: str, file_name: str) -> None:
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, kind in _OTHERS.items():
        if content.startswith(mark):
            raise UnusableFile(f"{what} is {kind}, not a workbook. {_READS} {_SAVE_AS}")
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta")):
        raise UnusableFile(f"{what} is a web page or markup under the name of a workbook. {_READS} {_SAVE_AS}")
    if not file_name.lower().endswith(_TEXT_NAMES):
        raise UnusableFile(
            f"{what} is not a workbook, though its name may say so: it is cut short, damaged, or of another kind. "
            f"{_READS} {_SAVE_AS}"
        )


def _is_ours(sheet: Sheet) -> bool:
    return sheet.name.startswith(PROBLEMS_SHEET) and sheet.cell(1, 1).value == PROBLEMS_TITLE
