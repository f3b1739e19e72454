"""``tension schedule`` as a real process against a feed that gains articles."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fake_extractor import marked
from pipeline.store import Store, StoreError

HERE = Path(__file__).parent


class Feed:
    """An RSS feed served on this machine; ``gain`` adds an item."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.failing = False
        feed = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(500 if feed.failing else 200)
                self.send_header("Content-Type", "application/rss+xml")
                self.end_headers()
                if not feed.failing:
                    self.wfile.write(feed.document().encode())

            def log_message(self, *_arguments: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/feed.xml"

    def gain(self) -> None:
        number = len(self.items)
        self.items.append(
            f"<item><title>Item {number} of the feed</title><link>https://example.org/{number}</link>"
            f"<guid>{number}</guid><pubDate>Wed, 05 Jan 2022 0{number}:00:00 GMT</pubDate>"
            f"<description>News number {number}. {marked('RUS', 'USA')} It was said in town."
            "</description></item>"
        )

    def document(self) -> str:
        items = "".join(self.items)
        return f'<rss version="2.0"><channel><title>Local</title>{items}</channel></rss>'


@pytest.fixture
def feed() -> Iterator[Feed]:
    served = Feed()
    yield served
    served.server.shutdown()


def until(true: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def test_each_article_is_stored_once_and_sigterm_ends_it_cleanly(
    feed: Feed, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'tension.sqlite'}"
    config = tmp_path / "tension.toml"
    config.write_text(
        f'[store]\nurl = "{url}"\n'
        f'[[source]]\nname = "feed"\nkind = "feed"\nurl = "{feed.url}"\nlanguage = "en"\n'
        '[[source]]\nname = "gone"\nkind = "feed"\nurl = "http://127.0.0.1:9/feed.xml"\n'
    )

    def stored() -> int:
        try:
            store = Store.open(url)
        except StoreError:
            return 0
        try:
            return len(store.articles())
        finally:
            store.close()

    feed.gain()
    paths = [str(HERE), str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, str(HERE / "schedule_target.py"), "schedule", "--every", "1s", "-c",
         str(config)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        for number in range(1, 4):
            assert until(lambda n=number: stored() == n), f"article {number} did not arrive"
            feed.gain()
        assert until(lambda: stored() == 4)
        feed.failing = True
        time.sleep(1.5)
        assert process.poll() is None, "a failing source ended the schedule"
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, output
    assert "Stopping on SIGTERM" in output and "Source gone failed" in output
    store = Store.open(url)
    assert len(store.signals()) == 4
    runs = store.runs()
    assert runs["completed"].iloc[1:].all()
    assert runs["n_articles_new"].sum() == 4
