"""Data: what came in, from where, what was left out, and everything to take away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import controls, data, page, tables, text
from dashboard.data import Snapshot
from pipeline import export
from pipeline.report import reason_explained

TIME = "D MMM YYYY, HH:mm"
KINDS = {
    "panel, weekly": (
        "panel",
        "Every pair in every week, gaps empty: for econometrics. Long; Parquet is far smaller.",
    ),
    "panel, monthly": ("panel", "Every pair in every month, gaps empty."),
    "series": ("series", "Tension and attention of chosen pairs by day."),
    "scores": ("scores", "Cooperative and adversarial mass of each article for each pair."),
    "signals": ("signals", "Every signal with its sentence, cue, status and reason."),
    "articles": ("articles", "Every article without its text."),
    "stories": ("stories", "Every story and how far it was reprinted."),
}


def main() -> None:
    """The whole page."""
    snap = page.head("Data")
    try:
        counts(snap)
        sources(snap)
        runs(snap)
        marks(snap)
    except data.READ_ERRORS as error:
        page.read_failed(error)
    takeaway(snap)


def counts(snap: Snapshot) -> None:
    """How much there is."""
    days = data.day_counts(*data.key_of(snap))
    one, two, three = st.columns(3)
    one.metric("Articles scored", f"{int(days['articles'].sum()):,}")
    two.metric("Stories", f"{int(days['stories'].sum()):,}")
    three.metric("Days", f"{text.short_day(snap.first)} – {text.short_day(snap.today)}")


def sources(snap: Snapshot) -> None:
    """Every source with its newest article."""
    st.header("Sources", anchor=False)
    table = data.sources(*data.key_of(snap))
    report = snap.run.report
    failed = set(report.get("failed_sources", []))
    table = table.assign(
        state=["failed in the last run" if name in failed else "read" for name in table["source"]]
    )
    missing = sorted(failed - set(table["source"]))
    for name in missing:
        st.warning(
            f"Source {text.escaped(name)} failed in the last run and has brought nothing yet.",
            icon=":material/warning:",
        )
    st.dataframe(
        table, hide_index=True, key="sources", alt="Sources and their freshness.",
        column_config={
            "source": st.column_config.TextColumn("Source"),
            "articles": st.column_config.NumberColumn("Articles", format="localized"),
            "newest": st.column_config.DatetimeColumn("Newest article (UTC)", format=TIME),
            "last_run": st.column_config.NumberColumn("Last run with news"),
            "last_run_at": st.column_config.DatetimeColumn("That run (UTC)", format=TIME),
            "state": st.column_config.TextColumn("State"),
        },
    )  # fmt: skip
    page.download(lambda: table, "sources", "Sources and their freshness", snap, label="sources")


def runs(snap: Snapshot) -> None:
    """The last runs, and what the chosen one left out."""
    st.header("Runs", anchor=False)
    table = data.open_store(snap.url, snap.mark).runs(limit=50)
    st.caption("Choose a run to see what it left out, and why.")
    event = st.dataframe(
        table, hide_index=True, key="runs", on_select="rerun",
        selection_mode="single-cell", height=page.height(len(table), 7),
        alt="The last runs, newest first.",
        column_config={
            "run_id": st.column_config.NumberColumn("Run"),
            "started_at": st.column_config.DatetimeColumn("Started (UTC)", format=TIME),
            "committed_at": st.column_config.DatetimeColumn("Completed (UTC)", format=TIME),
            "scorer_id": st.column_config.TextColumn("Scorer"),
            "n_articles_new": st.column_config.NumberColumn("New articles", format="localized"),
            "n_signals_new": st.column_config.NumberColumn("New signals", format="localized"),
            "completed": st.column_config.CheckboxColumn("Completed"),
        },
    )  # fmt: skip
    page.download(lambda: table, "runs", "The last runs", snap, label="runs")
    rows = [cell[0] for cell in event.selection.cells]
    asked = st.query_params.get("run", "")
    if rows and rows[0] < len(table):
        asked = str(table["run_id"].iloc[rows[0]])
        st.query_params["run"] = asked
    known_runs = set(table["run_id"].astype(str))
    chosen = int(asked) if asked in known_runs else snap.run_id
    report = data.open_store(snap.url, snap.mark).run_report(chosen)
    left_out(report, chosen, snap)


def left_out(report: dict[str, Any], run_id: int, snap: Snapshot) -> None:
    """Drops of one run by source and reason."""
    st.header(f"Left out in run {run_id}", anchor=False)
    if not report:
        st.caption("This run never completed; the next one took its articles over.")
        return
    other = int(report.get("not_english", 0))
    foreign = f" {other:,} new ones not in English: kept, not scored." if other else ""
    st.caption(
        f"Read {report.get('read', 0):,}: {report.get('new', 0):,} new, "
        f"{report.get('already_stored', 0):,} stored before, {report.get('repeated', 0):,} "
        f"repeated.{foreign}"
    )
    reasons = {name for tally in report.get("sources", {}).values() for name in tally["drops"]}
    table = tables.drops_table(report, {name: reason_explained(name) for name in reasons})
    if table.empty:
        st.caption("Nothing was left out.")
        return
    st.dataframe(
        table, hide_index=True, key="drops", row_height=62,
        alt="What was left out, by source and reason.",
        column_config={
            "source": st.column_config.TextColumn("Source", width=120),
            "reason": st.column_config.TextColumn("Reason", width=130),
            "count": st.column_config.NumberColumn("Count", format="localized", width=80),
            "meaning": st.column_config.TextColumn("What it means", width=340),
            "example": st.column_config.TextColumn("Example", width=380),
        },
    )  # fmt: skip
    page.download(lambda: table, f"left-out-run-{run_id}", "What a run left out", snap,
                  label="what was left out")  # fmt: skip


def marks(snap: Snapshot) -> None:
    """Readers' marks in force, and those that could not be applied."""
    table = tables.marks_table(data.marks(*data.key_of(snap)))
    book = snap.run.report.get("marks", {})
    unmatched, problems = book.get("unmatched", []), book.get("problems", [])
    if table.empty and not unmatched and not problems:
        return
    st.header("Readers' marks", anchor=False)
    st.caption(
        f"{text.counted(len(table), 'mark')} in force. A signal marked wrong stays visible and "
        "does not count; a misdirected one is shown and counted the other way round."
    )
    if problems:
        st.warning(text.escaped("Not read: " + "; ".join(problems)), icon=":material/warning:")
    if unmatched:
        st.caption(
            text.escaped(
                f"{text.counted(len(unmatched), 'mark')} fit no signal of this scorer, such as: "
                f"{text.printable(unmatched[0]['sentence'], 160)}"
            )
        )
    if table.empty:
        return
    st.dataframe(
        table, hide_index=True, key="marks_in_force", height=page.height(len(table), 8),
        alt="Readers' marks in force.",
        column_config={
            "verdict": st.column_config.TextColumn("Mark", width=95),
            "acting": st.column_config.TextColumn("Found as", width=100),
            "theme": st.column_config.TextColumn("Theme", width=130),
            "sentence": st.column_config.TextColumn("Sentence", width=300),
            "note": st.column_config.TextColumn("Why", width=210),
            "article_id": st.column_config.TextColumn("Article", width=140),
            "seq": st.column_config.NumberColumn("Signal", width=60),
            "marked_by": st.column_config.TextColumn("By", width=140),
            "marked_at": st.column_config.DatetimeColumn("Made (UTC)", format=TIME),
            "run_id": st.column_config.NumberColumn("Since run", width=80),
        },
    )  # fmt: skip
    page.download(lambda: table, "marks", "Readers' marks in force", snap, label="marks")


