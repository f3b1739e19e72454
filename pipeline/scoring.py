"""From articles to signals, and from signals to the score of an article.

All functions are pure. ``score_items`` is what a worker of an executor runs: it
takes and gives a whole frame of articles and knows all it needs from its
arguments, so that any ``concurrent.futures.Executor`` will do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from pipeline.records import STATUS_WEIGHT, Article, Signal, Status, TextResult

#: Columns of ``score_articles``, in order.
SIGNAL_COLUMNS = (
    "article_id", "seq", "pair", "source", "target", "direction", "root", "theme",
    "polarity", "status", "attribution", "intensity", "confidence", "sentence_index",
    "sentence", "cue", "cue_spans", "source_span", "target_span", "rule",
    "status_reason", "source_label", "target_label", "event_date",
)  # fmt: skip

#: Columns of ``article_scores`` beyond what ``signals`` says of the article.
SCORE_COLUMNS = ("c", "a", "net", "n_signals", "n_cooperative", "n_adversarial", "n_uncounted")

#: Signals of one article that are equal in these are one act told twice.
_SAME_ACT = ["article_id", "pair", "source", "target", "root", "theme", "status"]


class Extractor(Protocol):
    """What finds the signals in one text."""

    @property
    def scorer_id(self) -> str:
        """Names code, codebook, overlays and settings; changes with any of them."""

    def extract(self, title: str, body: str, on: date | None) -> TextResult:
        """The signals of one text published on a day."""


@dataclass(frozen=True, slots=True)
class ScorerSpec:
    """How to load an extractor; travels to the workers in its place."""

    overlay: Path | None = None
    actors_overlay: Path | None = None
    include_proxies: bool = True
    #: ``module:name`` of what makes the extractor from the three settings above.
    factory: str = "pipeline.signals.extract:Extractor.load"


@cache
def load_extractor(spec: ScorerSpec) -> Extractor:
    """The extractor of ``spec``, loaded once in each process."""
    module, _, path = spec.factory.partition(":")
    make: Any = import_module(module)
    for name in path.split("."):
        make = getattr(make, name)
    extractor: Extractor = make(
        overlay=spec.overlay,
        actors_overlay=spec.actors_overlay,
        include_proxies=spec.include_proxies,
    )
    return extractor


def scorer_id(spec: ScorerSpec) -> str:
    """The name of the scorer that ``spec`` loads."""
    return load_extractor(spec).scorer_id


def signal_row(article_id: str, seq: int, signal: Signal) -> dict[str, Any]:
    """One signal as a row of ``score_articles``: spans as lists, words as text."""
    return {
        "article_id": article_id,
        "seq": seq,
        "pair": signal.pair,
        "source": signal.source,
        "target": signal.target,
        "direction": signal.direction,
        "root": signal.root,
        "theme": signal.theme,
        "polarity": signal.polarity,
        "status": str(signal.status),
        "attribution": signal.attribution,
        "intensity": float(signal.intensity),
        "confidence": float(signal.confidence),
        "sentence_index": signal.sentence_index,
        "sentence": signal.sentence,
        "cue": signal.cue,
        "cue_spans": [list(span) for span in signal.cue_spans],
        "source_span": list(signal.source_span),
        "target_span": list(signal.target_span),
        "rule": signal.rule,
        "status_reason": signal.status_reason,
        "source_label": signal.source_label,
        "target_label": signal.target_label,
        "event_date": signal.event_date,
    }


def score_articles(frame: pd.DataFrame, spec: ScorerSpec | None = None) -> pd.DataFrame:
    """The signals of articles.

    frame[article_id, title, body, published_at] -> one row per signal
    (``SIGNAL_COLUMNS``), ``seq`` numbering each article's signals from 0. An
    article that cannot be scored has no row and is named in
    ``result.attrs["failures"]`` (article_id -> error).
    """
    extractor = load_extractor(spec or ScorerSpec())
    rows: list[dict[str, Any]] = []
    failures: dict[str, str] = {}
    columns = ["article_id", "title", "body", "published_at"]
    for article_id, title, body, published_at in frame[columns].itertuples(index=False):
        try:
            signals = extractor.extract(title, body, published_at.date()).signals
        # One text that breaks the extractor must not cost the other 499; the
        # error reaches the run's report.
        except Exception as error:
            failures[article_id] = f"{type(error).__name__}: {error}"
            continue
        rows.extend(signal_row(article_id, seq, signal) for seq, signal in enumerate(signals))
    result = pd.DataFrame(rows, columns=list(SIGNAL_COLUMNS))
    # Left alone pandas would turn dates into timestamps in some frames only.
    result["event_date"] = result["event_date"].astype(object)
    result.attrs["failures"] = failures
    return result


@dataclass(frozen=True, slots=True)
class ScoredFrame:
    """Articles with all that scoring found in them: what one transaction stores."""

    articles: tuple[Article, ...]
    #: One per article, in the same order (pipeline.dedupe.signature).
    signatures: tuple[bytes, ...]
    #: Ids of the articles that were scored, those without a signal included.
    scored: frozenset[str]
    #: One row per signal, as ``score_articles`` gives them.
    signals: pd.DataFrame
    #: article_id -> what went wrong, for articles that could not be scored.
    failures: dict[str, str]


def score_items(
    articles: Sequence[Article], spec: ScorerSpec, sign: Callable[[Article], bytes]
) -> ScoredFrame:
    """Score the English ones of ``articles`` and take every one's signature."""
    english = [article for article in articles if article.language == "en"]
    frame = pd.DataFrame(
        [(a.article_id, a.title, a.body, a.published_at) for a in english],
        columns=["article_id", "title", "body", "published_at"],
    )
    signals = score_articles(frame, spec)
    failures: dict[str, str] = signals.attrs.pop("failures")
    return ScoredFrame(
        articles=tuple(articles),
        signatures=tuple(sign(article) for article in articles),
        scored=frozenset(a.article_id for a in english if a.article_id not in failures),
        signals=signals,
        failures=failures,
    )


