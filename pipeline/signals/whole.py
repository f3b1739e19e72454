"""A case in the light of its whole text: what the other cases say of the same two actors.

A sentence alone may leave open whether two actors are at odds; a text that comes back to them
three times does not. The first judge looks at each case alone, the second at the same row and
these columns, worked out from the first one's opinions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Polarity
from pipeline.signals.measures import COLUMNS, POLARITIES

#: Where a row counts the words of each topic in its sentence.
_TOPICS: Final = [at for at, name in enumerate(COLUMNS) if name.startswith("topic ")]
#: What tells that a passage looks back, and how many sentences away it still counts.
_HISTORY: Final = [COLUMNS.index(name) for name in ("past perfect", "year long past", "topic PAST")]
_CLOSE: Final = 2
TEXT_COLUMNS: Final[tuple[str, ...]] = (
    "own log odds",
    "best other case of the pair and polarity",
    "best case of the pair, other polarity",
    "log of the expected number of the pair and polarity",
    "expected number of the text",
    "sentences that name the pair",
    "rank among the pairs of the text",
    "sentences of the text",
    "best case of the sentence, by how much better",
    "expected number of other cases with the source",
    "expected number of other cases with the target",
    "log odds of the reverse",
    "log odds of the other polarity",
    "likely pairs of the text",
    "hostile acts of the source before",
    "hostile acts upon the source before",
    "hostile acts of the target before",
    "hostile acts upon the target before",
    "hostile acts of the target upon the source before",
    "hostile acts of the source upon the target before",
    "hostile acts of the source upon others in the sentence",
    "hostile acts upon the source by others in the sentence",
    "hostile acts of the target upon others in the sentence",
    "hostile acts upon the target by others in the sentence",
    "friendly acts of the pair in the sentence",
    *(f"{COLUMNS[at]} in other sentences" for at in _TOPICS),
    *(f"{COLUMNS[at]} close by" for at in _HISTORY),
)
#: The columns of the second judge.
ALL_COLUMNS: Final = (*COLUMNS, *TEXT_COLUMNS)
#: Stands for log odds where there is no case.
_NEVER: Final = -9.0
#: A case above these log odds makes its pair a likely one.
_LIKELY: Final = -1.0
_LAST_RANK: Final = 20

_Pair = tuple[str, str]


class Told(NamedTuple):
    """What a case claims: sentence number, actors, polarity; ``counts``: by its status."""

    sentence: int
    source: str
    target: str
    polarity: Polarity
    counts: bool

    @property
    def pair(self) -> _Pair:
        """The two actors in alphabetical order, whoever acts."""
        return min(self.source, self.target), max(self.source, self.target)


@dataclass(frozen=True)
class _Totals:
    """Sums and best values over the cases of a text."""

    #: The two best log odds by pair and polarity.
    best: dict[tuple[_Pair, Polarity], tuple[float, float]]
    expected: dict[tuple[_Pair, Polarity], float]
    sentences: dict[_Pair, set[int]]
    by_actor: dict[str, float]
    by_sentence: dict[int, float]
    single: dict[tuple[int, str, str, Polarity], float]
    #: Expected adversarial acts in the sentences before each: by (source, target), and by either
    #: alone, "" standing for the other.
    hostile: dict[int, dict[_Pair, float]]
    #: The same for the acts of each sentence itself.
    here: dict[int, dict[_Pair, float]]
    #: Expected cooperative acts by sentence and pair.
    friendly: dict[tuple[int, _Pair], float]


def text_rows(
    told: Sequence[Told],
    rows: NDArray[np.float32],
    chances: NDArray[np.float64],
    sentences: int,
) -> NDArray[np.float32]:
    """Rows of ``TEXT_COLUMNS`` for all cases of one text, shape (cases, columns).

    ``rows``: theirs of ``measures.COLUMNS``; ``chances``: the first judge's probabilities;
    ``sentences``: how many have cases at all.
    """
    odds = np.log((chances + 1e-4) / (1.0 - chances + 1e-4))
    totals = _totals(told, chances, odds)
    ranked = sorted(totals.best, key=lambda key: -totals.best[key][0])
    rank = {key: number for number, key in enumerate(ranked)}
    everything = sum(totals.expected.values())
    likely = float(len({pair for (pair, _), best in totals.best.items() if best[0] > _LIKELY}))
    topics = {case.sentence: row[_TOPICS] for case, row in zip(told, rows, strict=True)}
    every = sum(topics.values(), np.zeros(len(_TOPICS), dtype=np.float32))
    past = _close_by(told, rows)
    found = np.zeros((len(told), len(TEXT_COLUMNS)), dtype=np.float32)
    for number, case in enumerate(told):
        own, chance = float(odds[number]), float(chances[number])
        key = (case.pair, case.polarity)
        against = POLARITIES[case.polarity == POLARITIES[0]]
        first, second = totals.best.get(key, (_NEVER, _NEVER))
        place = (case.sentence, case.source, case.target)
        found[number] = (
            own,
            second if own >= first - 1e-9 else first,
            totals.best.get((case.pair, against), (_NEVER, _NEVER))[0],
            np.log(totals.expected.get(key, 0.0) + 1e-3),
            everything,
            len(totals.sentences.get(case.pair, ())),
            rank.get(key, _LAST_RANK),
            sentences,
            totals.by_sentence.get(case.sentence, _NEVER) - own,
            totals.by_actor.get(case.source, 0.0) - chance,
            totals.by_actor.get(case.target, 0.0) - chance,
            totals.single.get((case.sentence, case.target, case.source, case.polarity), _NEVER),
            totals.single.get((*place, against), _NEVER),
            likely,
            *_before(totals, case),
            *_beside(totals, case),
            *((every - topics[case.sentence]) / max(1, len(topics) - 1)),
            *past[case.sentence],
        )
    return found


def _close_by(told: Sequence[Told], rows: NDArray[np.float32]) -> dict[int, NDArray[np.float32]]:
    """For each sentence the means of ``_HISTORY`` over its neighbours, itself left out."""
    nothing = np.zeros(len(_HISTORY), dtype=np.float32)
    here: dict[int, NDArray[np.float32]] = {}
    for case, row in zip(told, rows, strict=True):
        here[case.sentence] = np.maximum(here.get(case.sentence, nothing), row[_HISTORY])
    found: dict[int, NDArray[np.float32]] = {}
    for sentence in here:
        near = range(sentence - _CLOSE, sentence + _CLOSE + 1)
        beside = [here[k] for k in near if k in here and k != sentence]
        mean = sum(beside, nothing) / max(1, len(beside))
        found[sentence] = mean.astype(np.float32)
    return found


def _beside(totals: _Totals, case: Told) -> tuple[float, ...]:
    """Expected numbers of hostile acts in the sentence, those between the two left out."""
    here = totals.here[case.sentence]
    forth = here.get((case.source, case.target), 0.0)
    back = here.get((case.target, case.source), 0.0)
    return (
        here.get((case.source, ""), 0.0) - forth,
        here.get(("", case.source), 0.0) - back,
        here.get((case.target, ""), 0.0) - back,
        here.get(("", case.target), 0.0) - forth,
        totals.friendly.get((case.sentence, case.pair), 0.0),
    )


def _before(totals: _Totals, case: Told) -> tuple[float, ...]:
    """Expected numbers of hostile acts in earlier sentences: who condemns, condemns these."""
    earlier = totals.hostile[case.sentence]
    return (
        earlier.get((case.source, ""), 0.0),
        earlier.get(("", case.source), 0.0),
        earlier.get((case.target, ""), 0.0),
        earlier.get(("", case.target), 0.0),
        earlier.get((case.target, case.source), 0.0),
        earlier.get((case.source, case.target), 0.0),
    )


def _totals(
    told: Sequence[Told], chances: NDArray[np.float64], odds: NDArray[np.float64]
) -> _Totals:
    best: dict[tuple[_Pair, Polarity], tuple[float, float]] = {}
    expected: dict[tuple[_Pair, Polarity], float] = defaultdict(float)
    sentences: dict[_Pair, set[int]] = defaultdict(set)
    by_actor: dict[str, float] = defaultdict(float)
    by_sentence: dict[int, float] = {}
    single: dict[tuple[int, str, str, Polarity], float] = {}
    hostile: dict[int, dict[_Pair, float]] = {}
    earlier: dict[_Pair, float] = defaultdict(float)
    here: dict[int, dict[_Pair, float]] = defaultdict(lambda: defaultdict(float))
    friendly: dict[tuple[int, _Pair], float] = defaultdict(float)
    for case, chance, own in zip(told, chances.tolist(), odds.tolist(), strict=True):
        if case.sentence not in hostile:
            hostile[case.sentence] = dict(earlier)
        single[case.sentence, case.source, case.target, case.polarity] = own
        if not case.counts:
            continue
        if case.polarity == "adversarial":
            for acts in ((case.source, case.target), (case.source, ""), ("", case.target)):
                earlier[acts] += chance
                here[case.sentence][acts] += chance
        else:
            friendly[case.sentence, case.pair] += chance
        key = (case.pair, case.polarity)
        first, second = best.get(key, (_NEVER, _NEVER))
        best[key] = (own, first) if own > first else (first, max(second, own))
        expected[key] += chance
        sentences[case.pair].add(case.sentence)
        by_actor[case.source] += chance
        by_actor[case.target] += chance
        by_sentence[case.sentence] = max(by_sentence.get(case.sentence, _NEVER), own)
    return _Totals(
        best, expected, sentences, by_actor, by_sentence, single, hostile, here, friendly
    )
