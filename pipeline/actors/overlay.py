"""A user's own names, offices, actors and groups, on top of the data files.

The file is YAML with up to four sections; docs/actors.md shows each. A mistake is reported with
file, line and key, the first one only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipeline.actors.entries import FIRST_DAY, LAST_DAY, Entry, Form, ordinal
from pipeline.actors.gazetteer import Gazetteer, names, state_entries
from pipeline.actors.people import Tenure

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,15}$")
_NAME_KINDS = {
    "state": Form.STATE,
    "demonym": Form.DEMONYM,
    "plural": Form.PLURAL,
    "capital": Form.CAPITAL,
    "place": Form.PLACE,
    "region": Form.PLACE,
    "none": Form.BLOCK,
    "seat": Form.SEAT,
    **dict.fromkeys(("proxy", "group"), Form.PLAIN),
    **dict.fromkeys(
        ("ministry", "parliament", "military", "intelligence", "media", "body", "mission"),
        Form.BODY,
    ),
}
_LISTS = ("names", "adjective", "plural", "person", "capital", "seat")


class OverlayError(ValueError):
    """A mistake in an overlay file: where it is and what is wrong.

    Attributes: ``path``, ``line`` (from 1), ``key`` (dotted, "names[2].actor").
    """

    def __init__(self, path: Path, line: int, key: str, message: str) -> None:
        super().__init__(f"{path}:{line}: {key}: {message}")
        self.path = path
        self.line = line
        self.key = key


class _Located:
    """Finds the line of a key in the parsed document."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.value = yaml.safe_load(text)
        except (OSError, UnicodeDecodeError) as error:
            raise OverlayError(path, 1, "file", f"cannot be read: {error}") from error
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise OverlayError(path, line, "file", "is not valid YAML") from error

    def error(self, keys: tuple[str | int, ...], message: str) -> OverlayError:
        """An error at the nearest node that exists on the way along ``keys``."""
        node = self.root
        line = node.start_mark.line + 1 if node is not None else 1
        for key in keys:
            child = None
            if isinstance(node, yaml.MappingNode):
                for name, value in node.value:
                    if name.value == str(key):
                        child, line = value, name.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                if key < len(node.value):
                    child = node.value[key]
                    line = child.start_mark.line + 1
            if child is None:
                break
            node = child
        dotted = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
        return OverlayError(self.path, line, dotted.lstrip("."), message)


def check_overlay(path: Path) -> None:
    """Raise ``OverlayError`` for the first mistake in the overlay file, else do nothing."""
    apply_overlay(_Checked(), path)


class _Checked(Gazetteer):
    """A gazetteer without data: what the overlay adds goes nowhere else."""

    def __init__(self) -> None:
        self.table = {}
        self.people = []
        self.display = dict(names())


def apply_overlay(gazetteer: Gazetteer, path: Path) -> None:
    """Add the overlay file at ``path`` to ``gazetteer``; ``OverlayError`` for a mistake."""
    document = _Located(path)
    data = document.value if document.value is not None else {}
    sections: dict[str, Callable[[Gazetteer, _Located, Any], None]] = {
        "actors": _actors,
        "groups": _groups,
        "names": _names,
        "offices": _offices,
    }
    if not isinstance(data, dict):
        raise document.error((), "the file must hold the sections " + ", ".join(sections))
    for key in data:
        if key not in sections:
            raise document.error((str(key),), f"unknown section; known: {', '.join(sections)}")
    for key, add in sections.items():
        if data.get(key) is not None:
            add(gazetteer, document, data[key])


def _actors(gazetteer: Gazetteer, document: _Located, section: Any) -> None:
    _mapping(document, ("actors",), section)
    for code, record in section.items():
        where = ("actors", str(code))
        _code(document, where, code)
        _mapping(document, where, record)
        _known(document, where, record, ("name", "cow", "un", "old", *_LISTS))
        _text(document, where, record, "name")
        for key in _LISTS:
            _strings(document, (*where, key), record.get(key, []))
        gazetteer.display[code] = record["name"]
        for name, entry in state_entries(code, record):
            gazetteer.add(name, entry)


def _groups(gazetteer: Gazetteer, document: _Located, section: Any) -> None:
    _mapping(document, ("groups",), section)
    for code, record in section.items():
        where = ("groups", str(code))
        _code(document, where, code)
        _mapping(document, where, record)
        _known(document, where, record, ("name", "names", "members", "may_act"))
        _text(document, where, record, "name")
        _strings(document, (*where, "names"), record.get("names", []))
        members = record.get("members", [])
        _strings(document, (*where, "members"), members)
        for index, member in enumerate(members):
            _actor(gazetteer, document, (*where, "members", index), member)
        if code in names():
            raise document.error(where, f"{code} is a state already")
        gazetteer.display[code] = record["name"]
        why = f"group {record['name']}" + (f" of {', '.join(members)}" if members else "")
        entry = Entry(code, "group", Form.PLAIN, record["name"], bool(record.get("may_act", True)),
                      0.9, why)  # fmt: skip
        for name in dict.fromkeys([record["name"], *record.get("names", [])]):
            gazetteer.replace(name, entry)


