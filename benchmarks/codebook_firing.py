"""How many of the codebook's constructions fire on a corpus, and which never do.

    python benchmarks/codebook_firing.py CORPUS.jsonl.gz [--never FILE]

Counts a construction (a pattern line) as firing when it is the longest match at its
place at least once, whoever the actors are.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path

from pipeline.clean import split_sentences
from pipeline.records import ROOTS
from pipeline.signals.codebook import load_codebook
from pipeline.signals.matcher import Matcher
from pipeline.signals.scene import Scene


def firing(path: Path, matcher: Matcher) -> tuple[Counter[int], int]:
    """Matches by entry number, and the number of sentences read."""
    fired: Counter[int] = Counter()
    sentences = 0
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for sentence in split_sentences("", json.loads(line)["body"]):
                sentences += 1
                scene = Scene(sentence.text[:1500], matcher.lexicon, [])
                fired.update(match.entry.number for match in matcher.find(scene))
    return fired, sentences


def main() -> None:
    """Print a table by root."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--never", type=Path, help="write the lines that never fire here")
    arguments = parser.parse_args()
    book = load_codebook()
    fired, sentences = firing(arguments.corpus, Matcher(book))
    print(f"{sentences:,} sentences, {sum(fired.values()):,} matches")
    for root in (*ROOTS, "all"):
        entries = [e for e in book.entries if root in (e.root, "all")]
        alive = sum(e.number in fired for e in entries)
        print(f"{root:<10} {len(entries):>5} constructions, {alive:>5} fire, "
              f"{1 - alive / len(entries):.0%} never")  # fmt: skip
    if arguments.never:
        never = [f"{e.where}\t{e.pattern}\n" for e in book.entries if e.number not in fired]
        arguments.never.write_text("".join(never), encoding="utf-8")


if __name__ == "__main__":
    main()
