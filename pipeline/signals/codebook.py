"""The codebook: constructions, themes and intensities, read from data files.

``data/codebook/ROOT.yaml`` holds one PLOVER root each, ``classes.yaml`` the word
classes (``@troops``), ``intensities.yaml`` the intensity of every theme. The
format is told in docs/codebook.md. A user's overlay file adds groups and themes
or switches patterns and themes off.

Errors::

    CodebookError     names the file and what is wrong with which entry
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from pipeline.records import ROOTS, Polarity, Status, polarity_of

Frame = Literal["act", "receive", "mutual", "noun", "noun-mutual"]
FRAMES: Final[tuple[str, ...]] = get_args(Frame)
VERB_FRAMES: Final = frozenset({"act", "receive", "mutual"})
#: One line may not stand for more sequences than this once its multi-word
#: alternatives and optional words are written out.
MAX_EXPANSION: Final = 400
#: The pattern shown for an act that no construction names.
WORDS: Final = "(the words themselves)"
_GROUP_KEYS: Final = {
    "theme", "frame", "patterns", "reversal", "status", "weak", "joint", "note",
}  # fmt: skip
_THEME_KEYS: Final = {"label", "definition", "examples", "intensity"}


class CodebookError(ValueError):
    """A codebook or overlay file that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A finer, analyst-facing label inside a root."""

    name: str
    root: str
    label: str
    definition: str
    #: -10..+10, after Goldstein (1992) and PLOVER.
    intensity: float
    #: Where the intensity comes from.
    source: str
    examples: tuple[str, ...] = ()

    @property
    def polarity(self) -> Polarity:
        """That of its root."""
        return polarity_of(self.root)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of 0..``longest`` words between two pattern words."""

    longest: int


#: One place of a sequence: the base forms allowed there, or a gap.
Element = frozenset[str] | Gap


@dataclass(frozen=True, slots=True)
class Entry:
    """One construction of the codebook: a pattern line in its group."""

    number: int
    root: str
    theme: str
    frame: Frame
    pattern: str
    #: File and running number of the line in its group, for messages.
    where: str
    reversal: bool = False
    status: Status | None = None
    weak: bool = False
    #: Both sides take part although one of them is named as acting ("visited").
    joint: bool = False
    sequences: tuple[tuple[Element, ...], ...] = ()


@dataclass(frozen=True)
class Codebook:
    """All themes and constructions; ``digest`` identifies the content."""

    themes: Mapping[str, Theme]
    entries: tuple[Entry, ...]
    classes: Mapping[str, tuple[str, ...]]
    digest: str
    default_intensity: Mapping[str, float] = field(default_factory=dict)
    #: By root, what stands for an act that the words suggest and no construction names.
    unnamed: Mapping[str, Entry] = field(default_factory=dict)

    def vocabulary(self) -> set[str]:
        """Every base form any sequence uses (exact forms keep their ``=``)."""
        return {
            word
            for entry in self.entries
            for sequence in entry.sequences
            for element in sequence
            if isinstance(element, frozenset)
            for word in element
        }


def load_codebook(overlay: Path | None = None) -> Codebook:
    """Read the packaged codebook and, on top, a user's overlay.

    Raises ``CodebookError``, naming the file and the entry at fault.
    """
    folder = resources.files("pipeline.signals").joinpath("data/codebook")
    texts = {
        item.name: item.read_text("utf-8")
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".yaml")
    }
    if overlay is not None:
        try:
            texts["overlay:" + overlay.name] = overlay.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CodebookError(f"{overlay}: cannot be read: {error}") from error
    return _build(texts)


