"""Every page in every state, run through streamlit's own test runner."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from dashboard import data, text
from dashboard_store import HOSTILE_TITLE, SECOND_RUN, build
from pipeline import index, validation
from pipeline.store import Store

APP = str(Path(__file__).parents[1] / "dashboard" / "app.py")
PAGES = ("overview", "pair", "compare", "score", "data", "method")
WITH_DATA = ("overview", "pair", "compare", "data")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dashboard") / "tension.sqlite"
    build(path)
    return path


class Clock:
    """The dashboard's clock, set by a test."""

    now = SECOND_RUN + timedelta(minutes=30)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with settings and no store, caches empty, the clock fixed."""
    (tmp_path / "tension.toml").write_text('[store]\nurl = "sqlite:///tension.sqlite"\n')
    monkeypatch.setenv("TENSION_CONFIG", str(tmp_path / "tension.toml"))
    monkeypatch.delenv("TENSION_STORE_URL", raising=False)
    clock = Clock()
    monkeypatch.setattr(data, "now", lambda: clock.now)
    monkeypatch.setattr(data, "clock", clock, raising=False)
    st.cache_resource.clear()
    yield tmp_path
    st.cache_resource.clear()


@pytest.fixture
def stored(home: Path, built: Path) -> Path:
    """The same with the fixture store in place."""
    shutil.copy(built, home / "tension.sqlite")
    return home


def opened(page: str = "overview", **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    if page != "overview":
        app.switch_page(f"views/{page}.py")
    app.run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    """All text of a page but its tables."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "code", "info",
             "warning", "error", "html", "metric")  # fmt: skip
    found = []
    for kind in kinds:
        for element in app.get(kind):
            proto = getattr(element, "proto", None)
            found.append(str(getattr(element, "value", "") or getattr(proto, "body", "")))
    return "\n".join(found)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_that_these_are_media_signals(stored: Path, page: str) -> None:
    assert "Not official positions" in words(opened(page))


@pytest.mark.parametrize("page", WITH_DATA)
def test_without_a_database_a_page_shows_the_command(home: Path, page: str) -> None:
    shown = words(opened(page))
    assert "There is no data yet" in shown
    assert "tension refresh" in shown


@pytest.mark.parametrize("page", WITH_DATA)
def test_today_is_the_newest_day_and_sample_data_are_labelled(stored: Path, page: str) -> None:
    shown = words(opened(page))
    assert "23 March 2022" in shown and "newest publication day" in shown
    assert text.SAMPLE_LABEL in shown
    assert "Refreshed 28 minutes ago" in shown
    assert "This is old" not in shown


@pytest.mark.parametrize("page", WITH_DATA)
def test_a_stale_store_says_how_old_it_is(stored: Path, page: str) -> None:
    data.clock.now = SECOND_RUN + timedelta(days=3, minutes=5)  # type: ignore[attr-defined]
    assert "the last refresh completed 3 days ago" in words(opened(page))


