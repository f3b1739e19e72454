"""What is in the figures: bands without bridges, gaps as gaps, no word of an article."""

from __future__ import annotations

from datetime import date
from itertools import groupby

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard import charts, grids, sparks
from pipeline import index
from story_frames import DAY, days, random_stories, scored, signal, signals, stories

DAYS = pd.date_range(end=DAY, periods=120).astype("datetime64[s]")


def a_series(rows: list[tuple[int, float, float]]) -> pd.DataFrame:
    return index.tension_series(stories(rows), "RUS-USA", DAYS, half_life=7, draws=50)


def an_attention(rows: list[tuple[int, float, float]]) -> pd.DataFrame:
    return index.attention_series(stories(rows), "RUS-USA", scored(), DAYS, 7)


TWO_SPELLS = [(age, 0.0, 5.0) for age in (110, 109, 108, 107, 106, 20, 19, 18, 17, 16, 15)]


def the_figure(**more: object) -> go.Figure:
    return charts.pair_figure(a_series(TWO_SPELLS), an_attention(TWO_SPELLS), **more)


def named(figure: go.Figure, name: str) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.name == name]


def test_the_band_is_one_closed_shape_for_each_run_and_never_crosses_a_gap() -> None:
    series = a_series(TWO_SPELLS)
    (band,) = named(the_figure(), "90 % interval")
    assert band.fill == "toself" and not band.connectgaps
    shapes = [list(part) for there, part in groupby(band.x, lambda day: day is not None) if there]
    assert len(shapes) == 2, "a break stands between the shapes"
    empty = set(charts.iso(series.loc[series["tension"].isna(), "day"]))
    for shape in shapes:
        assert not empty & set(shape)
        between = pd.date_range(min(shape), max(shape))
        assert len(set(shape)) == len(between), "a band covers every day of its run"


def test_gaps_are_gaps_and_thin_parts_are_dotted_and_faded() -> None:
    series = a_series(TWO_SPELLS)
    figure = the_figure()
    thin, full = named(figure, "thin"), named(figure, "tension")
    assert all(trace.line.dash == "dot" and trace.opacity < 1 for trace in thin)
    assert all(trace.line.dash == "solid" and trace.opacity == 1 for trace in full)
    drawn = {day for trace in thin + full for day in trace.x if day is not None}
    assert drawn == set(charts.iso(series.loc[series["tension"].notna(), "day"]))
    assert not any(trace.connectgaps for trace in thin + full)
    alone = {day for trace in full for day in trace.x if day is not None}
    assert alone <= set(charts.iso(series.loc[series["state"] == "ok", "day"]))


def test_the_zero_line_is_heavier_than_the_grid_and_the_tails_are_named() -> None:
    figure = the_figure()
    axis = figure.layout.yaxis
    assert axis.zeroline and axis.zerolinewidth >= 2
    low, high = axis.range
    assert low < -100 and high > 100
    words = {note.text: note.font.color for note in figure.layout.annotations}
    assert words["adversarial ↑"] == charts.WARM
    assert words["cooperative ↓"] == charts.COOL


def test_attention_lies_below_on_the_same_axis() -> None:
    figure = the_figure()
    (bars,) = named(figure, "attention")
    assert bars.type == "bar" and bars.yaxis == "y2"
    assert figure.layout.xaxis.matches == "x2" or figure.layout.xaxis2.matches == "x"
    assert len(bars.x) <= charts.MAX_BARS


def test_bars_of_many_days_lose_no_peak_and_lie_side_by_side() -> None:
    days = pd.date_range("2020-01-01", periods=900, freq="D", unit="us")
    value = np.ones(900)
    value[437] = 99.0
    attention = pd.DataFrame({"day": days, "attention": value, "low": 0.0, "high": 100.0})
    series = a_series(TWO_SPELLS)
    (bars,) = named(charts.pair_figure(series, attention), "attention")
    assert max(bars.y) == 99.0 and len(bars.x) <= charts.MAX_BARS
    gaps = pd.to_datetime(pd.Series(bars.x)).diff().dropna().dt.total_seconds() * 1000
    assert set(gaps) == {bars.width}
    starts = pd.to_datetime(pd.Series(bars.x))
    tallest = starts[int(np.argmax(bars.y))]
    assert tallest <= days[437] < tallest + pd.Timedelta(milliseconds=bars.width)


def test_neighbouring_change_points_do_not_write_over_each_other() -> None:
    days = pd.to_datetime(["2022-02-01", "2022-02-02", "2022-02-03"])
    figure = the_figure(shifts=pd.DataFrame({"day": days, "shift": [20.0, -30.0, 40.0]}))
    labels = [(n.text, n.yshift) for n in figure.layout.annotations if n.hovertext]
    assert labels == [("▲ +20", 0), ("▼ −30", 13), ("", 0)]


def test_a_year_of_weeks_names_its_months() -> None:
    weeks = pd.date_range("2021-04-01", periods=52, freq="7D")
    figure = grids.heatmap_figure(pd.DataFrame([[1.0] * 52], index=["RUS-USA"], columns=weeks))
    assert list(figure.layout.xaxis.ticktext)[:3] == ["Apr", "May", "Jun"]


