"""``tension evaluate``: the three fixed formats, scored and rendered.

``relations``  sentences with both actors marked, a forced choice of 15 roots
``dyads``      whole texts with their signals listed, the whole pipeline
``series``     a reference series, monthly rank correlation
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from pipeline.records import QUAD_OF_ROOT, ROOTS, STATUS_WEIGHT, Signal, polarity_of
from pipeline.signals.classifier import load_classifier
from pipeline.signals.codebook import load_codebook
from pipeline.signals.extract import Extractor
from pipeline.signals.matcher import Matcher
from pipeline.signals.relations import Mode, RelationCoder, read_marked

_LETTER: Final = {"C": "cooperative", "A": "adversarial"}


class EvaluationError(ValueError):
    """An evaluation file that cannot be used; names file, line or item, and field."""


# -- relations -------------------------------------------------------------------


def relations(path: Path, mode: Mode = "both") -> dict[str, Any]:
    """Forced choice on marked sentences; see DESIGN, "evaluation formats"."""
    rows = read_relations(path)
    coder = RelationCoder(Matcher(load_codebook()), load_classifier(), mode)
    marked = [
        read_marked(row.get("marked_sentence", ""), row["source"], row["target"], row["sentence"])
        for row in rows
    ]
    started = time.perf_counter()
    guessed = [coder.root(item) for item in marked]
    seconds = time.perf_counter() - started
    gold = [row["root"] for row in rows]
    per_root = _f1_by_class(gold, guessed)
    return {
        "n": len(rows),
        **agreements(gold, guessed),
        "per_root": {root: round(per_root[root], 4) for root in ROOTS if root in per_root},
        "sentences_per_second": round(len(rows) / seconds, 1) if seconds else 0.0,
    }


def agreements(gold: Sequence[str], guessed: Sequence[str]) -> dict[str, dict[str, float]]:
    """Macro-F1 and accuracy of guessed roots as polarity, as quad class and as roots."""
    return {
        "binary": _agreement([polarity_of(r) for r in gold], [polarity_of(r) for r in guessed]),
        "quad": _agreement([QUAD_OF_ROOT[r] for r in gold], [QUAD_OF_ROOT[r] for r in guessed]),
        "root": _agreement(gold, guessed),
    }


def read_relations(path: Path) -> list[dict[str, str]]:
    """The rows of a relations file, every needed column present and every root known."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            rows = [dict(row) for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path}: {error}") from error
    needed = ("sentence", "source", "target", "root")
    for column in needed:
        if rows and column not in rows[0]:
            raise EvaluationError(f"{path}: no column '{column}'")
    for number, row in enumerate(rows, 2):
        if row["root"] not in ROOTS:
            raise EvaluationError(f"{path}:{number}: root '{row['root']}' is not a PLOVER root")
        for column in needed:
            row[column] = row[column] or ""
    return rows


def _agreement(gold: Sequence[Any], guessed: Sequence[Any]) -> dict[str, float]:
    scores = _f1_by_class(gold, guessed)
    macro = sum(scores.values()) / len(scores) if scores else 0.0
    right = sum(a == b for a, b in zip(gold, guessed, strict=True))
    return {"macro_f1": round(macro, 4), "accuracy": round(right / max(len(gold), 1), 4)}


def _f1_by_class(gold: Sequence[Any], guessed: Sequence[Any]) -> dict[Any, float]:
    """F1 of every class that occurs in the gold labels."""
    scores: dict[Any, float] = {}
    for name in sorted(set(gold)):
        hit = sum(a == b == name for a, b in zip(gold, guessed, strict=True))
        total = sum(a == name for a in gold) + sum(b == name for b in guessed)
        scores[name] = 2 * hit / total if total else 0.0
    return scores


# -- dyads -----------------------------------------------------------------------

_Key = tuple[str, ...]


def dyads(path: Path, extractor: Extractor | None = None) -> dict[str, Any]:
    """The whole pipeline on texts; micro-averaged over sets per item."""
    items = read_dyads(path)
    extractor = extractor or Extractor.load()
    started = time.perf_counter()
    found = [_predict(extractor, item) for item in items]
    seconds = time.perf_counter() - started
    tallies = {
        name: _Tally() for name in ("pair", "pair_polarity", "directed_polarity", "pair_root")
    }
    quiet = alarms = main_gold = main_found = 0
    weighted = False
    for item, signals in zip(items, found, strict=True):
        gold = [s for s in item["signals"] if s.get("status", "actual") != "negated"]
        optional = {_pair_polarity(*entry) for entry in item.get("optional", ())}
        for name, tally in tallies.items():
            wanted = {key for s in gold for key in _gold_keys(name, s)}
            got = {key for s in signals for key in _signal_keys(name, s)}
            tally.add(
                wanted,
                {key for key in got - wanted if not _excused(name, key, optional)} | (got & wanted),
            )
        if not gold:
            quiet += 1
            counted = {key for s in signals for key in _signal_keys("pair_polarity", s)} - optional
            alarms += bool(counted)
        got_pairs = {key for s in signals for key in _signal_keys("pair_polarity", s)}
        main = {
            key for s in gold if s.get("weight") == "main" for key in _gold_keys("pair_polarity", s)
        }
        weighted = weighted or any("weight" in s for s in item["signals"])
        main_gold += len(main)
        main_found += len(main & got_pairs)
    result: dict[str, Any] = {"n": len(items)}
    result |= {name: tally.result() for name, tally in tallies.items()}
    result |= {"quiet_items": quiet, "false_alarm_items": alarms}
    if weighted:
        result["main_recall"] = round(main_found / main_gold, 4) if main_gold else 0.0
    result["articles_per_second"] = round(len(items) / seconds, 1) if seconds else 0.0
    return result


