"""A folder of articles, settings that read it, and what a store holds in the end."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from fake_extractor import SPEC, marked
from pipeline.config import ScoringSettings, Settings, SourceSettings, StoreSettings
from pipeline.refresh import refresh
from pipeline.report import RunReport
from pipeline.store import Store, schema

NOW = datetime(2022, 6, 1, 12, tzinfo=UTC)
_STATES = ("RUS", "USA", "CHN", "IND", "PAK", "IRN", "ISR", "GBR")
_WORDS = (
    "envoys", "harbour", "minister", "ceasefire", "villages", "grain", "border", "convoy",
    "statement", "parliament", "pipeline", "exercise", "summit", "tariffs", "patrol", "radar",
)  # fmt: skip


def an_item(number: int, **changes: str) -> dict[str, str]:
    """One line of a JSONL file; every fourth article is a reprint of the one before."""
    story = number - 1 if number % 4 == 3 else number
    words = [_WORDS[(story * 7 + n * (1 + story % 5)) % 16] + str(story % 97) for n in range(40)]
    one, other = _STATES[story % 8], _STATES[(story // 8 + 1 + story % 8) % 8]
    act = marked(one, other) if story % 3 and one != other else "Nothing happened."
    when = datetime(2022, 1, 1, 6, tzinfo=UTC) + timedelta(hours=5 * number)
    item = {
        "id": f"item-{number}",
        "published_at": when.isoformat().replace("+00:00", "Z"),
        "url": f"https://example.org/{number}",
        "title": f"Report number {story}",
        "body": f"{act} The {' '.join(words)} were mentioned in report {story}.",
        "outlet": f"Outlet {number % 7}",
        "language": "en",
    }
    return item | changes


def write_lines(path: Path, items: Iterable[dict[str, str]]) -> None:
    """A JSONL file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")


def settings_for(url: str, *sources: SourceSettings, workers: int = 1) -> Settings:
    """Settings with these sources."""
    return Settings(
        store=StoreSettings(url=url), scoring=ScoringSettings(workers=workers), sources=sources
    )


def files(path: Path, name: str = "wire", **more: Any) -> SourceSettings:
    """A source that reads files."""
    return SourceSettings(name=name, kind="files", path=str(path), **more)


def refreshed(settings: Settings, **more: Any) -> RunReport:
    """One run with the fake extractor, in a thread in place of processes."""
    options: dict[str, Any] = {"clock": lambda: NOW, "spec": SPEC}
    with ThreadPoolExecutor(1) as executor:
        return refresh(settings, **(options | {"executor": executor} | more))


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows but for run ids and run times, in a fixed order."""
    store = Store.open(url)
    held: dict[str, list[tuple[Any, ...]]] = {}
    tables = (
        schema.article, schema.article_text, schema.scored, schema.signal, schema.evidence,
    )  # fmt: skip
    with store._engine.connect() as connection:
        for table in tables:
            columns = [column for column in table.c if column.name != "run_id"]
            rows = connection.execute(select(*columns)).all()
            held[table.name] = sorted((tuple(row) for row in rows), key=repr)
    stories = store.articles()[["article_id", "story_id"]]
    held["stories"] = sorted(stories.itertuples(index=False, name=None))
    store.close()
    return held
