"""Did it happen? The status of a coded act, with the words that decided it.

Order of the checks, the first that holds wins: negated, alleged, conditional,
historical, possible, planned, actual. The words looked at stand in the act's own
clause, in the verbs that govern it ("threatened to …") or in a time expression
that belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pipeline.records import QUAD_OF_ROOT, Status
from pipeline.signals.matcher import Match
from pipeline.signals.scene import Scene
from pipeline.signals.when import event_date, history
from pipeline.signals.words import word_list

_POSSIBLE: Final = word_list("possible")
_PLANNED: Final = word_list("planned")
_CLAIMED: Final = word_list("claimed")
_DENIALS: Final = word_list("denials")
_REFUTING: Final = word_list("refuting")
_SAID_THINGS: Final = word_list("said_things")
_MODAL: Final = frozenset("could may might would will shall".split())
#: Words that open a clause of its own.
_CLAUSE_WORDS: Final = frozenset("after because when although but which who whereas until".split())
#: Words of a plan that need "to" before the act: at once, or unless the act is close behind.
_ANNOUNCING: Final = frozenset("announced announces ordered orders".split())
_DECIDING: Final = frozenset(
    "decided agreed agrees agree expected proposed prepared planned".split()
)
#: Who stands before "to" in a headline's plan: "leaders to meet".
_BEFORE_PLAN: Final = frozenset(
    "is are was were leaders officials ministers sides countries president".split()
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status, the words that decided it, and the date the text gives for the act."""

    status: Status
    reason: str
    event_date: date | None = None


def decide(scene: Scene, match: Match, matches: Sequence[Match], on: date | None) -> Verdict:
    """The status of ``match`` in a text published on ``on`` (None: unknown)."""
    start = _clause_start(scene, match.first)
    before = range(start, match.head)
    event = event_date(scene, match, on, matches)

    negation = (
        _negated(scene, match, before)
        or _refuted(scene, match)
        or _refused_harm(scene, match, matches)
    )
    if negation:
        return Verdict(Status.NEGATED, negation, event)
    governed = _governed(scene, match, matches)
    if governed is None:
        governed = _held_against(scene, match, matches)
    if governed is not None and governed[0] in (Status.ALLEGED, Status.NEGATED):
        return Verdict(*governed, event)
    for k in [*before, match.head + 1]:
        claimed = scene.word(k) in _CLAIMED and k not in match.tokens
        if claimed and _claims(scene, match, k):
            return Verdict(Status.ALLEGED, f"'{scene.word(k)}'", event)
    if governed is not None and governed[0] is Status.CONDITIONAL:
        return Verdict(*governed, event)
    condition = _condition(scene, match, start)
    if condition:
        return Verdict(Status.CONDITIONAL, condition, event)
    past = history(scene, match, on, event, matches)
    if past:
        return Verdict(Status.HISTORICAL, past, event)
    if match.entry.status is not None:
        return Verdict(
            match.entry.status, f"the construction '{match.entry.pattern}' says so", event
        )
    for words, status in ((_POSSIBLE, Status.POSSIBLE), (_PLANNED, Status.PLANNED)):
        word = _near(scene, match, before, words) or _chained(scene, match, before, words)
        if word:
            return Verdict(status, f"'{word}' governs it", event)
    if match.entry.frame in ("noun", "noun-mutual"):
        modal = _verb_of_noun(scene, match)
        if modal is not None:
            return Verdict(*modal, event)
    if governed is not None:
        return Verdict(*governed, event)
    if event is not None and on is not None and event > on + timedelta(days=1):
        return Verdict(Status.PLANNED, f"its date, {event.isoformat()}, lies ahead", event)
    if _headline_future(scene, match):
        return Verdict(Status.PLANNED, "'to' with a bare verb: a plan", event)
    return Verdict(Status.ACTUAL, "told as a fact", event)


# -- clause ------------------------------------------------------------------------