@pytest.mark.parametrize("page", WITH_DATA)
def test_a_failed_read_keeps_the_last_good_data(
    stored: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(page)
    before = app.title[0].value

    def broken(*_: object) -> None:
        raise OperationalError("select", {}, Exception("disk I/O error"))

    monkeypatch.setattr(data, "open_store", broken)
    app.run()
    assert not app.exception
    shown = words(app)
    assert "cannot be read just now" in shown
    assert app.title[0].value == before
    if page != "data":
        assert app.dataframe


def test_a_store_that_never_could_be_read_says_so(home: Path) -> None:
    (home / "tension.sqlite").write_bytes(b"this is no database" * 100)
    assert "could not be read" in words(opened())


def test_a_mistake_in_the_settings_is_named(home: Path) -> None:
    (home / "tension.toml").write_text("[store]\nurl = 7\n")
    assert "settings file cannot be used" in words(opened())


def test_a_window_without_data_offers_a_wider_one(stored: Path) -> None:
    app = opened("pair", pair="GBR-USA", w="90d")
    assert "Nothing to draw in this window" in words(app)
    app.button(key="widen_w").click().run()
    assert not app.exception
    assert "Nothing to draw" not in words(app)


def pairs_of(app: AppTest) -> pd.DataFrame:
    """The table of pairs, the last one of the Overview."""
    return app.dataframe[-1].value


def test_open_alerts_stand_in_the_overview_as_of_its_own_today(stored: Path) -> None:
    app = opened()
    (folded,) = (box for box in app.expander if "open alert" in box.label)
    table = folded.dataframe[0].value
    assert "Russia – Ukraine" in set(table["name"])
    assert (table["value"] >= table["threshold"]).all()
    config = (stored / "tension.toml").read_text()
    (stored / "tension.toml").write_text(config + "\n[alerts]\nenabled = false\n")
    assert not any("open alert" in box.label for box in opened().expander)


def test_a_pair_that_worsened_because_good_news_ended_shows_what_ended(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = data.evidence

    def cooperative(*asked: object) -> pd.DataFrame:
        full = read(*asked)
        return full[full["polarity"] == "cooperative"]

    monkeypatch.setattr(data, "evidence", cooperative)
    shown = words(opened(d="month"))
    assert "Nothing adversarial in the last month" in shown
    assert 'class="sentence cooperative"' in shown


def test_a_default_stays_out_of_the_address(stored: Path) -> None:
    app = opened()
    app.switch_page("views/pair.py").run()
    assert "h" not in app.query_params and "w" not in app.query_params


def test_the_overview_lists_all_pairs_and_names_the_worst_with_its_sentence(stored: Path) -> None:
    assert len(pairs_of(opened(quiet="true"))) == 16
    app = opened()
    assert "quiet pair" in app.toggle[0].label
    assert 10 < len(pairs_of(app)) < 16, "pairs without a figure wait behind a switch"
    shown = words(app)
    assert "Worsened most this week" in shown
    assert 'class="sentence adversarial"' in shown


def test_search_and_watchlist_come_from_the_address(stored: Path) -> None:
    assert set(pairs_of(opened(q="korea"))["pair"]) == {"KOR-PRK", "PRK-USA"}
    assert pairs_of(opened(watch="GRC-TUR,XXX"))["pair"].iloc[0] == "GRC-TUR"


def test_a_deep_link_restores_pair_window_range_and_signal(stored: Path) -> None:
    plain = opened("pair", pair="RUS-USA", h="30", w="90d")
    names = plain.dataframe[-1].value
    app = opened(
        "pair", pair="usa-rus", h="30", w="90d", **{"from": "2022-03-22", "to": "2022-03-23"}
    )
    assert app.title[0].value == "Russia – United States"
    table = app.dataframe[-1].value
    assert set(table["date"].dt.strftime("%Y-%m-%d")) <= {"2022-03-22", "2022-03-23"}
    assert 0 < len(table) < len(names)
    linked = opened("pair", pair="RUS-USA", ev="ffffffffffff0000:0")
    assert "&lt;img src=x onerror=window.pwned=1&gt;" in words(linked)


def test_a_deep_link_restores_what_is_to_be_exported(stored: Path) -> None:
    asked = {"take": "RUS-USA", "since": "2022-01-01", "until": "2022-02-28", "run": "1"}
    app = opened("data", table="series", **asked)
    assert app.multiselect(key="export_pairs").value == ["RUS-USA"]
    assert [str(day) for day in app.date_input(key="export_days").value] == [
        "2022-01-01", "2022-02-28",
    ]  # fmt: skip
    assert "Left out in run 1" in words(app)


def test_the_table_of_weeks_goes_back_a_year_on_request(stored: Path) -> None:
    app = opened(weeks="52")
    assert "last 52 weeks" in words(app)
    app.segmented_control(key="weeks").set_value(26).run()
    assert not app.exception and "last 26 weeks" in words(app)


def test_going_back_a_day_keeps_the_export_within_what_was_known(stored: Path) -> None:
    app = opened("data")
    app.query_params["asof"] = "2022-03-21"
    app.run()
    assert not app.exception


def test_nonsense_in_the_address_is_ignored(stored: Path) -> None:
    odd = {"from": "yesterday", "to": "2022-99-99", "ev": "<script>", "h": "zero", "w": "∞"}
    assert opened("pair", pair="<b>", asof="never", **odd).title
    assert opened("compare", pairs=",,RUS-USA,<i>").title


def test_the_evidence_adds_up_to_the_figure_shown(stored: Path) -> None:
    app = opened("pair", pair="RUS-UKR")
    total = app.dataframe[-1].value["contribution"].sum()
    shown = app.metric[0].value.replace("+", "").replace("−", "-")
    assert total == pytest.approx(float(shown), abs=0.6)


def test_as_of_an_earlier_day_shows_what_was_known_then(stored: Path) -> None:
    shown = words(opened("pair", pair="RUS-USA", asof="2022-03-21"))
    assert "As of 21 March 2022" in shown and "what run 1 knew" in shown
    assert "Today is **20 March 2022**" in shown
    assert "Nothing was known yet" in words(opened(asof="2022-03-01"))


def test_as_of_an_earlier_day_the_line_as_known_today_stands_beside_it(stored: Path) -> None:
    def line(**query: str) -> str:
        return str(opened("pair", pair="RUS-USA", **query).get("plotly_chart")[0].proto.spec)

    assert '"as known today"' in line(asof="2022-03-21")
    assert '"as known today"' not in line()


def test_the_figures_of_an_earlier_day_are_those_of_its_run_alone(stored: Path) -> None:
    before = data.snapshot(date(2022, 3, 21))
    assert (before.run_id, data.snapshot().run_id) == (1, 2)
    for snap in (before, data.snapshot()):
        light = Store.open(snap.url).signals("RUS-USA", as_of=snap.run_id)
        value = index.tension_on(index.story_scores(light), snap.today, ["RUS-USA"])
        asof = {"asof": snap.as_of.isoformat()} if snap.as_of else {}
        shown = opened("pair", pair="RUS-USA", **asof).metric[0].value
        assert shown == text.signed(value["tension"].iloc[0])


def test_the_validation_figures_on_the_method_page_are_those_of_the_file(home: Path) -> None:
    app = opened("method", part="How well it works")
    shown = app.dataframe[0].value
    figures = validation.load()
    assert shown["root"].tolist() == [row["root"] for row in validation.relation_rows(figures)]
    assert f"scorer {figures['scorer_id']}" in words(app)


def test_a_name_is_explained_by_date_from_the_address(home: Path) -> None:
    app = opened("method", part="Actors", name="Hezbollah")
    assert "stands for **Lebanon** (LBN)" in words(app)
    assert "is not known" in words(opened("method", part="Actors", name="<b>Zzyzx"))
    leader = opened("method", part="Actors", name="the Kremlin")
    assert "stands for **Russia**" in words(leader) and len(leader.dataframe[0].value) >= 1


def test_score_a_text_marks_the_example_and_explains_what_was_left_out(home: Path) -> None:
    app = opened("score")
    app.button(key="example").click().run()
    assert not app.exception
    shown = words(app)
    assert "signals found" in shown and "not counted" in shown
    assert {"reason", "strength"} <= {name for frame in app.dataframe for name in frame.value}


def test_hostile_text_is_escaped_wherever_it_is_shown(stored: Path) -> None:
    app = opened("pair", pair="RUS-USA", ev="ffffffffffff0000:0")
    html = "\n".join(str(getattr(e.proto, "body", "")) for e in app.get("html"))
    assert "<script" not in html and "<img" not in html
    markdown = "\n".join(e.value for e in [*app.markdown, *app.caption])
    assert "evil.example" not in markdown and "javascript:" not in markdown
    table = app.dataframe[-1].value
    assert table["headline"].str.len().max() <= text.HEADLINE_CHARS
    assert HOSTILE_TITLE not in words(app)


def test_a_new_run_is_seen_without_touching_the_page(home: Path, built: Path) -> None:
    app = opened()
    assert "There is no data yet" in words(app)
    shutil.copy(built, home / "tension.sqlite")
    assert data.latest_run_id() == 2
    app.run()
    assert app.dataframe


def test_pages_answer_within_the_budget_on_the_fixture_store(stored: Path) -> None:
    for page in WITH_DATA:
        app = opened(page)
        began = datetime.now(UTC)
        app.run()
        assert datetime.now(UTC) - began < timedelta(seconds=2), page
