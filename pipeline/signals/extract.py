"""From a text to its signals: read it, weigh every case, keep what is likely enough."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.actors import Resolver
from pipeline.records import (
    STATUS_WEIGHT,
    Ignored,
    Sentence,
    Signal,
    Span,
    Status,
    TextResult,
    polarity_of,
)
from pipeline.signals.candidates import LIMIT
from pipeline.signals.cases import Case, cases, claims
from pipeline.signals.classifier import Classifier, load_classifier
from pipeline.signals.codebook import Codebook, load_codebook
from pipeline.signals.features import Coded
from pipeline.signals.judge import ARTICLE, SHORT, WHOLE, Judges, Limits, limits, load_judges
from pipeline.signals.matcher import Match, Matcher
from pipeline.signals.reading import INSIDE, MAX_SENTENCE, read
from pipeline.signals.roles import Roles
from pipeline.signals.scene import Scene
from pipeline.signals.setting import Setting
from pipeline.signals.status import Verdict, accusation_over, decide
from pipeline.signals.wording import deciding_words
from pipeline.signals.words import word_list

#: Raised with every change of the rules that may change a score.
RULES_VERSION: Final = "11"
#: What does not count (denied, alleged …) is listed from this strength of the rules on.
_LISTED: Final = 0.3


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One signal in the making."""

    match: Match
    roles: Roles
    verdict: Verdict
    confidence: float
    #: What an accusation is about, where it names an act.
    content: Match | None = None

    def key(self, setting: Setting) -> tuple[str, str, str, Status, int]:
        """Candidates of one key in a sentence say the same; the surest is kept."""
        return (
            setting.person(self.roles.source).key,
            setting.person(self.roles.target).key,
            self.match.entry.theme,
            self.verdict.status,
            self.content.first if self.content is not None else -1,
        )


class Extractor:
    """Scores texts. Load one per process; ``extract`` is pure."""

    def __init__(
        self,
        codebook: Codebook,
        resolver: Resolver,
        classifier: Classifier,
        judges: Judges,
        options: str = "",
    ) -> None:
        self.codebook = codebook
        self.resolver = resolver
        self.classifier = classifier
        self.judges = judges
        self.matcher = Matcher(codebook)
        parts = (
            RULES_VERSION,
            codebook.digest,
            classifier.digest,
            judges.digest,
            resolver.digest,
            _other_data(),
            options,
        )
        self.scorer_id = hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]

    @classmethod
    def load(
        cls,
        overlay: Path | None = None,
        actors_overlay: Path | None = None,
        include_proxies: bool = True,
    ) -> Extractor:
        """Read codebook, actors and models. Raises ``CodebookError`` or the actors' error."""
        resolver = Resolver.load(overlay=actors_overlay, include_proxies=include_proxies)
        return cls(
            load_codebook(overlay),
            resolver,
            load_classifier(),
            load_judges(),
            options=f"proxies={include_proxies}",
        )

    def extract(self, title: str, body: str, on: date | None) -> TextResult:
        """All signals of one text published on ``on`` (None: unknown, any tenure fits)."""
        reading = read(self.resolver, self.matcher, title, body, on)
        weighed = [
            (sentence, setting, *cases(setting, self.classifier))
            for sentence, setting in zip(reading.sentences, reading.settings, strict=True)
            if setting is not None
        ]
        signals: list[Signal] = []
        ignored = [
            Ignored(s.index, s.text[:200], (0, 0), "sentence too long")
            for s in reading.sentences
            if len(s.text) > MAX_SENTENCE
        ]
        if weighed:
            chances = self.judges.probabilities(
                np.vstack([rows for *_, rows in weighed]),
                [t for s, setting, found, _ in weighed for t in claims(s.index, setting, found)],
                len(weighed),
            )
            needed = limits(len(reading.sentences))
            start = 0
            for sentence, setting, found, rows in weighed:
                part = [float(p) for p in chances[start : start + len(rows)]]
                start += len(rows)
                new, left_out = self._sentence(sentence, setting, found, part, needed, on)
                signals.extend(new)
                ignored.extend(left_out)
        return TextResult(
            tuple(reading.sentences),
            tuple(signals),
            tuple(ignored),
            tuple(tuple(m) for m in reading.mentions),
        )

    def _sentence(
        self,
        sentence: Sentence,
        setting: Setting,
        found: Sequence[Case],
        chances: Sequence[float],
        needed: Limits,
        on: date | None,
    ) -> tuple[list[Signal], list[Ignored]]:
        best: dict[tuple[str, str, str, Status, int], _Candidate] = {}
        candidates = [
            *self._counting(setting, _accepted(setting, found, chances, needed), on),
            *_uncounted(setting),
        ]
        for candidate in candidates:
            key = candidate.key(setting)
            if key not in best or best[key].confidence < candidate.confidence:
                best[key] = candidate
        signals = [self._signal(sentence, setting, candidate) for candidate in best.values()]
        used = {id(candidate.match) for candidate in best.values()}
        used |= {id(c.content) for c in best.values() if c.content is not None}
        ignored = [
            Ignored(
                sentence.index,
                sentence.text,
                _span(setting.scene, item.match),
                _why_not(item, found, chances, needed.plain),
            )
            for item in setting.coded
            if id(item.match) not in used
        ]
        return signals, ignored

    def _counting(
        self, setting: Setting, accepted: Sequence[tuple[Case, float]], on: date | None
    ) -> Iterator[_Candidate]:
        """The signals of the accepted cases: of the best construction and what agrees with it."""
        matches = [item.match for item in setting.coded]
        for case, chance in accepted:
            if case.item is None or case.root != case.item.match.entry.root:
                candidate = self._worded(setting, case, chance, on)
                if candidate is not None:
                    yield candidate
                if candidate is not None or case.item is None:
                    continue
            for item, roles in _agreeing(setting, case):
                for content in contents(setting.scene, item.match, matches):
                    yield _Candidate(item.match, roles, item.verdict, chance, content)

    def _worded(
        self, setting: Setting, case: Case, chance: float, on: date | None
    ) -> _Candidate | None:
        """A signal without a construction, its cue the words that decided; None without any."""
        entry = self.codebook.unnamed.get(case.root)
        words = deciding_words(setting, case, self.classifier)
        if entry is None or not words:
            return None
        scene, head = setting.scene, words[0]
        match = Match(entry, tuple(sorted(words)), head)
        verdict = decide(scene, match, [item.match for item in setting.coded], on)
        if not STATUS_WEIGHT[verdict.status]:
            return None
        return _Candidate(match, case.roles, verdict, chance)

    def _signal(self, sentence: Sentence, setting: Setting, candidate: _Candidate) -> Signal:
        entry, couple = candidate.match.entry, candidate.roles
        a, b = couple.source, couple.target
        if couple.both and setting.person(a).key > setting.person(b).key:
            a, b = b, a
        theme = self.codebook.themes[entry.theme]
        first, second = setting.mention(a), setting.mention(b)
        return Signal(
            source=setting.person(a).key,
            target=setting.person(b).key,
            direction="both" if couple.both else "one",
            root=entry.root,
            theme=entry.theme,
            polarity=theme.polarity,
            status=candidate.verdict.status,
            attribution=_attribution(setting, candidate),
            intensity=theme.intensity,
            confidence=round(candidate.confidence, 4),
            sentence_index=sentence.index,
            sentence=sentence.text,
            cue_spans=_pieces(setting.scene, candidate.match, candidate.content),
            source_span=_place(setting, a),
            target_span=_place(setting, b),
            cue=entry.pattern,
            rule=couple.rule,
            status_reason=candidate.verdict.reason,
            source_label=first.label if first.kind == "proxy" else "",
            target_label=second.label if second.kind == "proxy" else "",
            event_date=candidate.verdict.event_date,
        )


