"""Other spellings of one name that news texts use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "İ": "I", "đ": "d", "Đ": "D", "ß": "ss",
     "æ": "ae", "Æ": "Ae", "ð": "d", "þ": "th", "ʻ": "'", "ʿ": "'", "ʼ": "'", "ʹ": "", "ə": "e"}
)  # fmt: skip
_ARABIC_ARTICLE = re.compile(r"\b([Aa]l|[Ee]l|[Aa]s|[Aa]d|[Aa]z|[Aa]n|[Aa]r)-(?=[A-Z])")
_SYLLABLES = re.compile(r"(?<=[a-z])-([a-z])")


def without_accents(name: str) -> str:
    """``name`` in plain Latin letters ("Erdoğan" becomes "Erdogan")."""
    decomposed = unicodedata.normalize("NFD", name.translate(_PLAIN))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def spellings(name: str, person: bool = False) -> Iterator[str]:
    """``name`` and its spellings: no accents, the other apostrophe, other hyphens.

    For a person also "Al-Assad", "al Assad" for "al-Assad" and "Kim Jong Un", "Kim Jong-Un"
    for "Kim Jong-un".
    """
    seen = {name}
    queue = [name]
    while queue:
        current = queue.pop()
        yield current
        for other in _one_step(current, person):
            if other not in seen:
                seen.add(other)
                queue.append(other)


def _one_step(name: str, person: bool) -> Iterator[str]:
    if not name.isascii():
        yield without_accents(name)
    if "'" in name:
        yield name.replace("'", "’")
    if not person or "-" not in name:
        return
    yield _ARABIC_ARTICLE.sub(lambda m: m.group(1).lower() + "-", name)
    yield _ARABIC_ARTICLE.sub(lambda m: m.group(1).capitalize() + "-", name)
    yield _ARABIC_ARTICLE.sub(lambda m: m.group(1) + " ", name)
    yield _SYLLABLES.sub(lambda m: "-" + m.group(1).upper(), name)
    yield _SYLLABLES.sub(lambda m: " " + m.group(1).upper(), name)
