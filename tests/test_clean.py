"""Cleaning: dates by one rule, outlets and links made safe, furniture out, prose untouched."""

from __future__ import annotations

import dataclasses
import pickle
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.config import Limits
from pipeline.dates import DateProblem, date_in_name, parse_date
from pipeline.language import check_language, detect_language, language_code
from pipeline.outlets import canonical_outlet
from pipeline.pages import read_html
from pipeline.plaintext import paragraphs, plain
from pipeline.records import DROP_REASONS, Article, Drop
from pipeline.sources import RawArticle

NOW = datetime(2022, 3, 15, 12, 0, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[2] / "shared"
RAW = RawArticle(
    source="s", where="a.jsonl:1", ref="n1", url="https://example.org/1", title="Envoys meet",
    body="The envoys met in Vienna. They agreed on little.", html=False,
    published="2022-01-17T09:30:00Z", outlet="Meridian Wire", language="en",
)  # fmt: skip


def cleaned(**changes: object) -> Article:
    article = clean(dataclasses.replace(RAW, **changes), NOW, Limits())
    assert isinstance(article, Article), article
    return article


def dropped(limits: Limits | None = None, **changes: object) -> Drop:
    drop = clean(dataclasses.replace(RAW, **changes), NOW, limits or Limits())
    assert isinstance(drop, Drop), drop
    assert drop.reason in DROP_REASONS and drop.detail
    return drop


STORY = [
    "The envoys met in Vienna on Tuesday for the first time since the autumn.",
    "Neither side expected a treaty, a diplomat said, and neither got one.",
    "They will return to their capitals and write to each other.",
]


# --- dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "iso"),
    [
        ("2021-11-18", "2021-11-18T00:00"),
        ("2021-11-18T09:30", "2021-11-18T09:30"),
        ("2021-11-18T09:30:00+03:00", "2021-11-18T06:30"),
        ("2021-11-18 09:30:00 UTC", "2021-11-18T09:30"),
        ("2021-11-18 09:30:00.123456789Z", "2021-11-18T09:30"),
        ("20211118", "2021-11-18T00:00"),
        ("20211118093000", "2021-11-18T09:30"),
        ("1637227800", "2021-11-18T09:30"),
        ("1637227800000", "2021-11-18T09:30"),
        ("Thu, 18 Nov 2021 09:30:00 GMT", "2021-11-18T09:30"),
        ("Thu, 18 Nov 2021 09:30:00 EST", "2021-11-18T14:30"),
        ("18 November 2021", "2021-11-18T00:00"),
        ("18th of November, 2021", "2021-11-18T00:00"),
        ("Thursday, November 18, 2021", "2021-11-18T00:00"),
        ("Nov. 18, 2021 9:30 p.m. EST", "2021-11-19T02:30"),
        ("2021/11/18", "2021-11-18T00:00"),
        ("18/11/2021", "2021-11-18T00:00"),
        ("11/18/2021 10:00", "2021-11-18T10:00"),
        ("04/04/2022", "2022-04-04T00:00"),
    ],
)
def test_dates_that_are_understood(given, iso):
    assert parse_date(given).isoformat().startswith(iso)
    assert parse_date(given).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "given",
    ["yesterday", "2021", "2021-11", "2021-02-30", "31/02/2022", "25:00", "1637", "18 Nov",
     "Thu, 18 Nov 2021 09:30:00 XYZ", "0001-01-01T00:00:00+23:00", "٢٠٢١-١١-١٨x", "9" * 11],
)  # fmt: skip
def test_dates_that_are_not(given):
    with pytest.raises(DateProblem):
        parse_date(given)


