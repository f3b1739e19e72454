"""From a text to its signals: sentences, actors, constructions, roles, status, confidence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from pipeline.actors import Resolver
from pipeline.clean import split_sentences
from pipeline.records import (
    STATUS_WEIGHT,
    Ignored,
    Mention,
    Sentence,
    Signal,
    Status,
    TextResult,
    article_text,
    polarity_of,
)
from pipeline.signals.classifier import Classifier, load_classifier
from pipeline.signals.codebook import Codebook, load_codebook
from pipeline.signals.features import Coded, features
from pipeline.signals.matcher import Match, Matcher
from pipeline.signals.roles import Roles, assign
from pipeline.signals.scene import OFFICIALS, Scene
from pipeline.signals.status import Verdict, accusation_over, decide
from pipeline.signals.words import word_list

#: Raised with every change of the rules that may change a score.
RULES_VERSION: Final = "1"
#: A candidate whose probability of being an act of its polarity is below this is ignored.
THRESHOLD: Final = 0.6
#: Kinds of mention that are adjectives: the noun they belong to follows.
_ADJECTIVAL: Final = frozenset({"demonym"})
_INSIDE: Final = "inside the accusation: the accused towards the accuser"
_MAX_SENTENCE: Final = 1500
_MAX_PARTICIPANTS: Final = 14


@dataclass(frozen=True, slots=True)
class _Candidate:
    match: Match
    roles: Roles
    verdict: Verdict
    confidence: float
    #: What an accusation is about, where it names an act.
    content: Match | None = None

    def key(self, scene: Scene) -> tuple[str, str, str, Status, int]:
        """Candidates of one key in a sentence say the same; the surest is kept."""
        return (
            scene.participants[self.roles.source].key,
            scene.participants[self.roles.target].key,
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
        classifier: Classifier | None,
        options: str = "",
    ) -> None:
        self.codebook = codebook
        self.resolver = resolver
        self.classifier = classifier
        self.matcher = Matcher(codebook)
        parts = (
            RULES_VERSION,
            codebook.digest,
            classifier.digest if classifier else "none",
            getattr(resolver, "digest", ""),
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
        """Read codebook, actors and model. Raises ``CodebookError`` or the actors' error."""
        resolver = Resolver.load(overlay=actors_overlay, include_proxies=include_proxies)
        return cls(
            load_codebook(overlay),
            resolver,
            load_classifier(),
            options=f"proxies={include_proxies}",
        )

    def extract(self, title: str, body: str, on: date | None) -> TextResult:
        """All signals of one text published on ``on`` (None: unknown, any tenure fits)."""
        sentences = split_sentences(title, body)
        text = article_text(title, body)
        mentions = self.resolver.resolve(text, on, sentences)
        by_sentence = _by_sentence(sentences, mentions)
        signals: list[Signal] = []
        ignored: list[Ignored] = []
        for sentence, found in zip(sentences, by_sentence, strict=True):
            if len(sentence.text) > _MAX_SENTENCE:
                ignored.append(
                    Ignored(sentence.index, sentence.text[:200], (0, 0), "sentence too long")
                )
                continue
            if len({m.actor for m in found}) < 2:
                continue
            new, left_out = self._sentence(sentence, found, on)
            signals.extend(new)
            ignored.extend(left_out)
        return TextResult(
            tuple(sentences), tuple(signals), tuple(ignored), tuple(tuple(m) for m in by_sentence)
        )

    def _sentence(
        self, sentence: Sentence, mentions: Sequence[Mention], on: date | None
    ) -> tuple[list[Signal], list[Ignored]]:
        kept = joined(sentence.text, mentions)[:_MAX_PARTICIPANTS]
        scene = Scene(
            sentence.text,
            self.matcher.lexicon,
            [(m.start, m.end, m.actor, m.kind in _ADJECTIVAL, m.may_act) for m in kept],
        )
        matches = self.matcher.find(scene)
        if not matches:
            return [], []
        coded = code(scene, matches, on)
        best: dict[tuple[str, str, str, Status, int], _Candidate] = {}
        ignored: list[Ignored] = []
        for item in coded:
            couples = [r for r in item.roles if may_be_source(scene, item.match, r)]
            reason = "" if couples else "no two actors in the roles of source and target"
            for couple in couples:
                confidence = self._confidence(scene, item, couple, coded)
                # What does not count is shown with less certainty than what counts.
                limit = THRESHOLD if STATUS_WEIGHT[item.verdict.status] else THRESHOLD / 2
                if confidence < limit:
                    reason = f"too uncertain: confidence {confidence:.2f} is below {limit}"
                    continue
                for content in contents(scene, item.match, matches):
                    candidate = _Candidate(item.match, couple, item.verdict, confidence, content)
                    key = candidate.key(scene)
                    if key not in best or best[key].confidence < confidence:
                        best[key] = candidate
            if reason:
                span = _span(scene, item.match)
                ignored.append(Ignored(sentence.index, sentence.text, span, reason))
        signals = [self._signal(sentence, scene, kept, candidate) for candidate in best.values()]
        return signals, ignored

    def _confidence(
        self, scene: Scene, item: Coded, couple: Roles, coded: Sequence[Coded]
    ) -> float:
        rules = max(0.2, 0.95 - 0.13 * couple.cost - (0.25 if item.match.entry.weak else 0.0))
        if self.classifier is None:
            return rules
        if couple.rule == _INSIDE:
            # Read off the accusation, which has a confidence of its own.
            return 0.6 * rules
        source, target = scene.participants[couple.source], scene.participants[couple.target]
        p = self.classifier.probabilities(features(scene, source, target, coded))
        wanted = polarity_of(item.match.entry.root)
        agreeing = float(
            sum(
                p[i]
                for i, name in enumerate(self.classifier.classes)
                if name != "NONE" and polarity_of(name) == wanted
            )
        )
        return float((rules * agreeing) ** 0.5)

    def _signal(
        self, sentence: Sentence, scene: Scene, mentions: Sequence[Mention], candidate: _Candidate
    ) -> Signal:
        entry, couple = candidate.match.entry, candidate.roles
        source, target = scene.participants[couple.source], scene.participants[couple.target]
        if couple.both and source.key > target.key:
            source, target = target, source
        theme = self.codebook.themes[entry.theme]
        first, second = mentions[source.mention], mentions[target.mention]
        return Signal(
            source=source.key,
            target=target.key,
            direction="both" if couple.both else "one",
            root=entry.root,
            theme=entry.theme,
            polarity=theme.polarity,
            status=candidate.verdict.status,
            attribution=_attribution(scene, candidate),
            intensity=theme.intensity,
            confidence=round(candidate.confidence * min(first.confidence, second.confidence), 4),
            sentence_index=sentence.index,
            sentence=sentence.text,
            cue_spans=_pieces(scene, candidate.match, candidate.content),
            source_span=(first.start, first.end),
            target_span=(second.start, second.end),
            cue=entry.pattern,
            rule=couple.rule,
            status_reason=candidate.verdict.reason,
            source_label=first.label if first.kind == "proxy" else "",
            target_label=second.label if second.kind == "proxy" else "",
            event_date=candidate.verdict.event_date,
        )


