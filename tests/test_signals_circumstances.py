"""What the judge is told of a construction and of an actor's place in the text."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.actors import Resolver
from pipeline.records import Status
from pipeline.signals.cases import cases
from pipeline.signals.codebook import load_codebook
from pipeline.signals.matcher import Matcher
from pipeline.signals.measures import COLUMNS
from pipeline.signals.reading import Reading, read

ON = date(2024, 3, 1)


@pytest.fixture(scope="module")
def reader() -> tuple[Resolver, Matcher]:
    return Resolver.load(), Matcher(load_codebook())


def values(reading: Reading, sentence: int, cue: str, column: str) -> set[float]:
    """The values of a column over the cases whose construction's head is ``cue``."""
    setting = reading.settings[sentence]
    assert setting is not None
    found, rows = cases(setting, None)
    at = COLUMNS.index(column)
    return {
        float(row[at])
        for case, row in zip(found, rows, strict=True)
        if case.item is not None and setting.scene.lower[case.item.match.head] == cue
    }


@pytest.mark.parametrize(
    ("text", "cue", "column", "expected"),
    [
        ("Biden urges Americans to leave Ukraine.", "urges", "own people as object", True),
        ("Biden urges Ukraine to hold elections.", "urges", "own people as object", False),
        ("A jet crashes in Malta, killing five French soldiers.", "killing", "accident", True),
        ("Malta attacks a village, killing five French soldiers.", "killing", "accident", False),
        ("“Russia attacked Ukraine,” he said.", "attacked", "inside a quotation", True),
        ("“No,” he said, and Russia attacked Ukraine.", "attacked", "inside a quotation", False),
        ("Russia had attacked Ukraine.", "attacked", "past perfect", True),
        ("Russia attacked Ukraine in a war like that of 1941.", "attacked", "year long past", True),
        ("Ukraine and Russia: Kyiv condemned it.", "condemned", "pronoun behind", True),
        ("Ukraine and Russia: Kyiv condemned the raid.", "condemned", "act behind", True),
        ("Ukraine and Russia: Kyiv condemned the decision.", "condemned", "step behind", True),
        ("Ukraine and Russia: Kyiv condemned Moscow.", "condemned", "actor close behind", True),
        ("Kenya: militants from Somalia attacked an army base.", "attacked", "doer rebel", True),
        ("Hamas militants attacked an Israeli base.", "attacked", "doer rebel", False),
        ("Hamas militants attacked an Israeli base.", "attacked", "doer state", True),
        ("A Chadian lawyer accused Libya of murder.", "accused", "doer private", True),
        ("Chad: Amnesty accused Libya of murder.", "accused", "doer name", True),
        ("Chadian soldiers attacked Libya.", "attacked", "doer official", True),
        ("Libya was attacked in Chad.", "attacked", "doer none", True),
        ("Libya was attacked by gunmen in Chad.", "attacked", "doer rebel", True),
        ("Chad attacked Libya and rebels.", "attacked", "object rebel", True),
        ("Chad attacked a Libyan driver.", "attacked", "object private", True),
        ("Chad attacked Libya.", "attacked", "object private", False),
    ],
)
def test_circumstances(
    reader: tuple[Resolver, Matcher], text: str, cue: str, column: str, expected: bool
) -> None:
    name = "accident before" if column == "accident" else column
    assert values(read(*reader, "", text, ON), 0, cue, name) == {float(expected)}


def test_the_age_of_a_dated_act_is_known(reader: tuple[Resolver, Matcher]) -> None:
    text = "Russia attacked Ukraine on February 20."
    reading = read(*reader, "", text, ON)
    assert values(reading, 0, "attacked", "age known") == {1.0}
    assert values(reading, 0, "attacked", "age").pop() == pytest.approx(2.3979, abs=1e-3)


def test_a_date_before_when_dates_the_act(reader: tuple[Resolver, Matcher]) -> None:
    text = "His ambition peaked in September 2011 when Turkey attacked Egypt."
    setting = read(*reader, "", text, ON).settings[0]
    assert setting is not None
    assert {item.verdict.status for item in setting.coded} == {Status.HISTORICAL}


def test_how_much_of_a_text_is_about_an_actor(reader: tuple[Resolver, Matcher]) -> None:
    text = "Russia attacked Ukraine. Russia said so. It rained. France condemned Russia."
    reading = read(*reader, "", text, ON)
    assert reading.settings[3] is not None
    share, mentions, lead, rank = reading.settings[3].salience["RUS"]
    assert (share, mentions, lead, rank) == (0.6, 0.6, 1.0, 0.0)
    assert reading.settings[3].salience["FRA"][2:] == (0.0, 0.5)


