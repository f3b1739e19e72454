"""A one-page brief of a pair: chart, figures, top evidence. As one HTML file, to print.

The file stands alone: no script, no font or picture from elsewhere. Every text of an
article is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from dashboard import text
from dashboard.charts import COOL, INK, WARM, runs
from dashboard.evidence import safe, sentence_html

WIDTH, HEIGHT, LEFT, BOTTOM = 720, 250, 40, 24
STYLE = """
@page { size: A4; margin: 16mm; }
body { font: 10.5pt/1.45 Georgia, "Times New Roman", serif; color: #24282d; max-width: 720px;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 20pt; margin: 0; } h2 { font-size: 12.5pt; margin: 1.1rem 0 .3rem; }
.note { color: #555; font-size: 9pt; } .figures { display: flex; gap: 2rem; margin: .8rem 0; }
.figures b { display: block; font-size: 18pt; font-weight: 400; }
.sentence { border-left: 3px solid #999; padding-left: .7rem; margin: .2rem 0; }
.sentence.adversarial { border-color: #cc5a4a; } .sentence.cooperative { border-color: #3f84c4; }
mark { background: none; color: inherit; } mark.cue { font-weight: 700; }
mark.source { text-decoration: underline; } mark.target { text-decoration: underline dotted; }
ol { padding-left: 1.3rem; } li { margin-bottom: .55rem; break-inside: avoid; }
svg { width: 100%; height: auto; }
"""


def chart(series: pd.DataFrame) -> str:
    """Tension with its band as SVG; gaps stay open, thin parts are dotted."""
    count = max(len(series) - 1, 1)
    xs = LEFT + np.arange(len(series)) * (WIDTH - LEFT - 6) / count

    def y(value: float) -> float:
        return round(8 + (100 - value) * (HEIGHT - BOTTOM - 16) / 200, 1)

    def line(part: slice, values: np.ndarray) -> list[str]:
        return [f"{x:.1f},{y(v)}" for x, v in zip(xs[part], values[part], strict=True)]

    low, high = series["low"].to_numpy(float), series["high"].to_numpy(float)
    value, state = series["tension"].to_numpy(float), series["state"].to_numpy(object)
    parts = [
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y(v)}" y2="{y(v)}" stroke="{INK}" '
        f'stroke-width="{1.8 if v == 0 else 0.3}"/>'
        f'<text x="{LEFT - 6}" y="{y(v) + 4}" text-anchor="end" font-size="11">'
        f"{text.signed(v)}</text>"
        for v in (-100, -50, 0, 50, 100)
    ]
    for part in runs(~np.isnan(low)):
        outline = line(part, high) + line(part, low)[::-1]
        parts.append(f'<polygon points="{" ".join(outline)}" fill="{INK}" opacity="0.22"/>')
    for thin in (True, False):
        dash = ' stroke-dasharray="2 3" opacity="0.7"' if thin else ""
        for part in runs(~np.isnan(value) & ((state == "thin") == thin)):
            points = " ".join(line(part, value))
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="1.8"{dash}/>'
            )
    days = pd.DatetimeIndex(series["day"])
    parts += [
        f'<text x="{xs[place]:.0f}" y="{HEIGHT - 6}" font-size="11" text-anchor="'
        f'{"start" if place == 0 else "end" if place == len(days) - 1 else "middle"}">'
        f"{text.short_day(days[place])}</text>"
        for place in sorted({0, len(days) // 3, 2 * len(days) // 3, len(days) - 1})
    ]
    parts.append(f'<text x="{LEFT + 4}" y="20" font-size="12" fill="{WARM}">adversarial ↑</text>')
    parts.append(
        f'<text x="{LEFT + 4}" y="{y(-100) - 6}" font-size="12" fill="{COOL}">cooperative ↓</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="Tension over time with a 90 % band">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class Brief:
    """What a brief says, for HTML and for PDF."""

    title: str
    #: The day of the figures, and when the brief was made.
    dated: str
    #: Lines under the title: the label of sample data, the disclaimer.
    notes: tuple[str, ...]
    #: (name, value, interval, in words)
    figures: tuple[tuple[str, str, str, str], ...]
    counts: str
    #: As ``index.tension_series`` gives it.
    series: pd.DataFrame
    #: (headline, outlet and facts, ``tables.weighed`` row)
    items: tuple[tuple[str, str, Any], ...]


def content(
    pair: str,
    series: pd.DataFrame,
    moved: pd.Series,
    noticed: pd.Series,
    rows: pd.DataFrame,
    made: datetime,
    notes: Sequence[str] = (),
    top: int = 6,
) -> Brief:
    """``series``, ``moved``, ``noticed``: as the Pair page shows them.

    ``rows``: ``tables.weighed`` signals, those that count most first. ``notes``: lines
    under the title, such as the label of sample data.
    """
    now = series.iloc[-1]
    day: date = now["day"].date()
    figures = (
        ("Tension", text.signed(now["tension"]), text.between(now["low"], now["high"], sign=True),
         text.level_words(now["tension"])),
        ("Change over the week", text.signed(moved["change"]),
         text.between(moved["low"], moved["high"], sign=True),
         text.change_words(moved["change"], bool(moved["clear"]), moved["state"])),
        ("Attention per 10,000", text.number(noticed["attention"]),
         text.between(noticed["low"], noticed["high"]), "stories about this pair"),
    )  # fmt: skip
    counts = (
        f"From {text.counted(int(now['signals']), 'signal')} in "
        f"{text.counted(int(now['articles']), 'article')}, "
        f"{text.counted(int(now['stories']), 'story')}, "
        f"{text.counted(int(now['outlets']), 'outlet')}."
    )
    chosen = rows[rows["contribution"].abs() > 0].drop_duplicates("story_id").head(top)
    return Brief(
        text.pair_title(pair),
        f"{text.day_words(day)}, made {made:%Y-%m-%d %H:%M} UTC",
        (*notes, text.DISCLAIMER),
        figures,
        counts,
        series,
        tuple((*_about(row), row) for row in chosen.itertuples(index=False)),
    )


def _about(row: Any) -> tuple[str, str]:
    headline = text.printable(row.title, text.HEADLINE_CHARS) or "(no headline)"
    facts = (
        f"{text.printable(row.outlet, 60)}, {text.short_day(row.day)}, "
        f"{text.theme_label(row.theme)}, {text.STATUS_WORDS.get(row.status, row.status)}, "
        f"{text.signed(row.contribution, 1)} points"
    )
    return headline, facts


def html(brief: Brief) -> str:
    """The whole page as HTML."""
    boxes = "".join(
        f"<div>{name}<b>{value}</b>90 %: {span}<br>{words}</div>"
        for name, value, span, words in brief.figures
    )
    items = "".join(
        f"<li><b>{safe(headline)}</b> <span class='note'>{safe(facts)}</span>"
        f"{sentence_html(row)}</li>"
        for headline, facts, row in brief.items
    )
    lines = "".join(f'<p class="note">{safe(line)}</p>' for line in brief.notes)
    title = safe(brief.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1>"
        f'<p class="note">{brief.dated}</p>{lines}'
        f'<div class="figures">{boxes}</div><p class="note">{brief.counts}</p>'
        f"{chart(brief.series)}<h2>What weighs most</h2><ol>{items}</ol></body></html>"
    )
