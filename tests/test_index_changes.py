"""Changes between plain windows, z-scores, movers and change points."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from pipeline import index
from pipeline.index.changepoints import partition
from story_frames import DAY, PAIR, random_stories, stories


def change(scores: pd.DataFrame, window_days: int = 7) -> pd.Series:
    return index.changes(scores, [PAIR], DAY, window_days, k=4.0).iloc[0]


def weekly(levels: list[float], per_week: int = 8, seed: int = 1) -> pd.DataFrame:
    """Stories whose weekly tension scatters about ``levels``; the last week ends on DAY."""
    rng = np.random.default_rng(seed)
    rows = []
    for back, level in enumerate(reversed(levels)):
        for _ in range(per_week):
            share = float(np.clip((1 + level / 100) / 2 + rng.normal(0, 0.15), 0, 1))
            rows.append((7 * back + int(rng.integers(7)), 8 * (1 - share), 8 * share))
    return stories(rows)


def test_a_change_compares_two_plain_windows() -> None:
    row = change(stories([(0, 0, 8), (6, 2, 4), (7, 6, 0), (13, 0, 2), (14, 0, 99)]))
    assert row["now"] == pytest.approx(100 * (12 - 2) / (14 + 4))
    assert row["before"] == pytest.approx(100 * (2 - 6) / (8 + 4))
    assert row["change"] == pytest.approx(row["now"] - row["before"])
    assert (row["stories_now"], row["stories_before"], row["state"]) == (2, 2, "thin")


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([(0, 0, 4)], "no stories before"),
        ([(8, 0, 4)], "no stories now"),
        ([(30, 0, 4)], "no stories"),
    ],
)
def test_an_empty_window_gives_no_change_and_says_so(
    rows: list[tuple[int, float, float]], state: str
) -> None:
    row = change(stories(rows))
    assert row["state"] == state
    assert row[["change", "low", "high"]].isna().all()
    assert not row["clear"]


def test_one_story_against_one_is_never_clear() -> None:
    row = change(stories([(0, 0, 40), (8, 40, 0)]))
    assert row["change"] > 150
    assert not row["clear"]


def test_a_turn_told_by_many_stories_is_clear() -> None:
    row = change(stories([(age % 7, 0, 5) for age in range(12)] + [(7, 5, 0)] * 12))
    assert row["clear"]
    assert 0 < row["low"] < row["change"] < row["high"]
    assert row["state"] == "ok"


def test_clear_is_rare_where_nothing_changed() -> None:
    frames = [
        random_stories(60, f"X{number:02d}-USA", seed=number, span=60) for number in range(100)
    ]
    found = index.changes(pd.concat(frames), None, DAY, 30)
    assert found["clear"].mean() < 0.22


def test_changes_do_not_depend_on_other_pairs() -> None:
    own = random_stories(60)
    both = pd.concat([random_stories(60, "CHN-USA", seed=3), own])
    together = index.changes(both, None, DAY, 7).set_index("pair").loc[PAIR]
    assert together.equals(index.changes(own, None, DAY, 7).set_index("pair").loc[PAIR])


def test_movers_put_clear_changes_first() -> None:
    table = pd.DataFrame(
        {
            "pair": list("ABCDE"),
            "now": 0.0,
            "before": 0.0,
            "change": [5.0, 60.0, -30.0, np.nan, 20.0],
            "low": np.nan,
            "high": np.nan,
            "clear": [True, False, True, False, True],
            "state": "ok",
            "stories_now": 3,
            "stories_before": 3,
        }
    )
    found = index.movers(table, top=2)
    assert found["pair"].tolist() == ["E", "A", "C"]
    assert found["move"].tolist() == ["worsened", "worsened", "eased"]


def test_no_pairs_make_an_empty_table() -> None:
    empty = index.changes(random_stories(3), [], DAY, 7)
    assert empty.empty
    assert index.movers(empty).empty


def test_z_is_the_distance_to_the_median_in_mads() -> None:
    scores = weekly([10.0] * 52 + [80.0])
    row = index.zscores(scores, [PAIR], DAY, k=4.0).iloc[0]
    grid = index.heatmap(scores, [PAIR], DAY, 53, k=4.0).iloc[0].to_numpy()
    past = grid[:-1]
    mad = np.median(np.abs(past - np.median(past)))
    assert row["z"] == pytest.approx((grid[-1] - np.median(past)) / (1.4826 * mad))
    assert row["z"] > 3
    assert (row["weeks"], row["state"]) == (52, "ok")


def test_z_needs_half_a_year_of_weeks_with_stories() -> None:
    short = weekly([10.0] * 25 + [80.0])
    assert index.zscores(short, [PAIR], DAY).iloc[0]["state"] == "short history"
    enough = weekly([10.0] * 26 + [80.0])
    assert index.zscores(enough, [PAIR], DAY).iloc[0]["state"] == "ok"
    silent = enough[enough["day"] <= DAY - pd.Timedelta(days=7)]
    assert index.zscores(silent, [PAIR], DAY).iloc[0]["state"] == "no stories now"
    same = stories([(7 * week, 0, 4) for week in range(53)])
    row = index.zscores(same, [PAIR], DAY).iloc[0]
    assert row["state"] == "no spread"
    assert np.isnan(row["z"])


def test_change_points_find_the_weeks_of_two_shifts() -> None:
    scores = weekly([-20.0] * 40 + [40.0] * 30 + [75.0] * 30)
    found = index.change_points(scores, PAIR, DAY - pd.Timedelta(weeks=100), DAY)
    assert len(found) == 2
    expected = [DAY - pd.Timedelta(weeks=weeks) for weeks in (60, 30)]
    gaps = np.abs((found["day"] - pd.Series(expected)).dt.days)
    assert (gaps <= 14).all()
    assert (found["shift"] > 10).all()
    assert set(found["day"].dt.day_of_week) == {0}


def test_change_points_are_rare_in_a_level_series() -> None:
    found = [
        len(
            index.change_points(
                weekly([30.0] * 104, per_week=3, seed=seed), PAIR, "2020-02-01", DAY
            )
        )
        for seed in range(12)
    ]
    assert sum(found) <= 1


def test_change_points_step_over_gaps() -> None:
    scores = weekly([-40.0] * 30 + [50.0] * 30)
    holes = scores[(scores["day"].dt.day // 7) % 2 == 0]
    found = index.change_points(holes, PAIR, DAY - pd.Timedelta(weeks=60), DAY)
    assert len(found) == 1
    assert index.change_points(holes.iloc[:3], PAIR, "2021-01-01", DAY).empty
    assert index.change_points(holes.iloc[:0], PAIR, DAY, DAY).empty


def test_partition_is_the_best_of_all_partitions() -> None:
    rng = np.random.default_rng(4)
    value = np.r_[rng.normal(0, 1, 5), rng.normal(3, 1, 4), rng.normal(-1, 1, 4)]
    weight = rng.uniform(0.2, 1, len(value))

    def cost(starts: tuple[int, ...]) -> float:
        edges = [0, *starts, len(value)]
        if min(np.diff(edges)) < 2:
            return np.inf
        total = 0.0
        for low, high in itertools.pairwise(edges):
            level = np.average(value[low:high], weights=weight[low:high])
            total += float((weight[low:high] * (value[low:high] - level) ** 2).sum())
        return total + 1.5 * len(starts)

    choices = [
        starts for size in range(5) for starts in itertools.combinations(range(1, len(value)), size)
    ]
    assert tuple(partition(value, weight, 1.5, 2)) == min(choices, key=cost)


def test_wrong_windows_are_refused() -> None:
    with pytest.raises(index.IndexInputError, match="window_days"):
        index.changes(random_stories(3), None, DAY, 0)
    with pytest.raises(index.IndexInputError, match="min_weeks"):
        index.change_points(random_stories(3), PAIR, DAY, DAY, min_weeks=0)
