"""Numbers and codes in plain English. Pure functions, no streamlit."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache

from pipeline.actors import names
from pipeline.signals.codebook import Codebook, CodebookError, Theme, load_codebook

MINUS, DASH = "−", "–"
#: On every page.
DISCLAIMER = "Media signals: what news reports say states do. Not official positions."
SAMPLE_LABEL = "Sample data: articles written for illustration"
#: Headlines are cut to this many characters wherever they stand in a table.
HEADLINE_CHARS = 160

#: A change smaller than this, in points of tension, is called little.
LITTLE = 5.0

#: What an alert looks at.
MEASURES: dict[str, str] = {
    "level": "tension",
    "change": "change over 7 days, points",
    "zscore": "week against the year before, z",
}
STATUS_WORDS: dict[str, str] = {
    "actual": "happened",
    "planned": "planned",
    "possible": "possible",
    "conditional": "conditional, not counted",
    "negated": "denied, not counted",
    "alleged": "alleged, not counted",
    "historical": "history, not counted",
}
STATUS_EXPLAINED: dict[str, str] = {
    "actual": "Reported as having happened: counts in full.",
    "planned": "Announced, agreed or ordered: counts 0.6.",
    "possible": "Could or may happen: counts 0.3.",
    "conditional": "Depends on something else: not counted.",
    "negated": "Denied or called off: not counted.",
    "alleged": "Only claimed by one side against the other: not counted.",
    "historical": "More than 90 days before the report: not counted.",
}
ROOT_WORDS: dict[str, str] = {
    "AGREE": "agree",
    "CONSULT": "consult",
    "SUPPORT": "express support",
    "COOPERATE": "cooperate",
    "AID": "give aid",
    "YIELD": "yield",
    "ACCUSE": "accuse",
    "REQUEST": "demand",
    "REJECT": "reject",
    "THREATEN": "threaten",
    "PROTEST": "protest",
    "MOBILIZE": "mobilise",
    "SANCTION": "sanction",
    "COERCE": "coerce",
    "ASSAULT": "attack",
}
#: What a reader may say of a signal.
VERDICT_WORDS: dict[str, str] = {
    "wrong": "marked wrong, not counted",
    "misdirected": "marked misdirected, turned round",
    "right": "mark taken back",
}
_CONTROL = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~:^])")


@cache
def _actors() -> Mapping[str, str]:
    return names()


@cache
def packaged_codebook() -> Codebook:
    """The codebook without overlays, read once; raises as ``load_codebook``."""
    return load_codebook()


def themes() -> Mapping[str, Theme]:
    """The packaged codebook's themes by name; empty if it cannot be read."""
    try:
        return packaged_codebook().themes
    except (CodebookError, OSError):
        return {}


def actor_name(code: str) -> str:
    """``RUS`` → ``Russia``; an unknown code stays as it is."""
    return _actors().get(code, code)


def pair_title(pair: str) -> str:
    """``RUS-USA`` → ``Russia – United States``."""
    first, _, second = pair.partition("-")
    return f"{actor_name(first)} {DASH} {actor_name(second)}"


def theme_label(theme: str) -> str:
    """The codebook's label of a theme, or its name."""
    known = themes().get(theme)
    return known.label if known else theme.replace("_", " ").replace("-", " ")


def direction_title(direction: str) -> str:
    """``RUS→USA`` → ``Russia → United States``; ``both`` → ``Both together``."""
    if direction == "both":
        return "Both together"
    first, _, second = direction.partition("→")
    return f"{actor_name(first)} → {actor_name(second)}"


def acting(source: str, target: str, direction: str) -> str:
    """Who acts on whom, by code: ``RUS → USA``, ``RUS ↔ USA``."""
    return f"{source} {'↔' if direction == 'both' else '→'} {target}"


def number(value: float, digits: int = 0) -> str:
    """A number with a true minus, or a dash where there is none."""
    if value is None or math.isnan(value):
        return DASH
    rounded = round(value, digits) + 0.0
    return f"{rounded:,.{digits}f}".replace("-", MINUS)


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign, ``+12`` or ``−3``; 0 has none."""
    text = number(value, digits)
    if value is None or math.isnan(value) or round(value, digits) <= 0:
        return text
    return f"+{text}"


def between(low: float, high: float, digits: int = 0, sign: bool = False) -> str:
    """An interval in words: ``−12 to 40``."""
    if math.isnan(low) or math.isnan(high):
        return DASH
    show = signed if sign else number
    return f"{show(low, digits)} to {show(high, digits)}"


def level_words(tension: float) -> str:
    """What a tension value means."""
    if math.isnan(tension):
        return "too few stories"
    size = abs(tension)
    side = "adversarial" if tension > 0 else "cooperative"
    if size < 15:
        return "mixed"
    if size < 40:
        return f"leaning {side}"
    return side if size < 70 else f"strongly {side}"


def change_words(change: float, clear: bool, state: str = "ok") -> str:
    """Which way a pair moved, with an arrow: filled when clear, hollow when not."""
    if math.isnan(change):
        return {
            "no stories now": "nothing new",
            "no stories before": "nothing before it",
        }.get(state, "no stories")
    if clear:
        return "▲ worsened" if change > 0 else "▼ eased"
    if abs(change) < LITTLE:
        return "● little change"
    doubt = "few stories" if state == "thin" else "not certain"
    return f"△ worse, {doubt}" if change > 0 else f"▽ easier, {doubt}"


def confidence_words(low: float, high: float, state: str) -> str:
    """How far a tension value can be relied on: firm, fair, rough, thin or gap."""
    if state in ("gap", "thin"):
        return state
    width = high - low
    if width <= 30:
        return "firm"
    return "fair" if width <= 60 else "rough"


def period_words(days: int) -> str:
    """``7`` → ``week``."""
    return {1: "day", 7: "week", 30: "month", 90: "quarter", 365: "year"}.get(days, f"{days} days")


def day_words(day: date | datetime) -> str:
    """``24 March 2022``."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date | datetime) -> str:
    """``24 Mar 2022``."""
    return f"{day.day} {day:%b %Y}"


def age_words(age: timedelta) -> str:
    """``3 hours ago``."""
    minutes = max(0, int(age.total_seconds() // 60))
    for size, unit in ((525_960, "year"), (1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def counted(count: int, word: str, plural: str = "") -> str:
    """``1 story``, ``2 stories``."""
    many = plural or (word[:-1] + "ies" if word.endswith("y") else word + "s")
    return f"{count:,} {word if count == 1 else many}"


def printable(text: str, limit: int = 0) -> str:
    """Text from outside on one line, without control and direction characters, cut."""
    clean = " ".join(_CONTROL.sub(" ", text).split())
    return clean if not limit or len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def escaped(text: str) -> str:
    """Text that markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", printable(text))


def web_link(url: str) -> str | None:
    """``url`` if it is a http(s) address of sane length, else None."""
    fine = url.startswith(("https://", "http://")) and len(url) <= 2000 and not _CONTROL.search(url)
    return url if fine and not re.search(r"[\s\"'<>\\]", url) else None