def article_scores(signals: pd.DataFrame) -> pd.DataFrame:
    """The score of each article for each pair.

    signals[article_id, pair, source, target, direction, root, theme, polarity,
    status, intensity, confidence, …] -> frame[article_id, pair, c, a, net,
    n_signals, n_cooperative, n_adversarial, n_uncounted], by article and pair.

    Within an article, signals equal in source, target, root, theme and status
    collapse to the strongest; one with direction ``both`` has no first actor, so
    its two actors are put in order before. ``c`` and ``a`` are the sums of
    |intensity| x confidence x status weight over the cooperative and the
    adversarial ones, ``net = c - a``. ``n_signals`` counts what entered the sums,
    ``n_uncounted`` what was found but weighs nothing (denied, alleged,
    conditional, historical).
    """
    source, target = signals["source"].to_numpy(object), signals["target"].to_numpy(object)
    swap = (signals["direction"] == "both").to_numpy() & (source > target).astype(bool)
    weight = signals["status"].map({str(s): STATUS_WEIGHT[s] for s in Status}).astype(float)
    # A frame put together from parts, some without signals, may have lost its number type.
    mass = signals["intensity"].astype(float).abs() * signals["confidence"].astype(float)
    work = signals[_SAME_ACT].assign(
        source=np.where(swap, target, source),
        target=np.where(swap, source, target),
        mass=mass,
        weight=weight,
        friendly=signals["polarity"] == "cooperative",
    )
    # Sorting fixes the order in which floats are added up.
    work = work.sort_values([*_SAME_ACT, "mass"]).drop_duplicates(_SAME_ACT, keep="last")
    mass, friendly = work["mass"] * work["weight"], work["friendly"]
    counts = mass > 0
    work = work.assign(
        c=mass.where(friendly, 0.0),
        a=mass.where(~friendly, 0.0),
        n_signals=counts,
        n_cooperative=counts & friendly,
        n_adversarial=counts & ~friendly,
        n_uncounted=~counts,
    )
    sums = [name for name in SCORE_COLUMNS if name != "net"]
    scores = work.groupby(["article_id", "pair"], as_index=False, observed=True)[sums].sum()
    scores.insert(4, "net", scores["c"] - scores["a"])
    return scores.astype(dict.fromkeys(SCORE_COLUMNS[3:], "int64"))
