"""From a text to its sentences as settings: actors joined, constructions found, status decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pipeline.actors import Resolver, allied
from pipeline.clean import split_sentences
from pipeline.records import Mention, Sentence, Status, article_text, polarity_of
from pipeline.signals.agents import doer_tags
from pipeline.signals.candidates import possessor
from pipeline.signals.features import Coded
from pipeline.signals.matcher import Match, Matcher
from pipeline.signals.roles import Roles, assign, joint_subject
from pipeline.signals.scene import OFFICIALS, Scene
from pipeline.signals.setting import Carried, Setting
from pipeline.signals.status import accusation_over, decide

_DEPLOYMENTS: Final = frozenset({"troop_deployment", "weapons_deployment"})
#: What a deployment to an ally's soil is.
_ALLIED_THEME: Final = "military_aid"
#: An exercise without a target, and what it is if two states hold it.
_EXERCISE: Final = "military_exercise"
_JOINT_EXERCISE: Final = "joint_exercise"
_PRESS: Final = frozenset("reporters journalists media press correspondents".split())
#: Whose arrival is no official's visit.
_NO_VISITORS: Final = frozenset("GOODS PRIVATE REBEL WEAPON VICTIM".split())
_FORCE: Final = frozenset(("ASSAULT", "MOBILIZE"))
#: What force is that two states use together, between the two.
_JOINT_FORCE: Final = "joint_patrol"
_ALLIES: Final = 2
#: The cost of roles in which the land attacked is named beside the act, not as its object.
_IMPLIED: Final = 0.5
#: What is denied without an accuser.
_RUMOURS: Final = frozenset("report reports rumour rumours rumor rumors speculation".split())
#: Kinds of mention that are adjectives: the noun they belong to follows.
_ADJECTIVAL: Final = frozenset({"demonym"})
INSIDE: Final = "inside the accusation: the accused towards the accuser"
MAX_SENTENCE: Final = 1500
_MAX_PARTICIPANTS: Final = 14
#: Actors carried into a sentence at the most.
_MOST_CARRIED: Final = 4
#: Tokens of a topic before the news at the most.
_MOST_HEADING: Final = 14
#: ``Carried.ago`` of an actor that only the beginning of the text names.
_LEAD: Final = 9


_LEAD_SENTENCES: Final = 2


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
    weights = salience(mentions)
    settings = [
        _setting(matcher, sentences, mentions, i, on, bool(title) and i == 0, weights)
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
    weights: Mapping[str, tuple[float, ...]],
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
    heads = title or sentence.text.rstrip()[-1:].isalnum()
    if heads and len(sentences) > 1 and not scene.has_verb:
        return None  # "2022 Russian invasion of Ukraine" names the topic and tells nothing
    heading = _heading(scene)
    matches = [m for m in matcher.find(scene) if m.last > heading]
    coded = code(scene, matches, on, matcher.themes)
    if not coded:
        carried = tuple(one for one in carried if one.ago == 1)
        if len(here) < 2 and not carried:
            return None
    return Setting(
        scene,
        kept,
        coded,
        carried,
        _together(mentions, i),
        title,
        place=i / max(1, len(sentences) - 1),
        on=on,
        salience=weights,
    )


def _heading(scene: Scene) -> int:
    """Where a topic before the news ends ("Iran–Israel war: …"), which tells nothing; else 0."""
    for k in range(min(_MOST_HEADING, len(scene.lower))):
        if scene.finite[k]:
            return 0
        if scene.lower[k] == ":":
            return k
    return 0


def salience(mentions: Sequence[Sequence[Mention]]) -> dict[str, tuple[float, ...]]:
    """How much of a text is about each actor.

    Its share of all mentions, their number, whether the first two sentences name it, its rank
    among the actors; ``mentions``: those of each sentence.
    """
    counts = Counter(m.actor for found in mentions for m in found)
    lead = {m.actor for found in mentions[:_LEAD_SENTENCES] for m in found}
    total = counts.total()
    order = sorted(counts.values(), reverse=True)
    return {
        actor: (
            count / total,
            min(count, 20) / 5.0,
            float(actor in lead),
            min(order.index(count), 10) / 2.0,
        )
        for actor, count in counts.items()
    }


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


def code(
    scene: Scene, matches: Sequence[Match], on: date | None, themes: Container[str]
) -> list[Coded]:
    """Every match with its roles and status, as the classifier's features want them.

    ``themes``: those that are not switched off.
    """
    coded: list[Coded] = []
    for match in matches:
        if _towards_nobody(scene, match):
            continue
        verdict = decide(scene, match, matches, on)
        roles = assign(scene, match)
        if not roles and verdict.status is Status.ALLEGED:
            roles = _from_accusation(scene, match, matches)
        read_as, roles = _recoded(scene, match, roles, on)
        if read_as is not match and read_as.entry.theme not in themes:
            continue
        coded.append(Coded(read_as, tuple(roles), verdict))
    return coded


def _towards_nobody(scene: Scene, match: Match) -> bool:
    """A call with reporters, a denial of rumours, the arrival of tourists or vaccines."""
    if match.entry.root == "CONSULT":
        at = match.last - (scene.word(match.last - 1) == "with")
        if scene.word(at) == "with" and scene.word(at + 1) in _PRESS:
            return True
    if match.entry.weak and match.entry.theme == "ministerial_visit":
        return not _NO_VISITORS.isdisjoint(doer_tags(scene, match))
    if match.entry.root == "REJECT":
        words = range(match.first, min(match.last + 3, len(scene.lower)))
        said = next((k for k in words if scene.lower[k] in _RUMOURS), -1)
        return said >= 0 and all(scene.owner[k] < 0 for k in range(match.first, said))
    return False


def _recoded(
    scene: Scene, match: Match, roles: list[Roles], on: date | None
) -> tuple[Match, list[Roles]]:
    """What the actors make of an act: a deployment to an ally is help, an exercise of two is joint.

    The match and the roles as they are where nothing is to change.
    """
    people, theme = scene.participants, match.entry.theme
    if theme in _DEPLOYMENTS and roles:
        if all(allied(people[r.source].key, people[r.target].key, on) for r in roles):
            return _as(match, "AID", _ALLIED_THEME), roles
    if match.entry.root in _FORCE and match.entry.frame == "noun":
        together = _fight_together(scene, match, roles)
        if together:
            return _as(match, "COOPERATE", _JOINT_FORCE), together
    if theme == _EXERCISE and not roles:
        together = joint_subject(scene, match)
        if together:
            return _as(match, "COOPERATE", _JOINT_EXERCISE), together
    return match, roles


def _fight_together(scene: Scene, match: Match, roles: Sequence[Roles]) -> list[Roles]:
    """States that use force together on the land of one: "a Russian and Syrian blitz on Ghouta".

    Empty for one state, or where another state is the target or stands beside.
    """
    people = scene.participants
    owner = roles[0].source if roles else possessor(scene, match, "")
    group = scene.groups[owner] if owner >= 0 else []
    first = {people[i].key: i for i in reversed(group)}
    others = {r.target for r in roles} if roles else set(range(len(people))) - set(group)
    if len(first) != _ALLIES or not others:
        return []
    if any(people[i].key not in first or i in group for i in others):
        return []
    one, other = sorted(first.values())
    rule = f"'{scene.lower[match.head]}' of both together"
    return [Roles(one, other, True, rule, roles[0].cost if roles else _IMPLIED)]


def _as(match: Match, root: str, theme: str) -> Match:
    return replace(match, entry=replace(match.entry, root=root, theme=theme))


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