def test_a_side_of_the_sentence_before_is_weighed_without_a_construction(
    reader: tuple[Resolver, Matcher],
) -> None:
    text = "Belarus opens a bridge. Poland is glad of it."
    setting = read(*reader, "", text, ON).settings[1]
    assert setting is not None and not setting.coded
    found, _ = cases(setting, None)
    people = {frozenset((setting.person(c.roles.source).key, setting.person(c.roles.target).key))
              for c in found}  # fmt: skip
    assert people == {frozenset(("BLR", "POL"))}


def test_the_subject_of_a_verb_acts_whoever_is_carried_into_its_sentence(
    reader: tuple[Resolver, Matcher],
) -> None:
    text = "Turkey accused France of arming rebels. France rejected the accusation."
    setting = read(*reader, "", text, ON).settings[1]
    assert setting is not None
    found, _ = cases(setting, None)
    denials = [c for c in found if c.item is not None and c.root == "REJECT"]
    assert {setting.person(c.roles.source).key for c in denials} == {"FRA"}


def test_a_topic_before_the_news_tells_nothing(reader: tuple[Resolver, Matcher]) -> None:
    text = "Iran–Israel war: Pope Leo XIV asks Iran and Israel to think of the children."
    setting = read(*reader, "", text, ON).settings[0]
    assert setting is not None
    assert "ASSAULT" not in {item.match.entry.root for item in setting.coded}


@pytest.mark.parametrize(
    "text",
    [
        "The Kremlin held a conference call with reporters about the United States.",
        "The Kremlin rejected media reports that the United States had been warned.",
    ],
)
def test_reporters_and_rumours_are_no_state(reader: tuple[Resolver, Matcher], text: str) -> None:
    setting = read(*reader, "", text, ON).settings[0]
    assert setting is None or not {"CONSULT", "REJECT"} & {
        item.match.entry.root for item in setting.coded
    }


def test_a_prefix_undoes_an_act(reader: tuple[Resolver, Matcher]) -> None:
    matcher = reader[1]
    setting = read(*reader, "", "Russia and Iran sign a non-aggression pact.", ON).settings[0]
    assert setting is not None
    assert "ASSAULT" not in {match.entry.root for match in matcher.find(setting.scene)}


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("2022 Russian invasion of Ukraine", False),
        ("Australia–Nauru relations", False),
        ("Russia invades Ukraine", True),
        ("Russia to attack Ukraine", True),
        ("Ukraine attacked by Russia", True),
    ],
)
def test_a_heading_without_a_verb_tells_nothing(
    reader: tuple[Resolver, Matcher], title: str, told: bool
) -> None:
    body = "A bus driver from Kyiv was hurt near Moscow."
    assert (read(*reader, title, body, ON).settings[0] is not None) is told


def test_an_agent_behind_by_acts_whoever_is_carried_into_its_sentence(
    reader: tuple[Resolver, Matcher],
) -> None:
    text = "The United States recognised the settlements of Israel. It was condemned by Jordan."
    setting = read(*reader, "", text, ON).settings[1]
    assert setting is not None
    found, _ = cases(setting, None)
    told = {
        setting.person(case.roles.source).key
        for case in found
        if case.item is not None and case.item.match.entry.root == "ACCUSE"
    }
    assert told == {"JOR"}


@pytest.mark.parametrize(
    ("text", "cue", "actor", "better"),
    [
        ("South Korea claims that North Korea has fired missiles.", "fired", "PRK", True),
        ("South Korea claims that North Korea has fired missiles.", "fired", "KOR", False),
    ],
)
def test_who_suits_a_role_better_than_the_others(
    reader: tuple[Resolver, Matcher], text: str, cue: str, actor: str, better: bool
) -> None:
    setting = read(*reader, "", text, ON).settings[0]
    assert setting is not None
    found, rows = cases(setting, None)
    at = COLUMNS.index("source: subject cost over others")
    values = {
        float(row[at])
        for case, row in zip(found, rows, strict=True)
        if case.item is not None
        and setting.scene.lower[case.item.match.head] == cue
        and setting.person(case.roles.source).key == actor
    }
    assert values
    assert all((value < 0) is better for value in values)
