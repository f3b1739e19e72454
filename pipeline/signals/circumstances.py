"""The numbers of a construction, whoever acts: its kind, when and how it is told."""

from __future__ import annotations

import math
from typing import Final

from pipeline.records import QUAD_OF_ROOT, ROOTS, Status
from pipeline.signals.agents import AGENT_NAMES, agent_row
from pipeline.signals.codebook import FRAMES
from pipeline.signals.features import Coded
from pipeline.signals.matcher import Match
from pipeline.signals.scene import Scene
from pipeline.signals.setting import Setting
from pipeline.signals.tags import word_tags
from pipeline.signals.words import SUBJECT_PRONOUNS

_STATUSES: Final = tuple(Status)
MATCH_NAMES: Final = (
    *(f"frame {name}" for name in FRAMES),
    *(f"root {name}" for name in ROOTS),
    *(f"status {name}" for name in _STATUSES),
    "weak",
    "passive",
    "reversal",
    "joint",
    "words in cue",
    "cue tokens apart",
    "governed by a finite verb",
    "title",
    "actors",
    "constructions",
    "length",
    "place in text",
    "age known",
    "age",
    "past perfect",
    "year long past",
    "inside a quotation",
    "own people as object",
    "accident before",
    "actor behind",
    "actor close behind",
    "pronoun behind",
    "act behind",
    "step behind",
    "nothing behind",
    "actor close before",
    "pronoun before",
    *AGENT_NAMES,
)
_OWN: Final = frozenset("its their his her own".split())
_ENDS: Final = frozenset('. ; : , ! ? ( ) — – “ ” "'.split())
_PRONOUNS: Final = frozenset("it this that these those them him her".split())
#: Nouns that stand for an act told before.
_STEPS: Final = frozenset(
    "move step decision action measure plan proposal remark remarks statement comment comments "
    "announcement allegation allegations accusation accusations charge charges claim claims "
    "offer request demand demands incident policy ruling verdict vote law deal agreement".split()
)
_HOSTILE: Final = frozenset(r for r in ROOTS if QUAD_OF_ROOT[r] >= 3)
_ACCIDENTS: Final = frozenset(("ACCIDENT", "DISASTER"))


def match_row(setting: Setting, item: Coded, actors: int) -> list[float]:
    """The numbers of a construction, whoever its actors are."""
    scene = setting.scene
    match, entry = item.match, item.match.entry
    return [
        *(float(entry.frame == name) for name in FRAMES),
        *(float(entry.root == name) for name in ROOTS),
        *(float(item.verdict.status is name) for name in _STATUSES),
        float(entry.weak),
        float(match.passive),
        float(entry.reversal),
        float(entry.joint),
        min(len(match.tokens), 5) / 2.0,
        min(match.last - match.first - len(match.tokens), 8) / 4.0,
        float(scene.finite[match.head]),
        float(setting.title),
        min(actors, 6) / 2.0,
        min(len(setting.coded), 8) / 4.0,
        min(len(scene.tokens), 80) / 40.0,
        setting.place,
        *_time(setting, item),
        float(scene.quoted(match.head)),
        float(_own_object(scene, match)),
        float(_accident_before(scene, match)),
        *_around(scene, match),
        *agent_row(scene, match),
    ]


def _time(setting: Setting, item: Coded) -> tuple[float, float, float, float]:
    """Whether the act has a date, its age (log of days), "had done", a year long past."""
    scene, event, on = setting.scene, item.verdict.event_date, setting.on
    known = event is not None and on is not None
    days = (on - event).days if event is not None and on is not None else 0
    age = math.copysign(math.log1p(abs(days)), days)
    head = item.match.head
    perfect = "had" in scene.lower[max(0, head - 4) : head]
    year = on.year if on is not None else 0
    long_past = any(
        len(word) == 4 and word.isdigit() and 1500 < int(word) < year for word in scene.lower
    )
    return float(known), age, float(perfect), float(long_past)


def _own_object(scene: Scene, match: Match) -> bool:
    """Whether the object is the own people: "urges its citizens", "Biden tells Americans"."""
    following = range(match.head + 1, min(match.last + 4, len(scene.tokens)))
    if any(scene.lower[k] in _OWN for k in following):
        return True
    before = [p.key for p in scene.participants if p.last <= match.first]
    after = [p.key for p in scene.participants if match.first < p.first < match.last + 4]
    return bool(before and after) and after[0] == before[-1]


def _around(scene: Scene, match: Match) -> tuple[float, ...]:
    """What stands where the construction's object and subject are looked for."""
    known = word_tags()
    behind: list[int] = []
    for k in range(match.last, min(match.last + 6, len(scene.tokens))):
        if scene.lower[k] in _ENDS or scene.finite[k]:
            break
        behind.append(k)
    words = [scene.lower[k] for k in behind]
    acts = [t for k in behind if scene.owner[k] < 0 for t in known.get(scene.lower[k], ())]
    before = range(max(0, match.first - 4), match.first)
    return (
        float(any(scene.owner[k] >= 0 for k in behind)),
        float(any(scene.owner[k] >= 0 for k in behind[:2])),
        float(not _PRONOUNS.isdisjoint(words[:2])),
        float(not _HOSTILE.isdisjoint(acts)),
        float(not _STEPS.isdisjoint(words)),
        float(not behind),
        float(any(scene.owner[k] >= 0 for k in before)),
        float(any(scene.lower[k] in SUBJECT_PRONOUNS for k in before)),
    )


def _accident_before(scene: Scene, match: Match) -> bool:
    """Whether a word before the construction tells of an accident: "crashes, killing"."""
    known = word_tags()
    return any(
        not _ACCIDENTS.isdisjoint(known.get(scene.lower[k], ()))
        for k in range(max(0, match.first - 20), match.first)
        if scene.owner[k] < 0
    )
