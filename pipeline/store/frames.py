"""From rows to frames: the columns that readers get, and their types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

#: Columns of ``Store.signals`` and their kinds.
LIGHT_COLUMNS: dict[str, str] = {
    "article_id": "str",
    "story_id": "str",
    "representative": "bool",
    "seq": "int",
    "day": "day",
    "pair": "str",
    "source": "str",
    "target": "str",
    "direction": "str",
    "root": "str",
    "theme": "str",
    "polarity": "str",
    "status": "str",
    "attribution": "str",
    "intensity": "float",
    "confidence": "float",
    "outlet": "str",
    "illustrative": "bool",
    #: A reader's: "", wrong (does not count) or misdirected (read the other way round).
    "mark": "str",
}
#: What ``columns="full"`` adds.
EVIDENCE_COLUMNS: dict[str, str] = {
    "published_at": "time",
    "title": "str",
    "url": "str",
    "source_label": "str",
    "target_label": "str",
    "sentence_index": "int",
    "sentence": "str",
    "cue": "str",
    "cue_spans": "json",
    "source_span": "json",
    "target_span": "json",
    "rule": "str",
    "status_reason": "str",
    "event_date": "day",
    "story_articles": "int",
    "story_outlets": "int",
}
#: Columns of ``Store.articles`` and ``Store.story``.
ARTICLE_COLUMNS: dict[str, str] = {
    "article_id": "str",
    "story_id": "str",
    "representative": "bool",
    "published_at": "time",
    "day": "day",
    "date_source": "str",
    "outlet": "str",
    "language": "str",
    "source": "str",
    "source_ref": "str",
    "url": "str",
    "title": "str",
    "scored": "bool",
    "n_signals": "int",
    "illustrative": "bool",
}


def frame_of(rows: Sequence[Any], kinds: Mapping[str, str]) -> pd.DataFrame:
    """Rows in the order of ``kinds`` as a frame with exactly these types.

    str -> str, bool -> bool, int -> int64, float -> float64, day ->
    datetime64[us] at UTC midnight, naive (NaT for none), time -> datetime64[us,
    UTC], json -> lists.
    """
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(kinds)
    return pd.DataFrame(
        {
            name: _column(values, kind)
            for (name, kind), values in zip(kinds.items(), columns, strict=True)
        }
    )


def _column(values: Sequence[Any], kind: str) -> Any:
    if kind == "str":
        return pd.array(values, dtype="str")
    if kind == "bool":
        return np.array(values, dtype=bool)
    if kind == "count":  # -1 for none
        return np.array([-1 if value is None else value for value in values], dtype="int64")
    if kind == "int":
        return np.array(values, dtype="int64")
    if kind == "float":
        return np.array(values, dtype="float64")
    if kind == "day":
        none = np.iinfo("int64").min  # numpy reads it as NaT
        days = np.array([none if value is None else value for value in values], dtype="int64")
        return days.astype("datetime64[D]").astype("datetime64[us]")
    if kind == "time":
        none = np.iinfo("int64").min
        stamps = np.array([none if v is None else v for v in values], dtype="int64").astype(
            "datetime64[us]"
        )
        return pd.DatetimeIndex(stamps).tz_localize("UTC")
    spans = np.empty(len(values), dtype=object)
    if values and isinstance(values[0], str):
        values = json.loads(f"[{','.join(values)}]")
    spans[:] = values
    return spans
