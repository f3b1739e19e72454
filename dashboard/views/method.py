"""Method: how the figures are made, the codebook and the actors, and the limits."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import controls, data, evidence, page, text
from pipeline import actors, index
from pipeline.config import ConfigError
from pipeline.records import STATUS_WEIGHT
from pipeline.signals.codebook import Codebook, CodebookError, load_codebook

INTRO = """
News articles go in; for every pair of states a score over time comes out, with the sentence
behind every number.

1. **Articles** are cleaned of page furniture. Near-duplicates within seven days form one
   **story**, which counts once, through its earliest article.
2. In each sentence the **actors** are found: states and a few bodies, their governments, leaders,
   ministries and capitals used as names, by the date of the article.
3. A **codebook** of constructions finds the **acts** between them: who does what to whom, and
   whether it happened, is planned, is possible, or is only alleged, denied, conditional or past.
4. Each act is a **signal** with an intensity from −10 to +10, a confidence and a weight by its
   status. Their product is its strength.
5. Cooperative strength (C) and adversarial strength (A) of recent stories make **tension**.
"""
FORMULA = r"""
w_i = 2^{-\,\mathrm{age}_i / h}
\qquad A = \sum_i w_i\,a_i \qquad C = \sum_i w_i\,c_i
\qquad \mathrm{tension} = 100\,\frac{A - C}{A + C + k}
"""
LIMITS = """
- These are **media signals**, not official positions, and not a forecast.
- What is not reported in English, or not by the sources configured, is not seen.
- Tension is the balance of the news, not its amount: that is attention. They are never mixed.
- A figure from few stories is thin, and said to be; below one recent story there is none.
- Irony, long chains of reference and acts told without a cue word are missed. Some cues misfire:
  that is why every figure opens to its sentences.
- Do not use it to judge a person, to act against one, or as the only ground for a decision.
"""


def main() -> None:
    """The whole page. It needs no store."""
    st.html(evidence.STYLE)
    st.title("Method", anchor=False)
    st.html(f'<div class="legend">{text.DISCLAIMER}</div>')
    how, book, who = st.tabs(["How it is made", "Codebook", "Actors"])
    with how:
        formulas()
    with book:
        codebook()
    with who:
        actor_browser()


def formulas() -> None:
    """The steps, the formulas, an example, the limits."""
    st.markdown(INTRO)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header("Tension", anchor=False)
        st.latex(FORMULA)
        st.markdown(
            f"Over stories of age up to six half-lives *h*; k = {index.K:g} is the mass of a "
            "usual story and keeps one short report from swinging the index. "
            "−100 is all cooperative, +100 all adversarial. Below one effective story (Σw < 1) "
            "there is a **gap**; below three the value is **thin**.\n\n"
            "**90 % interval**: the stories are weighed anew at random 400 times (Bayesian "
            "bootstrap), with one imagined story on each side, so that a single story does not "
            "pretend to certainty.\n\n"
            "**Contribution** of a story: 100·w·(a − c) / (A + C + k). Contributions add up to "
            "tension exactly.\n\n"
            "**Change**: the stories of the last days against those of the days before, plain, "
            "with the interval of their difference. It is called clear when that excludes zero.\n\n"
            "**Attention**: stories about the pair per 10,000 stories read, same weights, with "
            "Wilson's interval."
        )
    with right:
        st.header("Weight by status", anchor=False)
        weights = pd.DataFrame(
            {
                "status": [status.value for status in STATUS_WEIGHT],
                "weight": list(STATUS_WEIGHT.values()),
                "meaning": [
                    text.STATUS_EXPLAINED[status.value].rpartition(":")[0]
                    for status in STATUS_WEIGHT
                ],
            }
        )
        st.dataframe(
            weights, hide_index=True, key="weights", alt="Status weights.",
            column_config={
                "status": st.column_config.TextColumn("Status", width=90),
                "weight": st.column_config.NumberColumn("Weight", width=60),
                "meaning": st.column_config.TextColumn("Meaning", width=320),
            },
        )  # fmt: skip
        st.header("Worked example", anchor=False)
        a, c = 5 * 0.8 * 1.0, 4 * 0.9 * 0.6
        st.markdown(
            "An article says that Russia accuses the United States (intensity −5, confidence 0.8, "
            "happened) and that both plan talks (+4, 0.9, planned). A denied strike adds "
            "nothing.\n\n"
            f"A = 5 · 0.8 · 1 = {a:.2f}, C = 4 · 0.9 · 0.6 = {c:.2f}. On its own, today: "
            f"100 · ({a:.2f} − {c:.2f}) / ({a:.2f} + {c:.2f} + {index.K:g}) = "
            f"**{text.signed(100 * (a - c) / (a + c + index.K), 1)}**, one story: thin."
        )
    st.header("Limits", anchor=False)
    st.markdown(LIMITS)


@st.cache_resource(max_entries=2, show_spinner="Reading the codebook …")
def _codebook(overlay: str) -> Codebook:
    from pathlib import Path

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
        themes, hide_index=True, key="themes", height=520, alt="Themes of the codebook.",
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
    """All actors with their codes."""
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
        "3166-1 alpha-3, and EUU, NATO, UNO. `tension actors NAME` explains how a name is read."
    )
    st.dataframe(
        table, hide_index=True, key="actors", height=520, alt="Actors and their codes.",
        column_config={
            "code": st.column_config.TextColumn("Code", width=80),
            "name": st.column_config.TextColumn("Name", width=300),
            "cow_code": st.column_config.TextColumn("COW number", width=110),
            "cow": st.column_config.TextColumn("COW code", width=100),
        },
    )  # fmt: skip


main()
page.foot()
