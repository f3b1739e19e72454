"""Feeds: from files and over HTTP, within bounds."""

import time

import httpx
import pytest

from pipeline.config import Limits, SourceSettings
from pipeline.records import DROP_REASONS, Drop
from pipeline.sources import read_source
from source_files import NOW

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Continental Courier</title><language>en-GB</language>
<item><title>Envoys &amp; ministers meet</title><link>https://example.org/1</link><guid>g1</guid>
<pubDate>Mon, 17 Jan 2022 09:30:00 GMT</pubDate><description>In short.</description>
<content:encoded><![CDATA[<p>They met for <b>two hours</b>.</p><p>Nothing was signed.</p>]]></content:encoded></item>
<item><title>No date at all</title><link>https://example.org/2</link>
<description>They parted.</description></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Straits Monitor</title>
<entry><id>a1</id><title>Talks</title><link href="https://example.org/a"/>
<updated>2022-01-17T09:30:00+08:00</updated><summary>They met.</summary>
<source><title>Lotus Wire</title></source></entry></feed>"""


def read_feed(url, handler=None, limits=None, **more):
    settings = SourceSettings(name="f", kind="feed", url=str(url), **more)
    client = None
    if handler:
        client = httpx.Client(transport=httpx.MockTransport(handler), follow_redirects=True)
    items = list(read_source(settings, limits or Limits(), NOW, client))
    assert all(i.reason in DROP_REASONS and i.detail for i in items if isinstance(i, Drop))
    return items


def answering(content, status=200, **headers):
    return lambda request: httpx.Response(status, content=content, headers=headers)


def test_rss(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(RSS, encoding="utf-8")
    for items in (
        read_feed(path),
        read_feed("https://example.org/rss", answering(RSS.encode())),
    ):
        first, second = items
        assert first.title == "Envoys & ministers meet"
        assert "two hours" in first.body
        assert first.html
        assert (first.ref, first.url) == ("g1", "https://example.org/1")
        assert first.published == "Mon, 17 Jan 2022 09:30:00 GMT"
        assert (first.outlet, first.language) == ("Continental Courier", "en-GB")
        assert second.published is None
        assert second.fallback_published == NOW


def test_atom_names_the_outlet_an_entry_comes_from():
    (entry,) = read_feed("https://example.org/atom", answering(ATOM.encode()), outlet="Mine")
    assert entry.outlet == "Lotus Wire"
    assert entry.published == "2022-01-17T09:30:00+08:00"


def test_the_configured_outlet_goes_before_the_name_of_the_feed():
    first, _ = read_feed("https://example.org/rss", answering(RSS.encode()), outlet="Mine")
    assert first.outlet == "Mine"


def test_a_feed_file_in_a_folder_has_no_fetching_time(tmp_path):
    (tmp_path / "feed.rss").write_text(RSS, encoding="utf-8")
    settings = SourceSettings(name="f", kind="files", path=str(tmp_path))
    items = list(read_source(settings, Limits(), NOW))
    assert [i.fallback_published for i in items] == [None, None]


@pytest.mark.parametrize(
    ("handler", "says"),
    [
        (answering(b"gone", 404), "404"),
        (answering(b"<html><p>Just a page</p></html>"), "not RSS or Atom"),
        (answering(b""), "not RSS or Atom"),
        (answering(b"", 302, location="https://example.org/rss"), "TooManyRedirects"),
        (answering(b"x" * 2_000_000), "MiB"),
    ],
)
def test_a_feed_that_fails_is_a_drop(handler, says):
    (drop,) = read_feed("https://example.org/rss", handler, Limits(max_file_mb=1))
    assert drop.reason == "source failed"
    assert says in drop.detail


def test_a_redirect_leads_to_http_only():
    def elsewhere(request):
        if request.url.scheme == "https":
            return httpx.Response(302, headers={"location": "ftp://example.org/rss"})
        return httpx.Response(200, content=RSS.encode())

    (drop,) = read_feed("https://example.org/rss", elsewhere)
    assert "not http or https" in drop.detail


def test_errors_of_the_network_are_drops():
    def broken(request):
        raise httpx.ConnectError("no route to host")

    (drop,) = read_feed("https://example.org/rss", broken)
    assert drop.reason == "source failed"
    assert "no route" in drop.detail


def test_an_answer_that_drips_ends_in_time():
    class Drip(httpx.SyncByteStream):
        def __iter__(self):
            while True:
                time.sleep(0.02)
                yield b" "

    started = time.monotonic()
    (drop,) = read_feed(
        "https://example.org/rss",
        lambda request: httpx.Response(200, stream=Drip()),
        Limits(timeout_seconds=0.2),
    )
    assert time.monotonic() - started < 5
    assert "not complete" in drop.detail


def test_a_damaged_feed_gives_what_is_whole_and_says_so():
    cut = RSS[: RSS.index("<item><title>No date")] + "<item><title>Broken"
    items = read_feed("https://example.org/rss", answering(cut.encode()))
    assert any(getattr(i, "ref", "") == "g1" for i in items)
    assert any(isinstance(i, Drop) and "damaged" in i.detail for i in items)


def test_entities_that_multiply_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    text = RSS.replace("<rss", bomb + "]><rss", 1).replace("In short.", "&j;")
    items = read_feed("https://example.org/rss", answering(text.encode()))
    assert sum(len(i.body) for i in items if not isinstance(i, Drop)) < 10_000


def test_a_missing_feed_file_is_a_drop(tmp_path):
    (drop,) = read_feed(tmp_path / "gone.xml")
    assert drop.reason == "source failed"
    assert "No such file" in drop.detail
