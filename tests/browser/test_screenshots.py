"""Pictures of every page, light and dark; the first two also wide and on a phone.

Made on request: ``TENSION_SCREENSHOTS=docs/screenshots`` names the folder,
``TENSION_STORE_URL`` another store than that of the tests (for the docs, the sample's).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from serving import Server, still

pytestmark = pytest.mark.browser

PAGES = {
    "overview": "/",
    "pair": "/pair?pair=RUS-USA",
    "compare": "/compare?pairs=RUS-UKR,RUS-USA,CHN-USA,CHN-TWN",
    "score-a-text": "/score",
    "data": "/data",
    "method": "/method",
    "how-well-it-works": "/method?part=How+well+it+works",
    "codebook": "/method?part=Codebook&find=sanctions",
    "actors": "/method?part=Actors&name=the+Kremlin",
}
WIDTHS = (1280, 1920, 390)
#: In every width; the others at 1280 alone.
EVERYWHERE = ("overview", "pair")


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
def folder() -> Path:
    """Where the pictures go."""
    wanted = os.environ.get("TENSION_SCREENSHOTS")
    if not wanted:
        pytest.skip("no folder for pictures: set TENSION_SCREENSHOTS")
    place = Path(wanted)
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(folder: Path, shown: Server, tab: Any, scheme: str, width: int) -> None:
    for name, path in PAGES.items():
        if width != 1280 and name not in EVERYWHERE:
            continue
        page = tab(shown.address + path, width=width, scheme=scheme)
        if name == "score-a-text":
            page.get_by_text("Try an example").click()
            page.get_by_text("Looked at and left out").or_(
                page.get_by_text("Signals", exact=True)
            ).first.wait_for(timeout=60_000)
            still(page)
        height = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": width, "height": min(int(height) + 10, 5000)})
        page.mouse.move(2, 300)
        still(page)
        target = folder / f"{name}-{scheme}-{width}.png"
        page.screenshot(path=target)
        # 256 colours are enough for calm pages and take a third of the room.
        Image.open(target).convert("RGB").quantize(256).save(target, optimize=True)
        assert target.stat().st_size > 5_000
        page.context.close()
    assert not tab.foreign and not tab.errors
