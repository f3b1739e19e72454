"""Server time of every page and interaction: the table "Speed" of docs/dashboard.md.

    python benchmarks/measure_dashboard.py TENSION.toml [--rounds 3]

Runs the app in streamlit's own test runner, without a browser, on the store of the
settings. Each round begins with empty caches; the best of the rounds is printed, in
milliseconds, as a table for the docs. "First" computes, "again" is the same page once more.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

APP = str(Path(__file__).parents[1] / "dashboard" / "app.py")
BUDGET = 500.0


class Round:
    """One walk through the app with caches empty at its start."""

    def __init__(self) -> None:
        import streamlit as st

        st.cache_resource.clear()
        self.times: dict[str, list[float]] = {}

    def opened(self, name: str, page: str = "overview", **query: str):
        """A new tab on a page, timed as ``name``, and once more."""
        from streamlit.testing.v1 import AppTest

        app = AppTest.from_file(APP, default_timeout=120)
        for key, value in query.items():
            app.query_params[key] = value
        if page != "overview":
            app.switch_page(f"views/{page}.py")
        self.timed(name, app.run)
        if app.exception:
            raise SystemExit(f"{name}: {app.exception[0].message}")
        self.timed(name, app.run)
        return app

    def timed(self, name: str, step: Callable[[], object]) -> None:
        """Run a step and note how long it took."""
        began = time.perf_counter()
        step()
        self.times.setdefault(name, []).append(1000 * (time.perf_counter() - began))


def walk() -> dict[str, list[float]]:
    """All interactions of one round: name → times of first and again, ms."""
    done = Round()
    app = done.opened("Overview, the very first page")
    done.opened("Overview in a new tab")
    for period in ("day", "month"):
        name = f"Overview, change over a {period}"
        done.timed(name, lambda p=period: app.segmented_control(key="d").set_value(p).run())
    for life in (7, 30, 90):
        name = f"Overview, half-life {life} days"
        done.timed(name, lambda h=life: app.segmented_control(key="h").set_value(h).run())
    done.timed("Overview, 52 weeks", lambda: app.segmented_control(key="weeks").set_value(52).run())
    done.timed("Overview, search", lambda: app.text_input(key="q").set_value("russia").run())
    pair = done.opened("Pair, one year", "pair", pair="RUS-USA")
    for window in ("2y", "5y", "all"):
        name = f"Pair, window {window}"
        done.timed(name, lambda w=window: pair.segmented_control(key="w").set_value(w).run())
    for life in (30, 90):
        name = f"Pair, all 20 years, half-life {life} days"
        done.timed(name, lambda h=life: pair.segmented_control(key="h").set_value(h).run())
    done.opened("Pair, all 20 years, in a new tab", "pair", pair="ISR-PSE", w="all")
    done.opened("Another pair, all 20 years", "pair", pair="IRN-USA", w="all")
    done.opened(
        "Pair, a chosen range", "pair", pair="RUS-USA", w="all",
        **{"from": "2014-01-01", "to": "2014-12-31"},
    )  # fmt: skip
    done.opened(
        "Pair, five years, as of an earlier day", "pair", pair="RUS-USA", w="5y",
        asof=date.today().isoformat(),
    )  # fmt: skip
    marked = done.opened("Pair, in a third tab", "pair", pair="RUS-UKR")
    done.timed("Pair, a signal marked", lambda: marked.button(key="mark_wrong").click().run())
    several = done.opened("Compare, four pairs", "compare")
    for window in ("5y", "all"):
        name = f"Compare, window {window}"
        done.timed(name, lambda w=window: several.segmented_control(key="w").set_value(w).run())
    done.timed(
        "Compare, all 20 years, half-life 30 days",
        lambda: several.segmented_control(key="h").set_value(30).run(),
    )
    done.opened("Data", "data")
    done.opened("Method", "method")
    score = done.opened("Score a text", "score")
    done.timed("Score a text, the example", lambda: score.button(key="example").click().run())
    return done.times


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    os.environ["TENSION_CONFIG"] = str(arguments.config.resolve())
    from dashboard import serve

    serve.warm()
    rounds = [walk() for _ in range(arguments.rounds)]
    print("| | first | again |\n|---|---|---|")
    for name in rounds[0]:
        best = [min(column) for column in zip(*(each[name] for each in rounds), strict=True)]
        cells = [f"{value:.0f}" for value in best] + [""] * (2 - len(best))
        over = "  <-- over budget" if best[0] > BUDGET else ""
        print(f"| {name} | {cells[0]} | {cells[1]} |{over}")


if __name__ == "__main__":
    main()
