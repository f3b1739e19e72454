"""Attention, calendar panels, the Overview's grids and its one table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline import index
from pipeline.index.attention import wilson
from pipeline.index.panel import PANEL_COLUMNS
from story_frames import DAY, PAIR, days, random_stories, scored, stories


def test_attention_is_the_share_of_scored_stories() -> None:
    counts = scored(per_day=50)
    row = index.attention_series(stories([(0, 0, 4), (14, 4, 0)]), PAIR, counts, days(0)).iloc[0]
    scored_weight = 50 * sum(2 ** (-age / 14) for age in range(85))
    assert row["attention"] == pytest.approx(10_000 * 1.5 / scored_weight)
    assert 0 < row["low"] < row["attention"] < row["high"]
    assert row["stories"] == 2


def test_no_story_of_a_pair_is_a_real_zero_and_no_scored_story_a_gap() -> None:
    series = index.attention_series(stories([(0, 0, 4)]), PAIR, scored(back=100), days(300, 90, 1))
    assert np.isnan(series["attention"].iloc[0])
    assert series["attention"].tolist()[1:] == [0, 0]
    assert (series["high"].iloc[1:] > 0).all()


def test_a_back_fill_changes_no_day_whose_window_does_not_hold_it() -> None:
    scores, counts = random_stories(80, span=200), scored()
    more = pd.concat([scores, stories([(100, 0, 4)] * 5, prefix="late")])
    filled = counts.assign(stories=counts["stories"] + 7 * (counts["day"] == days(100)[0]))
    when = pd.date_range(end=DAY, periods=200)
    before = index.attention_series(scores, PAIR, counts, when)
    after = index.attention_series(more, PAIR, filled, when)
    touched = (when >= days(100)[0]) & (when <= days(16)[0])
    pd.testing.assert_frame_equal(before[~touched], after[~touched])
    assert (before[touched]["attention"] != after[touched]["attention"]).all()


def test_wilson_is_the_textbook_interval() -> None:
    low, high = wilson(np.array([0.1, 0.0, 1.0]), np.array([50.0, 50.0, 50.0]))
    assert low[0] == pytest.approx(0.0494, abs=5e-4)
    assert high[0] == pytest.approx(0.1919, abs=5e-4)
    assert (low[1], high[2]) == (0.0, 1.0)


def test_attention_of_all_pairs_is_that_of_each() -> None:
    scores = pd.concat([random_stories(50), random_stories(5, "CHN-USA", seed=2)])
    table = index.attention_on(scores, scored(), DAY, half_life=7).set_index("pair")
    for pair in table.index:
        row = index.attention_series(scores, pair, scored(), days(0), half_life=7).iloc[0]
        names = ["attention", "low", "high", "n_effective", "scored_effective", "stories"]
        np.testing.assert_allclose(
            table.loc[pair, names].astype(float), row[names].astype(float), rtol=1e-12
        )


def test_weekly_panel_is_balanced_iso_weeks_with_gaps() -> None:
    scores = pd.concat([stories([(0, 0, 8), (1, 4, 0), (30, 0, 4)]), random_stories(3, "CHN-USA")])
    table = index.panel(scores, scored(), "W", "2021-12-27", DAY, cow={"USA": "2", "RUS": "365"})
    assert list(table.columns) == PANEL_COLUMNS
    assert table.groupby("pair").size().nunique() == 1
    assert not table.duplicated(["pair", "period"]).any()
    assert set(table["start"].dt.day_of_week) == {0}
    own = table[table["pair"] == PAIR].set_index("period")
    assert own.index[0] == "2021-W52"
    assert own.index[-1] == "2022-W08"
    assert own.loc["2022-W08", "tension"] == pytest.approx(100 * (8 - 4) / (12 + index.K))
    assert own.loc["2022-W08", "state"] == "thin"
    assert own.loc["2022-W07", ["tension", "low", "high"]].isna().all()
    assert own.loc["2022-W07", "attention"] == 0
    assert own["complete"].tolist() == [True] * 8 + [False]
    assert (own["cow_a"] == 365).all()
    assert (own["cow_b"] == 2).all()
    assert table.loc[table["pair"] == "CHN-USA", "cow_a"].isna().all()
    assert own["stories"].sum() == 3


def test_monthly_panel_sums_the_month_alone() -> None:
    scores = random_stories(200, span=365)
    table = index.panel(scores, scored(), "M", "2021-03-01", DAY, k=4.0).set_index("period")
    month = scores[scores["day"].dt.strftime("%Y-%m") == "2021-08"]
    row = table.loc["2021-08"]
    a, c = month["a"].sum(), month["c"].sum()
    assert row["tension"] == pytest.approx(100 * (a - c) / (a + c + 4))
    assert row["low"] < row["tension"] < row["high"]
    assert (row["stories"], row["scored_stories"]) == (len(month), 3100)
    assert row["attention"] == pytest.approx(10_000 * len(month) / 3100)
    assert row["outlets"] == len(month)
    assert (str(row["start"].date()), str(row["end"].date())) == ("2021-08-01", "2021-08-31")
    assert len(table) == 12


def test_panel_outlets_are_counted_once_in_a_period() -> None:
    shared = np.empty(3, dtype=object)
    shared[:] = [("x", "y"), ("y",), ("y", "z")]
    scores = stories([(0, 0, 4), (1, 0, 4), (2, 0, 4)]).assign(outlets=shared)
    assert index.panel(scores, scored(), "M", DAY, DAY)["outlets"].tolist() == [3]


def test_panel_may_hold_pairs_without_any_story() -> None:
    table = index.panel(random_stories(5), scored(), "M", DAY, DAY, pairs=["FRA-GBR"])
    assert len(table) == 1
    assert table["tension"].isna().all()
    assert (table["state"] == "gap").all()


def test_an_unknown_frequency_or_a_turned_window_is_refused() -> None:
    with pytest.raises(index.IndexInputError, match="freq"):
        index.panel(random_stories(5), scored(), "D", DAY, DAY)  # type: ignore[arg-type]
    with pytest.raises(index.IndexInputError, match="after its end"):
        index.panel(random_stories(5), scored(), "M", DAY, "2020-01-01")


def test_heatmap_cells_stand_for_their_own_week() -> None:
    grid = index.heatmap(stories([(0, 0, 8), (7, 8, 0)]), [PAIR, "FRA-GBR"], DAY, 3, k=4.0)
    assert grid.columns[-1] == DAY
    assert grid.loc[PAIR].round(6).tolist()[1:] == [-66.666667, 66.666667]
    assert np.isnan(grid.loc[PAIR].iloc[0])
    assert grid.loc["FRA-GBR"].isna().all()


def test_matrix_is_symmetric_in_the_order_asked_for() -> None:
    values = pd.DataFrame({"pair": ["CHN-USA", "RUS-USA"], "tension": [10.0, 50.0]})
    table = index.matrix(values)
    assert table.index.tolist() == ["CHN", "RUS", "USA"]
    assert table.equals(table.T)
    assert table.loc["USA", "RUS"] == 50
    assert np.isnan(table.loc["USA", "USA"])
    assert index.matrix(values, ["USA", "CHN"]).to_numpy()[0, 1] == 10


def test_overview_gives_the_values_of_its_parts_in_the_order_of_change() -> None:
    turned = stories([(age % 7, 0, 5) for age in range(12)] + [(7, 5, 0)] * 12)
    turned = turned.assign(pair="CHN-TWN")
    scores = pd.concat([random_stories(90), turned, random_stories(4, "CHN-USA", seed=8)])
    table = index.overview(scores, scored(), DAY)
    assert table["pair"].iloc[0] == "CHN-TWN"
    assert table["clear"].iloc[0]
    row = table.set_index("pair").loc[PAIR]
    level = index.tension_series(scores, PAIR, days(0)).iloc[0]
    moved = index.changes(scores, [PAIR], DAY, 7).iloc[0]
    assert (row["tension"], row["low"]) == pytest.approx((level["tension"], level["low"]))
    assert row["change_low"] == moved["low"] or np.isnan(moved["low"])
    assert len(row["spark"]) == 90
    assert row["spark"][-1] == pytest.approx(row["tension"])
    assert table["z_state"].isin(["ok", "short history", "no stories now", "no spread"]).all()


def test_overview_of_nothing_is_empty() -> None:
    assert index.overview(random_stories(3).iloc[:0], scored(), DAY).empty