def takeaway(snap: Snapshot) -> None:
    """Whole tables as `tension export` writes them."""
    st.header("Take it with you", anchor=False)
    st.caption(
        "The tables of `tension export`, with ISO and COW codes; docs/data-dictionary.md "
        "documents every column."
    )
    one, two, three = st.columns([2, 2, 2], vertical_alignment="bottom")
    with one:
        kind = st.selectbox("Table", list(KINDS), key="table", bind="query-params")
    with two:
        there = known(snap)
        if "export_pairs" not in st.session_state:
            st.session_state["export_pairs"] = list(controls.from_url_list("take", there))
        pairs = st.multiselect(
            "Pairs", there, key="export_pairs", format_func=text.pair_title,
            placeholder="all pairs",
        )  # fmt: skip
        if st.query_params.get("take") != (",".join(pairs) or None):
            controls.put_list("take", pairs)
    with three:
        days = days_wanted(snap)
    st.caption(KINDS[kind][1])
    if kind == "series" and not pairs:
        st.info("Choose at least one pair for a series.", icon=":material/add:")
        return
    if not isinstance(days, tuple) or len(days) != 2:
        return
    request = export.Request(
        KINDS[kind][0], tuple(pairs), days[0], days[1],  # type: ignore[arg-type]
        freq="M" if "monthly" in kind else "W", as_of=snap.run_id,
    )  # fmt: skip
    files(snap, request, stable_name(kind, pairs, days))


