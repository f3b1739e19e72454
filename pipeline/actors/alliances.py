"""Which states are allies on a day: ``data/alliances.yaml``."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

_FILE: Final = "data/alliances.yaml"
#: First and last day in an alliance.
_Term = tuple[date, date]


@cache
def _members() -> tuple[dict[str, _Term], ...]:
    """The members of each alliance with their terms."""
    text = resources.files("pipeline.actors").joinpath(_FILE).read_text("utf-8")
    return tuple(_terms(alliance) for alliance in yaml.safe_load(text))


def _terms(alliance: dict[str, Any]) -> dict[str, _Term]:
    found: dict[str, _Term] = {}
    for line in alliance["members"]:
        code, *days = line.split()
        joined = date.fromisoformat(days[0]) if days else alliance["from"]
        left = date.fromisoformat(days[1]) if len(days) > 1 else alliance.get("until", date.max)
        found[code] = (joined, left)
    return found


def allied(first: str, second: str, on: date | None) -> bool:
    """Whether two actors are allies on a day; without a day, whether they ever were."""
    return any(
        all(
            code in members and (on is None or members[code][0] <= on <= members[code][1])
            for code in (first, second)
        )
        for members in _members()
    )
