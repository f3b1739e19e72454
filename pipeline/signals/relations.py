"""A sentence with its two actors given: which root does the source do to the target?

Used to evaluate (``tension evaluate relations``) and to train: the actors are
marked, so this is the codebook, the roles and the classifier without the resolver.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.records import ROOTS, Span
from pipeline.signals.classifier import Classifier
from pipeline.signals.features import Coded, features
from pipeline.signals.matcher import Matcher
from pipeline.signals.reading import code
from pipeline.signals.scene import Participant, Scene

Mode = Literal["both", "codebook", "classifier"]
_TAG: Final = re.compile(r"</?[st]>")
#: Feature families that come from the codebook.
CUE_FAMILIES: Final = ("cue", "weak:", "at:", "atq:", "theme:", "pattern:", "st:", "best", "near:")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence and the spans of its source and target."""

    text: str
    source: Span
    target: Span


def read_marked(marked: str, source: str = "", target: str = "", plain: str = "") -> Marked:
    """Spans from ``<s>…</s>`` and ``<t>…</t>``.

    A mark that is missing falls back on the text of ``source`` or ``target`` where
    it stands in the sentence, and else on the sentence's beginning or end.
    """
    text, spans = _strip(marked or plain)
    first = spans.get("s") or _locate(text, source) or (0, _first_word(text))
    second = spans.get("t") or _locate(text, target, avoid=first) or (_last_word(text), len(text))
    return Marked(text, first, second)


def _strip(marked: str) -> tuple[str, dict[str, Span]]:
    pieces: list[str] = []
    opened: dict[str, int] = {}
    spans: dict[str, Span] = {}
    length = place = 0
    for tag in _TAG.finditer(marked):
        piece = marked[place : tag.start()]
        pieces.append(piece)
        length += len(piece)
        place = tag.end()
        name = tag.group()[-2]
        if tag.group()[1] != "/":
            opened.setdefault(name, length)
        elif name in opened and name not in spans:
            spans[name] = (opened[name], length)
    pieces.append(marked[place:])
    return "".join(pieces), {name: span for name, span in spans.items() if span[0] < span[1]}


def _locate(text: str, phrase: str, avoid: Span | None = None) -> Span | None:
    phrase = phrase.strip()
    if not phrase:
        return None
    at = text.lower().find(phrase.lower())
    if at >= 0 and avoid is not None and avoid[0] <= at < avoid[1]:
        again = text.lower().find(phrase.lower(), avoid[1])
        at = again if again >= 0 else at
    return (at, at + len(phrase)) if at >= 0 else None


def _first_word(text: str) -> int:
    space = text.find(" ")
    return space if space > 0 else len(text)


def _last_word(text: str) -> int:
    return text.rstrip().rfind(" ") + 1


class RelationCoder:
    """Codes marked sentences; ``mode`` switches one half off for the ablation."""

    def __init__(
        self, matcher: Matcher, classifier: Classifier | None, mode: Mode = "both"
    ) -> None:
        self.matcher = matcher
        self.classifier = classifier
        self.mode = mode

    def analyse(self, marked: Marked) -> tuple[Scene, Participant, Participant, list[Coded]]:
        """The scene with its two participants and everything the codebook finds in it."""
        source, target = marked.source, marked.target
        spans = sorted([(*source, "S", False, True), (*target, "T", False, True)])
        scene = Scene(marked.text, self.matcher.lexicon, spans)
        by_key = {p.key: p for p in scene.participants}
        count = len(scene.tokens)
        first = by_key.get("S") or Participant("S", 0, min(1, count))
        second = by_key.get("T") or Participant("T", max(0, count - 1), count)
        matches = self.matcher.find(scene)
        return scene, first, second, code(scene, matches, None, self.matcher.themes)

    def features(self, marked: Marked) -> list[str]:
        """The classifier's features of a marked sentence, by mode."""
        scene, source, target, coded = self.analyse(marked)
        found = features(scene, source, target, coded)
        if self.mode == "classifier":
            return [name for name in found if not name.startswith(CUE_FAMILIES)]
        return found

    def root(self, marked: Marked) -> str:
        """The most likely root: always one of the fifteen."""
        if self.mode == "codebook" or self.classifier is None:
            return self._by_codebook(marked)
        logits = self.classifier.logits(self.features(marked)).tolist()
        ranked = zip(logits, self.classifier.classes, strict=True)
        return max((logit, name) for logit, name in ranked if name != "NONE")[1]

    def _by_codebook(self, marked: Marked) -> str:
        """The root of the construction whose roles fit best; ACCUSE, the commonest, if none."""
        scene, source, target, coded = self.analyse(marked)
        low, high = min(source.first, target.first), max(source.last, target.last)
        best = (99.0, 0, "ACCUSE")
        for item in coded:
            entry = item.match.entry
            cost = 6.0 if low <= item.match.head < high else 8.0
            for couple in item.roles:
                keys = (
                    scene.participants[couple.source].key,
                    scene.participants[couple.target].key,
                )
                if keys == ("S", "T") or couple.both:
                    cost = min(cost, couple.cost)
                else:
                    cost = min(cost, 5.0 + couple.cost)
            cost += 2.0 if entry.weak else 0.0
            best = min(best, (cost, -len(item.match.tokens), entry.root))
        assert best[2] in ROOTS
        return best[2]
