"""The mass constant K of the scorer: the median story mass of a store.

    python benchmarks/measure_mass.py [--config tension.toml]

Run it on the named corpus after every change that moves scores, and put the median
into ``pipeline/index/scores.py``, ``docs/method.md`` and ``CHANGELOG.md``. It also
checks the property K is chosen for: of samples of ten stories, how many move by five
points or more when every story is doubled.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from pipeline import index
from pipeline.config import load_settings
from pipeline.store import Store


def doubling(a: np.ndarray, c: np.ndarray, k: float, samples: int = 20_000) -> float:
    """Share of random samples of ten stories that doubling moves by five points or more."""
    rows = np.random.default_rng(1).integers(0, len(a), (samples, 10))
    net, mass = (a - c)[rows].sum(axis=1), (a + c)[rows].sum(axis=1)
    moved = np.abs(200 * net / (2 * mass + k) - 100 * net / (mass + k))
    return float((moved >= 5).mean())


def main() -> None:
    """Print the median, the quartiles and the check."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--config", type=Path, default=None)
    store = Store.open(load_settings(parser.parse_args().config).store.url)
    run, scores = store.latest_run(), index.story_scores(store.signals())
    if run is None or not len(scores):
        raise SystemExit("The store holds no scored stories.")
    mass = (scores["a"] + scores["c"]).to_numpy()
    low, median, high = np.quantile(mass, [0.25, 0.5, 0.75])
    print(f"scorer {run.scorer_id}, run {run.run_id}: {len(scores):,} stories")
    print(f"median mass {median:.3f}   quartiles {low:.3f} to {high:.3f}   K now {index.K}")
    share = doubling(scores["a"].to_numpy(), scores["c"].to_numpy(), float(median))
    print(f"doubling ten stories moves tension by 5 or more in {share:.2%} of samples")


if __name__ == "__main__":
    main()
