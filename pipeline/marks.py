"""Readers' marks: what a person says of a signal, as a small overlay file.

The dashboard writes such files, people may write them too; ``[scoring] marks`` names
one, or a folder of them, and every refresh applies what stands there::

    marks:
      - verdict: wrong            # no such act; misdirected: the other way round;
        article: 0123456789abcdef #   right: takes an earlier mark back
        sentence: Moscow accused Washington.
        source: RUS               # as the scorer found them, not as corrected
        target: USA
        root: ACCUSE
        theme: accusation
        note: The speaker is a retired officer.
        by: A. Reader
        at: 2022-03-24T12:30:00Z

A mark names its signal by what it says, not by a number, so it survives a new scorer
as long as that still finds the signal. Of several marks of one signal the last one made
holds. A signal marked wrong stays in the store and on the screen, and does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

Verdict = Literal["wrong", "misdirected", "right"]
VERDICTS: tuple[str, ...] = get_args(Verdict)

#: A file larger than this is not read.
MAX_BYTES = 8 * 2**20
#: Endings of the files that are read in a folder.
ENDINGS = (".yaml", ".yml")

_HEAD = (
    "# Readers' marks. Put this file where [scoring] marks in tension.toml points; the next\n"
    "# `tension refresh` applies it. See docs/operations.md.\n"
)
#: (article, sentence, source, target, root, theme): the signal that a mark is about.
Key = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """One reader's word on one signal."""

    verdict: Verdict
    #: records.Article.article_id.
    article: str
    sentence: str
    #: Actor codes as the scorer found them.
    source: str
    target: str
    root: str
    theme: str
    #: When it was made, UTC.
    at: datetime
    #: Why, and by whom; both may stay empty.
    note: str = ""
    by: str = ""

    @property
    def key(self) -> Key:
        """The signal it is about."""
        return (self.article, self.sentence, self.source, self.target, self.root, self.theme)


@dataclass(frozen=True, slots=True)
class Overlay:
    """All marks of a file or a folder."""

    #: One a signal, the last made.
    marks: tuple[Mark, ...] = ()
    #: What could not be read, for people. While there is any, no mark in force is dropped.
    problems: tuple[str, ...] = ()


@dataclass
class MarkBook:
    """What a run did with the marks; part of its report."""

    #: Marks in force after the run.
    in_force: int = 0
    #: Marks this run put in force or changed, and those it took back.
    new: int = 0
    taken_back: int = 0
    #: Marks that fit no signal of the scorer: verdict, article, sentence.
    unmatched: list[dict[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @property
    def words(self) -> str:
        """One line for the terminal and the log; "" where there is nothing to say."""
        if not (self.in_force or self.taken_back or self.unmatched or self.problems):
            return ""
        parts = [f"Readers' marks in force: {self.in_force:,} ({self.new:,} new)"]
        if self.taken_back:
            parts.append(f"{self.taken_back:,} taken back")
        if self.unmatched:
            parts.append(f"{len(self.unmatched):,} fit no signal")
        if self.problems:
            parts.append(f"not read: {'; '.join(self.problems)}")
        return ", ".join(parts)


def read_overlay(path: Path | None) -> Overlay:
    """The marks of a file or of all files in a folder; nothing for None.

    A file that cannot be read, or a mark that says too little, is a problem and stops
    nothing: a refresh nobody watches must not fail for a reader's file.
    """
    if path is None:
        return Overlay()
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS)
    else:
        files = [path]
    found: list[Mark] = []
    problems: list[str] = []
    for file in files:
        marks, wrong = _read(file)
        found += marks
        problems += wrong
    return Overlay(last_of_each(found), tuple(problems))


def last_of_each(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The last mark of each signal; of marks made at the same time the later one listed."""
    held: dict[Key, Mark] = {}
    for mark in sorted(marks, key=lambda mark: mark.at):
        held[mark.key] = mark
    return tuple(held.values())


def _read(file: Path) -> tuple[list[Mark], list[str]]:
    try:
        if file.stat().st_size > MAX_BYTES:
            return [], [f"{file.name}: larger than {MAX_BYTES // 2**20} MiB"]
        loaded = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        return [], [f"{file.name}: {type(error).__name__}"]
    rows = loaded.get("marks") if isinstance(loaded, dict) else None
    if not isinstance(rows, list):
        return [], [f"{file.name}: there is no list named marks"]
    marks: list[Mark] = []
    problems: list[str] = []
    for number, row in enumerate(rows, 1):
        try:
            marks.append(_mark(row))
        except ValueError as error:
            problems.append(f"{file.name}: mark {number}: {error}")
    return marks, problems


def _mark(row: Any) -> Mark:
    """One mark of a file; ``ValueError`` names what is missing."""
    if not isinstance(row, dict):
        raise ValueError("is no table of fields")
    names = ("article", "sentence", "source", "target", "root", "theme")
    wanted = {name: row.get(name) for name in (*names, "verdict")}
    missing = [name for name, value in wanted.items() if not isinstance(value, str) or not value]
    if missing:
        raise ValueError(f"{missing[0]} is missing or no text")
    if wanted["verdict"] not in VERDICTS:
        raise ValueError(f"verdict must be one of {', '.join(VERDICTS)}")
    unknown = set(row) - {*wanted, "note", "by", "at"}
    if unknown:
        raise ValueError(f"there is no field {sorted(map(str, unknown))[0]}")
    told = {name: str(row.get(name) or "")[:2000] for name in ("note", "by")}
    return Mark(**wanted, **told, at=_time(row.get("at")))  # type: ignore[arg-type]


def _time(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ValueError("at must be a time such as 2022-03-24T12:30:00Z")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def as_yaml(marks: Sequence[Mark]) -> bytes:
    """The overlay file of ``marks``, UTF-8; the same bytes for the same marks."""
    rows = [
        {name: value for name, value in asdict(mark).items() if value != ""}
        | {"at": mark.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")}
        for mark in marks
    ]
    text = yaml.safe_dump({"marks": rows}, allow_unicode=True, sort_keys=False, width=96)
    return (_HEAD + text).encode("utf-8")
