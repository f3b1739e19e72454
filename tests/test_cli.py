"""The commands: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from fake_extractor import SPEC, marked
from pipeline import __version__, refresh, score_text
from pipeline.cli import app
from pipeline.config import CONFIG_VARIABLE
from pipeline.store import Store
from refresh_rooms import an_item, write_lines

COMMANDS = (
    "refresh", "schedule", "dashboard", "score", "export", "evaluate", "train", "config",
    "status", "actors",
)  # fmt: skip


@pytest.fixture(autouse=True)
def fake_scoring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(refresh, "spec_of", lambda _settings: SPEC)
    monkeypatch.setattr(score_text, "spec_of", lambda _settings: SPEC)
    monkeypatch.setattr(refresh, "process_pool", lambda _workers: ThreadPoolExecutor(1))
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=text)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings with one source of twelve articles, in the current folder."""
    write_lines(tmp_path / "news.jsonl", map(an_item, range(12)))
    place = tmp_path / "tension.toml"
    place.write_text(
        '[store]\nurl = "sqlite:///tension.sqlite"\n'
        '[[source]]\nname = "wire"\nkind = "files"\npath = "news.jsonl"\n'
    )
    return place


@pytest.fixture
def filled(config: Path) -> Path:
    assert run("refresh").exit_code == 0
    return config


def test_every_command_is_there_and_explains_itself() -> None:
    told = run("--help").output
    for name in COMMANDS:
        assert name in told
        assert run(name, "--help").exit_code == 0
    assert run("--version").output.strip() == f"tension {__version__}"


def test_refresh_says_in_its_help_what_the_exit_codes_mean() -> None:
    told = " ".join(run("refresh", "--help").output.split())
    assert "Exit code 0" in told and "1:" in told and "2:" in told


def test_refresh_prints_its_report_and_ends_with_0(config: Path) -> None:
    done = run("refresh")
    assert done.exit_code == 0
    assert "wire" in done.stdout and "12 new articles" in done.stdout
    again = run("refresh", "--json")
    told = json.loads(again.stdout)
    assert (told["new"], told["already_stored"]) == (0, 12)


def test_refresh_ends_with_1_when_a_source_failed(config: Path) -> None:
    with config.open("a") as file:
        file.write('[[source]]\nname = "gone"\nkind = "feed"\nurl = "gone.xml"\n')
    done = run("refresh")
    assert done.exit_code == 1
    assert "gone" in done.stdout and "source failed" in done.stdout
    assert "12 new articles" in done.stdout


def test_refresh_ends_with_2_when_it_cannot_be_done(tmp_path: Path, config: Path) -> None:
    unknown = run("refresh", "--source", "wires")
    assert unknown.exit_code == 2 and "Configured: wire" in unknown.stderr
    config.write_text("[store]\nurl = 5\n")
    broken = run("refresh")
    assert broken.exit_code == 2 and "line 2" in broken.stderr
    assert run("refresh", "--wait", "soon").exit_code == 2


def test_refresh_says_so_when_another_one_is_going_on(filled: Path, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    store = Store.open(f"sqlite:///{tmp_path / 'tension.sqlite'}")
    with store.start_run("fake-1", datetime(2022, 1, 1, tzinfo=UTC)):
        done = run("refresh")
    assert done.exit_code == 2 and "Another refresh" in done.stderr


def test_config_check_names_the_line_of_a_mistake(config: Path) -> None:
    fine = run("config", "check")
    assert fine.exit_code == 0 and "wire" in fine.stdout
    config.write_text('[[source]]\nname = "x"\nkind = "fils"\n')
    bad = run("config", "check")
    assert bad.exit_code == 2 and "line 3" in bad.stderr


def test_status_before_and_after_the_first_refresh(config: Path) -> None:
    before = run("status")
    assert before.exit_code == 2 and "tension refresh" in before.stderr
    run("refresh")
    after = run("status")
    assert after.exit_code == 0 and "wire" in after.stdout and "Check: ok" in after.stdout
    told = json.loads(run("status", "--json").stdout)
    assert told["as_of_run"] == 1 and told["sources"][0]["articles"] == 12


def test_export_writes_a_file_with_its_data_sheet(filled: Path, tmp_path: Path) -> None:
    place = tmp_path / "signals.parquet"
    done = run("export", "signals", "-o", str(place))
    assert done.exit_code == 0 and done.stdout == ""
    assert len(pd.read_parquet(place)) > 0
    sheet = json.loads((tmp_path / "signals.parquet.meta.json").read_text())
    assert sheet["table"] == "signals" and sheet["version"] == __version__


def test_export_to_standard_output_is_the_table_alone(filled: Path) -> None:
    done = run("export", "articles", "--from", "2022-01-02", "--to", "2022-01-02")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("article_id,story_id") and 1 < len(lines) <= 6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("signals", "--format", "parquet"), "-o FILE"),
        (("signals", "--pair", "RUS"), "no pair"),
        (("series",), "--pair"),
        (("signals", "--from", "yesterday"), "2022-02-24"),
        (("everything",), "everything"),
    ],
)
def test_an_export_that_cannot_be_made_says_why(
    filled: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run("export", *arguments)
    assert done.exit_code == 2 and said in done.stderr


def test_score_shows_signals_with_their_sentence_and_marked_cue(tmp_path: Path) -> None:
    text = f"Short note for the morning.\n\nThen the news. {marked('RUS', 'USA')} That was all.\n"
    (tmp_path / "note.txt").write_text(text)
    done = run("score", "note.txt", "--date", "2022-01-05")
    assert done.exit_code == 0
    assert "RUS → USA" in done.stdout and "ASSAULT" in done.stdout
    assert "RUS [hits] USA." in done.stdout and "2022-01-05" in done.stdout


def test_score_reads_standard_input_and_prints_one_json_object() -> None:
    done = run("score", "-", "--json", text=f"This is the news of today. {marked('CHN', 'IND')}")
    told = json.loads(done.stdout)
    assert told["date"] is None
    (found,) = told["signals"]
    assert (found["pair"], found["weight"], found["cue_spans"]) == ("CHN-IND", 1.0, [[4, 8]])


def test_score_says_when_there_is_nothing() -> None:
    done = run("score", text="The weather will be fine in the morning and in the evening.")
    assert done.exit_code == 0 and "No signal" in done.stdout


def test_score_of_a_file_that_is_not_there_is_an_error() -> None:
    done = run("score", "nothing.txt")
    assert done.exit_code == 2 and "nothing.txt" in done.stderr


def test_the_dashboard_is_served_with_the_settings_that_were_found(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[dict[str, object]] = []
    fake = ModuleType("dashboard.serve")
    fake.serve = lambda **options: served.append(options)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dashboard.serve", fake)
    monkeypatch.delenv("STREAMLIT_SERVER_HEADLESS", raising=False)
    assert run("dashboard", "--port", "8600", "--headless").exit_code == 0
    assert served == [{"host": "localhost", "port": 8600, "config": config}]
    assert os.environ.pop("STREAMLIT_SERVER_HEADLESS") == "true"
