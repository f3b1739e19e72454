"""Which words decided a case that no construction of the codebook tells."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.signals.cases import Case
from pipeline.signals.classifier import Classifier
from pipeline.signals.features import masked
from pipeline.signals.setting import Setting
from pipeline.signals.tags import word_tags
from pipeline.signals.words import BE, DETERMINERS, HAVE, MODALS, PREPOSITIONS, SUBJECT_PRONOUNS

#: Words shown as the cue at the most.
MOST: Final = 3
_SMALL: Final = (
    PREPOSITIONS
    | DETERMINERS
    | BE
    | HAVE
    | MODALS
    | SUBJECT_PRONOUNS
    | frozenset("and or but not also up out off down away back".split())
)


def deciding_words(setting: Setting, case: Case, classifier: Classifier) -> list[int]:
    """Tokens that speak most for the case's root against none, the strongest first."""
    scene = setting.scene
    source, target = setting.person(case.roles.source), setting.person(case.roles.target)
    forward = source.first <= target.first
    first, second = (source, target) if forward else (target, source)
    order = "ST" if forward else "TS"
    stems = masked(scene, source, target)
    known = word_tags()
    gain = classifier.weights[:, classifier.index[case.root]] - classifier.weights[:, -1]
    found: list[tuple[float, int]] = []
    for i, token in enumerate(scene.tokens):
        if scene.owner[i] >= 0 or token.lower in _SMALL or not token.text[0].isalpha():
            continue
        if i < first.first:
            part = "l"
        elif first.last <= i < second.first:
            part = f"b{order}"
        else:
            part = "r"
        names = [f"{part}:{stems[i]}", f"{part[0]}:{stems[i]}", f"w:{stems[i]}"]
        for tag in known.get(token.lower, ()):
            names += [f"g{part}:{tag}", f"gw:{tag}"]
        places = [
            classifier.vocabulary[n] for n in dict.fromkeys(names) if n in classifier.vocabulary
        ]
        weight = float(np.sum(gain[places], dtype=np.float64)) if places else 0.0
        if weight > 0.05:
            found.append((-round(weight, 3), i))
    found.sort()
    return [i for _, i in found[:MOST]]
