"""The figures of a pair: frames in, plotly figures out, without streamlit.

Colours are mid-tones that hold on paper and on dark; text takes the theme's colour.
Nothing that comes from an article goes into a figure.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import text

#: Adversarial, cooperative, and the quiet ink of lines and bars.
WARM, COOL, INK = "#cc5a4a", "#3f84c4", "#737c86"
BAND = "rgba(115,124,134,0.22)"
GRID = "rgba(128,128,128,0.18)"
PICKED = "rgba(138,122,63,0.16)"
LIMIT = 100
FULL_LINE, THIN_LINE = {"width": 2.2, "dash": "solid"}, {"width": 1.6, "dash": "dot"}
#: Attention is drawn in at most so many bars, each of equally many days.
MAX_BARS = 150

LINES = {
    "margin": {"l": 8, "r": 8, "t": 18, "b": 8},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "showlegend": False,
    "hoverlabel": {"align": "left"},
}


def iso(days: pd.Series | pd.DatetimeIndex) -> list[str]:
    """Days as short text: a fraction of the size of timestamps."""
    return list(pd.DatetimeIndex(days).strftime("%Y-%m-%d"))


def runs(mask: np.ndarray) -> Iterator[slice]:
    """The contiguous stretches where ``mask`` is true."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask.astype(bool), False]))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(start), int(end))


def pair_figure(
    series: pd.DataFrame,
    attention: pd.DataFrame,
    shifts: pd.DataFrame | None = None,
    marks: pd.DataFrame | None = None,
    picked: tuple[date, date] | None = None,
    later: pd.DataFrame | None = None,
    height: int = 500,
) -> go.Figure:
    """Tension with its 90 % band above, attention bars below, on one time axis.

    ``series``, ``attention``: as the index gives them. ``shifts``: change points.
    ``marks``: frame[day, tension, label] of numbered stories. ``picked``: the days a
    reader chose. ``later``: the line of a later run, drawn faint.
    """
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.75, 0.25], vertical_spacing=0.1
    )
    _frame(figure, series, height)
    if later is not None:
        _later(figure, later)
    add_band(figure, series)
    add_line(figure, series)
    _hover(figure, series)
    _attention(figure, attention)
    if shifts is not None and len(shifts):
        _shifts(figure, shifts)
    if marks is not None and len(marks):
        _marks(figure, marks)
    if picked is not None:
        figure.add_vrect(
            x0=picked[0].isoformat(), x1=(picked[1] + timedelta(days=1)).isoformat(),
            fillcolor=PICKED, line={"color": "#8a7a3f", "width": 1}, layer="below",
            row="all", col=1,
        )  # fmt: skip
    return figure


