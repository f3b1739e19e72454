"""Story scores: what one story says of one pair."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.index.frames import IndexInputError, require
from pipeline.records import STATUS_WEIGHT

#: Mass constant of the scorer: the median story mass (a + c) on a named corpus.
#: A published constant of a scorer version; docs/method.md names corpus and version.
K = 3.0

SIGNAL_COLUMNS = (
    "article_id",
    "story_id",
    "representative",
    "seq",
    "day",
    "pair",
    "source",
    "target",
    "direction",
    "root",
    "theme",
    "polarity",
    "status",
    "intensity",
    "confidence",
    "outlet",
)
_KEY = ["pair", "story_id"]


def story_scores(signals: pd.DataFrame, direction: tuple[str, str] | None = None) -> pd.DataFrame:
    """One row per pair and story that counts for it.

    A story speaks through its representative alone. Of its signals that agree in
    source, target, root, theme and status only the strongest counts, and signals whose
    status weighs nothing are left out. The strength of a signal is
    |intensity| · confidence · status weight; a signal whose direction is ``both`` has
    no first actor, so its two actors are put in order before they are compared.

    ``signals``: one row per signal, the ``light`` columns of the store. One whose
    ``mark`` is wrong does not count.
    ``direction``: ``("RUS", "USA")`` keeps what Russia does to the United States, and
    what both do together, for the directed series.

    Returns, sorted by pair, day and story_id: pair, story_id, article_id (of the
    representative), day, c and a (cooperative and adversarial mass, ≥ 0), signals
    (after collapsing), articles (the story's articles with a counting signal for the
    pair), outlet (of the representative), outlets (tuple of names, sorted).
    Raises ``IndexInputError`` for missing columns or an unknown status.
    """
    require(signals, SIGNAL_COLUMNS, "signals")
    counting = _counting(signals)
    if direction is not None:
        counting = counting[_in_direction(counting, direction)]
    told = _told(counting)
    spread = _spread(counting, told)
    frame: pd.DataFrame = told.merge(spread, on=_KEY, how="left", sort=False)
    frame = frame.sort_values(["pair", "day", "story_id"], kind="stable", ignore_index=True)
    columns = ["pair", "story_id", "article_id", "day", "c", "a", "signals", "articles"]
    return frame[[*columns, "outlet", "outlets"]]


def median_story_mass(scores: pd.DataFrame) -> float:
    """The median of a + c over all stories and pairs: how K is measured. NaN if none."""
    require(scores, ("a", "c"), "scores")
    return float((scores["a"] + scores["c"]).median()) if len(scores) else float("nan")


def _counting(signals: pd.DataFrame) -> pd.DataFrame:
    """The signals with a strength above zero, with columns ``strength``, ``hostile``."""
    weights = {status.value: weight for status, weight in STATUS_WEIGHT.items()}
    status = signals["status"].astype(object).map(weights)
    if status.isna().any():
        unknown = sorted({str(word) for word in signals.loc[status.isna(), "status"]})
        raise IndexInputError(f"signals: unknown status {', '.join(unknown)}")
    strength = (
        signals["intensity"].abs().to_numpy(np.float64)
        * signals["confidence"].to_numpy(np.float64)
        * status.to_numpy(np.float64)
    )
    if "mark" in signals:
        # What a reader marked wrong stays visible and weighs nothing.
        strength = np.where((signals["mark"] == "wrong").to_numpy(bool), 0.0, strength)
    keep = strength > 0
    out: pd.DataFrame = signals.loc[keep, list(SIGNAL_COLUMNS)]
    hostile = (out["polarity"] == "adversarial").to_numpy()
    friendly = (out["polarity"] == "cooperative").to_numpy()
    if not (hostile | friendly).all():
        raise IndexInputError("signals: polarity must be cooperative or adversarial")
    return out.assign(strength=strength[keep], hostile=hostile)


def _in_direction(signals: pd.DataFrame, direction: tuple[str, str]) -> pd.Series:
    source, target = direction
    forth = (signals["source"] == source) & (signals["target"] == target)
    back = (signals["source"] == target) & (signals["target"] == source)
    kept: pd.Series = forth | (back & (signals["direction"] == "both"))
    return kept


def collapsed(signals: pd.DataFrame) -> pd.DataFrame:
    """The signals that make the score, one row each, with their ``strength``.

    Those of representatives with a status that weighs, the strongest of each
    (article, source, target, root, theme, status), sorted by article_id and seq.
    """
    return _collapse(_counting(signals))


def _collapse(counting: pd.DataFrame) -> pd.DataFrame:
    rows = counting[counting["representative"].to_numpy(bool)]
    source, target = rows["source"].to_numpy(object), rows["target"].to_numpy(object)
    swap = (rows["direction"] == "both").to_numpy() & (source > target).astype(bool)
    rows = rows.assign(source=np.where(swap, target, source), target=np.where(swap, source, target))
    rows = rows.sort_values(["article_id", "seq"], kind="stable")
    rows = rows.sort_values("strength", ascending=False, kind="stable")
    rows = rows.drop_duplicates(["article_id", "source", "target", "root", "theme", "status"])
    # Sums in a fixed order: floats add up alike whatever order the signals came in.
    return rows.sort_values(["article_id", "seq"], kind="stable")


def _told(counting: pd.DataFrame) -> pd.DataFrame:
    """c, a and the number of signals per pair and story, by its representative."""
    rows = _collapse(counting)
    strength, hostile = rows["strength"].to_numpy(), rows["hostile"].to_numpy()
    rows = rows.assign(a=np.where(hostile, strength, 0.0), c=np.where(hostile, 0.0, strength))
    return rows.groupby(_KEY, sort=False, observed=True, as_index=False).agg(
        article_id=("article_id", "first"),
        day=("day", "first"),
        outlet=("outlet", "first"),
        c=("c", "sum"),
        a=("a", "sum"),
        signals=("seq", "size"),
    )


def _spread(counting: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Articles and outlets behind each told story, reprints included."""
    rows = counting[[*_KEY, "article_id", "outlet"]].drop_duplicates([*_KEY, "article_id"])
    count = rows.groupby(_KEY, sort=False, observed=True, as_index=False)
    articles = count.agg(articles=("article_id", "size"))
    # Most stories have one article: tuples are built cheaply for those.
    one = told.merge(articles, on=_KEY, how="left", sort=False)
    single = one["articles"].to_numpy() == 1
    outlets = np.empty(len(one), dtype=object)
    outlets[:] = [(name,) for name in one["outlet"]]
    if not single.all():
        many = rows.merge(one.loc[~single, _KEY], on=_KEY, how="inner", sort=False)
        named: dict[tuple[str, str], set[str]] = {}
        for pair, story, outlet in zip(many["pair"], many["story_id"], many["outlet"], strict=True):
            named.setdefault((pair, story), set()).add(outlet)
        wanted = zip(one["pair"], one["story_id"], strict=True)
        for position, key in enumerate(wanted):
            if key in named:
                outlets[position] = tuple(sorted(named[key]))
    return one[_KEY].assign(articles=one["articles"].to_numpy(np.int64), outlets=outlets)
