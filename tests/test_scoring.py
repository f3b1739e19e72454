"""Scoring frames of articles, and the score of an article."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pandas as pd
import pytest

from fake_extractor import SPEC, marked
from pipeline.scoring import SIGNAL_COLUMNS, article_scores, score_articles, score_items
from store_rows import a_signal, an_article, frame


def texts(*bodies: str) -> pd.DataFrame:
    when = datetime(2022, 1, 1, tzinfo=UTC)
    rows = [(f"{n:016x}", "", body, when) for n, body in enumerate(bodies)]
    return pd.DataFrame(rows, columns=["article_id", "title", "body", "published_at"])


def test_every_signal_is_a_row_numbered_within_its_article() -> None:
    bodies = (marked("RUS", "USA") + " " + marked("USA", "RUS"), "Nothing.", marked("CHN", "USA"))
    found = score_articles(texts(*bodies), SPEC)
    assert list(found.columns) == list(SIGNAL_COLUMNS)
    assert list(found["seq"]) == [0, 1, 0]
    assert list(found["pair"]) == ["RUS-USA", "RUS-USA", "CHN-USA"]
    sentence, span = found["sentence"][0], found["source_span"][0]
    assert sentence[slice(*span)] == "RUS"


def test_an_empty_frame_scores_to_an_empty_frame_with_all_columns() -> None:
    found = score_articles(texts(), SPEC)
    assert found.empty and list(found.columns) == list(SIGNAL_COLUMNS)


def test_scoring_is_the_same_however_articles_are_framed() -> None:
    rows = texts(marked("RUS", "USA"), marked("CHN", "IND"), "Nothing.", marked("IRN", "ISR"))
    whole = score_articles(rows, SPEC)
    parts = [score_articles(rows.iloc[[n]], SPEC) for n in (3, 1, 0, 2)]
    joined = pd.concat(parts).sort_values(["article_id", "seq"], ignore_index=True)
    pd.testing.assert_frame_equal(joined, whole, check_dtype=False)


def test_one_text_that_breaks_the_extractor_does_not_cost_the_others() -> None:
    found = score_articles(texts(marked("RUS", "USA"), "BREAK", marked("CHN", "USA")), SPEC)
    assert len(found) == 2
    assert found.attrs["failures"] == {f"{1:016x}": "RuntimeError: broken on purpose"}


def test_a_frame_of_articles_travels_between_processes() -> None:
    articles = [
        an_article(1, body=marked("RUS", "USA")),
        an_article(2, body=marked("RUS", "USA"), language="de"),
        an_article(3, body="BREAK"),
        an_article(4),
    ]
    scored = score_items(articles, SPEC, lambda article: article.body.encode())
    again = pickle.loads(pickle.dumps(scored))
    assert again.scored == {articles[0].article_id, articles[3].article_id}
    assert list(again.signals["article_id"]) == [articles[0].article_id]
    assert set(again.failures) == {articles[2].article_id}
    assert again.signatures[1] == articles[1].body.encode()


ARTICLE = an_article(1)


def scores(*changes: dict[str, object]) -> pd.DataFrame:
    return article_scores(frame(*(a_signal(ARTICLE, n, **c) for n, c in enumerate(changes))))


def test_the_score_weighs_intensity_confidence_and_status() -> None:
    (row,) = scores(
        {"intensity": -4.0, "confidence": 0.5},
        {"intensity": -8.0, "confidence": 0.5, "status": "possible", "root": "THREATEN"},
        {"intensity": 5.0, "confidence": 1.0, "polarity": "cooperative", "status": "planned"},
    ).to_dict("records")
    assert row["a"] == pytest.approx(4 * 0.5 * 1 + 8 * 0.5 * 0.3)
    assert row["c"] == pytest.approx(5 * 0.6)
    assert row["net"] == pytest.approx(row["c"] - row["a"])
    assert (row["n_signals"], row["n_cooperative"], row["n_adversarial"]) == (3, 1, 2)


def test_the_same_act_told_twice_counts_once_as_the_strongest() -> None:
    (row,) = scores({"confidence": 0.3}, {"confidence": 0.9}, {"confidence": 0.5}).to_dict(
        "records"
    )
    assert row["a"] == pytest.approx(2 * 0.9) and row["n_signals"] == 1


def test_a_mutual_act_has_no_first_actor() -> None:
    (row,) = scores(
        {"direction": "both"}, {"direction": "both", "source": "USA", "target": "RUS"}
    ).to_dict("records")
    assert row["n_signals"] == 1


def test_what_does_not_count_is_counted_apart() -> None:
    (row,) = scores({"status": "alleged"}, {"status": "negated"}).to_dict("records")
    assert (row["a"], row["c"], row["n_signals"], row["n_uncounted"]) == (0, 0, 0, 2)


def test_the_order_of_signals_does_not_change_a_score() -> None:
    rows = frame(
        *(
            a_signal(ARTICLE, n, root=root, intensity=-1.1 * n, confidence=0.37 + n / 100)
            for n, root in enumerate(("ACCUSE", "REJECT", "THREATEN", "COERCE", "ACCUSE"))
        )
    )
    forth, back = article_scores(rows), article_scores(rows.iloc[::-1])
    pd.testing.assert_frame_equal(forth, back, check_exact=True)


def test_no_signals_make_no_scores() -> None:
    assert article_scores(frame()).empty
