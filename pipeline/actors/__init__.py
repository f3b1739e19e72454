"""Who is named in a text: states, their leaders and bodies, on the day of the text.

``Resolver.load()`` reads the data files once; ``Resolver.resolve`` finds the mentions of one
text in one pass. docs/actors.md says what is in the data and how to add to it.
"""

from pipeline.actors.alliances import allied
from pipeline.actors.gazetteer import cow_abbreviations, cow_codes, names
from pipeline.actors.offices import expired_offices
from pipeline.actors.overlay import OverlayError, check_overlay
from pipeline.actors.resolver import Resolver

__all__ = [
    "OverlayError",
    "Resolver",
    "allied",
    "check_overlay",
    "cow_abbreviations",
    "cow_codes",
    "expired_offices",
    "names",
]
