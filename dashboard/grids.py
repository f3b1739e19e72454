"""Figures over many pairs: heatmap, matrix, small multiples. No streamlit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import text
from dashboard.charts import (
    COOL,
    GRID,
    INK,
    LIMIT,
    LINES,
    WARM,
    _short,
    add_band,
    add_line,
    iso,
)

#: Low is blue, high is warm, the middle a neutral grey; the same list is in the theme.
DIVERGING = (
    "#2b6cb0", "#4f8fc7", "#86b3d9", "#b5cbdc", "#cdd3d8",
    "#d8d0c8", "#e2bd96", "#dd9a55", "#cc7a2d", "#a85a12",
)  # fmt: skip
DARK, WHITE = "#1d2126", "#ffffff"
SCALE = [[step / 9, colour] for step, colour in enumerate(DIVERGING)]


def _luminance(red: float, green: float, blue: float) -> float:
    """Relative luminance after WCAG of a colour with parts 0..255."""
    parts = [part / 255 for part in (red, green, blue)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def cell_colour(value: float) -> tuple[float, float, float]:
    """The colour of the cell of ``value`` as plotly mixes it, parts 0..255."""
    place = (max(-LIMIT, min(LIMIT, value)) + LIMIT) / (2 * LIMIT) * (len(DIVERGING) - 1)
    lower = min(int(place), len(DIVERGING) - 2)
    low, high = _parts(DIVERGING[lower]), _parts(DIVERGING[lower + 1])
    share = place - lower
    red, green, blue = (a + (b - a) * share for a, b in zip(low, high, strict=True))
    return red, green, blue


def _text_on(value: float) -> str:
    """Dark or white, whichever reads better on the cell of ``value``."""
    paper = _luminance(*cell_colour(value)) + 0.05
    on_dark, on_white = paper / (_luminance(*_parts(DARK)) + 0.05), 1.05 / paper
    return WHITE if on_white > on_dark else DARK


def _cells(
    table: pd.DataFrame, x: list[str], y: list[str], hover: list[list[str]], size: int = 11
) -> go.Figure:
    values = table.to_numpy(np.float64)
    figure = go.Figure(
        go.Heatmap(
            z=_short(values), x=x, y=y, zmin=-LIMIT, zmax=LIMIT, colorscale=SCALE, xgap=2, ygap=2,
            showscale=False, hoverongaps=False, text=hover,
            hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    # Numbers in two layers, dark and white, so that each reads on its cell.
    for colour in (DARK, WHITE):
        points = [
            (x[j], y[i], text.number(values[i, j]))
            for i, j in np.ndindex(values.shape)
            if not np.isnan(values[i, j]) and _text_on(values[i, j]) == colour
        ]
        if points:
            across, down, words = zip(*points, strict=True)
            figure.add_scatter(
                x=across, y=down, text=words, mode="text", hoverinfo="skip",
                textfont={"color": colour, "size": size},
            )  # fmt: skip
    figure.update_layout(**LINES, height=70 + 28 * len(y), dragmode=False)
    figure.update_yaxes(
        autorange="reversed", automargin=True, showgrid=False, fixedrange=True, type="category",
        ticklabelstandoff=6,
    )  # fmt: skip
    figure.update_xaxes(
        showgrid=False, fixedrange=True, side="top", type="category", automargin=True
    )
    return figure


def heatmap_figure(table: pd.DataFrame, names: Mapping[str, str] | None = None) -> go.Figure:
    """Pair × week. ``table``: as ``index.heatmap`` gives it. Gaps stay empty."""
    titles = [(names or {}).get(pair, text.pair_title(pair)) for pair in table.index]
    weeks = [_week_label(day, first=position == 0) for position, day in enumerate(table.columns)]
    hover = [
        [
            f"{title}<br>week to {text.short_day(day)}: {text.number(value)}, "
            f"{text.level_words(value)}"
            for day, value in zip(table.columns, row, strict=True)
        ]
        for title, row in zip(titles, table.to_numpy(float), strict=True)
    ]
    if len(weeks) <= 26:
        return _cells(table, weeks, titles, hover)
    # A year of weeks leaves each cell less than twenty points, and names only its months.
    figure = _cells(table, weeks, titles, hover, size=9)
    months = [
        (label, f"{day:%b}")
        for place, (label, day) in enumerate(zip(weeks, table.columns, strict=True))
        if place == 0 or day.day <= 7
    ]
    labels, names_ = zip(*months, strict=True)
    figure.update_xaxes(tickvals=labels, ticktext=names_, tickangle=0)
    return figure


def _week_label(day: pd.Timestamp, first: bool) -> str:
    """The day, and under it the month where one begins; unlike labels stay apart."""
    month = f"{day:%b}" if first or day.day <= 7 else "\u200b" * (1 + day.month)
    return f"{day.day}<br>{month}"


def matrix_figure(table: pd.DataFrame) -> go.Figure:
    """Actor × actor. ``table``: as ``index.matrix`` gives it, rows and columns alike."""
    rows = [text.actor_name(code) for code in table.index]
    hover = [
        [
            f"{text.actor_name(a)} {text.DASH} {text.actor_name(b)}: {text.number(value)}, "
            f"{text.level_words(value)}"
            for b, value in zip(table.columns, values, strict=True)
        ]
        for a, values in zip(table.index, table.to_numpy(float), strict=True)
    ]
    return _cells(table, list(table.columns), rows, hover)


def multiples_figure(series: Mapping[str, pd.DataFrame], columns: int = 3) -> go.Figure:
    """One small tension chart a pair, all on the same axes.

    ``series``: pair → frame of ``index.tension_series``, all over the same days.
    """
    pairs = list(series)
    columns = min(columns, max(1, len(pairs)))
    rows = -(-len(pairs) // columns)
    figure = make_subplots(
        rows=rows, cols=columns, shared_xaxes="all", shared_yaxes="all", horizontal_spacing=0.04,
        vertical_spacing=min(0.14, 0.25 / rows), subplot_titles=[text.pair_title(p) for p in pairs],
    )  # fmt: skip
    for position, pair in enumerate(pairs):
        row, column = position // columns + 1, position % columns + 1
        _small(figure, series[pair], row, column)
    figure.update_layout(**{**LINES, "margin": {"l": 8, "r": 8, "t": 34, "b": 8}},
                         height=60 + 230 * rows, hovermode="x", dragmode=False)  # fmt: skip
    figure.update_yaxes(
        range=[-LIMIT - 6, LIMIT + 6], tickvals=[-100, 0, 100], ticktext=["−100", "0", "+100"],
        gridcolor=GRID, zeroline=True, zerolinecolor="rgba(128,128,128,0.95)", zerolinewidth=2,
        fixedrange=True, automargin=True,
    )  # fmt: skip
    days = next(iter(series.values()))["day"] if series else None
    edges = None if days is None else [day.isoformat() for day in (days.iloc[0], days.iloc[-1])]
    figure.update_xaxes(
        showgrid=False, fixedrange=True, hoverformat="%-d %b %Y", nticks=3, tickangle=0,
        range=edges,
    )  # fmt: skip
    figure.update_annotations(font={"size": 14})
    for words, y, colour in (("adversarial ↑", 95, WARM), ("cooperative ↓", -95, COOL)):
        figure.add_annotation(
            x=0, xref="x domain", y=y, yref="y", text=words, showarrow=False, xanchor="left",
            xshift=4, font={"color": colour, "size": 12},
        )  # fmt: skip
    return figure


def _small(figure: go.Figure, frame: pd.DataFrame, row: int, column: int) -> None:
    add_band(figure, frame, row, column)
    add_line(figure, frame, row, column)
    value = frame["tension"].to_numpy(float)
    shown = ~np.isnan(value)
    figure.add_scatter(
        x=list(np.array(iso(frame["day"]))[shown]), y=_short(value[shown]), mode="markers",
        marker={"size": 6, "opacity": 0, "color": INK}, name="hover",
        hovertemplate="%{y:.0f}<extra></extra>", row=row, col=column,
    )  # fmt: skip
