"""Plain English, and hostile text that stays text."""

from __future__ import annotations

import math
from datetime import timedelta
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard import evidence, text
from dashboard_store import HOSTILE_SENTENCE, HOSTILE_TITLE
from pipeline.records import ROOTS, Status

NAN = float("nan")


class Tags(HTMLParser):
    """Collects the tags and attributes of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_every_status_and_root_has_words() -> None:
    assert set(text.STATUS_WORDS) == set(text.STATUS_EXPLAINED) == {str(s) for s in Status}
    assert set(text.ROOT_WORDS) == set(ROOTS)


@pytest.mark.parametrize(
    ("value", "words"),
    [(NAN, "too few stories"), (0, "mixed"), (-30, "leaning cooperative"),
     (55, "adversarial"), (-90, "strongly cooperative")],
)  # fmt: skip
def test_levels_read_as_words(value: float, words: str) -> None:
    assert text.level_words(value) == words


@pytest.mark.parametrize(
    ("change", "clear", "state", "words"),
    [(30, True, "ok", "▲ worsened"), (-30, True, "ok", "▼ eased"),
     (30, False, "ok", "△ worse, not certain"), (-30, False, "thin", "▽ easier, few stories"),
     (2, False, "ok", "● little change"), (NAN, False, "no stories now", "nothing new"),
     (NAN, False, "no stories before", "nothing before it")],
)  # fmt: skip
def test_direction_has_a_word_and_an_arrow(
    change: float, clear: bool, state: str, words: str
) -> None:
    assert text.change_words(change, clear, state) == words


def test_numbers_have_a_true_minus_and_no_negative_zero() -> None:
    assert text.number(-12.4) == "−12"
    assert text.signed(-0.2) == "0"
    assert text.signed(12.34, 1) == "+12.3"
    assert text.number(math.nan) == text.DASH
    assert text.between(-5, 20, sign=True) == "−5 to +20"


def test_confidence_follows_state_and_width() -> None:
    assert text.confidence_words(0, 20, "ok") == "firm"
    assert text.confidence_words(0, 50, "ok") == "fair"
    assert text.confidence_words(-50, 50, "ok") == "rough"
    assert text.confidence_words(0, 20, "thin") == "thin"


def test_ages_are_said_in_the_greatest_unit() -> None:
    assert text.age_words(timedelta(seconds=20)) == "just now"
    assert text.age_words(timedelta(hours=3, minutes=59)) == "3 hours ago"
    assert text.age_words(timedelta(days=800)) == "2 years ago"


def test_counts_take_their_plural() -> None:
    assert text.counted(1, "story") == "1 story"
    assert text.counted(2300, "story") == "2,300 stories"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", "//evil.example",
     "https://a.example/ b", 'https://a.example/"onclick=', "https://" + "a" * 3000],
)  # fmt: skip
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert text.web_link(url) is None
    assert text.web_link("https://example.org/a?b=c") == "https://example.org/a?b=c"


def test_a_hostile_headline_is_cut_and_loses_its_direction_override() -> None:
    shown = text.printable(HOSTILE_TITLE, text.HEADLINE_CHARS)
    assert len(shown) <= text.HEADLINE_CHARS
    assert "\u202e" not in text.printable(HOSTILE_TITLE)


def row(sentence: str, **changes: object) -> SimpleNamespace:
    fields = {
        "sentence": sentence, "cue_spans": [[7, 14]], "source_span": [0, 6],
        "target_span": [15, 25], "polarity": "adversarial", "source": "RUS", "target": "USA",
    }  # fmt: skip
    return SimpleNamespace(**(fields | changes))


def test_a_sentence_shows_cue_and_actors() -> None:
    html = evidence.sentence_html(row("Moscow accused Washington."))
    assert 'title="acting: RUS">Moscow</mark>' in html
    assert ">accused</mark>" in html and ">Washington</mark>" in html


def test_hostile_text_makes_no_tag_of_its_own() -> None:
    for sentence in (HOSTILE_SENTENCE, HOSTILE_TITLE, "<script>x</script>" * 500):
        found = Tags(evidence.sentence_html(row(sentence)) + evidence.article_html(sentence))
        assert found.tags <= {"div", "mark", "p", "span"}
        assert found.attributes <= {"class", "title"}


@given(some.text(max_size=80), some.lists(some.integers(-5, 90), min_size=6, max_size=6))
def test_any_text_and_any_spans_come_back_as_text(sentence: str, ends: list[int]) -> None:
    spans = [[ends[0], ends[1]]]
    html = evidence.sentence_html(
        row(sentence, cue_spans=spans, source_span=ends[2:4], target_span=ends[4:6])
    )
    found = Tags(html)
    assert found.tags <= {"div", "mark"}
    assert found.words == "".join(
        " " if text._CONTROL.match(letter) else letter for letter in sentence
    )


def test_the_sentence_is_set_off_in_its_article() -> None:
    html = evidence.article_html("One. Two & three.\nFour.", "Two & three.")
    assert '<span class="hit">Two &amp; three.</span>' in html
    assert html.count("<p>") == 2
