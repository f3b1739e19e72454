"""A served dashboard and a browser for it; skipped, visibly, where there is no Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Server, still

from dashboard_store import build

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The fixture store, served."""
    folder = tmp_path_factory.mktemp("served")
    build(folder / "tension.sqlite")
    server = Server(folder)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def empty(browser: Any, tmp_path: Path) -> Iterator[Server]:
    """A dashboard without a store yet."""
    server = Server(tmp_path)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def tab(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a tab of its own and waits until the page stands still.

    ``tab.foreign`` holds every request that left the machine, ``tab.errors`` what the
    page threw.
    """
    contexts = []

    def opener(address: str, width: int = 1280, height: int = 900, scheme: str = "light") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: note(request.url))
        page.on("pageerror", lambda error: opener.errors.append(str(error)))
        page.goto(address)
        still(page)
        return page

    def note(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            opener.foreign.append(url)

    opener.foreign = []
    opener.errors = []
    yield opener
    for context in contexts:
        context.close()
