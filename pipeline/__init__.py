"""Media signals of tension and cooperation between pairs of states.

The data's way through the rooms of this package::

    sources -> clean -> dedupe -> actors -> signals -> scoring -> store -> index

``refresh`` tells one whole run in a page of code; ``cli`` is the command line.
"""

__version__ = "0.1.0"
