"""The index: from signals to tension, attention, changes and panels.

Pure functions, frames in and frames out; nothing here reads a clock, a file or a
global random state. The formulas are written out in ``docs/method.md``.

    signals ─ story_scores ─┬─ tension_series, tension_on, contributions, sparklines
                            ├─ changes, movers, zscores, change_points
                            ├─ attention_series, attention_on   (with day_counts)
                            ├─ panel, heatmap, matrix
                            ├─ open_alerts                      (with thresholds per pair)
                            └─ overview                         (all of it, one row a pair)
    signals ─ theme_balance, direction_balance

Days are ``datetime64`` at UTC midnight without a time zone, as the store gives them.
Errors: ``IndexInputError`` (a ``ValueError``) names the frame and what is missing.
"""

from pipeline.index.alerts import alert_history_days, open_alerts
from pipeline.index.attention import attention_on, attention_series
from pipeline.index.balance import direction_balance, theme_balance
from pipeline.index.changepoints import change_points
from pipeline.index.changes import changes, movers, zscores
from pipeline.index.frames import IndexInputError
from pipeline.index.overview import overview
from pipeline.index.panel import heatmap, matrix, panel
from pipeline.index.scores import K, median_story_mass, story_scores
from pipeline.index.tension import (
    contributions,
    display_days,
    horizon_days,
    sparklines,
    tension_on,
    tension_series,
)

__all__ = [
    "IndexInputError",
    "K",
    "alert_history_days",
    "attention_on",
    "attention_series",
    "change_points",
    "changes",
    "contributions",
    "direction_balance",
    "display_days",
    "heatmap",
    "horizon_days",
    "matrix",
    "median_story_mass",
    "movers",
    "open_alerts",
    "overview",
    "panel",
    "sparklines",
    "story_scores",
    "tension_on",
    "tension_series",
    "theme_balance",
    "zscores",
]
