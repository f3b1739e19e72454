"""``tension train``: rebuild the classifier from the training data in the package.

Deterministic: fixed order, fixed seed, one thread of linear algebra matters not
at the precision stored. Prints what cross-validation on the training data says;
the benchmarks are for evaluation only and are not read here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.records import QUAD_OF_ROOT, ROOTS
from pipeline.signals.classifier import MODEL_FILE, save_classifier
from pipeline.signals.codebook import load_codebook
from pipeline.signals.matcher import Matcher
from pipeline.signals.relations import CUE_FAMILIES, Mode, RelationCoder, read_marked

NONE: Final = "NONE"
CLASSES: Final = (*ROOTS, NONE)
#: Features seen in fewer training sentences than this are left out.
MIN_COUNT: Final = 2
#: How much more a codebook feature weighs than a word at the same regularisation.
CUE_SCALE: Final = 2.5
REGULARISATION: Final = 3.0
FOLDS: Final = 5
SEED: Final = 20260101


class TrainingDataError(ValueError):
    """A line of the training data that cannot be used; names file and line."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence of the training data."""

    label: str
    direction: str
    status: str
    marked: str
    where: str


def read_training(folder: Path | None = None) -> list[Example]:
    """All examples of ``data/training/*.tsv`` in order of file name and line."""
    root = folder or Path(str(resources.files("pipeline.signals").joinpath("data/training")))
    found: list[Example] = []
    for path in sorted(root.glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            fields = line.split("\t")
            if len(fields) != 4:
                raise TrainingDataError(f"{path.name}:{number}: {len(fields)} fields, expected 4")
            label, direction, status, marked = fields
            if label not in CLASSES:
                raise TrainingDataError(f"{path.name}:{number}: label '{label}'")
            if marked.count("<s>") != 1 or marked.count("<t>") != 1:
                raise TrainingDataError(f"{path.name}:{number}: needs one <s> and one <t>")
            found.append(Example(label, direction, status, marked, f"{path.name}:{number}"))
    return found


def _matrix(
    rows: Sequence[Sequence[str]], vocabulary: dict[str, int], scale: NDArray[np.float64]
) -> Any:
    """Rows of binary features, each of length 1, as a sparse matrix with scaled columns."""
    from scipy.sparse import csr_matrix

    indices: list[int] = []
    pointers = [0]
    values: list[float] = []
    for row in rows:
        known = [vocabulary[name] for name in row if name in vocabulary]
        indices.extend(known)
        values.extend(scale[known] / max(len(known), 1) ** 0.5)
        pointers.append(len(indices))
    return csr_matrix((values, indices, pointers), shape=(len(rows), len(vocabulary)))


def _fit(x: Any, y: NDArray[np.int64]) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=REGULARISATION, max_iter=400, class_weight="balanced")
    return model.fit(x, y)


def _temperature(logits: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """The softmax temperature that makes held-out probabilities most likely."""
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def loss(log_t: float) -> float:
        scaled = log_softmax(logits / np.exp(log_t), axis=1)
        return float(-scaled[np.arange(len(y)), y].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))


def train(output: Path | None = None, mode: Mode = "both", quiet: bool = False) -> dict[str, float]:
    """Train, cross-validate, calibrate and save; returns the cross-validated figures."""
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedKFold

    examples = read_training()
    coder = RelationCoder(Matcher(load_codebook()), None, mode)
    rows = [coder.features(read_marked(example.marked)) for example in examples]
    counts = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in counts.items() if count >= MIN_COUNT)
    vocabulary = {name: i for i, name in enumerate(names)}
    scale = np.array([CUE_SCALE if name.startswith(CUE_FAMILIES) else 1.0 for name in names])
    x = _matrix(rows, vocabulary, scale)
    y = np.array([CLASSES.index(example.label) for example in examples])

    held_out = np.zeros((len(examples), len(CLASSES)))
    for fit_rows, test_rows in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(x, y):
        held_out[test_rows] = _fit(x[fit_rows], y[fit_rows]).decision_function(x[test_rows])
    temperature = _temperature(held_out, y)
    model = _fit(x, y)
    guessed = held_out.argmax(axis=1)
    quads = np.array([QUAD_OF_ROOT.get(name, 0) for name in CLASSES])
    figures = {
        "examples": float(len(examples)),
        "features": float(len(names)),
        "temperature": temperature,
        "root_macro_f1": float(f1_score(y, guessed, average="macro")),
        "quad_macro_f1": float(f1_score(quads[y], quads[guessed], average="macro")),
    }
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode())
    digest.update(np.round(model.coef_, 2).tobytes())
    target = output or Path(str(resources.files("pipeline.signals").joinpath(MODEL_FILE)))
    save_classifier(
        target,
        CLASSES,
        names,
        model.coef_.T * scale[:, None],
        model.intercept_,
        temperature,
        digest.hexdigest()[:12],
    )
    if not quiet:
        for name, value in figures.items():
            print(f"{name:>16} {value:.4g}")
    return figures


def main() -> None:
    """Entry point of ``tension train``."""
    train()