def test_the_rule_for_dates():
    assert cleaned(published=datetime(2022, 1, 17, 9, 30)).published_at == datetime(
        2022, 1, 17, 9, 30, tzinfo=UTC
    )
    ambiguous = dropped(published="03/04/2022")
    assert ambiguous.reason == "bad date"
    assert "day/month" in ambiguous.detail
    assert dropped(published="soon").reason == "bad date"
    assert dropped(published=None).reason == "no date"
    assert dropped(published="  ").reason == "no date"
    assert dropped(published="1899-12-31").reason == "too early"
    assert dropped(published="2022-03-16T12:01:00Z").reason == "future date"
    assert cleaned(published="2022-03-16T11:59:00Z").date_source == "stated"


def test_feed_items_without_a_date_take_the_time_of_fetching():
    article = cleaned(published=None, fallback_published=NOW)
    assert (article.published_at, article.date_source) == (NOW, "fetched")
    later = cleaned(published=None, fallback_published=NOW + timedelta(hours=1))
    assert later.article_id == article.article_id
    assert dropped(published="03/04/2022", fallback_published=NOW).reason == "bad date"


@pytest.mark.parametrize(
    ("name", "found"),
    [("2021-11-18-talks", "2021-11-18"), ("talks_20211118", "2021-11-18"),
     ("talks 2021.11.18", "2021-11-18"), ("20211350", None), ("a120211118", None), ("2021", None)],
)  # fmt: skip
def test_dates_in_file_names(name, found):
    assert date_in_name(name) == found


# --- identity ------------------------------------------------------------------------------


def test_the_same_item_is_the_same_article_wherever_it_comes_from():
    same = cleaned(source="other", where="b.csv:7", ref="", published="17 January 2022 09:30")
    assert same.article_id == cleaned().article_id
    assert len(same.article_id) == 16
    for change in ({"title": "Envoys part"}, {"body": "They met."}, {"published": "2022-01-18"},
                   {"outlet": "Lotus Wire"}, {"url": ""}):  # fmt: skip
        assert cleaned(**change).article_id != same.article_id


# --- text ----------------------------------------------------------------------------------


def test_hidden_and_turning_characters_go_and_unicode_is_composed():
    assert plain("a\u202eb\u200bc\x00d\x1be\ud800f\ufeff") == "abcdef"
    assert plain("Cafe\u0301\u00a0 \t x\r\ny\u2028z") == "Café x\ny\nz"
    assert plain("Marks &amp; talks &#8217; AT&T &nosuch;") == "Marks & talks ’ AT&T &nosuch;"


def test_wrapped_lines_are_joined_and_paragraphs_kept():
    wrapped = (
        "The foreign ministry said on Monday that its envoy would\n"
        "travel to the capital for a second round of talks about\n"
        "the border posts which both armies have manned since the\n"
        "shooting last spring.\n\n"
        "No agenda has been published so far, and neither of the\n"
        "two governments would say how long the meeting is going\n"
        "to take."
    )
    assert [p[-12:] for p in paragraphs(wrapped)] == ["last spring.", "oing to take"[1:] + "."]
    assert len(paragraphs("One line.\nAnother line.\n\nA third.")) == 3


def test_the_first_line_of_a_plain_text_is_its_headline():
    article = cleaned(title="", body="Envoys meet again\n\nThe envoys met.\nThey left.")
    assert (article.title, article.body) == ("Envoys meet again", "The envoys met.\nThey left.")
    assert cleaned(title="", body="The envoys met.\n\nThey left.").title == ""
    assert cleaned(title="", body="The envoys met\nand left.").title == ""
    assert cleaned(title="", body="LONDON (Lotus Wire) —\n\nThey left.").title == ""


def test_headlines_lose_markup_the_outlet_and_their_repetition():
    article = cleaned(
        title="Envoys <b>meet</b> &amp; part - BBC News", outlet="BBC",
        body="Envoys meet & part\nThey met.",
    )  # fmt: skip
    assert (article.title, article.body) == ("Envoys meet & part", "They met.")
    assert cleaned(title="Envoys meet - a chronicle").title == "Envoys meet - a chronicle"
    endless = cleaned(title="word " * 200, body="They met.")
    assert endless.title == "" and endless.body.startswith("word word")


