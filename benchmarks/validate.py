"""Ablation and reliability: what docs/method.md publishes.

    python benchmarks/validate.py RELATIONS.tsv DYADS.json [ARTICLES.json] [--write]

Ablation: macro-F1 of the codebook alone, of a classifier trained without any codebook
feature, and of both. Reliability: counting signals of the dyads binned by confidence,
with the share whose pair and polarity the coder of the file has too, and the expected
calibration error over the bins. ``--write`` puts all of it, with the figures of
`tension evaluate`, into pipeline/data/validation.json and between the markers of
docs/method.md (pipeline/validation.py).
"""

from __future__ import annotations

import argparse
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline import __version__, evaluate, validation
from pipeline.records import STATUS_WEIGHT
from pipeline.signals import train
from pipeline.signals.classifier import load_classifier
from pipeline.signals.codebook import load_codebook
from pipeline.signals.extract import Extractor
from pipeline.signals.matcher import Matcher
from pipeline.signals.relations import RelationCoder, read_marked

METHOD = Path(__file__).parents[1] / "docs" / "method.md"
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def ablation(path: Path) -> list[dict[str, Any]]:
    """Print binary, quad and root macro-F1 for the three ways, and give them back."""
    rows: list[dict[str, Any]] = []
    matcher = Matcher(load_codebook())
    for name, coder in (
        ("codebook alone", RelationCoder(matcher, None, "codebook")),
        ("classifier alone", RelationCoder(matcher, train.without_codebook(), "classifier")),
        ("both", RelationCoder(matcher, load_classifier(), "both")),
    ):
        result = scored(path, coder)
        figures = "  ".join(f"{key} {100 * result[key]['macro_f1']:.1f}" for key in result)
        print(f"{name:<17} {figures}")
        rows.append({"name": name, **{key: result[key]["macro_f1"] for key in result}})
    return rows


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


def reliability(path: Path) -> dict[str, Any]:
    """Print the bins and the expected calibration error, and give them back."""
    bins: list[dict[str, float]] = []
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
            edges = {"low": low, "high": min(high, 1.0)}
            shares = {"said": round(said, 4), "held": round(held, 4)}
            bins.append({**edges, "n": len(inside), **shares})
    print(f"expected calibration error {error:.3f} over {len(found)} signals")
    return {"n": len(found), "error": round(error, 4), "bins": bins}


def whole(path: Path, name: str) -> dict[str, Any]:
    """The figures of `tension evaluate dyads` under a name."""
    found = evaluate.dyads(path)
    return {"name": f"{found['n']} {name}", **found}


def main() -> None:
    """Run both, and write what they found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("relations", type=Path)
    parser.add_argument("dyads", type=Path)
    parser.add_argument("articles", type=Path, nargs="?")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    ours = ablation(arguments.relations)
    bins = reliability(arguments.dyads)
    if not arguments.write:
        return
    parts = [whole(arguments.dyads, "news items")]
    if arguments.articles:
        parts.append(whole(arguments.articles, "whole articles"))
    validation.write(
        {
            "version": __version__,
            "scorer_id": Extractor.load().scorer_id,
            "measured_on": date.today().isoformat(),
            "relations": {"n": len(evaluate.read_relations(arguments.relations)), "ours": ours},
            "dyads": [{k: v for k, v in part.items() if "second" not in k} for part in parts],
            "reliability": bins,
        }
    )
    document = validation.into_document(METHOD.read_text("utf-8"), validation.load())
    METHOD.write_text(document, "utf-8")


if __name__ == "__main__":
    main()
