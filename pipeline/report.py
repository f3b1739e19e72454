"""What a run read, stored and left out, counted by source and reason.

The report is stored with its run as JSON (``RunReport.to_dict``) and printed as
a table (``render``). For every source, the articles read are all accounted for:
``read = new + already_stored + repeated + what cleaning dropped``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.marks import MarkBook
from pipeline.records import DROP_REASONS, Drop

#: Drops kept as examples for each source and reason; all are counted.
EXAMPLES = 20
#: Open alerts that are listed on a terminal.
SHOWN_ALERTS = 30
#: A drop with this reason means that the whole source failed.
SOURCE_FAILED = "source failed"
#: Stored, but its signals could not be looked for.
NOT_SCORED = "not scored"
_NOT_SCORED_EXPLAINED = "The article is stored, but scoring it failed."


@dataclass
class SourceTally:
    """The counts of one source."""

    #: Articles that the source gave, before cleaning.
    read: int = 0
    #: Articles that were not in the store before.
    new: int = 0
    already_stored: int = 0
    #: The same article came more than once in this run.
    repeated: int = 0
    #: New articles in another language than English: kept, not scored.
    not_english: int = 0
    signals: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def drop(self, drop: Drop) -> None:
        """Count a drop and keep it as an example while there are few."""
        self.dropped[drop.reason] += 1
        kept = self.examples.setdefault(drop.reason, [])
        if len(kept) < EXAMPLES:
            kept.append({"where": drop.where[:500], "detail": drop.detail[:500]})

    @property
    def failed(self) -> bool:
        """Whether the source as a whole could not be read."""
        return self.dropped[SOURCE_FAILED] > 0


@dataclass
class AlertBook:
    """The open alerts of a run, and the memory that lets no episode alert twice."""

    #: The newest publication day of the store, ISO; "" before the first article.
    day: str = ""
    #: Open alerts: the columns of ``index.open_alerts`` with days as ISO text and None
    #: for no value, and id, illustrative, run_id (of the run that announced it, or None).
    open: list[dict[str, Any]] = field(default_factory=list)
    #: Alerts closed not long ago: id, pair, kind, run_id and day (last seen open).
    closed: list[dict[str, Any]] = field(default_factory=list)
    #: Ids of the alerts that this run announced.
    announced: list[str] = field(default_factory=list)
    #: How the webhook took them. Known only after the report is stored, so not in it.
    webhook: str = ""

    @classmethod
    def carried(cls, report: dict[str, Any]) -> AlertBook:
        """The book of an earlier run's report, as memory; it announces nothing."""
        book = report.get("alerts", {})
        return cls(book.get("day", ""), book.get("open", []), book.get("closed", []))

    @property
    def new(self) -> list[dict[str, Any]]:
        """The open alerts that this run announced."""
        return [entry for entry in self.open if entry["id"] in self.announced]

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "day": self.day, "open": self.open, "closed": self.closed,
            "announced": self.announced,
        }  # fmt: skip


@dataclass
class RunReport:
    """The counts of one run."""

    run_id: int
    scorer_id: str
    #: The sources of the run in the order of the configuration.
    sources: dict[str, SourceTally]
    #: Stored articles scored again because the scorer is new.
    rescored: int = 0
    rescored_signals: int = 0
    #: Whether this run made its scorer the active one.
    activated: bool = False
    #: Articles whose story is another than before.
    story_changes: int = 0
    seconds: float = 0.0
    alerts: AlertBook = field(default_factory=AlertBook)
    marks: MarkBook = field(default_factory=MarkBook)

    @property
    def n_articles_new(self) -> int:
        """New articles of all sources."""
        return sum(tally.new for tally in self.sources.values())

    @property
    def n_signals_new(self) -> int:
        """Signals written in this run, of new and of rescored articles."""
        return self.rescored_signals + sum(tally.signals for tally in self.sources.values())

    @property
    def failed_sources(self) -> list[str]:
        """Names of the sources that could not be read."""
        return [name for name, tally in self.sources.items() if tally.failed]

    @property
    def exit_code(self) -> int:
        """0: every source was read. 1: at least one source failed."""
        return 1 if self.failed_sources else 0

    def tally(self, source: str) -> SourceTally:
        """The counts of a source."""
        return self.sources.setdefault(source, SourceTally())

    def drop(self, drop: Drop) -> None:
        """Count a drop for its source."""
        self.tally(drop.source).drop(drop)

    def to_dict(self) -> dict[str, Any]:
        """As JSON: totals, ``drops`` by reason, and the same for each source."""
        drops: Counter[str] = Counter()
        for tally in self.sources.values():
            drops.update(tally.dropped)
        return {
            "run_id": self.run_id,
            "scorer_id": self.scorer_id,
            "seconds": round(self.seconds, 1),
            "read": sum(tally.read for tally in self.sources.values()),
            "new": self.n_articles_new,
            "already_stored": sum(tally.already_stored for tally in self.sources.values()),
            "repeated": sum(tally.repeated for tally in self.sources.values()),
            "not_english": sum(tally.not_english for tally in self.sources.values()),
            "signals": self.n_signals_new,
            "rescored": self.rescored,
            "activated": self.activated,
            "story_changes": self.story_changes,
            "drops": dict(drops.most_common()),
            "failed_sources": self.failed_sources,
            "alerts": self.alerts.to_dict(),
            "marks": self.marks.to_dict(),
            "sources": {
                name: {
                    "read": tally.read,
                    "new": tally.new,
                    "already_stored": tally.already_stored,
                    "repeated": tally.repeated,
                    "not_english": tally.not_english,
                    "signals": tally.signals,
                    "failed": tally.failed,
                    "drops": dict(tally.dropped.most_common()),
                    "examples": tally.examples,
                }
                for name, tally in self.sources.items()
            },
        }


