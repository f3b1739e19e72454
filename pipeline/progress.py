"""Telling a person, or a log, how far long work has come."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol

from tqdm import tqdm

log = logging.getLogger(__name__)

#: Seconds between two lines of the log.
_EVERY = 10.0


class Progress(Protocol):
    """What a run tells of its progress."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage of work begins, of so many articles where that is known."""

    def advance(self, count: int, **figures: int) -> None:
        """So many more articles are done; ``figures`` are running totals to show."""

    def total_later(self, count: Callable[[], int]) -> None:
        """``count`` tells the stage's total but takes a while; it need not be called."""

    def close(self) -> None:
        """All work is done or given up."""


class Silent:
    """Tells nobody."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Nothing."""

    def advance(self, count: int, **figures: int) -> None:
        """Nothing."""

    def total_later(self, count: Callable[[], int]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Bar:
    """A bar on the terminal's error stream, one per stage."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None

    def stage(self, name: str, total: int | None = None) -> None:
        """Start a new bar below the last."""
        self.close()
        self._bar = tqdm(
            total=total, desc=name, unit=" articles", unit_scale=False, file=sys.stderr,
            dynamic_ncols=True, mininterval=0.2,
        )  # fmt: skip

    def advance(self, count: int, **figures: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            if figures:
                self._bar.set_postfix({k: f"{v:,}" for k, v in figures.items()}, refresh=False)
            self._bar.update(count)

    def total_later(self, count: Callable[[], int]) -> None:
        """Count beside the work, so that the bar soon knows its length."""
        bar = self._bar

        def fill() -> None:
            total = count()
            if bar is not None:
                bar.total = total
                bar.refresh()

        threading.Thread(target=fill, daemon=True).start()

    def close(self) -> None:
        """Leave the bar as it is and go to the next line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Lines:
    """A line of the log at the start of a stage and every ten seconds after."""

    def __init__(self) -> None:
        self._name = ""
        self._done = 0
        self._total: int | None = None
        self._started = self._told = time.monotonic()

    def stage(self, name: str, total: int | None = None) -> None:
        """Log the stage."""
        self._name, self._total, self._done = name, total, 0
        self._started = self._told = time.monotonic()
        log.info("%s%s", name, "" if total is None else f": {total:,} articles")

    def advance(self, count: int, **figures: int) -> None:
        """Log the count if the last line is old enough."""
        self._done += count
        now = time.monotonic()
        if now - self._told < _EVERY:
            return
        self._told = now
        of = "" if self._total is None else f" of {self._total:,}"
        rate = self._done / max(now - self._started, 1e-9)
        more = "".join(f", {name} {value:,}" for name, value in figures.items())
        log.info("%s: %s%s articles, %.0f/s%s", self._name, f"{self._done:,}", of, rate, more)

    def total_later(self, count: Callable[[], int]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing to close."""


def progress_for(stream: object = None) -> Progress:
    """A bar where a person watches, log lines elsewhere."""
    target = sys.stderr if stream is None else stream
    return Bar() if getattr(target, "isatty", lambda: False)() else Lines()
