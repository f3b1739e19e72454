"""One signal opened: its sentence, why it counts as it does, its story, its article."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, evidence, marking, text
from dashboard.data import Snapshot
from pipeline.records import STATUS_WEIGHT, Status


def opened(snap: Snapshot, rows: pd.DataFrame, place: int, day: date) -> None:
    """Show the signal at ``place`` of ``rows`` (as ``tables.weighed`` gives them)."""
    row = next(rows.iloc[[place]].itertuples(index=False))
    with st.container(border=True, key="opened"):
        st.text(text.printable(row.title, 300) or "(no headline)")
        st.html(evidence.sentence_html(row) + evidence.LEGEND)
        if int(row.story_articles) <= 1:
            _reasons(row, day)
        else:
            left, right = st.columns([3, 2], gap="large")
            with left:
                _reasons(row, day)
            with right:
                _story(snap, row)
        marking.buttons(snap, row)
        link = text.web_link(row.url)
        with st.container(horizontal=True, vertical_alignment="center"):
            if link is not None:
                st.link_button("Open the original", link, icon=":material/open_in_new:")
        with st.expander("The article as stored"):
            _article(snap, row)


def _reasons(row: Any, day: date) -> None:
    status = str(row.status)
    root = text.ROOT_WORDS.get(row.root, row.root)
    because = row.status_reason or "nothing in the sentence speaks against it"
    facts = [
        ("Act", f"{text.theme_label(row.theme)} ({root}, {row.polarity})"),
        ("Who", _who(row)),
        ("Status", f"{text.STATUS_EXPLAINED.get(status, status)} Because: {because}."),
        ("Says who", _attribution(str(row.attribution))),
        ("Found by", f"“{row.cue}” — {row.rule}"),
        ("Counts", _sum(row, status, day)),
    ]  # fmt: skip
    if int(row.story_articles) <= 1:
        facts.append(("Story", "Told by this article alone; no reprints were found."))
    if not pd.isna(row.event_date):
        facts.insert(3, ("Date of act", text.day_words(row.event_date)))
    rows = "".join(
        f"<tr><th>{name}</th><td>{evidence.safe(text.printable(value, 400))}</td></tr>"
        for name, value in facts
    )
    st.html(f'<table class="facts">{rows}</table>')


def _who(row: Any) -> str:
    def full(code: str, label: str) -> str:
        name = text.actor_name(code)
        return f"{name} (named as {label})" if label and label != name else name

    arrow = "and" if row.direction == "both" else "→"
    return f"{full(row.source, row.source_label)} {arrow} {full(row.target, row.target_label)}"


def _attribution(who: str) -> str:
    words = {"outlet": "the outlet itself", "source": "the acting side", "target": "the other side"}
    return words.get(who, f"a third party, {text.actor_name(who)}")


def _sum(row: Any, status: str, day: date) -> str:
    if row.mark == "wrong":
        return "0: a reader marked it wrong"
    weight = STATUS_WEIGHT[Status(status)]
    intensity, confidence = abs(row.intensity), row.confidence
    if not weight:
        return "0: shown, not counted"
    if not row.strength:
        return "0: the same act is told twice in this article and counts once"
    words = (
        f"intensity {intensity:g} × confidence {confidence:.2f} × status {weight:g} "
        f"= {intensity * confidence * weight:.2f}, faded to {row.weight:.2f} by "
        f"{text.day_words(day)}"
    )
    if pd.isna(row.contribution):
        return words
    return f"{words}: {text.signed(row.contribution, 2)} points of tension"


def _story(snap: Snapshot, row: Any) -> None:
    count = int(row.story_articles)
    st.caption(
        f"{text.counted(count, 'article')} from {text.counted(int(row.story_outlets), 'outlet')} "
        "tell this story. It counts once, through the earliest."
    )
    try:
        articles = data.story(*data.key_of(snap), str(row.story_id))
    except data.READ_ERRORS:
        st.caption("The list of reprints could not be read just now.")
        return
    shown = articles.head(12)
    items = "".join(
        f"<li>{evidence.safe(text.printable(a.outlet, 60))}, {a.published_at:%-d %b %Y %H:%M} UTC"
        f"{' (counts)' if a.representative else ''}</li>"
        for a in shown.itertuples()
    )
    more = f"<li>and {len(articles) - len(shown)} more</li>" if len(articles) > len(shown) else ""
    st.html(f'<ul class="story">{items}{more}</ul>')


def _article(snap: Snapshot, row: Any) -> None:
    try:
        found = data.article(snap.url, snap.mark, str(row.article_id))
    except data.READ_ERRORS:
        st.caption("The article could not be read just now.")
        return
    if found is None:
        st.caption("The article is not in the store.")
        return
    st.text(
        f"{text.printable(found['outlet'], 60)} · {found['published_at']:%-d %B %Y, %H:%M} UTC"
        + (f" · {text.SAMPLE_LABEL}" if found["illustrative"] else "")
    )
    marks = evidence.row_marks(row)
    st.html(evidence.article_html(found["body"], str(row.sentence), marks, found["title"]))
