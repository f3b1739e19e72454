"""Progress: a bar for a person, lines for a log."""

from __future__ import annotations

import io
import logging
import time

import pytest

from pipeline import progress
from pipeline.progress import Bar, Lines, progress_for


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_and_everything_else_log_lines() -> None:
    assert isinstance(progress_for(Terminal()), Bar)
    assert isinstance(progress_for(io.StringIO()), Lines)


def test_lines_tell_the_stage_and_then_the_count(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_EVERY", 0.0)
    lines = Lines()
    with caplog.at_level(logging.INFO):
        lines.stage("Scoring again", 1000)
        lines.advance(500, new=7)
        lines.close()
    first, second = (record.message for record in caplog.records)
    assert first == "Scoring again: 1,000 articles"
    assert "500 of 1,000 articles" in second and "new 7" in second


def test_the_bar_learns_its_length_while_work_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar()
    bar.stage("Reading")
    bar.total_later(lambda: 200)
    time.sleep(0.05)
    bar.advance(200, new=3)
    bar.close()
    shown = capsys.readouterr().err
    assert "200/200" in shown and "new=3" in shown
