"""``evaluate series``: monthly rank correlations with a reference file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluate_series import SeriesFileError, series
from story_frames import signal, signals

MONTHS = pd.date_range("2020-01-01", periods=24, freq="MS")


def rising(months: pd.DatetimeIndex = MONTHS) -> pd.DataFrame:
    """Three stories a month whose adversarial share grows from month to month."""
    rows = []
    for month, first in enumerate(months):
        for number in range(3):
            key = f"a{month:02d}{number}"
            base = {"article_id": key, "story_id": key, "day": first + pd.Timedelta(days=number)}
            rows.append(signal(**base, intensity=-1.0 - month / 4))
            talks = {"root": "CONSULT", "theme": "talks", "polarity": "cooperative"}
            rows.append(signal(**base, **talks, seq=1, intensity=5.0))
    return signals(*rows)


def counts(per_day: int = 10) -> pd.DataFrame:
    when = pd.date_range(MONTHS[0], MONTHS[-1] + pd.offsets.MonthEnd(0)).astype("datetime64[s]")
    return pd.DataFrame({"day": when, "articles": per_day, "stories": per_day})


def write(path: Path, text: str) -> Path:
    file = path / "reference.csv"
    file.write_text(text, encoding="utf-8")
    return file


def reference(path: Path, pair: str = "RUS-USA", months: int = 24) -> Path:
    lines = [f"{day:%Y-%m-%d},{pair},{place**2}" for place, day in enumerate(MONTHS[:months])]
    return write(path, "\n".join(["date,pair,value", *lines]))


@pytest.mark.parametrize("pair", ["RUS-USA", "usa-rus"])
def test_a_series_that_rises_with_the_index_correlates_fully(tmp_path: Path, pair: str) -> None:
    found = series(reference(tmp_path, pair), rising(), counts())
    assert found["n_pairs"] == 1
    assert found["pairs"]["RUS-USA"]["tension"]["spearman"] == pytest.approx(1.0)
    assert found["pairs"]["RUS-USA"]["tension"]["months"] == 24
    assert found["median"]["tension"] == pytest.approx(1.0)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_fewer_than_twelve_months_give_their_number_and_no_figure(tmp_path: Path) -> None:
    found = series(reference(tmp_path, months=11), rising(), counts())
    assert found["pairs"]["RUS-USA"]["tension"] == {"spearman": None, "months": 11}
    assert found["median"] == {"tension": None, "attention": None}


def test_gap_months_leave_tension_and_count_for_attention(tmp_path: Path) -> None:
    some = rising()
    some = some[some["day"].dt.month <= 7]
    found = series(reference(tmp_path), some, counts())["pairs"]["RUS-USA"]
    assert found["tension"]["months"] == 14
    assert found["attention"]["months"] == 24


def test_a_pair_the_store_does_not_know_has_no_months_of_tension(tmp_path: Path) -> None:
    found = series(reference(tmp_path, "FRA-GBR"), rising(), counts())
    assert found["pairs"]["FRA-GBR"]["tension"] == {"spearman": None, "months": 0}
    assert found["pairs"]["FRA-GBR"]["attention"]["spearman"] is None  # all months are 0


def test_an_empty_store_gives_no_figures(tmp_path: Path) -> None:
    found = series(reference(tmp_path), signals(), counts().iloc[:0])
    assert found["pairs"]["RUS-USA"]["tension"] == {"spearman": None, "months": 0}


def test_several_values_in_a_month_are_averaged_and_blank_ones_skipped(tmp_path: Path) -> None:
    lines = ["date,pair,value"]
    for place, day in enumerate(MONTHS):
        lines += [f"{day:%Y-%m},RUS-USA,{place + 5}", f"{day:%Y-%m}-20,RUS-USA,{place - 5}"]
        lines.append(f"{day:%Y-%m}-21,RUS-USA,")
    found = series(write(tmp_path, "\n".join(lines)), rising(), counts())
    assert found["pairs"]["RUS-USA"]["tension"]["spearman"] == pytest.approx(1.0)


def test_ties_share_their_rank(tmp_path: Path) -> None:
    lines = [f"{day:%Y-%m-%d},RUS-USA,{place // 12}" for place, day in enumerate(MONTHS)]
    found = series(write(tmp_path, "\n".join(["date,pair,value", *lines])), rising(), counts())
    ranks = np.repeat([6.5, 18.5], 12)
    expected = np.corrcoef(ranks, np.arange(24))[0, 1]
    assert found["pairs"]["RUS-USA"]["tension"]["spearman"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date,value\n2020-01-01,1", "missing column pair"),
        ("date,pair,value\n2020-01-01,RUS-USA,high", "line 2: value 'high' is not a number"),
        ("date,pair,value\n\nsoon,RUS-USA,1", "date 'soon' is not a date"),
        ("date,pair,value\n2020-01-01,RUSUSA,1", "is not a pair"),
        ("date,pair,value\n", "no rows"),
        ("", "reference.csv"),
    ],
)
def test_a_bad_file_is_named_with_line_and_reason(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SeriesFileError, match=says):
        series(write(tmp_path, text), rising(), counts())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeriesFileError, match="nothing"):
        series(tmp_path / "nothing.csv", rising(), counts())
