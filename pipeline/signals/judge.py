"""How likely is a case right? Boosted trees over the columns of ``measures`` and ``whole``.

Trained by ``tension train`` on the items of ``data/training/items`` with scikit-learn's
histogram gradient boosting, every item judged by a classifier that has not seen it. The trees
are stored as plain arrays and walked here, all at once: calling scikit-learn for each text
would cost a hundred times the arithmetic.

There are two: the first judges every case by its sentence, the second in the light of what the
first thought of the rest of the text. Its probability is the confidence of a signal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.signals.measures import COLUMNS
from pipeline.signals.whole import ALL_COLUMNS, Told, text_rows

FIRST_FILE: Final = "data/judge.npz"
SECOND_FILE: Final = "data/judge_text.npz"
#: A text of more sentences than this is a whole article.
ARTICLE: Final = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """A case below its limit is no signal."""

    plain: float
    #: Where the role rules name the couple without a doubt and the construction is unambiguous.
    certain: float
    #: Where no construction tells the act.
    worded: float


#: The threshold that makes the expected F1 greatest is half of that F1 (Lipton et al. 2014);
#: chosen on the training items, see docs/method.md. Who the rules are certain of is kept down
#: to half the limit: the texts the judge learned from are harder than plain news.
SHORT: Final = Limits(plain=0.35, certain=0.175, worded=0.4)
#: In a whole article F1 hardly changes between 0.12 and 0.2; what the article is about is missed
#: the less the lower the limit.
WHOLE: Final = Limits(plain=0.12, certain=0.12, worded=0.12)


def limits(sentences: int) -> Limits:
    """Those of a text of so many sentences."""
    return WHOLE if sentences > ARTICLE else SHORT


@dataclass(frozen=True)
class Judge:
    """Trees over the columns of its rows; arrays have the shape (trees, nodes)."""

    #: Column that a node asks about.
    column: NDArray[np.int16]
    #: A row goes left where its value is at most this.
    limit: NDArray[np.float32]
    #: The next node; a leaf points to itself.
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    #: Log odds that a leaf adds.
    value: NDArray[np.float32]
    #: Log odds to begin with.
    start: float
    #: How many steps the deepest leaf takes.
    depth: int

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of each row, shape (rows,)."""
        x = rounded(rows)
        trees = np.arange(len(self.column))[None, :]
        number = np.arange(len(x))[:, None]
        node = np.zeros((len(x), trees.shape[1]), dtype=np.int16)
        for _ in range(self.depth):
            goes_left = x[number, self.column[trees, node]] <= self.limit[trees, node]
            node = np.where(goes_left, self.left[trees, node], self.right[trees, node])
        odds = self.start + self.value[trees, node].astype(np.float64).sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float64)

    @cached_property
    def digest(self) -> str:
        """Identifies the trees in the scorer id."""
        found = hashlib.sha256()
        for array in (self.column, np.round(self.limit, 3), np.round(self.value, 3)):
            found.update(array.tobytes())
        return found.hexdigest()[:12]


def rounded(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows as the trees see them: the last digits may differ between machines."""
    return np.round(rows, 3).astype(np.float32)


@dataclass(frozen=True)
class Judges:
    """The two judges together."""

    first: Judge
    second: Judge

    def probabilities(
        self, rows: NDArray[np.float32], told: Sequence[Told], sentences: int
    ) -> NDArray[np.float64]:
        """Probabilities of all cases of one text, shape (cases,).

        ``rows``: their rows of ``measures.COLUMNS``; ``sentences``: how many hold cases.
        """
        alone = self.first.probabilities(rows)
        return self.second.probabilities(np.hstack([rows, text_rows(told, rows, alone, sentences)]))

    @property
    def digest(self) -> str:
        """Identifies both in the scorer id."""
        return self.first.digest + self.second.digest


def load_judges(folder: Path | None = None) -> Judges:
    """The packaged judges (or those in ``folder``)."""
    data = folder or Path(str(resources.files("pipeline.signals").joinpath("data")))
    return Judges(
        _load(data / Path(FIRST_FILE).name, COLUMNS),
        _load(data / Path(SECOND_FILE).name, ALL_COLUMNS),
    )


def _load(source: Path, columns: tuple[str, ...]) -> Judge:
    with np.load(source, allow_pickle=False) as data:
        if tuple(bytes(data["columns"]).decode("utf-8").split("\n")) != columns:
            raise ValueError(f"{source}: trained on other columns; run 'tension train'")
        return Judge(
            data["column"],
            data["limit"],
            data["left"],
            data["right"],
            data["value"],
            float(data["start"]),
            int(data["depth"]),
        )


def save_judges(folder: Path, judges: Judges) -> None:
    """Write both judges, without pickles."""
    _save(folder / Path(FIRST_FILE).name, judges.first, COLUMNS)
    _save(folder / Path(SECOND_FILE).name, judges.second, ALL_COLUMNS)


def _save(path: Path, judge: Judge, names: tuple[str, ...]) -> None:
    arrays: dict[str, Any] = {
        name: getattr(judge, name) for name in ("column", "limit", "left", "right", "value")
    }
    np.savez_compressed(
        path,
        columns=np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8),
        start=np.float64(judge.start),
        depth=np.int64(judge.depth),
        **arrays,
    )
