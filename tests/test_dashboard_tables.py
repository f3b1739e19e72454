"""The tables on the pages: their digits, their order, and their downloads."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from dashboard import brief, brief_pdf, downloads, tables
from dashboard_store import HOSTILE_TITLE, build
from pipeline import index
from pipeline.store import Store
from story_frames import random_stories, scored

NOW = datetime(2022, 3, 24, 12, tzinfo=UTC)
DAY = date(2022, 3, 23)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store.open(build(tmp_path_factory.mktemp("store") / "t.sqlite"))


@pytest.fixture(scope="module")
def rows(store: Store) -> pd.DataFrame:
    full = store.signals("RUS-USA", date(2021, 10, 1), DAY, columns="full")
    light = store.signals("RUS-USA")
    return tables.ranked_evidence(tables.weighed(full, light, "RUS-USA", DAY, 14))


def test_contributions_add_up_to_the_tension_shown(store: Store, rows: pd.DataFrame) -> None:
    scores = index.story_scores(store.signals("RUS-USA"))
    shown = index.tension_on(scores, DAY, ["RUS-USA"], 14).iloc[0]["tension"]
    assert rows["contribution"].sum() == pytest.approx(shown, abs=1e-9)


def test_signals_that_do_not_count_are_listed_last_and_add_nothing(rows: pd.DataFrame) -> None:
    uncounted = rows["status"].isin(["conditional", "negated", "alleged", "historical"])
    assert uncounted.any()
    assert (rows.loc[uncounted, "contribution"] == 0).all()
    assert rows["contribution"].abs().is_monotonic_decreasing


def test_reprints_are_merged_into_one_row(rows: pd.DataFrame) -> None:
    table = tables.evidence_table(rows)
    assert rows["story_id"].is_unique
    assert table["reprints"].max() >= 1


def test_a_gap_has_no_contributions(store: Store) -> None:
    full = store.signals("GBR-USA", columns="full")
    light = store.signals("GBR-USA")
    rows = tables.weighed(full, light, "GBR-USA", DAY, 14)
    assert rows["contribution"].isna().all()


def test_the_largest_stories_are_numbered_and_lie_on_the_line(
    store: Store, rows: pd.DataFrame
) -> None:
    scores = index.story_scores(store.signals("RUS-USA"))
    days = index.display_days(date(2022, 1, 1), DAY)
    series = index.tension_series(scores, "RUS-USA", days, draws=20)
    marks = tables.largest_stories(rows, series)
    assert list(marks["label"]) == ["1", "2", "3"]
    on_line = series.set_index("day")["tension"]
    for mark in marks.itertuples():
        assert mark.tension == pytest.approx(on_line[mark.day])


@pytest.fixture(scope="module")
def ranked() -> pd.DataFrame:
    scores = pd.concat(
        [random_stories(40, "RUS-USA"), random_stories(30, "CHN-USA", 2),
         random_stories(4, "FRA-GBR", 3, span=14), random_stories(9, "IND-PAK", 4, span=150)]
    )  # fmt: skip
    return index.overview(scores, scored(), "2022-02-24")


def test_clear_changes_lead_and_few_stories_come_last(ranked: pd.DataFrame) -> None:
    order = tables.by_evidence(ranked)
    group = [0 if row.clear else 1 if row.change_state == "ok" else 2 for row in order.itertuples()]
    assert group == sorted(group)


def test_watched_pairs_come_first_and_search_takes_names_and_codes(ranked: pd.DataFrame) -> None:
    table = tables.overview_table(ranked, watch=("IND-PAK",))
    assert table["pair"].iloc[0] == "IND-PAK"
    assert set(tables.overview_table(ranked, search="united states")["pair"]) == {
        "RUS-USA", "CHN-USA"
    }  # fmt: skip
    assert list(tables.overview_table(ranked, search="fra")["pair"]) == ["FRA-GBR"]
    assert tables.overview_table(ranked, search="atlantis (").empty


def test_the_csv_holds_exactly_the_digits_shown(rows: pd.DataFrame, ranked: pd.DataFrame) -> None:
    for table in (tables.evidence_table(rows), tables.overview_table(ranked)):
        files = downloads.makers(lambda table=table: table, "t", "a table", NOW, {})
        back = pd.read_csv(io.BytesIO(files[".csv"]()))
        assert list(back.columns) == list(table.columns)
        for name in table.select_dtypes("number"):
            assert back[name].astype(float).equals(table[name].astype(float)), name


def test_the_grids_come_as_tables_with_the_digits_of_their_cells(
    store: Store, ranked: pd.DataFrame
) -> None:
    scores = index.story_scores(store.signals())
    weeks = index.heatmap(scores, ["RUS-USA", "GBR-USA"], DAY, weeks=13)
    table = tables.weeks_table(weeks)
    assert list(table) == ["pair", "name", "week_to", "tension"] and len(table) == 26
    assert table["tension"].dropna().eq(table["tension"].dropna().round(0)).all()
    matrix = index.matrix(ranked, ["CHN", "RUS", "USA"])
    pairs = tables.matrix_table(matrix)
    assert set(zip(pairs["actor"], pairs["other"], strict=True)) <= {
        ("CHN", "RUS"), ("CHN", "USA"), ("RUS", "USA"),
    }  # fmt: skip
    row = pairs[(pairs["actor"] == "RUS") & (pairs["other"] == "USA")].iloc[0]
    assert row["tension"] == round(float(matrix.loc["RUS", "USA"]))


def test_themes_and_compared_lines_come_as_tables(store: Store) -> None:
    light = store.signals("RUS-USA")
    both = tables.balance_table(
        index.theme_balance(light, "RUS-USA"), index.direction_balance(light, "RUS-USA")
    )
    assert both.groupby("by")["signals"].sum().nunique() == 1
    days = index.display_days(date(2022, 1, 1), DAY)
    lines = {
        pair: index.tension_series(index.story_scores(store.signals(pair)), pair, days, draws=20)
        for pair in ("RUS-USA", "CHN-USA")
    }
    table = tables.compared_table(lines)
    assert len(table) == 2 * len(days) and next(iter(table)) == "pair"


def test_a_formula_in_a_headline_is_defused_and_numbers_stay_numbers(rows: pd.DataFrame) -> None:
    table = tables.evidence_table(rows)
    assert table["headline"].str.startswith("=HYPERLINK").any()
    text = downloads.makers(lambda: table, "t", "", NOW, {})[".csv"]().decode()
    assert "'=HYPERLINK" in text and "\n=HYPERLINK" not in text and ",=" not in text
    assert HOSTILE_TITLE not in text, "a headline of 10,000 characters is cut"
    assert pd.read_csv(io.StringIO(text))["contribution"].dtype == float


def test_the_description_names_version_window_and_time() -> None:
    table = pd.DataFrame({"day": pd.to_datetime(["2022-01-01"]), "tension": [1.5]})
    files = downloads.makers(lambda: table, "t", "A table", NOW, {"window": ["2022-01-01", "x"]})
    sheet = json.loads(files[".meta.json"]())
    assert sheet["created_at"] == "2022-03-24T12:00:00Z"
    assert sheet["window"] and sheet["version"] and sheet["rows"] == 1
    assert list(sheet["columns"]) == ["day", "tension"]


def test_the_zip_holds_both_and_is_the_same_every_time() -> None:
    table = pd.DataFrame({"tension": [1.5]})
    files = downloads.makers(lambda: table, "series-RUS-USA", "A table", NOW, {})
    archive = zipfile.ZipFile(io.BytesIO(files[".zip"]()))
    assert archive.namelist() == ["series-RUS-USA.csv", "series-RUS-USA.meta.json"]
    assert archive.read("series-RUS-USA.csv") == files[".csv"]()
    assert files[".zip"]() == files[".zip"]()


def test_drops_are_told_by_source_and_reason(tmp_path: Path) -> None:
    report = {
        "sources": {
            "wire": {"drops": {"no date": 3},
                     "examples": {"no date": [{"where": "a.jsonl:7", "detail": "no field"}]}},
        }
    }  # fmt: skip
    table = tables.drops_table(report, {"no date": "No date."})
    assert table.to_dict("records") == [
        {"source": "wire", "reason": "no date", "count": 3, "meaning": "No date.",
         "example": "a.jsonl:7: no field"}
    ]  # fmt: skip


@pytest.fixture(scope="module")
def a_brief(store: Store, rows: pd.DataFrame) -> brief.Brief:
    scores = index.story_scores(store.signals("RUS-USA"))
    days = index.display_days(date(2021, 10, 1), DAY)
    series = index.tension_series(scores, "RUS-USA", days, draws=20)
    moved = index.changes(scores, ["RUS-USA"], DAY, 7).iloc[0]
    attention = index.attention_on(scores, store.day_counts(), DAY, ["RUS-USA"]).iloc[0]
    return brief.content("RUS-USA", series, moved, attention, rows, NOW, ["Sample"], top=10)


def test_the_brief_stands_alone_and_keeps_hostile_text_harmless(a_brief: brief.Brief) -> None:
    page = brief.html(a_brief)
    assert "Russia – United States" in page and "Not official positions" in page
    assert "&lt;script&gt;" in page, "the hostile headline is among them, as text"
    for forbidden in ("<script", "<img", "<a ", "href='", 'src="'):
        assert forbidden not in page, forbidden


def test_the_brief_as_pdf_is_one_page_with_its_fonts_and_does_nothing(
    a_brief: brief.Brief,
) -> None:
    page = brief_pdf.document(a_brief, NOW)
    assert page.startswith(b"%PDF-") and page.count(b"/Type /Page\n") == 1
    assert b"BriefSerif" in page
    for forbidden in (b"/JavaScript", b"/JS", b"/URI", b"/Launch", b"/OpenAction /S", b"/AA"):
        assert forbidden not in page, forbidden
    assert page == brief_pdf.document(a_brief, NOW)


def test_letters_of_many_alphabets_are_printed_and_others_do_no_harm() -> None:
    assert brief_pdf.fit("Erdoğan, Київ, Αθήνα: −12 → ▲") == "Erdoğan, Київ, Αθήνα: −12 → ▲"
    assert brief_pdf.fit("北京 💣") == "?? ?"


def test_the_chart_of_the_brief_keeps_gaps_open(store: Store) -> None:
    scores = index.story_scores(store.signals("FRA-GBR"))
    days = index.display_days(date(2020, 6, 1), DAY)
    series = index.tension_series(scores, "FRA-GBR", days, half_life=7, draws=20)
    spells = series["low"].notna().astype(int).diff().eq(1).sum() + series["low"].notna().iloc[0]
    assert brief.chart(series).count("<polygon") == spells > 1


def test_an_example_of_a_drop_names_the_file_and_not_the_folders_of_the_server() -> None:
    examples = {"no date": [{"where": "/srv/news/a.jsonl:7", "detail": "none"}]}
    report = {"sources": {"wire": {"drops": {"no date": 1}, "examples": examples}}}
    assert tables.drops_table(report, {})["example"].iloc[0] == "a.jsonl:7: none"
