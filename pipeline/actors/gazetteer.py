"""Reads the data files and lists every spelling of every name with its readings.

The files are read once per process; nothing here looks at a text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.actors.entries import FIRST_DAY, LAST_DAY, Entry, Form, ordinal
from pipeline.actors.people import Tenure, person_entries, read_people
from pipeline.actors.spelling import spellings, without_accents

DATA = Path(__file__).parent / "data"

#: Names of states that are also given names, birds or parts of another country.
DOUBTFUL = frozenset({"Georgia", "Jordan", "Chad", "Turkey", "Israel", "Cuba", "Guinea", "Holland"})
#: Capitals of names this short are words or abbreviations of something else in capitals.
_SHORTEST_CAPITALS = 4


def load_yaml(name: str) -> Any:
    """The content of the data file ``name``, by the fast parser where there is one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((DATA / name).read_bytes(), Loader=loader)


@cache
def _states() -> dict[str, dict[str, Any]]:
    states: dict[str, dict[str, Any]] = load_yaml("states.yaml")
    return states


def names() -> dict[str, str]:
    """Display name of every actor by code: ``{"RUS": "Russia", …}``."""
    return {code: str(state["name"]) for code, state in _states().items()}


def cow_codes() -> dict[str, str]:
    """Correlates of War state numbers by actor code, as text: ``{"RUS": "365", …}``.

    Actors outside that system (organisations, Palestine, Hong Kong …) are left out.
    """
    return {code: str(state["cow"][0]) for code, state in _states().items() if "cow" in state}


def cow_abbreviations() -> dict[str, str]:
    """Correlates of War letter codes by actor code: ``{"GBR": "UKG", …}``."""
    return {code: str(state["cow"][1]) for code, state in _states().items() if "cow" in state}


def state_record(code: str) -> dict[str, Any]:
    """All that ``states.yaml`` says of one actor; ``KeyError`` for an unknown code."""
    return _states()[code]


class Gazetteer:
    """Every spelling with its readings.

    ``table`` maps a spelling to its entries, in the order of the files; ``people`` holds the
    terms of office by person number.
    """

    def __init__(self, include_proxies: bool = True) -> None:
        self.table: dict[str, list[Entry]] = {}
        self.people: list[list[Tenure]] = []
        self.display: dict[str, str] = dict(names())
        self._add_states()
        self._add_bodies()
        self._add_firms()
        self._add_proxies(include_proxies)
        self._add_places()
        self._add_people()
        self._add_blocks()
        self._add_anaphora()
        self._add_joint()

    def add(self, name: str, entry: Entry, person: bool = False, capitals: bool = False) -> None:
        """Add one reading of ``name`` under all its spellings."""
        for spelling in spellings(name, person):
            self._add_spelling(spelling, entry)
            if capitals and len(spelling) >= _SHORTEST_CAPITALS:
                self._add_spelling(spelling.upper(), entry)

    def _add_spelling(self, spelling: str, entry: Entry) -> None:
        readings = self.table.setdefault(spelling, [])
        if entry not in readings:
            readings.append(entry)

    def replace(self, name: str, entry: Entry) -> None:
        """Make ``entry`` the only reading of ``name`` (an overlay has the last word)."""
        for spelling in spellings(name):
            self.table[spelling] = [entry]

    def _add_states(self) -> None:
        for code, state in _states().items():
            for name, entry in state_entries(code, state):
                self.add(name, entry, capitals=entry.form is not Form.PLAIN)

    def _add_bodies(self) -> None:
        for code, kinds in load_yaml("bodies.yaml").items():
            for kind, items in kinds.items():
                for item in items:
                    self._add_body(code, kind, item)

    def _add_body(self, code: str, kind: str, item: str | dict[str, Any]) -> None:
        record = {"name": item} if isinstance(item, str) else item
        if kind == "ship":
            entry = Entry(code, "military", Form.SHIP, why="warship prefix")
            self.add(record["name"], entry)
            return
        form = Form.SHARED_BODY if record.get("shared") else Form.BODY
        label = str(record.get("label", record["name"]))
        entry = Entry(
            code,
            kind,
            form,
            label=label,
            may_act=bool(record.get("may_act", True)),
            confidence=float(record.get("confidence", 0.95)),
            why=f"{label}: {kind} of {self.display[code]}",
            start=ordinal(record.get("from"), FIRST_DAY),
            end=ordinal(record.get("until"), LAST_DAY),
        )
        self.add(record["name"], entry)

    def _add_firms(self) -> None:
        for code, firms in load_yaml("firms.yaml").items():
            for name in firms:
                why = f"{name}: firm of {self.display[code]}"
                entry = Entry(
                    code, "body", Form.BODY, name, may_act=False, confidence=0.95, why=why
                )
                self.add(name, entry)

    def _add_proxies(self, include: bool) -> None:
        for proxy in load_yaml("proxies.yaml"):
            label = str(proxy["label"])
            for period in proxy["periods"]:
                actor = period.get("actor")
                form = Form.PLAIN if actor and include else Form.BLOCK
                entry = Entry(
                    actor or "",
                    "proxy",
                    form,
                    label=label,
                    may_act=bool(period.get("may_act", True)),
                    confidence=float(period.get("confidence", 0.9)),
                    why=f"{label}: {period.get('why', 'proxy')}",
                    start=ordinal(period.get("from"), FIRST_DAY),
                    end=ordinal(period.get("until"), LAST_DAY),
                )
                for name in proxy["names"]:
                    self.add(str(name), entry, person=True)

    def _add_places(self) -> None:
        for row in read_csv(DATA / "places.csv"):
            self._add_place(row["actor"], row["name"], row.get("kind") or "place")
        for code, groups in load_yaml("regions.yaml").items():
            for kind, items in groups.items():
                for item in items:
                    self._add_region(code, kind, item)

    def _add_place(self, code: str, name: str, kind: str, **more: Any) -> None:
        existing = self.table.get(name)
        if existing and any(entry.form is not Form.PLACE for entry in existing):
            return  # a capital or a state of that name stays what it is
        why = more.pop("why", f"{kind} in {self.display[code]}")
        self.add(name, Entry(code, kind, Form.PLACE, name, False, 0.95, why, **more))

    def _add_region(self, code: str, kind: str, item: str | dict[str, Any]) -> None:
        record = {"name": item} if isinstance(item, str) else item
        more: dict[str, Any] = {}
        if "held" in record:
            more["why"] = f"disputed: {record['held']}"
        self._add_place(
            code,
            str(record["name"]),
            kind,
            start=ordinal(record.get("from"), FIRST_DAY),
            end=ordinal(record.get("until"), LAST_DAY),
            **more,
        )

    def _add_people(self) -> None:
        for path in sorted(DATA.glob("people*.csv")):
            self.add_tenures(read_people(read_csv(path)))

    def add_tenures(self, tenures: Iterable[Tenure]) -> None:
        """Add office-holders; the rows of one person (actor and name) belong together."""
        by_person: dict[tuple[str, str], int] = {
            (terms[0].actor, terms[0].name): number for number, terms in enumerate(self.people)
        }
        touched: list[int] = []
        for tenure in tenures:
            key = (tenure.actor, tenure.name)
            number = by_person.setdefault(key, len(self.people))
            if number == len(self.people):
                self.people.append([])
            self.people[number].append(tenure)
            touched.append(number)
        for number in dict.fromkeys(touched):
            for name, entry in person_entries(number, self.people[number]):
                self.add(name, entry, person=True, capitals=entry.form is Form.SURNAME)

    def _add_blocks(self) -> None:
        block = Entry("", "", Form.BLOCK, why="looks like an actor and is none")
        for line in (DATA / "blocks.txt").read_text(encoding="utf-8").splitlines():
            name = line.split("#", 1)[0].strip()
            if name:
                for spelling in spellings(name):
                    self.table[spelling] = [block]

        sport = Entry("", "sport", Form.BLOCK, why="an event or kind of sport")
        for name in str(load_yaml("context.yaml")["sport_events"]).split():
            self.table.setdefault(name.replace("_", " "), [sport])

    def _add_anaphora(self) -> None:
        for rule, phrases in load_yaml("anaphora.yaml").items():
            entry = Entry("", "anaphor", Form.ANAPHOR, extra=(rule,))
            for phrase in phrases:
                for spelling in (phrase, phrase[0].upper() + phrase[1:]):
                    self.table.setdefault(spelling, [entry])

    def _add_joint(self) -> None:
        for record in load_yaml("joint.yaml"):
            for name in record["names"]:
                for actor in record["actors"]:
                    why = f"{name}: {', '.join(record['actors'])}"
                    entry = Entry(actor, "state", Form.BOTH, str(name), True, 0.85, why)
                    for spelling in (name, name[0].upper() + name[1:]):
                        self.add(spelling, entry)