def _names(gazetteer: Gazetteer, document: _Located, section: Any) -> None:
    _sequence(document, ("names",), section)
    for index, record in enumerate(section):
        where: tuple[str | int, ...] = ("names", index)
        _mapping(document, where, record)
        known = ("name", "actor", "kind", "from", "until", "label", "may_act", "confidence")
        _known(document, where, record, known)
        _text(document, where, record, "name")
        kind = record.get("kind", "state")
        if kind not in _NAME_KINDS:
            raise document.error((*where, "kind"), f"unknown kind; known: {', '.join(_NAME_KINDS)}")
        if kind != "none":
            _actor(gazetteer, document, (*where, "actor"), record.get("actor"))
        confidence = record.get("confidence", 0.95)
        if not isinstance(confidence, int | float) or not 0 < confidence <= 1:
            raise document.error((*where, "confidence"), "must lie between 0 and 1")
        start, end = _period(document, where, record)
        form = _NAME_KINDS[kind]
        acts = bool(record.get("may_act", form is not Form.PLACE))
        label = str(record.get("label", "" if kind in ("state", "demonym") else record["name"]))
        why = f"{record['name']}: from the overlay"
        entry = Entry(record.get("actor", ""), kind, form, label, acts, float(confidence), why,
                      start, end)  # fmt: skip
        gazetteer.replace(record["name"], entry)


def _offices(gazetteer: Gazetteer, document: _Located, section: Any) -> None:
    _sequence(document, ("offices",), section)
    tenures = []
    for index, record in enumerate(section):
        where: tuple[str | int, ...] = ("offices", index)
        _mapping(document, where, record)
        _known(document, where, record,
               ("actor", "name", "office", "from", "until", "short", "aliases"))  # fmt: skip
        _actor(gazetteer, document, (*where, "actor"), record.get("actor"))
        _text(document, where, record, "name")
        _text(document, where, record, "office")
        for key in ("short", "aliases"):
            _strings(document, (*where, key), record.get(key, []))
        start, end = _period(document, where, record)
        tenures.append(
            Tenure(record["actor"], record["name"], tuple(record.get("short", ())),
                   record["office"].lower(), start, end, tuple(record.get("aliases", ())))
        )  # fmt: skip
    gazetteer.add_tenures(tenures)


def _mapping(document: _Located, where: tuple[str | int, ...], value: Any) -> None:
    if not isinstance(value, dict):
        raise document.error(where, "must hold keys and values")


def _sequence(document: _Located, where: tuple[str | int, ...], value: Any) -> None:
    if not isinstance(value, list):
        raise document.error(where, "must be a list")


def _known(
    document: _Located, where: tuple[str | int, ...], record: dict[Any, Any], known: tuple[str, ...]
) -> None:
    for key in record:
        if key not in known:
            raise document.error((*where, str(key)), f"unknown key; known: {', '.join(known)}")


def _text(document: _Located, where: tuple[str | int, ...], record: Any, key: str) -> None:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise document.error((*where, key), "must be a text")


def _strings(document: _Located, where: tuple[str | int, ...], value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise document.error(where, "must be a list of texts")


def _code(document: _Located, where: tuple[str | int, ...], code: Any) -> None:
    if not isinstance(code, str) or not _CODE.match(code):
        raise document.error(where, "a code is two or more capitals and digits, as in NORDICS")


def _actor(
    gazetteer: Gazetteer, document: _Located, where: tuple[str | int, ...], code: Any
) -> None:
    if not isinstance(code, str) or code not in gazetteer.display:
        raise document.error(where, f"no such actor: {code}")


def _period(
    document: _Located, where: tuple[str | int, ...], record: dict[str, Any]
) -> tuple[int, int]:
    bounds = []
    for key, default in (("from", FIRST_DAY), ("until", LAST_DAY)):
        try:
            bounds.append(ordinal(record.get(key), default))
        except ValueError as error:
            raise document.error((*where, key), "must be a date, 2024-01-31") from error
    if bounds[0] > bounds[1]:
        first = date.fromordinal(bounds[0]).isoformat()
        raise document.error((*where, "until"), f"lies before 'from' ({first})")
    return bounds[0], bounds[1]
