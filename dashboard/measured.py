"""The published validation figures, from the one file they stand in."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, text
from pipeline import validation
from pipeline.config import ConfigError

PERCENT = "%.1f"


@st.cache_data(show_spinner=False)
def _figures() -> dict[str, Any]:
    return validation.load()


def shown() -> None:
    """Agreement with coded texts, and confidence against the share that is right."""
    try:
        figures = _figures()
    except validation.ValidationFileError as error:
        st.warning("The validation figures could not be read.", icon=":material/warning:")
        st.caption(text.escaped(str(error)))
        return
    st.markdown(
        "Measured on texts that people coded by hand. These texts were looked at while errors "
        "were mended: **expect less on texts never seen**."
    )
    st.caption(
        f"Version {figures['version']}, scorer {figures['scorer_id']}, {figures['measured_on']}."
        + _other_scorer(figures["scorer_id"])
    )
    left, right = st.columns(2, gap="large")
    with left:
        _relations(figures)
    with right:
        _texts(figures)
        _reliability(figures)
    for line in validation.side_lines(figures):
        st.caption(line)


def _other_scorer(measured: str) -> str:
    """Said where the store was scored by another scorer than the one measured."""
    try:
        used = data.snapshot().run.scorer_id
    except (data.NoData, ConfigError, *data.READ_ERRORS):
        return ""
    return "" if used == measured else f" The store in use was scored by {used}."


def _relations(figures: dict[str, Any]) -> None:
    st.header("Which act, the two actors given", anchor=False)
    st.caption(
        f"Macro-F1 in percent on {figures['relations']['n']:,} sentences: cooperative or "
        "adversarial (2), verbal or material too (4), and all 15 event roots. The others' figures "
        "are published ones on the test half of the same data, ours on the development half."
    )
    rows = pd.DataFrame(validation.relation_rows(figures))
    rows["coder"] = [
        f"This program: {name}" if ours else name
        for name, ours in zip(rows["coder"], rows["ours"], strict=True)
    ]
    st.dataframe(
        rows.drop(columns="ours"), hide_index=True, key="relations",
        alt="Agreement on the act, ours and published ones.",
        column_config={
            "coder": st.column_config.TextColumn("Coder", width=260),
            "binary": st.column_config.NumberColumn("2 classes", format=PERCENT, width=80),
            "quad": st.column_config.NumberColumn("4 classes", format=PERCENT, width=80),
            "root": st.column_config.NumberColumn("15 roots", format=PERCENT, width=80),
        },
    )  # fmt: skip


def _texts(figures: dict[str, Any]) -> None:
    st.header("Whole texts", anchor=False)
    st.caption(
        "Precision: of what was found, the share that is right. Recall: of what is there, the "
        "share that was found. Percent."
    )
    st.dataframe(
        pd.DataFrame(validation.dyad_rows(figures)), hide_index=True, key="dyads",
        alt="Agreement on whole texts.",
        column_config={
            "text": st.column_config.TextColumn("Texts", width=120),
            "measure": st.column_config.TextColumn("What must agree", width=155),
            "precision": st.column_config.NumberColumn("Precision", format=PERCENT, width=75),
            "recall": st.column_config.NumberColumn("Recall", format=PERCENT, width=70),
            "f1": st.column_config.NumberColumn("F1", format=PERCENT, width=60),
        },
    )  # fmt: skip


def _reliability(figures: dict[str, Any]) -> None:
    st.header("Is the confidence true?", anchor=False)
    st.caption("Signals by their confidence, and the share whose pair and polarity are right.")
    st.dataframe(
        pd.DataFrame(validation.reliability_rows(figures)), hide_index=True, key="reliability",
        alt="Confidence against the share that is right.",
        column_config={
            "confidence": st.column_config.TextColumn("Confidence", width=120),
            "signals": st.column_config.NumberColumn("Signals", width=80),
            "said": st.column_config.NumberColumn("Mean confidence", format="%.2f", width=130),
            "held": st.column_config.NumberColumn("Share right", format="%.2f", width=100),
        },
    )  # fmt: skip
