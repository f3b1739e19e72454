"""The learned half: which root, if any, a source does to a target.

A multinomial logistic regression (scikit-learn) over the features of
``features.py``, trained by ``tension train`` from ``data/training``. Stored as
plain arrays (NPZ without pickles), so that scoring needs numpy alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

MODEL_FILE: Final = "data/model.npz"


@dataclass(frozen=True)
class Classifier:
    """Weights of the classifier. ``classes`` are the 15 roots and "NONE"."""

    classes: tuple[str, ...]
    vocabulary: dict[str, int]
    #: (features, classes)
    weights: NDArray[np.float32]
    #: (classes,)
    bias: NDArray[np.float32]
    #: Identifies the model in the scorer id.
    digest: str

    @cached_property
    def index(self) -> dict[str, int]:
        """Place of each class in ``classes``."""
        return {name: i for i, name in enumerate(self.classes)}

    def logits(self, found: Iterable[str]) -> NDArray[np.float32]:
        """Raw scores per class, shape (classes,), for one list of features."""
        rows = [row for row in map(self.vocabulary.get, found) if row is not None]
        if not rows:
            return self.bias.copy()
        total = np.add.reduce(self.weights.take(rows, axis=0)) / np.sqrt(np.float32(len(rows)))
        return np.asarray(total + self.bias, dtype=np.float32)

    def probabilities(self, found: Iterable[str]) -> NDArray[np.float32]:
        """Probabilities per class, shape (classes,)."""
        scores = self.logits(found)
        scores -= scores.max()
        p = np.exp(scores)
        return np.asarray(p / p.sum(), dtype=np.float32)


def load_classifier(path: Path | None = None) -> Classifier:
    """The packaged model (or the one at ``path``). Raises ``FileNotFoundError``."""
    source = (
        path
        if path is not None
        else Path(str(resources.files("pipeline.signals").joinpath(MODEL_FILE)))
    )
    with np.load(source, allow_pickle=False) as data:
        names = bytes(data["features"]).decode("utf-8").split("\n")
        meta = json.loads(bytes(data["meta"]).decode("utf-8"))
        weights = data["weights"].astype(np.float32)
        bias = data["bias"].astype(np.float32)
    return Classifier(
        classes=tuple(meta["classes"]),
        vocabulary={name: i for i, name in enumerate(names)},
        weights=weights,
        bias=bias,
        digest=str(meta["digest"]),
    )


def save_classifier(path: Path, classifier: Classifier) -> None:
    """Write the model, without pickles; weights are rounded to half precision."""
    meta = {"classes": list(classifier.classes), "digest": classifier.digest}
    np.savez_compressed(
        path,
        features=np.frombuffer("\n".join(classifier.vocabulary).encode("utf-8"), dtype=np.uint8),
        weights=classifier.weights.astype(np.float16),
        bias=classifier.bias.astype(np.float16),
        meta=np.frombuffer(json.dumps(meta, sort_keys=True).encode("utf-8"), dtype=np.uint8),
    )
