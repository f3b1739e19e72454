"""A reader's mark: made on the Pair page, taken away as a file, applied by the next refresh."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import data, marking, tables
from dashboard_store import SCORER, SECOND_RUN, build
from pipeline.marks import read_overlay
from pipeline.store import Store
from test_dashboard_pages import APP, words

NOW = SECOND_RUN + timedelta(minutes=30)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marks") / "tension.sqlite"
    build(path)
    return path


@pytest.fixture
def home(tmp_path: Path, built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copy(built, tmp_path / "tension.sqlite")
    (tmp_path / "marks").mkdir()
    (tmp_path / "tension.toml").write_text(
        '[store]\nurl = "sqlite:///tension.sqlite"\n[scoring]\nmarks = "marks"\n'
    )
    monkeypatch.setenv("TENSION_CONFIG", str(tmp_path / "tension.toml"))
    monkeypatch.setattr(data, "now", lambda: NOW)
    st.cache_resource.clear()
    yield tmp_path
    st.cache_resource.clear()


def pair_page(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in ({"pair": "RUS-USA"} | query).items():
        app.query_params[name] = value
    app.switch_page("views/pair.py")
    app.run()
    assert not app.exception, app.exception
    return app


def address(app: AppTest) -> str:
    """The marks in the address; a test runner gives a list or a text."""
    raw = app.query_params["marks"]
    return raw if isinstance(raw, str) else raw[0]


def one_way(home: Path) -> str:
    """``article:seq`` of a counting signal of one direction, recent enough to be listed."""
    store = Store.open(f"sqlite:///{home / 'tension.sqlite'}")
    rows = store.signals("RUS-USA", columns="full")
    store.close()
    fine = rows[
        (rows["direction"] == "one") & (rows["status"] == "actual") & rows["representative"]
    ]
    found = fine[fine["article_id"] != "ffffffffffff0000"].iloc[-1]
    return f"{found['article_id']}:{found['seq']}"


def refreshed(home: Path) -> None:
    """A third run that applies the marks of the folder and brings nothing else."""
    store = Store.open(f"sqlite:///{home / 'tension.sqlite'}")
    with store.start_run(SCORER, NOW) as run:
        found = run.changed_marks(read_overlay(home / "marks"))
        run.finish(NOW, {}, {"marks": {"in_force": found.in_force}}, (0, 0), found.rows)
    store.close()


def test_a_mark_shows_at_once_and_lives_in_the_address(home: Path) -> None:
    ev = one_way(home)
    app = pair_page(ev=ev)
    app.button(key="mark_wrong").click().run()
    assert not app.exception
    assert "You marked this signal: wrong" in words(app)
    kept = address(app)
    assert kept.startswith(ev.partition(":")[0]) and kept.endswith(".w")
    again = pair_page(ev=ev, marks=kept)
    assert "You marked this signal: wrong" in words(again)
    assert any("you: wrong" in str(status) for status in again.dataframe[0].value["status"])


def test_a_mark_can_be_undone(home: Path) -> None:
    app = pair_page(ev=one_way(home))
    app.button(key="mark_wrong").click().run()
    app.button(key="mark_undo").click().run()
    assert not app.exception
    assert "marks" not in app.query_params
    assert "You marked" not in words(app)


@pytest.mark.parametrize("raw", ["", "x", "..", "a.b.z", "<script>.1.w", "ab.cd.w," * 500])
def test_nonsense_marks_in_the_address_do_no_harm(home: Path, raw: str) -> None:
    assert not pair_page(marks=raw).exception


def test_the_file_of_a_reader_changes_the_figures_with_the_next_refresh(home: Path) -> None:
    ev = one_way(home)
    app = pair_page(ev=ev)
    before = app.metric[0].value
    app.button(key="mark_wrong").click().run()
    place = next(iter(marking_places(app)))
    row = marking.looked_up(data.snapshot(), *place)
    (home / "marks" / "mine.yaml").write_bytes(
        marking.file_of([(row, "wrong")], NOW, "Reader One", "=1+1")
    )
    refreshed(home)
    st.cache_resource.clear()
    app = pair_page(ev=ev, marks=address(app))
    shown = words(app)
    assert "Marked wrong, not counted" in shown and "Reader One" in shown and "since run 3" in shown
    assert "a reader marked it wrong" in shown
    assert "marks" not in app.query_params, "the tab forgets what a refresh has applied"
    assert app.metric[0].value != before
    assert app.button(key="mark_right")


def marking_places(app: AppTest) -> list[tuple[str, str]]:
    return [tuple(item.split(".")[:2]) for item in address(app).split(",")]  # type: ignore[misc]


def test_the_evidence_still_adds_up_after_a_mark(home: Path) -> None:
    ev = one_way(home).partition(":")[0]
    full = Store.open(f"sqlite:///{home / 'tension.sqlite'}").signals("RUS-USA", columns="full")
    row = next(full[full["article_id"] == ev].itertuples(index=False))
    (home / "marks" / "a.yaml").write_bytes(marking.file_of([(row, "wrong")], NOW, "", ""))
    refreshed(home)
    store = Store.open(f"sqlite:///{home / 'tension.sqlite'}")
    full, light = store.signals("RUS-USA", columns="full"), store.signals("RUS-USA")
    store.close()
    day = light["day"].max().date()
    rows = tables.weighed(full, light, "RUS-USA", day, 14)
    from pipeline import index

    value = index.tension_on(index.story_scores(light), day, ["RUS-USA"])["tension"].iloc[0]
    assert rows["contribution"].sum() == pytest.approx(value, abs=1e-9)
    assert rows.loc[rows["article_id"] == ev, "contribution"].tolist() == [0.0]


def test_a_misdirected_mark_names_the_signal_as_the_scorer_found_it(home: Path) -> None:
    full = Store.open(f"sqlite:///{home / 'tension.sqlite'}").signals("RUS-USA", columns="full")
    row = next(full[full["direction"] == "one"].itertuples(index=False))
    key = marking.key_of(row)
    turned = row._replace(source=row.target, target=row.source, mark="misdirected")
    assert marking.key_of(turned) == key


def test_the_data_page_lists_the_marks_in_force(home: Path) -> None:
    full = Store.open(f"sqlite:///{home / 'tension.sqlite'}").signals("RUS-USA", columns="full")
    row = next(full.itertuples(index=False))
    (home / "marks" / "a.yaml").write_bytes(
        marking.file_of([(row, "wrong")], NOW, "Reader One", "no such act")
    )
    refreshed(home)
    app = AppTest.from_file(APP, default_timeout=60)
    app.switch_page("views/data.py")
    app.run()
    assert not app.exception
    assert "1 mark in force" in words(app)
    frames = [frame.value for frame in app.dataframe]
    marks = next(frame for frame in frames if "verdict" in frame)
    assert isinstance(marks, pd.DataFrame)
    assert marks["note"].tolist() == ["no such act"]
