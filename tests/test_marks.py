"""Readers' marks: from the overlay file through a refresh to figures, as of any run."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from fake_extractor import SPEC
from pipeline import export, index
from pipeline.config import ConfigError, load_settings
from pipeline.marks import Mark, as_yaml, last_of_each, read_overlay
from pipeline.report import RunReport, render
from pipeline.scoring import ScorerSpec
from pipeline.store import Store
from refresh_rooms import files, refreshed, settings_for, write_lines

pytest_plugins = ["databases"]

NOW = datetime(2022, 6, 1, 12, tzinfo=UTC)


def an_item(number: int, act: str) -> dict[str, str]:
    words = " ".join(f"{chr(97 + number)}word{n}" for n in range(40))
    return {
        "id": str(number),
        "published_at": f"2022-05-{10 + number:02}T06:00:00Z",
        "title": f"Report {words[:30]}",
        "body": f"{act} The {words} were mentioned.",
        "outlet": "Outlet",
        "language": "en",
    }


class Desk:
    """A folder of articles and one of marks, and runs that read both."""

    def __init__(self, folder: Path, url: str) -> None:
        self.marks = folder / "marks"
        self.marks.mkdir()
        acts = ["RUS hits USA.", "RUS helps USA.", "USA hits RUS."]
        write_lines(folder / "news" / "a.jsonl", (an_item(n, act) for n, act in enumerate(acts)))
        plain = settings_for(url, files(folder / "news"))
        self.settings = replace(plain, scoring=replace(plain.scoring, marks=self.marks))
        self.url = url

    def run(self, hour: int = 0, spec: ScorerSpec = SPEC) -> RunReport:
        return refreshed(self.settings, clock=lambda: NOW + timedelta(hours=hour), spec=spec)

    def signals(self, as_of: int | None = None) -> pd.DataFrame:
        store = Store.open(self.url)
        try:
            return store.signals("RUS-USA", columns="full", as_of=as_of)
        finally:
            store.close()

    def tension(self, as_of: int | None = None) -> float:
        scores = index.story_scores(self.signals(as_of))
        return float(index.tension_on(scores, "2022-05-12", ["RUS-USA"])["tension"].iloc[0])

    def mark(self, name: str, row: int, verdict: str, hour: int = 0, note: str = "") -> None:
        found = self.signals(1).iloc[row]
        mark = Mark(
            verdict,  # type: ignore[arg-type]
            *(str(found[c]) for c in ("article_id", "sentence", "source", "target", "root")),
            str(found["theme"]), NOW + timedelta(hours=hour), note, "A. Reader",
        )  # fmt: skip
        (self.marks / name).write_bytes(as_yaml([mark]))


@pytest.fixture
def desk(tmp_path: Path, store_url: str) -> Desk:
    return Desk(tmp_path, store_url)


def test_a_signal_marked_wrong_stays_visible_and_stops_counting(desk: Desk) -> None:
    desk.run()
    before = desk.tension()
    desk.mark("a.yaml", 0, "wrong", note="a retired officer")
    report = desk.run(1)
    assert list(desk.signals()["mark"]) == ["wrong", "", ""]
    assert desk.tension() < before
    assert (report.marks.in_force, report.marks.new) == (1, 1)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(render(report.to_dict()))
    assert "Readers' marks in force: 1 (1 new)" in console.export_text()


def test_an_earlier_run_still_says_what_it_said_before_the_mark(desk: Desk) -> None:
    desk.run()
    before = desk.tension()
    desk.mark("a.yaml", 0, "wrong")
    desk.run(1)
    assert desk.tension(as_of=1) == before
    assert set(desk.signals(1)["mark"]) == {""}


def test_a_misdirected_signal_is_read_the_other_way_round(desk: Desk) -> None:
    desk.run()
    one_way = index.story_scores(desk.signals(), ("RUS", "USA"))
    before = desk.tension()
    desk.mark("a.yaml", 0, "misdirected")
    desk.run(1)
    row = desk.signals().iloc[0]
    assert (row["source"], row["target"], row["mark"]) == ("USA", "RUS", "misdirected")
    assert row["sentence"][slice(*row["source_span"])] == "USA"
    assert desk.tension() == before
    assert len(index.story_scores(desk.signals(), ("RUS", "USA"))) == len(one_way) - 1


def test_the_same_marks_again_add_nothing(desk: Desk) -> None:
    desk.run()
    desk.mark("a.yaml", 0, "wrong")
    assert desk.run(1).marks.new == 1
    again = desk.run(2).marks
    assert (again.in_force, again.new, again.taken_back) == (1, 0, 0)


@pytest.mark.parametrize("way", ["right", "gone"])
def test_a_mark_is_taken_back_by_a_later_word_or_by_removing_its_file(desk: Desk, way: str) -> None:
    desk.run()
    before = desk.tension()
    desk.mark("a.yaml", 0, "wrong")
    desk.run(1)
    marked = desk.tension()
    if way == "right":
        desk.mark("b.yaml", 0, "right", hour=1)
    else:
        (desk.marks / "a.yaml").unlink()
    report = desk.run(2)
    assert (report.marks.in_force, report.marks.taken_back) == (0, 1)
    assert desk.tension() == before
    assert desk.tension(as_of=2) == marked
    assert desk.run(3).marks.taken_back == 0


def test_a_file_that_cannot_be_read_takes_no_mark_back_and_is_reported(desk: Desk) -> None:
    desk.run()
    desk.mark("a.yaml", 0, "wrong")
    desk.run(1)
    (desk.marks / "a.yaml").write_text("marks: [", "utf-8")
    report = desk.run(2)
    assert report.marks.in_force == 1
    assert report.marks.problems == ["a.yaml: ParserError"]
    assert list(desk.signals()["mark"]) == ["wrong", "", ""]


def test_a_mark_outlives_a_new_scorer_that_still_finds_the_signal(desk: Desk) -> None:
    desk.run()
    desk.mark("a.yaml", 0, "wrong")
    desk.run(1)
    marked = desk.tension()
    report = desk.run(2, ScorerSpec(overlay=Path("second"), factory=SPEC.factory))
    assert report.activated and report.marks.in_force == 1
    assert list(desk.signals()["mark"]) == ["wrong", "", ""]
    assert desk.tension() == marked == desk.tension(as_of=2)


def test_a_mark_that_fits_no_signal_is_reported(desk: Desk) -> None:
    desk.run()
    lost = Mark("wrong", "0" * 16, "Nobody said so.", "RUS", "USA", "ASSAULT", "attack", NOW)
    (desk.marks / "a.yaml").write_bytes(as_yaml([lost]))
    assert [entry["sentence"] for entry in desk.run(1).marks.unmatched] == ["Nobody said so."]


def test_exports_tell_the_mark_and_give_it_no_weight(desk: Desk) -> None:
    desk.run()
    desk.mark("a.yaml", 0, "wrong")
    desk.run(1)
    store = Store.open(desk.url)
    signals = export.table(store, export.Request("signals", ("RUS-USA",)))
    scores = export.table(store, export.Request("scores", ("RUS-USA",)))
    store.close()
    assert list(signals["mark"]) == ["wrong", "", ""]
    assert list(signals["weight"]) == [0.0, 1.0, 1.0]
    assert list(scores["n_uncounted"]) == [1, 0, 0]
    assert scores["a"].iloc[0] == 0


def test_the_marks_in_force_can_be_listed(desk: Desk) -> None:
    desk.run()
    desk.mark("a.yaml", 0, "wrong", note="=HYPERLINK(1)")
    desk.run(1)
    store = Store.open(desk.url)
    assert store.marks(as_of=1).empty
    row = store.marks().iloc[0]
    store.close()
    assert (row["verdict"], row["note"], row["marked_by"]) == (
        "wrong", "=HYPERLINK(1)", "A. Reader",
    )  # fmt: skip
    assert row["run_id"] == 2 and row["marked_at"] == pd.Timestamp(NOW)


printable = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=60)


@given(sentence=printable, note=st.text(max_size=40).map(str.strip), verdict=st.sampled_from(
    ["wrong", "misdirected", "right"]))  # fmt: skip
def test_any_text_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, sentence: str, note: str, verdict: str
) -> None:
    mark = Mark(verdict, "ab", sentence, "RUS", "USA", "ACCUSE", "x", NOW, note)  # type: ignore[arg-type]
    path = tmp_path_factory.mktemp("m") / "marks.yaml"
    path.write_bytes(as_yaml([mark]))
    assert read_overlay(path).marks == (mark,)


def test_the_last_mark_of_a_signal_holds_whatever_file_it_is_in() -> None:
    def at(hour: int, verdict: str) -> Mark:
        when = NOW + timedelta(hours=hour)
        return Mark(verdict, "ab", "S.", "RUS", "USA", "ACCUSE", "x", when)  # type: ignore[arg-type]

    late, early = at(5, "right"), at(1, "wrong")
    assert last_of_each([late, early]) == (late,)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "there is no list named marks"),
        ("marks: [7]", "mark 1: is no table of fields"),
        ("marks: [{verdict: wrong}]", "mark 1: article is missing or no text"),
        (
            "marks: [{verdict: bad, article: a, sentence: s, source: A, target: B, root: R, theme: t, at: 2022-01-01T00:00:00Z}]",
            "mark 1: verdict must be one of wrong, misdirected, right",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / "m.yaml").write_text(content)
    assert read_overlay(tmp_path / "m.yaml").problems == (f"m.yaml: {problem}",)


def test_a_path_of_marks_that_is_not_there_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "tension.toml").write_text('[scoring]\nmarks = "nowhere"\n')
    with pytest.raises(ConfigError, match="there is no file or folder"):
        load_settings(tmp_path / "tension.toml")
    (tmp_path / "nowhere").mkdir()
    found = load_settings(tmp_path / "tension.toml").scoring.marks
    assert found == tmp_path / "nowhere"