@cache
def _other_data() -> str:
    """A hash of what else moves a score: word lists, the verb model, the limits of the judge."""
    folder = resources.files("pipeline.signals").joinpath("data")
    found = hashlib.sha256(repr((SHORT, WHOLE, ARTICLE)).encode())
    for name in ("grammar.yaml", "irregular.txt", "lexicon.tsv", "verbs.npz"):
        found.update(folder.joinpath(name).read_bytes())
    return found.hexdigest()[:12]


def _accepted(
    setting: Setting, found: Sequence[Case], chances: Sequence[float], needed: Limits
) -> list[tuple[Case, float]]:
    """The likely cases. Of two directions of one act the one the rules are sure of, else the
    likelier; both where rules name both.

    Words alone do not speak against a construction of the same sentence.
    """
    likely: dict[tuple[str, str, str], tuple[Case, float]] = {}
    for case, chance in zip(found, chances, strict=True):
        if not case.counts or chance < _limit(case, needed):
            continue
        source = setting.person(case.roles.source).key
        target = setting.person(case.roles.target).key
        if case.roles.both and source > target:
            source, target = target, source
        key = (source, target, case.polarity)
        if key not in likely or likely[key][1] < chance:
            likely[key] = (case, chance)
    kept = []
    for (source, target, polarity), (case, chance) in likely.items():
        reverse = likely.get((target, source, polarity))
        if reverse is not None:
            other, rival = reverse
            apart = case.ruled and other.ruled and case.item is not other.item
            if _named_by_rules(other, case):
                continue
            if not (apart or _named_by_rules(case, other)) and (rival, target) > (chance, source):
                continue
        kept.append((case, chance))
    told = {_claim(setting, case) for case, _ in kept if case.item is not None}
    return [
        (case, chance)
        for case, chance in kept
        if case.item is not None or not any(_contradicts(_claim(setting, case), t) for t in told)
    ]


def _named_by_rules(one: Case, other: Case) -> bool:
    """Whether the rules are sure of one direction of a construction and silent on the other."""
    return one.certain and not other.ruled and one.item is other.item


def _claim(setting: Setting, case: Case) -> tuple[frozenset[str], str]:
    source, target = setting.person(case.roles.source).key, setting.person(case.roles.target).key
    return frozenset((source, target)), case.polarity


