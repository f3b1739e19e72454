"""Offices whose holder in the data should be checked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.actors.entries import LAST_DAY
from pipeline.actors.gazetteer import DATA, names, read_csv
from pipeline.actors.people import Tenure, read_people

#: Last day on which the tables of office-holders were gone through.
CHECKED_UNTIL = date(2026, 1, 15)
#: The offices every state in the news has, without which its people go unrecognised.
_WATCHED = ("president", "prime minister", "foreign minister", "secretary of state", "chancellor")


@dataclass(frozen=True, slots=True)
class ExpiredOffice:
    """An office with nobody in it on the day asked for."""

    actor: str
    actor_name: str
    office: str
    #: Who held it last, and until when.
    last_holder: str
    until: date


def expired_offices(on: date) -> list[ExpiredOffice]:
    """Offices with no holder in the data on the day ``on``, sorted by actor and office.

    A watched office counts when it had a holder within the ten years before and has none on
    ``on``: its holder left, and the successor is missing from the data or from the overlay.
    """
    day = on.toordinal()
    last: dict[tuple[str, str], Tenure] = {}
    for path in sorted(DATA.glob("people*.csv")):
        for term in read_people(read_csv(path)):
            key = (term.actor, term.office)
            if term.office in _WATCHED and term.start <= day:
                if key not in last or term.end > last[key].end:
                    last[key] = term
    display = names()
    return [
        ExpiredOffice(actor, display[actor], office, term.name, date.fromordinal(term.end))
        for (actor, office), term in sorted(last.items())
        if term.end < day <= min(LAST_DAY, term.end + 3653)
    ]
