"""Files that are not what they say, or cost more than they are worth: each under its name, made on the spot."""

from __future__ import annotations

import copy
import io
import random
import zipfile
from collections.abc import Callable

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/styles.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>
<Override PartName="/xl/sharedStrings.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
</Types>"""
ROOT = f"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
BOOK = f"""<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">
<sheets><sheet name="Savings" sheetId="1" r:id="rId1"/></sheets></workbook>"""
BOOK_RELATIONS = f"""<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/>
<Relationship Id="rId3" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"""
STYLES = f"""<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>"""
TEXTS = f'<sst xmlns="{MAIN}"><si><t>Saving</t></si></sst>'
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


ONE_ROW = sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>300</v></c></row>')


def package(parts: dict[str, str | bytes] | None = None, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook by hand: a small one, with *parts* in the place of its own or beside them."""
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELATIONS,
        "xl/worksheets/sheet1.xml": ONE_ROW,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": TEXTS,
        **(parts or {}),
    }
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", packing) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return memory.getvalue()


def good_workbook() -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        book.add_worksheet("Savings").write_row(0, 0, ["Title", "2016/17", "2017/18"])
    return memory.getvalue()


def _zip_bomb() -> bytes:
    return package({"xl/worksheets/sheet1.xml": sheet(" " * 40_000_000)})


def _overlapping_bomb() -> bytes:
    """Two hundred parts, each within the ratio alone, that are all the same bytes of the file."""
    memory = io.BytesIO(package({"xl/media/image1.bin": bytes(range(256)) * 8_000}))
    with zipfile.ZipFile(memory, "a") as archive:
        for number in range(2, 200):
            again = copy.copy(archive.getinfo("xl/media/image1.bin"))
            again.filename = f"xl/media/image{number}.bin"
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
        archive.writestr("xl/media/last.bin", b"")
    return memory.getvalue()


def _lying_size() -> bytes:
    """Says that its sheet is small; unpacks to more."""
    content = bytearray(package({"xl/worksheets/sheet1.xml": sheet(" " * 20_000_000)}))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    size = part.file_size.to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(content)


def _laughing(part: str, body: str) -> bytes:
    return package({part: BILLION_LAUGHS + body})


def _external() -> bytes:
    declared = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
    return package({"xl/worksheets/sheet1.xml": declared + sheet(row)})


def _quadratic() -> bytes:
    declared = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'
    return package({"xl/sharedStrings.xml": declared + f'<sst xmlns="{MAIN}"><si><t>{"&a;" * 5_000}</t></si></sst>'})


def _many_rows() -> bytes:
    return package({"xl/worksheets/sheet1.xml": sheet("<row><c><v>1</v></c></row>" * 50_001)})


