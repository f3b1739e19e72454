"""The timer: one run at a time, whatever happens in it, until told to stop."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable

import pytest

from pipeline.refresh import RefreshError, RunStopped
from pipeline.schedule import run_every, stopped_by_signals
from pipeline.store import StoreBusy


class FakeTime:
    """A clock that moves only while somebody waits or works."""

    def __init__(self, runs: int) -> None:
        self.now = 1000.0
        self.waits: list[float] = []
        self.runs = runs

    def __call__(self) -> float:
        return self.now

    def is_set(self) -> bool:
        return len(self.waits) >= self.runs

    def wait(self, timeout: float) -> bool:
        self.waits.append(timeout)
        self.now += timeout
        return self.is_set()


def test_it_runs_at_once_and_then_at_every_interval() -> None:
    clock = FakeTime(runs=3)
    started: list[float] = []
    assert run_every(lambda: started.append(clock.now), 900, clock, clock) == 3
    assert started == [1000, 1900, 2800]


def test_a_long_run_delays_the_next_one_to_a_full_interval() -> None:
    clock = FakeTime(runs=2)
    started: list[float] = []

    def slow() -> None:
        started.append(clock.now)
        clock.now += 2000

    run_every(slow, 900, clock, clock)
    assert started == [1000, 3700] and clock.waits == [700, 700]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RefreshError("no source"), "no source"),
        (StoreBusy("sqlite:///x", "Another refresh"), "Left out"),
        (RuntimeError("unforeseen"), "unforeseen"),
    ],
)
def test_a_failing_run_is_logged_and_the_next_one_tried(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeTime(runs=2)

    def fail() -> None:
        raise error

    assert run_every(fail, 60, clock, clock) == 2
    assert said in caplog.text


def test_a_stopped_run_ends_the_schedule_quietly(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeTime(runs=1)

    def stopped() -> None:
        raise RunStopped("Run 7 was stopped.")

    with caplog.at_level(logging.WARNING):
        assert run_every(stopped, 60, clock, clock) == 1
    assert not caplog.records


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_set_the_event_and_handlers_are_put_back(number: int) -> None:
    before: Callable[..., object] | int | None = signal.getsignal(number)
    with stopped_by_signals() as stop:
        os.kill(os.getpid(), number)
        assert stop.wait(5)
    assert signal.getsignal(number) is before
