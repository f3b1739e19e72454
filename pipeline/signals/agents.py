"""What stands where a construction's doer and object are looked for, whether a state or not.

Rebels, pirates, firms and private persons act in the news too. They are no actors here, and
what they do must not be laid at the door of the state that is named beside them.
"""

from __future__ import annotations

from typing import Final

from pipeline.signals.matcher import Match
from pipeline.signals.scene import Participant, Scene
from pipeline.signals.tags import word_tags
from pipeline.signals.words import (
    BE,
    DETERMINERS,
    HAVE,
    MODALS,
    NEGATORS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
)

#: What the doer may be; "none": no word stands in its place.
DOERS: Final = ("state", "rebel", "private", "official", "name", "pronoun", "other", "none")
OBJECTS: Final = ("rebel", "private", "victim", "official")
AGENT_NAMES: Final = (
    *(f"doer {name}" for name in DOERS),
    *(f"object {name}" for name in OBJECTS),
)
_OFFICIAL: Final = frozenset(("OFFICIAL", "FORCE"))
_BEFORE_VERB: Final = BE | HAVE | MODALS | NEGATORS | frozenset("did does do to also".split())
#: Places in which somebody may be who is not of the place's state.
_WHEREABOUTS: Final = frozenset("from in inside near off across within".split())
#: Where something may go off that is nobody's of the place's state.
_SCENES: Final = frozenset("in inside near off across within at outside".split())
#: They act for themselves, wherever they are.
OTHERS: Final = frozenset(("REBEL", "PRIVATE"))
REBELS: Final = frozenset(("REBEL",))
#: Nobody's doing, as far as the text tells, unless a name stands before it.
_THINGS: Final = frozenset(
    "bomb bombs blast blasts explosion explosions mine mines landmine landmines bombing bombings "
    "bomber bombers shooting shootings gunfire quake earthquake".split()
)
#: Between a noun phrase and the verb or noun of the act.
_PASSED_OVER: Final = DETERMINERS - SUBJECT_PRONOUNS | {"'s", "'"}
_NOUN_FRAMES: Final = frozenset(("noun", "noun-mutual"))
#: They may be rebels, but most are planes.
_PLANES: Final = frozenset(("fighter", "fighters"))
#: How many words of a doer's noun phrase are looked through.
_PHRASE: Final = 6


def agent_row(scene: Scene, match: Match) -> list[float]:
    """One number for each of ``AGENT_NAMES``."""
    doer = _doer(scene, match)
    seen: set[str] = set()
    for k in range(match.head + 1, min(match.last + 4, len(scene.tokens))):
        if scene.finite[k] or not scene.lower[k][0].isalnum():
            break
        seen.update(_tags(scene, k))
    return [
        *(float(doer == name) for name in DOERS),
        float("REBEL" in seen),
        float("PRIVATE" in seen),
        float("VICTIM" in seen),
        float(not _OFFICIAL.isdisjoint(seen)),
    ]


def stands_for_others(scene: Scene, p: Participant, whom: frozenset[str] = OTHERS) -> bool:
    """Whether an actor only says where others are from: "Somali pirates", "crowds in Seoul".

    "Houthi rebels" and "Hamas militants" are actors of their own: their name stands right
    before the noun and may act.
    """
    behind = _phrase_end(scene, p.last)
    rebels = any("REBEL" in _tags(scene, k) for k in range(p.last, behind))
    if rebels and (p.adjectival or not p.may_act):
        return not p.may_act or "REBEL" not in _tags(scene, p.last)
    at = scene.preposition_at(p)
    if at < 1 or not scene.preposition(p):
        return False
    word = scene.lower[at]
    if whom is OTHERS and word in _SCENES and scene.lower[at - 1] in _THINGS:
        return scene.owner[at - 2] < 0
    return word in _WHEREABOUTS and not whom.isdisjoint(_tags(scene, at - 1))


def powerless_subject(scene: Scene, p: Participant, head: int) -> bool:
    """Whether the subject of the verb at ``head`` is the actor's, in a name that may not act."""
    k = _subject_word(scene, head)
    if k < 0 or scene.owner[k] < 0:
        return False
    subject = scene.participants[scene.owner[k]]
    if p.may_act and "and" in scene.lower[p.last : k]:
        return False  # "the president and his predecessors"
    return subject.key == p.key and not subject.may_act


