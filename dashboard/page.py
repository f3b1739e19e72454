"""What every page has: its head, its states, its downloads, its foot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NoReturn

import pandas as pd
import streamlit as st

from dashboard import controls, data, downloads, evidence, login, marking, text
from dashboard.data import NoData, Snapshot
from pipeline.config import ConfigError
from pipeline.store import StoreMissing, StoreOutdated


def head(title: str | Callable[[Snapshot], str]) -> Snapshot:
    """Title, freshness, labels; stops the page with an explanation where there is no data.

    ``title`` may be made from the snapshot; then the page has none while there is no data.
    """
    st.html(evidence.STYLE)
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with left:
        place = st.empty()
        if isinstance(title, str):
            place.title(title, anchor=False)
    snap = _snapshot_or_stop()
    if not isinstance(title, str):
        place.title(title(snap), anchor=False)
    with left:
        _freshness(snap)
    with right, st.container(horizontal_alignment="right"):
        controls.as_of(snap.today, snap.first)
        marking.tray(snap)
    _warnings(snap)
    return snap


def _snapshot_or_stop() -> Snapshot:
    day = controls.from_url_day("asof")
    try:
        return data.snapshot(day)
    except NoData:
        if day is not None:
            st.info(
                f"Nothing was known yet on {text.day_words(day)}: no run had completed by then."
            )
            if st.button("Show the latest", key="state_latest"):
                controls.go_to_day(None)
            foot()
            st.stop()
        _no_database("The store is there, but no article in it has been scored yet.")
    except StoreMissing as error:
        _no_database(f"Looked for it at: {error.url}")
    except StoreOutdated as error:
        _cannot("The database belongs to another version of this program.", str(error))
    except ConfigError as error:
        _cannot("The settings file cannot be used.", str(error))
    except data.READ_ERRORS as error:
        _cannot("The database could not be read, and nothing was read before.", str(error))


def _no_database(where: str) -> NoReturn:
    st.header("There is no data yet", anchor=False)
    st.text("Fetch and score the articles of your sources with:")
    st.code("tension refresh", language="bash")
    st.text("To look around first, use the sample articles that come with the project:")
    st.code("tension refresh --config sample_data/tension.toml", language="bash")
    st.text("This page opens by itself when the first refresh has completed.")
    st.caption(text.escaped(where))
    foot()
    st.stop()


def _cannot(what: str, detail: str) -> NoReturn:
    st.error(what, icon=":material/error:")
    st.text(text.printable(detail, 500))
    if st.button("Try again", key="state_retry"):
        st.rerun()
    foot()
    st.stop()


def _freshness(snap: Snapshot) -> None:
    now = data.now()
    age = snap.age(now)
    words = (
        f"Today is **{text.day_words(snap.today)}**, the newest publication day in the store. "
        f"Refreshed {text.age_words(age)}."
    )
    st.markdown(words)
    badge = f'<span class="badge">{text.SAMPLE_LABEL}</span> &nbsp;' if snap.illustrative else ""
    st.html(f'<div class="legend">{badge}{text.DISCLAIMER}</div>')


def _warnings(snap: Snapshot) -> None:
    """An earlier day, a failed read, an old run: said before anything else."""
    age = snap.age(data.now())
    if snap.as_of is not None:
        st.info(
            f"As of {text.day_words(snap.as_of)}: what run {snap.run_id} knew, completed on "
            f"{text.day_words(snap.run.committed_at)}.",
            icon=":material/history:",
        )
    elif snap.failed:
        st.warning(
            "The database cannot be read just now. What you see was read before: "
            f"run {snap.run_id}, completed {text.age_words(age)}.",
            icon=":material/warning:",
        )
    elif age > data.STALE_AFTER:
        st.warning(
            f"This is old: the last refresh completed {text.age_words(age)}. "
            "Run `tension refresh`, or `tension schedule` to keep it fresh.",
            icon=":material/schedule:",
        )


def nothing_in_window(what: str, wider: str | None, key: str) -> None:
    """The state of a window without data; a button widens it where it can be widened."""
    st.info(what, icon=":material/search_off:")
    if wider is not None:
        st.button(f"Show {wider}", key=f"widen_{key}", on_click=_widen, args=(key, wider))


def _widen(key: str, wider: str) -> None:
    st.session_state[key] = wider
    controls.keep(key, wider)


def read_failed(error: Exception) -> None:
    """A part of a page that could not be read; the rest stays."""
    st.warning(
        "This part could not be read from the database. The rest of the page is as it was read "
        "before.",
        icon=":material/warning:",
    )
    st.caption(text.escaped(str(error))[:300])


def foot() -> None:
    """The last line of every page."""
    st.divider()
    st.caption(
        f"{text.DISCLAIMER} Tension runs from {text.MINUS}100 (cooperative) to +100 "
        "(adversarial). How it is made, and what it cannot tell, is on the Method page."
    )
    login.who()


def facts(snap: Snapshot, **more: Any) -> Mapping[str, Any]:
    """What a download's description says of where the figures come from."""
    return {
        "scorer": snap.run.scorer_id,
        "run": snap.run_id,
        "run_completed_at": snap.run.committed_at.isoformat(timespec="seconds"),
        "today": snap.today.isoformat(),
        "sample_data": snap.illustrative,
        **more,
    }


def download(
    make: Callable[[], pd.DataFrame], name: str, what: str, snap: Snapshot, label: str = "table",
    **more: Any,
) -> None:  # fmt: skip
    """A menu with a shown table as CSV, its description, and both in a ZIP.

    ``label`` tells the menus of a page apart: "Download evidence".
    """
    files = downloads.makers(make, name, what, data.now(), facts(snap, **more))
    labels = {
        ".csv": ("Table (CSV)", "text/csv"),
        ".meta.json": ("Description (JSON)", "application/json"),
        ".zip": ("Both (ZIP)", "application/zip"),
    }
    with st.popover(f"Download {label}", icon=":material/download:"):
        st.caption("Exactly the rows, columns and digits shown here.")
        for suffix, (words, mime) in labels.items():
            st.download_button(
                words, data=files[suffix], file_name=name + suffix, mime=mime,
                key=f"get_{name}{suffix}", on_click="ignore", type="tertiary",
            )  # fmt: skip


def height(rows: int, most: float, row: int = 33) -> int | Literal["content"]:
    """The height of a table that shows ``most`` rows before it scrolls.

    A half row at the foot says that there are more.
    """
    return "content" if rows <= most else int(row * most) + 34
