"""A sentence with everything that is asked of it when its acts are weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.records import Mention
from pipeline.signals.features import Coded
from pipeline.signals.scene import Participant, Scene


@dataclass(frozen=True, slots=True)
class Carried:
    """An actor of an earlier sentence that may be meant in this one."""

    mention: Mention
    #: How many sentences back it was last named; 9 for the lead of the text.
    ago: int


@dataclass(frozen=True, slots=True)
class Setting:
    """A sentence with everything its cases need."""

    scene: Scene
    #: The mentions behind the scene's participants.
    kept: Sequence[Mention]
    coded: Sequence[Coded]
    carried: Sequence[Carried] = ()
    #: Pairs of actor codes (sorted) that an earlier sentence names together.
    together: frozenset[tuple[str, str]] = frozenset()
    title: bool = False
    #: Where in its text the sentence stands, 0 first to 1 last.
    place: float = 0.0
    #: When the text was published.
    on: date | None = None
    #: By actor code how much of the text is about it, the numbers of ``reading.salience``.
    salience: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def person(self, index: int) -> Participant:
        """Participant ``index``; those beyond the scene's are the carried ones."""
        people = self.scene.participants
        if index < len(people):
            return people[index]
        return Participant(self.carried[index - len(people)].mention.actor, 0, 0)

    def mention(self, index: int) -> Mention:
        """The mention behind participant ``index``."""
        people = self.scene.participants
        if index < len(people):
            return self.kept[people[index].mention]
        return self.carried[index - len(people)].mention

    def is_carried(self, index: int) -> bool:
        """Whether participant ``index`` is not named in the sentence itself."""
        return index >= len(self.scene.participants)