def _clause_start(scene: Scene, first: int) -> int:
    """The first token of the clause that holds token ``first``."""
    for k in range(first - 1, -1, -1):
        word = scene.lower[k]
        if word in (";", ":", "“", "”", '"', ".", "—"):
            return k + 1
        if word in ("if", "unless"):
            return k
        if word in _CLAUSE_WORDS:
            return k
        if word == "that" and k + 1 < first:
            return k
        if word in ("while", "as", "before", "since") and scene.finite_between(k, first):
            return k
        if (
            word == ","
            and scene.finite_between(k, first)
            and scene.finite_between(0, k)
            and any(p.first > k and p.last <= first for p in scene.participants)
        ):
            return k
    return 0


def _chain(scene: Scene, match: Match) -> list[int]:
    """Tokens right before the head that belong to its verb group ("has not yet agreed to")."""
    found = []
    for k in range(match.head - 1, max(-1, match.head - 9), -1):
        word = scene.lower[k]
        if scene.owner[k] >= 0 or word in (",", ";", ":", "that", "who", "which"):
            break
        found.append(k)
    return found


def _negated(scene: Scene, match: Match, before: range) -> str:
    chain = _chain(scene, match)
    joined = False
    for k in chain:
        word = scene.lower[k]
        if word in ("and", "but", "or"):
            joined = True
        if word in ("not", "n't", "never", "cannot"):
            if word == "not" and scene.word(k + 1) in ("only", "just", "merely"):
                continue
            return f"'{word}' before it"
        if word == "no" and scene.word(k + 1) in ("secret", "doubt"):
            continue
        if word in ("no", "without", "neither", "nor") and match.head - k <= 4:
            return f"'{word}' before it"
        if word in _DENIALS and match.head - k <= 4 and not joined:
            return f"'{word}' before it"
        if (
            scene.finite[k]
            and word not in ("has", "have", "had", "is", "are", "was", "were", "did", "does", "do")
            and match.head - k > 1
        ):
            break
    for k in range(max(0, match.head - 9), match.head):
        if (
            scene.lower[k] in ("denied", "denies", "denying", "deny", "denial")
            and match.head - k <= 9
        ):
            between = scene.lower[k + 1 : match.head]
            if "that" in between or "it" in between or "any" in between or match.head - k <= 3:
                return f"'{scene.lower[k]}' before it"
    following = scene.lower[match.last : match.last + 6]
    for word in ("unlikely", "impossible", "untrue"):
        if word in following:
            return f"'{word}' after it"
    if "ruled" in following and "out" in following:
        return "'ruled out' after it"
    return ""


def _refuted(scene: Scene, match: Match) -> str:
    """The denial of what is said of the act: "dismissed reports that it had sent troops to"."""
    for k in range(match.first - 2, max(0, match.first - 16), -1):
        word = scene.lower[k]
        if word in (";", "but", "while", "after"):
            return ""
        if word not in _SAID_THINGS or not {"that", "of"} & set(scene.lower[k + 1 : match.first]):
            continue
        for at in range(k - 1, max(-1, k - 7), -1):
            if scene.lower[at] in _REFUTING:
                return f"'{scene.lower[at]} … {word}' before it"
    return ""


def _refused_harm(scene: Scene, match: Match, matches: Sequence[Match]) -> str:
    """What is refused where it would be adversarial itself: "will not join sanctions"."""
    if match.entry.theme != "refusal":
        return ""
    for inner in matches:
        near = 0 <= inner.first - match.last <= 2
        if near and QUAD_OF_ROOT[inner.entry.root] >= 3:
            return f"'{scene.lower[inner.head]}', which it refuses, would be adversarial"
    return ""


