"""Compare: up to six pairs side by side on the same axes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import controls, data, grids, page, tables, text
from dashboard.data import Snapshot

MOST = 6


def main() -> None:
    """The whole page."""
    snap = page.head("Compare")
    scores = data.recent_scores(*data.recent_key(snap))
    known = [str(pair) for pair in scores["pair"].value_counts().index]
    if not known:
        st.info("There is no pair to compare yet.", icon=":material/search_off:")
        return
    pairs = picker(known)
    left, right = st.columns(2)
    with left:
        choice = controls.window()
    with right:
        half_life = controls.half_life()
    if not pairs:
        st.info("Choose a pair, or a few.", icon=":material/add:")
        return
    start, end = controls.window_days(choice, snap.first, snap.today)
    try:
        series = {
            pair: data.pair_series(*data.key_of(snap), pair, start, end, half_life)
            for pair in pairs
        }
    except data.READ_ERRORS as error:
        page.read_failed(error)
        return
    if all(frame["state"].eq("gap").all() for frame in series.values()):
        page.nothing_in_window("None of these pairs has a figure in this window.", "all", "w")
        return
    drawing(snap, series, half_life)


def picker(known: list[str]) -> list[str]:
    """The pairs to compare, kept in the URL; the busiest four to begin with."""
    if "compare_choice" not in st.session_state:
        asked = controls.from_url_list("pairs", known)[:MOST]
        st.session_state["compare_choice"] = list(asked or known[:4])
    chosen = st.multiselect(
        f"Pairs, up to {MOST}", known, key="compare_choice", max_selections=MOST,
        format_func=text.pair_title,
    )  # fmt: skip
    if st.query_params.get("pairs") != (",".join(chosen) or None):
        controls.put_list("pairs", chosen)
    return list(chosen)


def drawing(snap: Snapshot, series: dict[str, pd.DataFrame], half_life: int) -> None:
    """The small multiples and, below, the last values as a table."""
    columns = 3 if len(series) > 4 else 2 if len(series) > 1 else 1
    st.plotly_chart(
        grids.multiples_figure(series, columns), key="multiples",
        config={"displayModeBar": False},
        alt="Tension of " + ", ".join(map(text.pair_title, series)) + " on the same axes.",
    )  # fmt: skip
    st.caption(
        "The same scale everywhere, zero heavy. Grey band: 90 % interval. Dotted: fewer "
        "than 3 recent stories. No line: too few to say."
    )
    page.download(
        lambda: tables.compared_table(series), f"compare-series-{snap.today}",
        "Tension of the compared pairs as drawn", snap, label="lines", pairs=list(series),
        half_life_days=half_life,
    )  # fmt: skip
    table = latest(series)
    st.dataframe(
        table, hide_index=True, placeholder=text.DASH, key="latest",
        column_config={
            "pair": st.column_config.TextColumn("Code"),
            "name": st.column_config.TextColumn("Pair"),
            "tension": st.column_config.NumberColumn("Tension", format="%+.1f"),
            "low": st.column_config.NumberColumn("90 % low", format="%+.1f"),
            "high": st.column_config.NumberColumn("90 % high", format="%+.1f"),
            "reading": st.column_config.TextColumn("Reads as"),
            "highest": st.column_config.NumberColumn("Highest shown", format="%+.1f"),
            "lowest": st.column_config.NumberColumn("Lowest shown", format="%+.1f"),
            "stories": st.column_config.NumberColumn("Stories"),
            "confidence": st.column_config.TextColumn("Confidence"),
        },
        alt="Last values of the compared pairs.",
    )  # fmt: skip
    page.download(
        lambda: table, f"compare-{snap.today}", "Last values of the compared pairs", snap,
        pairs=list(series), half_life_days=half_life,
    )  # fmt: skip


def latest(series: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Last, highest and lowest values, one row a pair."""
    rows = []
    for pair, frame in series.items():
        now = frame.iloc[-1]
        rows.append(
            {
                "pair": pair,
                "name": text.pair_title(pair),
                "tension": now["tension"],
                "low": now["low"],
                "high": now["high"],
                "reading": text.level_words(now["tension"]),
                "highest": frame["tension"].max(),
                "lowest": frame["tension"].min(),
                "stories": int(now["stories"]),
                "confidence": text.confidence_words(now["low"], now["high"], now["state"]),
            }
        )
    table = pd.DataFrame(rows)
    numbers = ["tension", "low", "high", "highest", "lowest"]
    table[numbers] = table[numbers].round(1)
    return table


main()
page.foot()
