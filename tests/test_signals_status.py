"""Whether it happened: negation, modality, plans, conditions, allegations, history."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.records import Status
from pipeline.signals.codebook import load_codebook
from pipeline.signals.extract import Extractor
from pipeline.signals.matcher import Matcher
from pipeline.signals.scene import Scene
from pipeline.signals.status import Verdict, decide

ON = date(2021, 11, 18)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(load_codebook())


def verdicts(matcher: Matcher, text: str) -> dict[str, Verdict]:
    spans = [
        (at, at + len(name), name[:3].upper(), False, True)
        for name in ("Ruritania", "Graustark")
        if (at := text.find(name)) >= 0
    ]
    scene = Scene(text, matcher.lexicon, sorted(spans))
    matches = matcher.find(scene)
    return {m.entry.root: decide(scene, m, matches, ON) for m in matches}


@pytest.mark.parametrize(
    ("text", "root", "status"),
    [
        ("Ruritania attacked Graustark.", "ASSAULT", Status.ACTUAL),
        ("Ruritania did not attack Graustark.", "ASSAULT", Status.NEGATED),
        ("Ruritania never attacked Graustark.", "ASSAULT", Status.NEGATED),
        ("Ruritania made no secret of its displeasure with Graustark.", "ACCUSE", Status.ACTUAL),
        ("Ruritania denied that it had attacked Graustark.", "ASSAULT", Status.NEGATED),
        ("Ruritania could attack Graustark.", "ASSAULT", Status.POSSIBLE),
        ("Ruritania may expel diplomats from Graustark.", "SANCTION", Status.POSSIBLE),
        ("Ruritania will expel diplomats from Graustark.", "SANCTION", Status.PLANNED),
        ("Ruritania to expel diplomats from Graustark", "SANCTION", Status.PLANNED),
        ("If Ruritania attacks Graustark, others will be drawn in.", "ASSAULT", Status.CONDITIONAL),
        ("Ruritania accused Graustark of attacking its ships.", "ACCUSE", Status.ACTUAL),
        ("Ruritania accused Graustark of attacking its ships.", "ASSAULT", Status.ALLEGED),
        ("Ruritania threatened to attack Graustark.", "THREATEN", Status.ACTUAL),
        ("In 1979 Ruritania attacked Graustark.", "ASSAULT", Status.HISTORICAL),
        ("Ruritania attacked Graustark in 2014.", "ASSAULT", Status.HISTORICAL),
        ("A 2013 agreement of Ruritania with Graustark has lapsed.", "SUPPORT", Status.HISTORICAL),
        (
            "Ruritania's strikes on Graustark after April's raid were limited.",
            "ASSAULT",
            Status.HISTORICAL,
        ),
        (
            "Ruritania's strikes on Graustark after October's raid were limited.",
            "ASSAULT",
            Status.ACTUAL,
        ),
        (
            "Ruritania's strikes on Graustark after the 2014 raid are unforgotten.",
            "ASSAULT",
            Status.HISTORICAL,
        ),
        ("Ruritania had helped Graustark after the revolt in 2011.", "AID", Status.HISTORICAL),
        ("Ruritania helped Graustark after the revolt in 2011.", "AID", Status.ACTUAL),
        ("The Soviet Union, says Ruritania, attacked Graustark.", "ASSAULT", Status.HISTORICAL),
        ("A 2021 agreement of Ruritania with Graustark has lapsed.", "SUPPORT", Status.ACTUAL),
        ("Ruritania signed a 2013 agreement with Graustark.", "SUPPORT", Status.ACTUAL),
        ("Ruritania attacked Graustark two decades ago.", "ASSAULT", Status.HISTORICAL),
        ("Ruritania attacked Graustark in June.", "ASSAULT", Status.HISTORICAL),
        ("Ruritania attacked Graustark on Nov. 10.", "ASSAULT", Status.ACTUAL),
        ("Ruritania does not intend to attack Graustark.", "REJECT", Status.NEGATED),
        ("Ruritania does not intend to help Graustark.", "REJECT", Status.ACTUAL),
        ("Ruritania dismissed claims that it had attacked Graustark.", "ASSAULT", Status.NEGATED),
        (
            "Ruritania rejects as absurd reports that it armed rebels in Graustark.",
            "COERCE",
            Status.NEGATED,
        ),
        ("Ruritania dismissed the minister and attacked Graustark.", "ASSAULT", Status.ACTUAL),
        ("Norway sanctions Ruritania for supplying arms to Graustark.", "AID", Status.ALLEGED),
        ("Norway thanks Ruritania for supplying arms to Graustark.", "AID", Status.ACTUAL),
        ("In September 2011, when Ruritania attacked Graustark", "ASSAULT", Status.HISTORICAL),
        ("Ruritania and Graustark could hold talks.", "CONSULT", Status.POSSIBLE),
        ("Talks between Ruritania and Graustark will begin on Monday.", "CONSULT", Status.PLANNED),
    ],
)
def test_status_follows_the_words(matcher: Matcher, text: str, root: str, status: Status) -> None:
    found = verdicts(matcher, text)
    assert found[root].status == status, found


def test_the_reason_quotes_the_deciding_word(matcher: Matcher) -> None:
    text = "Ruritania did not attack Graustark."
    scene = Scene(text, matcher.lexicon, [(0, 9, "RUR", False, True), (25, 34, "GRA", False, True)])
    match = next(m for m in matcher.find(scene) if m.entry.root == "ASSAULT")
    assert "not" in decide(scene, match, [match], ON).reason


def test_may_is_a_month_after_since() -> None:
    extractor = Extractor.load()
    text = "Two French hikers held since May were released by Iran on Thursday."
    found = extractor.extract("", text, date(2025, 9, 4)).signals
    assert {(s.root, s.status) for s in found} == {("YIELD", "actual")}


def test_may_is_a_modal_verb_in_a_headline_too() -> None:
    extractor = Extractor.load()
    found = extractor.extract("Trump May Visit China", "", date(2025, 9, 4)).signals
    assert {s.status for s in found} == {"possible"}


def test_due_to_a_cause_is_no_plan() -> None:
    extractor = Extractor.load()
    day = date(2022, 3, 14)
    caused = extractor.extract("", "Norway recalled its envoy from Iran due to attacks on it.", day)
    planned = extractor.extract("", "Norway's minister is due to visit Iran on Friday.", day)
    assert "actual" in {s.status for s in caused.signals if s.root in ("SANCTION", "PROTEST")}
    assert {s.status for s in planned.signals} == {"planned"}


def test_a_recent_date_behind_after_is_not_the_acts_own(matcher: Matcher) -> None:
    for month, dated in (("October", None), ("April", date(2021, 4, 30))):
        text = f"Ruritania's visits to Graustark after {month}'s raid were limited."
        assert verdicts(matcher, text)["CONSULT"].event_date == dated
