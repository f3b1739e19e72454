"""Small frames of signals and stories for the tests of the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

DAY = pd.Timestamp("2022-02-24")
PAIR = "RUS-USA"


def days(*ages: int) -> pd.DatetimeIndex:
    """Days that lie so many days before ``DAY``."""
    return pd.DatetimeIndex([DAY - pd.Timedelta(days=age) for age in ages])


def stories(
    rows: Sequence[tuple[int, float, float]], pair: str = PAIR, prefix: str = "s"
) -> pd.DataFrame:
    """Story scores from (age in days, c, a), each story with its own outlet."""
    count = len(rows)
    names = [f"{prefix}{number:05d}" for number in range(count)]
    outlets = np.empty(count, dtype=object)
    outlets[:] = [(f"outlet {name}",) for name in names]
    return pd.DataFrame(
        {
            "pair": pd.Series([pair] * count, dtype="str"),
            "story_id": pd.Series(names, dtype="str"),
            "article_id": pd.Series(names, dtype="str"),
            "day": days(*(age for age, _, _ in rows)).astype("datetime64[s]"),
            "c": [float(c) for _, c, _ in rows],
            "a": [float(a) for _, _, a in rows],
            "signals": np.ones(count, dtype=np.int64),
            "articles": np.ones(count, dtype=np.int64),
            "outlet": pd.Series([named[0] for named in outlets], dtype="str"),
            "outlets": outlets,
        }
    )


def random_stories(
    count: int, pair: str = PAIR, seed: int = 1, span: int = 200, hostile: float = 0.6
) -> pd.DataFrame:
    """Stories with log-normal masses, spread evenly over ``span`` days up to ``DAY``."""
    rng = np.random.default_rng(seed)
    mass = 4.0 * rng.lognormal(0, 0.8, count)
    share = np.where(rng.random(count) < hostile, 1.0, 0.0)
    mixed = rng.random(count) < 0.3
    share[mixed] = rng.random(int(mixed.sum()))
    age = rng.integers(0, span, count)
    return stories(
        list(
            zip(age.tolist(), (mass * (1 - share)).tolist(), (mass * share).tolist(), strict=True)
        ),
        pair,
        prefix=f"{pair}-{seed}-",
    )


def signal(**changed: Any) -> dict[str, Any]:
    """One signal as the store gives it: an actual accusation by Russia, strength 4."""
    row: dict[str, Any] = {
        "article_id": "a1",
        "story_id": "a1",
        "representative": True,
        "seq": 0,
        "day": DAY,
        "source": "RUS",
        "target": "USA",
        "direction": "one",
        "root": "ACCUSE",
        "theme": "accusation",
        "polarity": "adversarial",
        "status": "actual",
        "attribution": "outlet",
        "intensity": -5.0,
        "confidence": 0.8,
        "outlet": "Meridian Wire",
        "illustrative": False,
    }
    row.update(changed)
    row["pair"] = "-".join(sorted((row["source"], row["target"])))
    return row


def signals(*rows: dict[str, Any]) -> pd.DataFrame:
    """A frame of signals, with the columns also when there are none."""
    frame = pd.DataFrame(rows or [signal()])
    frame["day"] = frame["day"].astype("datetime64[s]")
    return frame if rows else frame.iloc[:0]


def scored(per_day: int = 100, back: int = 400) -> pd.DataFrame:
    """``day_counts`` with the same number of scored stories every day up to ``DAY``."""
    when = pd.date_range(end=DAY, periods=back).astype("datetime64[s]")
    return pd.DataFrame({"day": when, "articles": per_day, "stories": per_day})