def days_wanted(snap: Snapshot) -> Any:
    """The days to export, kept in the address where they are not all days."""
    every = (snap.first, snap.today)
    held = st.session_state.get("export_days")
    # As of an earlier day the newest days are not there any more.
    if not held or not all(every[0] <= day <= every[1] for day in held):
        asked = tuple(controls.from_url_day(name) for name in ("since", "until"))
        fine = None not in asked and every[0] <= asked[0] <= asked[1] <= every[1]  # type: ignore[operator]
        st.session_state["export_days"] = asked if fine else every
    days = st.date_input(
        "Days", min_value=every[0], max_value=every[1], key="export_days", format="YYYY-MM-DD"
    )
    if isinstance(days, tuple) and len(days) == 2:
        for name, day in zip(("since", "until"), days, strict=True):
            if days == every:
                st.query_params.pop(name, None)
            elif st.query_params.get(name) != day.isoformat():
                st.query_params[name] = day.isoformat()
    return days


def stable_name(kind: str, pairs: list[str], days: tuple[date, date]) -> str:
    """The same request always gives the same file name."""
    who = "-and-".join(pairs) if 0 < len(pairs) <= 3 else f"{len(pairs)}-pairs" if pairs else "all"
    return f"{kind.replace(', ', '-')}_{who}_{days[0]}_{days[1]}"


def files(snap: Snapshot, request: export.Request, name: str) -> None:
    """Buttons that make the file when asked."""

    def table() -> pd.DataFrame:
        return export.table(data.open_store(snap.url, snap.mark), request)

    def sheet() -> bytes:
        store = data.open_store(snap.url, snap.mark)
        content = export.meta(store, request, export.table(store, request), data.now())
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()

    makers: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        ".csv": ("CSV", "text/csv", lambda: export.as_bytes(table(), "csv")),
        ".parquet": ("Parquet", "application/octet-stream",
                     lambda: export.as_bytes(table(), "parquet")),
        ".csv.meta.json": ("Description", "application/json", sheet),
    }  # fmt: skip
    with st.container(horizontal=True):
        for suffix, (label, mime, make) in makers.items():
            st.download_button(
                label, data=make, file_name=name + suffix, mime=mime, on_click="ignore",
                key=f"export{suffix}", icon=":material/download:",
            )  # fmt: skip


def known(snap: Snapshot) -> list[str]:
    """All pairs of the recent window by name."""
    scores = data.recent_scores(*data.recent_key(snap))
    return sorted({str(pair) for pair in scores["pair"]}, key=text.pair_title)


main()
page.foot()
