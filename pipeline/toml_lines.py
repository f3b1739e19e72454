"""On which line of a TOML file a key stands: ``tomllib`` does not tell."""

from __future__ import annotations

import re
from collections import Counter

_HEADER = re.compile(r"\s*\[\[?\s*([\w.\"'-]+)\s*\]\]?")
_KEY = re.compile(r"\s*([\w\"'-]+)(?:\.([\w\"'-]+))?\s*=")
_OPENERS = ('"""', "'''")


class TomlLines:
    """Line numbers of the tables and keys of ``text`` (1-based)."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, int, str], int] = {}
        seen: Counter[str] = Counter()
        table, number, closer = "", 0, ""
        for line_number, line in enumerate(text.splitlines(), 1):
            if closer:
                closer = "" if closer in line else closer
                continue
            if header := _HEADER.match(line):
                table = header[1].strip("\"'")
                number = seen[table]
                seen[table] += 1
                self._lines[table, number, ""] = line_number
            elif key := _KEY.match(line):
                self._note(table, number, key, line_number)
                closer = next((o for o in _OPENERS if line.count(o) % 2), "")

    def _note(self, table: str, number: int, key: re.Match[str], line: int) -> None:
        first, second = key[1].strip("\"'"), (key[2] or "").strip("\"'")
        if not table:  # "limits.max_file_mb = 3" or "limits = {…}" before any header
            self._lines.setdefault((first, 0, ""), line)
            self._lines.setdefault((first, 0, second), line)
        else:
            self._lines.setdefault((table, number, first), line)

    def find(self, table: str, number: int = 0, key: str = "") -> int:
        """The line of a key in the ``number``-th such table, of the table, or 0."""
        return self._lines.get((table, number, key)) or self._lines.get((table, number, ""), 0)