def _frame(figure: go.Figure, series: pd.DataFrame, height: int) -> None:
    first, last = series["day"].iloc[0], series["day"].iloc[-1]
    pad = max((last - first) * 0.01, pd.Timedelta(hours=12))
    figure.update_layout(
        **LINES, height=height, hovermode="x unified", dragmode="select", selectdirection="h",
        bargap=0, uirevision="pair",
    )  # fmt: skip
    figure.update_xaxes(
        range=[(first - pad).isoformat(), (last + pad).isoformat()], showgrid=False,
        hoverformat="%-d %b %Y", fixedrange=True, showline=False, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(
        range=[-LIMIT - 6, LIMIT + 6], tickvals=[-100, -50, 0, 50, 100],
        ticktext=["−100", "−50", "0", "+50", "+100"], gridcolor=GRID, zeroline=True,
        zerolinecolor="rgba(128,128,128,0.95)", zerolinewidth=2.5, fixedrange=True,
        automargin=True, row=1, col=1,
    )  # fmt: skip
    figure.update_yaxes(
        rangemode="tozero", gridcolor=GRID, zeroline=True, zerolinecolor=GRID, nticks=3,
        tickformat=",", fixedrange=True, automargin=True, row=2, col=1,
    )  # fmt: skip
    for words, y, colour in (("adversarial ↑", 97, WARM), ("cooperative ↓", -97, COOL)):
        figure.add_annotation(
            x=0, xref="x domain", y=y, yref="y", text=words, showarrow=False, xanchor="left",
            yanchor="middle", xshift=4, font={"color": colour, "size": 13},
        )  # fmt: skip
    figure.add_annotation(
        x=0, xref="x2 domain", y=1, yref="y2 domain", text="attention, stories per 10,000",
        showarrow=False, xanchor="left", yanchor="bottom", xshift=4, yshift=2, font={"size": 12},
    )  # fmt: skip


def parted(
    days: Sequence[str], values: np.ndarray, parts: Sequence[slice]
) -> tuple[list[str | None], list[float | None]]:
    """Several stretches as one line with a break between each two: one trace draws them all."""
    x: list[str | None] = []
    y: list[float | None] = []
    for part in parts:
        if x:
            x.append(None)
            y.append(None)
        x += days[part]
        y += _short(values[part]).tolist()
    return x, y


def add_band(figure: go.Figure, series: pd.DataFrame, row: int = 1, column: int = 1) -> None:
    """The interval, each contiguous run a closed shape: a fill between lines would cross gaps."""
    low, high = series["low"].to_numpy(float), series["high"].to_numpy(float)
    days = iso(series["day"])
    parts = list(runs(~np.isnan(low) & ~np.isnan(high)))
    for wide in (True, False):
        chosen = [part for part in parts if (part.stop - part.start > 1) is wide]
        if not chosen:
            continue
        x: list[str | None] = []
        y: list[float | None] = []
        for part in chosen:
            there = days[part]
            x += [*([None] if x else []), *there, *reversed(there)]
            y += [*([None] if y else []), *_short(high[part]).tolist(),
                  *reversed(_short(low[part]).tolist())]  # fmt: skip
        shape = {"fill": "toself", "fillcolor": BAND, "line": {"width": 0}}
        figure.add_scatter(
            x=x, y=y, mode="lines", hoverinfo="skip", row=row, col=column, name="90 % interval",
            connectgaps=False, **(shape if wide else {"line": {"color": BAND, "width": 5}}),
        )  # fmt: skip


def _short(values: Sequence[float] | np.ndarray) -> np.ndarray:
    return np.asarray(values, dtype=np.float32).round(2)


def stretches(value: np.ndarray, state: np.ndarray) -> tuple[list[slice], list[slice]]:
    """Where the line is solid and where it is thin; neither crosses a gap."""
    solid: list[slice] = []
    faint: list[slice] = []
    for part in runs(~np.isnan(value)):
        for thin, group in itertools.groupby(
            range(part.start, part.stop), lambda i: state[i] == "thin"
        ):
            rows = list(group)
            # A thin stretch begins and ends on its solid neighbours: one line to the eye.
            first = max(rows[0] - thin, part.start)
            last = min(rows[-1] + thin, part.stop - 1)
            (faint if thin else solid).append(slice(first, last + 1))
    return solid, faint


def add_line(figure: go.Figure, series: pd.DataFrame, row: int = 1, column: int = 1) -> None:
    """Tension: solid where it rests on enough stories, dotted and faded where it is thin."""
    value, days = series["tension"].to_numpy(float), iso(series["day"])
    solid, faint = stretches(value, series["state"].to_numpy(object))
    for thin, parts in ((False, solid), (True, faint)):
        for alone in (False, True):
            chosen = [part for part in parts if (part.stop - part.start == 1) is alone]
            if not chosen:
                continue
            x, y = parted(days, value, chosen)
            figure.add_scatter(
                x=x, y=y, mode="markers" if alone else "lines", connectgaps=False,
                line={"color": INK, **(THIN_LINE if thin else FULL_LINE)},
                marker={"color": INK, "size": 5}, opacity=0.6 if thin else 1.0, hoverinfo="skip",
                row=row, col=column, name="thin" if thin else "tension",
            )  # fmt: skip


def _hover(figure: go.Figure, series: pd.DataFrame) -> None:
    value = series["tension"].to_numpy(float)
    state = series["state"].to_numpy(object)
    days = iso(series["day"])
    # One invisible line carries the hover text, so that it appears once a day.
    words = [
        f"tension {text.number(v)} (90 %: {text.between(lo, hi)}), {text.counted(int(n), 'story')}"
        + (", thin" if s == "thin" else "")
        for v, lo, hi, n, s in zip(
            value, series["low"], series["high"], series["stories"], state, strict=True
        )
        if not np.isnan(v)
    ]
    shown = ~np.isnan(value)
    figure.add_scatter(
        x=[day for day, there in zip(days, shown, strict=True) if there], y=_short(value[shown]),
        mode="markers", marker={"size": 6, "opacity": 0, "color": INK}, text=words,
        hovertemplate="%{text}<extra></extra>", row=1, col=1, name="hover",
        selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip


def _later(figure: go.Figure, later: pd.DataFrame) -> None:
    figure.add_scatter(
        x=iso(later["day"]), y=_short(later["tension"].to_numpy(float)), mode="lines",
        line={"color": INK, "width": 1.4}, opacity=0.45, connectgaps=False, hoverinfo="skip",
        row=1, col=1, name="as known today",
    )  # fmt: skip


def _attention(figure: go.Figure, attention: pd.DataFrame) -> None:
    days = attention["day"]
    back = (days.iloc[-1] - days).dt.days.to_numpy()
    wide = max(1, -(-(int(back[0]) + 1) // MAX_BARS))
    # One bar for each stretch of equal length, as high as its highest day: no peak is lost.
    value = attention["attention"].fillna(-1.0)
    rows = attention.loc[value.groupby(back // wide).idxmax().sort_values()]
    stretch = "" if wide == 1 else f", the highest of {wide} days"
    words = [
        f"attention {text.number(v)} per 10,000 (90 %: {text.between(lo, hi)}){stretch}"
        for v, lo, hi in zip(rows["attention"], rows["low"], rows["high"], strict=True)
    ]
    behind = (days.iloc[-1] - rows["day"]).dt.days // wide
    starts = days.iloc[-1] - pd.to_timedelta((behind + 1) * wide - 1, unit="D")
    figure.add_bar(
        x=iso(starts), offset=-43_200_000, width=wide * 86_400_000,
        y=_short(rows["attention"].to_numpy(float)),
        marker={"color": INK, "opacity": 0.75, "line": {"width": 0}}, text=words,
        textposition="none", hovertemplate="%{text}<extra></extra>", row=2, col=1,
        name="attention",
    )  # fmt: skip


def _shifts(figure: go.Figure, shifts: pd.DataFrame) -> None:
    # Labels of neighbouring shifts stand in two rows; where both are taken, the line speaks
    # alone, and the hover tells the rest.
    first, last = (pd.Timestamp(edge) for edge in figure.layout.xaxis.range)
    near = (last - first) * 0.05
    taken: list[list[pd.Timestamp]] = [[], []]
    lines, labels = [], []
    for day, shift in zip(shifts["day"], shifts["shift"], strict=True):
        row = next((r for r in (0, 1) if all(abs(day - o) > near for o in taken[r])), None)
        if row is not None:
            taken[row].append(day)
        at = day.isoformat()
        lines.append({
            "type": "line", "x0": at, "x1": at, "xref": "x", "y0": 0, "y1": 1,
            "yref": "y domain", "line": {"color": INK, "width": 1, "dash": "dash"},
        })  # fmt: skip
        labels.append({
            "x": at, "xref": "x", "y": 1, "yref": "y domain", "yanchor": "bottom",
            "text": "" if row is None else f"{'▲' if shift > 0 else '▼'} {text.signed(shift)}",
            "showarrow": False, "font": {"size": 11}, "yshift": 13 if row == 1 else 0,
            "hovertext": "The weekly level moved here and stayed.",
        })  # fmt: skip
    # All at once: plotly checks every shape again each time one is added.
    layout = figure.layout
    figure.update_layout(
        shapes=(*layout.shapes, *lines), annotations=(*layout.annotations, *labels),
        margin={**LINES["margin"], "t": 32 if taken[1] else LINES["margin"]["t"]},
    )  # fmt: skip


def _marks(figure: go.Figure, marks: pd.DataFrame) -> None:
    # Stories of neighbouring days: their numbers go above, below and beside the points.
    first, last = (pd.Timestamp(edge) for edge in figure.layout.xaxis.range)
    near = (last - first) * 0.025
    places = pd.Series("top center", index=marks.index)
    above: list[pd.Timestamp] = []
    below: list[pd.Timestamp] = []
    for at, day in marks["day"].sort_values(kind="stable").items():
        if all(abs(day - other) > near for other in above):
            above.append(day)
        elif all(abs(day - other) > near for other in below):
            places[at] = "bottom center"
            below.append(day)
        else:
            places[at] = "middle right"
    figure.add_scatter(
        x=iso(marks["day"]), y=_short(marks["tension"].to_numpy(float)), mode="markers+text",
        text=list(marks["label"]), textposition=list(places), hoverinfo="skip",
        marker={"symbol": "circle", "size": 8, "color": INK, "line": {"width": 1.5, "color": INK}},
        textfont={"size": 13}, row=1, col=1, name="largest stories", cliponaxis=False,
    )  # fmt: skip


def theme_figure(balance: pd.DataFrame, top: int = 12) -> go.Figure:
    """Themes as bars from the middle: cooperative to the left, adversarial to the right.

    ``balance``: as ``index.theme_balance`` gives it. Bars show mass, labels the counts.
    """
    rows = balance.head(top).iloc[::-1]
    hostile = (rows["polarity"] == "adversarial").to_numpy()
    mass = rows["mass"].to_numpy(float)
    return _two_sided(
        [text.theme_label(theme) for theme in rows["theme"]],
        np.where(hostile, mass, -mass),
        [f"{int(n):,}" for n in rows["signals"]],
        height=60 + 27 * max(len(rows), 2),
    )


def _two_sided(labels: list[str], values: np.ndarray, counts: list[str], height: int) -> go.Figure:
    figure = go.Figure()
    for hostile, colour, name in ((True, WARM, "adversarial →"), (False, COOL, "← cooperative")):
        here = (values > 0) if hostile else (values < 0)
        figure.add_bar(
            y=[label for label, there in zip(labels, here, strict=True) if there],
            x=_short(values[here]), orientation="h", marker={"color": colour}, name=name,
            text=[count for count, there in zip(counts, here, strict=True) if there],
            textposition="outside", cliponaxis=False, textfont={"size": 12},
            hovertemplate="%{y}: %{text} signals<extra></extra>",
        )  # fmt: skip
    reach = 1.45 * float(np.abs(values).max()) if len(values) else 1.0
    low = -reach if (values < 0).any() else -0.25 * reach
    high = reach if (values > 0).any() else 0.25 * reach
    figure.update_layout(**LINES, height=height, bargap=0.35, barmode="overlay", dragmode=False)
    figure.update_xaxes(
        range=[low, high], showticklabels=False, showgrid=False, zeroline=True,
        zerolinecolor="rgba(128,128,128,0.95)", zerolinewidth=2, fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(
        categoryorder="array", categoryarray=labels, automargin=True, fixedrange=True,
        showgrid=False, ticklabelstandoff=6,
    )  # fmt: skip
    for name, x, anchor, colour, there in (
        ("adversarial →", high, "right", WARM, (values > 0).any()),
        ("← cooperative", low, "left", COOL, (values < 0).any()),
    ):
        if there:
            figure.add_annotation(
                x=x, y=1, yref="paper", text=name, showarrow=False, xanchor=anchor,
                yanchor="bottom", font={"color": colour, "size": 13},
            )  # fmt: skip
    return figure


def direction_figure(balance: pd.DataFrame) -> go.Figure:
    """Who acts on whom, cooperative to the left and adversarial to the right.

    ``balance``: as ``index.direction_balance`` gives it.
    """
    order = sorted(set(balance["direction"]), key=lambda name: (name == "both", name))
    labels = [text.direction_title(name) for name in order]
    figure = go.Figure()
    reach = max(float(balance["mass"].max()) * 1.45, 1.0) if len(balance) else 1.0
    for polarity, sign, colour in (("adversarial", 1, WARM), ("cooperative", -1, COOL)):
        rows = balance[balance["polarity"] == polarity].set_index("direction").reindex(order)
        mass = rows["mass"].fillna(0.0).to_numpy(float)
        counts = rows["signals"].fillna(0).astype(int)
        figure.add_bar(
            y=labels, x=_short(sign * mass), orientation="h", marker={"color": colour},
            text=[f"{n:,}" if n else "" for n in counts], name=polarity,
            textposition="outside", cliponaxis=False, textfont={"size": 12},
            hovertemplate="%{y}: %{text} signals<extra>" + polarity + "</extra>",
        )  # fmt: skip
    figure.update_layout(
        **LINES, height=60 + 46 * max(len(order), 1), bargap=0.4, barmode="overlay", dragmode=False
    )
    figure.update_xaxes(
        range=[-reach, reach], showticklabels=False, showgrid=False, zeroline=True,
        zerolinecolor="rgba(128,128,128,0.95)", zerolinewidth=2, fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", automargin=True, fixedrange=True, showgrid=False,
                        ticklabelstandoff=6)  # fmt: skip
    for name, x, anchor, colour in (
        ("adversarial →", reach, "right", WARM), ("← cooperative", -reach, "left", COOL)
    ):  # fmt: skip
        figure.add_annotation(x=x, y=1, yref="paper", text=name, showarrow=False, xanchor=anchor,
                              yanchor="bottom", font={"color": colour, "size": 13})  # fmt: skip
    return figure