def _claims(scene: Scene, match: Match, k: int) -> bool:
    """Whether a word of alleging speaks of the act, not of somebody in it ("a suspected spy")."""
    word = scene.word(k)
    near = abs(k - match.head) <= (6 if word.endswith("ly") else 3)
    if match.entry.frame in ("noun", "noun-mutual"):
        return near
    return near and (word.endswith("ly") or scene.word(k + 1) in ("to", "that") or k > match.head)


def accusation_over(scene: Scene, match: Match, matches: Sequence[Match]) -> Match | None:
    """The accusation whose content the act is ("accused X of staging …"), if there is one."""
    for outer in reversed(matches):
        if (
            outer.last <= match.first
            and outer.entry.root == "ACCUSE"
            and _alleging(scene, outer)
            and scene.words_before[match.first] - scene.words_before[outer.last] <= 14
            and _leads_to(scene, outer, match)
        ):
            return outer
    return None


def _governed(scene: Scene, match: Match, matches: Sequence[Match]) -> tuple[Status, str] | None:
    """What an accusation, threat, demand or promise that governs the act makes of it."""
    found: tuple[Status, str] | None = None
    for outer in matches:
        if outer is match or outer.last > match.first:
            continue
        if scene.words_before[match.first] - scene.words_before[outer.last] > 14:
            continue
        status = _GOVERNED.get(outer.entry.root)
        if status is None:
            continue
        if outer.entry.root == "ACCUSE" and not _alleging(scene, outer):
            continue
        if outer.entry.frame in ("noun", "noun-mutual") and outer.entry.root not in (
            "ACCUSE",
            "THREATEN",
        ):
            continue
        if not _leads_to(scene, outer, match):
            continue
        phrase = " ".join(scene.lower[k] for k in outer.tokens)
        if found is None or found[0] is not Status.ALLEGED:
            found = (status, f"inside '{phrase}'")
    return found


def _held_against(
    scene: Scene, match: Match, matches: Sequence[Match]
) -> tuple[Status, str] | None:
    """The help that somebody is punished or blamed for: "sanctions X for supplying Y"."""
    if scene.word(match.head - 1) != "for" or not scene.lower[match.head].endswith("ing"):
        return None
    if QUAD_OF_ROOT[match.entry.root] > 2:
        return None
    for outer in matches:
        near = outer.last <= match.head and match.head - outer.last <= 30
        if near and QUAD_OF_ROOT[outer.entry.root] > 2 and outer.entry.root != "REQUEST":
            if not scene.finite_between(outer.last, match.head):
                phrase = " ".join(scene.lower[k] for k in outer.tokens)
                return Status.ALLEGED, f"what '{phrase}' is for"
    return None


_GOVERNED: Final = {
    "ACCUSE": Status.ALLEGED,
    "THREATEN": Status.CONDITIONAL,
    "REQUEST": Status.CONDITIONAL,
    "AGREE": Status.PLANNED,
}
_ALLEGING_THEMES: Final = frozenset({"accusation", "hybrid_attack_claim", "investigation"})
_ALLEGING_WORDS: Final = frozenset("accuse blame allege suspect claim charge".split())


def _alleging(scene: Scene, outer: Match) -> bool:
    if outer.entry.theme in _ALLEGING_THEMES:
        return True
    return any(lemma in _ALLEGING_WORDS for lemma, _ in scene.lemmas[outer.head])


def _leads_to(scene: Scene, outer: Match, inner: Match) -> bool:
    """Whether the inner act is the complement of the outer ("of", "to", "that" …)."""
    between = scene.lower[outer.last : inner.head]
    opening = scene.word(outer.last - 1)
    if any(
        word in between
        for word in (";", "but", "after", "while", "because", "when", "despite", "amid")
    ):
        return False
    links = {"of", "to", "that", "for", "from", "with", "over", "against"}
    if opening not in links and not links & set(between):
        return False
    if "," in between and "and" not in between:
        return False
    finite = scene.finite_between(outer.last, inner.head)
    return finite == 0 or ("that" in between and finite <= 2)


