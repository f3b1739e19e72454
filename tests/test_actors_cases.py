"""The table of hard cases: every line of ``data/actor_cases.txt`` must hold in full."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.actors import Resolver

TABLE = Path(__file__).parent / "data" / "actor_cases.txt"


class Case(NamedTuple):
    line: int
    on: date | None
    text: str
    expected: list[str]
    reason: str


def read_cases() -> list[Case]:
    cases = []
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        day, text, mentions, reason = (part.strip() for part in line.split(" | "))
        expected = [] if mentions == "-" else [part.strip() for part in mentions.split(";")]
        cases.append(Case(number, date.fromisoformat(day) if day else None, text, expected, reason))
    return cases


CASES = read_cases()


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver.load()


def found(resolver: Resolver, case: Case) -> list[str]:
    return [
        f"{mention.text}={mention.actor}{'' if mention.may_act else '*'}"
        for mention in resolver.resolve(case.text, case.on)
    ]


def test_the_table_is_large_and_every_case_has_its_reason() -> None:
    assert len(CASES) >= 300
    assert all(case.reason for case in CASES)
    assert len({(case.text, case.on) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"line {case.line}")
def test_hard_case(resolver: Resolver, case: Case) -> None:
    assert found(resolver, case) == case.expected, case.reason
