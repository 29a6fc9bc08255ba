"""A statement to print: the club's look on paper, every line with its id and hash, every page with its number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal import programme
from portal.home import words
from portal.home.queries import Summary
from portal.home.rules import Sealed
from portal.points.rules import EntryKind
from portal.web import ui
from portal.web.speech import gettext as _
from portal.web.speech import spoken

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
MARGIN_MM, FOOT_MM = 18, 20
ROW_MM, SMALL_MM = 5.2, 3.6
# Counted, what it was, points, balance: as wide as the paper between its margins.
WIDTHS_MM = (26, 98, 24, 26)
INK, SOFT, RULE = (28, 30, 34), (92, 96, 104), (205, 208, 214)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Whose statement it is, of which days, and when it was made."""

    who: str
    number: str
    since: date
    until: date
    made_at: datetime


def printed(sheet: Sheet, summary: Summary, lines: Iterable[Sealed]) -> bytes:
    """Set a statement as a PDF."""
    paper = _paper(sheet)
    _head(paper, sheet)
    _sums(paper, summary)
    _columns(paper)
    last = ""
    for one in lines:
        _line(paper, one)
        last = one.hash
    _seal(paper, last)
    return bytes(paper.output())


def _paper(sheet: Sheet) -> "FPDF":
    from fpdf import FPDF  # noqa: PLC0415 - slow to load, and only this needs it

    club = programme.current().club

    class Paper(FPDF):
        """Paper with the club's name at its foot."""

        def footer(self) -> None:
            """Write whose statement this is, and the number of the page."""
            self.set_y(-FOOT_MM + 6)
            self.set_font("DejaVu", size=7)
            self.set_text_color(*SOFT)
            self.cell(0, SMALL_MM, club.adults_only, new_x="LMARGIN", new_y="NEXT")
            # Set to the right, the number of all pages would be measured before it is known.
            number = _("Page %(page)s of %(pages)s", page=self.page_no(), pages="{nb}")
            self.cell(0, SMALL_MM, f"{club.name}, {sheet.number} · {number}")

    paper = Paper(format="A4")
    paper.add_font("DejaVu", fname=FONT)
    paper.set_margins(MARGIN_MM, MARGIN_MM)
    # Words begin where the rules above and below them begin.
    paper.c_margin = 0
    paper.set_auto_page_break(auto=True, margin=FOOT_MM)
    paper.set_creation_date(sheet.made_at)
    paper.set_lang(spoken().replace("_", "-"))
    paper.set_title(_("Your statement"))
    paper.set_author(club.name)
    paper.add_page()
    return paper


def _head(paper: Any, sheet: Sheet) -> None:  # noqa: ANN401 - FPDF has no types
    paper.set_fill_color(*INK)
    # The club's mark: rungs that rise.
    for place, tall in enumerate((2.5, 5.0, 7.5)):
        paper.rect(MARGIN_MM + place * 3.2, MARGIN_MM + 7.5 - tall, 2.4, tall, style="F")
    paper.set_xy(MARGIN_MM + 12, MARGIN_MM)
    _put(paper, 12, programme.current().club.name, tall=8)
    paper.ln(5)
    _put(paper, 18, _("Your statement"), tall=9)
    _put(paper, 10, f"{sheet.who}, {sheet.number}", tall=6)
    days = {"since": ui.full_day(sheet.since), "until": ui.full_day(sheet.until)}
    _put(paper, 10, _("Lines counted from %(since)s to %(until)s", **days), tall=6)
    made = _("Made %(day)s, %(time)s", day=ui.full_day(sheet.made_at), time=ui.clock_time(sheet.made_at))
    _put(paper, 8, made, tall=6, ink=SOFT)
    paper.ln(3)


def _sums(paper: Any, summary: Summary) -> None:  # noqa: ANN401 - FPDF has no types
    rows = [(_("Balance at the beginning"), ui.points(summary.opening))]
    rows += [(words.part_name(part), ui.signed_text(part.points)) for part in summary.parts]
    rows.append((_("Balance at the end"), ui.points(summary.closing)))
    paper.set_font("DejaVu", size=9)
    paper.set_text_color(*INK)
    paper.set_draw_color(*INK)
    for place, (name, value) in enumerate(rows):
        is_last = place == len(rows) - 1
        paper.cell(sum(WIDTHS_MM[:3]), ROW_MM, name, border="T" if is_last else 0)
        paper.cell(WIDTHS_MM[3], ROW_MM, value, border="T" if is_last else 0, align="R", new_x="LMARGIN", new_y="NEXT")
    paper.ln(5)


def _columns(paper: Any) -> None:  # noqa: ANN401 - FPDF has no types
    paper.set_font("DejaVu", size=8)
    paper.set_text_color(*SOFT)
    names = (_("Counted"), _("What it was"), _("Points"), _("Balance"))
    for place, (name, width) in enumerate(zip(names, WIDTHS_MM, strict=True)):
        paper.cell(width, ROW_MM, name, border="B", align="R" if place > 1 else "L")
    paper.ln(ROW_MM + 1)


def _line(paper: Any, one: Sealed) -> None:  # noqa: ANN401 - FPDF has no types
    line = one.line
    kind = words.kind_name(EntryKind(line.kind))
    text = " · ".join(part for part in (line.text, kind, line.subject) if part)
    paper.set_font("DejaVu", size=9)
    fits = paper.get_string_width(text) < WIDTHS_MM[1] - 2
    split = [text] if fits else paper.multi_cell(WIDTHS_MM[1], ROW_MM, text, dry_run=True, output="LINES")
    if paper.will_page_break(len(split) * ROW_MM + SMALL_MM + 2):
        paper.add_page()
        _columns(paper)
        paper.set_font("DejaVu", size=9)
    paper.set_text_color(*INK)
    for place, part in enumerate(split):
        is_first = place == 0
        paper.cell(WIDTHS_MM[0], ROW_MM, ui.full_day(line.recorded_at) if is_first else "")
        paper.cell(WIDTHS_MM[1], ROW_MM, part)
        paper.cell(WIDTHS_MM[2], ROW_MM, ui.signed_text(line.points) if is_first else "", align="R")
        paper.cell(WIDTHS_MM[3], ROW_MM, ui.points(line.balance_after) if is_first else "", align="R")
        paper.ln(ROW_MM)
    paper.set_font("DejaVu", size=5.6)
    paper.set_text_color(*SOFT)
    paper.set_draw_color(*RULE)
    paper.cell(0, SMALL_MM, f"{line.id}   {one.hash}", border="B")
    paper.ln(SMALL_MM + 1)


def _seal(paper: Any, last: str) -> None:  # noqa: ANN401 - FPDF has no types
    paper.ln(3)
    if not last:
        _put(paper, 9, _("There are no lines in these days."), tall=ROW_MM)
        return
    said = _(
        "Below each line stand its id and a hash over it and all lines above it. "
        "The last hash stands for the whole statement."
    )
    paper.set_font("DejaVu", size=8)
    paper.multi_cell(0, SMALL_MM + 1, said, new_x="LMARGIN", new_y="NEXT")


def _put(paper: Any, size: int, text: str, *, tall: float, ink: tuple[int, int, int] = INK) -> None:  # noqa: ANN401 - FPDF has no types
    paper.set_font("DejaVu", size=size)
    paper.set_text_color(*ink)
    paper.cell(0, tall, text, new_x="LMARGIN", new_y="NEXT")
