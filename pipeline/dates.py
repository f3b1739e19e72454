"""Publication dates: many spellings in, one rule, UTC out.

The rule:

* a time without a zone is UTC; a date without a time is 00:00 UTC;
* understood are ISO 8601, RFC 822 (``Thu, 18 Nov 2021 09:30:00 GMT``), dates with the month
  in English letters (``18 November 2021``, ``Nov. 18, 2021 9:30 a.m. EST``), ``2021/11/18``,
  ``20211118``, ``20211118093000`` and Unix time in seconds or milliseconds;
* numbers with the year last are understood when only one reading is possible
  (``18/11/2021``, ``11/18/2021``); ``03/04/2022`` is refused: it is 3 April to some and
  4 March to others, and a wrong day is worse than none;
* more than one day ahead of the clock, before 1900 or on no calendar: refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

#: How far ahead of the clock a date may lie: time zones and clocks that are wrong.
FUTURE = timedelta(days=1)
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun",
         "july jul", "august aug", "september sept sep", "october oct", "november nov",
         "december dec"), 1)
    for name in names.split()
}  # fmt: skip
_HOURS_OFF: dict[str, float] = {
    "utc": 0, "gmt": 0, "ut": 0, "z": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "cest": 2,
    "eet": 2, "eest": 3, "msk": 3, "trt": 3, "gst": 4, "pkt": 5, "ist": 5.5, "wib": 7,
    "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7,
}  # fmt: skip
_NAMED_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_CLOCK = (
    r"(?:[,\sT]+(?:at\s+)?(?P<h>\d{1,2})(?::(?P<mi>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?)?"
    r"\s*(?P<ap>[ap]\.?m\.?)?\s*(?P<tz>\(?[a-z]{1,4}\)?|(?:utc|gmt)?[+-]\d{1,2}:?(?:\d{2})?)?)?"
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+(?P<m>{_NAMED_MONTH})\.?,?[\s-]+"
    rf"(?P<y>\d{{4}}){_CLOCK}", re.IGNORECASE)  # fmt: skip
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<m>{_NAMED_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})"
    rf"{_CLOCK}", re.IGNORECASE)  # fmt: skip
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})[/.](?P<m>\d{{1,2}})[/.](?P<d>\d{{1,2}}){_CLOCK}", re.I)
_YEAR_LAST = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}){_CLOCK}", re.IGNORECASE
)
_ISO_LIKE = re.compile(r"(\d{4}-\d\d-\d\d)\s+(\d\d:\d\d\S*)\s*(UTC|GMT|Z|[+-]\d\d:?\d\d)?$", re.I)
_ISO_START = re.compile(r"\d{4}-?\d\d-?\d\d(?!\d)|\d{4}-W\d\d-\d")
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


class DateProblem(Exception):
    """A date that is refused: ``reason`` is a drop reason, the message is for people."""

    def __init__(self, reason: str, detail: str, ambiguous: bool = False):
        super().__init__(detail)
        self.reason, self.ambiguous = reason, ambiguous


def publication_time(given: str | datetime, now: datetime) -> datetime:
    """The publication time in UTC. Raises ``DateProblem`` (bad, early or future date)."""
    try:
        time = parse_date(given) if isinstance(given, str) else _utc(given)
    except OverflowError as error:
        raise DateProblem("bad date", f"{given!r} is on no calendar") from error
    if time < EARLIEST:
        raise DateProblem("too early", f"{time:%Y-%m-%d} lies before 1900")
    if time > now + FUTURE:
        raise DateProblem("future date", f"{time:%Y-%m-%d %H:%M} UTC, the clock says "
                          f"{now:%Y-%m-%d %H:%M} UTC")  # fmt: skip
    return time


def parse_date(text: str) -> datetime:
    """A date or time as text, in UTC. Raises ``DateProblem`` with reason "bad date"."""
    text = text[:100].strip()
    try:
        if text.isascii() and text.isdigit():
            return _digits(text)
        if _ISO_START.match(text):
            return _iso(text)
        for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST):
            if match := pattern.fullmatch(text):
                return _from_parts(match, int(match["d"]), _month(match["m"]))
        if match := _YEAR_LAST.fullmatch(text):
            return _year_last(text, match)
        return _utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        raise DateProblem("bad date", f"{text[:60]!r} is not understood as a date") from error


def date_in_name(name: str) -> str | None:
    """The date in a file name, ``2021-11-18`` or ``20211118``, as ISO text, or None."""
    match = _IN_NAME.search(name)
    if not match:
        return None
    found = f"{match[1]}-{match[3]}-{match[4]}"
    try:
        datetime.fromisoformat(found)
    except ValueError:
        return None
    return found


def _utc(time: datetime) -> datetime:
    if time.tzinfo is None:
        return time.replace(tzinfo=UTC)
    return time.astimezone(UTC)


def _iso(text: str) -> datetime:
    if match := _ISO_LIKE.match(text):
        zone = (match[3] or "").upper().replace("UTC", "Z").replace("GMT", "Z")
        text = f"{match[1]}T{match[2]}{zone}"
    try:
        return _utc(datetime.fromisoformat(text))
    except ValueError:
        # nanoseconds, as data frames write them
        return _utc(datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)))


def _digits(text: str) -> datetime:
    if len(text) == 8:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    if len(text) == 14:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if len(text) in (9, 10):
        return datetime.fromtimestamp(int(text), UTC)
    if len(text) in (12, 13):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    raise ValueError(f"{len(text)} digits")


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS[text.lower()]


def _year_last(text: str, match: re.Match[str]) -> datetime:
    first, second = int(match["a"]), int(match["b"])
    if first <= 12 and second <= 12 and first != second:
        detail = f"{text[:40]!r} may be day/month or month/day: write {match['y']}-MM-DD"
        raise DateProblem("bad date", detail, ambiguous=True)
    day, month = (first, second) if first > 12 else (second, first)
    return _from_parts(match, day, month)


def _from_parts(match: re.Match[str], day: int, month: int) -> datetime:
    hour, half = int(match["h"] or 0), (match["ap"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError("no such hour")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    zone = _zone(match["tz"] or "")
    minute, second = int(match["mi"] or 0), min(int(match["s"] or 0), 59)
    return _utc(datetime(int(match["y"]), month, day, hour, minute, second, tzinfo=zone))


def _zone(text: str) -> tzinfo:
    """UTC for no zone; ``ValueError`` for one that is not known."""
    name = text.strip("()").lower()
    if not name:
        return UTC
    if name in _HOURS_OFF:
        return timezone(timedelta(hours=_HOURS_OFF[name]))
    match = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", name)
    if not match:
        raise ValueError(f"unknown time zone {text!r}")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset)
