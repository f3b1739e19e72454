"""Verb or noun? A small linear model over a word's neighbours decides for ambiguous forms.

"attacks", "visit", "set" may be either. The weights in ``data/verbs.npz`` were learned from
this project's own texts, tagged by a full parser once (``pipeline.signals.train_verbs``); at
work there is no parser, only a handful of look-ups for each such word.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np

from pipeline.signals.words import BASE, DETERMINERS, PAST, PREPOSITIONS, THIRD

MODEL_FILE: Final = "data/verbs.npz"


def neighbours(words: Sequence[str], i: int, bits: int) -> list[str]:
    """The features of word ``i``: names are ``<N>`` (``<A>`` an adjective of one) in ``words``."""

    def at(k: int) -> str:
        return words[k] if 0 <= k < len(words) else "<>"

    word, before, after = words[i], at(i - 1), at(i + 1)
    before2, after2 = at(i - 2), at(i + 2)
    return [
        f"w:{word}",
        f"b:{bits}",
        f"-1:{before}",
        f"+1:{after}",
        f"-2:{before2}",
        f"+2:{after2}",
        f"-2-1:{before2}_{before}",
        f"+1+2:{after}_{after2}",
        f"-1+1:{before}_{after}",
        f"w-1:{word}_{before}",
        f"w+1:{word}_{after}",
        f"b-1:{bits}_{before}",
        f"b+1:{bits}_{after}",
        f"b-1+1:{bits}_{before[-2:]}_{after[-2:]}",
        f"s-1:{before[-3:]}",
        f"s+1:{after[-3:]}",
        f"bs:{bits}_{before[-2:]}_{before2[-2:]}",
        f"s:{word[-3:]}_{before[-2:]}",
        f"i:{min(i, 3)}_{bits}",
    ]


@lru_cache(maxsize=1)
def verb_weights() -> tuple[dict[str, float], float]:
    """Weights by feature, and the bias; read once."""
    path = resources.files("pipeline.signals").joinpath(MODEL_FILE)
    with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
        names = bytes(data["features"]).decode("utf-8").split("\n")
        weights = data["weights"].astype(np.float64)
        return dict(zip(names, weights.tolist(), strict=True)), float(data["bias"])


def verb_odds(words: Sequence[str], i: int, bits: int) -> float:
    """Log odds that word ``i`` stands as a verb."""
    weights, odds = verb_weights()
    for name in neighbours(words, i, bits):
        odds += weights.get(name, 0.0)
    return odds + _object_bonus(words, i, bits)


#: The parser's tags are weakest in the clipped English of headlines, where a finite form
#: between a name or a noun and its object is often called a noun. This much speaks against it.
_BEFORE_OBJECT: Final = 2.0
_BEFORE_PLURAL: Final = 1.2


def _object_bonus(words: Sequence[str], i: int, bits: int) -> float:
    """What an object right behind the form adds: "fires three missiles", "shoots down a"."""
    before = words[i - 1] if i else ""
    if not bits & (BASE | THIRD | PAST) or before in _NOUN_PLACES:
        return 0.0
    after = words[i + 1] if i + 1 < len(words) else ""
    if after in _PARTICLES and i + 2 < len(words):
        after = words[i + 2]
    if after in DETERMINERS or after in _NUMBERS or after in ("him", "her", "them", "it"):
        return _BEFORE_OBJECT
    if after in ("<N>", "<A>"):
        return _BEFORE_PLURAL
    named = before in ("<N>", "0") or before.endswith("s")
    return _BEFORE_PLURAL if named and after.endswith("s") and len(after) > 3 else 0.0


_PARTICLES: Final = frozenset("down up out off back away over".split())
_NUMBERS: Final = frozenset(
    "0 two three four five six seven eight nine ten eleven twelve dozens hundreds thousands".split()
)
_NOUN_PLACES: Final = (
    DETERMINERS - {"that", "which", "both", "all"} | PREPOSITIONS | frozenset(("'s", "<A>"))
)
