"""Settings: defaults, relative paths, and mistakes named with file, line and key."""

import pickle
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config import ConfigError, Settings, load_settings, parse_every

GOOD = """\
[store]
url = "sqlite:///data/t.sqlite"

[scoring]
workers = 2

[[source]]
name = "wires"
kind = "files"
path = "articles/**/*.jsonl.gz"
outlet = "Meridian Wire"
illustrative = true

[[source]]
name = "world"
kind = "feed"
url = "https://example.org/rss"

[[source]]
name = "local feed"
kind = "feed"
url = "feeds/local.xml"
enabled = false

[limits]
max_file_mb = 12

[schedule]
every = "6h"
"""


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("TENSION_CONFIG", raising=False)
    monkeypatch.delenv("TENSION_STORE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


def written(folder: Path, text: str) -> Path:
    path = folder / "tension.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_are_relative_to_the_file_they_stand_in(tmp_path):
    folder = tmp_path / "conf"
    folder.mkdir()
    settings = load_settings(written(folder, GOOD))
    assert settings.store.url == f"sqlite:///{folder}/data/t.sqlite"
    wires, world, local = settings.sources
    assert wires.path == str(folder / "articles/**/*.jsonl.gz")
    assert world.url == "https://example.org/rss"
    assert local.url == str(folder / "feeds/local.xml")
    assert not local.enabled
    assert settings.limits.max_file_bytes == 12 * 2**20
    assert settings.schedule.interval == timedelta(hours=6)
    assert settings.path == folder / "tension.toml"


def test_settings_travel_to_workers(tmp_path):
    settings = load_settings(written(tmp_path, GOOD))
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_without_a_file_everything_has_a_default():
    settings = load_settings(None)
    assert settings == Settings()
    assert settings.store.url.startswith("sqlite:///")
    assert settings.store.url.endswith("tension.sqlite")
    assert settings.sources == ()


def test_the_current_folder_is_looked_in_after_the_environment(tmp_path, monkeypatch):
    written(tmp_path, "[dashboard]\ntitle = 'here'\n")
    assert load_settings(None).dashboard.title == "here"
    other = tmp_path / "other.toml"
    other.write_text("[dashboard]\ntitle = 'named'\n")
    monkeypatch.setenv("TENSION_CONFIG", str(other))
    assert load_settings(None).dashboard.title == "named"


def test_the_environment_may_hold_the_database(tmp_path, monkeypatch):
    monkeypatch.setenv("TENSION_STORE_URL", "postgresql+psycopg://user:secret@db/tension")
    assert load_settings(written(tmp_path, GOOD)).store.url.endswith("@db/tension")
    monkeypatch.setenv("TENSION_STORE_URL", "mysql://x")
    with pytest.raises(ConfigError, match="TENSION_STORE_URL"):
        load_settings(None)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("workers = 2", "workers = 'two'", 5, "scoring.workers", "integer"),
        ("workers = 2", "worker = 2", 5, "scoring.worker", "did you mean workers"),
        ("workers = 2", "overlay = 'none.yaml'", 5, "scoring.overlay", "there is no file"),
        ("[limits]", "[limit]", 25, "limit", r"did you mean \[limits\]"),
        ("= 12", "= -1", 26, "limits.max_file_mb", "greater than 0"),
        ("= 12", "= inf", 26, "limits.max_file_mb", "finite"),
        ('name = "world"', 'name = "wires"', 15, "source.name", "second source"),
        ('kind = "feed"\nurl = "https', 'kind = "rss"\nurl = "https', 16, "source.kind", "feed"),
        ("https://example", "ftp://example", 17, "source.url", "ftp"),
        ('url = "https://example.org/rss"\n', "", 14, "source", "needs url"),
        ('"6h"', '"often"', 29, "schedule.every", "interval"),
        ("= 12", "= ", 26, "", "not valid TOML"),
        ('"sqlite:///data/t.sqlite"', '"mysql://x"', 2, "store.url", "sqlite"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(tmp_path, old, new, line, key, says):
    assert old in GOOD
    with pytest.raises(ConfigError, match=says) as caught:
        load_settings(written(tmp_path, GOOD.replace(old, new, 1)))
    assert (caught.value.line, caught.value.key) == (line, key)
    assert f"tension.toml, line {line}" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"gone\.toml"):
        load_settings(tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("6 h", 21_600), ("1D", 86_400)]
)
def test_intervals(text, seconds):
    assert parse_every(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "0m", "m", "15", "-5m", "1w", "9999999d"])
def test_no_intervals(text):
    with pytest.raises(ValueError, match="interval"):
        parse_every(text)