def test_nothing_left_and_too_much_are_drops():
    assert dropped(title="", body="").reason == "no text"
    assert dropped(title="", body="Click to log in!\nAdvertisement").reason == "no text"
    assert dropped(title=" ", body="<script>x()</script>", html=True).reason == "no text"
    assert dropped(Limits(max_text_chars=100), body="word " * 50).reason == "text too long"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?id=3&utm_source=x", "https://example.org/a?id=3"),
        ("https://example.org/a?utm_medium=x#part", "https://example.org/a#part"),
        ("HTTP://Example.org/a?b=%20c", "HTTP://Example.org/a?b=%20c"),
        ("javascript:alert(1)", ""),
        ("java\u200bscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org/a", ""),
        ("https://bank.example@evil.example/", ""),
        ("https://[broken?utm_source=1", ""),
        ("https://example.org/" + "a" * 3000, ""),
    ],
)
def test_links_are_http_and_without_trackers(url, kept):
    assert cleaned(url=url).url == kept


def test_outlets_have_one_name():
    for name in ("BBC News", "bbc", "The BBC", "BBC World News", "www.bbc.co.uk"):
        assert canonical_outlet(name) == "BBC"
    assert canonical_outlet("AP") == canonical_outlet("The Associated Press") == "Associated Press"
    assert canonical_outlet("", "https://news.bbc.co.uk/1") == "BBC"
    assert canonical_outlet("", "https://www.harbourpost.example/1") == "harbourpost.example"
    assert canonical_outlet(" Harbour   Post ") == "Harbour Post"
    assert canonical_outlet("") == "unknown"
    assert canonical_outlet("The Times") != canonical_outlet("The New York Times")


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the articles beside the project")
def test_a_real_scraped_article_keeps_its_sentences_and_loses_its_furniture():
    text = (SHARED / "articles/kremlin-security-call.txt").read_text(encoding="utf-8")
    article = cleaned(title="", body=text, language="", outlet="")
    for gone in ("gas prices", "AP Photo", "Full Story", "subscriber", "log in"):
        assert gone not in article.body
    assert article.title.startswith("Kremlin Says")
    paragraphs_left = article.body.split("\n")
    assert len(paragraphs_left) == 11
    assert paragraphs_left[0].startswith("MOSCOW (Reuters) — The Kremlin said")
    assert article.language == "en"


# --- HTML ----------------------------------------------------------------------------------

PAGE = """<!doctype html><html lang="en"><head><title>Envoys meet | Harbour Post</title>
<meta property="og:title" content="Envoys meet"><meta property="og:site_name" content="Harbour Post">
<link rel="canonical" href="https://harbour.example/1">
<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{published}"}}</script>
</head><body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Envoys meet</h1><p>{first}</p><figure><img src="x.jpg"><figcaption>A hotel. (AP Photo/Jane
Roe)</figcaption></figure><p>{second}</p><p>{third}</p></article>
<footer>© 2022 Harbour Post. All rights reserved.</footer></body></html>"""


def page(published: str = "2022-01-17T09:30:00+01:00") -> str:
    first, second, third = STORY
    return PAGE.format(published=published, first=first * 2, second=second * 2, third=third * 2)


def test_a_page_gives_text_headline_date_outlet_and_link():
    article = cleaned(title="", url="", outlet="", published=None, body=page(), html=True)
    assert article.title == "Envoys meet"
    assert article.body.split("\n") == [line * 2 for line in STORY]
    assert article.published_at == datetime(2022, 1, 17, 8, 30, tzinfo=UTC)
    assert (article.outlet, article.url) == ("Harbour Post", "https://harbour.example/1")


