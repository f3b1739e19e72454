"""Sentences: hard cases, exact offsets, bounded length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import split_sentences
from pipeline.records import article_text
from pipeline.sentences import MAX_SENTENCE


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. envoy met Gen. John Doe on Nov. 10 in Washington, D.C.| The talks were short.",
        "He flew to the U.S.| The next day he left.",
        "U.S. Secretary of State Jane Q. Roe met Mr. Doe.| They spoke at 3 p.m. Moscow time.",
        "They met at 5 p.m.| He left.",
        "The rate rose 3.5 percent.| It fell later to $3.45.| Exports fell.",
        "“We are ready,” he said.| “It is their turn.”| He left.",
        "“Why now?” the minister asked reporters.| No one replied.",
        "“Stop!” the minister said.",
        "“Is it war?”| Nobody in the hall knew.",
        "It was meant for… closer contact.| Good.",
        "It was over...| The end came.",
        "Rockets fell near St. Petersburg Street No. 10 at dawn.",
        "Acme Inc. said it agreed.| Rivals at Foo Corp. declined.",
        "The answer was no.| Iran refused.",
        "Troops crossed the border.|The ministry said so.",
        "Visit www.example.org for more.| Thanks.",
        "It ended in 2014.| Russia denied it.",
        "1. First point\n|2. Second point",
        "Vice Adm. John Doe and Lt. Col. Jane Roe met J. R. R. Smith.",
        "Rep. Jane Roe, D-Calif., said so.| Sen. John Doe did not.",
        "The E.U. and the U.N. condemned it.| So did the U.K.| It was late.",
        "Yahoo! News closes.",
        "Talks ended.| “We are done.”| (Lotus Wire)",
        "The launch was on Sept. 15.| Japan protested.",
        "Is it so?| Yes!| It is.",
        "Taiwan vs. China is an old story, e.g. in the strait, i.e. at sea.",
        "Line one\n|line two",
        "In 1994, i.e. Long ago, it began.",
    ],
)
def test_hard_cases(text):
    expected = [part.strip() for part in text.split("|")]
    assert [s.text for s in split_sentences("", text.replace("|", ""))] == expected


def test_the_title_is_sentence_zero_whatever_it_holds():
    title, body = "Talks fail. What now? U.S. waits", "They met. They left."
    sentences = split_sentences(title, body)
    assert [s.text for s in sentences] == [title, "They met.", "They left."]
    assert [s.index for s in sentences] == [0, 1, 2]
    assert split_sentences("", "They met.")[0].index == 0
    assert split_sentences("", "") == ()
    assert [s.text for s in split_sentences("Only a title", "")] == ["Only a title"]


@given(st.text(max_size=40), st.text(alphabet=st.sampled_from("aB .!?…“”\"'()\n1U"), max_size=200))
def test_offsets_are_exact_and_nothing_but_blanks_is_left_out(title, body):
    text = article_text(title, body)
    end = 0
    for sentence in split_sentences(title, body):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text.strip() == sentence.text
        assert sentence.start >= end
        assert not text[end : sentence.start].strip()
        end = sentence.end
    assert not text[end:].strip()


def test_endless_sentences_are_cut_at_spaces():
    sentences = split_sentences("", "word " * 5000)
    assert max(len(s.text) for s in sentences) <= MAX_SENTENCE
    assert all(s.text.startswith("word") and s.text.endswith("word") for s in sentences)
    assert len(split_sentences("", "x" * 5000)) == 4
