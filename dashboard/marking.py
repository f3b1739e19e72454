"""Readers' marks: made here, kept in the address, taken away as a file for the next refresh.

The dashboard writes nothing to the store. A tab holds its marks in the address (``marks=``
article, fingerprint of the signal, first letter of the verdict), so that a reload or a
sent link loses none. The file names each signal by what it says; a refresh applies it and
from then on every reader sees the mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import controls, data, evidence, text
from dashboard.data import Snapshot
from pipeline.config import ConfigError
from pipeline.marks import VERDICTS, Key, Mark, as_yaml

PARAMETER = "marks"
#: Marks that an address can hold.
MOST = 60
_LETTERS = {verdict[0]: verdict for verdict in VERDICTS}

#: (article_id, fingerprint) → verdict.
Pending = dict[tuple[str, str], str]


def key_of(row: Any) -> Key:
    """What a mark names a signal by: as the scorer found it, before any mark turned it."""
    source, target = str(row.source), str(row.target)
    if row.mark == "misdirected":
        source, target = target, source
    return (
        str(row.article_id), str(row.sentence), source, target, str(row.root), str(row.theme)
    )  # fmt: skip


def fingerprint(key: Key) -> str:
    """A short name of a signal that a new scorer does not change."""
    return hashlib.sha256("\x1f".join(key).encode()).hexdigest()[:10]


def pending() -> Pending:
    """The marks of this tab, from the address or the page before; nonsense is left out."""
    raw = st.query_params.get(PARAMETER) or st.session_state.get(f"kept_{PARAMETER}") or ""
    found: Pending = {}
    for item in str(raw).split(",")[:MOST]:
        article_id, _, rest = item.partition(".")
        print_, _, letter = rest.partition(".")
        if article_id.isalnum() and print_.isalnum() and letter in _LETTERS:
            found[(article_id, print_)] = _LETTERS[letter]
    return found


def put(marks: Pending) -> None:
    """Write the marks to the address."""
    value = ",".join(f"{a}.{f}.{verdict[0]}" for (a, f), verdict in marks.items())
    controls.keep(PARAMETER, value)
    if not value:
        st.query_params.pop(PARAMETER, None)
    elif st.query_params.get(PARAMETER) != value:
        st.query_params[PARAMETER] = value


def say(row: Any, verdict: str | None) -> None:
    """Mark a signal, or with None forget what this tab said of it."""
    marks = pending()
    place = (str(row.article_id), fingerprint(key_of(row)))
    if verdict is None:
        marks.pop(place, None)
    elif len(marks) < MOST or place in marks:
        marks[place] = verdict
    put(marks)


def verdicts(rows: pd.DataFrame) -> list[str]:
    """What this tab says of each row of full signals: a verdict or ""."""
    marks = pending()
    if not marks:
        return [""] * len(rows)
    ids = {article_id for article_id, _ in marks}
    return [
        marks.get((row.article_id, fingerprint(key_of(row))), "") if row.article_id in ids else ""
        for row in rows.itertuples(index=False)
    ]


def buttons(snap: Snapshot, row: Any) -> None:
    """Under an open signal: what readers say of it, and ways to say something."""
    _in_force(snap, row)
    said = pending().get((str(row.article_id), fingerprint(key_of(row))))
    if said is not None:
        words = {"right": "not marked after all"}.get(said, said)
        st.info(
            f"You marked this signal: {words}. It counts as before until you download your "
            "marks (above, right) and the next refresh applies them.",
            icon=":material/flag:",
        )
        st.button("Undo", key="mark_undo", on_click=say, args=(row, None))
        return
    if snap.as_of is not None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Is this signal right?")
        if row.mark:
            st.button("Take the mark back", key="mark_right", on_click=say, args=(row, "right"))
            return
        st.button(
            "Mark as wrong", key="mark_wrong", on_click=say, args=(row, "wrong"),
            help="The sentence does not tell this act of these two. It will not count.",
        )  # fmt: skip
        st.button(
            "Mark as misdirected", key="mark_misdirected", on_click=say,
            args=(row, "misdirected"), disabled=row.direction == "both",
            help="The act is right, but it is the other side that acts.",
        )  # fmt: skip


def _in_force(snap: Snapshot, row: Any) -> None:
    """A mark that a refresh has applied: who, when, since which run."""
    if not row.mark:
        return
    try:
        marks = data.marks(*data.key_of(snap))
    except data.READ_ERRORS:
        marks = pd.DataFrame(columns=["article_id", "seq"])
    found = marks[(marks["article_id"] == row.article_id) & (marks["seq"] == row.seq)]
    words = text.VERDICT_WORDS[row.mark].capitalize()
    if len(found):
        mark = found.iloc[0]
        by = f" by {text.printable(mark['marked_by'], 80)}" if mark["marked_by"] else ""
        words += f" ({text.short_day(mark['marked_at'])}{by}, since run {mark['run_id']})"
        if mark["note"]:
            words += f": {text.printable(mark['note'], 300)}"
    st.info(text.escaped(words), icon=":material/flag:")


def tray(snap: Snapshot) -> None:
    """The marks of this tab, to look through and to take away; nothing without any."""
    marks = pending()
    if not marks:
        return
    # Into the address of a page just gone to, or from the address of a page just opened.
    put(marks)
    try:
        found = {place: looked_up(snap, *place) for place in marks}
    except data.READ_ERRORS:
        st.caption("Your marks could not be looked up just now.")
        return
    # A refresh has applied these: every reader sees them, so the tab may forget them.
    done = [p for p, row in found.items() if row is not None and _held(row) == marks[p]]
    for place in done:
        del marks[place]
    if done:
        put(marks)
    if not marks:
        return
    with st.popover(f"Your marks: {len(marks)}", icon=":material/flag:", width="content"):
        _listed(snap, marks, found)


def looked_up(snap: Snapshot, article_id: str, wanted: str) -> Any:
    """The full signal of an article with a fingerprint, or None."""
    rows = data.article_signals(*data.key_of(snap), article_id)
    found = (row for row in rows.itertuples(index=False) if fingerprint(key_of(row)) == wanted)
    return next(found, None)


def _held(row: Any) -> str:
    return str(row.mark) or "right"


def _listed(snap: Snapshot, marks: Pending, found: dict[tuple[str, str], Any]) -> None:
    st.caption(
        "Kept in this tab's address. Download the file and put it where [scoring] marks in "
        "tension.toml points; the next refresh applies it for every reader."
    )
    items = "".join(
        f"<li><b>{evidence.safe(verdict)}</b> {evidence.safe(_about(found[place]))}</li>"
        for place, verdict in marks.items()
    )
    st.html(f'<ul class="story">{items}</ul>')
    by = st.text_input("Your name, for the file", key="mark_by", max_chars=80)
    note = st.text_input("Why, for the file", key="mark_note", max_chars=300)
    left, right = st.columns(2)
    rows = [(found[place], verdict) for place, verdict in marks.items() if found[place] is not None]
    left.download_button(
        "Download", icon=":material/download:", mime="application/yaml", key="mark_file",
        file_name=f"marks-{data.now():%Y%m%d-%H%M}.yaml", on_click="ignore", type="primary",
        data=lambda: file_of(rows, data.now(), by or "", note or ""), disabled=not rows,
    )  # fmt: skip
    right.button("Forget all", key="mark_forget", on_click=put, args=({},))
    try:
        if data.settings().scoring.marks is None:
            st.caption(
                "Nobody has named a place for marks yet: a line marks = … under [scoring] does."
            )
    except ConfigError:
        pass


def _about(row: Any) -> str:
    if row is None:
        return "a signal that is not found any more"
    who = text.acting(row.source, row.target, row.direction)
    return f"{who}, {text.theme_label(row.theme)}: {text.printable(row.sentence, 120)}"


def file_of(rows: Sequence[tuple[Any, str]], now: datetime, by: str, note: str) -> bytes:
    """The overlay file of marked signals."""
    marks = []
    for row, verdict in rows:
        article, sentence, source, target, root, theme = key_of(row)
        marks.append(
            Mark(verdict, article, sentence, source, target, root, theme, now, note, by)  # type: ignore[arg-type]
        )
    return as_yaml(marks)