def _parse(name: str, text: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        raise CodebookError(f"{name}: not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise CodebookError(f"{name}: expected a mapping at the top")
    return data


def _build(texts: Mapping[str, str]) -> Codebook:
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        digest.update(name.encode() + b"\0" + text.encode() + b"\0")
    parsed = {name: _parse(name, text) for name, text in texts.items()}
    classes: dict[str, tuple[str, ...]] = {}
    for name in sorted(name for name in parsed if name.startswith("classes")):
        classes |= _classes(parsed.pop(name))
    defaults, intensities = _intensities(parsed.pop("intensities.yaml", {}))
    unnamed = parsed.pop("unnamed.yaml", {})
    themes: dict[str, Theme] = {}
    entries: list[Entry] = []
    off: set[str] = set()
    # The overlay comes last whatever its name: it may switch off what the others define.
    for name in sorted(parsed, key=lambda name: (name.startswith("overlay:"), name)):
        data = parsed[name]
        if name.startswith("overlay:"):
            for word in data.get("switch_off", ()):
                off.add(str(word))
            for extra, words in (data.get("classes") or {}).items():
                classes[str(extra)] = tuple(str(word) for word in words)
            sections = [
                dict(section, root=root) for root, section in (data.get("roots") or {}).items()
            ]
        else:
            sections = [data]
        for section in sections:
            _read_section(name, section, classes, defaults, intensities, themes, entries)
    others: dict[str, Entry] = {}
    for root, value in unnamed.items():
        name = f"unnamed_{root.lower()}"
        theme = _theme("unnamed.yaml", root, name, value, defaults, intensities)
        themes[theme.name] = theme
        if name not in off:
            others[root] = Entry(-1, root, theme.name, "act", WORDS, "unnamed.yaml")
    known = {entry.pattern for entry in entries} | set(themes)
    for word in sorted(off - known):
        raise CodebookError(f"overlay: switch_off names '{word}', which is no pattern or theme")
    kept = tuple(e for e in entries if e.pattern not in off and e.theme not in off)
    return Codebook(themes, kept, classes, digest.hexdigest()[:12], defaults, others)


def _classes(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    table = data.get("classes", data)
    found: dict[str, tuple[str, ...]] = {}
    for name, words in table.items():
        if isinstance(words, str):
            words = words.replace("|", " ").split()
        found[str(name).lstrip("@")] = tuple(str(word) for word in words)
    return found


def _intensities(data: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, tuple[float, str]]]:
    defaults = {
        str(root): float(value["value"] if isinstance(value, dict) else value)
        for root, value in (data.get("roots") or {}).items()
    }
    themes: dict[str, tuple[float, str]] = {}
    for theme, value in (data.get("themes") or {}).items():
        if isinstance(value, dict):
            themes[str(theme)] = (float(value["value"]), str(value.get("source", "")))
        else:
            themes[str(theme)] = (float(value), "")
    return defaults, themes


def _read_section(
    name: str,
    data: Mapping[str, Any],
    classes: Mapping[str, tuple[str, ...]],
    defaults: Mapping[str, float],
    intensities: Mapping[str, tuple[float, str]],
    themes: dict[str, Theme],
    entries: list[Entry],
) -> None:
    root = str(data.get("root", ""))
    if root not in ROOTS:
        raise CodebookError(f"{name}: root '{root}' is not one of {', '.join(ROOTS)}")
    for theme, value in (data.get("themes") or {}).items():
        themes[theme] = _theme(name, root, str(theme), value or {}, defaults, intensities)
    for number, group in enumerate(data.get("groups") or (), 1):
        where = f"{name}: group {number}"
        unknown = set(group) - _GROUP_KEYS
        if unknown:
            raise CodebookError(f"{where}: unknown key '{sorted(unknown)[0]}'")
        theme_name = str(group.get("theme", ""))
        if theme_name not in themes or themes[theme_name].root != root:
            raise CodebookError(f"{where}: theme '{theme_name}' is not defined for {root}")
        frame = group.get("frame")
        if frame not in FRAMES:
            raise CodebookError(f"{where}: frame '{frame}' is not one of {', '.join(FRAMES)}")
        try:
            status = Status(group["status"]) if group.get("status") else None
        except ValueError as error:
            raise CodebookError(f"{where}: {error}") from error
        for line_number, pattern in enumerate(_lines(group.get("patterns", "")), 1):
            at = f"{where} ({theme_name}), line {line_number}"
            entries.append(
                Entry(
                    number=len(entries),
                    root=root,
                    theme=theme_name,
                    frame=frame,
                    pattern=pattern,
                    where=at,
                    reversal=bool(group.get("reversal")),
                    status=status,
                    weak=bool(group.get("weak")),
                    joint=bool(group.get("joint")),
                    sequences=_sequences(at, pattern, classes),
                )
            )


def _theme(
    name: str,
    root: str,
    theme: str,
    value: Mapping[str, Any],
    defaults: Mapping[str, float],
    intensities: Mapping[str, tuple[float, str]],
) -> Theme:
    unknown = set(value) - _THEME_KEYS
    if unknown:
        raise CodebookError(f"{name}: theme '{theme}': unknown key '{sorted(unknown)[0]}'")
    if "intensity" in value:
        intensity, source = float(value["intensity"]), f"set in {name}"
    elif theme in intensities:
        intensity, source = intensities[theme]
    elif root in defaults:
        intensity, source = defaults[root], f"default of {root}"
    else:
        raise CodebookError(f"{name}: theme '{theme}' has no intensity")
    if not -10 <= intensity <= 10:
        raise CodebookError(f"{name}: theme '{theme}': intensity {intensity} is not in -10..10")
    if (intensity > 0) != (polarity_of(root) == "cooperative"):
        raise CodebookError(
            f"{name}: theme '{theme}': intensity {intensity} has {root}'s wrong sign"
        )
    return Theme(
        name=theme,
        root=root,
        label=str(value.get("label", theme.replace("_", " ").capitalize())),
        definition=str(value.get("definition", "")),
        intensity=intensity,
        source=source,
        examples=tuple(str(example) for example in value.get("examples") or ()),
    )


def _lines(block: str | Iterable[str]) -> Iterator[str]:
    for line in block.splitlines() if isinstance(block, str) else block:
        line = line.split("#")[0].strip()
        if line:
            yield " ".join(line.split())


def _sequences(
    where: str, pattern: str, classes: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[Element, ...], ...]:
    """All sequences a pattern line stands for.

    Single-word alternatives stay together as one set; a multi-word alternative or
    an optional word makes sequences of its own.
    """
    places = [_place(where, word, classes) for word in pattern.split()]
    count = 1
    for place in places:
        count *= len(place)
    if count > MAX_EXPANSION:
        raise CodebookError(f"{where}: '{pattern}' stands for {count} sequences; split it up")
    sequences = []
    for choice in itertools.product(*places):
        sequence = tuple(element for part in choice for element in part)
        if not any(isinstance(element, frozenset) for element in sequence):
            raise CodebookError(f"{where}: '{pattern}' has no word in it")
        while isinstance(sequence[-1], Gap):
            sequence = sequence[:-1]
        if isinstance(sequence[0], Gap):
            raise CodebookError(f"{where}: '{pattern}' begins with a gap")
        if sequence not in sequences:
            sequences.append(sequence)
    return tuple(sequences)


def _place(
    where: str, word: str, classes: Mapping[str, tuple[str, ...]]
) -> list[tuple[Element, ...]]:
    """The alternatives for one place, each a run of elements."""
    if word in ("*", "**"):
        return [(Gap(4 if word == "*" else 8),)]
    optional = word.startswith("(") and word.endswith(")")
    if optional:
        word = word[1:-1]
    singles: set[str] = set()
    runs: list[tuple[Element, ...]] = []
    for alternative in word.split("|"):
        for filler in _fillers(where, alternative, classes):
            parts = filler.replace("-", "_").split("_")
            if len(parts) == 1:
                singles.add(parts[0])
            else:
                runs.append(tuple(frozenset({part}) for part in parts))
    choices: list[tuple[Element, ...]] = [(frozenset(singles),)] if singles else []
    choices += runs
    if optional:
        choices.append(())
    return choices


def _fillers(
    where: str, word: str, classes: Mapping[str, tuple[str, ...]], depth: int = 0
) -> Iterator[str]:
    if word.startswith("@"):
        if word[1:] not in classes:
            raise CodebookError(f"{where}: no word class '{word}'")
        if depth > 4:
            raise CodebookError(f"{where}: word class '{word}' refers to itself")
        for filler in classes[word[1:]]:
            yield from _fillers(where, filler, classes, depth + 1)
    elif (
        not word
        or not word.replace("_", "")
        .replace("-", "")
        .replace("=", "")
        .replace("'", "")
        .replace(".", "")
        .isalnum()
    ):
        raise CodebookError(f"{where}: '{word}' is not a word")
    else:
        yield word.lower().replace(" ", "_")
