"""Coverage, dates, overlay, look-up and the promises of the resolver."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import actors
from pipeline.actors import OverlayError, Resolver, check_overlay, expired_offices
from pipeline.actors.entries import Form
from pipeline.actors.gazetteer import state_record
from pipeline.actors.people import Tenure
from pipeline.records import Mention

#: The day on which the tables of office-holders count as complete.
TODAY = date(2026, 1, 15)


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver.load()


def actors_of(mentions: list[Mention]) -> list[str]:
    return [mention.actor for mention in mentions]


def test_every_member_of_the_united_nations_is_there_and_the_others_too() -> None:
    display = actors.names()
    members = {code for code in display if state_record(code).get("un", True)}
    assert len(members) == 193
    assert all(pycountry.countries.get(alpha_3=code) for code in members)
    assert set(display) - members == {
        "PSE", "TWN", "XKX", "VAT", "HKG", "MAC", "EUU", "NATO", "UNO",
    }  # fmt: skip


@pytest.mark.parametrize("code", sorted(actors.names()))
def test_own_names_resolve_to_the_state(resolver: Resolver, code: str) -> None:
    record = state_record(code)
    for name in [record["name"], *record.get("names", ())]:
        mentions = resolver.resolve(f"Yesterday {name} said no.", TODAY)
        assert actors_of(mentions) == [code], name
        assert mentions[0].kind in ("state", "demonym")


@pytest.mark.parametrize("code", sorted(actors.names()))
def test_nationality_words_resolve_to_the_state(resolver: Resolver, code: str) -> None:
    record = state_record(code)
    for adjective in record["adjective"]:
        mentions = resolver.resolve(f"The {adjective} government said no.", TODAY)
        assert actors_of(mentions) == [code], adjective
        assert mentions[0].may_act
    for plural in record.get("plural", ()):
        assert actors_of(resolver.resolve(f"The {plural} said no.", TODAY)) == [code], plural


@pytest.mark.parametrize("code", sorted(actors.names()))
def test_capital_and_seats_of_power_resolve_to_the_state(resolver: Resolver, code: str) -> None:
    record = state_record(code)
    for name in [*record.get("capital", ()), *record.get("seat", ())]:
        mentions = resolver.resolve(f"Yesterday {name} said no.", TODAY)
        assert set(actors_of(mentions)) == {code}, name


@pytest.mark.parametrize("code", sorted(actors.names()))
def test_a_leader_of_today_resolves_to_the_state(resolver: Resolver, code: str) -> None:
    holders = [
        term
        for terms in resolver.gazetteer.people
        for term in terms
        if term.actor == code and term.kind == "leader"
        and term.start <= TODAY.toordinal() <= term.end
    ]  # fmt: skip
    assert holders, f"no head of state or government of {code} in the tables"
    for term in holders:
        mentions = resolver.resolve(f"Yesterday {term.name} said no.", TODAY)
        assert actors_of(mentions) == [code], term.name
        assert mentions[0].may_act


def test_cow_codes_are_those_of_known_actors() -> None:
    codes = actors.cow_codes()
    assert codes["USA"] == "2" and codes["RUS"] == "365" and codes["CHN"] == "710"
    assert set(codes) <= set(actors.names())
    assert len(set(codes.values())) == len(codes)
    assert actors.cow_abbreviations()["GBR"] == "UKG"


def test_terms_of_office_end_after_they_begin(resolver: Resolver) -> None:
    for terms in resolver.gazetteer.people:
        for term in terms:
            assert term.start <= term.end, term.name
            assert term.actor in resolver.gazetteer.display, term.name


@pytest.mark.parametrize("on", [None, date(1990, 1, 1), TODAY])
def test_mentions_are_sorted_and_do_not_overlap(resolver: Resolver, on: date | None) -> None:
    text = (
        "Russian President Vladimir Putin and US officials met in Geneva. The two leaders agreed. "
        "USS Cole left Moscow, Idaho; the Iranian-American talks in Vienna failed."
    )
    mentions = resolver.resolve(text, on)
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert mention.why and 0 < mention.confidence <= 1
    for first, second in pairwise(mentions):
        same = (first.start, first.end) == (second.start, second.end)
        assert first.end <= second.start or (same and first.actor < second.actor)


@given(st.text(max_size=200))
def test_any_text_is_resolved_without_an_error(text: str) -> None:
    for mention in _shared().resolve(text, TODAY):
        assert text[mention.start : mention.end] == mention.text


@given(
    st.lists(
        st.sampled_from(
            "US Russia's Russian Chinese-American the two leaders Putin Bush President former , . "
            "- – in of Moscow Georgia Jordan ( ) — \n The ministry He USS and anti- Security Council "
            "İstanbul 🙂 WHO Serbia and Montenegro s ’s".split(" ")
        ),
        max_size=25,
    )
)
def test_any_run_of_awkward_words_is_resolved(words: list[str]) -> None:
    text = " ".join(words)
    for mention in _shared().resolve(text, None):
        assert text[mention.start : mention.end] == mention.text


_RESOLVERS: list[Resolver] = []


def _shared() -> Resolver:
    if not _RESOLVERS:
        _RESOLVERS.append(Resolver.load())
    return _RESOLVERS[0]


def test_a_text_without_a_date_accepts_any_term_at_lower_confidence(resolver: Resolver) -> None:
    (mention,) = resolver.resolve("Tony Blair said no.", None)
    assert mention.actor == "GBR" and mention.may_act and mention.confidence < 0.9


def test_proxies_keep_their_label_and_can_be_left_out() -> None:
    with_proxies = Resolver.load().resolve("Hezbollah fired rockets.", TODAY)
    assert [(m.actor, m.label, m.kind) for m in with_proxies] == [("LBN", "Hezbollah", "proxy")]
    assert Resolver.load(include_proxies=False).resolve("Hezbollah fired rockets.", TODAY) == []


def test_pointing_back_can_be_switched_off() -> None:
    text = "Biden met Putin. The two leaders shook hands."
    on = date(2021, 6, 16)
    assert len(Resolver.load(anaphora=False).resolve(text, on)) == 2
    pointers = [m for m in Resolver.load().resolve(text, on) if m.kind == "anaphor"]
    assert [m.actor for m in pointers] == ["RUS", "USA"]
    assert all(m.confidence < 0.8 for m in pointers)


def test_the_south_is_clear_where_the_north_was_named(resolver: Resolver) -> None:
    text = "Pyongyang scraps its agreements with the South."
    assert [m.actor for m in resolver.resolve(text, date(2013, 3, 8))] == ["PRK", "KOR"]
    assert resolver.resolve("The South votes on Sunday.", date(2013, 3, 8)) == []


def test_a_presidential_spokesman_is_no_leader() -> None:
    tenure = Tenure("RUS", "A B", ("B",), "presidential spokesman", 1, 2)
    assert tenure.kind == "official"
    assert replace(tenure, office="president").kind == "leader"


def test_the_digest_changes_with_the_overlay(resolver: Resolver, tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("names:\n  - {name: the Hexagon, actor: FRA, kind: seat}\n", "utf-8")
    assert Resolver.load().digest == resolver.digest != Resolver.load(overlay=overlay).digest


def test_a_resolver_can_be_sent_to_a_worker(resolver: Resolver) -> None:
    copy = pickle.loads(pickle.dumps(resolver))
    text = "Putin called Xi."
    assert copy.resolve(text, TODAY) == resolver.resolve(text, TODAY)


def test_a_name_is_explained_with_its_dates(resolver: Resolver) -> None:
    before = resolver.lookup("Taliban", date(2015, 1, 1))
    after = resolver.lookup("Taliban", date(2022, 1, 1))
    assert before.mention is None and len(before.readings) == 3
    assert after.mention is not None and after.mention.actor == "AFG"
    assert any("2021-08-15" in line for line in after.lines())


def test_an_unknown_spelling_finds_its_neighbours(resolver: Resolver) -> None:
    explanation = resolver.lookup("erdogan")
    assert any("Erdo" in name for name in explanation.similar)
    assert resolver.lookup("Qwertz").lines() == ["Qwertz: unknown"]


def test_offices_without_a_holder_are_reported() -> None:
    expired = expired_offices(date(2026, 9, 1))
    assert ("COL", "president") in {(office.actor, office.office) for office in expired}
    assert all(office.until < date(2026, 9, 1) for office in expired)
    assert ("FRA", "president") not in {(office.actor, office.office) for office in expired}


OVERLAY = """\
groups:
  NORDICS:
    name: Nordics
    names: [Nordic countries, the Nordics]
    members: [DNK, FIN, ISL, NOR, SWE]
