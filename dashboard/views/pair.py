"""Pair: how tense, since when, and why: every figure down to its sentences."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard import brief, brief_pdf, charts, controls, data, marking, page, reading, tables, text
from dashboard import evidence as evidence_html
from dashboard.data import Snapshot
from pipeline import index

QUIET = {"displayModeBar": False, "doubleClick": "reset"}
MAX_ROWS = 500
EVIDENCE_CONFIG = {
    "rank": st.column_config.NumberColumn("No.", width=42),
    "date": st.column_config.DateColumn("Date", format="D MMM YYYY", width=92),
    "headline": st.column_config.TextColumn("Headline", width=322),
    "outlet": st.column_config.TextColumn("Outlet", width=110),
    "acting": st.column_config.TextColumn("Who → whom", width=98),
    "theme": st.column_config.TextColumn("Theme", width=140),
    "status": st.column_config.TextColumn("Status", width=108),
    "contribution": st.column_config.NumberColumn(
        "Contribution", format="%+.2f", width=90, help="Points of tension that this signal adds."
    ),
    "reprints": st.column_config.NumberColumn(
        "Reprints", width=68, help="Other articles that tell the same story; they add nothing."
    ),
    "link": st.column_config.LinkColumn("Link", display_text="open", width=52),
}


def main() -> None:
    """The whole page."""
    snap = page.head(lambda snap: text.pair_title(controls.current_pair(known_pairs(snap))))
    pairs = known_pairs(snap)
    left, middle, right = st.columns([3, 2.4, 2])
    with left:
        pair = controls.pair_picker(pairs)
    with middle:
        choice = controls.window()
    with right:
        half_life = controls.half_life()
    try:
        shown(snap, pair, choice, half_life)
    except data.READ_ERRORS as error:
        page.read_failed(error)


def known_pairs(snap: Snapshot) -> list[str]:
    """All pairs of the recent window, most stories first, and the one in the address."""
    scores = data.recent_scores(*data.recent_key(snap))
    pairs = [str(pair) for pair in scores["pair"].value_counts().index]
    wanted = str(st.query_params.get("pair", "")).upper()
    if wanted and wanted not in pairs and len(data.pair_signals(*data.key_of(snap), wanted)):
        pairs.append(wanted)
    return pairs or ["RUS-USA"]


def shown(snap: Snapshot, pair: str, choice: str, half_life: int) -> None:
    """Figures, charts and evidence of one pair."""
    key = data.key_of(snap)
    scores = data.pair_scores(*key, pair)
    if scores.empty:
        st.info("No counting story about this pair has been found.", icon=":material/search_off:")
        return
    start, end = controls.window_days(choice, snap.first, snap.today)
    series = data.pair_series(*key, pair, start, end, half_life)
    attention = data.pair_attention(*key, pair, start, end, half_life)
    moved = index.changes(scores, [pair], snap.today, 7).iloc[0]
    figures(series.iloc[-1], attention.iloc[-1], moved)
    if series["state"].eq("gap").all():
        newest = scores["day"].max()
        wider = next(
            (w for w, days in controls.WINDOWS.items()
             if not days or newest > pd.Timestamp(end) - pd.Timedelta(days=days)), "all",
        )  # fmt: skip
        page.nothing_in_window(
            f"Nothing to draw in this window: the last story about this pair is of "
            f"{text.day_words(newest)}.", wider, "w",
        )  # fmt: skip
        return
    picked = picked_days(start, end)
    lower, upper = picked or (start, end)
    day = upper
    horizon = day - timedelta(days=index.horizon_days(half_life))
    first = picked[0] if picked else max(horizon, snap.first)
    light = data.pair_signals(*key, pair)
    full = data.evidence(*key, pair, first, day)
    rows = tables.ranked_evidence(tables.weighed(full, light, pair, day, half_life))
    marks = tables.largest_stories(rows, series) if picked is None else None
    line(snap, pair, series, attention, (start, end), marks, picked, half_life)
    balance(snap, light, pair, lower, upper)
    evidence(snap, pair, rows, series, picked, day, half_life)
    if picked is None:
        printable(snap, pair, series, attention, moved, rows)


def printable(
    snap: Snapshot, pair: str, series: pd.DataFrame, attention: pd.DataFrame, moved: pd.Series,
    rows: pd.DataFrame,
) -> None:  # fmt: skip
    """A one-page brief to print or to send."""
    notes = [text.SAMPLE_LABEL] if snap.illustrative else []

    def made() -> brief.Brief:
        return brief.content(pair, series, moved, attention.iloc[-1], rows, data.now(), notes)

    kinds = {
        "pdf": ("One-page brief (PDF)", "application/pdf",
                lambda: brief_pdf.document(made(), data.now())),
        "html": ("One-page brief (HTML)", "text/html", lambda: brief.html(made()).encode()),
    }  # fmt: skip
    st.header("To print or to send", anchor=False)
    st.caption("One page with the chart, the figures and the evidence that weighs most.")
    with st.container(horizontal=True):
        for suffix, (label, mime, make) in kinds.items():
            st.download_button(
                label, data=make, mime=mime, icon=":material/print:", key=f"brief_{suffix}",
                file_name=f"brief-{pair}-{snap.today}.{suffix}", on_click="ignore",
            )  # fmt: skip


def figures(now: pd.Series, noticed: pd.Series, moved: pd.Series) -> None:
    """Three figures, each with its interval and its counts."""
    one, two, three = st.columns(3)
    gap = now["state"] == "gap"
    with one:
        st.metric(
            "Tension today", text.signed(now["tension"]) if not gap else "gap",
            delta="too few recent stories" if gap
            else f"90 %: {text.between(now['low'], now['high'], sign=True)}",
            delta_color="off", delta_arrow="off",
            help="From −100, cooperative, to +100, adversarial. A gap: less than one recent story.",
        )  # fmt: skip
        thin = " Thin: fewer than 3 recent stories." if now["state"] == "thin" else ""
        st.caption(
            (
                "Too few recent stories for a figure: "
                if gap
                else f"Reads as **{text.level_words(now['tension'])}**, from "
            )
            + f"{text.counted(int(now['signals']), 'signal')} in "
            f"{text.counted(int(now['articles']), 'article')}, "
            f"{text.counted(int(now['stories']), 'story')}, "
            f"{text.counted(int(now['outlets']), 'outlet')}.{thin}"
        )
    with two:
        st.metric(
            "Change over the week", text.signed(moved["change"]),
            delta=f"90 %: {text.between(moved['low'], moved['high'], sign=True)}",
            delta_color="off", delta_arrow="off",
            help="The stories of the last 7 days against those of the 7 days before, in points.",
        )  # fmt: skip
        st.caption(
            f"**{text.change_words(moved['change'], bool(moved['clear']), moved['state'])}**: "
            f"{text.counted(int(moved['stories_now']), 'story')} this week, "
            f"{int(moved['stories_before'])} the week before."
        )
    with three:
        st.metric(
            "Attention", text.number(noticed["attention"]),
            delta=f"90 %: {text.between(noticed['low'], noticed['high'])}",
            delta_color="off", delta_arrow="off",
            help="Stories about this pair per 10,000 stories read; not part of tension.",
        )  # fmt: skip
        st.caption("Stories about this pair per 10,000 in the store, recent ones weighing most.")


def picked_days(start: date, end: date) -> tuple[date, date] | None:
    """The range in the address, cut to the window; None for none."""
    first, last = (day_or_none(st.query_params.get(name)) for name in ("from", "to"))
    if first is None or last is None or first > last:
        return None
    first, last = max(first, start), min(last, end)
    return (first, last) if first <= last else None


def day_or_none(raw: str | None) -> date | None:
    """A day in ISO form, or None."""
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        return None


def pick(first: date | None, last: date | None) -> None:
    """Write a range of days to the address, or take it out."""
    for name, day in (("from", first), ("to", last)):
        if day is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = day.isoformat()
    st.query_params.pop("ev", None)
    st.session_state["range_shown"] = None


def line(
    snap: Snapshot, pair: str, series: pd.DataFrame, attention: pd.DataFrame,
    days: tuple[date, date], marks: pd.DataFrame | None, picked: tuple[date, date] | None,
    half_life: int,
) -> None:  # fmt: skip
    """The chart, the range under it, the download of what it shows."""
    shifts = data.pair_shifts(*data.key_of(snap), pair, *days)
    later = None
    if snap.as_of is not None:
        latest = data.snapshot()
        later = data.pair_series(*data.key_of(latest), pair, *days, half_life)
    figure = charts.pair_figure(series, attention, shifts, marks, picked, later)
    now = series.iloc[-1]
    round_number = st.session_state.get("chart_round", 0)
    event = st.plotly_chart(
        figure, key=f"line_{round_number}", on_select="rerun", selection_mode="box", config=QUIET,
        alt=f"Tension of {text.pair_title(pair)} from {text.day_words(days[0])} to "
        f"{text.day_words(days[1])} with a 90 % band; last value {text.number(now['tension'])}, "
        f"{text.level_words(now['tension'])}. Attention as bars below.",
    )  # fmt: skip
    boxes = event.selection.get("box") or []
    if boxes and "x" in boxes[0]:
        edges = sorted(str(edge)[:10] for edge in boxes[0]["x"])
        first, last = (day_or_none(edge) for edge in (edges[0], edges[-1]))
        if first and last:
            # A new key forgets the box: the range lives in the address from here on.
            st.session_state["chart_round"] = round_number + 1
            pick(max(first, days[0]), min(last, days[1]))
            st.rerun()
    st.caption(
        "Grey band: 90 % interval. Dotted and faded: fewer than 3 recent stories. No line: too few "
        "to say."
        + (" Dashed: the level moved and stayed." if len(shifts) else "")
        + (" Faint line: as known today." if later is not None else "")
    )  # fmt: skip
    if marks is not None and len(marks):
        st.html(numbered(marks))
    range_row(days, picked)
    with st.container(horizontal=True):
        table = tables.series_table(series, attention)
        page.download(
            lambda: table, f"series-{pair}", f"Tension and attention of {pair} as drawn", snap,
            label="chart", pair=pair, window=[str(d) for d in days], half_life_days=half_life,
        )  # fmt: skip


def numbered(marks: pd.DataFrame) -> str:
    """The stories numbered in the chart, as a list."""
    items = "".join(
        f"<li>{evidence_html.safe(text.printable(m.title, 110) or '(no headline)')} "
        f'<span class="dim">{evidence_html.safe(text.printable(m.outlet, 40))}, '
        f"{text.short_day(m.day)}, {text.signed(m.contribution, 1)}</span></li>"
        for m in marks.itertuples()
    )
    return f'<div class="legend">The stories that weigh most:</div><ol class="story">{items}</ol>'


def range_row(days: tuple[date, date], picked: tuple[date, date] | None) -> None:
    """From and to, the same as dragging over the chart."""
    one, two, _ = st.columns([2, 1.2, 3], vertical_alignment="bottom")
    wanted = picked or ()
    if st.session_state.get("range_shown") != (days, picked):
        st.session_state["range_days"] = wanted
        st.session_state["range_shown"] = (days, picked)
    with one:
        st.date_input(
            "Evidence from – to (or drag over the chart)", key="range_days", min_value=days[0],
            max_value=days[1], format="YYYY-MM-DD", on_change=range_changed,
        )  # fmt: skip
    with two:
        if st.button("Clear range", disabled=picked is None, key="clear_range"):
            pick(None, None)
            st.rerun()


def range_changed() -> None:
    """A reader typed a range."""
    chosen = st.session_state["range_days"]
    if isinstance(chosen, tuple) and len(chosen) == 2:
        pick(*chosen)


def balance(snap: Snapshot, light: pd.DataFrame, pair: str, start: date, end: date) -> None:
    """What the acts were and who did them, over the shown or chosen days."""
    by_theme = index.theme_balance(light, pair, start, end)
    by_direction = index.direction_balance(light, pair, start, end)
    if by_theme.empty:
        st.info("No counting signal in these days.", icon=":material/search_off:")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header("What happened", anchor=False)
        st.caption(
            "Length: how much a theme weighs in the score, over the days shown. Numbers: signals."
        )
        st.plotly_chart(
            charts.theme_figure(by_theme), key="themes", config=QUIET,
            alt="Themes by weight: " + ", ".join(
                f"{text.theme_label(row.theme)} ({row.polarity}, {row.signals} signals)"
                for row in by_theme.head(8).itertuples()),
        )  # fmt: skip
    with right:
        st.header("Who acted", anchor=False)
        st.caption("The same weight, by who acts on whom.")
        st.plotly_chart(
            charts.direction_figure(by_direction), key="directions", config=QUIET,
            alt="Direction by weight: " + ", ".join(
                f"{text.direction_title(row.direction)} {row.polarity}, {row.signals} signals"
                for row in by_direction.itertuples()),
        )  # fmt: skip
    page.download(
        lambda: tables.balance_table(by_theme, by_direction), f"themes-{pair}",
        f"Themes and directions of {pair}", snap, label="bars", pair=pair,
        window=[str(start), str(end)],
    )  # fmt: skip


def evidence(
    snap: Snapshot, pair: str, rows: pd.DataFrame, series: pd.DataFrame,
    picked: tuple[date, date] | None, day: date, half_life: int,
) -> None:  # fmt: skip
    """The table of signals and, under it, the one that is open."""
    st.header("The evidence", anchor=False)
    if rows.empty:
        st.info("No signal in these days.", icon=":material/search_off:")
        if picked is not None and st.button("Show the whole window", key="widen_range"):
            pick(None, None)
            st.rerun()
        return
    st.caption(why(rows, series, picked, day, half_life))
    kept = rows.head(MAX_ROWS)
    if len(rows) > MAX_ROWS:
        st.caption(
            f"The {MAX_ROWS} that count most of {len(rows):,}; the others add "
            f"{text.signed(float(rows['contribution'].iloc[MAX_ROWS:].sum()), 2)}. Narrow the "
            "range to see them, or take them all from the Data page."
        )
    table = tables.evidence_table(kept, marking.verdicts(kept))
    names = list(kept["article_id"].astype(str) + ":" + kept["seq"].astype(str))
    key = f"evidence_{pair}_{day}_{picked is None}"
    st.dataframe(
        table, column_config=EVIDENCE_CONFIG, hide_index=True,
        on_select=lambda: row_chosen(key, names), selection_mode="single-cell", key=key,
        height=page.height(len(table), 12.5), placeholder="",
        alt="Signals with date, headline, outlet, direction, theme, status and contribution.",
    )  # fmt: skip
    page.download(
        lambda: table, f"evidence-{pair}", f"Evidence for {pair} as shown", snap, label="evidence",
        pair=pair, window=[str(rows["day"].min().date()), str(day)], half_life_days=half_life,
    )  # fmt: skip
    wanted = st.query_params.get("ev")
    reading.opened(snap, kept, names.index(wanted) if wanted in names else 0, day)


def why(
    rows: pd.DataFrame, series: pd.DataFrame, picked: tuple[date, date] | None, day: date,
    half_life: int,
) -> str:  # fmt: skip
    """How the contributions of the table relate to the figure."""
    on_day = series[series["day"] <= pd.Timestamp(day)]
    value = float(on_day["tension"].iloc[-1]) if len(on_day) else float("nan")
    total = float(rows["contribution"].sum())
    if pd.isna(value):
        return f"On {text.day_words(day)} there were too few stories for a figure."
    words = f"Tension on {text.day_words(day)} is **{text.signed(value, 1)}**. "
    if picked is None:
        return words + (
            f"The contributions below add up to it: {text.signed(total, 1)}. A story counts half "
            f"after {half_life} days and not at all after {index.horizon_days(half_life)}."
        )
    return words + (
        f"The stories of {text.short_day(picked[0])} to {text.short_day(picked[1])} contribute "
        f"{text.signed(total, 1)} of it; older ones the rest."
    )


def row_chosen(key: str, names: list[str]) -> None:
    """Write the signal of the chosen row to the address."""
    row = tables.chosen_row(st.session_state[key]["selection"])
    if row is not None and row < len(names):
        st.query_params["ev"] = names[row]


main()
page.foot()