def _many_sheets() -> bytes:
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 120))
    return package(
        {"xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{names}</sheets></workbook>'}
    )


def _deep() -> bytes:
    return package({"xl/worksheets/sheet1.xml": "<a>" * 200_000})


def _one_attribute() -> bytes:
    long = random.Random(1).randbytes(2_000_000).hex()
    return package({"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}" a="{long}"><sheetData/></worksheet>'})


def _cell_at(address: str, row: int) -> bytes:
    return package({"xl/worksheets/sheet1.xml": sheet(f'<row r="{row}"><c r="{address}"><v>1</v></c></row>')})


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("plan.xlsx", lambda: b"", "is empty"),
    "blank": ("plan.csv", lambda: b" \r\n\r\n", "is empty"),
    "no cell": ("plan.xlsx", lambda: package({"xl/worksheets/sheet1.xml": sheet("")}), "none of its cells"),
    "only separators": ("plan.csv", lambda: b",,,\r\n,,,\r\n", "none of its cells"),
    "words named a workbook": ("plan.xlsx", lambda: b"these are no savings", "not a workbook"),
    "another name": ("plan.docx", lambda: b"a,b\n1,2\n", "not a workbook"),
    "pdf": ("plan.csv", lambda: b"%PDF-1.7 ...", "is a PDF document"),
    "picture": ("plan.csv", lambda: b"\x89PNG\r\n\x1a\n", "is a picture"),
    "web page": ("plan.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "is a web page"),
    "no text": ("plan.csv", lambda: bytes(range(256)) * 20, "neither a workbook nor text"),
    "old": ("plan.xls", lambda: OLE + "Workbook".encode("utf-16-le"), "old format (.xls)"),
    "old under a new name": ("plan.xlsx", lambda: OLE + "Workbook".encode("utf-16-le"), "old format (.xls)"),
    "old document": ("plan.doc", lambda: OLE + "WordDocument".encode("utf-16-le"), "document in an old format"),
    "password": ("plan.xlsx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
    "macros by part": ("plan.xlsx", lambda: package({"xl/vbaProject.bin": b"code"}), "carries macros"),
    "macros by type": (
        "plan.xlsx",
        lambda: package(
            {
                "[Content_Types].xml": TYPES.replace(
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            }
        ),
        "carries macros",
    ),
    "macro sheets": ("plan.xlsx", lambda: package({"xl/macrosheets/sheet1.xml": ONE_ROW}), "carries macros"),
    "binary workbook": ("plan.xlsb", lambda: package({"xl/workbook.bin": b"x"}), "binary workbook (.xlsb)"),
    "open document": (
        "plan.ods",
        lambda: package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "OpenDocument",
    ),
    "word document": (
        "plan.xlsx",
        lambda: package({"[Content_Types].xml": TYPES.replace("spreadsheetml", "wordprocessingml")}),
        "document or presentation",
    ),
    "packed file": ("plan.xlsx", lambda: _zip_of({"plan.csv": "a,b"}), "a packed file, not a workbook"),
    "cut short": ("plan.xlsx", lambda: good_workbook()[:2_000], "cut short or damaged"),
    "flipped": ("plan.xlsx", lambda: _flipped(), "damaged"),
    "not well-formed": (
        "plan.xlsx",
        lambda: package({"xl/worksheets/sheet1.xml": ONE_ROW[:-20]}),
        "not well-formed",
    ),
    "text that is not there": (
        "plan.xlsx",
        lambda: package({"xl/worksheets/sheet1.xml": ONE_ROW.replace("<v>0</v>", "<v>7</v>")}),
        "names a text that is not there",
    ),
    "zip bomb": ("plan.xlsx", _zip_bomb, "unpacks to more"),
    "zip bomb of overlapping parts": ("plan.xlsx", _overlapping_bomb, "unpacks to more"),
    "zip bomb that lies": ("plan.xlsx", _lying_size, "cannot be read"),
    "many parts": ("plan.xlsx", lambda: package({f"x/{n}.bin": "" for n in range(2_001)}), "files inside"),
    "strange packing": ("plan.xlsx", lambda: package(packing=zipfile.ZIP_LZMA), "packed in a way"),
    "billion laughs in a sheet": (
        "plan.xlsx",
        lambda: _laughing("xl/worksheets/sheet1.xml", ONE_ROW),
        "declares entities",
    ),
    "billion laughs in texts": ("plan.xlsx", lambda: _laughing("xl/sharedStrings.xml", TEXTS), "declares entities"),
    "billion laughs in styles": ("plan.xlsx", lambda: _laughing("xl/styles.xml", STYLES), "declares entities"),
    "billion laughs in the book": ("plan.xlsx", lambda: _laughing("xl/workbook.xml", BOOK), "declares entities"),
    "billion laughs in the types": (
        "plan.xlsx",
        lambda: _laughing("[Content_Types].xml", TYPES[38:]),
        "declares entities",
    ),
    "billion laughs beside": (
        "plan.xlsx",
        lambda: _laughing("docProps/core.xml", "<a>&lol9;</a>"),
        "declares entities",
    ),
    "external entity": ("plan.xlsx", _external, "declares entities"),
    "quadratic blowup": ("plan.xlsx", _quadratic, "declares entities"),
    "deep markup": ("plan.xlsx", _deep, "not the markup of a workbook"),
    "one attribute": ("plan.xlsx", _one_attribute, "not the markup of a workbook"),
    "too many rows": ("plan.xlsx", _many_rows, "down to row 50,000"),
    "too many sheets": ("plan.xlsx", _many_sheets, "has 119 sheets; at most 100"),
    "last row of all": ("plan.xlsx", lambda: _cell_at("A1048576", 1_048_576), "Cell A1048576"),
    "last column of all": ("plan.xlsx", lambda: _cell_at("XFD1", 1), "Cell XFD1"),
    "address of no cell": ("plan.xlsx", lambda: _cell_at("1A", 1), "address"),
    "row nought": ("plan.xlsx", lambda: _cell_at("A0", 1), "row or column has the number “0”"),
    "long text": (
        "plan.xlsx",
        lambda: package({"xl/sharedStrings.xml": TEXTS.replace("Saving", "s" * 32_768)}),
        "a text of 32,768 characters",
    ),
    "long text in place": (
        "plan.xlsx",
        lambda: package(
            {"xl/worksheets/sheet1.xml": sheet(f'<row><c t="inlineStr"><is><t>{"s" * 40_000}</t></is></c></row>')}
        ),
        "Cell A1 of sheet “Savings”",
    ),
    "csv of many rows": ("plan.csv", lambda: b"a,b\n" * 50_001, "Cell A50001"),
    "csv of many columns": ("plan.csv", lambda: b"a," * 257, "Cell IW1"),
    "characters that nobody knows": (
        "plan.xlsx",
        lambda: package({"xl/worksheets/sheet1.xml": f"<?xml version='1.0' encoding='klingon'?>{ONE_ROW}"}),
        "is damaged",
    ),
    "relations in characters that nobody knows": (
        "plan.xlsx",
        lambda: package({"_rels/.rels": ROOT.replace("?>", " encoding='klingon'?>", 1)}),
        "is damaged",
    ),
    "csv of empty lines": ("plan.csv", lambda: b"\n" * 2_000_000 + b"a,b\n", "1,048,576 lines, most of them empty"),
    "csv of one line": ("plan.csv", lambda: b"a," * 2_000_000, "has a line of"),
    "csv with an open quotation mark": ("plan.csv", lambda: b'a,"b\n' + b"c,d\n" * 40_000, "quotation mark"),
    "too large": ("plan.xlsx", lambda: bytes(20 * 1024 * 1024 + 1), "larger than 20 MB"),
}
"""By what is wrong: the name it comes under, how it is made, and words of the message that refuses it."""


def _zip_of(parts: dict[str, str]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return memory.getvalue()


def _flipped() -> bytes:
    """A workbook with bits turned over in the middle of its sheet."""
    content = bytearray(package({"xl/worksheets/sheet1.xml": sheet("<row><c><v>123</v></c></row>" * 2_000)}))
    at = content.find(b"xl/worksheets/sheet1.xml") + 60
    for place in range(at, at + 40):
        content[place] ^= 0xFF
    return bytes(content)
