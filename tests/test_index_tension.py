"""Tension: the formula, its interval, contributions, gaps and thin days."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import index
from story_frames import DAY, PAIR, days, random_stories, stories

HALF_LIVES = (7, 14, 30, 90)


def value(scores: pd.DataFrame, **options: float) -> pd.Series:
    return index.tension_series(scores, PAIR, days(0), **options).iloc[0]  # type: ignore[arg-type]


def by_hand(scores: pd.DataFrame, day: pd.Timestamp, half_life: float, k: float) -> float:
    """The formula as the design writes it, in plain Python."""
    a = c = n = 0.0
    for row in scores.itertuples():
        age = (day - row.day).days
        if 0 <= age <= 6 * half_life:
            weight = 2 ** (-age / half_life)
            a, c, n = a + weight * row.a, c + weight * row.c, n + weight
    return 100 * (a - c) / (a + c + k) if n >= 1 else math.nan


@pytest.mark.parametrize("half_life", HALF_LIVES)
def test_tension_is_the_formula(half_life: int) -> None:
    scores = random_stories(60)
    when = pd.date_range(end=DAY, periods=150)
    series = index.tension_series(scores, PAIR, when, half_life, k=3.0, interval=False)
    expected = [by_hand(scores, day, half_life, 3.0) for day in when]
    np.testing.assert_allclose(series["tension"], expected, rtol=1e-12)


def test_a_story_past_the_horizon_and_a_later_one_weigh_nothing() -> None:
    base = stories([(0, 0, 4)] * 3)
    old, late = stories([(85, 9, 0)], prefix="old"), stories([(-1, 9, 0)], prefix="late")
    edge = stories([(84, 9, 0)], prefix="edge")
    assert value(pd.concat([base, old, late])).equals(value(base))
    assert value(pd.concat([base, edge]))["cooperative"] == pytest.approx(9 / 64)


def test_less_than_one_effective_story_is_a_gap_not_zero() -> None:
    row = value(stories([(1, 0, 4)]))
    assert row["n_effective"] < 1
    assert row["state"] == "gap"
    assert row[["tension", "low", "high"]].isna().all()


def test_one_effective_story_is_thin_and_three_are_not() -> None:
    assert value(stories([(0, 0, 4)]))["state"] == "thin"
    assert value(stories([(0, 0, 4)] * 3))["state"] == "ok"


@pytest.mark.parametrize("mass", [1, 4, 60])
def test_one_adversarial_story_does_not_pretend_to_certainty(mass: float) -> None:
    row = value(stories([(0, 0, mass)]), k=4.0)
    assert row["tension"] > 0
    assert row["high"] - row["low"] > 100
    assert row["low"] < 0


def test_the_interval_narrows_as_stories_come_in() -> None:
    widths = [
        (row := value(stories([(0, 1, 4)] * count)))["high"] - row["low"]
        for count in (1, 3, 10, 40, 160)
    ]
    assert all(later < earlier for earlier, later in itertools.pairwise(widths))
    assert widths[-1] < 15


def test_interval_covers_the_true_level_about_as_often_as_it_says() -> None:
    """Stories drawn from a known process: the 90 % interval holds its level."""
    rng = np.random.default_rng(11)
    held = []
    truth = 100 * (2 * 0.7 - 1)
    for trial in range(150):
        count = rng.poisson(40)
        mass, hostile = 4 * rng.lognormal(0, 0.6, count), rng.random(count) < 0.7
        rows = [
            (int(age), 0.0 if bad else float(m), float(m) if bad else 0.0)
            for age, bad, m in zip(rng.integers(0, 85, count), hostile, mass, strict=True)
        ]
        scores = stories(rows, prefix=f"t{trial}-").assign(pair=f"P{trial:03d}-USA")
        row = index.tension_series(scores, f"P{trial:03d}-USA", days(0)).iloc[0]
        held.append(row["low"] <= truth <= row["high"])
    assert 0.84 <= np.mean(held) <= 0.98


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 90), st.floats(0, 50), st.floats(0, 50)).filter(
            lambda row: row[1] + row[2] > 0.01
        ),
        min_size=1,
        max_size=40,
    ),
    half_life=st.sampled_from(HALF_LIVES),
    k=st.floats(0.5, 20),
)
def test_contributions_add_up_and_the_interval_holds_the_value(
    rows: list[tuple[int, float, float]], half_life: int, k: float
) -> None:
    scores = stories(rows)
    row = value(scores, half_life=half_life, k=k)
    parts = index.contributions(scores, PAIR, DAY, half_life, k)
    if row["state"] == "gap":
        assert parts.empty
        return
    assert math.fsum(parts["contribution"]) == pytest.approx(row["tension"], abs=1e-9)
    assert len(parts) == row["stories"]
    assert -100 <= row["low"] <= row["high"] <= 100
    assert row["low"] - 1e-9 <= row["tension"] <= row["high"] + 1e-9


@settings(max_examples=150)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(10, 60),
    spread=st.floats(0.3, 1.2),
    hostile=st.floats(0, 1),
)
def test_doubling_every_story_moves_tension_by_less_than_five(
    seed: int, count: int, spread: float, hostile: float
) -> None:
    """k is the median mass of a large corpus of which these stories are a sample."""
    rng = np.random.default_rng(seed)
    mass = 4.0 * rng.lognormal(0, spread, count)
    if mass.sum() < 8.6 * 4.0:  # ten stories of far less than usual mass in all
        return
    bad = rng.random(count) < hostile
    once = stories(
        [(0, 0.0, m) if b else (0, m, 0.0) for m, b in zip(mass, bad, strict=True)], prefix="once"
    )
    twice = pd.concat([once, once.assign(story_id="again" + once["story_id"])])
    before, after = value(once, k=4.0)["tension"], value(twice, k=4.0)["tension"]
    assert abs(after - before) < 5


def test_doubling_holds_for_nearly_every_sample_of_ten_stories() -> None:
    rng = np.random.default_rng(2)
    mass = 4.0 * rng.lognormal(0, 0.8, (4000, 10))
    side = np.where(rng.random((4000, 10)) < rng.random((4000, 1)), 1, -1)
    net, total = (mass * side).sum(1), mass.sum(1)
    moved = np.abs(100 * 2 * net / (2 * total + 4) - 100 * net / (total + 4))
    assert (moved < 5).mean() > 0.98
    assert moved.max() < 8


def test_numbers_do_not_depend_on_what_else_is_computed() -> None:
    own = random_stories(80)
    others = [random_stories(50, f"{code}-USA", seed=number) for number, code in enumerate("ABC")]
    everything = pd.concat([*others, own]).sample(frac=1, random_state=1)
    alone = index.tension_series(own, PAIR, days(0))
    amid = index.tension_series(everything, PAIR, pd.date_range(end=DAY, periods=300)).iloc[[-1]]
    together = index.tension_on(everything, DAY)
    together = together[together["pair"] == PAIR].drop(columns="pair")
    for other in (amid, together):
        pd.testing.assert_frame_equal(
            alone.reset_index(drop=True), other.reset_index(drop=True), rtol=1e-12
        )


def test_a_later_story_leaves_earlier_days_as_they_were() -> None:
    scores = random_stories(80, span=100)
    more = pd.concat([scores, stories([(3, 0, 40)], prefix="late")])
    when = pd.date_range(end=DAY - pd.Timedelta(days=4), periods=60)
    pd.testing.assert_frame_equal(
        index.tension_series(scores, PAIR, when), index.tension_series(more, PAIR, when)
    )


def test_counts_are_those_of_the_stories_that_weigh() -> None:
    scores = stories([(0, 0, 4), (5, 4, 0), (40, 0, 4), (84, 0, 4), (85, 0, 4)])
    shared = np.empty(5, dtype=object)
    shared[:] = [("x", "y"), ("x",), ("y", "z"), ("x",), ("w",)]
    scores = scores.assign(outlets=shared, signals=[1, 2, 3, 4, 5], articles=[2, 1, 2, 1, 1])
    series = index.tension_series(scores, PAIR, days(5, 0))
    assert series["stories"].tolist() == [4, 4]
    assert series["outlets"].tolist() == [4, 3]
    assert series["signals"].tolist() == [14, 10]
    assert series["articles"].tolist() == [5, 6]


def test_sparklines_are_the_series_without_intervals() -> None:
    scores = pd.concat([random_stories(60), random_stories(9, "CHN-USA", seed=2)])
    when = pd.date_range(end=DAY, periods=90)
    table = index.sparklines(scores, when, ["CHN-USA", PAIR, "FRA-USA"])
    for pair in ("CHN-USA", PAIR):
        series = index.tension_series(scores, pair, when, interval=False)
        np.testing.assert_allclose(table.loc[pair], series["tension"], rtol=1e-9)
    assert table.loc["FRA-USA"].isna().all()


def test_display_days_are_sundays_then_every_day() -> None:
    shown = index.display_days("2002-07-01", DAY)
    assert shown[-1] == DAY
    steps = np.diff(shown.to_numpy()).astype("timedelta64[D]").astype(int)
    daily = shown[-731:]
    assert set(np.diff(daily.to_numpy()).astype("timedelta64[D]").astype(int)) == {1}
    assert set(shown[:-732].day_of_week) == {6}
    assert steps.max() == 7
    assert len(index.display_days(DAY, DAY)) == 1
    assert set(shown[:900]) <= set(index.display_days("2002-07-01", DAY + pd.Timedelta(days=1)))


def test_a_pair_without_stories_is_a_gap_everywhere() -> None:
    series = index.tension_series(random_stories(5), "FRA-GBR", pd.date_range(end=DAY, periods=3))
    assert (series["state"] == "gap").all()
    assert (series["stories"] == 0).all()
    assert index.tension_on(random_stories(5).iloc[:0], DAY).empty


def test_wrong_input_is_refused_with_its_name() -> None:
    scores = random_stories(5)
    with pytest.raises(index.IndexInputError, match="outlets"):
        index.tension_series(scores.drop(columns="outlets"), PAIR, days(0))
    with pytest.raises(index.IndexInputError, match="half_life"):
        index.tension_series(scores, PAIR, days(0), half_life=0)
    with pytest.raises(index.IndexInputError, match="sorted"):
        index.tension_series(scores, PAIR, days(0, 1))
    with pytest.raises(index.IndexInputError, match="list of pairs"):
        index.tension_on(scores, DAY, PAIR)
    with pytest.raises(index.IndexInputError, match="not a day"):
        index.tension_on(scores, "soon")
