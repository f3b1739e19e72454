"""The compiled form of one name: what the automaton's matches point to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

#: Ordinals that stand for "always" at either end of a period.
FIRST_DAY = 0
LAST_DAY = date.max.toordinal()


class Form(IntEnum):
    """How a name behaves in a text; each form has its own rule in ``rules``."""

    #: Looks like an actor and is none; keeps inner names from matching.
    BLOCK = 0
    #: Needs no look at its surroundings.
    PLAIN = 1
    #: A state's name used as a noun.
    STATE = 2
    #: Both noun and adjective ("US", "Singapore").
    HYBRID = 3
    #: An adjective of nationality.
    DEMONYM = 4
    #: The people as a whole ("Russians").
    PLURAL = 5
    #: A capital: government or town.
    CAPITAL = 6
    #: Somewhere in a state; never acts.
    PLACE = 7
    #: A ministry, parliament, army, agency …
    BODY = 8
    #: A body many states have ("Foreign Office"): a nationality before it decides.
    SHARED_BODY = 9
    #: The full name of an office-holder.
    PERSON = 10
    #: A surname that is distinctive enough to stand alone.
    SURNAME = 11
    #: A surname that needs a title before it or the full name earlier on.
    COMMON_SURNAME = 12
    #: First half of a hyphenated name ("Sino-").
    PREFIX = 13
    #: "USS", "HMS": a warship if a name follows.
    SHIP = 14
    #: "the two leaders", "the ministry": points back.
    ANAPHOR = 15
    #: A state's name that is also something else (Georgia, Jordan, Turkey, Chad).
    DOUBTFUL_STATE = 16
    #: Two states under one name ("the two Koreas").
    BOTH = 17
    #: A palace, street or district that stands for the government.
    SEAT = 18


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of one name."""

    actor: str
    kind: str
    form: Form
    label: str = ""
    may_act: bool = True
    confidence: float = 1.0
    why: str = ""
    #: The name holds from ``start`` to ``end``, both included (proleptic ordinals).
    start: int = FIRST_DAY
    end: int = LAST_DAY
    #: Which person, so that a surname can follow a full name; -1 for none.
    person: int = -1
    #: Office words of a person, lower case ("prime minister").
    office: str = ""
    #: Form-specific: the surname's given names, an anaphor's rule …
    extra: tuple[str, ...] = ()

    def holds(self, day: int | None) -> bool:
        """Whether the name stands for the actor on ``day``; without a day it always does."""
        return day is None or self.start <= day <= self.end


def ordinal(value: object, default: int) -> int:
    """Ordinal of a date as data files hold it (``date``, ``YYYY[-MM[-DD]]`` or empty).

    A bare year or month means its first day. Raises ``ValueError`` for anything else.
    """
    if value is None or value == "":
        return default
    if isinstance(value, date):
        return value.toordinal()
    parts = [int(part) for part in str(value).split("-")]
    if len(parts) > 3:
        raise ValueError(f"not a date: {value!r}")
    return date(*[*parts, 1, 1][:3]).toordinal()


def last_ordinal(value: object, default: int) -> int:
    """Like ``ordinal``; a bare year or month means its last day."""
    text = str(value or "")
    parts = [int(part) for part in text.split("-")] if text else []
    if isinstance(value, date) or len(parts) not in (1, 2):
        return ordinal(value, default)
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return following.toordinal() - 1
