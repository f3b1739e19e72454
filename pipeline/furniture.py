"""Page furniture in plain text: what a scraper picked up that is no part of the report.

Three things go, line by line, and nothing else:

* lines that are wholly a known prompt, button, credit or notice (``Click to log in!``,
  ``Read more: …``, ``© 2021 …``), and such sentences inside a paragraph;
* picture captions that end in a credit (``(AP Photo/Jane Roe)``, ``Photo: J. Roe/Reuters``);
* stray fragments: a line of one to six lower-case words without punctuation and without the
  small words that sentences are made of, standing between whole paragraphs.

The patterns stand in ``data/furniture.toml``. They prefer leaving furniture in to taking a
sentence out: each has to match from the beginning of a line or sentence to its end. Of
99,906 real news items none loses a word.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

from pipeline.sentences import split_sentences

#: A caption has at most this many characters; a longer line keeps its text.
_CAPTION = 420
#: A prompt has at most this many characters.
_PROMPT = 200

_DATA = tomllib.loads(files("pipeline").joinpath("data/furniture.toml").read_text("utf-8"))
_PARTS: dict[str, str] = _DATA["parts"]


def _alternatives(groups: dict[str, str]) -> str:
    """One pattern of the lines of the data file, its parts filled in."""
    lines = "\n".join(groups.values()).strip().split("\n")
    pattern = "|".join(line for line in lines if line)
    for name, part in _PARTS.items():
        pattern = pattern.replace(f"<{name}>", part)
    return f"(?:{pattern})"


#: A line that begins so and has no full stop at its end links elsewhere.
_LINKS = re.compile(
    _alternatives(_DATA["openers"]) + r"\s?(?:[:|»>–—]|\s-\s)\s?\S.*", re.IGNORECASE
)

_AGENCY = _PARTS["agency"].replace(" ", "\\ ")  # a verbose pattern skips bare blanks
_NAME = r"[\w.'’& -]{2,60}"
_PERSON = r"(?-i:[A-Z][\w.'’-]+(?:[ ][\w.'’-]+){0,4})"
#: "(BBC News/AP)" names two sources of a report, "(Jane Roe/AP)" a photographer.
_MEDIUM = rf"(?:{_AGENCY}\b|[^()/]*\b(?:news|times|post|press|tv|bbc|cnn|guardian|online|daily)\b)"
_CREDIT = re.compile(
    rf"""(?:
        \((?:(?:{_AGENCY})[ ]?(?:file[ ]?)?(?:photo|image|picture|pool)s?|
           (?:photo|image|picture)s?(?:[ ]credit)?[ ]?(?::|by|/|via|from|courtesy))[^()]{{0,80}}\)
      | \((?!{_MEDIUM}){_PERSON}/{_AGENCY}(?:[ ]?(?:/|via|,)[ ]?{_NAME})?\)
      | (?:^|[.!?)\]|])\s*(?-i:Photo|PHOTO|Photograph|Image|IMAGE|Picture|PICTURE|Pic)
        (?:[ ](?:credit|source|by|courtesy))?:[ ]?(?-i:[A-Z@©]){_NAME}(?:[/,|][ ]?{_NAME}){{0,3}}
      | (?:^|[.!?)\]|])\s*(?:photo|photograph|image|picture)[ ]by[ ](?-i:[A-Z]){_NAME}
        (?:/[ ]?{_NAME}){{1,3}}
      | (?:^|[.!?)\]|])\s*(?!{_MEDIUM}){_PERSON}/{_AGENCY}(?:(?:[ ]?/|[ ]via)[ ]?{_NAME})?
      | (?-i:REUTERS|AP[ ]Photo|AFP|EPA|TASS)/(?!{_MEDIUM}){_PERSON}
      | ©[ ]?{_NAME}(?:/{_NAME})?
    )\.?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
#: The unmistakable credits, to be cut out of the middle of a paragraph.
_INLINE_CREDIT = re.compile(
    rf"\s*\((?:(?:{_AGENCY})[ ](?:file[ ])?photo(?:/|:|[ ]by)[^()]{{2,60}}|"
    rf"(?:photo|image|picture)(?:[ ]credit)?(?::|[ ]by)[^()]{{2,60}})\)",
    re.IGNORECASE,
)

