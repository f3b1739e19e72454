"""Overview: what changed, which pair, and which sentence is to blame."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import controls, data, evidence, grids, page, sparks, tables, text
from pipeline import index
from pipeline.config import ConfigError

GRID_PAIRS, MATRIX_ACTORS = 16, 14
COLUMNS = {
    "rank": st.column_config.NumberColumn("No.", width=45),
    "name": st.column_config.TextColumn("Pair", width=200),
    "change": st.column_config.NumberColumn("Change", format="%+.1f", width=80),
    "direction": st.column_config.TextColumn(
        "Direction", width=165,
        help="A filled arrow: the 90 % interval of the change excludes zero. A hollow one: "
        "it may be chance.",
    ),
    "tension": st.column_config.NumberColumn(
        "Tension", format="%+.1f", width=80,
        help="−100 cooperative … +100 adversarial, recent stories weigh most.",
    ),
    "reading": st.column_config.TextColumn("Reads as", width=150),
    "picture": st.column_config.ImageColumn(
        "Last 90 days", width=200,
        help="One scale for all, −100 (bottom) to +100 (top). No line: too few stories.",
    ),
    "stories": st.column_config.NumberColumn(
        "Stories", width=70, help="Stories that enter the tension figure; reprints count once."
    ),
    "confidence": st.column_config.TextColumn(
        "Confidence", width=100,
        help="From the width of the 90 % interval: firm (up to 30 points), fair (60), rough. "
        "Thin: fewer than 3 recent stories. Gap: too few for a figure.",
    ),
}  # fmt: skip

ALERT_COLUMNS = {
    "rank": st.column_config.NumberColumn("No.", width=45),
    "name": st.column_config.TextColumn("Pair", width=230),
    "measure": st.column_config.TextColumn("Measure", width=250),
    "value": st.column_config.NumberColumn("Value", format="%+.1f", width=90),
    "threshold": st.column_config.NumberColumn("Alert at", format="%+g", width=90),
    "since": st.column_config.DateColumn("Since", format="D MMM YYYY", width=130),
}


def main() -> None:
    """The whole page."""
    snap = page.head("What changed")
    one, two, three, four = st.columns([1.5, 1.7, 1.6, 3])
    with one:
        days = controls.period()
    with two:
        half_life = controls.half_life()
    with three:
        search = controls.search()
    try:
        ranked = tables.by_evidence(data.overview(data.recent_key(snap), days, half_life))
    except data.READ_ERRORS as error:
        page.read_failed(error)
        return
    if ranked["state"].eq("gap").all() and ranked["change"].isna().all():
        st.info("No pair has had a counting story lately.", icon=":material/search_off:")
    leads(snap, ranked, days)
    alerts(snap)
    with four:
        watch = watchlist(sorted(ranked["pair"], key=text.pair_title))
    lively = tables.lively(ranked, watch)
    # Words to find look everywhere: a quiet pair that is asked for by name is shown.
    left, right = st.columns([3, 1.4], vertical_alignment="bottom")
    with right:
        quiet = quiet_too(len(ranked) - len(lively))
    table = tables.overview_table(ranked if search or quiet else lively, watch, search)
    with left:
        st.caption(
            f"{text.counted(len(table), 'pair')}. Change over the last {text.period_words(days)}: "
            "clear changes first, those from fewer than 3 stories last. Click a row to see why."
        )
    pairs_table(table)
    page.download(
        lambda: table, f"overview-{snap.today}", "Tension, change and counts of every pair", snap,
        change_over_days=days, half_life_days=half_life, search=search,
    )  # fmt: skip
    grid(snap, list(table["pair"].head(GRID_PAIRS)), ranked)


def leads(snap: data.Snapshot, ranked: pd.DataFrame, days: int) -> None:
    """The pair that worsened most and the one that eased most, each with its sentence."""
    worse = ranked[ranked["change"] >= text.LITTLE].head(1)
    eased = ranked[ranked["change"] <= -text.LITTLE].head(1)
    columns = st.columns(2, gap="large")
    for column, rows, verb, polarity in (
        (columns[0], worse, "Worsened", "adversarial"),
        (columns[1], eased, "Eased", "cooperative"),
    ):
        with column, st.container(border=True, height="content" if rows.empty else "stretch"):
            if rows.empty:
                st.caption(
                    f"No pair {verb.lower()} noticeably over the last {text.period_words(days)}."
                )
            else:
                lead(snap, rows.iloc[0], days, verb, polarity)


def lead(snap: data.Snapshot, row: pd.Series, days: int, verb: str, polarity: str) -> None:
    """One pair, how it moved, and the sentence that weighs most in it."""
    pair = str(row["pair"])
    few = ", from few stories" if row["change_state"] == "thin" else ", but it may be chance"
    sure = "" if row["clear"] else few
    arrow = {True: "▲▼", False: "△▽"}[bool(row["clear"])][int(row["change"] < 0)]
    st.html(
        f'<div class="lead"><span class="how">{arrow} {verb} most this '
        f'{text.period_words(days)}{sure}</span><br>'
        f'<span class="who">{evidence.safe(text.pair_title(pair))}</span><br>'
        f'<span class="how">{text.signed(row["change"])} points '
        f'(90 %: {text.between(row["change_low"], row["change_high"], sign=True)}), '
        f'{text.counted(int(row["stories_now"]), "story")} against '
        f'{int(row["stories_before"])} before</span></div>'
    )  # fmt: skip
    try:
        found, gone = to_blame(snap, pair, days, polarity)
    except data.READ_ERRORS as error:
        page.read_failed(error)
        return
    if found is not None:
        if gone:
            st.caption(
                f"Nothing {polarity} in the last {text.period_words(days)}: what stopped counting "
                f"is {found.polarity} news of the {text.period_words(days)} before, above all:"
            )
        st.html(evidence.sentence_html(found))
        st.caption(
            text.escaped(
                f"{text.printable(found.outlet, 60)}, {text.short_day(found.day)} · "
                f"{text.theme_label(found.theme)} · {text.STATUS_WORDS[found.status]}"
            )
        )
    if st.button(f"See why: {text.pair_title(pair)}", key=f"lead_{verb}", type="tertiary",
                 icon=":material/arrow_forward:"):  # fmt: skip
        open_pair(pair)


def to_blame(snap: data.Snapshot, pair: str, days: int, polarity: str) -> tuple[Any, bool]:
    """The signal that weighs most in a change, and whether it lies in the period before.

    A pair also worsens when its cooperative news ends: then no sentence of the period is
    to blame, and the strongest of those that ended is.
    """
    start = snap.today - timedelta(days=days - 1)
    key = data.key_of(snap)
    found = tables.strongest(data.evidence(*key, pair, start, snap.today), polarity)
    if found is not None:
        return found, False
    other = "cooperative" if polarity == "adversarial" else "adversarial"
    day = timedelta(days=1)
    before = data.evidence(*key, pair, start - days * day, start - day)
    return tables.strongest(before, other), True


def alerts(snap: data.Snapshot) -> None:
    """The alerts that are open today, folded up; a row opens its pair."""
    try:
        table = tables.alerts_table(data.open_alerts(snap))
    except (*data.READ_ERRORS, ConfigError) as error:
        page.read_failed(error)
        return
    if table.empty:
        return
    newest = table.iloc[0]
    more = f" and {len(table) - 1} more" if len(table) > 1 else ""
    label = f"{text.counted(len(table), 'open alert')}: {newest['name']}{more}"
    with st.expander(label, icon=":material/notifications:"):
        st.caption(
            "Pairs at or above a threshold of the settings, newest first. An alert stays open "
            "until the value has fallen clearly below it. Click a row to see why."
        )
        event = st.dataframe(
            table, column_config={**ALERT_COLUMNS, "pair": None}, hide_index=True,
            column_order=list(ALERT_COLUMNS), on_select="rerun", selection_mode="single-cell",
            key="alerts", height=page.height(len(table), 8.5), placeholder=text.DASH,
            alt="Open alerts with value, threshold and since when; select a row to open its pair.",
        )  # fmt: skip
        page.download(lambda: table, f"alerts-{snap.today}", "Open alerts", snap, label="alerts")
    row = tables.chosen_row(event.selection)
    if row is not None and row < len(table):
        open_pair(str(table["pair"].iloc[row]))


def watchlist(pairs: list[str]) -> tuple[str, ...]:
    """The pairs a reader wants on top, kept in the URL."""
    current = controls.from_url_list("watch", pairs)
    if "watch_choice" not in st.session_state:
        st.session_state["watch_choice"] = list(current)
    chosen = st.multiselect(
        "Watchlist", pairs, key="watch_choice",
        format_func=text.pair_title, placeholder="pairs to keep on top",
        on_change=lambda: controls.put_list("watch", st.session_state["watch_choice"]),
    )  # fmt: skip
    if chosen and not st.query_params.get("watch"):
        controls.put_list("watch", chosen)
    return tuple(chosen)


def quiet_too(count: int) -> bool:
    """Whether pairs without a figure are listed too."""
    if not count:
        return False
    controls.kept("quiet")
    why = "Pairs with too few recent stories for a figure, and without a change to show."
    label = f"Show {text.counted(count, 'quiet pair')} too"
    chosen = st.toggle(label, key="quiet", bind="query-params", help=why)
    return bool(controls.keep("quiet", chosen))


def pairs_table(table: pd.DataFrame) -> None:
    """The sortable table; a click on a row opens its pair."""
    if table.empty:
        st.info("No pair fits these words.", icon=":material/search_off:")
        return
    config = {**COLUMNS, **{name: None for name in table.columns if name not in COLUMNS}}
    event = st.dataframe(
        table.assign(picture=[sparks.data_uri(line) for line in table["last_90_days"]]),
        column_config=config, column_order=list(COLUMNS), hide_index=True, on_select="rerun",
        selection_mode="single-cell", key="pairs", row_height=38,
        height=page.height(len(table), 15.5, row=38), placeholder=text.DASH,
        alt="Pairs with their tension, its change and the last 90 days; select a row to open it.",
    )  # fmt: skip
    row = tables.chosen_row(event.selection)
    if row is not None and row < len(table):
        open_pair(str(table["pair"].iloc[row]))


def open_pair(pair: str) -> None:
    """Go to the pair's page, its name in the address."""
    controls.keep("pair", pair)
    st.switch_page("views/pair.py", query_params={"pair": pair})


