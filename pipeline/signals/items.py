"""Training items: news texts with all their signals, as ``data/training/items/*.txt`` holds them.

An item is a line ``date<TAB>text``; each of its signals follows on a line that begins with a
tab: ``SRC>TGT ROOT status<TAB>cue`` (``=`` for a reciprocal act; ``main`` or ``minor`` may
follow the status). In a whole article `` ¶ `` separates the paragraphs; the first is the
headline where it does not end like a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Final

from pipeline.records import ROOTS

_SIGNAL: Final = re.compile(
    r"(?P<source>[A-Z]{3,4})(?P<join>[>=])(?P<target>[A-Z]{3,4}) (?P<root>[A-Z]+)"
    r" (?P<status>actual|planned|negated)(?: (?P<weight>main|minor))?"
)
_PARAGRAPH: Final = " ¶ "
_ENDS: Final = (".", "!", "?", "”", '"', "’")


class ItemError(ValueError):
    """A line of an items file that cannot be used; names file and line."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One signal as a reader coded it."""

    source: str
    target: str
    both: bool
    root: str
    status: str
    #: The words of the text that tell the act.
    cue: str
    #: Whether a whole article is about it.
    main: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A text with all its signals."""

    title: str
    body: str
    day: date
    signals: tuple[Gold, ...]
    where: str
    #: Whether it is a whole article, not a short item.
    article: bool = False


def read_items(folder: Path | None = None) -> list[Item]:
    """All items of ``data/training/items/*.txt`` in order of file name and line."""
    root = folder or Path(str(resources.files("pipeline.signals").joinpath("data/training/items")))
    return [item for path in sorted(root.glob("*.txt")) for item in _read(path)]


def _read(path: Path) -> list[Item]:
    found: list[Item] = []
    heads: list[tuple[str, str, str]] = []
    signals: list[list[Gold]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.removeprefix("\t").split("\t")
        if len(fields) != 2:
            raise ItemError(f"{where}: {len(fields)} fields, expected 2")
        if line.startswith("\t"):
            if not heads:
                raise ItemError(f"{where}: a signal without an item")
            signals[-1].append(_gold(fields[0], fields[1], heads[-1][1], where))
        else:
            heads.append((fields[0], fields[1], where))
            signals.append([])
    for (day, text, where), gold in zip(heads, signals, strict=True):
        title, _, body = text.partition(_PARAGRAPH)
        if not body or title.endswith(_ENDS):
            title, body = "", text
        try:
            on = date.fromisoformat(day)
        except ValueError as error:
            raise ItemError(f"{where}: '{day}' is no date") from error
        plain = body.replace(_PARAGRAPH, "\n")
        found.append(Item(title, plain, on, tuple(gold), where, _PARAGRAPH in text))
    return found


def _gold(code: str, cue: str, text: str, where: str) -> Gold:
    match = _SIGNAL.fullmatch(code.strip())
    if match is None:
        raise ItemError(f"{where}: '{code}' is not 'SRC>TGT ROOT status'")
    if match["root"] not in ROOTS:
        raise ItemError(f"{where}: '{match['root']}' is not a PLOVER root")
    if cue not in text:
        raise ItemError(f"{where}: the cue '{cue}' does not stand in the text")
    both = match["join"] == "="
    main = match["weight"] == "main"
    return Gold(match["source"], match["target"], both, match["root"], match["status"], cue, main)
