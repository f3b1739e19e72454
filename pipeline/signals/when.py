"""When was it? Dates and other time expressions that belong to a coded act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from pipeline.records import QUAD_OF_ROOT
from pipeline.signals.codebook import VERB_FRAMES
from pipeline.signals.matcher import Match
from pipeline.signals.scene import Scene
from pipeline.signals.words import PAST, PREPOSITIONS, THIRD, word_list

#: An act older than this, in days, is history (DESIGN: "historical").
HISTORY_DAYS: Final = 90

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
#: A number after one of these may be a year ("in 2014", not "Resolution 1874").
_BEFORE_YEAR: Final = frozenset(
    "in since during early late mid from until by before after back spring summer autumn".split()
)
#: How far before a nominal act the year of its own phrase may stand, and behind what.
_PHRASE: Final = 7
_BEFORE_OWN_YEAR: Final = frozenset("a an the this that its their his her 's".split())
_YEAR: Final = re.compile(r"^(1[6-9]\d\d|20\d\d)s?$")
_AGO_UNITS: Final = {
    "year": 365,
    "decade": 3650,
    "century": 36500,
    "month": 30,
    "week": 7,
    "day": 1,
}
_HISTORIC: Final = word_list("historic")
_HISTORIC_PHRASES: Final = (
    ("world", "war"),
    ("cold", "war"),
    ("last", "century"),
    ("at", "the", "time"),
    ("years", "after"),
    ("decades", "after"),
    ("years", "earlier"),
    ("nazi", "germany"),
    ("fascist", "italy"),
    ("imperial", "japan"),
    ("soviet", "union"),
    ("ottoman", "empire"),
)


#: Without one of these nothing in a sentence makes an act history, but a date.
_PAST_WORDS: Final = (
    _HISTORIC | {"ago", "last", "anniversary"} | {phrase[0] for phrase in _HISTORIC_PHRASES}
)


def event_date(
    scene: Scene, match: Match, on: date | None, matches: Sequence[Match] = ()
) -> date | None:
    """The date the clause gives for the act: "on Nov. 10", "in June", "in 2014".

    What an accusation or a demand is about keeps its own date: "condemned the raid of 2014".
    """
    if _MONTHS.keys().isdisjoint(scene.lower) and not any(map(_YEAR.match, scene.lower)):
        return None
    year = _own_year(scene, match)
    if year and on is not None and year < on.year:
        return date(year, 12, 31)
    low, high = _time_range(scene, match, matches)
    for k in range(low, high):
        word = scene.lower[k].rstrip(".")
        if (
            _YEAR.match(word)
            and (scene.word(k - 1) in _BEFORE_YEAR or _month_before(scene, k)[0])
            and scene.word(k + 1)
            not in ("people", "troops", "soldiers", "%", "km", "miles", "percent")
        ):
            year = int(word[:4])
            month, day = _month_before(scene, k)
            return _safe_date(year, month or 12, day or (1 if month else 31))
    if on is None:
        return None
    answered = _answered(scene, match, high, on)
    if answered is not None:
        return answered
    for k in range(low, high):
        word = scene.lower[k]
        since = scene.word(k - 1) == "since"
        if word in _MONTHS and scene.tokens[k].text[0].isupper() and not since:
            if (
                word == "may"
                and scene.word(k - 1)
                not in ("in", "on", "since", "last", "early", "late", "this", "next")
                and not scene.word(k + 1).isdigit()
            ):
                continue
            nearest = _nearest_year(scene, k, _MONTHS[word], on)
            if nearest is not None:
                return nearest
    return None


def _own_year(scene: Scene, match: Match) -> int:
    """The year in a nominal act's own phrase ("a 2013 US-Russia agreement"), or 0."""
    if match.entry.frame in VERB_FRAMES:
        return 0
    for k in range(match.first - 1, max(match.first - _PHRASE, 0), -1):
        word = scene.lower[k]
        if _YEAR.match(word) and scene.word(k - 1) in _BEFORE_OWN_YEAR:
            return int(word[:4])
        if word in PREPOSITIONS or word in _BEFORE_OWN_YEAR or scene.finite[k]:
            return 0
    return 0


def _answered(scene: Scene, match: Match, end: int, on: date) -> date | None:
    """The date of what an act came after: "strikes after April's attack"; None if recent.

    Of nominal acts and of verbs in the past perfect; ``end``: where the act's own stretch of
    the clause ends. A date of the last 90 days says nothing of the act's own.
    """
    verb = match.entry.frame in VERB_FRAMES
    if scene.word(end) != "after" or (verb and scene.word(match.head - 1) != "had"):
        return None
    for k in range(end + 1, min(end + _PHRASE, len(scene.lower))):
        word, before = scene.lower[k], scene.lower[k - 1]
        if scene.finite[k] or word in (",", ";", "and"):
            return None
        if _YEAR.match(word) and (before in _BEFORE_YEAR or before in _BEFORE_OWN_YEAR):
            found = _safe_date(int(word[:4]), 12, 31)
        elif word in _MONTHS and (before == "in" or scene.word(k + 1) == "'s"):
            found = _nearest_year(scene, k, _MONTHS[word], on)
        else:
            continue
        return found if found is not None and (on - found).days > HISTORY_DAYS else None
    return None


