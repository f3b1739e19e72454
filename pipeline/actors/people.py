"""Office-holders: who held which office for which state, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.actors.entries import FIRST_DAY, LAST_DAY, Entry, Form, last_ordinal, ordinal

_LEADERS = (
    "president",
    "prime minister",
    "king",
    "queen",
    "emir",
    "sultan",
    "crown prince",
    "prince",
    "chancellor",
    "premier",
    "supreme leader",
    "pope",
    "secretary general",
    "head of",
    "leader",
    "grand duke",
    "taoiseach",
    "captain regent",
    "chairman of the presidency",
    "chief executive",
)
_NOT_LEADERS = (
    "minister of",
    "vice premier",
    "deputy",
    "chief of",
    "presidential",
    "chancellor of the exchequer",
)


@dataclass(frozen=True, slots=True)
class Tenure:
    """One person in one office."""

    actor: str
    name: str
    #: Surnames or forms that may stand alone; "~" before one asks for a title or the full name.
    short: tuple[str, ...]
    #: Lower case: "president", "foreign minister", "national security adviser" …
    office: str
    #: First and last day, proleptic ordinals; an open end is ``LAST_DAY``.
    start: int
    end: int
    #: Other full names.
    aliases: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """``leader``, ``minister`` or ``official``."""
        office = self.office.removeprefix("acting ").removeprefix("interim ")
        if office.startswith(_LEADERS) and not office.startswith(_NOT_LEADERS):
            return "leader"
        if "minister" in office or office in _MINISTER_TITLES:
            return "minister"
        return "official"


_MINISTER_TITLES = frozenset(
    {"secretary of state", "secretary of defense", "foreign secretary", "defence secretary",
     "high representative", "treasury secretary", "chancellor of the exchequer"}
)  # fmt: skip


def read_people(rows: Iterable[dict[str, str]]) -> Iterator[Tenure]:
    """Terms of office from the rows of a people table.

    Raises ``ValueError`` with the person's name for a date that is none.
    """
    for row in rows:
        try:
            start = ordinal(row["from"], FIRST_DAY)
            end = last_ordinal(row["until"], LAST_DAY)
        except ValueError as error:
            raise ValueError(f"{row['name']}: {error}") from error
        yield Tenure(
            row["actor"],
            row["name"],
            _split(row["short"]),
            row["office"].lower(),
            start,
            end,
            _split(row.get("aliases", "")),
        )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def person_entries(number: int, tenures: list[Tenure]) -> Iterator[tuple[str, Entry]]:
    """The names of one person: full names, then the short ones.

    Every term of office is an entry of its own; which of them holds is decided on the day.
    """
    full = dict.fromkeys(name for term in tenures for name in (term.name, *term.aliases))
    short = dict.fromkeys(name for term in tenures for name in term.short)
    given = tuple(dict.fromkeys(word for name in full for word in name.split()))
    for term in tenures:
        for name in full:
            yield name, _entry(number, term, Form.PERSON, given)
        for name in short:
            form = Form.COMMON_SURNAME if name.startswith("~") else Form.SURNAME
            yield name.lstrip("~"), _entry(number, term, form, given)


def _entry(number: int, term: Tenure, form: Form, given: tuple[str, ...]) -> Entry:
    confidence = {Form.PERSON: 1.0, Form.SURNAME: 0.95}.get(form, 0.85)
    return Entry(
        term.actor,
        term.kind,
        form,
        label=term.name,
        confidence=confidence,
        why=f"{term.name}, {term.office}",
        start=term.start,
        end=term.end,
        person=number,
        office=term.office,
        extra=given,
    )
