"""The optional log-in, tried in a real browser against a provider on this machine."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Server, still

from dashboard_store import build

pytestmark = pytest.mark.browser

mock = pytest.importorskip("oidc_provider_mock", reason="oidc-provider-mock is not installed")
pytest.importorskip("authlib", reason="authlib is not installed")

SECRETS = """[auth]
redirect_uri = "{{0}}/oauth2callback"
cookie_secret = "{cookie}"
client_id = "tension"
client_secret = "not checked by the provider of this test"
server_metadata_url = "http://localhost:{port}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def guarded(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The fixture store behind a log-in that admits example.org alone."""
    folder: Path = tmp_path_factory.mktemp("guarded")
    build(folder / "tension.sqlite")
    people = [
        mock.User(sub="reader", claims={"email": "reader@example.org", "email_verified": True}),
        mock.User(sub="stranger", claims={"email": "x@elsewhere.org", "email_verified": True}),
    ]
    with mock.run_server_in_thread(user_claims=people) as provider:
        text = SECRETS.format(cookie=secrets.token_hex(32), port=provider.server_port)
        server = Server(
            folder, secrets=text, more='[dashboard]\nallowed = ["@example.org"]\n'
        )  # fmt: skip
        try:
            server.wait()
            yield server
        finally:
            server.stop()


def logged_in(tab: Any, address: str, name: str) -> Any:
    page = tab(address)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r"localhost:\d+/oauth2/authorize"))
    page.locator("input[name=sub]").fill(name)
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.wait_for_url(address + "/**")
    still(page)
    return page


@pytest.mark.parametrize("path", ["/", "/pair?pair=RUS-USA", "/data", "/method"])
def test_without_a_log_in_no_page_shows_anything(guarded: Server, tab: Any, path: str) -> None:
    page = tab(guarded.address + path)
    body = page.inner_text("body")
    assert "Please log in" in body
    assert "Russia" not in body and "Tension" not in body.replace("Bilateral tension", "")


def test_a_reader_logs_in_reads_and_logs_out(guarded: Server, tab: Any) -> None:
    page = logged_in(tab, guarded.address, "reader")
    assert page.locator("h1").inner_text() == "What changed"
    assert "Logged in as reader@example.org" in page.inner_text("body")
    page.get_by_role("button", name="Log out").click()
    # The provider has a page of its own to end the session there; here it has ended already.
    page.wait_for_url(re.compile("/oauth2/end_session"))
    page.goto(guarded.address)
    page.get_by_text("Please log in").wait_for(timeout=20_000)


def test_an_account_that_is_not_allowed_sees_nothing(guarded: Server, tab: Any) -> None:
    page = logged_in(tab, guarded.address, "stranger")
    body = page.inner_text("body")
    assert "may not read the dashboard" in body and "Russia" not in body
