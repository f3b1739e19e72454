"""Exports: the documented columns and types, hardened text, the data sheet."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from pipeline import export
from pipeline.export import ExportError, Kind, Request
from pipeline.store import Store
from store_rows import a_signal, an_article, frame

NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)
DOCS = Path(__file__).parents[1] / "docs" / "data-dictionary.md"
KINDS = get_args(Kind)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Twelve articles; 3 and 4 are one story; one hostile headline; one in German."""
    opened = Store.open(f"sqlite:///{tmp_path_factory.mktemp('s') / 's.sqlite'}", create=True)
    articles = [an_article(n) for n in range(12)]
    articles[5] = an_article(5, title='=HYPERLINK("http://evil")', outlet="@outlet")
    articles[6] = an_article(6, language="de")
    articles[7] = an_article(7, illustrative=True)
    rows = [
        a_signal(a, pair="RUS-USA" if n % 3 else "EUU-RUS", source="RUS", target="USA")
        for n, a in enumerate(articles)
        if n != 6
    ]
    rows.append(a_signal(articles[0], 1, status="alleged", event_date=date(2021, 12, 1)))
    with opened.start_run("scorer-1", NOW) as run:
        run.append(
            articles,
            [b"same" if n in (3, 4) else bytes([n]) for n in range(12)],
            {a.article_id for a in articles if a.language == "en"},
            frame(*rows),
        )
        run.finish(NOW, {articles[4].article_id: articles[3].article_id}, {}, (12, 12))
    yield opened
    opened.close()


def request_for(kind: Kind, **changes: object) -> Request:
    pairs = ("RUS-USA",) if kind == "series" else ()
    return Request(**({"kind": kind, "pairs": pairs} | changes))  # type: ignore[arg-type]


def documented(kind: str) -> dict[str, str]:
    """column -> type, as docs/data-dictionary.md has them."""
    section = DOCS.read_text("utf-8").split(f"\n## {kind}\n", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize("kind", KINDS)
def test_columns_and_types_are_those_of_the_data_dictionary(store: Store, kind: Kind) -> None:
    made = export.table(store, request_for(kind))
    assert len(made)
    assert {name: str(dtype) for name, dtype in made.dtypes.items()} == documented(kind)
    assert list(made) == list(documented(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_table_has_the_same_columns_and_types(store: Store, kind: Kind) -> None:
    nothing = request_for(kind, start=date(1999, 1, 1), end=date(1999, 1, 2), pairs=("CHN-TWN",))
    made = export.table(store, nothing)
    assert {name: str(dtype) for name, dtype in made.dtypes.items()} == documented(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_csv_read_with_the_documented_types_is_the_table_again(store: Store, kind: Kind) -> None:
    made = export.table(store, request_for(kind))
    types = documented(kind)
    times = [name for name, dtype in types.items() if dtype.startswith("datetime64")]
    again = pd.read_csv(
        io.BytesIO(export.as_bytes(made, "csv")),
        dtype={n: t for n, t in types.items() if n not in times and t != "object"},
        parse_dates=times,
        keep_default_na=False,
        na_values={n: [""] for n, t in types.items() if t != "str"},
    )
    for name, dtype in types.items():
        if dtype == "object":
            again[name] = again[name].map(json.loads)
        if dtype == "str":
            again[name] = again[name].str.replace(r"^'(?=[=+\-@\t\r])", "", regex=True)
        if name in times:
            made[name] = made[name].dt.floor("s")
    pd.testing.assert_frame_equal(again.astype(types), made.astype(types))


def test_parquet_and_json_lines_hold_the_same_rows(store: Store) -> None:
    made = export.table(store, request_for("signals"))
    parquet = pd.read_parquet(io.BytesIO(export.as_bytes(made, "parquet")))
    assert list(parquet["article_id"]) == list(made["article_id"])
    lines = export.as_bytes(made, "jsonl").decode().splitlines()
    first = json.loads(lines[0])
    assert (first["cue_spans"], first["day"]) == ([[7, 14]], "2022-01-01")
    assert first["published_at"] == "2022-01-01T09:30:00Z" and first["cow_a"] is None
    assert len(lines) == len(made)


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(risky: str) -> None:
    rows = pd.DataFrame({"text": pd.array([risky, "plain = text"], dtype="str"), "n": [-1.5, 2]})
    out = export.as_bytes(rows, "csv").decode()
    again = pd.read_csv(io.StringIO(out), lineterminator="\n")
    assert again["text"][0].startswith("'") and again["text"][1] == "plain = text"
    assert again["n"].to_list() == [-1.5, 2.0]


def test_a_hostile_headline_is_harmless_in_csv_and_untouched_in_parquet(store: Store) -> None:
    made = export.table(store, request_for("articles"))
    assert "'=HYPERLINK" in export.as_bytes(made, "csv").decode()
    parquet = pd.read_parquet(io.BytesIO(export.as_bytes(made, "parquet")))
    assert parquet["title"][5].startswith("=HYPERLINK")


def test_state_codes_stand_beside_the_pair(store: Store) -> None:
    made = export.table(store, request_for("scores", pairs=("EUU-RUS",)))
    first = made.iloc[0]
    assert (first["iso_a"], first["iso_b"], first["cow_b"]) == ("EUU", "RUS", 365)
    assert made["cow_a"].isna().all()


def test_the_mark_of_illustrative_texts_travels(store: Store) -> None:
    for kind in ("articles", "signals", "scores"):
        made = export.table(store, request_for(kind))
        assert set(made.loc[made["illustrative"], "article_id"]) == {an_article(7).article_id}
    series = export.table(store, request_for("series"))
    assert series["illustrative"].all()


def test_a_story_counts_its_reprints(store: Store) -> None:
    made = export.table(store, request_for("stories")).set_index("story_id")
    assert len(made) == 11
    assert made.loc[an_article(3).article_id, ["articles", "outlets"]].to_list() == [2, 2]


def test_articles_can_be_asked_for_by_pair_and_window(store: Store) -> None:
    wanted = request_for(
        "articles", pairs=("EUU-RUS",), start=date(2022, 1, 2), end=date(2022, 1, 8)
    )
    made = export.table(store, wanted)
    assert list(made["source_ref"]) == ["3"]


def test_a_series_needs_a_pair(store: Store) -> None:
    with pytest.raises(ExportError, match="--pair"):
        export.table(store, Request("series"))


@pytest.mark.parametrize("bad", ["RUS", "RUS-RUS", "RUS-USA-CHN", "RU S-USA", ""])
def test_a_pair_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(ExportError, match="no pair"):
        export.checked_pair(bad)


def test_a_pair_may_be_written_in_any_order_and_case() -> None:
    assert export.checked_pair("usa-rus") == "RUS-USA"


def test_the_data_sheet_names_version_window_and_run(store: Store, tmp_path: Path) -> None:
    wanted = request_for("series", start=date(2022, 1, 1))
    made = export.table(store, wanted)
    sheet = export.meta(store, wanted, made, NOW)
    place = tmp_path / "series.csv"
    export.write(export.as_bytes(made, "csv"), sheet, place)
    told = json.loads((tmp_path / "series.csv.meta.json").read_text("utf-8"))
    assert told["scorer_id"] == "scorer-1" and told["as_of_run"] == 1
    assert (told["from"], told["to"], told["pairs"]) == ("2022-01-01", None, ["RUS-USA"])
    assert told["created_at"] == "2022-03-01T12:00:00Z" and told["illustrative"] is True
    assert told["rows"] == len(made) and "not official" in told["notice"]
    assert place.read_bytes() == export.as_bytes(made, "csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["series.csv", "series.csv.meta.json"]