def grid(snap: data.Snapshot, pairs: list[str], ranked: pd.DataFrame) -> None:
    """Pair × week and actor × actor."""
    if not pairs:
        return
    scores = data.recent_scores(*data.recent_key(snap))
    wanted = controls.weeks_wanted()
    # Beside each other while the weeks are few, else below each other.
    if wanted == controls.WEEKS[0]:
        left, right = st.columns([11, 9], gap="large")
    else:
        left, right = st.container(), st.columns([11, 9])[0]
    with left:
        st.header("Week by week", anchor=False)
        count = controls.weeks()
        st.caption(
            f"Tension of each of the last {count} weeks on its own, for the pairs on top of "
            "the table. Empty: no story that week."
        )
        weeks = index.heatmap(scores, pairs, snap.today, weeks=count)
        with st.container(key="scroll_heatmap"):
            st.plotly_chart(
                grids.heatmap_figure(weeks), key=f"heatmap_{count}",
                config={"displayModeBar": False},
                alt="Heatmap of weekly tension by pair; the numbers are in the cells.",
            )  # fmt: skip
        page.download(
            lambda: tables.weeks_table(weeks),
            f"weeks-{snap.today}",
            "Weekly tension as shown",
            snap,
            label="weeks",
        )
    with right:
        st.header("Who with whom", anchor=False)
        st.caption("Tension today between the actors most in the news. Empty: too few stories.")
        actors = busiest(ranked, MATRIX_ACTORS)
        matrix = index.matrix(ranked, actors)
        with st.container(key="scroll_matrix"):
            st.plotly_chart(
                grids.matrix_figure(matrix), key="matrix",
                config={"displayModeBar": False},
                alt="Actor by actor matrix of tension; the numbers are in the cells.",
            )  # fmt: skip
        page.download(
            lambda: tables.matrix_table(matrix), f"matrix-{snap.today}",
            "Tension between actors as shown", snap, label="matrix",
        )  # fmt: skip


def busiest(ranked: pd.DataFrame, top: int) -> list[str]:
    """The actors with the most stories in pairs that are not gaps, by name."""
    live = ranked[ranked["state"] != "gap"]
    count: dict[str, int] = {}
    for pair, stories in zip(live["pair"], live["stories"], strict=True):
        for actor in str(pair).split("-"):
            count[actor] = count.get(actor, 0) + int(stories)
    most = sorted(count, key=lambda code: (-count[code], code))[:top]
    return sorted(most, key=text.actor_name)


main()
page.foot()
