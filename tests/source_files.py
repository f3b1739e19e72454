"""What the tests of sources share: settings, a clock, and reading a source to the end."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

from pipeline.config import Limits, SourceSettings
from pipeline.records import DROP_REASONS, Drop
from pipeline.sources import RawArticle, read_source

NOW = datetime(2022, 3, 15, 12, 0, tzinfo=UTC)


def record(number: int, **more: object) -> dict[str, object]:
    return {
        "id": f"n{number}",
        "published_at": "2022-01-17T09:30:00Z",
        "url": f"https://example.org/{number}",
        "title": f"Envoys meet for round {number}",
        "body": f"The envoys met for the {number}th time. Nothing was signed.",
        "outlet": "Meridian Wire",
        "language": "en",
        **more,
    }


def jsonl(records: list[dict[str, object]]) -> str:
    return "".join(json.dumps(item) + "\n" for item in records)


def put(path: Path, content: str | bytes) -> Path:
    """Write a file, compressed when its name says so."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(path: Path | str, **more: object) -> tuple[list[RawArticle], list[Drop]]:
    """All articles and drops of a file source; every drop has a known reason and place."""
    limits = more.pop("limits", Limits())
    settings = SourceSettings(name="s", kind="files", path=str(path), **more)
    items = list(read_source(settings, limits, NOW))
    drops = [item for item in items if isinstance(item, Drop)]
    for drop in drops:
        assert drop.reason in DROP_REASONS
        assert drop.where and drop.detail and "\n" not in drop.detail
    return [item for item in items if isinstance(item, RawArticle)], drops


def reasons(drops: list[Drop]) -> list[tuple[str, str]]:
    """(name of file and line, reason) of each drop."""
    return [(Path(drop.where).name, drop.reason) for drop in drops]