def state_entries(code: str, state: dict[str, Any]) -> Iterator[tuple[str, Entry]]:
    """The names of one actor from its record in ``states.yaml``."""
    display = str(state["name"])
    nouns = [display, *map(str, state.get("names", ()))]
    adjectives = {str(adjective) for adjective in state.get("adjective", ())}
    for name in nouns:
        form = Form.HYBRID if name in adjectives else Form.STATE
        form = Form.DOUBTFUL_STATE if name in DOUBTFUL else form
        yield name, Entry(code, "state", form, why=f"name of {display}")
    for old in state.get("old", ()):
        start, end = ordinal(old.get("from"), FIRST_DAY), ordinal(old.get("until"), LAST_DAY)
        why = f"name of {display} until {date.fromordinal(end).isoformat()}"
        yield str(old["name"]), Entry(code, "state", Form.STATE, why=why, start=start, end=end)
    for adjective in sorted(adjectives - set(nouns)):
        yield adjective, Entry(code, "demonym", Form.DEMONYM, why=f"adjective for {display}")
    for plural in state.get("plural", ()):
        why = f"people of {display}"
        yield str(plural), Entry(code, "plural", Form.PLURAL, confidence=0.7, why=why)
    for person in state.get("person", ()):
        why = f"one national of {display}"
        yield str(person), Entry(code, "plural", Form.PLAIN, "", False, 0.8, why)
    for capital in state.get("capital", ()):
        why = f"capital of {display}"
        yield str(capital), Entry(code, "capital", Form.CAPITAL, str(capital), True, 0.95, why)
    for seat in state.get("seat", ()):
        why = f"seat of power of {display}"
        yield str(seat), Entry(code, "seat", Form.SEAT, str(seat), why=why)


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a data table; lines that start with "#" are comments, cells are stripped."""
    with path.open(encoding="utf-8", newline="") as lines:
        kept = (line for line in lines if line.strip() and not line.startswith("#"))
        for row in csv.DictReader(kept):
            yield {key: (value or "").strip() for key, value in row.items() if key}


def plain_key(name: str) -> str:
    """A name as the look-up compares it: no accents, straight apostrophes, lower case."""
    return without_accents(name.replace("’", "'")).lower().strip()
