"""Articles and signals as the stages hand them to the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd

from pipeline.records import Article
from pipeline.scoring import SIGNAL_COLUMNS


def an_article(number: int, **changes: object) -> Article:
    fields: dict[str, object] = {
        "article_id": f"{number:016x}",
        "source_ref": str(number),
        "url": f"https://example.org/{number}",
        "title": f"Report {number}",
        "body": f"Text of report {number}.",
        "published_at": datetime(2022, 1, 1, 9, 30, 0, 123456, tzinfo=UTC) + timedelta(days=number),
        "date_source": "stated",
        "outlet": f"Outlet {number % 3}",
        "language": "en",
        "source": "wire",
    }
    return Article(**(fields | changes))  # type: ignore[arg-type]


def a_signal(article: Article, seq: int = 0, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "article_id": article.article_id,
        "seq": seq,
        "pair": "RUS-USA",
        "source": "RUS",
        "target": "USA",
        "direction": "one",
        "root": "ACCUSE",
        "theme": "accusation",
        "polarity": "adversarial",
        "status": "actual",
        "attribution": "outlet",
        "intensity": -2.0,
        "confidence": 0.8,
        "sentence_index": 1,
        "sentence": "Moscow accused Washington.",
        "cue": "accuse",
        "cue_spans": [[7, 14]],
        "source_span": [0, 6],
        "target_span": [15, 25],
        "rule": "active",
        "status_reason": "",
        "source_label": "",
        "target_label": "",
        "event_date": None,
    }
    return row | changes


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(SIGNAL_COLUMNS)).astype({"event_date": object})
