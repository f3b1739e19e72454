"""How fast the index answers: the Overview, and one dense pair over twenty years.

    python benchmarks/bench_index.py [--json]

The frame is synthetic: 20 years, 1,500 pairs of very unequal size, 60,000 signals,
and one pair of 6,000 stories, half of them in the last two years. Times are the best
of three in seconds, and include nothing but the index: no store, no drawing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline import index

END = pd.Timestamp("2022-12-31")
DAYS = 7_305
#: What the Overview and the pair page may take, seconds.
LIMITS = {
    "story_scores, 60,000 signals": 1.0,
    "overview, 1,500 pairs": 1.0,
    "pair series, 20 years, 6,000 stories": 0.7,
}


def synthetic_signals(
    count: int, pairs: int, seed: int = 7, recent_share: float = 0.0
) -> pd.DataFrame:
    """``count`` signals over 20 years in ``pairs`` pairs whose sizes follow 1/rank."""
    rng = np.random.default_rng(seed)
    size = 1 / np.arange(1, pairs + 1)
    pair = rng.choice(pairs, count, p=size / size.sum())
    names = np.array([f"{a:03d}" for a in range(pairs)], dtype=object)
    back = rng.integers(0, DAYS, count)
    recent = rng.random(count) < recent_share
    back[recent] = rng.integers(0, 730, int(recent.sum()))
    article = np.array([f"{number:016x}" for number in range(count)], dtype=object)
    hostile = rng.random(count) < 0.6
    intensity = np.where(hostile, -1, 1) * rng.integers(1, 11, count)
    source = np.array([f"A{name}" for name in names[pair]], dtype=object)
    target = np.array([f"B{name}" for name in names[pair]], dtype=object)
    status = rng.choice(["actual", "planned", "possible", "alleged"], count, p=[0.7, 0.1, 0.1, 0.1])
    return pd.DataFrame(
        {
            "article_id": article,
            "story_id": article,
            "representative": True,
            "seq": 0,
            "day": (END - pd.to_timedelta(back, unit="D")).astype("datetime64[s]"),
            "pair": source + "-" + target,
            "source": source,
            "target": target,
            "direction": rng.choice(["one", "both"], count),
            "root": "ACCUSE",
            "theme": "accusation",
            "polarity": np.where(hostile, "adversarial", "cooperative"),
            "status": status,
            "intensity": intensity.astype(float),
            "confidence": rng.uniform(0.4, 1, count),
            "outlet": np.char.add("outlet ", rng.integers(0, 40, count).astype(str)),
        }
    )


def best(action: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of ``times`` calls."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return min(taken)


def measure() -> dict[str, float]:
    """Seconds by measurement."""
    signals = synthetic_signals(60_000, 1_500)
    scores = index.story_scores(signals)
    counts = pd.DataFrame({"day": pd.date_range(end=END, periods=DAYS), "stories": 12})
    dense = index.story_scores(synthetic_signals(6_700, 1, recent_share=0.5))
    pair = str(dense["pair"].iloc[0])
    start = END - pd.Timedelta(days=DAYS)
    shown, every = index.display_days(start, END), pd.date_range(start, END)
    busiest = str(scores["pair"].value_counts().index[0])
    actions: dict[str, Callable[[], object]] = {
        "story_scores, 60,000 signals": lambda: index.story_scores(signals),
        "overview, 1,500 pairs": lambda: index.overview(scores, counts, END),
        "pair series, 20 years, 6,000 stories": lambda: index.tension_series(dense, pair, shown),
        "the same, every day": lambda: index.tension_series(dense, pair, every),
        "attention of a pair, every day": lambda: index.attention_series(
            scores, busiest, counts, every
        ),
        "change points, 20 years": lambda: index.change_points(dense, pair, start, END),
        "heatmap, 1,500 pairs, 52 weeks": lambda: index.heatmap(scores, None, END, 52),
        "monthly panel, 1,500 pairs, 20 years": lambda: index.panel(
            scores, counts, "M", start, END
        ),
        "why: contributions of a day": lambda: index.contributions(dense, pair, END),
    }
    print(
        f"{scores['pair'].nunique():,} pairs, {len(scores):,} stories; "
        f"dense pair: {len(dense):,} stories"
    )
    return {name: best(action) for name, action in actions.items()}


def main() -> None:
    """Print the table; exit code 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    taken = measure()
    for name, seconds in taken.items():
        limit = LIMITS.get(name)
        note = f"   limit {limit:.1f}" if limit else ""
        print(f"{name:42s} {seconds:8.3f} s{note}")
    if options.json:
        print(json.dumps(taken))
    if any(taken[name] > limit for name, limit in LIMITS.items()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
