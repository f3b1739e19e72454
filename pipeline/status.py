"""What `tension status` says of a store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.report import alerts_table
from pipeline.store import Store
from pipeline.store.errors import shown


def as_dict(store: Store, now: datetime, runs: int = 10) -> dict[str, Any]:
    """Runs, sources, open alerts, counts and health as JSON; times ISO 8601, UTC."""
    latest = store.latest_run()
    report = {} if latest is None else latest.report
    return {
        "store": shown(store.url),
        "as_of_run": None if latest is None else latest.run_id,
        "scorer_id": None if latest is None else latest.scorer_id,
        "age_seconds": None if latest is None else int((now - latest.committed_at).total_seconds()),
        "runs": _records(store.runs(runs)),
        "sources": _records(store.sources()),
        "alerts": report.get("alerts", {}).get("open", []),
        "drops": report.get("drops", {}),
        "failed_sources": report.get("failed_sources", []),
        "health": store.health(),
    }


def _records(frame: Any) -> list[dict[str, Any]]:
    columns = frame.copy()
    for name in columns:
        if columns[name].dtype.kind == "M":
            text = columns[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ").astype(object)
            columns[name] = text.where(columns[name].notna(), None)
    records: list[dict[str, Any]] = columns.to_dict("records")
    return records


def render(found: dict[str, Any]) -> RenderableType:
    """The same for the terminal."""
    parts: list[RenderableType] = [Text(f"Store {found['store']}")]
    if found["as_of_run"] is None:
        parts.append(Text("No run has been completed yet; `tension refresh` makes one."))
    else:
        age = _age(found["age_seconds"])
        parts.append(Text(f"Run {found['as_of_run']}, {age} ago, scorer {found['scorer_id']}"))
    parts.append(_table("Runs", found["runs"], {
        "run_id": "run", "started_at": "started", "committed_at": "completed",
        "n_articles_new": "new articles", "n_signals_new": "signals",
    }, none="not completed"))  # fmt: skip
    parts.append(_table("Sources", found["sources"], {
        "source": "source", "articles": "articles", "newest": "newest article",
        "last_run": "run", "last_run_at": "brought something new",
    }))  # fmt: skip
    if found["alerts"]:
        parts.append(alerts_table(found["alerts"]))
    if found["failed_sources"]:
        failed = ", ".join(found["failed_sources"])
        parts.append(Text(f"Failed in the last run: {failed}", style="bold red"))
    if found["drops"]:
        drops = ", ".join(f"{reason} {count:,}" for reason, count in found["drops"].items())
        parts.append(Text(f"Left out in the last run: {drops}"))
    health = found["health"]
    rows = ", ".join(f"{name} {count:,}" for name, count in health["rows"].items())
    parts.append(Text(f"Rows: {rows}. Check: {health['check']}."))
    if health["articles_waiting"]:
        waiting = health["articles_waiting"]
        parts.append(Text(f"{waiting:,} articles of a run that is not complete wait for the next."))
    return Group(*parts)


def _table(
    title: str, rows: list[dict[str, Any]], columns: dict[str, str], none: str = "-"
) -> RenderableType:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in columns.values():
        table.add_column(name, justify="left" if name in ("source",) else "right")
    for row in rows:
        values = (row[name] for name in columns)
        table.add_row(
            *(
                Text(none if v is None else f"{v:,}" if isinstance(v, int) else str(v))
                for v in values
            )
        )
    return table


def _age(seconds: int) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} seconds"