def code(scene: Scene, matches: Sequence[Match], on: date | None) -> list[Coded]:
    """Every match with its roles and status, as the classifier's features want them."""
    coded: list[Coded] = []
    for match in matches:
        verdict = decide(scene, match, matches, on)
        roles = assign(scene, match)
        if not roles and verdict.status is Status.ALLEGED:
            roles = _from_accusation(scene, match, matches)
        coded.append(Coded(match, tuple(roles), verdict))
    return coded


def may_be_source(scene: Scene, match: Match, couple: Roles) -> bool:
    """Whether the source may act: a place only where its authorities are meant ("arrested in")."""
    source = scene.participants[couple.source]
    if source.may_act:
        return True
    return (
        match.passive and source.first >= match.last and scene.preposition(source) in ("in", "at")
    )


def _from_accusation(scene: Scene, match: Match, matches: Sequence[Match]) -> list[Roles]:
    """The alleged act of the accused, which names no target, is held to be towards the accuser."""
    outer = accusation_over(scene, match, matches)
    if outer is None or polarity_of(match.entry.root) == "cooperative":
        return []
    return [
        Roles(r.target, r.source, False, _INSIDE, r.cost + 0.5)
        for r in assign(scene, outer)
        if scene.participants[r.target].may_act
    ]


def contents(scene: Scene, match: Match, matches: Sequence[Match]) -> Sequence[Match | None]:
    """The acts an accusation is about, one signal each; ``[None]`` for everything else."""
    if match.entry.root != "ACCUSE":
        return [None]
    inner = [other for other in matches if accusation_over(scene, other, matches) is match]
    return inner or [None]


def joined(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Neighbouring mentions of one actor as one: "Russian President Vladimir Putin".

    What stands between may only be a title: a few words that are capitalised or name an
    office.
    """
    found: list[Mention] = []
    for mention in mentions:
        last = found[-1] if found else None
        if (
            last is not None
            and last.actor == mention.actor
            and mention.start >= last.end
            and _is_title(text[last.end : mention.start])
        ):
            strong = mention if mention.kind != "demonym" else last
            found[-1] = replace(
                strong,
                start=last.start,
                end=mention.end,
                text=text[last.start : mention.end],
                may_act=last.may_act or mention.may_act,
                confidence=max(last.confidence, mention.confidence),
                label=strong.label or last.label,
            )
        else:
            found.append(mention)
    return found


def _is_title(between: str) -> bool:
    words = between.replace("’s", " ").replace("'s", " ").split()
    return (
        len(words) <= 5
        and not set(between) & set(',;:()“”"?!')
        and all(word[0].isupper() or word.lower() in OFFICIALS or word == "of" for word in words)
    )


def _by_sentence(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Mentions of each sentence, with offsets moved into the sentence."""
    found: list[list[Mention]] = [[] for _ in sentences]
    place = 0
    for mention in mentions:
        while place < len(sentences) and sentences[place].end <= mention.start:
            place += 1
        if place == len(sentences):
            break
        sentence = sentences[place]
        if mention.start >= sentence.start and mention.end <= sentence.end:
            found[place].append(
                replace(
                    mention, start=mention.start - sentence.start, end=mention.end - sentence.start
                )
            )
    return found


def _span(scene: Scene, match: Match) -> tuple[int, int]:
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


def _attribution(scene: Scene, candidate: _Candidate) -> str:
    """Who says so: "source", "target", another actor's code, or "outlet"."""
    couple = candidate.roles
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
    if key == scene.participants[couple.source].key:
        return "source"
    if key == scene.participants[couple.target].key:
        return "target"
    return key
