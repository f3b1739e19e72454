"""``tension train``: rebuild classifier and judge from the training data in the package.

The classifier learns from marked sentences and from the couples of the items, the judge
from the items' cases, each weighed by a classifier that has not seen its item.
Deterministic: fixed order, fixed seed. Prints what cross-validation on the training data
says; the benchmarks are for evaluation only and are not read here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.actors import Resolver
from pipeline.records import ROOTS
from pipeline.signals import train_judge
from pipeline.signals.classifier import MODEL_FILE, Classifier, save_classifier
from pipeline.signals.codebook import load_codebook
from pipeline.signals.judge import save_judges
from pipeline.signals.matcher import Matcher
from pipeline.signals.relations import CUE_FAMILIES, Mode, RelationCoder, read_marked

NONE: Final = "NONE"
CLASSES: Final = (*ROOTS, NONE)
#: Features seen in fewer training sentences than this are left out.
MIN_COUNT: Final = 4
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

    return LogisticRegression(C=REGULARISATION, max_iter=150).fit(x, y)


Row = tuple[Sequence[str], str]


def fit_classifier(rows: Sequence[Row]) -> Classifier:
    """The classifier learned from lists of features and their labels."""
    counts = Counter(name for found, _ in rows for name in found)
    names = sorted(name for name, count in counts.items() if count >= MIN_COUNT)
    vocabulary = {name: i for i, name in enumerate(names)}
    scale = np.array([CUE_SCALE if name.startswith(CUE_FAMILIES) else 1.0 for name in names])
    x = _matrix([found for found, _ in rows], vocabulary, scale)
    model = _fit(x, np.array([CLASSES.index(label) for _, label in rows]))
    # Rounded as it is stored, so that training and use see the same weights. Two decimals change
    # no decision and make the file a third as large.
    weights = np.round(model.coef_.T * scale[:, None], 2).astype(np.float16)
    bias = model.intercept_.astype(np.float16)
    digest = hashlib.sha256("\n".join(names).encode() + np.round(weights, 2).tobytes())
    return Classifier(
        CLASSES,
        vocabulary,
        weights.astype(np.float32),
        bias.astype(np.float32),
        digest.hexdigest()[:12],
    )


def train(folder: Path | None = None, quiet: bool = False) -> dict[str, float]:
    """Train, cross-validate and save to ``folder`` (default: the package); returns the figures."""
    target = folder or Path(str(resources.files("pipeline.signals").joinpath("data")))
    matcher = Matcher(load_codebook())
    sentences, couples, items = training_rows(matcher)
    parts = [
        [row for number, row in enumerate(sentences) if number % FOLDS != fold]
        + [row for number, row in couples if number % FOLDS != fold]
        for fold in range(FOLDS)
    ]
    with ProcessPoolExecutor() as pool:  # as many at a time as there are processors
        *folds, classifier = pool.map(
            fit_classifier, [*parts, sentences + [row for _, row in couples]]
        )
    marked = train_judge.read_marked_sentences(
        Resolver.load(),
        matcher,
        [(e.marked, e.label, e.direction == "both") for e in read_training()],
    )
    # Each text goes to the classifier of the fold that left it out.
    texts = [(one, number % FOLDS) for number, one in enumerate(items)]
    texts += [(one, number % FOLDS) for number, one in enumerate(marked) if one is not None]
    reads = [one for one, _ in texts]
    rows = train_judge.case_rows(reads, lambda number: folds[texts[number][1]])
    judges, figures = train_judge.fit(reads, rows, FOLDS, SEED)
    save_classifier(target / Path(MODEL_FILE).name, classifier)
    save_judges(target, judges)
    figures |= {
        "sentences": float(len(sentences)),
        "items": float(len(items)),
        "couples": float(len(couples)),
        "sentences between states": float(len(reads) - len(items)),
        "cases": float(len(rows.y)),
        "features": float(len(classifier.vocabulary)),
    }
    if not quiet:
        for name, value in figures.items():
            print(f"{name:>32} {value:.4g}")
    return figures


def training_rows(
    matcher: Matcher, mode: Mode = "both"
) -> tuple[list[Row], list[tuple[int, Row]], list[train_judge.Read]]:
    """Rows of the marked sentences, of the items' couples (with item number), and the items."""
    coder = RelationCoder(matcher, None, mode)
    sentences: list[Row] = [
        (coder.features(read_marked(example.marked)), example.label) for example in read_training()
    ]
    items = train_judge.read_settings(Resolver.load(), matcher)
    without = CUE_FAMILIES if mode == "classifier" else ()
    return sentences, train_judge.couple_rows(items, without), items


def without_codebook() -> Classifier:
    """A classifier that sees no feature of the codebook, for the ablation."""
    sentences, couples, _ = training_rows(Matcher(load_codebook()), "classifier")
    return fit_classifier(sentences + [row for _, row in couples])


def main() -> None:
    """Entry point of ``tension train``."""
    train()