#: Marks around a prompt: bullets, arrows, bars, stops.
_EDGES = " \t>»›→«<|•*·▶►-–—[].!?:;,…"
_FURNITURE = re.compile(_alternatives(_DATA["prompts"]), re.IGNORECASE)
#: No prompt, link or credit in a longer line is without one of these.
_HINTS = (
    "subscri", "click", "log in", "login", "log-in", "sign in", "sign up", "read ", "newsletter",
    "share", "tweet", "photo", "image", "picture", "©", "copyright", "rights reserved", "cookies",
    "follow", "advert", "related", "caption", "getty", "reporting", "editing", "inbox", "e-mail",
    "email", "continue", "updated", "published", "recommended", "facebook", "watch", "listen",
    "min ", "/reuters", "/ap", "/afp", "/epa", "/tass", "see also", "opinion", "explainer",
    "standards", "compiled", "this material", "register", "to read", "pic:", "reuters/", "afp/",
)  # fmt: skip

_FRAGMENT = re.compile(r"[a-z][\w'’-]*(?: [\w'’-]+){0,5}")
#: Words that make a sentence or a list item of what could be a fragment.
_GRAMMAR = frozenset(
    "the a an is are was were be been being has have had do does did will would can could may "
    "might must shall should i you he she it we they his her its their this that these those "
    "who which and or but not no if as because than then there said says to".split()
)
_STOPPED = re.compile(r"[.!?…\"”’')\]—–-]\s*$")
_DATELINE = re.compile(
    r"[A-Z][\w.'’/ -]{1,40}(?:, [\w. ]{2,30}){0,2}\s?(?:\([\w .'’/&-]{2,40}\)\s?)?[—–-]+"
)


def strip_furniture(lines: list[str]) -> list[str]:
    """The lines (paragraphs) of one text without furniture; order and wording stay."""
    kept = lines
    if any(map(_may_be, lines)):
        captions = _captions(lines)
        kept = [
            clean
            for n, line in enumerate(lines)
            if n not in captions and (clean := _clean_line(line))
        ]
    if len(kept) > 2:
        kept = [line for n, line in enumerate(kept) if not _is_fragment(kept, n)]
    return _join_dateline(kept)


def is_furniture(line: str) -> bool:
    """Whether a whole line or sentence is a prompt, button, notice or link."""
    if len(line) > _PROMPT:
        return False
    return bool(_FURNITURE.fullmatch(line.strip(_EDGES))) or (
        not line.rstrip().endswith((".", "”", '"')) and bool(_LINKS.fullmatch(line.strip()))
    )


def _may_be(line: str) -> bool:
    return len(line) < 80 or _hinted(line)


def _hinted(line: str) -> bool:
    lower = line.lower()
    return any(hint in lower for hint in _HINTS)


def _clean_line(line: str) -> str:
    if is_furniture(line):
        return ""
    if not _hinted(line):
        return line
    return _without_prompts(_INLINE_CREDIT.sub("", line))


def _captions(lines: list[str]) -> set[int]:
    """Lines that end in a picture credit; none where a text ends most lines so."""
    found = {
        n
        for n, line in enumerate(lines)
        if len(line) <= _CAPTION and line.count(". ") < 4 and _CREDIT.search(line[-160:])
    }
    return found if len(found) * 2 < len(lines) else set()


def _without_prompts(line: str) -> str:
    """A paragraph without the sentences in it that are prompts."""
    sentences = split_sentences("", line)
    if len(sentences) < 2:
        return line
    prompts = [s for s in sentences if is_furniture(s.text)]
    for sentence in reversed(prompts):
        line = f"{line[: sentence.start].rstrip()} {line[sentence.end :].lstrip()}"
    return line.strip()


def _is_fragment(lines: list[str], n: int) -> bool:
    """Whether line ``n`` is a search phrase or label stranded between paragraphs."""
    line = lines[n]
    if len(line) > 60 or not _FRAGMENT.fullmatch(line):
        return False
    if any(word in _GRAMMAR for word in line.split()):
        return False
    before = lines[n - 1] if n else "."
    after = lines[n + 1] if n + 1 < len(lines) else ""
    if before.rstrip().endswith((":", ";", ",")) or not _STOPPED.search(before):
        return False
    if after and after[0].islower():
        return False
    return sum(len(other) >= 40 and bool(_STOPPED.search(other)) for other in lines) >= 2


def _join_dateline(lines: list[str]) -> list[str]:
    """``MOSCOW (Reuters) —`` on a line of its own, put before the paragraph it belongs to."""
    for n, line in enumerate(lines[:3]):
        if n + 1 < len(lines) and len(line) < 90 and _DATELINE.fullmatch(line):
            return [*lines[:n], f"{line} {lines[n + 1]}", *lines[n + 2 :]]
    return lines
