"""Who may read where a log-in is configured; the log-in itself is tried in tests/browser."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import login
from pipeline.config import ConfigError, load_settings
from test_dashboard_pages import APP, words

READER = {"is_logged_in": True, "email": "Reader@Example.org", "email_verified": True}


@pytest.mark.parametrize(
    ("claims", "allowed", "may"),
    [
        ({}, (), False),
        (READER, (), True),
        (READER, ("reader@example.org",), True),
        (READER, ("@example.org",), True),
        (READER, ("@other.org",), False),
        (READER | {"email": "a@evil.org@example.org"}, ("@example.org",), False),
        (READER | {"email": "reader@sub.example.org"}, ("@example.org",), False),
        (READER | {"email_verified": False}, ("@example.org",), False),
        ({"is_logged_in": True, "sub": "1"}, ("@example.org",), False),
    ],
)
def test_only_verified_addresses_that_are_allowed_may_read(
    claims: dict[str, object], allowed: tuple[str, ...], may: bool
) -> None:
    assert login.may_read(claims, allowed) is may


def test_with_a_log_in_configured_a_visitor_sees_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "wanted", lambda: True)
    monkeypatch.setenv("TENSION_STORE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    shown = words(app)
    assert "Please log in" in shown and "There is no data yet" not in shown
    assert [button.label for button in app.button] == ["Log in"]


def test_a_secrets_file_that_cannot_be_read_closes_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object, __: object) -> bool:
        raise login.StreamlitSecretNotFoundError("unreadable")

    monkeypatch.setattr(type(st.secrets), "__contains__", broken, raising=False)
    place = tmp_path / "secrets.toml"
    monkeypatch.setattr(st, "get_option", lambda _: [str(place)])
    assert not login.wanted()
    place.write_text("[auth")
    assert login.wanted()


def test_the_allowed_are_addresses_or_domains(tmp_path: Path) -> None:
    path = tmp_path / "tension.toml"
    path.write_text('[dashboard]\nallowed = ["A@Example.org", "@example.com"]\n')
    assert load_settings(path).dashboard.allowed == ("a@example.org", "@example.com")
    path.write_text('[dashboard]\nallowed = ["everyone"]\n')
    with pytest.raises(ConfigError, match="is no address"):
        load_settings(path)
