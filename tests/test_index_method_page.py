"""docs/method.md tells the truth: its worked example and constants are recomputed."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import index
from pipeline.index import bootstrap, changepoints
from pipeline.records import STATUS_WEIGHT
from pipeline.scoring import article_scores
from story_frames import DAY, PAIR, days, random_stories, signal, signals, stories

PAGE = (Path(__file__).parent.parent / "docs" / "method.md").read_text(encoding="utf-8")
EXAMPLE = [(0, 0.0, 8.0), (7, 6.0, 2.0), (14, 0.0, 5.0), (21, 2.4, 0.0)]


def table_of_the_example() -> pd.DataFrame:
    part = PAGE.split("### A worked example")[1].split("\ntension =")[0]
    rows = [line.strip("| ").split("|") for line in part.splitlines() if line.startswith("|")]
    numbers = [
        [float(cell.replace("−", "-").strip() or "nan") for cell in row] for row in rows[2:-1]
    ]
    return pd.DataFrame(numbers, columns=[cell.strip() for cell in rows[0]])


def test_the_table_of_the_example_is_what_the_index_computes() -> None:
    table = table_of_the_example()
    parts = index.contributions(stories(EXAMPLE), PAIR, DAY, half_life=14, k=4).sort_values("age")
    assert table["age"].tolist() == parts["age"].tolist()
    for told, computed in (
        ("w", parts["weight"]),
        ("a", parts["a"]),
        ("c", parts["c"]),
        ("w·a", parts["weight"] * parts["a"]),
        ("w·c", parts["weight"] * parts["c"]),
    ):
        np.testing.assert_allclose(table[told], computed, atol=5e-5)
    np.testing.assert_allclose(table["contribution"], parts["contribution"], atol=5e-3)


def test_the_result_of_the_example_is_what_the_index_computes() -> None:
    row = index.tension_series(stories(EXAMPLE), PAIR, days(0), half_life=14, k=4).iloc[0]
    assert f"**{row['tension']:.2f}**" in PAGE
    assert f"n = {row['n_effective']:.2f}: a {row['state']} value" in PAGE
    bounds = f"from {row['low']:.0f} to {row['high']:.0f}".replace("-", "−")
    assert bounds in PAGE.replace("\n", " ")


def test_the_article_of_the_page_has_the_score_it_says() -> None:
    talks = {"root": "CONSULT", "theme": "talks", "polarity": "cooperative", "direction": "both"}
    frame = signals(
        signal(intensity=-5.0, confidence=0.8),
        signal(seq=1, intensity=4.0, confidence=0.9, status="planned", **talks),
        signal(seq=2, intensity=-9.0, confidence=0.7, status="negated", root="ASSAULT"),
    )
    row = index.story_scores(frame).iloc[0]
    assert (row["a"], row["c"]) == pytest.approx((4, 2.16))
    assert "A = 5 · 0.8 · 1 = 4, C = 4 · 0.9 · 0.6 = 2.16" in PAGE


def test_constants_on_the_page_are_those_of_the_code() -> None:
    assert f"`K = {index.K}`" in PAGE
    assert f"with {bootstrap.DRAWS} draws" in PAGE
    assert f"{changepoints.PENALTY:g} · σ² · log(number of weeks)" in PAGE
    assert f"n / (n + {changepoints.HALF_WEIGHT_STORIES:g})" in PAGE
    for status, weight in STATUS_WEIGHT.items():
        told = re.search(rf"^\|[^|]*\b{status.value}\b[^|]*\| ([\d.]+)", PAGE, re.MULTILINE)
        assert told
        assert float(told[1]) == weight


def test_one_adversarial_story_has_the_interval_the_page_names() -> None:
    scores = [stories([(0, 0, mass)]) for mass in (4, 40)]
    for frame in scores:
        row = index.tension_series(frame, PAIR, days(0), k=4).iloc[0]
        assert -70 < row["low"] < -40
        assert row["high"] > 99


def test_unchanged_pairs_are_called_clear_about_as_often_as_the_page_says() -> None:
    frames = [
        random_stories(60, f"X{number:03d}-USA", seed=number, span=60) for number in range(200)
    ]
    share = index.changes(pd.concat(frames), None, DAY, 7)["clear"].mean()
    assert 0.03 < share < 0.15


def test_the_score_of_an_article_is_that_of_its_story() -> None:
    """The downloaded article scores and the index agree on c and a."""
    rng = np.random.default_rng(8)
    rows = []
    for number in range(120):
        hostile = bool(rng.random() < 0.5)
        rows.append(
            signal(
                article_id=f"a{number // 6:02d}",
                story_id=f"a{number // 6:02d}",
                seq=number % 6,
                target=str(rng.choice(["USA", "UKR"])),
                theme=str(rng.choice(["talks", "tariff"])),
                root="ACCUSE" if hostile else "CONSULT",
                polarity="adversarial" if hostile else "cooperative",
                status=str(rng.choice([status.value for status in STATUS_WEIGHT])),
                intensity=float(rng.integers(1, 11)) * (-1 if hostile else 1),
                confidence=float(rng.uniform(0.3, 1)),
            )
        )
    frame = signals(*rows)
    stored = article_scores(frame)
    stored = stored[stored["n_signals"] > 0].set_index(["article_id", "pair"])
    told = index.story_scores(frame).set_index(["article_id", "pair"])
    assert len(told) == len(stored)
    both = told.join(stored.add_suffix("_stored"))
    np.testing.assert_allclose(both["c"], both["c_stored"], rtol=1e-12)
    np.testing.assert_allclose(both["a"], both["a_stored"], rtol=1e-12)
    assert (both["signals"] == both["n_signals_stored"]).all()