actors:
  WAKANDA:
    name: Wakanda
    adjective: [Wakandan]
    capital: [Birnin Zana]
names:
  - {name: Harbour House, actor: NZL, kind: seat}
  - {name: Islamic Republic, kind: none}
offices:
  - {actor: PER, name: Alma Testigo, short: [Testigo], office: president, from: 2026-07-28}
"""


def test_an_overlay_adds_groups_actors_names_and_offices(tmp_path: Path) -> None:
    path = tmp_path / "actors.yaml"
    path.write_text(OVERLAY, encoding="utf-8")
    check_overlay(path)
    resolver = Resolver.load(path)
    text = "The Nordic countries, Wakanda, Harbour House and Alma Testigo met Wakandan officials."
    mentions = resolver.resolve(text, date(2026, 8, 1))
    assert actors_of(mentions) == ["NORDICS", "WAKANDA", "NZL", "PER", "WAKANDA"]
    assert mentions[0].kind == "group" and mentions[3].kind == "leader"
    assert resolver.resolve("Islamic Republic", TODAY) == []


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("names:\n  - {name: X, actor: ZZZ}\n", 2, "names[0].actor"),
        ("names:\n  - name: X\n    actor: FRA\n    kind: planet\n", 4, "names[0].kind"),
        ("states: {}\n", 1, "states"),
        ("groups:\n  G7:\n    name: G7\n    members:\n      - FRA\n      - XYZ\n", 6,
         "groups.G7.members[1]"),
        ("offices:\n  - actor: FRA\n    name: A\n    office: king\n    from: soon\n", 5,
         "offices[0].from"),
        ("offices:\n  - {actor: FRA, name: A, office: king, from: 2020-02-01, until: 2020-01-01}\n",
         2, "offices[0].until"),
        ("names: [\n", 2, "file"),
        ("groups:\n  FRA: {name: Gaul}\n", 2, "groups.FRA"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_overlay_names_line_and_key(
    tmp_path: Path, text: str, line: int, key: str
) -> None:
    path = tmp_path / "actors.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OverlayError) as caught:
        check_overlay(path)
    assert (caught.value.line, caught.value.key) == (line, key)
    assert str(path) in str(caught.value)


def test_every_file_of_names_is_well_formed(resolver: Resolver) -> None:
    for spelling, entries in resolver.gazetteer.table.items():
        assert spelling == spelling.strip() and spelling
        for entry in entries:
            assert entry.start <= entry.end, spelling
            if entry.form not in (Form.BLOCK, Form.ANAPHOR):
                assert entry.actor in resolver.gazetteer.display, spelling


def test_hezbollah_and_the_like_are_never_read_as_the_state_itself(resolver: Resolver) -> None:
    kinds = {m.kind for m in resolver.resolve("Hamas, Hezbollah and the Houthis.", TODAY)}
    assert kinds == {"proxy"}
