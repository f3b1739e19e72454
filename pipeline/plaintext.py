"""Text as it comes to text as it is kept: NFC, no hidden characters, one line a paragraph."""

from __future__ import annotations

import html
import re
import unicodedata
from statistics import median

#: Control, format and bidirectional characters, lone surrogates, private use; not ZWJ and
#: ZWNJ, which some scripts write with.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff]"
)
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x1f]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_NOT_PLAIN = re.compile(r"[^\x20-\x7e\n]|  |&")
_STOP = (".", "!", "?", ":", ";", "”", '"', "’", ")", "…")


def plain(text: str) -> str:
    """``text`` in NFC without hidden characters; blanks are single spaces."""
    if not _NOT_PLAIN.search(text):
        return text.strip()
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    text = _HIDDEN.sub("", _NEWLINE.sub("\n", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _BLANKS.sub(" ", text).strip()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text: its lines, or its blocks where lines are wrapped."""
    text = plain(text)
    if "\n" not in text:
        return [text] if text else []
    lines = [line.strip() for line in text.split("\n")]
    if _is_wrapped(lines):
        return [" ".join(block) for block in _blocks(lines)]
    return [line for line in lines if line]


def _is_wrapped(lines: list[str]) -> bool:
    """Whether lines end because a column was full (mail, press releases), not at paragraphs."""
    inner = [line for block in _blocks(lines) for line in block[:-1]]
    if len(inner) < 4:
        return False
    longest = max(map(len, inner))
    if median(map(len, inner)) < 40 or longest > 120:
        return False
    unfinished = sum(not line.endswith(_STOP) for line in inner)
    full = sum(len(line) > longest * 0.6 for line in inner)
    return unfinished >= 0.6 * len(inner) and full >= 0.8 * len(inner)


def _blocks(lines: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]
