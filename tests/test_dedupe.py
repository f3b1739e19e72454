"""Stories: reprints join, look-alikes do not, order and batches do not matter."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe import signature, stories
from pipeline.records import Article

START = datetime(2022, 1, 10, 8, 0, tzinfo=UTC)
_WORDS = (
    "envoy minister treaty border convoy harbour grain pipeline ceasefire summit island strait "
    "patrol radar tariff lorry consulate visa embargo frigate parliament army river council "
    "northern southern quiet sudden careful former joint lasting narrow public rapid several "
    "accused agreed arrived blocked called carried delayed denied ended fired held joined kept "
    "left met moved opened paid promised refused sent signed stopped told turned warned"
).split()


def prose(seed: int, words: int) -> list[str]:
    chosen = random.Random(seed)
    return [f"{chosen.choice(_WORDS)}{chosen.randrange(40)}x" for _ in range(words)]


def article(name: str, body: str, title: str = "", days: float = 0) -> Article:
    return Article(
        name, "", "", title, body, START + timedelta(days=days), "stated", "x", "en", "s"
    )


def frame(*articles: Article) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "article_id": [a.article_id for a in articles],
            "published_at": [a.published_at for a in articles],
            "signature": [signature(a) for a in articles],
        }
    )


def story_of(*articles: Article) -> dict[str, str]:
    found = stories(frame(*articles))
    return dict(zip(found["article_id"], found["story_id"], strict=True))


def edited(words: list[str], every: int) -> str:
    return " ".join("reportedly" if n % every == 0 else w for n, w in enumerate(words, 1))


def test_reprints_of_a_report_are_one_story_named_by_the_earliest():
    report = prose(1, 300)
    assert story_of(
        article("b", " ".join(report), "A headline", days=1),
        article("a", "HARBOUR (Lotus Wire) - " + edited(report, 25), "Another headline", days=2),
        article("c", " ".join(report[:190]), "A third", days=0.5),
        article("d", " ".join(prose(2, 300)), "A headline"),
    ) == {"a": "c", "b": "c", "c": "c", "d": "d"}


def test_reports_with_a_common_background_stay_apart():
    background = prose(3, 90)
    one = " ".join(prose(4, 160) + background)
    other = " ".join(prose(5, 160) + background)
    assert story_of(article("a", one), article("b", other)) == {"a": "a", "b": "b"}


def test_short_texts_from_one_mould_stay_apart():
    def count(country: str, new: str, total: str) -> str:
        return (
            f"Health officials in {country} counted {new} more infections since yesterday, "
            f"which brings the number of people who fell ill this winter to {total} so far."
        )

    found = story_of(
        article("a", count("Ruritania", "1,204", "50,311")),
        article("b", count("Ruritania", "1,377", "51,688"), days=1),
        article("c", count("Graustark", "1,204", "50,311"), days=1),
        article("d", count("Ruritania", "1,204", "50,311"), days=2),
    )
    assert found == {"a": "a", "b": "b", "c": "c", "d": "a"}


def test_short_summaries_need_the_same_headline():
    teaser = "All that matters from the region this morning, gathered by our editors for you today"
    found = story_of(
        article("a", teaser, "Frigate enters the strait"),
        article("b", teaser, "Minister resigns over a contract for grain"),
    )
    assert found == {"a": "a", "b": "b"}


def test_a_few_words_are_never_a_story_of_several():
    assert signature(article("a", "Talks resume.")) == b""
    assert story_of(article("a", "Talks resume."), article("b", "Talks resume.")) == {
        "a": "a",
        "b": "b",
    }


def test_a_week_is_the_reach_of_a_link_and_links_make_chains():
    text = " ".join(prose(6, 200))
    assert story_of(article("a", text), article("b", text, days=7)) == {"a": "a", "b": "a"}
    assert story_of(article("a", text), article("b", text, days=7.01)) == {"a": "a", "b": "b"}
    assert story_of(
        article("a", text), article("c", text, days=13), article("b", text, days=6.5)
    ) == {"a": "a", "b": "a", "c": "a"}


def test_ties_in_time_are_broken_by_id():
    text = " ".join(prose(7, 200))
    assert set(story_of(article("q", text), article("p", text)).values()) == {"p"}


def test_an_empty_frame_and_frames_without_signatures():
    assert stories(frame().astype({"signature": object})).empty
    empty = pd.DataFrame(
        {"article_id": [], "published_at": pd.to_datetime([], utc=True), "signature": []}
    )
    assert list(stories(empty).columns) == ["article_id", "story_id"]


def test_a_thousand_equal_notices_take_no_square_time():
    text = " ".join(prose(8, 40))
    found = stories(frame(*(article(f"{n:04}", text, days=n / 500) for n in range(3000))))
    assert found["story_id"].nunique() == 1


def corpus() -> list[Article]:
    """Reports, their edited and trimmed reprints and look-alikes over two months."""
    made = []
    for n in range(12):
        words = prose(100 + n, 60 + 30 * (n % 5))
        for copy in range(n % 4 + 1):
            body = edited(words[: len(words) - 12 * copy], 30 - copy)
            made.append(article(f"{n:02}-{copy}", body, f"title {n}", days=5 * n + copy * 3.1))
    return made


@settings(max_examples=25)
@given(st.permutations(corpus()))
def test_stories_do_not_depend_on_the_order_of_articles(articles):
    assert story_of(*articles) == story_of(*corpus())


@settings(max_examples=25)
@given(st.integers(0, 60), st.integers(0, 60))
def test_what_lies_out_of_reach_changes_nothing(first, last):
    """A window of time with a week on both sides gives the stories within it."""
    everything = story_of(*corpus())
    kept = [a for a in corpus() if first <= (a.published_at - START).days <= max(first, last)]
    near = story_of(*kept) if kept else {}
    for one in kept:
        for other in kept:
            if near[one.article_id] == near[other.article_id]:
                assert everything[one.article_id] == everything[other.article_id]
