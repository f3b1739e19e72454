"""The codebook and the actors, to look through and to search."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import controls, data, page, text
from pipeline import actors
from pipeline.actors import Resolver
from pipeline.actors.lookup import Explanation
from pipeline.config import ConfigError, ScoringSettings
from pipeline.signals.codebook import Codebook, CodebookError, load_codebook


@st.cache_resource(max_entries=2, show_spinner="Reading the codebook …")
def _codebook(overlay: str) -> Codebook:
    return load_codebook(Path(overlay)) if overlay else text.packaged_codebook()


def codebook() -> None:
    """Themes and the constructions under each."""
    try:
        overlay = data.settings().scoring.overlay
        book = _codebook(str(overlay or ""))
    except (CodebookError, ConfigError, OSError) as error:
        st.warning("The codebook could not be read.", icon=":material/warning:")
        st.caption(text.escaped(str(error))[:300])
        return
    controls.kept("find")
    words = st.text_input(
        "Find a theme or a construction", key="find", bind="query-params", max_chars=60,
        placeholder="sanctions, expel, ceasefire …",
    )  # fmt: skip
    controls.keep("find", words)
    patterns: dict[str, list[str]] = {}
    for entry in book.entries:
        patterns.setdefault(entry.theme, []).append(entry.pattern)
    themes = pd.DataFrame(
        [
            {
                "theme": theme.label,
                "root": theme.root,
                "polarity": theme.polarity,
                "intensity": theme.intensity,
                "definition": theme.definition,
                "constructions": len(patterns.get(theme.name, [])),
                "patterns": ", ".join(patterns.get(theme.name, [])),
            }
            for theme in book.themes.values()
        ],
        columns=[
            "theme", "root", "polarity", "intensity", "definition", "constructions", "patterns"
        ],
    ).sort_values(["intensity", "theme"])  # fmt: skip
    for word in (words or "").casefold().split():
        text_of = themes["theme"] + " " + themes["root"] + " " + themes["definition"]
        text_of = (text_of + " " + themes["patterns"]).str.casefold()
        themes = themes[text_of.str.contains(word, regex=False)]
    st.caption(
        f"{text.counted(len(themes), 'theme')}, "
        f"{int(themes['constructions'].sum()):,} constructions. Intensity after Goldstein (1992) "
        "and PLOVER. An overlay file can add to it or change it."
    )
    st.dataframe(
        themes, hide_index=True, key="themes", height=page.height(len(themes), 14.5),
        alt="Themes of the codebook.",
        column_config={
            "theme": st.column_config.TextColumn("Theme", width=170),
            "root": st.column_config.TextColumn("Root", width=110),
            "polarity": st.column_config.TextColumn("Polarity", width=110),
            "intensity": st.column_config.NumberColumn("Intensity", format="%+.1f", width=80),
            "definition": st.column_config.TextColumn("Definition", width=330),
            "constructions": st.column_config.NumberColumn("Lines", width=60),
            "patterns": st.column_config.TextColumn("Constructions", width=330),
        },
    )  # fmt: skip


def actor_browser() -> None:
    """What a name stands for, and all actors with their codes."""
    name_lookup()
    st.header("All actors", anchor=False)
    cow = actors.cow_codes()
    short = actors.cow_abbreviations()
    controls.kept("actor")
    words = st.text_input(
        "Find an actor", key="actor", bind="query-params", max_chars=60,
        placeholder="country or code",
    )  # fmt: skip
    controls.keep("actor", words)
    table = pd.DataFrame(
        [
            {"code": code, "name": name, "cow_code": cow.get(code, ""), "cow": short.get(code, "")}
            for code, name in actors.names().items()
        ]
    ).sort_values("name")
    for word in (words or "").casefold().split():
        held = (table["code"] + " " + table["name"]).str.casefold()
        table = table[held.str.contains(word, regex=False)]
    st.caption(
        f"{text.counted(len(table), 'actor')}: states and self-governing territories by ISO "
        "3166-1 alpha-3, and EUU, NATO, UNO; COW: Correlates of War."
    )
    st.dataframe(
        table, hide_index=True, key="actors", height=page.height(len(table), 14.5),
        alt="Actors and their codes.",
        column_config={
            "code": st.column_config.TextColumn("Code", width=80),
            "name": st.column_config.TextColumn("Name", width=300),
            "cow_code": st.column_config.TextColumn("COW number", width=110),
            "cow": st.column_config.TextColumn("COW code", width=100),
        },
    )  # fmt: skip


@st.cache_resource(max_entries=2, show_spinner="Reading the names …")
def _resolver(overlay: Path | None, include_proxies: bool) -> Resolver:
    return Resolver.load(overlay, include_proxies)


def name_lookup() -> None:
    """Which actor a name stands for on a day, and why."""
    st.header("What does a name stand for?", anchor=False)
    left, right = st.columns([3, 2])
    with left:
        controls.kept("name")
        name = st.text_input(
            "A name as a text has it", key="name", bind="query-params", max_chars=80,
            placeholder="the Kremlin, Angela Merkel, Hezbollah …",
        )  # fmt: skip
        controls.keep("name", name)
    with right:
        on = st.date_input(
            "Day of the text", value=None, key="name_day", format="YYYY-MM-DD",
            min_value=date(1900, 1, 1), max_value=date(2100, 1, 1),
        )  # fmt: skip
    if not (name or "").strip():
        st.caption("Names of states, capitals, leaders, ministries, bodies and proxies are known.")
        return
    try:
        scoring = data.settings().scoring
    except ConfigError:
        scoring = ScoringSettings()
    resolver = _resolver(scoring.actors_overlay, scoring.include_proxies)
    found = resolver.lookup(str(name), on)
    if found.mention is None and not found.readings:
        # Names are listed without the article that a text puts before them.
        found = resolver.lookup(re.sub(r"^the\s+", "", str(name).strip(), flags=re.I), on)
    explained(found)


def explained(found: Explanation) -> None:
    """What is known of a name, in a sentence and a table."""
    on = f" on {text.day_words(found.on)}" if found.on else ""
    name = text.escaped(found.name)
    if found.mention is not None:
        who = text.escaped(text.actor_name(found.mention.actor))
        role = "" if found.mention.may_act else "; it is read as acted upon, never as acting"
        st.markdown(f"**{name}**{on} stands for **{who}** ({found.mention.actor}){role}.")
    elif found.readings:
        st.markdown(f"**{name}**{on} stands for no actor when it stands alone.")
    else:
        st.markdown(f"**{name}** is not known.")
    if found.readings:
        st.dataframe(
            pd.DataFrame(
                {
                    "actor": [text.actor_name(r.actor) or "none" for r in found.readings],
                    "why": [f"{r.kind}: {r.why}" for r in found.readings],
                    "start": pd.to_datetime([r.start for r in found.readings]),
                    "end": pd.to_datetime([r.end for r in found.readings]),
                    "holds": [r.holds for r in found.readings],
                }
            ),
            hide_index=True, key="readings", placeholder="open", alt="Readings of the name.",
            column_config={
                "actor": st.column_config.TextColumn("Actor", width=180),
                "why": st.column_config.TextColumn("Because", width=380),
                "start": st.column_config.DateColumn("From", format="D MMM YYYY", width=110),
                "end": st.column_config.DateColumn("To", format="D MMM YYYY", width=110),
                "holds": st.column_config.CheckboxColumn("On that day", width=100),
            },
        )  # fmt: skip
    if found.similar:
        st.caption("Similar: " + text.escaped(", ".join(found.similar)))
