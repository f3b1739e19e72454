"""The tables that pages show and let download, from frames of the store and the index.

Values are rounded here, once: a download holds exactly the digits on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dashboard import text
from pipeline.index import K, horizon_days, story_scores, tension_on
from pipeline.index.scores import collapsed

OVERVIEW_COLUMNS = [
    "rank", "pair", "name", "tension", "low", "high", "reading", "change", "change_low",
    "change_high",
    "direction", "last_90_days", "stories", "outlets", "confidence", "attention", "z",
]  # fmt: skip
EVIDENCE_COLUMNS = [
    "rank", "date", "headline", "outlet", "acting", "theme", "status", "contribution",
    "reprints", "link",
]  # fmt: skip


def by_evidence(ranked: pd.DataFrame) -> pd.DataFrame:
    """``index.overview`` with changes that rest on fewer than 3 stories after the others.

    Clear changes stay first, and within each group the greater come first: a pair that
    went from one story to another must not lead the page. Pairs without a change follow
    by their effective stories.
    """
    thin = (ranked["change_state"] != "ok").to_numpy() & ~ranked["clear"].to_numpy(bool)
    missing = ranked["change"].isna().to_numpy()
    quiet = np.where(missing, -ranked["n_effective"].to_numpy(float), 0.0)
    order = np.lexsort((np.arange(len(ranked)), quiet, missing, thin))
    return ranked.iloc[order].reset_index(drop=True)


def lively(ranked: pd.DataFrame, watch: tuple[str, ...] = ()) -> pd.DataFrame:
    """The pairs that have a figure today, a change, or a reader who watches them."""
    keep = (ranked["state"] != "gap") | ranked["change"].notna() | ranked["pair"].isin(watch)
    return ranked[keep]


def overview_table(
    ranked: pd.DataFrame, watch: tuple[str, ...] = (), search: str = ""
) -> pd.DataFrame:
    """``index.overview`` as the table of the Overview; watched pairs first.

    ``search`` keeps the pairs whose codes or names hold all its words.
    """
    state = ranked["state"].to_numpy(object)
    table = pd.DataFrame(
        {
            "rank": 0,
            "pair": ranked["pair"].astype(str),
            "name": [text.pair_title(pair) for pair in ranked["pair"]],
            "tension": ranked["tension"].round(1),
            "low": ranked["low"].round(1),
            "high": ranked["high"].round(1),
            "reading": [text.level_words(value) for value in ranked["tension"]],
            "change": ranked["change"].round(1),
            "change_low": ranked["change_low"].round(1),
            "change_high": ranked["change_high"].round(1),
            "direction": [
                text.change_words(change, clear, word)
                for change, clear, word in zip(
                    ranked["change"], ranked["clear"], ranked["change_state"], strict=True
                )
            ],
            "last_90_days": [
                [None if value is None else round(value, 1) for value in line]
                for line in ranked["spark"]
            ],
            "stories": ranked["stories"],
            "outlets": ranked["outlets"],
            "confidence": [
                text.confidence_words(low, high, word)
                for low, high, word in zip(ranked["low"], ranked["high"], state, strict=True)
            ],
            "attention": ranked["attention"].round(1),
            "z": ranked["z"].round(1),
        }
    )[OVERVIEW_COLUMNS]
    words = search.casefold().split()
    haystack = (table["pair"] + " " + table["name"]).str.casefold()
    for word in words:
        table = table[haystack.loc[table.index].str.contains(word, regex=False)]
    if watch:
        first = table["pair"].isin(watch)
        table = pd.concat([table[first], table[~first]])
    return table.reset_index(drop=True).assign(rank=np.arange(1, len(table) + 1))


def alerts_table(found: pd.DataFrame) -> pd.DataFrame:
    """``index.open_alerts`` as shown: frame[rank, pair, name, measure, value, threshold, since]."""
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(found) + 1),
            "pair": found["pair"].astype(str),
            "name": [text.pair_title(pair) for pair in found["pair"]],
            "measure": [text.MEASURES.get(kind, kind) for kind in found["kind"]],
            "value": found["value"].round(1),
            "threshold": found["threshold"],
            "since": found["since"],
        }
    )


def weighed(
    full: pd.DataFrame, light: pd.DataFrame, pair: str, day: date, half_life: float, k: float = K
) -> pd.DataFrame:
    """Full signals of representatives with what each adds to the tension on ``day``.

    ``light``: all light signals of the pair. Adds columns weight (of the story's age),
    strength (0 for what does not count) and contribution; over all signals of the
    horizon the contributions add up to the tension. NaN in a gap.
    """
    rows = full[full["representative"].to_numpy(bool)].copy()
    reach = horizon_days(half_life)
    age = (pd.Timestamp(day) - rows["day"]).dt.days.to_numpy()
    inside = (age >= 0) & (age <= reach)
    weight = np.where(inside, np.exp2(-age / half_life), 0.0)
    strong = collapsed(rows)[["article_id", "seq", "strength"]]
    joined = rows[["article_id", "seq"]].merge(strong, on=["article_id", "seq"], how="left")
    strength = joined["strength"].fillna(0.0).to_numpy()
    # Older stories weigh nothing: the rest of twenty years need not be added up.
    since = (pd.Timestamp(day) - light["day"]).dt.days
    near = light[(since >= 0) & (since <= reach)]
    now = tension_on(story_scores(near), day, [pair], half_life, k, interval=False).iloc[0]
    total = now["adversarial"] + now["cooperative"] + k if now["state"] != "gap" else np.nan
    sign = np.where(rows["polarity"] == "adversarial", 1.0, -1.0)
    contribution = 100.0 * weight * sign * strength / total + 0.0
    return rows.assign(weight=weight, strength=strength, contribution=contribution)


def status_words(status: str, mark: str, said: str) -> str:
    """The status of a signal, and what readers say of it: in force, and in this tab."""
    words = text.VERDICT_WORDS[mark] if mark == "wrong" else text.STATUS_WORDS.get(status, status)
    if mark == "misdirected":
        words += ", turned round"
    return f"you: {said} ({words})" if said else words


def marks_table(marks: pd.DataFrame) -> pd.DataFrame:
    """``Store.marks`` with its words fit to be shown, actors as the scorer found them."""
    words = ("sentence", "note", "marked_by")
    shown = marks.assign(
        **{name: [text.printable(word, 300) for word in marks[name]] for name in words},
        acting=[f"{a} → {b}" for a, b in zip(marks["source"], marks["target"], strict=True)],
        theme=[text.theme_label(theme) for theme in marks["theme"]],
    )
    return shown[
        ["verdict", "acting", "theme", "sentence", "note", "marked_by", "marked_at", "run_id",
         "article_id", "seq"]
    ]  # fmt: skip


def evidence_table(rows: pd.DataFrame, said: Sequence[str] | None = None) -> pd.DataFrame:
    """``weighed`` signals as the table of evidence, one row each, in the given order.

    ``said``: what the reader of this tab says of each (``marking.verdicts``).
    """
    said = said or [""] * len(rows)
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(rows) + 1),
            "date": rows["day"].to_numpy(),
            "headline": [
                text.printable(title, text.HEADLINE_CHARS) or "(no headline)"
                for title in rows["title"]
            ],
            "outlet": [text.printable(name, 60) for name in rows["outlet"]],
            "acting": [
                text.acting(a, b, way)
                for a, b, way in zip(rows["source"], rows["target"], rows["direction"], strict=True)
            ],
            "theme": [text.theme_label(theme) for theme in rows["theme"]],
            "status": [
                status_words(status, mark, word)
                for status, mark, word in zip(rows["status"], rows["mark"], said, strict=True)
            ],
            "contribution": rows["contribution"].round(2).to_numpy() + 0.0,
            "reprints": (rows["story_articles"] - 1).to_numpy(),
            "link": [text.web_link(url) for url in rows["url"]],
        },
        columns=EVIDENCE_COLUMNS,
    )


def ranked_evidence(rows: pd.DataFrame) -> pd.DataFrame:
    """Weighed signals, those that count most first, uncounted ones after them by date."""
    size = rows["contribution"].abs().fillna(0.0)
    order = rows.assign(_size=size).sort_values(
        ["_size", "day", "article_id", "seq"], ascending=[False, False, True, True], kind="stable"
    )
    return order.drop(columns="_size").reset_index(drop=True)


def series_table(series: pd.DataFrame, attention: pd.DataFrame) -> pd.DataFrame:
    """The line and the bars of a pair as one table, rounded to a tenth."""
    table = series[["day", "tension", "low", "high", "n_effective", "state"]].copy()
    for name in ("tension", "low", "high", "n_effective"):
        table[name] = table[name].round(1)
    counts = series[["signals", "articles", "stories", "outlets"]]
    noticed = attention[["attention", "low", "high"]].round(1)
    noticed.columns = pd.Index(["attention", "attention_low", "attention_high"])
    return pd.concat([table, counts, noticed.reset_index(drop=True)], axis=1)


def weeks_table(weeks: pd.DataFrame) -> pd.DataFrame:
    """``index.heatmap`` as frame[pair, name, week_to, tension], rounded as in its cells."""
    long = weeks.rename_axis(index="pair", columns="week_to").stack(future_stack=True)
    table = long.rename("tension").round(0).reset_index()
    table.insert(1, "name", [text.pair_title(pair) for pair in table["pair"]])
    return table


def matrix_table(matrix: pd.DataFrame) -> pd.DataFrame:
    """``index.matrix`` as frame[actor, other, tension], each pair once, empty cells left out."""
    codes = list(matrix.index)
    values = matrix.to_numpy(float)
    rows = [
        (codes[i], codes[j], round(values[i, j]))
        for i in range(len(codes))
        for j in range(i + 1, len(codes))
        if not np.isnan(values[i, j])
    ]
    return pd.DataFrame(rows, columns=["actor", "other", "tension"])


def balance_table(by_theme: pd.DataFrame, by_direction: pd.DataFrame) -> pd.DataFrame:
    """What happened and who acted, as drawn: frame[by, what, polarity, signals, stories, mass]."""
    parts = (
        by_theme.assign(by="theme", what=[text.theme_label(name) for name in by_theme["theme"]]),
        by_direction.assign(by="direction", what=by_direction["direction"]),
    )
    columns = ["by", "what", "polarity", "signals", "stories", "mass"]
    return pd.concat([part[columns] for part in parts], ignore_index=True).round({"mass": 2})


def compared_table(series: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The lines of several pairs below each other, rounded to a tenth."""
    columns = ["day", "tension", "low", "high", "n_effective", "state"]
    parts = [
        frame[columns].round(dict.fromkeys(columns[1:5], 1)).assign(pair=pair)
        for pair, frame in series.items()
    ]
    return pd.concat(parts, ignore_index=True)[["pair", *columns]]


def largest_stories(rows: pd.DataFrame, series: pd.DataFrame, top: int = 3) -> pd.DataFrame:
    """The stories that count most in ``weighed`` rows, numbered, placed on the line.

    frame[label, story_id, day, tension, contribution, title, outlet, sentence]
    """
    if rows.empty or rows["contribution"].isna().all():
        return pd.DataFrame(columns=["label", "story_id", "day", "tension", "contribution"])
    best = rows.loc[rows.groupby("story_id")["strength"].idxmax()].set_index("story_id")
    total = rows.groupby("story_id")["contribution"].sum()
    chosen = total.abs().sort_values(ascending=False, kind="stable").head(top).index
    frame = best.loc[chosen, ["day", "title", "outlet", "sentence", "article_id", "seq"]]
    frame = frame.assign(contribution=total.loc[chosen]).reset_index()
    line = series.set_index("day")["tension"]
    line.index = line.index.astype("datetime64[s]")
    where = line.index.searchsorted(frame["day"].astype("datetime64[s]").to_numpy())
    where = np.minimum(where, len(line) - 1)
    frame["tension"] = line.to_numpy()[where]
    frame.insert(0, "label", [str(number) for number in range(1, len(frame) + 1)])
    return frame


def chosen_row(selection: Mapping[str, Any]) -> int | None:
    """The row of the selected cell of a table, or None.

    A table that gets the focus, by a click on a heading or by the keyboard, selects its
    first cell of its own accord; so the first column, ``rank``, chooses nothing.
    """
    cells = selection.get("cells") or []
    return int(cells[0][0]) if cells and cells[0][1] != "rank" else None


def strongest(full: pd.DataFrame, polarity: str) -> Any:
    """The counting signal of most strength and this polarity, a named tuple, or None."""
    found = collapsed(full) if len(full) else full
    found = found[found["polarity"] == polarity]
    if found.empty:
        return None
    best = found.sort_values(["strength", "day"], ascending=False, kind="stable").iloc[0]
    same = (full["article_id"] == best["article_id"]) & (full["seq"] == best["seq"])
    return next(full[same].itertuples(index=False))


def _place(where: str) -> str:
    """An address as it is, of a path the file alone: folders are the server's business."""
    return where if "://" in where else where.replace("\\", "/").rpartition("/")[2]


def drops_table(report: dict[str, object], explain: dict[str, str]) -> pd.DataFrame:
    """What a run left out: frame[source, reason, count, meaning, example]."""
    rows = []
    sources = report.get("sources", {})
    assert isinstance(sources, dict)
    for name, tally in sources.items():
        for reason, count in tally.get("drops", {}).items():
            examples = tally.get("examples", {}).get(reason, [])
            first = examples[0] if examples else {}
            parts = (_place(first.get("where", "")), first.get("detail", ""))
            example = ": ".join(filter(None, parts))
            rows.append(
                (name, reason, count, explain.get(reason, ""), text.printable(example, 300))
            )
    return pd.DataFrame(rows, columns=["source", "reason", "count", "meaning", "example"])
