"""A bill as a PDF of A4 pages, with embedded letters of European languages."""

from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from hygge_results.bills.schemas import BillDocument
from hygge_results.bills.sheets import Sheet, sheets
from hygge_results.bills.wording import WORDS, Language

_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
_MARGIN_MM = 18
_GREY, _BLACK = 90, 0
_COLUMNS = (84, 26, 34, 30)


class _Paper(FPDF):
    """A4 pages with numbers below."""

    def __init__(self, language: Language) -> None:
        super().__init__(format="A4")
        self._page_text = WORDS[language]["page"]
        self.set_margin(_MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=_MARGIN_MM)
        self.add_font(_FAMILY, "", _FONTS / "DejaVuSans.ttf")
        self.add_font(_FAMILY, "B", _FONTS / "DejaVuSans-Bold.ttf")
        self.set_font(_FAMILY, size=10)

    def footer(self) -> None:
        self.set_y(-_MARGIN_MM + 4)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(_GREY)
        self.cell(0, 5, self._page_text.format(page=self.page_no(), pages="{nb}"))
        self.set_text_color(_BLACK)


def pdf(document: BillDocument, language: Language, made_at: datetime) -> bytes:
    """The document; each period begins a page. The same bill gives the same bytes."""
    paper = _Paper(language)
    paper.set_title(f"{WORDS[language]['title']} – {document.name}")
    paper.set_lang(language)
    paper.set_creation_date(made_at)
    for sheet in sheets(document, language):
        paper.add_page()
        _write(paper, sheet)
    return bytes(paper.output())


def _write(paper: _Paper, sheet: Sheet) -> None:
    paper.set_font(_FAMILY, "B", 18)
    paper.cell(0, 12, sheet.title, new_x="LMARGIN", new_y="NEXT")
    paper.ln(4)
    paper.set_font(_FAMILY, size=10)
    grey = FontFace(color=_GREY)
    with paper.table(
        borders_layout=TableBordersLayout.NONE, col_widths=(52, 122), first_row_as_headings=False, line_height=6,
        text_align="LEFT",
    ) as facts:  # fmt: skip
        for name, value in sheet.facts:
            row = facts.row()
            row.cell(name, style=grey)
            row.cell(value)
    paper.ln(6)
    _write_lines(paper, sheet)
    paper.ln(8)
    paper.set_font(_FAMILY, size=8)
    paper.set_text_color(_GREY)
    paper.multi_cell(0, 4.5, sheet.note, align="L")
    paper.set_text_color(_BLACK)


def _write_lines(paper: _Paper, sheet: Sheet) -> None:
    strong = FontFace(emphasis="BOLD", size_pt=12)
    paper.set_draw_color(150)
    with paper.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES, col_widths=_COLUMNS, line_height=6.5,
        text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT"), headings_style=FontFace(color=_GREY, size_pt=9),
    ) as table:  # fmt: skip
        for cells in (sheet.head, *sheet.rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)
        for place, (name, amount) in enumerate(sheet.totals):
            row = table.row(style=strong if place == 0 else None)
            row.cell(name, colspan=3)
            row.cell(amount)
