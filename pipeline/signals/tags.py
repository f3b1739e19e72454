"""What single words suggest: the tags of ``data/lexicon.tsv``.

A tag is no coded act. It lets the classifier read a sentence whose words it never met in
training: a word unknown to it may have the tags of words it knows.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Final

from pipeline.signals.words import forms_of

TAGS: Final = frozenset(
    "AGREE CONSULT SUPPORT COOPERATE AID YIELD ACCUSE REQUEST REJECT THREATEN PROTEST MOBILIZE "
    "SANCTION COERCE ASSAULT UNDO DENY PLAN DOUBT SAY PAST GOOD BAD OFFICIAL FORCE WEAPON PRIVATE "
    "REBEL VESSEL GROUND GOODS VICTIM SPORT CULTURE DISASTER ACCIDENT CRIME VOTE HOME MONEY HEALTH "
    "SCIENCE FAITH LAW TERROR".split()
)


class LexiconError(ValueError):
    """A line of the lexicon that cannot be used; names file and line."""


@lru_cache(maxsize=1)
def word_tags() -> dict[str, tuple[str, ...]]:
    """Tags by word form: those of the form itself, else those of a base form."""
    text = resources.files("pipeline.signals").joinpath("data/lexicon.tsv").read_text("utf-8")
    given: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, _, names = line.partition("\t")
        tags = tuple(names.split())
        if not tags or not TAGS.issuperset(tags):
            raise LexiconError(f"lexicon.tsv:{number}: '{names}' are not known tags")
        given[word] = tags
    table: dict[str, tuple[str, ...]] = {}
    for word in sorted(given):
        for form in forms_of(word):
            table.setdefault(form, given[word])
    return table | given