def _contradicts(one: tuple[frozenset[str], str], other: tuple[frozenset[str], str]) -> bool:
    """Whether two claims are about the same two states and of opposite polarity."""
    return one[0] == other[0] and one[1] != other[1]


def _limit(case: Case, needed: Limits) -> float:
    """The probability a case needs."""
    if case.item is None:
        return needed.worded
    return needed.certain if case.certain else needed.plain


def _agreeing(setting: Setting, case: Case) -> Iterator[tuple[Coded, Roles]]:
    """The case's construction, and others whose rules give the same couple and polarity."""
    assert case.item is not None
    yield case.item, case.roles
    couple = {setting.person(case.roles.source).key, setting.person(case.roles.target).key}
    source = setting.person(case.roles.source).key
    for item in setting.coded:
        if (
            item is case.item
            or not STATUS_WEIGHT[item.verdict.status]
            or polarity_of(item.match.entry.root) != case.polarity
        ):
            continue
        for roles in item.roles:
            keys = {setting.person(roles.source).key, setting.person(roles.target).key}
            same_way = roles.both or setting.person(roles.source).key == source
            if keys == couple and same_way and roles.cost < LIMIT and not item.match.entry.weak:
                yield item, roles


def _uncounted(setting: Setting) -> Iterator[_Candidate]:
    """What is denied, alleged, conditional or long past, by the role rules alone."""
    matches = [item.match for item in setting.coded]
    for item in setting.coded:
        if STATUS_WEIGHT[item.verdict.status]:
            continue
        for roles in item.roles:
            if not may_be_source(setting.scene, item.match, roles):
                continue
            strength = max(0.2, 0.95 - 0.13 * roles.cost - (0.25 * item.match.entry.weak))
            if roles.rule == INSIDE:
                strength *= 0.6  # read off the accusation
            if strength >= _LISTED:
                for content in contents(setting.scene, item.match, matches):
                    yield _Candidate(item.match, roles, item.verdict, strength, content)


def _why_not(item: Coded, found: Sequence[Case], chances: Sequence[float], limit: float) -> str:
    """Why a construction gave no signal."""
    mine = [p for case, p in zip(found, chances, strict=True) if case.item is item]
    if not mine or (not item.roles and max(mine) < limit / 3):
        return "no two actors in the roles of source and target"
    if max(mine) < limit:
        return f"too uncertain: confidence {max(mine):.2f} is below {limit}"
    return "said by another construction of the sentence"


def _place(setting: Setting, index: int) -> Span:
    """Where an actor stands in the sentence; (0, 0) where it is carried over."""
    if setting.is_carried(index):
        return (0, 0)
    mention = setting.mention(index)
    return (mention.start, mention.end)


def may_be_source(scene: Scene, match: Match, couple: Roles) -> bool:
    """Whether the source may act: a place only where its authorities are meant ("arrested in")."""
    source = scene.participants[couple.source]
    if source.may_act:
        return True
    return (
        match.passive and source.first >= match.last and scene.preposition(source) in ("in", "at")
    )


def contents(scene: Scene, match: Match, matches: Sequence[Match]) -> Sequence[Match | None]:
    """The acts an accusation is about, one signal each; ``[None]`` for everything else."""
    if match.entry.root != "ACCUSE":
        return [None]
    inner = [other for other in matches if accusation_over(scene, other, matches) is match]
    return inner or [None]


def _span(scene: Scene, match: Match) -> Span:
    return scene.tokens[match.tokens[0]].start, scene.tokens[match.tokens[-1]].end


def _pieces(
    scene: Scene, match: Match, content: Match | None = None
) -> tuple[tuple[int, int], ...]:
    """The cue's spans; neighbouring words join into one piece."""
    pieces: list[tuple[int, int]] = []
    previous = -2
    for k in (*match.tokens, *(content.tokens if content is not None else ())):
        token = scene.tokens[k]
        if k == previous + 1:
            pieces[-1] = (pieces[-1][0], token.end)
        else:
            pieces.append((token.start, token.end))
        previous = k
    return tuple(pieces)


_SAYING: Final = word_list("saying")


def _attribution(setting: Setting, candidate: _Candidate) -> str:
    """Who says so: "source", "target", another actor's code, or "outlet"."""
    couple, scene = candidate.roles, setting.scene
    speaker = -1
    for k, word in enumerate(scene.lower):
        if word not in _SAYING or k in candidate.match.tokens:
            continue
        if word == "according":
            near = [i for i, p in enumerate(scene.participants) if 0 < p.first - k <= 6]
            speaker = near[0] if near else -1
        else:
            near = [
                i
                for i, p in enumerate(scene.participants)
                if 0 <= k - p.last <= 5 and not scene.finite_between(p.last, k)
            ]
            speaker = near[-1] if near else -1
        if speaker >= 0:
            break
    if speaker < 0:
        return "outlet"
    key = scene.participants[speaker].key
    if key == setting.person(couple.source).key:
        return "source"
    if key == setting.person(couple.target).key:
        return "target"
    return key
