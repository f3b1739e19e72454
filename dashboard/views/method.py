"""Method: how the figures are made, how well it works, codebook and actors, limits."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import browsers, controls, evidence, measured, page, text
from pipeline import index
from pipeline.records import STATUS_WEIGHT

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
    parts = {
        "How it is made": formulas,
        "How well it works": measured.shown,
        "Codebook": browsers.codebook,
        "Actors": browsers.actor_browser,
    }
    controls.kept("part")
    tabs = st.tabs(list(parts), key="part", on_change="rerun", bind="query-params")
    for tab, shown in zip(tabs, parts.values(), strict=True):
        # A tab that is not open is neither computed nor sent.
        if tab.open:
            with tab:
                shown()


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


main()
page.foot()
