"""Controls that several pages share. Each is kept in the URL, and through a page change.

Widgets whose options read well in an address are bound by streamlit
(``bind="query-params"``); pairs are written there by code, ``?pair=RUS-USA``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard import data, text
from pipeline.config import ConfigError

HALF_LIVES = (7, 14, 30, 90)
#: Option of the Overview → days compared with the days before.
PERIODS = {"day": 1, "week": 7, "month": 30}
#: Weeks that the heatmap may show.
WEEKS = (13, 26, 52)
#: Option of a chart → days it shows; 0 is everything.
WINDOWS = {"90d": 90, "1y": 365, "2y": 730, "5y": 1826, "all": 0}


def kept(key: str, default: Any = None) -> None:
    """Bring a bound widget's value over from the page before, unless the URL has one.

    Moving through the navigation clears the address; a reader who set a half-life on
    one page expects it on the next.
    """
    if key in st.session_state or key in st.query_params:
        return
    value = st.session_state.get(f"kept_{key}")
    # A default stays out of the address.
    if value is not None and value != default:
        st.session_state[key] = value


def keep(key: str, value: Any) -> Any:
    """Remember a value for ``kept`` and give it back."""
    st.session_state[f"kept_{key}"] = value
    return value


def _choice(label: str, options: Sequence[Any], default: Any, key: str, help: str) -> Any:
    kept(key, default)
    if key not in st.query_params and st.session_state.get(key) == default:
        # Set by code, a default would go into the address and take a press of Back.
        del st.session_state[key]
    value = st.segmented_control(
        label, options, key=key, bind="query-params", help=help, required=True,
        default=None if key in st.session_state else default,
    )  # fmt: skip
    return keep(key, value if value in options else default)


def half_life() -> int:
    """How fast stories fade, in days."""
    try:
        configured = round(data.settings().index.half_life_days)
    except ConfigError:
        configured = 14
    options = sorted({*HALF_LIVES, configured})
    words = "After this many days a story counts half. Short follows the news, long is calm."
    return int(_choice("Half-life, days", options, configured, "h", words))


def period() -> int:
    """The Overview's comparison, in days."""
    words = "The last day, week or month against the one before it."
    return PERIODS[str(_choice("Change over a", list(PERIODS), "week", "d", words))]


def weeks_wanted() -> int:
    """How many weeks ``weeks`` is going to give, before it is drawn."""
    raw = st.session_state.get("weeks") or st.query_params.get("weeks")
    raw = raw or st.session_state.get("kept_weeks")
    return int(raw) if str(raw).isdigit() and int(raw) in WEEKS else WEEKS[0]


def weeks() -> int:
    """How many weeks the heatmap shows."""
    words = "How many weeks back the table of weeks goes."
    return int(_choice("Weeks", list(WEEKS), WEEKS[0], "weeks", words))


def window(default: str = "1y", key: str = "w") -> str:
    """The stretch of time a chart shows, as a key of ``WINDOWS``."""
    words = "How far back the chart goes from the newest day."
    return str(_choice("Show", list(WINDOWS), default, key, words))


def window_days(choice: str, first: date, today: date) -> tuple[date, date]:
    """First and last day of a window that ends today, never before the first article."""
    days = WINDOWS[choice]
    start = first if not days else max(first, today - timedelta(days=days - 1))
    return min(start, today), today


def search() -> str:
    """Words that a pair's name or code must hold."""
    kept("q")
    found = st.text_input(
        "Find", key="q", bind="query-params", placeholder="country or code", max_chars=60
    )
    return str(keep("q", found or ""))


def as_of(today: date, first: date) -> None:
    """A control that takes the page back to what was known on an earlier day."""
    chosen = from_url_day("asof")
    label = "As of: latest" if chosen is None else f"As of: {text.short_day(chosen)}"
    with st.popover(label, width="content"):
        st.caption(
            "Show what the index said on an earlier day: only runs completed by the end of "
            "that day, with the articles, stories and scorer they had."
        )
        day = st.date_input(
            "Day", value=chosen, min_value=first, max_value=max(today, data.now().date()),
            key="asof_day", format="YYYY-MM-DD",
        )  # fmt: skip
        left, right = st.columns(2)
        if left.button("Show", key="asof_show", disabled=day is None) and isinstance(day, date):
            go_to_day(day)
        if right.button("Latest", key="asof_latest", disabled=chosen is None):
            go_to_day(None)


def go_to_day(day: date | None) -> None:
    """Put the as-of day into the URL and run the page again."""
    keep("asof", day.isoformat() if day else None)
    if day is None:
        st.query_params.pop("asof", None)
    else:
        st.query_params["asof"] = day.isoformat()
    st.rerun()


def from_url_day(name: str) -> date | None:
    """A day from the URL, or None for none and for nonsense."""
    raw = st.query_params.get(name) or st.session_state.get(f"kept_{name}")
    try:
        return date.fromisoformat(raw) if raw else None
    except (TypeError, ValueError):
        return None


def from_url_list(name: str, known: Sequence[str], limit: int = 50) -> tuple[str, ...]:
    """A comma-separated list from the URL, reduced to what is known."""
    raw = st.query_params.get(name) or st.session_state.get(f"kept_{name}") or ""
    allowed = set(known)
    found = (item.strip().upper() for item in str(raw).split(",")[:limit])
    return tuple(dict.fromkeys(item for item in found if item in allowed))


def put_list(name: str, values: Sequence[str]) -> None:
    """Write a list to the URL, or take it out when it is empty."""
    keep(name, ",".join(values))
    if values:
        st.query_params[name] = ",".join(values)
    else:
        st.query_params.pop(name, None)


def current_pair(pairs: Sequence[str]) -> str:
    """The pair of the page, from the URL, the page before, or the first of ``pairs``."""
    wanted = str(st.query_params.get("pair") or st.session_state.get("kept_pair") or "").upper()
    wanted = "-".join(sorted(wanted.split("-"))) if wanted.count("-") == 1 else wanted
    return wanted if wanted in pairs else pairs[0]


def pair_picker(pairs: Sequence[str]) -> str:
    """A control for the pair of the page, kept in the URL."""
    current = current_pair(pairs)
    if st.session_state.get("pair_choice") not in pairs or "pair_shown" not in st.session_state:
        st.session_state["pair_choice"] = current
    elif st.session_state["pair_shown"] != current:
        # The address changed under the widget: a deep link into an open tab.
        st.session_state["pair_choice"] = current
    st.selectbox(
        "Pair", pairs, key="pair_choice", on_change=_pair_chosen,
        format_func=lambda pair: f"{text.pair_title(pair)}  ·  {pair}",
    )  # fmt: skip
    st.session_state["pair_shown"] = current
    if st.query_params.get("pair") != current:
        st.query_params["pair"] = current
    return str(keep("pair", current))


def _pair_chosen() -> None:
    chosen = st.session_state["pair_choice"]
    keep("pair", chosen)
    st.query_params["pair"] = chosen
    for name in ("from", "to", "ev"):
        st.query_params.pop(name, None)
    st.session_state["pair_shown"] = chosen