def others_before(scene: Scene, head: int, whom: frozenset[str] = OTHERS) -> int:
    """The token of the rebels or private persons that are the verb's subject, or -1."""
    k = _subject_word(scene, head)
    if k < 0 or scene.owner[k] >= 0:
        return -1
    if scene.word(head - 1) == "to":
        whom = REBELS  # "urges citizens to boycott"
    return -1 if whom.isdisjoint(_tags(scene, k)) else k


def doer_tags(scene: Scene, match: Match) -> tuple[str, ...]:
    """The lexicon's tags of the doer's noun; () for an actor's name."""
    k = _subject_word(scene, match.head)
    if k >= 0 and scene.owner[k] >= 0:
        at = scene.preposition_at(scene.participants[scene.owner[k]])
        if at > 1 and scene.lower[at] == "by":
            k = at - 2  # "doctors sent by A arrived in B"
    return _tags(scene, k)


def _doer(scene: Scene, match: Match) -> str:
    """Which of ``DOERS`` stands in the doer's place: before the verb, behind "by"."""
    noun = match.entry.frame in _NOUN_FRAMES
    if match.passive or noun:
        for k in range(match.last - 1, min(match.last + _PHRASE, len(scene.tokens))):
            if scene.lower[k] == "by":
                return _kind(scene, _phrase_end(scene, k + 1) - 1)
            if k >= match.last and not scene.lower[k][0].isalnum():
                break
    if match.passive:
        return "none"
    return _kind(scene, _subject_word(scene, match.first if noun else match.head))


def _subject_word(scene: Scene, head: int) -> int:
    """The last word of the noun phrase before ``head``, a place behind it passed over; or -1."""
    k = head - 1
    while k >= 0 and (scene.lower[k] in _BEFORE_VERB or scene.lower[k].endswith("ly")):
        if scene.owner[k] >= 0:
            break
        k -= 1
    while k >= 0 and scene.lower[k] in _PASSED_OVER:
        k -= 1
    if k < 0 or not scene.lower[k][0].isalnum():
        return -1
    if scene.owner[k] >= 0:
        p = scene.participants[scene.owner[k]]
        at = scene.preposition_at(p)
        if at > 0 and not scene.speaks_for(p) and scene.lower[at] in _WHEREABOUTS:
            return at - 1
    return k


def _phrase_end(scene: Scene, start: int) -> int:
    """One past the last word of the noun phrase that begins at ``start``."""
    k = start
    while scene.word(k) in DETERMINERS:
        k += 1
    while k < min(start + _PHRASE, len(scene.tokens)):
        if scene.owner[k] < 0 and not _in_phrase(scene, k):
            break
        k += 1
    return k


def _in_phrase(scene: Scene, k: int) -> bool:
    """Whether the word at ``k`` may go on with a noun phrase."""
    word = scene.lower[k]
    if word == "-":
        return True
    closed = word in PREPOSITIONS or word in DETERMINERS or word in ("and", "or", "but")
    return word[0].isalpha() and not closed and not scene.stands_as_verb(k, scene.form(k))


def _kind(scene: Scene, k: int) -> str:
    if k < 0:
        return "none"
    if scene.owner[k] >= 0:
        return "state"
    tags = _tags(scene, k)
    if "REBEL" in tags:
        beside = scene.owner[k - 1] if k else -1
        return "state" if beside >= 0 and scene.participants[beside].may_act else "rebel"
    if "PRIVATE" in tags:
        return "private"
    if not _OFFICIAL.isdisjoint(tags):
        return "official"
    if scene.lower[k] in SUBJECT_PRONOUNS:
        return "pronoun"
    return "name" if k and scene.tokens[k].text[0].isupper() else "other"


def _tags(scene: Scene, k: int) -> tuple[str, ...]:
    if not 0 <= k < len(scene.tokens) or scene.owner[k] >= 0:
        return ()
    if scene.lower[k] in _PLANES:
        return ("FORCE",)
    return word_tags().get(scene.lower[k], ())
