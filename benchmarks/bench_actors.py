"""How fast names are resolved: megabytes of text a second on one core, and the time to load.

    python benchmarks/bench_actors.py [articles.jsonl[.gz] …] [--limit N]

Without a file it takes the sample articles of the project. One pass warms up, the best of three
counts; the target is 5 MB/s and a load below one second.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO

from pipeline.actors import Resolver
from pipeline.records import article_text

SAMPLE = Path(__file__).parent.parent / "sample_data"
Text = tuple[str, date]


def open_text(path: Path) -> IO[str]:
    """A text file, unpacked where its name ends in .gz."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def read(paths: list[Path], limit: int) -> Iterator[Text]:
    """Texts with their days, at most ``limit`` of them; those without a day are left out."""
    count = 0
    for path in paths:
        with open_text(path) as lines:
            for line in lines:
                record = json.loads(line)
                body = article_text(record.get("title") or "", record.get("body") or "")
                try:
                    day = date.fromisoformat(record["published_at"][:10])
                except (KeyError, TypeError, ValueError):
                    continue  # the sample has such records on purpose
                yield body, day
                count += 1
                if count == limit:
                    return


def measure(resolver: Resolver, texts: list[Text]) -> tuple[float, int]:
    """Seconds of processor time for one pass, and the mentions found."""
    start = time.process_time()
    found = sum(len(resolver.resolve(text, day)) for text, day in texts)
    return time.process_time() - start, found


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--limit", type=int, default=20_000)
    options = parser.parse_args()
    texts = list(read(options.files or sorted(SAMPLE.rglob("*.jsonl")), options.limit))
    if not texts:
        raise SystemExit("no articles found")
    start = time.perf_counter()
    resolver = Resolver.load()
    loaded = time.perf_counter() - start
    runs = [measure(resolver, texts) for _ in range(4)][1:]
    seconds, found = min(runs)
    size = sum(len(text.encode()) for text, _ in texts) / 1e6
    print(f"names            {len(resolver):>10,}")
    print(f"load             {loaded:>10.2f} s")
    print(f"texts            {len(texts):>10,}   {size:.1f} MB, {found:,} mentions")
    print(f"speed            {size / seconds:>10.1f} MB/s on one core")
    print(f"                 {len(texts) / seconds:>10,.0f} texts/s")


if __name__ == "__main__":
    main()
