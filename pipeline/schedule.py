"""Refresh on a timer: one run at a time, whatever happens in it, until told to stop."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from pipeline.refresh import RefreshError, RunStopped
from pipeline.store import StoreBusy, StoreError

log = logging.getLogger(__name__)

_STOPPING = (signal.SIGTERM, signal.SIGINT)


class Stop(Protocol):
    """What ends the schedule; a ``threading.Event`` will do."""

    def is_set(self) -> bool:
        """True when it should end."""

    def wait(self, timeout: float) -> bool:
        """Wait until it should end, at most ``timeout`` seconds."""


def run_every(
    run: Callable[[], Any],
    every: float,
    stop: Stop,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Call ``run`` at once and then every ``every`` seconds until ``stop`` is set.

    A run that takes longer than the interval delays the next one to the next
    full interval: runs never overlap and never pile up. What goes wrong in a run
    is logged and the next one is tried. Returns the number of runs.
    """
    begun = monotonic()
    runs = 0
    while not stop.is_set():
        runs += 1
        _guarded(run)
        gone = monotonic() - begun
        due = (gone // every + 1) * every
        if stop.wait(due - gone):
            break
    return runs


def _guarded(run: Callable[[], Any]) -> None:
    try:
        run()
    except RunStopped as stopped:
        log.info("%s", stopped)
    except StoreBusy as busy:
        log.warning("Left out: %s", busy)
    except (RefreshError, StoreError) as error:
        log.error("The run failed: %s", error)
    except Exception:  # a schedule nobody watches has to outlive one bad run
        log.exception("The run failed; the next one will be tried")


@contextmanager
def stopped_by_signals(*numbers: int) -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT (or ``numbers``) set."""
    stop = threading.Event()

    def ask(number: int, _frame: Any) -> None:
        log.info("Stopping on %s", signal.Signals(number).name)
        stop.set()

    before = {number: signal.signal(number, ask) for number in numbers or _STOPPING}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
