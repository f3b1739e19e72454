"""From a text to its sentences as settings: actors joined, constructions found, status decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pipeline.actors import Resolver, allied
from pipeline.clean import split_sentences
from pipeline.records import Mention, Sentence, Status, article_text, polarity_of
from pipeline.signals.features import Coded
from pipeline.signals.matcher import Match, Matcher
from pipeline.signals.roles import Roles, assign
from pipeline.signals.scene import OFFICIALS, Scene
from pipeline.signals.setting import Carried, Setting
from pipeline.signals.status import accusation_over, decide

_DEPLOYMENTS: Final = frozenset({"troop_deployment", "weapons_deployment"})
#: What a deployment to an ally's soil is.
_ALLIED_THEME: Final = "military_aid"
#: Kinds of mention that are adjectives: the noun they belong to follows.
_ADJECTIVAL: Final = frozenset({"demonym"})
INSIDE: Final = "inside the accusation: the accused towards the accuser"
MAX_SENTENCE: Final = 1500
_MAX_PARTICIPANTS: Final = 14
#: Actors carried into a sentence at the most.
_MOST_CARRIED: Final = 4
#: ``Carried.ago`` of an actor that only the beginning of the text names.
_LEAD: Final = 9


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read: its sentences, the mentions of each, and a setting where there may be acts."""

    sentences: tuple[Sentence, ...]
    mentions: list[list[Mention]]
    #: By sentence; None where fewer than two actors are named or carried, or it is too long.
    settings: list[Setting | None]


def read(resolver: Resolver, matcher: Matcher, title: str, body: str, on: date | None) -> Reading:
    """Read one text published on ``on`` (None: unknown, any tenure fits)."""
    sentences = split_sentences(title, body)
    text = article_text(title, body)
    mentions = by_sentence(sentences, resolver.resolve(text, on, sentences))
    settings = [
        _setting(matcher, sentences, mentions, i, on, bool(title) and i == 0)
        for i in range(len(sentences))
    ]
    return Reading(sentences, mentions, settings)


def _setting(
    matcher: Matcher,
    sentences: Sequence[Sentence],
    mentions: Sequence[Sequence[Mention]],
    i: int,
    on: date | None,
    title: bool,
) -> Setting | None:
    sentence, found = sentences[i], mentions[i]
    if not found or len(sentence.text) > MAX_SENTENCE:
        return None
    here = {m.actor for m in found}
    carried = _carried(mentions, i, here)
    if len(here) < 2 and not carried:
        return None
    kept, spans = spans_of(sentence.text, found)
    scene = Scene(sentence.text, matcher.lexicon, spans)
    coded = code(scene, matcher.find(scene), on)
    if len(here) < 2 and not coded:
        return None
    return Setting(
        scene,
        kept,
        coded,
        carried if coded else (),
        _together(mentions, i),
        title,
        place=i / max(1, len(sentences) - 1),
    )


def spans_of(
    text: str, found: Sequence[Mention]
) -> tuple[list[Mention], list[tuple[int, int, str, bool, bool]]]:
    """A sentence's mentions joined, and as the spans a ``Scene`` is made of."""
    kept = joined(text, found)[:_MAX_PARTICIPANTS]
    return kept, [(m.start, m.end, m.actor, m.kind in _ADJECTIVAL, m.may_act) for m in kept]


def _carried(mentions: Sequence[Sequence[Mention]], i: int, here: set[str]) -> tuple[Carried, ...]:
    """Actors of the two sentences before and of the lead that this sentence does not name."""
    found: dict[str, Carried] = {}
    earlier = [(i - 1, 1), (i - 2, 2), (0, _LEAD), (1, _LEAD)]
    for index, ago in earlier:
        if not 0 <= index < i:
            continue
        for mention in sorted(mentions[index], key=lambda m: not m.may_act):
            if mention.actor not in here and mention.kind != "media":
                found.setdefault(mention.actor, Carried(mention, ago))
    return tuple(list(found.values())[:_MOST_CARRIED])


def _together(mentions: Sequence[Sequence[Mention]], i: int) -> frozenset[tuple[str, str]]:
    """Pairs that the three sentences before or the lead name in one sentence."""
    pairs: set[tuple[str, str]] = set()
    for index in {0, i - 1, i - 2, i - 3}:
        if 0 <= index < i:
            actors = sorted({m.actor for m in mentions[index]})
            pairs.update((a, b) for k, a in enumerate(actors) for b in actors[k + 1 :])
    return frozenset(pairs)


def code(scene: Scene, matches: Sequence[Match], on: date | None) -> list[Coded]:
    """Every match with its roles and status, as the classifier's features want them."""
    coded: list[Coded] = []
    for match in matches:
        verdict = decide(scene, match, matches, on)
        roles = assign(scene, match)
        if not roles and verdict.status is Status.ALLEGED:
            roles = _from_accusation(scene, match, matches)
        coded.append(Coded(_among_allies(scene, match, roles, on), tuple(roles), verdict))
    return coded


def _among_allies(scene: Scene, match: Match, roles: Sequence[Roles], on: date | None) -> Match:
    """A deployment to an ally's soil is help: the match read so, else as it is."""
    if match.entry.theme not in _DEPLOYMENTS or not roles:
        return match
    people = scene.participants
    if all(allied(people[r.source].key, people[r.target].key, on) for r in roles):
        return replace(match, entry=replace(match.entry, root="AID", theme=_ALLIED_THEME))
    return match


def _from_accusation(scene: Scene, match: Match, matches: Sequence[Match]) -> list[Roles]:
    """The alleged act of the accused, which names no target, is held to be towards the accuser."""
    outer = accusation_over(scene, match, matches)
    if outer is None or polarity_of(match.entry.root) == "cooperative":
        return []
    return [
        Roles(r.target, r.source, False, INSIDE, r.cost + 0.5)
        for r in assign(scene, outer)
        if scene.participants[r.target].may_act
    ]


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


def by_sentence(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[list[Mention]]:
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
