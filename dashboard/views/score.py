"""Score a text: paste an article, see every signal and why, and what was ignored."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import data, evidence, page, text
from pipeline.config import ConfigError
from pipeline.records import STATUS_WEIGHT, Sentence, Signal
from pipeline.score_text import ScoredText, score_text

LIMIT = 40_000
EXAMPLE_DAY = date(2022, 1, 18)
EXAMPLE = """\
Moscow and Washington prepare a second round in Geneva

GENEVA, Jan 18 (Meridian Wire) — Russia and the United States agreed on Tuesday to hold a second \
round of talks on security guarantees, officials on both sides said.

Hours earlier the Kremlin had accused Washington of pouring weapons into Ukraine. The United \
States rejected the accusation and warned Russia that it would impose sweeping sanctions if its \
troops crossed the border.

A senior Russian official denied that Moscow had moved tanks into Belarus. Britain, meanwhile, \
delivered anti-tank missiles to Ukraine, and Ukraine could expel Russian diplomats next week, a \
newspaper in Kyiv reported.

In 2014 Russia seized Crimea from Ukraine. Analysts said the new talks might lower the temperature.

Read more: ski resorts of the Alps, from France to Austria.
"""
SIGNAL_CONFIG = {
    "acting": st.column_config.TextColumn("Who → whom", width=110),
    "theme": st.column_config.TextColumn("Theme", width=150),
    "polarity": st.column_config.TextColumn("Polarity", width=110),
    "status": st.column_config.TextColumn("Status", width=170),
    "why": st.column_config.TextColumn("Because", width=250),
    "strength": st.column_config.NumberColumn("Counts", format="%.2f", width=80),
    "sentence": st.column_config.TextColumn("Sentence", width=400),
}


def main() -> None:
    """The whole page. It needs no store."""
    st.html(evidence.STYLE)
    st.title("Score a text", anchor=False)
    st.markdown(
        "Paste a news report in English. Every act of one state towards another that it tells is "
        "marked, with the reason, and so is what looked like one and was left out. Nothing is "
        "stored."
    )
    st.html(f'<div class="legend">{text.DISCLAIMER}</div>')
    if st.button("Try an example", key="example", icon=":material/lightbulb:"):
        st.session_state["pasted"] = EXAMPLE
        st.session_state["pasted_day"] = EXAMPLE_DAY
        st.session_state["score_it"] = True
    with st.form("score", border=False):
        pasted = st.text_area(
            "Text", key="pasted", height=260, max_chars=LIMIT,
            placeholder="Headline, empty line, body …",
        )  # fmt: skip
        left, right = st.columns([2, 3], vertical_alignment="bottom")
        with left:
            day = st.date_input(
                "Published on", value=None, key="pasted_day", format="YYYY-MM-DD",
                min_value=date(1900, 1, 1), max_value=date(2100, 1, 1),
                help="Decides who held which office, and what counts as history. May stay empty.",
            )  # fmt: skip
        with right:
            asked = st.form_submit_button("Score", type="primary")
    if asked or st.session_state.pop("score_it", False):
        st.session_state["scored"] = scored_or_none(pasted, day)
    # Kept, so that a finished refresh, which runs the page again, takes nothing away.
    if st.session_state.get("scored") is not None:
        shown(st.session_state["scored"])


def scored_or_none(pasted: str, day: date | None) -> ScoredText | None:
    """The text scored, or None and a word on why not."""
    if not pasted.strip():
        st.info("Paste a text first, or try the example.", icon=":material/edit:")
        return None
    try:
        with st.spinner("Reading …"):
            return score_text(pasted, day, data.settings(), data.now())
    except ConfigError as error:
        st.error("The settings file cannot be used.", icon=":material/error:")
        st.text(text.printable(str(error), 500))
        return None


def shown(scored: ScoredText) -> None:
    """Summary, the marked text, the table of signals, what was ignored."""
    if scored.dropped:
        st.warning(f"Nothing was scored. {text.escaped(scored.dropped)}", icon=":material/block:")
        return
    found = scored.result.signals
    counting = [signal for signal in found if STATUS_WEIGHT[signal.status] > 0]
    st.header(summary(found, counting), anchor=False)
    if scored.language != "en":
        st.caption(f"The text seems to be in another language ({text.escaped(scored.language)}).")
    st.html(evidence.LEGEND + marked_text(scored))
    if found:
        st.header("Signals", anchor=False)
        st.dataframe(
            signals_table(found), column_config=SIGNAL_CONFIG, hide_index=True, key="signals",
            alt="Signals found in the text.",
        )  # fmt: skip
    ignored(scored)


def summary(found: tuple[Signal, ...], counting: list[Signal]) -> str:
    """What was found, in a line."""
    if not found:
        return "No act of one state towards another was found"
    words = text.counted(len(found), "signal")
    if len(counting) == len(found):
        return f"{words} found, all counting"
    return f"{words} found, {len(counting)} counting"


def marked_text(scored: ScoredText) -> str:
    """All sentences, those with signals set off, cues and actors marked."""
    by_sentence: dict[int, list[Signal]] = {}
    for signal in scored.result.signals:
        by_sentence.setdefault(signal.sentence_index, []).append(signal)
    parts = []
    for sentence in scored.result.sentences:
        here = by_sentence.get(sentence.index, [])
        if not here:
            parts.append(f"<p>{evidence.safe(sentence.text)}</p>")
        else:
            parts.append(_with_signals(sentence, here))
    return f'<div class="scored">{"".join(parts)}</div>'


def _with_signals(sentence: Sentence, here: list[Signal]) -> str:
    marks = [
        mark
        for signal in here
        for mark in evidence.signal_marks(
            signal.cue_spans, signal.source_span, signal.target_span, signal.polarity,
            signal.source, signal.target,
        )
    ]  # fmt: skip
    for signal in here:
        cue = min((span[0] for span in signal.cue_spans), default=0)
        marks += evidence.status_marks(sentence.text, signal.status_reason, cue)
    # The cue of one signal may lie within an actor of another: cues first.
    marks.sort(key=lambda mark: not mark.kind.startswith("cue"))
    shown_text = sentence.text
    notes = "".join(f"<li>{_note(signal)}</li>" for signal in here)
    polarity = here[0].polarity if len({s.polarity for s in here}) == 1 else "mixed"
    return (
        f'<div class="sentence {polarity}">{evidence.marked(shown_text, marks)}</div>'
        f'<ul class="notes">{notes}</ul>'
    )


def _note(signal: Signal) -> str:
    weight = STATUS_WEIGHT[signal.status]
    reason = f" ({signal.status_reason})" if signal.status_reason else ""
    counts = f" · counts {abs(signal.intensity) * signal.confidence * weight:.2f}" if weight else ""
    who = text.acting(signal.source, signal.target, signal.direction)
    said = f"{text.STATUS_WORDS[signal.status.value]}{reason}{counts}"
    return (
        f"<b>{evidence.safe(who)} · {evidence.safe(text.theme_label(signal.theme))}</b>, "
        f"{evidence.safe(signal.polarity)}<br>{evidence.safe(said)}"
    )


def signals_table(found: tuple[Signal, ...]) -> pd.DataFrame:
    """One row a signal."""
    return pd.DataFrame(
        {
            "acting": [text.acting(s.source, s.target, s.direction) for s in found],
            "theme": [text.theme_label(s.theme) for s in found],
            "polarity": [s.polarity for s in found],
            "status": [text.STATUS_WORDS[s.status.value] for s in found],
            "why": [s.status_reason for s in found],
            "strength": [
                round(abs(s.intensity) * s.confidence * STATUS_WEIGHT[s.status], 2) for s in found
            ],
            "sentence": [text.printable(s.sentence, 300) for s in found],
        }
    )


def ignored(scored: ScoredText) -> None:
    """What looked like a signal and was not coded."""
    items = scored.result.ignored
    if not items:
        return
    with st.expander(f"Looked at and left out: {len(items)}", expanded=len(items) <= 8):
        st.dataframe(
            pd.DataFrame(
                {
                    "words": [text.printable(i.sentence[i.span[0] : i.span[1]], 80) for i in items],
                    "reason": [i.reason for i in items],
                    "sentence": [text.printable(i.sentence, 300) for i in items],
                }
            ),
            column_config={
                "words": st.column_config.TextColumn("Words", width=140),
                "reason": st.column_config.TextColumn("Left out because", width=380),
                "sentence": st.column_config.TextColumn("Sentence", width=420),
            },
            hide_index=True, key="ignored", alt="What was left out, and why.",
        )  # fmt: skip


main()
page.foot()