def _month_before(scene: Scene, k: int) -> tuple[int, int]:
    for back in (1, 2, 3):
        word = scene.word(k - back)
        if word in _MONTHS:
            day = scene.word(k - back + 1) if back > 1 else scene.word(k - back - 1)
            day = day.rstrip("stndrh,")
            return _MONTHS[word], int(day) if day.isdigit() and 1 <= int(day) <= 31 else 0
    return 0, 0


def _nearest_year(scene: Scene, k: int, month: int, on: date) -> date | None:
    following = scene.word(k + 1) if scene.word(k + 1) != "." else scene.word(k + 2)
    before = scene.word(k - 1).rstrip("stndrh")
    day_text = following if following.isdigit() else (before if before.isdigit() else "")
    day = int(day_text) if day_text and 1 <= int(day_text) <= 31 else 0
    year = on.year
    next_words = (scene.word(k - 1), scene.word(k - 2))
    if "next" in next_words:
        year = on.year if month > on.month else on.year + 1
    elif month > on.month + 6:
        year = on.year - 1
    elif month < on.month - 6 and "will" in scene.lower:
        year = on.year + 1
    # A month without a day counts to its end, so that "in August" is no older than it may be.
    if not day:
        first_next = _safe_date(year + month // 12, month % 12 + 1, 1)
        return None if first_next is None else first_next - timedelta(days=1)
    return _safe_date(year, month, day)


def _safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(scene: Scene, k: int) -> bool:
    """Whether a year or a month ends a phrase at ``k``, a comma passed over."""
    if scene.word(k) == ",":
        k -= 1
    return bool(_YEAR.match(scene.word(k))) or scene.word(k) in _MONTHS


def _time_range(scene: Scene, match: Match, matches: Sequence[Match] = ()) -> tuple[int, int]:
    """Tokens whose time expressions belong to the act: its own stretch of the clause."""
    low = match.first
    floor = max(0, match.first - 14)
    while low > floor:
        word = scene.lower[low - 1]
        if word in (
            ";",
            "which",
            "who",
            "that",
            "after",
            "since",
            "because",
            "when",
            "while",
            "but",
        ):
            if word == "since":
                low -= 1
            elif word == "when" and _dated(scene, low - 2):
                low -= 3  # "in September 2011 when he visited"
            break
        if (
            word == ","
            and scene.finite_between(low, match.head)
            and scene.finite_between(0, low - 1)
        ):
            break
        low -= 1
    high = match.last
    ceiling = min(len(scene.lower), match.last + 16)
    if QUAD_OF_ROOT[match.entry.root] == 3:
        ceiling = min([ceiling, *(m.first for m in matches if m.first >= match.last)])
    while high < ceiling:
        word = scene.lower[high]
        if word in (
            ";",
            "which",
            "who",
            "that",
            "after",
            "because",
            "when",
            "while",
            "but",
            "before",
        ):
            break
        if scene.finite[high] and high > match.last:
            break
        high += 1
    return low, high


def history(
    scene: Scene,
    match: Match,
    on: date | None,
    event: date | None,
    matches: Sequence[Match] = (),
) -> str:
    """The words that make the act history in a text published on ``on``, or ""."""
    if _present(scene, match):
        return ""  # "charges five men over the raid of 1994" is told of today
    words: list[str] = []
    if not _PAST_WORDS.isdisjoint(scene.lower):
        low, high = _time_range(scene, match, matches)
        words = scene.lower[low:high]
    for place, word in enumerate(words):
        if word == "ago" and place >= 1:
            unit = words[place - 1].rstrip("s")
            number = words[place - 2] if place >= 2 else "1"
            days = _AGO_UNITS.get(unit, 0) * (
                int(number) if number.isdigit() and len(number) < 5 else _NUMBER.get(number, 1)
            )
            if days > HISTORY_DAYS:
                return f"'{number} {words[place - 1]} ago'"
        if word in _HISTORIC or (
            word.endswith("th") and words[place + 1 : place + 2] == ["anniversary"]
        ):
            return f"'{word}'"
        for phrase in _HISTORIC_PHRASES:
            if tuple(words[place : place + len(phrase)]) == phrase:
                return f"'{' '.join(phrase)}'"
        if word == "last" and words[place + 1 : place + 2] == ["year"] and on is not None:
            if on.timetuple().tm_yday > HISTORY_DAYS:
                return "'last year'"
    if event is not None and on is not None and (on - event).days > HISTORY_DAYS:
        return f"its date, {event.isoformat()}, is more than {HISTORY_DAYS} days before"
    if on is None and event is not None and event.year < 2000:
        return f"its date, {event.isoformat()}, is long past"
    return ""


def _present(scene: Scene, match: Match) -> bool:
    """Whether the act's verb stands in the third person present: the tense of the day's news."""
    if match.entry.frame not in VERB_FRAMES or match.passive:
        return False
    bits = scene.form(match.head)
    if scene.quoted(match.head):
        return False  # the speaker's present, not the day's
    return bool(bits & THIRD) and not bits & PAST and scene.stands_as_verb(match.head, bits)


_NUMBER: Final = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "twenty": 20,
    "thirty": 30,
    "fifty": 50,
    "several": 4,
    "many": 5,
    "few": 3,
    "some": 3,
}
