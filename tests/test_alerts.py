"""Alerts: the measures are those of the index, and one episode alerts once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import index
from pipeline.alert_settings import AlertSettings, PairAlerts
from pipeline.alerting import noted
from pipeline.index.alerts import (
    ALERT_COLUMNS,
    FOLLOWED_DAYS,
    QUIET_DAYS,
    open_alerts,
    open_since,
)
from pipeline.report import AlertBook
from story_frames import DAY, PAIR, random_stories, stories

ALWAYS = AlertSettings(level=-100.0, change=0.001, zscore=0.001)
LEVEL = AlertSettings(change=False, zscore=False)


def hot(ages: range, pair: str = PAIR, a: float = 20.0) -> pd.DataFrame:
    """Adversarial stories, three a day."""
    return stories([(age, 0, a) for age in ages for _ in range(3)], pair, prefix=pair)


def found(scores: pd.DataFrame, rules: AlertSettings, age: int = 0) -> pd.DataFrame:
    return open_alerts(scores, DAY - pd.Timedelta(days=age), rules)


# --- the measures ---------------------------------------------------------------------


def test_values_are_those_that_the_index_gives_for_the_day() -> None:
    names = ["CHN-USA", "IND-PAK", "RUS-USA"]
    scores = pd.concat([random_stories(900, p, n, span=600) for n, p in enumerate(names, 1)])
    level = index.tension_on(scores, DAY, interval=False).set_index("pair")["tension"]
    change = index.changes(scores, None, DAY, 7, draws=10).set_index("pair")["change"]
    z = index.zscores(scores, None, DAY).set_index("pair")["z"]
    expected = {"level": level, "change": change, "zscore": z}
    made = found(scores, ALWAYS)
    assert set(made["pair"]) == set(names) and len(made) > 5
    for row in made.itertuples():
        assert row.value == pytest.approx(expected[row.kind][row.pair], abs=1e-9)


def test_half_life_and_mass_constant_are_those_asked_for() -> None:
    scores = random_stories(300)
    made = open_alerts(scores, DAY, AlertSettings(level=-100.0), half_life=30, k=2.5)
    value = index.tension_on(scores, DAY, half_life=30, k=2.5, interval=False)["tension"]
    assert made.loc[made["kind"] == "level", "value"].to_list() == pytest.approx(value.to_list())


def test_the_frame_has_its_columns_and_types_with_and_without_alerts() -> None:
    full = found(hot(range(5)), LEVEL)
    none = found(hot(range(5)).iloc[:0], LEVEL)
    assert list(full) == list(none) == ALERT_COLUMNS
    assert full.dtypes.to_dict() == none.dtypes.to_dict() and len(full) == 1 and none.empty


def test_words_say_value_threshold_and_since_when() -> None:
    row = found(hot(range(5)), LEVEL).iloc[0]
    assert row["since"] == DAY - pd.Timedelta(days=4) and row["day"] == DAY
    assert row["words"] == f"tension {row['value']:+.1f} (alert at +60), since 2022-02-20"
    assert found(hot(range(1)), LEVEL).iloc[0]["words"].endswith("new today")


def test_the_newest_alerts_stand_first() -> None:
    scores = pd.concat([hot(range(9), "CHN-USA"), hot(range(2), "RUS-USA"), hot(range(9))])
    made = found(pd.concat([scores, hot(range(9), "AFG-PAK")]), LEVEL)
    assert list(made["since"]) == sorted(made["since"], reverse=True)
    assert list(made["pair"]) == ["AFG-PAK", "CHN-USA", "RUS-USA"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(index.IndexInputError, match="missing column c"):
        open_alerts(hot(range(3)).drop(columns="c"), DAY, LEVEL)


# --- thresholds -----------------------------------------------------------------------


def test_a_pair_may_have_thresholds_of_its_own() -> None:
    scores = pd.concat([hot(range(5)), hot(range(5), "CHN-USA")])
    own = AlertSettings(change=False, zscore=False, pair=(PairAlerts(name="USA-RUS", level=99.0),))
    assert list(found(scores, own)["pair"]) == ["CHN-USA"]
    never = AlertSettings(level=False, pair=(PairAlerts(name="RUS-USA", level=50.0),))
    assert list(found(scores, never)["pair"]) == ["RUS-USA"]


def test_measures_can_be_switched_off_one_by_one_and_together() -> None:
    scores = pd.concat([hot(range(5)), stories([(age, 8, 0) for age in range(7, 14)], prefix="k")])
    assert set(found(scores, AlertSettings())["kind"]) == {"level", "change"}
    assert set(found(scores, AlertSettings(level=False))["kind"]) == {"change"}
    assert found(scores, AlertSettings(enabled=False)).empty


def test_zero_is_a_threshold() -> None:
    for zero in (0, 0.0):
        assert AlertSettings(level=zero).rule("level", PAIR) == (0.0, 10.0)
    assert AlertSettings(level=False).rule("level", PAIR) is None


# --- episodes -------------------------------------------------------------------------


def test_a_thin_value_opens_no_alert() -> None:
    assert found(stories([(0, 0, 90), (0, 0, 90)]), LEVEL).empty
    assert len(found(stories([(0, 0, 90)] * 3), LEVEL)) == 1


def test_an_alert_stays_open_within_the_margin_and_closes_below_it() -> None:
    # 80, then down to 55, 51, 49 and up to 55: levels that 60 and a margin of 10 part.
    values = np.array([[40.0, 80, 55, 51, 49, 55, 60, 52]])
    firm = np.zeros_like(values, dtype=bool)
    limits = np.array([60.0]), np.array([10.0])
    since = [int(open_since(values[:, :n], firm[:, :n], *limits)[0]) for n in range(1, 9)]
    assert since == [-1, 1, 1, 1, -1, -1, 6, 6]


@pytest.mark.parametrize(("silent", "still"), [(QUIET_DAYS - 1, True), (QUIET_DAYS, False)])
def test_an_alert_without_a_value_ends_after_four_weeks(silent: int, still: bool) -> None:
    values = np.array([[80.0] + [np.nan] * silent])
    since = open_since(values, np.zeros(values.shape, bool), np.array([60.0]), np.array([10.0]))
    assert bool(since[0] == 0) is still


def test_an_alert_in_a_gap_says_that_there_is_no_value() -> None:
    gone = found(hot(range(75, 76)), LEVEL, age=0)
    assert gone.empty  # 75 days on, more than four weeks without a value
    row = found(hot(range(40, 41)), LEVEL).iloc[0]
    assert np.isnan(row["value"]) and row["words"].startswith("tension: no value today")


def test_an_episode_that_began_before_the_year_says_so() -> None:
    row = found(hot(range(0, 600, 2)), LEVEL).iloc[0]
    assert row["since"] == DAY - pd.Timedelta(days=FOLLOWED_DAYS - 1)
    assert row["words"].endswith("for a year or longer")


def test_order_of_rows_later_stories_and_old_ones_change_nothing() -> None:
    scores = pd.concat([random_stories(900, p, 5, span=700) for p in ("RUS-USA", "CHN-USA")])
    expected = found(scores, AlertSettings(level=20.0, change=10.0, zscore=0.5))
    assert len(expected) > 1
    needed = DAY - pd.Timedelta(days=index.alert_history_days())
    shuffled = scores.sample(frac=1, random_state=3)
    more = pd.concat([shuffled, stories([(-3, 0, 99)] * 9, prefix="later")])
    for other in (shuffled, more, scores[scores["day"] > needed]):
        made = found(other, AlertSettings(level=20.0, change=10.0, zscore=0.5))
        pd.testing.assert_frame_equal(made, expected, rtol=1e-9)


# --- hysteresis as a property ---------------------------------------------------------

DAYS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(-100, 100)), st.booleans()),
    min_size=1,
    max_size=60,
)


def episodes(days: list[tuple[int | None, bool]], threshold: float, margin: float) -> list[int]:
    """For every day the first day of the open episode, or −1: the rule in plain words."""
    since, silent, out = -1, 0, []
    for at, (value, thin) in enumerate(days):
        silent = silent + 1 if value is None else 0
        if silent >= QUIET_DAYS or (value is not None and value < threshold - margin):
            since = -1
        elif since < 0 and value is not None and value >= threshold and not thin:
            since = at
        out.append(since)
    return out


@given(DAYS, st.integers(-50, 90), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_every_episode_is_announced_once_however_often_it_is_looked_at(
    days: list[tuple[int | None, bool]], threshold: int, margin: int
) -> None:
    values = np.array([[np.nan if value is None else float(value) for value, _ in days]])
    thin = np.array([[mark for _, mark in days]])
    limits = np.array([float(threshold)]), np.array([float(margin)])
    expected = episodes(days, threshold, margin)
    book, announced = AlertBook(), []
    for at in range(len(days)):
        since = int(open_since(values[:, : at + 1], thin[:, : at + 1], *limits)[0])
        assert since == expected[at]
        for run in range(2):  # every day is looked at twice
            book = noted(book, a_row(since, at), day(at).date(), frozenset(), 2 * at + run)
            announced += book.announced
    opened = sorted({since for since in expected if since >= 0})
    assert announced == [f"{PAIR}:level:{day(since).date()}" for since in opened]


@given(DAYS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_looking_less_often_announces_no_episode_twice(
    days: list[tuple[int | None, bool]], random: object
) -> None:
    expected = episodes(days, 20, 10)
    book, announced = AlertBook(), []
    for at, since in enumerate(expected):
        if random.random() < 0.5:  # type: ignore[attr-defined]
            book = noted(book, a_row(since, at), day(at).date(), frozenset(), at)
            announced += book.announced
    assert len(announced) == len(set(announced))


def day(at: int) -> pd.Timestamp:
    return pd.Timestamp("2021-01-01") + pd.Timedelta(days=at)


def a_row(since: int, at: int) -> pd.DataFrame:
    """One open alert as ``open_alerts`` gives it, or none for ``since`` −1."""
    row = (PAIR, "level", 70.0, 60.0, day(since), day(at), "words")
    return pd.DataFrame([row] if since >= 0 else [], columns=ALERT_COLUMNS)


def test_a_late_article_that_moves_the_beginning_does_not_alert_again() -> None:
    book = noted(AlertBook(), a_row(10, 12), day(12).date(), frozenset(), 1)
    moved = noted(book, a_row(7, 13), day(13).date(), frozenset(), 2)
    assert book.announced == [f"{PAIR}:level:2021-01-11"] and not moved.announced
    assert moved.open[0]["id"] == book.open[0]["id"] and moved.open[0]["run_id"] == 1


def test_a_value_that_wavers_within_a_day_does_not_alert_again() -> None:
    book = noted(AlertBook(), a_row(12, 12), day(12).date(), frozenset(), 1)
    below = noted(book, a_row(-1, 12), day(12).date(), frozenset(), 2)
    again = noted(below, a_row(12, 12), day(12).date(), frozenset(), 3)
    assert not below.open and len(below.closed) == 1
    assert not again.announced and len(again.open) == 1 and not again.closed


def test_an_alert_first_met_in_a_gap_waits_for_a_value() -> None:
    gap = noted(AlertBook(), a_row(0, 5).assign(value=np.nan), day(5).date(), frozenset(), 1)
    assert not gap.announced and gap.open[0]["run_id"] is None and gap.open[0]["value"] is None
    back = noted(gap, a_row(0, 6), day(6).date(), frozenset(), 2)
    assert back.announced == [f"{PAIR}:level:2021-01-01"] and back.open[0]["run_id"] == 2
    again = noted(back, a_row(0, 7).assign(value=np.nan), day(7).date(), frozenset(), 3)
    assert not again.announced and again.open[0]["run_id"] == 2


def test_closed_alerts_are_forgotten_in_time() -> None:
    book = noted(AlertBook(), a_row(0, 0), day(0).date(), frozenset(), 1)
    book = noted(book, a_row(-1, 30), day(30).date(), frozenset(), 2)
    assert len(book.closed) == 1
    assert not noted(book, a_row(-1, 31), day(31).date(), frozenset(), 3).closed
