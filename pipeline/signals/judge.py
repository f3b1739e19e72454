"""How likely is a case right? A logistic regression over the columns of ``couples``.

Trained by ``tension train`` on the items of ``data/training/items``, every item judged by
a classifier that has not seen it. Its probability is the confidence of a signal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.signals.couples import COLUMNS

MODEL_FILE: Final = "data/judge.npz"
#: A case below this probability is no signal (chosen on the training items, docs/method.md).
THRESHOLD: Final = 0.35


@dataclass(frozen=True)
class Judge:
    """Weights over the columns of ``couples``."""

    #: (columns,) means and spreads of the training rows.
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    #: (columns, hidden) and so on; one matrix and one bias a layer, the last of one column.
    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probability of each row, shape (rows,)."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        x = (rows - self.mean) / self.spread
        for weights, bias in self.layers[:-1]:
            x = np.maximum(x @ weights + bias, 0.0)
        weights, bias = self.layers[-1]
        odds = (x @ weights + bias)[:, 0]
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float32)

    @cached_property
    def digest(self) -> str:
        """Identifies the weights in the scorer id."""
        found = hashlib.sha256()
        for array in (self.mean, self.spread, *(a for layer in self.layers for a in layer)):
            found.update(np.round(array.astype(np.float64), 3).tobytes())
        return found.hexdigest()[:12]


def load_judge(path: Path | None = None) -> Judge:
    """The packaged judge (or the one at ``path``)."""
    source = path or Path(str(resources.files("pipeline.signals").joinpath(MODEL_FILE)))
    with np.load(source, allow_pickle=False) as data:
        columns = bytes(data["columns"]).decode("utf-8").split("\n")
        if tuple(columns) != COLUMNS:
            raise ValueError(f"{source}: trained on other columns; run 'tension train'")
        layers = tuple(
            (data[f"weights{i}"].astype(np.float32), data[f"bias{i}"].astype(np.float32))
            for i in range(int(data["layers"]))
        )
        return Judge(data["mean"].astype(np.float32), data["spread"].astype(np.float32), layers)


def save_judge(path: Path, judge: Judge) -> None:
    """Write the judge, without pickles."""
    arrays: dict[str, Any] = {"mean": judge.mean, "spread": judge.spread}
    for i, (weights, bias) in enumerate(judge.layers):
        arrays |= {f"weights{i}": weights, f"bias{i}": bias}
    columns = np.frombuffer("\n".join(COLUMNS).encode("utf-8"), dtype=np.uint8)
    np.savez_compressed(path, columns=columns, layers=np.int64(len(judge.layers)), **arrays)
