"""Pictures of every page, light and dark, in three widths, in one run.

They go to a temporary folder; ``TENSION_SCREENSHOTS=docs/screenshots`` puts them there,
``TENSION_STORE_URL`` names another store than that of the tests (for the docs, the
sample's).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Server, still

pytestmark = pytest.mark.browser

PAGES = {
    "overview": "/",
    "pair": "/pair?pair=RUS-USA",
    "compare": "/compare?pairs=RUS-UKR,RUS-USA,CHN-USA,CHN-TWN",
    "score-a-text": "/score",
    "data": "/data",
    "method": "/method",
}
WIDTHS = {"": 1280, "-wide": 1800, "-phone": 390}


@pytest.fixture(scope="module")
def shown(served: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The store to take pictures of."""
    url = os.environ.get("TENSION_STORE_URL")
    if url is None:
        yield served
        return
    server = Server(tmp_path_factory.mktemp("pictures"), url)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go."""
    wanted = os.environ.get("TENSION_SCREENSHOTS")
    place = Path(wanted) if wanted else tmp_path_factory.mktemp("screenshots")
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", list(WIDTHS))
def test_pictures(shown: Server, tab: Any, folder: Path, scheme: str, width: str) -> None:
    for name, path in PAGES.items():
        page = tab(shown.address + path, width=WIDTHS[width], scheme=scheme)
        if name == "score-a-text":
            page.get_by_text("Try an example").click()
            page.get_by_text("Looked at and left out").or_(
                page.get_by_text("Signals", exact=True)
            ).first.wait_for(timeout=60_000)
            still(page)
        height = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": WIDTHS[width], "height": min(int(height) + 10, 5000)})
        page.mouse.move(2, 300)
        still(page)
        target = folder / f"{name}{width}-{scheme}.png"
        page.screenshot(path=target)
        assert target.stat().st_size > 10_000
        page.context.close()
    assert not tab.foreign and not tab.errors
