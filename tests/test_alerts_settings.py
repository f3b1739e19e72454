"""``[alerts]``: thresholds, overrides and the webhook's address, with their mistakes named."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from pipeline.alert_settings import AlertSettings, PairAlerts
from pipeline.config import ConfigError, Settings, load_settings

GOOD = """\
[alerts]
level = 70
zscore = false
change_margin = 5.5
webhook = "https://hooks.example.org/secret-path"

[[alerts.pair]]
name = "usa-rus"
level = 80.0
change = false

[[alerts.pair]]
name = "CHN-TWN"
zscore = 4
"""


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TENSION_CONFIG", "TENSION_STORE_URL", "TENSION_WEBHOOK_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "tension.toml"
    path.write_text(text, "utf-8")
    return load_settings(path)


def test_a_pair_overrides_what_it_states_and_nothing_else(tmp_path: Path) -> None:
    rules = loaded(tmp_path, GOOD).alerts
    kinds = ("level", "change", "zscore")
    assert [rules.rule(k, "GBR-IRN") for k in kinds] == [(70, 10), (40, 5.5), None]
    assert [rules.rule(k, "RUS-USA") for k in kinds] == [(80, 10), None, None]
    assert [rules.rule(k, "CHN-TWN") for k in kinds] == [(70, 10), (40, 5.5), (4, 1)]


def test_settings_travel_to_workers_and_can_be_keys(tmp_path: Path) -> None:
    settings = loaded(tmp_path, GOOD)
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert hash(settings.alerts) == hash(loaded(tmp_path, GOOD).alerts)


def test_without_a_table_everything_has_a_default() -> None:
    assert load_settings(None).alerts == AlertSettings()
    assert AlertSettings().rule("level", "RUS-USA") == (60, 10) and not AlertSettings().webhook


def test_the_address_is_a_secret_that_may_stay_out_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "secret-path" not in repr(loaded(tmp_path, GOOD))
    monkeypatch.setenv("TENSION_WEBHOOK_URL", "http://127.0.0.1:9/other")
    settings = loaded(tmp_path, GOOD)
    assert settings.alerts.webhook == "http://127.0.0.1:9/other"
    assert settings.alerts.pair[0] == PairAlerts(name="RUS-USA", level=80.0, change=False)
    monkeypatch.setenv("TENSION_WEBHOOK_URL", "file:///etc/passwd")
    with pytest.raises(ConfigError, match=r"TENSION_WEBHOOK_URL.*http") as caught:
        load_settings(None)
    assert "passwd" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["ftp://example.org/x", "javascript:alert(1)", "//example.org/x", "http://", "https:///x",
     "http://[::1", "http://exa mple.org", "http://example.org/\nx", "hooks/local", "http://h:0/"],
)  # fmt: skip
def test_only_web_addresses_are_posted_to(address: str) -> None:
    with pytest.raises(ValueError, match="http"):
        AlertSettings(webhook=address)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("level = 70", "level = 700", 2, "alerts.level", "less than or equal to 100"),
        ("level = 70", "level = true", 2, "alerts.level", "number"),
        ("level = 70", 'level = "high"', 2, "alerts.level", "number"),
        ("level = 70", "levels = 70", 2, "alerts.levels", "did you mean level"),
        ("5.5", "-1", 4, "alerts.change_margin", "greater than or equal to 0"),
        ("https://", "gopher://", 5, "alerts.webhook", "http://"),
        ("usa-rus", "USA", 8, "alerts.pair.name", "two actor codes"),
        ("usa-rus", "USA-USA", 8, "alerts.pair.name", "two actor codes"),
        ("usa-rus", "TWN-CHN", 13, "alerts.pair.name", "a second pair"),
        ("level = 80.0", "margin = 5", 9, "alerts.pair.margin", "no such setting"),
        ("zscore = 4", "zscore = 0", 14, "alerts.pair.zscore", "greater than 0"),
        ('name = "usa-rus"\n', "", 7, "alerts.pair.name", "missing"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, key: str, says: str
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError, match=says) as caught:
        loaded(tmp_path, GOOD.replace(old, new, 1))
    assert (caught.value.line, caught.value.key) == (line, key)


def test_one_bracket_too_few_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[\[alerts\.pair\]\] with two brackets"):
        loaded(tmp_path, "[alerts.pair]\nname = 'RUS-USA'\n")