def test_a_page_without_a_date_may_have_it_in_its_name():
    undated = page("").replace('"datePublished": ""', '"x": ""')
    nameless = {"title": "", "published": None, "body": undated, "html": True}
    article = cleaned(**nameless, where="/x/2022-01-17-envoys.html.gz")
    assert article.published_at == datetime(2022, 1, 17, tzinfo=UTC)
    assert dropped(**nameless, where="/2022-01-17/envoys.html").reason == "no date"


def test_a_piece_of_html_is_read_by_its_tags():
    body = "<p>They <b>met</b>.</p><figure>x</figure><ul><li>One<li>Two</ul><script>evil()</script>"
    assert cleaned(body=body, html=True).body == "They met.\nOne\nTwo"


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(
    ["<html>", "<p>", "</p>", "<div", ">", "<!--", "]]>", "<script>", "&#0;", "<meta ", "x", "<a href="]),
    max_size=30).map("".join)))  # fmt: skip
def test_no_markup_whatever_breaks_the_reader(markup):
    read_html(markup, NOW)
    clean(dataclasses.replace(RAW, body=markup, html=True), NOW, Limits())


@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=20), st.text(max_size=60))
def test_no_text_whatever_breaks_cleaning(body, title, published, url):
    raw = dataclasses.replace(RAW, body=body, title=title, published=published, url=url, outlet=url)
    article = clean(raw, NOW, Limits())
    if isinstance(article, Article):
        f"{article.title}{article.body}{article.outlet}{article.url}".encode()
    assert pickle.loads(pickle.dumps(article)) == article


# --- language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "code"),
    [("en", "en"), ("en-US", "en"), ("EN_gb", "en"), ("English", "en"), ("eng", "en"),
     ("fr-FR", "fr"), ("German", "de"), ("", ""), ("gibberish", ""), ("x" * 500, "")],
)  # fmt: skip
def test_stated_languages(stated, code):
    assert language_code(stated) == code


@pytest.mark.parametrize(
    "text",
    [
        "Erdogan, Aliyev inaugurate Karabakh airport", "Sánchez wins confidence vote in Madrid",
        "Xi meets Putin in Samarkand", "Hezbollah chief Nasrallah vows revenge", "Doha talks stall",
        "São Paulo protests turn violent", "Vucic: Kosovo provocations must stop", "Kyiv", "",
        "Bolsonaro, Macron spar over Amazon", "Berlin summons Chinese envoy", "12:30 — 14.5 %",
    ],
)  # fmt: skip
def test_english_headlines_of_foreign_names_are_english(text):
    assert detect_language(text) == "en"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "Die Bundesregierung hat den Botschafter einbestellt und protestiert."),
        ("fr", "La ministre a annoncé des sanctions contre les responsables de l'attaque."),
        ("es", "El gobierno rompe relaciones con el país vecino por la crisis de la frontera."),
        ("ru", "Министр заявил о готовности к переговорам"),
        ("ar", "وزير الخارجية يلتقي نظيره في الدوحة"),
        ("zh", "外交部发言人就两国关系答记者问"),
        ("tr", "Türkiye ve Yunanistan görüşmelere yeniden başladı"),
    ],
)
def test_other_languages_are_found(code, text):
    assert detect_language(text) == code
    assert cleaned(title="", body=text, language="").language == code


def test_a_feed_that_calls_everything_english_is_not_believed():
    french = "Les autorités ont annoncé que le poste serait ouvert pour les fêtes de fin d'année."
    assert check_language("en", french) == "fr"
    assert check_language("en", "Côte d'Ivoire votes") == "en"
    assert check_language("fr", "The envoys met in the capital of the country.") == "fr"


# --- speed ---------------------------------------------------------------------------------


def test_a_short_item_is_cleaned_in_well_under_a_millisecond():
    body = " ".join(STORY)
    raws = [dataclasses.replace(RAW, body=f"{n} {body}") for n in range(2000)]
    clean(RAW, NOW, Limits())
    started = time.perf_counter()
    for raw in raws:
        clean(raw, NOW, Limits())
    assert (time.perf_counter() - started) / len(raws) < 0.001