def reason_explained(reason: str) -> str:
    """A sentence for people on why something is left out."""
    return DROP_REASONS.get(reason, _NOT_SCORED_EXPLAINED if reason == NOT_SCORED else reason)


def render(report: dict[str, Any], examples: int = 3) -> RenderableType:
    """A stored report for the terminal: sources, drops by reason, open alerts."""
    table = Table(
        title=f"Run {report['run_id']}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False
    )
    table.add_column("source", overflow="fold")
    columns = ("read", "new", "already stored", "repeated", "not English", "dropped", "signals")
    for name in columns:
        table.add_column(name, justify="right")
    for name, source in report["sources"].items():
        label = Text(name, style="bold red" if source["failed"] else "")
        counts = [source[c.lower().replace(" ", "_")] for c in columns if c != "dropped"]
        counts.insert(5, sum(source["drops"].values()))
        table.add_row(label, *(f"{count:,}" for count in counts))
    lines: list[RenderableType] = [table]
    for name, source in report["sources"].items():
        for reason, count in source["drops"].items():
            lines.append(Text(f"{name}: {count:,} × {reason}. {reason_explained(reason)}"))
            lines.extend(
                Text(f"    {example['where']}: {example['detail']}", style="dim")
                for example in source["examples"].get(reason, [])[:examples]
            )
    if alerts := report.get("alerts", {}).get("open"):
        lines.append(alerts_table(alerts, report["alerts"]["announced"]))
    if words := MarkBook(**report.get("marks", {})).words:
        lines.append(Text(f"{words}."))
    lines.append(Text(_summary(report)))
    return Group(*lines)


def alerts_table(alerts: list[dict[str, Any]], new: Collection[str] = ()) -> RenderableType:
    """Open alerts for the terminal, those whose ids are in ``new`` first and marked so."""
    table = Table(title="Open alerts", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in ("pair", "alert", "", "run"):
        table.add_column(name, justify="right" if name == "run" else "left")
    ordered = sorted(alerts, key=lambda entry: entry["id"] not in new)
    for entry in ordered[:SHOWN_ALERTS]:
        mark = Text("new", style="bold") if entry["id"] in new else Text("")
        sample = " (illustrative texts)" if entry["illustrative"] else ""
        run = "-" if entry["run_id"] is None else str(entry["run_id"])
        table.add_row(Text(entry["pair"]), Text(entry["words"] + sample), mark, run)
    if len(alerts) <= SHOWN_ALERTS:
        return table
    return Group(table, Text(f"and {len(alerts) - SHOWN_ALERTS:,} more open alerts"))


def _summary(report: dict[str, Any]) -> str:
    parts = [
        f"{report['new']:,} new articles, {report['signals']:,} signals",
        f"{report['story_changes']:,} articles joined a story",
    ]
    if report["rescored"]:
        parts.append(f"{report['rescored']:,} stored articles scored again")
    if report["activated"]:
        parts.append(f"scorer {report['scorer_id']} is active from now on")
    else:
        parts.append(f"scorer {report['scorer_id']}")
    return ", ".join(parts) + f", {report['seconds']:.1f} s."
