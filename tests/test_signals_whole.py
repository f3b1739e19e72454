"""A case in the light of its text, and what allies make of a deployment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.actors import allied
from pipeline.signals.extract import Extractor
from pipeline.signals.items import Gold, Item
from pipeline.signals.measures import COLUMNS
from pipeline.signals.roles import MULTILATERAL
from pipeline.signals.train_judge import Read, Rows, agreement
from pipeline.signals.whole import TEXT_COLUMNS, Told, text_rows


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load()


def column(name: str) -> int:
    return TEXT_COLUMNS.index(name)


def nothing(cases: int) -> NDArray[np.float32]:
    return np.zeros((cases, len(COLUMNS)), dtype=np.float32)


def test_a_case_hears_of_the_other_sentences() -> None:
    told = [
        Told(0, "ISR", "QAT", "adversarial", True),
        Told(2, "QAT", "ISR", "adversarial", True),
        Told(2, "QAT", "USA", "adversarial", True),
    ]
    chances = np.array([0.9, 0.6, 0.5])
    rows = text_rows(told, nothing(3), chances, 2)
    assert rows.shape == (3, len(TEXT_COLUMNS))
    assert rows[:, column("sentences that name the pair")].tolist() == [2, 2, 1]
    assert rows[:, column("hostile acts of the target before")] == pytest.approx([0, 0.9, 0])
    assert rows[1, column("hostile acts of the target upon the source before")] == pytest.approx(
        0.9
    )
    assert rows[1, column("best other case of the pair and polarity")] == rows[0, 0]
    assert rows[0, column("expected number of other cases with the target")] == pytest.approx(1.1)


def test_a_case_hears_what_the_other_sentences_are_about() -> None:
    told = [Told(n, "ISR", "QAT", "adversarial", True) for n in (0, 1, 1, 4)]
    rows = nothing(4)
    rows[:, COLUMNS.index("topic SPORT")] = (2, 1, 1, 3)
    found = text_rows(told, rows, np.full(4, 0.5), 3)
    assert found[:, column("topic SPORT in other sentences")].tolist() == [2, 2.5, 2.5, 1.5]


def test_a_case_hears_whether_the_sentences_beside_it_look_back() -> None:
    told = [Told(n, "ISR", "QAT", "adversarial", True) for n in (0, 1, 1, 4)]
    rows = nothing(4)
    rows[:, COLUMNS.index("year long past")] = (0, 1, 0, 1)
    found = text_rows(told, rows, np.full(4, 0.5), 3)
    assert found[:, column("year long past close by")].tolist() == [1, 0, 0, 0]


def test_a_case_hears_who_attacks_whom_in_its_sentence() -> None:
    told = [
        Told(0, "ISR", "QAT", "adversarial", True),
        Told(0, "TUR", "ISR", "adversarial", True),
    ]
    found = text_rows(told, nothing(2), np.array([0.9, 0.4]), 1)
    assert found[1, column("hostile acts of the target upon others in the sentence")] == (
        pytest.approx(0.9)
    )
    assert found[1, column("hostile acts upon the target by others in the sentence")] == 0


def test_what_does_not_count_speaks_for_nothing() -> None:
    told = [
        Told(0, "ISR", "QAT", "adversarial", False),
        Told(1, "QAT", "ISR", "adversarial", True),
    ]
    alone = text_rows(told[1:], nothing(1), np.array([0.6]), 1)
    beside = text_rows(told, nothing(2), np.array([0.9, 0.6]), 1)
    assert beside[1].tolist() == alone[0].tolist()


def test_allies_by_treaty_and_day() -> None:
    assert allied("DEU", "LTU", date(2022, 2, 17))
    assert not allied("FIN", "USA", date(2023, 4, 3))
    assert allied("FIN", "USA", date(2023, 4, 4))
    assert allied("FIN", "USA", None)
    assert not allied("CHN", "USA", None)


@pytest.mark.parametrize(
    ("text", "target", "root"),
    [
        ("Germany deploys 130 troops and 60 armoured carriers to Lithuania.", "LTU", "AID"),
        ("Germany deploys 130 troops to Belarus.", "BLR", "MOBILIZE"),
    ],
)
def test_troops_sent_to_an_ally_are_help(
    extractor: Extractor, text: str, target: str, root: str
) -> None:
    signals = extractor.extract("", text, date(2022, 2, 17)).signals
    assert {(s.source, s.target, s.root) for s in signals} == {("DEU", target, root)}


def test_help_to_an_ally_that_is_switched_off_is_not_coded(tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("switch_off: [military_aid, unnamed_aid, unnamed_mobilize]\n", "utf-8")
    text = "Germany deploys 130 troops and 60 armoured carriers to Lithuania."
    found = Extractor.load(overlay=overlay).extract("", text, date(2022, 2, 17)).signals
    assert {s.theme for s in found}.isdisjoint({"military_aid", "troop_deployment"})


def test_of_a_long_list_the_first_goes_with_those_named_next(extractor: Extractor) -> None:
    text = (
        "Chile, Peru, Mexico, Colombia, Panama, Ecuador and Bolivia signed a free trade agreement "
        "on Tuesday."
    )
    signals = extractor.extract("", text, date(2022, 2, 17)).signals
    pairs = {tuple(sorted((s.source, s.target))) for s in signals}
    assert 0 < len(pairs) <= MULTILATERAL
    assert all("CHL" in pair for pair in pairs)


def test_agreement_with_the_readers_counts_main_acts_and_quiet_texts() -> None:
    acts = (
        Gold("NOR", "PER", False, "SANCTION", "actual", "", main=True),
        Gold("PER", "NOR", False, "SUPPORT", "actual", ""),
        Gold("NOR", "CHL", True, "CONSULT", "negated", "", main=True),
    )
    items = [
        Read(Item("", "", date(2024, 1, 1), signals, "", article=True), ())
        for signals in (acts, (), ())
    ]
    told = [
        Told(0, "PER", "NOR", "adversarial", True),
        Told(0, "PER", "NOR", "cooperative", True),
        Told(0, "PER", "NOR", "cooperative", False),
        Told(0, "NOR", "CHL", "cooperative", True),
    ]
    rows = Rows(nothing(4), np.zeros(4), np.ones(4), np.array([0, 0, 0, 1]), told)
    agreed = agreement(items, range(3), rows, np.array([0.5, 0.1, 0.9, 0.6]), 0.2)
    assert agreed == {
        "F1": 0.5,
        "precision": 0.5,
        "recall": 0.5,
        "false alarms": 0.5,
        "main acts found": 1.0,
    }
    assert "main acts found" not in agreement(items, (1, 2), rows, np.zeros(4), 0.2)
