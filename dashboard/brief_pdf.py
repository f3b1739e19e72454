"""The one-page brief of a pair as PDF, on A4, with its fonts inside.

Nothing is fetched and no other program is called. Texts of articles go in as text alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fontTools.ttLib import TTFont
from fpdf import FPDF

from dashboard import text
from dashboard.brief import Brief
from dashboard.charts import COOL, INK, WARM, runs
from dashboard.evidence import pieces, row_marks

FONTS = Path(__file__).parent / "fonts"
FAMILY = "brief"
MARGIN, WIDTH, CHART = 18.0, 174.0, 58.0
#: Characters of a sentence that are printed.
SENTENCE_CHARS = 420
LEFT = 11.0

logging.getLogger("fontTools").setLevel(logging.WARNING)


@cache
def _letters() -> frozenset[int]:
    """The characters that the fonts have."""
    with TTFont(FONTS / "brief-serif-regular.ttf") as font:
        return frozenset(font.getBestCmap())


def fit(words: str) -> str:
    """``words`` in characters that can be printed; others become a question mark."""
    swapped = words.replace("↔", "–").replace("● ", "").replace("\u200b", "")
    return "".join(letter if ord(letter) in _letters() else "?" for letter in swapped)


def document(brief: Brief, made: datetime) -> bytes:
    """The PDF. The same brief made at the same time gives the same bytes."""
    page = FPDF(format="A4")
    page.set_creation_date(made)
    page.set_title(fit(brief.title))
    page.set_lang("en")
    page.set_margins(MARGIN, 16, MARGIN)
    page.set_auto_page_break(True, 16)
    page.add_font(FAMILY, "", FONTS / "brief-serif-regular.ttf")
    page.add_font(FAMILY, "B", FONTS / "brief-serif-bold.ttf")
    page.add_page()
    _line(page, brief.title, 20, style="B", gap=9)
    for note in (brief.dated, *brief.notes):
        _line(page, note, 9, grey=85, gap=4.4)
    page.ln(3)
    _figures(page, brief)
    _line(page, brief.counts, 9, grey=85, gap=5)
    page.ln(2)
    _chart(page, brief.series)
    _line(page, "What weighs most", 12.5, style="B", gap=7)
    for number, item in enumerate(brief.items, 1):
        # What does not fit on the page is left out: a brief has one.
        with page.offset_rendering() as trial:
            _item(trial, number, *item)
        if trial.page_break_triggered:
            break
        _item(page, number, *item)
    return bytes(page.output())


def _line(
    page: FPDF, words: str, size: float, style: str = "", grey: int = 36, gap: float = 5.0
) -> None:
    page.set_font(FAMILY, style, size)
    page.set_text_color(grey)
    page.multi_cell(0, gap, fit(words), new_x="LMARGIN", new_y="NEXT", align="L")


def _figures(page: FPDF, brief: Brief) -> None:
    top, width = page.get_y(), WIDTH / len(brief.figures)
    for place, (name, value, span, words) in enumerate(brief.figures):
        lines = ((name, 10, 36, 5.0), (value, 18, 36, 9.0), (f"90 %: {span}", 9, 85, 4.4),
                 (words, 9, 85, 4.4))  # fmt: skip
        page.set_xy(MARGIN + place * width, top)
        for line, size, grey, gap in lines:
            page.set_font(FAMILY, "", size)
            page.set_text_color(grey)
            page.cell(width, gap, fit(line), new_x="LEFT", new_y="NEXT")
    page.set_xy(MARGIN, top + 24)


def _item(page: FPDF, number: int, headline: str, facts: str, row: Any) -> None:
    page.set_text_color(36)
    page.set_font(FAMILY, "B", 10)
    page.multi_cell(0, 4.8, fit(f"{number}. {headline}"), new_x="LMARGIN", new_y="NEXT", align="L")
    _line(page, facts, 8.5, grey=85, gap=4.2)
    top = page.get_y() + 0.8
    page.set_y(top)
    page.set_left_margin(MARGIN + 4)
    page.set_x(MARGIN + 4)
    page.set_text_color(36)
    sentence = str(row.sentence)
    marks = [mark for mark in row_marks(row) if mark.end <= SENTENCE_CHARS]
    for part, mark in pieces(sentence[:SENTENCE_CHARS], marks):
        kind = "" if mark is None else mark.kind
        style = "B" if kind.startswith("cue") else "U" if kind in ("source", "target") else ""
        page.set_font(FAMILY, style, 10)
        page.write(4.8, fit(_spaced(part)))
    page.write(4.8, "…" if len(sentence) > SENTENCE_CHARS else "")
    page.ln(4.8)
    page.set_left_margin(MARGIN)
    page.set_draw_color(WARM if row.polarity == "adversarial" else COOL)
    page.set_line_width(0.7)
    if page.get_y() > top:
        page.line(MARGIN + 1, top + 0.4, MARGIN + 1, page.get_y() - 0.2)
    page.set_y(page.get_y() + 2.2)


def _spaced(part: str) -> str:
    """A piece of a sentence without control characters, the spaces at its ends kept."""
    core = text.printable(part)
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and core else ""
    return f"{before}{core}{after}"


def _chart(page: FPDF, series: pd.DataFrame) -> None:
    """Tension with its band; gaps stay open, thin parts are dotted."""
    top, height = page.get_y(), CHART - 8
    width = WIDTH - LEFT
    xs = MARGIN + LEFT + np.arange(len(series)) * width / max(len(series) - 1, 1)

    def y(value: Any) -> Any:
        return top + 2 + (100 - value) * (height - 4) / 200

    low, high = y(series["low"].to_numpy(float)), y(series["high"].to_numpy(float))
    value, state = series["tension"].to_numpy(float), series["state"].to_numpy(object)
    page.set_draw_color(INK)
    page.set_font(FAMILY, "", 8)
    page.set_text_color(85)
    for level in (-100, -50, 0, 50, 100):
        page.set_draw_color(INK if level == 0 else "#d4d7da")
        page.set_line_width(0.35 if level == 0 else 0.1)
        page.line(MARGIN + LEFT, y(level), MARGIN + WIDTH, y(level))
        page.set_xy(MARGIN, y(level) - 2)
        page.cell(LEFT - 1.5, 4, fit(text.signed(level)), align="R")
    page.set_draw_color(INK)
    with _shade(page, INK, 0.22):
        for part in runs(~np.isnan(low)):
            outline = [*zip(xs[part], high[part], strict=True)]
            outline += [*zip(xs[part], low[part], strict=True)][::-1]
            page.polygon(outline, style="F")
    page.set_line_width(0.45)
    for thin in (True, False):
        page.set_dash_pattern(*((0.5, 0.7) if thin else (0, 0)))
        for part in runs(~np.isnan(value) & ((state == "thin") == thin)):
            page.polyline([*zip(xs[part], y(value[part]), strict=True)])
    page.set_dash_pattern()
    _labels(page, series, xs, top + height)
    for words, level, colour in (("adversarial ↑", 92, WARM), ("cooperative ↓", -92, COOL)):
        page.set_text_color(colour)
        page.set_xy(MARGIN + LEFT + 1, y(level) - 2)
        page.cell(40, 4, words)
    page.set_xy(MARGIN, top + CHART - 1)


def _labels(page: FPDF, series: pd.DataFrame, xs: Any, y: float) -> None:
    days = pd.DatetimeIndex(series["day"])
    last = len(days) - 1
    for place in sorted({0, last // 3, 2 * last // 3, last}):
        align = "L" if place == 0 else "R" if place == last else "C"
        left = xs[place] - {"L": 0, "C": 15, "R": 30}[align]
        page.set_xy(left, y)
        page.cell(30, 4, text.short_day(days[place]), align=align)


@contextmanager
def _shade(page: FPDF, colour: str, opacity: float) -> Iterator[None]:
    page.set_fill_color(colour)
    with page.local_context(fill_opacity=opacity):
        yield
