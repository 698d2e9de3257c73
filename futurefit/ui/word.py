"""Papers as Word documents that can be edited: real headings, tables whose head is repeated, page x of y.

A paper is written from what a page shows: the same sentences, and the same tables of figures in the same unit. Nothing
is added up here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from html import unescape

from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.text import slugify
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from futurefit.ui.figure_table import CountCell, FigureRow, FigureTable, TextCell
from futurefit.ui.figures import NO_LINE, Figure, is_absent
from futurefit.ui.paragraphs import bullets_and_paragraphs
from futurefit.values.money import Unit, format_amount

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Arial"
INK, QUIET = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x47, 0x52, 0x5D)
HEADING_POINTS = {0: 22, 1: 16, 2: 13, 3: 11}
KEPT_TOGETHER = 9
"""A table of at most so many rows, head and total among them, stands whole on one page."""
A4 = (Mm(210), Mm(297))
MARGINS = {"top_margin": Mm(16), "bottom_margin": Mm(16), "left_margin": Mm(16), "right_margin": Mm(16)}

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no Word document holds; each becomes the sign for a character unknown."""


class Paper:
    """One document on A4, in reading order.

    ``over`` stands above the title (what kind of paper it is), ``running`` at the head of every page (programme,
    period, unit). ``wide`` turns the pages: for tables with a column a year and more.
    """

    def __init__(self, *, title: str, over: str, running: str, wide: bool = False) -> None:
        self._document = Document()
        self._body_width = (A4[1] if wide else A4[0]) - 2 * MARGINS["left_margin"]
        self._first_at_least = 6 if wide else 4
        self._set_page(wide)
        self._set_styles()
        self._run_along(running)
        properties = self._document.core_properties
        properties.title, properties.subject = as_text(title)[:255], as_text(f"{over}, {running}")[:255]
        properties.author, properties.comments, properties.language = "FutureFit", "", "en-GB"
        if over:
            self.quiet(over)
        self._document.add_heading(as_text(title), level=0)

    # words

    def heading(self, words: str, level: int = 1) -> None:
        """A heading of the outline, level 1 to 3; levels are not skipped by whoever writes the paper."""
        self._document.add_heading(as_text(words), level=level)

    def lead(self, words: str) -> None:
        """The first sentences under the title, larger."""
        for text in bullets_and_paragraphs(words):
            self._document.add_paragraph(as_text(text.words), style="List Bullet" if text.is_bullet else "Lead")

    def words(self, words: str) -> None:
        """Paragraphs and bullet points as people type them (`futurefit.ui.paragraphs`); nothing for no words."""
        for text in bullets_and_paragraphs(words):
            self._document.add_paragraph(as_text(text.words), style="List Bullet" if text.is_bullet else "Normal")

    def sentence(self, words: str) -> None:
        """One derived sentence; what was drawn for a page loses its marks."""
        if said := as_text(strip_marks(words)).strip():
            self._document.add_paragraph(said)

    def quiet(self, words: str) -> None:
        """A note in grey."""
        if said := as_text(strip_marks(words)).strip():
            self._document.add_paragraph(said, style="Quiet")

    def notice(self, title: str, words: str) -> None:
        """What must not be overlooked, with a rule at its left: the concept stage, a printed total that differs.

        A title that the words begin with is said once.
        """
        said = as_text(strip_marks(words)).removeprefix(f"{title}:").strip()
        paragraph = self._document.add_paragraph(style="Notice")
        paragraph.add_run(as_text(f"{title}. ")).bold = True
        paragraph.add_run(f"{said[:1].upper()}{said[1:]}")

    def points(self, items: Iterable[str]) -> None:
        """A bullet point for each."""
        for item in items:
            self._document.add_paragraph(as_text(strip_marks(item)), style="List Bullet")

    def page_break(self) -> None:
        self._document.add_page_break()

    # tables

    def facts(self, caption: str, pairs: Sequence[tuple[str, str]], note: str = "") -> None:
        """Name and value in two columns, such as the facts of a pro-forma."""
        self.table(caption, note, ("", ""), pairs, head=False, widths=(1, 3))

    def table(
        self,
        caption: str,
        note: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        numeric: Iterable[int] = (),
        total: Sequence[str] = (),
        head: bool = True,
        widths: Sequence[int] = (),
    ) -> None:
        """A table of words under its caption; columns named by ``numeric`` are right-aligned.

        Its head stands again on every page that it runs over, and no row is cut.
        """
        right = frozenset(numeric)
        body = [[as_text(strip_marks(cell)) for cell in row] for row in rows]
        foot = [[as_text(strip_marks(cell)) for cell in total]] if total else []
        self._table(caption, note, [as_text(each) for each in heads] if head else [], body, foot, right, {}, widths)

    def figure_table(self, table: FigureTable) -> None:
        """A table of figures as the page shows it, in its unit; a column without words, such as bars, is left out."""
        rows, totals = list(table.rows), list(table.totals)
        kept = [
            place
            for place in range(len(table.heads))
            if any(_cell_text(row.cells[place], table.unit, none_when_zero=False) for row in (*rows, *totals))
        ]
        heads = [table.first, *(_head_text(table, place) for place in kept)]

        def line(row: FigureRow) -> list[str]:
            cells = [_cell_text(row.cells[place], table.unit, none_when_zero=table.none_when_zero) for place in kept]
            return [_row_label(row), *cells]

        right = frozenset(place for place, column in enumerate(kept, start=1) if not table.heads[column].text)
        looks = {number: row.kind for number, row in enumerate(rows)}
        self._table(
            table.caption, table.note, heads, [line(row) for row in rows], [line(row) for row in totals], right, looks
        )
        self.quiet(table.foot)

    def _table(
        self,
        caption: str,
        note: str,
        heads: Sequence[str],
        body: Sequence[Sequence[str]],
        foot: Sequence[Sequence[str]],
        right: frozenset[int],
        looks: dict[int, str],
        widths: Sequence[int] = (),
    ) -> None:
        self._caption(caption, note)
        columns = len(heads) or max((len(row) for row in (*body, *foot)), default=1)
        lines = [*([heads] if heads else []), *body, *foot]
        table = self._document.add_table(rows=len(lines), cols=columns)
        table.style = "Paper table"
        table.autofit = False
        self._set_widths(table, columns, widths, right)
        first_of_foot = len(lines) - len(foot)
        grid = [row.cells for row in table.rows]
        for number, (line, cells) in enumerate(zip(lines, grid, strict=True)):
            is_head, is_foot = bool(heads) and number == 0, number >= first_of_foot
            kind = looks.get(number - bool(heads), "") if not is_foot else "total"
            _keep_whole(table.rows[number])
            for place, (text, cell) in enumerate(zip(line, cells, strict=True)):
                bold = is_head or is_foot or kind == "group" or (not heads and place == 0)
                _write(cell, text, right=place in right, bold=bold, indent=place == 0 and kind in ("part", "of"))
                _rule(cell, above=is_foot, heavy=is_head)
        if heads:
            _repeat(table.rows[0])
        if len(lines) <= KEPT_TOGETHER:
            for row in grid[:-1]:
                for cell in row:
                    cell.paragraphs[0].paragraph_format.keep_with_next = True
        self._document.add_paragraph(style="After table")

    def _caption(self, caption: str, note: str) -> None:
        paragraph = self._document.add_paragraph(style="Caption")
        paragraph.add_run(as_text(caption)).bold = True
        if note:
            paragraph.add_run().add_break()
            paragraph.add_run(as_text(note)).font.color.rgb = QUIET

    def _set_widths(self, table: WordTable, columns: int, widths: Sequence[int], right: frozenset[int]) -> None:
        """Columns of figures are equally narrow, those of words wider; what is left goes to the first."""
        shares = list(widths) or [4, *[3] * (columns - 1)]
        if not widths and right:
            others = [2 if place in right else 3 for place in range(1, columns)]
            shares = [max(self._first_at_least, 15 - sum(others)), *others]
        whole = sum(shares)
        for column, share in zip(table.columns, shares, strict=True):
            column.width = int(self._body_width * share / whole)
            for cell in column.cells:
                cell.width = column.width

    # the file

    def content(self) -> bytes:
        """The document as a file."""
        memory = io.BytesIO()
        self._document.save(memory)
        return memory.getvalue()

    def response(self, name: str) -> HttpResponse:
        """The document to download, named after *name*."""
        response = HttpResponse(self.content(), content_type=CONTENT_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "paper"}.docx"'
        return response

    # how it looks

    def _set_page(self, wide: bool) -> None:
        section = self._document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = reversed(A4) if wide else A4
        for name, value in MARGINS.items():
            setattr(section, name, value)

    def _set_styles(self) -> None:
        styles = self._document.styles
        normal = styles["Normal"]
        _font(normal, 11)
        normal.paragraph_format.space_after = Pt(6)
        _speak_british(normal)
        for level, points in HEADING_POINTS.items():
            style = styles["Title" if level == 0 else f"Heading {level}"]
            _font(style, points, bold=True)
            style.paragraph_format.space_before = Pt(0 if level == 0 else 16 - 2 * level)
            style.paragraph_format.space_after = Pt(6)
            style.paragraph_format.keep_with_next = True
            _no_border(style)
        for name, points, colour in (("Lead", 13, INK), ("Quiet", 9.5, QUIET), ("Notice", 11, INK), ("Cell", 9.5, INK)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = normal
            _font(style, points)
            style.font.color.rgb = colour
        cell = styles["Cell"].paragraph_format
        cell.space_before, cell.space_after = Pt(2), Pt(2)
        after = styles.add_style("After table", WD_STYLE_TYPE.PARAGRAPH)
        after.base_style = normal
        after.paragraph_format.space_after, after.font.size = Pt(0), Pt(6)
        _rule_at_left(styles["Notice"])
        caption = styles["Caption"]
        _font(caption, 10)
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
        table = styles.add_style("Paper table", WD_STYLE_TYPE.TABLE)
        table.base_style = styles["Normal Table"]

    def _run_along(self, running: str) -> None:
        section = self._document.sections[0]
        head = section.header.paragraphs[0]
        head.style = self._document.styles["Quiet"]
        head.text = as_text(running)
        foot = section.footer.paragraphs[0]
        foot.style = self._document.styles["Quiet"]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        foot.add_run("Page ")
        _field(foot, "PAGE")
        foot.add_run(" of ")
        _field(foot, "NUMPAGES")


def as_text(words: str) -> str:
    """The words as a document can hold them."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", str(words))


def strip_marks(words: object) -> str:
    """What was drawn for a page without its marks; text that was never drawn stays as it is."""
    if not hasattr(words, "__html__"):
        return str(words)
    return " ".join(unescape(strip_tags(str(words))).split())


def _cell_text(cell: object, unit: Unit, *, none_when_zero: bool) -> str:
    if isinstance(cell, Figure):
        if is_absent(cell.amount, none_when_zero=none_when_zero and not cell.sign):
            return NO_LINE
        assert cell.amount is not None
        text = format_amount(cell.amount, unit, sign=cell.sign)
        return f"{text}\n{cell.note}" if cell.note else text
    if isinstance(cell, CountCell):
        return f"{cell.count:,}"
    if isinstance(cell, TextCell):
        return as_text(cell.text)
    return as_text(getattr(cell, "plain", ""))


def _head_text(table: FigureTable, place: int) -> str:
    head = table.heads[place]
    return as_text(f"{head.label}\n{head.note}" if head.note else head.label)


def _row_label(row: FigureRow) -> str:
    """The words at the head of a row; a rating with its letter first, as in every chart."""
    label = f"{row.status.letter}  {row.status.label}" if row.status is not None else row.label
    before = f"{row.prefix} " if row.prefix else ""
    after = f"\n{strip_marks(row.note)}" if row.note else ""
    return as_text(f"{before}{label}{after}")


def _write(cell: _Cell, text: str, *, right: bool, bold: bool, indent: bool) -> None:
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph.style = "Cell"
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.left_indent = Mm(4)
    paragraph.add_run(text).bold = bold


def _font(style, points: float, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(points), bold, False
    style.font.color.rgb = INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(name), None)


def _speak_british(style) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    style.element.get_or_add_rPr().append(language)


def _no_border(style) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _rule_at_left(style) -> None:
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("space", "8"), ("color", "47525D")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _rule(cell: _Cell, *, above: bool, heavy: bool) -> None:
    """A hairline under every row, a heavier one under the head and above a total."""
    borders = OxmlElement("w:tcBorders")
    for side, size, wanted in (("top", "12", above), ("bottom", "12" if heavy or above else "4", True)):
        if wanted:
            line = OxmlElement(f"w:{side}")
            for name, value in (
                ("val", "single"),
                ("sz", size),
                ("space", "0"),
                ("color", "0B0C0C" if size == "12" else "A7B1BA"),
            ):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def _keep_whole(row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that the reader's program works out, such as the number of the page."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind == "shown":
            run.text = text
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)
