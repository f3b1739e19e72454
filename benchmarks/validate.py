"""Ablation and reliability: what docs/method.md publishes.

    python benchmarks/validate.py RELATIONS.tsv DYADS.json

Ablation: macro-F1 of the codebook alone, of a classifier trained without any codebook
feature, and of both. Reliability: counting signals of the dyads binned by confidence,
with the share whose pair and polarity the coder of the file has too, and the expected
calibration error over the bins.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline import evaluate
from pipeline.records import STATUS_WEIGHT
from pipeline.signals import train
from pipeline.signals.classifier import load_classifier
from pipeline.signals.codebook import load_codebook
from pipeline.signals.extract import Extractor
from pipeline.signals.matcher import Matcher
from pipeline.signals.relations import RelationCoder, read_marked

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def ablation(path: Path) -> None:
    """Print binary, quad and root macro-F1 for the three ways."""
    with tempfile.TemporaryDirectory() as folder:
        words_only = Path(folder) / "words.npz"
        train.train(words_only, mode="classifier", quiet=True)
        matcher = Matcher(load_codebook())
        for name, coder in (
            ("codebook alone", RelationCoder(matcher, None, "codebook")),
            ("classifier alone", RelationCoder(matcher, load_classifier(words_only), "classifier")),
            ("both", RelationCoder(matcher, load_classifier(), "both")),
        ):
            result = scored(path, coder)
            figures = "  ".join(f"{key} {100 * result[key]['macro_f1']:.1f}" for key in result)
            print(f"{name:<17} {figures}")


def scored(path: Path, coder: RelationCoder) -> dict[str, Any]:
    """Binary, quad and root agreement of one coder."""
    rows = evaluate.read_relations(path)
    gold = [row["root"] for row in rows]
    guessed = [
        coder.root(
            read_marked(row["marked_sentence"], row["source"], row["target"], row["sentence"])
        )
        for row in rows
    ]
    return evaluate.agreements(gold, guessed)


def reliability(path: Path) -> None:
    """Print the bins and the expected calibration error."""
    extractor = Extractor.load()
    found: list[tuple[float, bool]] = []
    for item in evaluate.read_dyads(path):
        gold = {
            (*sorted((s["source"], s["target"])), s["polarity"][0].upper())
            for s in item["signals"]
            if s.get("status") != "negated"
        }
        result = extractor.extract("", item["text"], date.fromisoformat(item["date"]))
        best: dict[tuple[str, ...], float] = {}
        for signal in result.signals:
            if STATUS_WEIGHT[signal.status] > 0:
                pair = sorted((signal.source, signal.target))
                key = (*pair, signal.polarity[0].upper())
                best[key] = max(best.get(key, 0.0), signal.confidence)
        found += [(confidence, key in gold) for key, confidence in best.items()]
    error = 0.0
    for low, high in pairwise(BINS):
        inside = [(c, right) for c, right in found if low <= c < high]
        if inside:
            said = sum(c for c, _ in inside) / len(inside)
            held = sum(right for _, right in inside) / len(inside)
            error += abs(said - held) * len(inside) / len(found)
            counts = f"n {len(inside):>3}  confidence {said:.2f}  right {held:.2f}"
            print(f"{low:.1f}–{min(high, 1.0):.1f}  {counts}")
    print(f"expected calibration error {error:.3f} over {len(found)} signals")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("relations", type=Path)
    parser.add_argument("dyads", type=Path)
    arguments = parser.parse_args()
    ablation(arguments.relations)
    reliability(arguments.dyads)


if __name__ == "__main__":
    main()