def test_a_chosen_range_is_shaded_to_the_end_of_its_last_day() -> None:
    figure = the_figure(picked=(date(2022, 2, 1), date(2022, 2, 3)))
    assert {(shape.x0, shape.x1) for shape in figure.layout.shapes} == {
        ("2022-02-01", "2022-02-04")
    }


def test_numbers_of_stories_on_neighbouring_days_stand_apart() -> None:
    marks = pd.DataFrame({"label": ["1", "2", "3"], "day": days(2, 1, 60), "tension": 50.0})
    (points,) = named(the_figure(marks=marks), "largest stories")
    assert points.textposition[0] != points.textposition[1]
    assert points.textposition[2] == "top center"


def test_a_line_of_many_spells_is_drawn_by_few_traces() -> None:
    rows = [(age, 0.0, 5.0) for age in range(0, 110, 22) for _ in range(4)]
    series = index.tension_series(stories(rows), "RUS-USA", DAYS, half_life=3, draws=20)
    assert len(charts.pair_figure(series, an_attention(rows)).data) <= 9


def test_change_points_say_which_way() -> None:
    shifts = pd.DataFrame({"day": days(30), "shift": [42.0]})
    figure = the_figure(shifts=shifts)
    assert "▲ +42" in [note.text for note in figure.layout.annotations]


def test_hover_tells_interval_and_counts_in_words() -> None:
    (hover,) = named(the_figure(), "hover")
    assert "90 %" in hover.text[-1] and "stories" in hover.text[-1]


def test_a_figure_of_one_day_and_of_nothing_can_be_drawn() -> None:
    one = [(0, 0.0, 5.0), (0, 1.0, 5.0)]
    assert named(charts.pair_figure(a_series(one), an_attention(one)), "90 % interval")
    nothing = charts.pair_figure(a_series([]), an_attention([]))
    assert not named(nothing, "tension") and not named(nothing, "90 % interval")


def test_themes_point_away_from_each_other() -> None:
    frame = signals(
        signal(seq=0, theme="accusation"),
        signal(seq=1, theme="talks", root="CONSULT", polarity="cooperative", intensity=3.0),
    )
    figure = charts.theme_figure(index.theme_balance(frame, "RUS-USA"))
    sides = {trace.name: list(trace.x) for trace in figure.data}
    assert all(value > 0 for value in sides["adversarial →"])
    assert all(value < 0 for value in sides["← cooperative"])


def test_directions_keep_one_row_for_each_way() -> None:
    frame = signals(signal(), signal(seq=1, source="USA", target="RUS"))
    figure = charts.direction_figure(index.direction_balance(frame, "RUS-USA"))
    assert list(figure.data[0].y) == ["Russia → United States", "United States → Russia"]


def test_the_heatmap_writes_its_numbers_and_leaves_gaps_empty() -> None:
    table = pd.DataFrame(
        [[90.0, np.nan], [-12.0, 3.0]], index=["RUS-UKR", "CHN-USA"], columns=days(7, 0)
    )
    figure = grids.heatmap_figure(table)
    heat, *numbers = figure.data
    assert heat.zmin == -100 and heat.zmax == 100 and not heat.hoverongaps
    assert sorted(word for trace in numbers for word in trace.text) == ["3", "90", "−12"]
    assert len(heat.x) == len(set(heat.x)), "weeks with equal labels would fall together"


def test_labels_of_a_year_of_weeks_stay_apart() -> None:
    table = pd.DataFrame([range(53)], index=["RUS-UKR"], columns=days(*range(364, -1, -7)))
    assert len(set(grids.heatmap_figure(table.astype(float)).data[0].x)) == 53


def test_the_matrix_is_symmetric() -> None:
    values = pd.DataFrame({"pair": ["RUS-USA", "CHN-USA"], "tension": [50.0, -20.0]})
    heat = grids.matrix_figure(index.matrix(values)).data[0]
    square = np.asarray(heat.z, dtype=float)
    assert np.array_equal(square, square.T, equal_nan=True)


def test_small_multiples_share_their_axes() -> None:
    series = {
        pair: index.tension_series(random_stories(60, pair), pair, DAYS, draws=20)
        for pair in ("RUS-USA", "CHN-USA", "CHN-TWN")
    }
    figure = grids.multiples_figure(series, columns=2)
    ranges = {tuple(axis.range) for axis in figure.select_yaxes()}
    assert ranges == {(-106, 106)}
    assert all(trace.connectgaps is not True for trace in figure.data)


def test_a_figure_of_twenty_years_stays_small() -> None:
    many = random_stories(4000, span=7300)
    shown = index.display_days("2002-03-01", DAY)
    series = index.tension_series(many, "RUS-USA", shown, draws=20)
    attention = index.attention_series(many, "RUS-USA", scored(back=7400), shown)
    assert len(charts.pair_figure(series, attention).to_json()) < 400_000


def test_sparklines_keep_their_gaps_and_one_scale() -> None:
    picture = sparks.svg([100.0, 100.0, None, -100.0, 0.0])
    assert picture.count("<polyline") == 2
    assert f",{sparks.PAD}" in picture, "+100 is at the top"
    assert f",{sparks.HEIGHT - sparks.PAD}" in picture, "−100 is at the bottom"
    assert "<circle" not in sparks.svg([1.0, None])
    assert sparks.data_uri([]).startswith("data:image/svg+xml;base64,")
