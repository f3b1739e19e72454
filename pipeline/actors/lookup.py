"""Explains what one name stands for, for the command `tension actors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.actors.entries import FIRST_DAY, LAST_DAY, Entry, Form
from pipeline.actors.gazetteer import plain_key
from pipeline.records import Mention

if TYPE_CHECKING:
    from pipeline.actors.resolver import Resolver


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a name may stand for."""

    actor: str
    #: Display name of the actor, or "" for a name that gives none.
    actor_name: str
    kind: str
    label: str
    why: str
    #: First and last day, or None for an open end.
    start: date | None
    end: date | None
    #: Whether it holds on the day asked for (always, without a day).
    holds: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one name."""

    name: str
    on: date | None
    #: What the resolver makes of the name standing alone on that day, or None.
    mention: Mention | None
    #: All readings of the spelling, in force or not.
    readings: tuple[Reading, ...]
    #: Known spellings that differ in accents or capitals, or contain the name; at most ten.
    similar: tuple[str, ...]

    def lines(self) -> list[str]:
        """The explanation as lines for people."""
        day = f" on {self.on.isoformat()}" if self.on else ""
        if self.mention is not None:
            act = "may act" if self.mention.may_act else "may only be acted upon"
            found = self.mention
            what = f"{found.kind}, {act}, confidence {found.confidence:.2f}"
            head = f"{self.name}{day}: {found.actor} ({what}) because {found.why}"
        elif self.readings:
            head = f"{self.name}{day}: no actor when it stands alone"
        else:
            head = f"{self.name}: unknown"
        lines = [head]
        for reading in self.readings:
            period = f"{reading.start or '…'} to {reading.end or '…'}"
            mark = "holds" if reading.holds else "does not hold"
            what = f"{reading.actor} {reading.actor_name}" if reading.actor else "no actor"
            lines.append(f"  {what}: {reading.kind} {reading.why} [{period}; {mark}]")
        if self.similar:
            lines.append("  similar: " + ", ".join(self.similar))
        return lines


def explain(resolver: Resolver, name: str, on: date | None) -> Explanation:
    """Look ``name`` up as it stands, and by plain letters where it is not known so."""
    wanted = name.strip()
    readings = resolver.readings(wanted)
    key = plain_key(wanted)
    table = resolver.gazetteer.table
    similar = [
        spelling for spelling in table if spelling != wanted and key and plain_key(spelling) == key
    ]
    if not readings and similar:
        wanted, readings = similar[0], resolver.readings(similar[0])
    if not readings and key:
        similar = [spelling for spelling in table if key in plain_key(spelling)][:10]
    found = [m for m in resolver.resolve(wanted, on) if (m.start, m.end) == (0, len(wanted))]
    day = on.toordinal() if on else None
    return Explanation(
        name=name,
        on=on,
        mention=found[0] if found else None,
        readings=tuple(_reading(resolver, entry, day) for entry in readings),
        similar=tuple(similar[:10]),
    )


def _reading(resolver: Resolver, entry: Entry, day: int | None) -> Reading:
    return Reading(
        actor=entry.actor,
        actor_name=resolver.gazetteer.display.get(entry.actor, ""),
        kind=entry.kind or ("blocked" if entry.form is Form.BLOCK else ""),
        label=entry.label,
        why=entry.why,
        start=date.fromordinal(entry.start) if entry.start > FIRST_DAY else None,
        end=date.fromordinal(entry.end) if entry.end < LAST_DAY else None,
        holds=entry.holds(day),
    )
