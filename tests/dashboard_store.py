"""A small real store for the tests of the dashboard: seeded, two runs, some trouble.

Sixteen pairs over two years up to ``TODAY``, reprints, every status, one quiet pair,
one that ended long ago, and one article whose text tries everything a hostile
publisher might (``HOSTILE_TITLE``, ``HOSTILE_SENTENCE``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.records import Article
from pipeline.scoring import SIGNAL_COLUMNS
from pipeline.store import Store

TODAY = datetime(2022, 3, 24, 9, tzinfo=UTC)
#: The clock of the first and of the second run.
FIRST_RUN = datetime(2022, 3, 20, 6, tzinfo=UTC)
SECOND_RUN = datetime(2022, 3, 24, 12, tzinfo=UTC)
SCORER = "test-scorer-1"

#: Pair, stories a week, share of adversarial stories before and in the last weeks.
PAIRS: dict[str, tuple[float, float, float]] = {
    "RUS-UKR": (6.0, 0.75, 0.97),
    "RUS-USA": (4.0, 0.45, 0.9),
    "CHN-USA": (3.0, 0.55, 0.5),
    "CHN-TWN": (2.0, 0.8, 0.6),
    "IRN-USA": (1.5, 0.7, 0.35),
    "IRN-ISR": (1.5, 0.9, 0.9),
    "IND-PAK": (1.2, 0.6, 0.6),
    "CHN-IND": (1.2, 0.55, 0.4),
    "KOR-PRK": (1.0, 0.5, 0.9),
    "PRK-USA": (1.0, 0.6, 0.9),
    "ARM-AZE": (1.0, 0.8, 0.5),
    "GRC-TUR": (1.0, 0.65, 0.3),
    "BLR-EUU": (1.2, 0.85, 0.9),
    "BLR-POL": (1.0, 0.85, 0.8),
    "FRA-GBR": (0.5, 0.3, 0.2),
    "GBR-USA": (0.15, 0.05, 0.05),
}
NAMES = {
    "RUS": "Moscow", "UKR": "Kyiv", "USA": "Washington", "CHN": "Beijing", "TWN": "Taipei",
    "IRN": "Tehran", "ISR": "Israel", "IND": "New Delhi", "PAK": "Islamabad", "KOR": "Seoul",
    "PRK": "Pyongyang", "ARM": "Yerevan", "AZE": "Baku", "GRC": "Athens", "TUR": "Ankara",
    "BLR": "Minsk", "EUU": "Brussels", "POL": "Warsaw", "FRA": "Paris", "GBR": "London",
}  # fmt: skip
#: Words between the actors, root, theme, direction, intensity.
ACTS: dict[str, list[tuple[str, str, str, str, float]]] = {
    "adversarial": [
        ("accused", "ACCUSE", "accusation", "one", -4.0),
        ("imposed sanctions on", "SANCTION", "sanctions", "one", -6.5),
        ("threatened", "THREATEN", "threat", "one", -6.0),
        ("moved troops towards the border with", "MOBILIZE", "military posture", "one", -7.0),
        ("expelled diplomats of", "SANCTION", "expulsion", "one", -5.0),
        ("shelled positions held by", "ASSAULT", "armed attack", "one", -9.5),
    ],
    "cooperative": [
        ("held talks with", "CONSULT", "talks", "both", 3.0),
        ("signed an agreement with", "AGREE", "agreement", "both", 6.0),
        ("sent aid to", "AID", "humanitarian aid", "one", 7.0),
        ("eased restrictions on", "YIELD", "easing", "one", 5.0),
    ],
}
OUTLETS = (
    "Meridian Wire", "The Northern Ledger", "Harbour Post", "Eastbank Dispatch",
    "Continental Courier", "Straits Monitor", "Caspian Chronicle", "Levant Observer",
)  # fmt: skip
STATUSES = ("actual", "planned", "possible", "conditional", "negated", "alleged", "historical")
REASONS = {
    "actual": "past tense, no mark of doubt", "planned": "'agreed to' before the verb",
    "possible": "'could' before the verb", "conditional": "'unless' opens the clause",
    "negated": "'denied' before the verb", "alleged": "said of the other side",
    "historical": "'in 2014', more than 90 days earlier",
}  # fmt: skip

HOSTILE_TITLE = (
    "=HYPERLINK(1) <script>window.pwned=1</script> ![x](https://evil.example/x.png) "
    "[a](javascript:alert(1)) \u202egnp.exe " + "A" * 10_000
)
HOSTILE_SENTENCE = (
    "Moscow accused Washington <img src=x onerror=window.pwned=1> **bold** "
    "<a href='javascript:window.pwned=1'>x</a> ![x](https://evil.example/y.png) $x^2$"
)


def build(path: Path, runs: int = 2, seed: int = 7) -> str:
    """Write the store and return its url. One run leaves out the last days."""
    url = f"sqlite:///{path}"
    store = Store.open(url, create=True)
    items = list(_stories(np.random.default_rng(seed)))
    cut = pd.Timestamp(FIRST_RUN)
    early = [item for item in items if item[0].published_at < cut]
    late = [item for item in items if item[0].published_at >= cut]
    add_run(store, early, FIRST_RUN)
    if runs > 1:
        add_run(store, late, SECOND_RUN)
    store.close()
    return url


Item = tuple[Article, list[dict[str, Any]], str]


def add_run(store: Store, items: Sequence[Item], now: datetime) -> None:
    """One run with these articles; an item is (article, its signals, its story)."""
    with store.start_run(SCORER, now) as run:
        rows = [row for _, signals, _ in items for row in signals]
        frame = pd.DataFrame(rows, columns=list(SIGNAL_COLUMNS)).astype({"event_date": object})
        articles = tuple(item[0] for item in items)
        ids = frozenset(article.article_id for article in articles)
        run.append(articles, tuple(b"" for _ in articles), ids, frame)
        members = {a.article_id: story for a, _, story in items if a.article_id != story}
        run.finish(now + timedelta(minutes=2), members, _report(len(items), len(rows)),
                   (len(items), len(rows)))  # fmt: skip


def _report(articles: int, signals: int) -> dict[str, Any]:
    source = {
        "read": articles + 9, "new": articles, "already_stored": 4, "repeated": 1,
        "not_english": 2, "signals": signals, "failed": False,
        "drops": {"no date": 3, "invalid record": 1},
        "examples": {"no date": [{"where": "wire.jsonl:12", "detail": "no field published_at"}]},
    }  # fmt: skip
    broken = {
        "read": 0, "new": 0, "already_stored": 0, "repeated": 0, "not_english": 0,
        "signals": 0, "failed": True, "drops": {"source failed": 1},
        "examples": {"source failed": [{"where": "https://example.org/feed", "detail": "503"}]},
    }  # fmt: skip
    return {
        "run_id": 0, "scorer_id": SCORER, "seconds": 120.0, "read": articles + 9, "new": articles,
        "already_stored": 4, "repeated": 1, "not_english": 2, "signals": signals, "rescored": 0,
        "activated": True, "story_changes": 0,
        "drops": {"no date": 3, "invalid record": 1, "source failed": 1},
        "failed_sources": ["feed"], "sources": {"wire": source, "feed": broken},
    }  # fmt: skip


def _stories(rng: np.random.Generator) -> Iterator[Item]:
    number = 0
    span = 730
    for pair, (weekly, before, lately) in PAIRS.items():
        for _ in range(int(rng.poisson(weekly * span / 7))):
            age = float(rng.uniform(0, span))
            if pair == "GBR-USA" and age < 400:
                continue
            number += 1
            share = lately if age < 28 else before
            polarity = "adversarial" if rng.random() < share else "cooperative"
            yield from _story(rng, number, pair, TODAY - timedelta(days=age), polarity)
    yield _hostile()


def _story(
    rng: np.random.Generator, number: int, pair: str, when: datetime, polarity: str
) -> Iterator[Item]:
    first, second = pair.split("-")
    if rng.random() < 0.5:
        first, second = second, first
    acts = ACTS[polarity]
    chosen = acts[int(rng.integers(len(acts)))]
    status = "actual" if rng.random() < 0.7 else STATUSES[int(rng.integers(len(STATUSES)))]
    story = f"{number:012x}0000"
    for copy in range(1 + int(rng.random() < 0.2) + int(rng.random() < 0.08)):
        outlet = OUTLETS[int(rng.integers(len(OUTLETS)))]
        article = Article(
            article_id=f"{number:012x}{copy:04x}",
            source_ref=str(number),
            url=f"https://example.org/{outlet.lower().replace(' ', '-')}/{number}-{copy}",
            title=f"{NAMES[first]} {chosen[0]} {NAMES[second]}, report {number}",
            body=(
                f"{NAMES[first]} {chosen[0]} {NAMES[second]} on {when:%A}.\n"
                f"A diplomat said the two sides were watching the next steps closely."
            ),
            published_at=when + timedelta(hours=5 * copy),
            date_source="stated",
            outlet=outlet,
            language="en",
            source="wire",
            illustrative=True,
        )
        yield article, [signal_of(article, 0, first, second, chosen, status)], story


def signal_of(
    article: Article, seq: int, first: str, second: str,
    act: tuple[str, str, str, str, float], status: str,
) -> dict[str, Any]:  # fmt: skip
    """The signal in the first sentence of the body."""
    words, root, theme, direction, intensity = act
    sentence = article.body.split("\n")[0]
    actor, target = NAMES[first], NAMES[second]
    at = sentence.index(words)
    return {
        "article_id": article.article_id, "seq": seq, "pair": "-".join(sorted((first, second))),
        "source": first, "target": second, "direction": direction, "root": root, "theme": theme,
        "polarity": "adversarial" if intensity < 0 else "cooperative", "status": status,
        "attribution": "outlet", "intensity": intensity, "confidence": 0.82, "sentence_index": 1,
        "sentence": sentence, "cue": words, "cue_spans": [[at, at + len(words)]],
        "source_span": [0, len(actor)],
        "target_span": [sentence.index(target), sentence.index(target) + len(target)],
        "rule": "active: subject and object of the verb", "status_reason": REASONS[status],
        "source_label": "", "target_label": "", "event_date": None,
    }  # fmt: skip


def _hostile() -> Item:
    article = Article(
        article_id="ffffffffffff0000",
        source_ref="hostile",
        url="https://example.org/hostile",
        title=HOSTILE_TITLE,
        body=HOSTILE_SENTENCE + "\n<script>window.pwned=1</script> @SUM(A1) -1+1",
        published_at=TODAY - timedelta(hours=30),
        date_source="stated",
        outlet="=cmd|' /C calc'!A0",
        language="en",
        source="wire",
        illustrative=True,
    )
    act = ("accused", "ACCUSE", "accusation", "one", -4.0)
    return article, [signal_of(article, 0, "RUS", "USA", act, "actual")], article.article_id


if __name__ == "__main__":
    import sys

    print(build(Path(sys.argv[1])))
