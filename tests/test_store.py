"""The store: what is written, when it becomes visible, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from pipeline.records import Article
from pipeline.store import Store, StoreBusy, StoreError, StoreMissing, StoreOutdated, schema
from pipeline.store.frames import ARTICLE_COLUMNS, EVIDENCE_COLUMNS, LIGHT_COLUMNS
from store_rows import a_signal, an_article, frame

pytest_plugins = ["databases"]

NOW = datetime(2022, 2, 1, 12, tzinfo=UTC)


def as_one_story(articles: pd.DataFrame) -> pd.DataFrame:
    """Articles with equal signatures within a week are near-duplicates (chained)."""
    story = {}
    for _, group in articles.groupby("signature"):
        ordered = group.sort_values(["published_at", "article_id"])
        last, first = None, None
        for row in ordered.itertuples():
            if last is None or row.published_at - last > pd.Timedelta(days=7):
                first = row.article_id
            story[row.article_id] = first
            last = row.published_at
    return pd.DataFrame(
        {"article_id": articles["article_id"], "story_id": articles["article_id"].map(story)}
    )


def a_run(
    store: Store,
    articles: list[Article],
    signals: pd.DataFrame | None = None,
    scorer: str = "first",
    finish: bool = True,
    signatures: dict[str, bytes] | None = None,
) -> int:
    """One run that stores ``articles`` as one frame."""
    with store.start_run(scorer, NOW) as run:
        marks = [(signatures or {}).get(a.article_id, a.article_id.encode()) for a in articles]
        scored = {a.article_id for a in articles if a.language == "en"}
        added = run.append(articles, marks, scored, frame() if signals is None else signals)
        if finish:
            members = run.changed_members(as_one_story)
            run.finish(NOW, members, {"made": "up"}, (len(added.new), added.n_signals))
        return run.run_id


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store.open(store_url, create=True)
    yield opened
    opened.close()


def test_a_missing_store_says_so_and_is_not_made_by_a_reader(tmp_path: Path) -> None:
    place = tmp_path / "none.sqlite"
    with pytest.raises(StoreMissing, match="tension refresh"):
        Store.open(f"sqlite:///{place}")
    assert not place.exists()


def test_an_empty_file_is_a_missing_store(tmp_path: Path) -> None:
    place = tmp_path / "empty.sqlite"
    place.touch()
    with pytest.raises(StoreMissing):
        Store.open(f"sqlite:///{place}")


def test_a_file_that_is_no_database_is_an_error_that_names_it(tmp_path: Path) -> None:
    place = tmp_path / "text.sqlite"
    place.write_text("these are not the tables you are looking for" * 100)
    with pytest.raises(StoreError, match=r"text\.sqlite"):
        Store.open(f"sqlite:///{place}", create=True)


def test_an_address_that_is_none_is_an_error() -> None:
    with pytest.raises(StoreError, match="address"):
        Store.open("no such thing")


def test_a_database_without_a_driver_or_a_server_is_an_error() -> None:
    with pytest.raises(StoreError, match="driver"):
        Store.open("nosuch+thing://host/db")
    with pytest.raises(StoreError, match="could not be opened"):
        Store.open("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")


def test_a_store_that_breaks_while_open_is_an_error_of_the_store(store: Store) -> None:
    with store._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE signal RENAME TO lost")
    a_run(store, [])
    with pytest.raises(StoreError, match="could not be read"):
        store.signals()


def test_a_password_never_reaches_a_message() -> None:
    error = StoreError("postgresql+psycopg://me:secret@host/db", "Down.")
    assert "secret" not in str(error)


def test_the_migrations_make_exactly_the_tables_of_the_schema(store: Store) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, schema.metadata) == []


def test_a_store_of_a_later_version_is_refused(store: Store, store_url: str) -> None:
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreOutdated, match="newer"):
        Store.open(store_url, create=True)


def test_times_and_days_survive_the_round_trip() -> None:
    when = datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert schema.moment(schema.micros(when)) == when
    assert schema.calendar_day(schema.day_number(date(1900, 3, 1))) == date(1900, 3, 1)


def test_an_empty_store_reads_as_empty_frames_of_the_right_types(store: Store) -> None:
    assert store.latest_run() is None
    assert list(store.signals()) == list(LIGHT_COLUMNS)
    full = store.signals(columns="full")
    assert list(full) == list(LIGHT_COLUMNS | EVIDENCE_COLUMNS)
    assert str(full["day"].dtype) == "datetime64[us]"
    assert str(full["published_at"].dtype) == "datetime64[us, UTC]"
    assert list(store.articles()) == list(ARTICLE_COLUMNS)
    assert store.day_counts().empty and store.sources().empty and store.runs().empty
    assert store.article("0") is None and store.story("0").empty


def test_an_article_and_its_evidence_come_back_as_they_went_in(store: Store) -> None:
    article = an_article(1, illustrative=True)
    event = date(2021, 12, 30)
    a_run(store, [article], frame(a_signal(article, event_date=event), a_signal(article, 1)))
    found = store.article(article.article_id)
    assert found is not None and found.pop("run_id") == 1
    assert Article(**found) == article
    rows = store.signals(columns="full")
    assert list(rows["seq"]) == [0, 1]
    first = rows.iloc[0]
    assert first["published_at"] == article.published_at
    assert first["day"] == pd.Timestamp(article.day)
    assert (first["cue_spans"], first["source_span"]) == ([[7, 14]], [0, 6])
    assert first["event_date"] == pd.Timestamp(event) and rows["event_date"].isna()[1]
    assert bool(first["illustrative"]) and bool(first["representative"])
    assert (first["story_articles"], first["story_outlets"]) == (1, 1)


def test_types_are_the_same_with_rows_and_without(store: Store) -> None:
    empty = store.signals(columns="full").dtypes
    article = an_article(1)
    a_run(store, [article], frame(a_signal(article)))
    assert store.signals(columns="full").dtypes.equals(empty)


def test_the_same_article_again_changes_nothing(store: Store) -> None:
    article = an_article(1)
    signals = frame(a_signal(article))
    a_run(store, [article], signals)
    with store.start_run("first", NOW) as run:
        assert run.known([article.article_id, "other"]) == {article.article_id: 1}
        added = run.append([article], [b"x"], {article.article_id}, signals)
        assert (added.new, added.scored, added.n_signals) == (frozenset(), frozenset(), 0)
        run.finish(NOW, {}, {}, (0, 0))
    assert len(store.signals()) == 1


def test_nothing_of_an_unfinished_run_is_visible_until_the_next_one_ends(store: Store) -> None:
    first, second, third = an_article(1), an_article(2), an_article(3)
    a_run(store, [first], frame(a_signal(first)))
    a_run(store, [second], frame(a_signal(second)), finish=False)
    assert len(store.signals()) == 1 == len(store.articles())
    assert store.day_counts()["articles"].sum() == 1
    assert store.health()["articles_waiting"] == 1
    assert list(store.runs()["completed"]) == [False, True]
    a_run(store, [third], frame(a_signal(third)))
    assert len(store.signals()) == 3
    latest = store.latest_run()
    assert latest is not None and latest.run_id == 3


def test_as_of_an_earlier_run_shows_what_that_run_showed(store: Store) -> None:
    mark = {f"{n:016x}": b"same" for n in (1, 2, 3)}
    later, earlier = an_article(2), an_article(1)
    a_run(store, [later], frame(a_signal(later)), signatures=mark)
    before = store.signals(columns="full")
    a_run(store, [earlier], frame(a_signal(earlier)), signatures=mark)
    pd.testing.assert_frame_equal(store.signals(columns="full", as_of=1), before)
    now = store.signals(columns="full")
    assert list(now["story_id"]) == [earlier.article_id] * 2
    assert list(now["representative"]) == [True, False]
    assert list(now["story_articles"]) == [2, 2] and list(now["story_outlets"]) == [2, 2]
    assert list(store.story(later.article_id, as_of=1)["article_id"]) == [later.article_id]
    assert store.story(later.article_id).empty
    assert len(store.story(earlier.article_id)) == 2
    assert store.day_counts(as_of=1)["stories"].sum() == 1
    assert store.day_counts()["stories"].to_list() == [1, 0]


def test_a_new_article_joins_two_stories_into_one(store: Store) -> None:
    mark = {f"{n:016x}": b"same" for n in range(40)}
    a_run(store, [an_article(0), an_article(1), an_article(12), an_article(13)], signatures=mark)
    assert store.articles()["story_id"].nunique() == 2
    a_run(store, [an_article(7)], signatures=mark)
    assert set(store.articles()["story_id"]) == {an_article(0).article_id}
    assert store.articles(as_of=1)["story_id"].nunique() == 2


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 2, 0, 3, 1), (1, 3, 4, 0, 2)])
def test_stories_do_not_depend_on_order_or_batches(store: Store, order: tuple[int, ...]) -> None:
    mark = {f"{n:016x}": bytes([n % 2]) for n in range(60)}
    parts = [[an_article(n) for n in range(part, 60, 5)] for part in order]
    for part in parts:
        a_run(store, part, signatures=mark)
    found = store.articles()
    expected = {n: f"{n % 2:016x}" for n in range(60)}
    assert dict(zip(found["source_ref"].astype(int), found["story_id"], strict=True)) == expected


def test_a_new_scorer_is_seen_only_when_its_run_ends(store: Store) -> None:
    article = an_article(1)
    a_run(store, [article], frame(a_signal(article)), scorer="first")
    with store.start_run("second", NOW) as run:
        assert run.active_scorer == "first" and run.count_unscored() == 1
        (waiting,) = run.unscored(10)
        assert waiting == [article]
        again = frame(a_signal(article, intensity=-9.0), a_signal(article, 1))
        run.append(waiting, [b""], {article.article_id}, again)
        assert run.count_unscored() == 0
        assert list(store.signals()["intensity"]) == [-2.0]
        run.finish(NOW, {}, {}, (0, 2))
    assert list(store.signals()["intensity"]) == [-9.0, -2.0]
    assert list(store.signals(as_of=1)["intensity"]) == [-2.0]
    latest = store.latest_run()
    assert latest is not None and latest.scorer_id == "second"


def test_articles_in_other_languages_are_kept_and_not_scored(store: Store) -> None:
    a_run(store, [an_article(1), an_article(2, language="de")])
    assert list(store.articles()["scored"]) == [True, False]
    assert store.day_counts()["articles"].sum() == 1
    with store.start_run("second", NOW) as run:
        assert run.count_unscored() == 1


def test_signals_can_be_asked_for_by_pair_and_days(store: Store) -> None:
    articles = [an_article(n) for n in range(5)]
    rows = [a_signal(a, pair="RUS-USA" if n % 2 else "CHN-USA") for n, a in enumerate(articles)]
    a_run(store, articles, frame(*rows))
    assert len(store.signals(pair="CHN-USA")) == 3
    days = store.signals(start=date(2022, 1, 2), end=date(2022, 1, 4))["day"]
    assert (days.min(), days.max()) == (pd.Timestamp("2022-01-02"), pd.Timestamp("2022-01-04"))
    assert len(store.signals(pair="CHN-USA", start=date(2022, 1, 4), columns="full")) == 1


def test_sources_show_their_newest_article_and_last_delivery(store: Store) -> None:
    a_run(store, [an_article(1), an_article(2, source="feed")])
    a_run(store, [an_article(3, source="feed")])
    found = store.sources().set_index("source")
    assert found["articles"].to_dict() == {"wire": 1, "feed": 2}
    assert found.loc["feed", "newest"] == an_article(3).published_at
    assert found["last_run"].to_dict() == {"wire": 1, "feed": 2}


def test_a_second_refresh_is_told_that_the_store_is_busy(store: Store, store_url: str) -> None:
    other = Store.open(store_url)
    refused = pytest.raises(StoreBusy, match="Another refresh")
    with store.start_run("first", NOW), refused, other.start_run("first", NOW):
        pass
    with other.start_run("first", NOW, wait=5) as run:
        assert run.run_id == 2
    other.close()


def test_the_report_of_a_run_can_be_read_again(store: Store) -> None:
    run_id = a_run(store, [an_article(1)])
    assert store.run_report(run_id) == {"made": "up"}
    assert store.run_report(99) == {}


def test_hostile_text_is_stored_as_it_is(store: Store) -> None:
    text = "'; DROP TABLE article; -- <script>\u202e =cmd()" + "x" * 10_000
    article = an_article(1, title=text, url="", outlet="O" * 100)
    a_run(store, [article], frame(a_signal(article, sentence=text)))
    assert store.signals(columns="full")["sentence"][0] == text