def _condition(scene: Scene, match: Match, start: int) -> str:
    for k in range(start, match.head):
        word = scene.lower[k]
        if word in ("if", "unless", "lest") or (word == "should" and k == start):
            return f"'{word}' opens its clause"
        if word == "in" and scene.word(k + 1) in ("case", "event"):
            return "'in case' opens its clause"
    chain = [scene.lower[k] for k in _chain(scene, match)]
    if "would" in chain or "will" in chain or "could" in chain:
        for k in range(match.last, min(len(scene.lower), match.last + 25)):
            if scene.lower[k] in ("if", "unless"):
                return f"'{scene.lower[k]}' follows it"
        for k in range(start):
            if scene.lower[k] in ("if", "unless") and k <= 2:
                return f"'{scene.lower[k]}' begins the sentence"
    return ""


def _near(scene: Scene, match: Match, before: range, words: frozenset[str]) -> str:
    """A word of the list that governs the head: in its verb group or close before a noun."""
    head = match.head
    for k in range(head - 1, max(before.start - 1, head - 8), -1):
        word = scene.lower[k]
        if scene.owner[k] >= 0:
            # "a summit between" has its modifier before it; "X could meet" after the actor.
            if match.entry.frame in ("noun", "noun-mutual"):
                continue
            break
        if (
            word in ("that", ",", "and")
            and head - k > 1
            and match.entry.frame not in ("noun", "noun-mutual")
        ):
            break
        if word in words:
            if word == "may" and not scene.modal(k):
                continue
            if word == "set" and scene.word(k + 1) != "to":
                continue
            if word == "due" and not _due(scene, k, head):
                continue
            leads = "to" in scene.lower[k + 1 : head + 1]
            if not leads and (word in _ANNOUNCING or (word in _DECIDING and head - k > 4)):
                continue
            return word
    return ""


def _due(scene: Scene, k: int, head: int) -> bool:
    """Whether "due" at ``k`` means a plan: "due to meet", "due in May"; not "due to threats"."""
    if scene.word(k + 1) == "to":
        return head - k <= 3 and scene.stands_as_verb(head, scene.form(head))
    return scene.word(k + 1) in ("in", "on")


def _chained(scene: Scene, match: Match, before: range, words: frozenset[str]) -> str:
    """The modal of the verb this one is joined to: "could meet … and speak"."""
    if scene.word(match.head - 1) not in ("and", "or"):
        return ""
    for k in range(match.head - 2, max(before.start - 1, match.head - 18), -1):
        word = scene.lower[k]
        if word in words and word in _MODAL:
            return word
        if word in (";", "that", "who", "which") or (scene.finite[k] and word not in _MODAL):
            return ""
    return ""


def _verb_of_noun(scene: Scene, match: Match) -> tuple[Status, str] | None:
    """What the verb after a nominal act says: "talks between A and B could begin"."""
    for k in range(match.last, min(len(scene.lower), match.last + 12)):
        word = scene.lower[k]
        if word in (",", ";", "that", "which", "who", "after", "when"):
            return None
        if word in ("could", "may", "might", "would") and scene.modal(k):
            return Status.POSSIBLE, f"'{word}' after it"
        if word in ("will", "shall", "'ll"):
            return Status.PLANNED, f"'{word}' after it"
        be = scene.word(k - 1) in ("is", "are", "was", "were", "been", "")
        if be and word in ("planned", "scheduled", "due", "expected", "slated"):
            return Status.PLANNED, f"'{word}' after it"
        if scene.finite[k]:
            return None
    return None


def _headline_future(scene: Scene, match: Match) -> bool:
    """ "US, China to hold talks": a bare infinitive right after the actor."""
    k = match.head - 1
    if scene.word(k) != "to":
        return False
    owner = scene.owner[k - 1] if k >= 1 else -1
    return owner >= 0 or scene.word(k - 1) in _BEFORE_PLAN
