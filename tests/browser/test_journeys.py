"""What an analyst does, in a real browser."""

from __future__ import annotations

import csv
import io
import re
import shutil
from typing import Any

import pytest
from serving import Server, still

from dashboard_store import build
from pipeline.marks import read_overlay

pytestmark = pytest.mark.browser

#: The words of the button, link or fold that has the focus.
FOCUSED = """() => ['BUTTON', 'A', 'SUMMARY'].includes(document.activeElement.tagName)
    ? document.activeElement.innerText : ''"""
HOSTILE = "/pair?pair=RUS-USA&ev=ffffffffffff0000%3A0"


def table(page: Any, key: str) -> dict[str, float]:
    """Bring a table into the middle and give its place on the screen."""
    frame = page.locator(f"[class*=st-key-{key}] [data-testid=stDataFrame]").first
    frame.wait_for(timeout=20_000)
    frame.evaluate("element => element.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(900)
    box = frame.bounding_box()
    assert box is not None
    return box


def click_row(page: Any, key: str, row: int, height: int = 35) -> None:
    """Click the second column of a row, counted from 0."""
    box = table(page, key)
    x, y = box["x"] + 150, box["y"] + 36 + height * row + height / 2
    page.mouse.move(x, y)
    page.wait_for_timeout(200)
    page.mouse.click(x, y)
    page.wait_for_timeout(600)
    still(page)


def test_open_row_pair_range_evidence_download_and_back(served: Server, tab: Any) -> None:
    page = tab(served.address)
    assert page.locator("h1").inner_text() == "What changed"
    click_row(page, "pairs", 1, height=38)
    page.wait_for_url(re.compile(r"/pair\?pair=[A-Z]+-[A-Z]+"))
    still(page)
    pair = re.search(r"pair=([A-Z-]+)", page.url)
    assert pair is not None
    assert "–" in page.locator("h1").inner_text()

    plot = page.locator("[class*=st-key-line_] .nsewdrag").first
    plot.evaluate("element => element.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(500)
    box = plot.bounding_box()
    across, down = box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2
    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across + 120, down + 4, steps=8)
    page.mouse.up()
    page.wait_for_url(re.compile(r"from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d"))
    still(page)

    click_row(page, "evidence_", 1)
    page.wait_for_url(re.compile(r"ev="))
    sentence = page.locator(".st-key-opened .sentence").inner_text()
    assert page.locator(".st-key-opened mark.cue").count() >= 1

    page.get_by_role("button", name="Download evidence").click()
    with page.expect_download() as waiting:
        page.get_by_text("Table (CSV)").first.click()
    path = waiting.value.path()
    assert waiting.value.suggested_filename == f"evidence-{pair[1]}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    first, last = re.search(r"from=([\d-]+)&to=([\d-]+)", page.url).groups()  # type: ignore[union-attr]
    assert rows and all(first <= row["date"] <= last for row in rows)

    address = page.url
    again = tab(address)
    assert again.locator(".st-key-opened .sentence").inner_text() == sentence
    assert again.url.replace("&h=14", "") == address.replace("&h=14", "")

    assert not tab.foreign and not tab.errors


def test_one_press_of_back_returns_from_a_pair_to_the_overview(served: Server, tab: Any) -> None:
    page = tab(served.address)
    page.get_by_text(re.compile("^See why:")).first.click()
    page.wait_for_url(re.compile(r"/pair\?pair="))
    still(page)
    page.go_back()
    page.locator("h1", has_text="What changed").wait_for()
    assert "/pair" not in page.url


def test_an_open_alert_opens_its_pair(served: Server, tab: Any) -> None:
    page = tab(served.address)
    page.get_by_text("open alert").click()
    page.wait_for_timeout(800)
    click_row(page, "alerts", 0)
    page.wait_for_url(re.compile(r"/pair\?pair="))


def test_a_row_opens_its_own_pair_after_sorting(served: Server, tab: Any) -> None:
    page = tab(served.address + "/?quiet=true")
    box = table(page, "pairs")
    page.mouse.click(box["x"] + 60, box["y"] + 18)
    page.wait_for_timeout(1200)
    still(page)
    click_row(page, "pairs", 0, height=38)
    page.wait_for_url(re.compile(r"/pair\?pair="))
    assert "pair=ARM-AZE" in page.url


def test_a_setting_stays_from_page_to_page_and_in_the_address(served: Server, tab: Any) -> None:
    page = tab(served.address)
    page.get_by_role("radio", name="30").or_(page.get_by_text("30", exact=True)).first.click()
    page.wait_for_url(re.compile(r"h=30"))
    page.get_by_role("link", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare"))
    still(page)
    assert "h=30" in page.url


def test_a_mark_is_made_survives_a_reload_and_comes_as_a_file(served: Server, tab: Any) -> None:
    page = tab(served.address + "/pair?pair=RUS-USA")
    page.get_by_role("button", name="Mark as wrong").click()
    page.wait_for_url(re.compile(r"marks=[0-9a-f]+\.[0-9a-f]+\.w"))
    page.reload()
    still(page)
    assert "You marked this signal: wrong" in page.inner_text(".st-key-opened")
    page.get_by_role("button", name="Your marks: 1").click()
    page.get_by_label("Your name, for the file").fill("Reader One")
    page.get_by_label("Your name, for the file").press("Enter")
    still(page)
    with page.expect_download() as waiting:
        page.locator(".st-key-mark_file button").click()
    assert re.fullmatch(r"marks-\d{8}-\d{4}\.yaml", waiting.value.suggested_filename)
    (mark,) = read_overlay(waiting.value.path().rename(served.folder / "marks.yaml")).marks
    assert (mark.verdict, mark.by) == ("wrong", "Reader One")
    page.get_by_role("link", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare.*marks="))
    assert not tab.foreign and not tab.errors


def test_the_brief_comes_as_a_pdf(served: Server, tab: Any) -> None:
    page = tab(served.address + "/pair?pair=RUS-USA")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="One-page brief (PDF)").click()
    assert waiting.value.suggested_filename.startswith("brief-RUS-USA-")
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def test_the_keyboard_alone_reaches_a_pair_and_its_evidence(served: Server, tab: Any) -> None:
    page = tab(served.address)
    for _ in range(60):
        page.keyboard.press("Tab")
        if "See why" in page.evaluate(FOCUSED):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/pair\?pair="))
    still(page)
    for _ in range(80):
        page.keyboard.press("Tab")
        if "The article as stored" in page.evaluate(FOCUSED):
            break
    page.keyboard.press("Enter")
    page.locator(".st-key-opened .reading").wait_for(timeout=10_000)


def test_hostile_text_does_nothing(served: Server, tab: Any) -> None:
    page = tab(served.address + HOSTILE)
    page.get_by_text("The article as stored").click()
    page.wait_for_timeout(800)
    opened = page.locator(".st-key-opened")
    assert "<img src=x onerror=window.pwned=1>" in opened.inner_text()
    assert opened.locator("img, script, a[href^='javascript']").count() == 0
    assert page.evaluate("window.pwned") is None
    assert not tab.foreign and not tab.errors


@pytest.mark.parametrize("part", ["Codebook&find=sanctions", "Actors&actor=Korea"])
def test_a_search_with_few_results_leaves_no_empty_rows(
    served: Server, tab: Any, part: str
) -> None:
    page = tab(f"{served.address}/method?part={part}")
    shown = page.locator("[data-testid=stDataFrame]:visible").last
    shown.wait_for(timeout=20_000)
    still(page)
    box = shown.bounding_box()
    assert box is not None and box["height"] < 300


def test_an_open_tab_takes_up_a_finished_refresh(empty: Server, tab: Any) -> None:
    page = tab(empty.address)
    assert "There is no data yet" in page.inner_text("body")
    build(empty.folder / "elsewhere.sqlite")
    shutil.move(empty.folder / "elsewhere.sqlite", empty.folder / "tension.sqlite")
    page.get_by_text("Week by week").wait_for(timeout=30_000)


@pytest.mark.parametrize("path", ["/", "/pair", "/compare", "/score", "/data", "/method"])
def test_pages_load_nothing_foreign_and_have_one_heading(
    served: Server, tab: Any, path: str
) -> None:
    page = tab(served.address + path)
    assert page.locator("h1").count() == 1
    assert "Not official positions" in page.inner_text("body")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input, textarea')]
        .filter(e => e.checkVisibility() && e.tabIndex >= 0)
        .filter(e => !(e.innerText || e.getAttribute('aria-label') || e.title || e.placeholder
            || e.labels?.length || e.getAttribute('aria-labelledby'))).map(e => e.outerHTML)"""
    )
    assert unnamed == []
    assert not tab.foreign and not tab.errors


@pytest.mark.parametrize("path", ["/", "/pair?pair=RUS-UKR"])
def test_a_phone_shows_the_essentials_without_scrolling_sideways(
    served: Server, tab: Any, path: str
) -> None:
    page = tab(served.address + path, width=390, height=844)
    wide = page.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"
    )
    assert wide <= 0


@pytest.mark.parametrize(
    "path",
    [
        "/", "/?weeks=52&quiet=true", "/pair?pair=RUS-USA",
        "/pair?pair=RUS-USA&asof=2022-03-21&from=2022-01-01&to=2022-03-01", "/pair?pair=GBR-USA&w=90d",
        "/compare", "/score", "/data", "/method", "/method?part=How+well+it+works",
        "/method?part=Codebook", "/method?part=Actors&name=Kremlin",
    ],
)  # fmt: skip
def test_axe_finds_nothing_serious(served: Server, tab: Any, path: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    page = tab(served.address + path)
    if path == "/score":
        page.get_by_text("Try an example").click()
        page.get_by_text("Signals", exact=True).first.wait_for(timeout=60_000)
        still(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(700)
        serious = [
            (scheme, item["id"], [node["html"][:200] for node in item["nodes"]])
            for item in axe.Axe().run(page).response["violations"]
            if item["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_every_answer_has_the_security_headers(served: Server, browser: Any) -> None:
    context = browser.new_context()
    answer = context.request.get(served.address)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    context.close()
