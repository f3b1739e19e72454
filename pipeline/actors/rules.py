"""Which rule looks at which form of name."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.actors.entries import Form
from pipeline.actors.nations import Nations
from pipeline.actors.persons import Persons
from pipeline.actors.scan import Scan, Slot
from pipeline.actors.towns import Towns
from pipeline.actors.words import Words
from pipeline.records import Mention

#: Scan, position of the match, start, end and readings of the name.
Rule = Callable[[Scan, int, int, int, Slot], Mention | None]


def rules(words: Words) -> dict[Form, Rule]:
    """The rule of every form that gives at most one mention."""
    nations, towns, persons = Nations(words), Towns(words), Persons(words)
    return {
        Form.PLAIN: nations.plain,
        Form.STATE: nations.state,
        Form.HYBRID: nations.hybrid,
        Form.DOUBTFUL_STATE: nations.doubtful_state,
        Form.DEMONYM: nations.demonym,
        Form.PLURAL: nations.plural,
        Form.PREFIX: nations.prefix,
        Form.CAPITAL: towns.capital,
        Form.SEAT: towns.seat,
        Form.PLACE: towns.place,
        Form.BODY: towns.body,
        Form.SHARED_BODY: towns.shared_body,
        Form.SHIP: towns.ship,
        Form.PERSON: persons.person,
        Form.SURNAME: persons.person,
        Form.COMMON_SURNAME: persons.person,
    }