def read_dyads(path: Path) -> list[dict[str, Any]]:
    """The items of a dyads file, checked for the fields every item and signal needs."""
    try:
        items = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path}: {error}") from error
    if not isinstance(items, list):
        raise EvaluationError(f"{path}: expected a list of items")
    for number, item in enumerate(items):
        name = f"{path}: item {item.get('id', number) if isinstance(item, dict) else number}"
        if not isinstance(item, dict) or not isinstance(item.get("text"), str):
            raise EvaluationError(f"{name}: field 'text' is missing")
        for signal in item.setdefault("signals", []):
            for key in ("source", "target", "polarity"):
                if key not in signal:
                    raise EvaluationError(f"{name}: a signal lacks '{key}'")
    return items


def _predict(extractor: Extractor, item: Mapping[str, Any]) -> list[Signal]:
    """The signals that count in a score."""
    on = date.fromisoformat(item["date"][:10]) if item.get("date") else None
    result = extractor.extract(str(item.get("title") or ""), item["text"], on)
    return [s for s in result.signals if STATUS_WEIGHT[s.status] > 0]


def _pair_polarity(first: str, second: str, polarity: str) -> _Key:
    return (*sorted((first, second)), _LETTER.get(polarity, polarity))


def _keys(
    kind: str, source: str, target: str, both: bool, polarity: str, root: str
) -> Iterable[_Key]:
    pair = tuple(sorted((source, target)))
    if kind == "pair":
        yield pair
    elif kind == "pair_polarity":
        yield (*pair, polarity)
    elif kind == "pair_root":
        yield (*pair, root)
    else:
        yield (source, target, polarity)
        if both:
            yield (target, source, polarity)


def _gold_keys(kind: str, s: Mapping[str, Any]) -> Iterable[_Key]:
    return _keys(
        kind,
        s["source"],
        s["target"],
        s.get("direction") == "both",
        _LETTER.get(s["polarity"], s["polarity"]),
        s.get("root", ""),
    )


def _signal_keys(kind: str, s: Signal) -> Iterable[_Key]:
    return _keys(kind, s.source, s.target, s.direction == "both", s.polarity, s.root)


def _excused(kind: str, key: _Key, optional: set[_Key]) -> bool:
    """Whether a prediction falls under what the item marks as neither right nor wrong."""
    if kind == "pair":
        return any(key == entry[:2] for entry in optional)
    if kind == "pair_polarity":
        return key in optional
    if kind == "directed_polarity":
        return (*sorted(key[:2]), key[2]) in optional
    return key[2] in QUAD_OF_ROOT and (*key[:2], polarity_of(key[2])) in optional


class _Tally:
    """Counts over items for precision, recall and F1."""

    def __init__(self) -> None:
        self.hit = self.found = self.wanted = 0

    def add(self, wanted: set[_Key], found: set[_Key]) -> None:
        self.hit += len(wanted & found)
        self.found += len(found)
        self.wanted += len(wanted)

    def result(self) -> dict[str, float]:
        precision = self.hit / self.found if self.found else 0.0
        recall = self.hit / self.wanted if self.wanted else 0.0
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


# -- series and rendering -----------------------------------------------------------


def series(path: Path, store: Any) -> dict[str, Any]:
    """Monthly Spearman of a reference series against tension and attention in the store."""
    from pipeline.evaluate_series import series as correlate

    return correlate(path, store.signals(columns="light"), store.day_counts())


def render(result: Mapping[str, Any]) -> str:
    """A result as an aligned plain-text table."""
    lines: list[tuple[str, str]] = []
    for name, value in result.items():
        if isinstance(value, Mapping):
            cells = (f"{key} {_show(item)}" for key, item in value.items())
            lines.append((name, "   ".join(cells)))
        elif isinstance(value, list):
            lines.extend(
                (
                    name,
                    "   ".join(f"{k} {_show(v)}" for k, v in row.items())
                    if isinstance(row, Mapping)
                    else str(row),
                )
                for row in value
            )
        else:
            lines.append((name, _show(value)))
    width = max((len(name) for name, _ in lines), default=0)
    return "\n".join(f"{name:<{width}}  {text}" for name, text in lines)


def _show(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) and abs(value) < 10 else str(value)
