"""The judge: trees as arrays, cases of a sentence, acts without a construction."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipeline.actors import Resolver
from pipeline.records import TextResult
from pipeline.signals.cases import cases
from pipeline.signals.codebook import WORDS, load_codebook
from pipeline.signals.extract import Extractor, _contradicts
from pipeline.signals.judge import (
    ARTICLE,
    SHORT,
    WHOLE,
    Judge,
    limits,
    load_judges,
)
from pipeline.signals.matcher import Matcher
from pipeline.signals.measures import COLUMNS
from pipeline.signals.reading import read
from pipeline.signals.setting import Setting
from pipeline.signals.tags import TAGS, word_tags

Reader = Callable[[str], list[Setting | None]]
DAY = date(2024, 5, 14)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load()


@pytest.fixture(scope="module")
def reader() -> Reader:
    resolver, matcher = Resolver.load(), Matcher(load_codebook())
    return lambda text: read(resolver, matcher, "", text, DAY).settings


def score(extractor: Extractor, text: str) -> TextResult:
    return extractor.extract("", text, DAY)


def test_rows_walk_down_the_trees() -> None:
    judge = Judge(
        column=np.array([[0, 0, 0], [1, 0, 0]], dtype=np.int16),
        limit=np.array([[0.5, 0, 0], [2.0, 0, 0]], dtype=np.float32),
        left=np.array([[1, 1, 2], [1, 1, 2]], dtype=np.int16),
        right=np.array([[2, 1, 2], [2, 1, 2]], dtype=np.int16),
        value=np.array([[0, -1.0, 1.0], [0, 0.5, -0.5]], dtype=np.float32),
        start=0.25,
        depth=1,
    )
    rows = np.array([[0.0, 0.0], [1.0, 3.0]], dtype=np.float32)
    odds = np.array([0.25 - 1.0 + 0.5, 0.25 + 1.0 - 0.5])
    assert judge.probabilities(rows) == pytest.approx(1 / (1 + np.exp(-odds)))
    assert judge.probabilities(rows[:0]).shape == (0,)


def test_a_row_gets_the_same_probability_alone_and_among_others() -> None:
    judge = load_judges().first
    rows = np.random.default_rng(7).random((40, len(COLUMNS)), dtype=np.float32)
    together = judge.probabilities(rows)
    alone = [float(judge.probabilities(rows[i : i + 1])[0]) for i in range(len(rows))]
    assert together.tolist() == alone


def test_a_whole_article_has_limits_of_its_own() -> None:
    assert limits(ARTICLE) == SHORT
    assert limits(ARTICLE + 1) == WHOLE
    assert WHOLE.plain < SHORT.plain


def test_confidence_is_never_below_the_threshold_for_what_counts(extractor: Extractor) -> None:
    text = "Norway expelled two Russian diplomats on Tuesday. Moscow called the step unfriendly."
    counting = [s for s in score(extractor, text).signals if s.status in ("actual", "planned")]
    assert counting
    assert all(SHORT.certain <= s.confidence <= 1 for s in counting)


def test_an_actor_named_before_is_carried_into_the_next_sentence(extractor: Extractor) -> None:
    text = (
        "Finland accused Russia of jamming its satellite navigation. "
        "Helsinki summoned the ambassador and lodged a protest."
    )
    second = [s for s in score(extractor, text).signals if s.sentence_index == 1]
    assert [(s.source, s.target) for s in second][:1] == [("FIN", "RUS")]
    assert second[0].target_span == (0, 0), "the target stands in the sentence before"
    assert "carried over" in second[0].rule


def test_nobody_is_carried_in_as_the_doer_where_the_doer_is_named(reader: Reader) -> None:
    text = (
        "The United States agreed on talks with Russia. "
        "Britain delivered anti-tank missiles to Ukraine and warned Belarus."
    )
    second = reader(text)[1]
    assert second is not None
    found, _ = cases(second, None)
    carried = [
        case for case in found if case.item is not None and case.roles.rule.startswith("carried")
    ]
    assert {second.person(case.roles.source).key for case in carried} == {"GBR"}
    assert {second.person(case.roles.target).key for case in carried} == {"RUS", "USA"}


def test_who_is_the_object_is_not_the_doer_of_what_is_carried_in(reader: Reader) -> None:
    text = "Norway spoke with Sweden. Russia was accused of espionage."
    second = reader(text)[1]
    assert second is not None
    found, _ = cases(second, None)
    told = {
        (second.person(case.roles.source).key, second.person(case.roles.target).key)
        for case in found
        if case.item is not None
    }
    assert told == {("NOR", "RUS"), ("SWE", "RUS")}


def test_an_act_that_no_construction_tells_shows_the_words_that_decided(
    extractor: Extractor,
) -> None:
    text = "Emmanuel Macron walked beside Olaf Scholz in Berlin."
    (signal,) = extractor.extract("", text, date(2022, 4, 9)).signals
    assert signal.cue == WORDS
    assert (signal.source, signal.target, signal.theme) == ("DEU", "FRA", "unnamed_consult")
    assert any("beside" in text[start:end] for start, end in signal.cue_spans)
    assert signal.confidence >= SHORT.worded
    assert abs(signal.intensity) < extractor.codebook.default_intensity["CONSULT"]


def test_an_overlay_switches_acts_told_by_words_alone_off(tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("switch_off: [unnamed_consult]\n", "utf-8")
    text = "Emmanuel Macron walked beside Olaf Scholz in Berlin."
    assert Extractor.load(overlay=overlay).extract("", text, date(2022, 4, 9)).signals == ()


def test_who_speaks_of_a_killing_has_not_killed(extractor: Extractor) -> None:
    text = "U.S. President Joe Biden says that Russia has committed war crimes in Bucha."
    found = extractor.extract("", text, date(2022, 4, 5)).signals
    assert {s.root for s in found if (s.source, s.target) == ("USA", "RUS")} == {"ACCUSE"}


def test_tags_of_words_are_known_and_inflected() -> None:
    table = word_tags()
    assert set().union(*table.values()) <= TAGS
    assert table["expel"] == table["expelled"]


def test_claims_contradict_each_other_by_polarity_over_the_same_two_states() -> None:
    pair = frozenset(("RUS", "USA"))
    assert _contradicts((pair, "adversarial"), (pair, "cooperative"))
    assert not _contradicts((pair, "adversarial"), (pair, "adversarial"))
    assert not _contradicts((frozenset(("RUS", "UKR")), "adversarial"), (pair, "cooperative"))


def test_an_accusation_inside_another_couples_construction_is_no_killing(
    extractor: Extractor,
) -> None:
    path = Path(__file__).parents[1] / "sample_data" / "articles" / "europe.jsonl"
    lines = path.read_text("utf-8").splitlines()
    article = next(json.loads(line) for line in lines if "have committed war crimes in" in line)
    read = extractor.extract(article["title"], article["body"], date(2022, 3, 23))
    roots = {
        signal.root
        for signal in read.signals
        if "committed war crimes" in signal.sentence
        and (signal.source, signal.target) == ("USA", "RUS")
    }
    assert roots == {"ACCUSE"}
