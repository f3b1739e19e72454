"""One run: idempotent, the same in any order and number of batches, safe to kill."""

from __future__ import annotations

import gzip
import json
import random
import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from fake_extractor import SPEC, marked
from pipeline import refresh as room
from pipeline.pool import in_flight, process_pool
from pipeline.progress import Silent
from pipeline.refresh import RefreshError, RunStopped
from pipeline.report import RunReport
from pipeline.scoring import ScorerSpec
from pipeline.store import Store, StoreBusy
from refresh_rooms import (
    NOW,
    an_item,
    contents,
    files,
    refreshed,
    settings_for,
    write_lines,
)

pytest_plugins = ["databases"]

COUNT = 240


@pytest.fixture(autouse=True)
def small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FRAME", 50)


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    path = tmp_path / "wire" / "all.jsonl"
    write_lines(path, map(an_item, range(COUNT)))
    return path


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store' / 'tension.sqlite'}"


def accounted_for(report: RunReport) -> bool:
    return all(
        tally.read
        == tally.new
        + tally.already_stored
        + tally.repeated
        + sum(n for reason, n in tally.dropped.items() if reason not in ("not scored",))
        for tally in report.sources.values()
    )


def test_a_run_stores_every_article_with_its_signals_and_stories(
    wire: Path, store_url: str
) -> None:
    report = refreshed(settings_for(store_url, files(wire)))
    assert (report.n_articles_new, report.exit_code) == (COUNT, 0)
    assert report.activated and accounted_for(report)
    store = Store.open(store_url)
    latest = store.latest_run()
    assert latest is not None and latest.report["new"] == COUNT
    assert latest.n_signals_new == len(store.signals()) > 50
    articles = store.articles()
    reprints = articles[articles["source_ref"].str.removeprefix("item-").astype(int) % 4 == 3]
    assert not reprints["representative"].any()
    assert articles["story_id"].nunique() == COUNT - len(reprints)
    store.close()


def test_run_again_it_adds_nothing(wire: Path, store_url: str) -> None:
    settings = settings_for(store_url, files(wire))
    refreshed(settings)
    before = contents(store_url)
    report = refreshed(settings)
    tally = report.sources["wire"]
    assert (tally.read, tally.new, tally.already_stored) == (COUNT, 0, COUNT)
    assert not report.activated and contents(store_url) == before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_and_any_number_of_batches_give_the_same_store(
    seed: int, wire: Path, url: str, tmp_path: Path
) -> None:
    refreshed(settings_for(url, files(wire)))
    chance = random.Random(seed)
    items = [an_item(n) for n in range(COUNT)]
    chance.shuffle(items)
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    cuts = sorted(chance.sample(range(COUNT), 2 * seed))
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, COUNT], strict=True)):
        # Batches overlap: most articles come more than once.
        batch = items[max(0, start - 20) : end]
        write_lines(tmp_path / f"batch-{number}.jsonl", batch)
        refreshed(settings_for(other, files(tmp_path / f"batch-{number}.jsonl")))
    assert contents(other) == contents(url)
    one, two = Store.open(url), Store.open(other)
    pd.testing.assert_frame_equal(one.signals(columns="full"), two.signals(columns="full"))
    pd.testing.assert_frame_equal(one.day_counts(), two.day_counts())


def test_worker_processes_do_not_change_the_result(wire: Path, url: str, tmp_path: Path) -> None:
    refreshed(settings_for(url, files(wire)))
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    with process_pool(2) as pool:
        refreshed(settings_for(other, files(wire)), executor=pool)
    assert contents(other) == contents(url)


def test_a_worker_that_dies_is_a_clear_error_and_the_next_run_goes_on(
    url: str, tmp_path: Path
) -> None:
    path = tmp_path / "wire.jsonl"
    items = [an_item(n) for n in range(120)]
    write_lines(path, [*items, an_item(120, body="DIE here and now, said nobody at all.")])
    with process_pool(1) as pool, pytest.raises(RefreshError, match="worker process died"):
        refreshed(settings_for(url, files(path)), executor=pool)
    store = Store.open(url)
    assert store.latest_run() is None and store.signals().empty
    write_lines(path, items)
    assert refreshed(settings_for(url, files(path))).exit_code == 0
    assert len(store.articles()) == 120


def test_a_stopped_run_keeps_whole_frames_for_the_next_one(wire: Path, url: str) -> None:
    stop = threading.Event()

    class Watch(Silent):
        def advance(self, count: int, **figures: int) -> None:
            if figures.get("new"):
                stop.set()

    settings = settings_for(url, files(wire))
    with pytest.raises(RunStopped):
        refreshed(settings, stop=stop, progress=Watch())
    store = Store.open(url)
    waiting = store.health()["articles_waiting"]
    assert 0 < waiting < COUNT and waiting % 50 == 0 and store.articles().empty
    report = refreshed(settings)
    assert report.sources["wire"].already_stored == waiting
    assert len(store.articles()) == COUNT


def test_the_same_article_twice_in_a_run_is_counted_as_repeated(url: str, tmp_path: Path) -> None:
    items = [an_item(n) for n in range(0, 120, 4)]
    write_lines(tmp_path / "wire.jsonl", items * 4)
    report = refreshed(settings_for(url, files(tmp_path / "wire.jsonl")))
    tally = report.sources["wire"]
    assert (tally.new, tally.repeated, tally.already_stored) == (30, 90, 0)
    assert accounted_for(report)


def test_a_new_scorer_scores_the_stored_articles_again(wire: Path, url: str) -> None:
    settings = settings_for(url, files(wire))
    refreshed(settings)
    store = Store.open(url)
    before = store.signals(columns="full")
    second = ScorerSpec(overlay=Path("second"), factory=SPEC.factory)
    report = refreshed(settings, spec=second)
    assert (report.rescored, report.n_articles_new, report.activated) == (COUNT, 0, True)
    latest = store.latest_run()
    assert latest is not None and latest.scorer_id == "fake-second"
    pd.testing.assert_frame_equal(store.signals(columns="full"), before)
    pd.testing.assert_frame_equal(store.signals(columns="full", as_of=1), before)
    assert refreshed(settings, spec=second).rescored == 0


def test_a_rescoring_that_was_cut_short_changes_nothing_for_readers_and_goes_on(
    wire: Path, url: str
) -> None:
    settings = settings_for(url, files(wire))
    refreshed(settings)
    stop = threading.Event()

    class Watch(Silent):
        def stage(self, name: str, total: int | None = None) -> None:
            self.again = "again" in name

        def advance(self, count: int, **figures: int) -> None:
            if self.again:
                stop.set()

    second = ScorerSpec(overlay=Path("second"), factory=SPEC.factory)
    with pytest.raises(RunStopped):
        refreshed(settings, spec=second, stop=stop, progress=Watch())
    store = Store.open(url)
    latest = store.latest_run()
    assert latest is not None and latest.scorer_id == "fake-1"
    report = refreshed(settings, spec=second)
    assert 0 < report.rescored < COUNT
    assert store.day_counts()["articles"].sum() == COUNT


def test_an_article_that_cannot_be_scored_is_kept_and_reported(url: str, tmp_path: Path) -> None:
    broken = an_item(1, body="BREAK the extractor, please, with this very sentence.")
    write_lines(tmp_path / "wire.jsonl", [an_item(0), broken])
    report = refreshed(settings_for(url, files(tmp_path / "wire.jsonl")))
    tally = report.sources["wire"]
    assert tally.new == 2 and tally.dropped["not scored"] == 1
    assert "broken on purpose" in tally.examples["not scored"][0]["detail"]
    assert list(Store.open(url).articles()["scored"]) == [True, False]


def test_other_languages_are_kept_counted_and_not_scored(url: str, tmp_path: Path) -> None:
    german = an_item(1, language="de", body=f"{marked('RUS', 'USA')} Das ist ein Satz.")
    write_lines(tmp_path / "wire.jsonl", [an_item(0), german])
    report = refreshed(settings_for(url, files(tmp_path / "wire.jsonl")))
    assert report.sources["wire"].not_english == 1
    assert list(Store.open(url).articles()["scored"]) == [True, False]


def test_a_failing_source_does_not_stop_the_others(wire: Path, url: str, tmp_path: Path) -> None:
    from pipeline.config import SourceSettings

    gone = SourceSettings(name="gone", kind="feed", url=str(tmp_path / "no-such-feed.xml"))
    report = refreshed(settings_for(url, gone, files(wire)))
    assert report.failed_sources == ["gone"] and report.exit_code == 1
    assert report.sources["wire"].new == COUNT
    told = Store.open(url).run_report(1)
    assert told["failed_sources"] == ["gone"] and told["drops"]["source failed"] == 1


def test_bad_files_are_named_with_their_reason_and_the_good_ones_are_in(
    url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "news"
    lines = [json.dumps(an_item(n)) for n in range(0, 40, 4)]
    write_lines(folder / "good.jsonl", [an_item(n) for n in range(100, 140, 4)])
    (folder / "seven.jsonl").write_text("\n".join([*lines[:6], "{not json", *lines[6:]]))
    whole = gzip.compress("\n".join(lines).encode(), mtime=0)
    (folder / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "undated.csv").write_text("title,body\nA title,Some body of a text.\n")
    (folder / "junk.txt").write_bytes(random.Random(1).randbytes(5_000))
    (folder / "long.jsonl").write_text('{"body": "' + "x" * 3_000_000 + '"}\n')
    (tmp_path / "empty").mkdir()
    settings = settings_for(url, files(folder), files(tmp_path / "empty", name="nothing"))
    settings = replace(settings, limits=replace(settings.limits, max_line_mb=1.0))
    report = refreshed(settings).to_dict()
    found = {
        (Path(example["where"].split(":")[0]).name, reason)
        for source in report["sources"].values()
        for reason, examples in source["examples"].items()
        for example in examples
    }
    assert {
        ("seven.jsonl", "invalid record"),
        ("cut.jsonl.gz", "unreadable file"),
        ("undated.csv", "missing column"),
        ("junk.txt", "not text"),
        ("long.jsonl", "line too long"),
        ("empty", "empty source"),
    } <= found
    assert "7" in report["sources"]["wire"]["examples"]["invalid record"][0]["where"]
    stored = set(Store.open(url).articles()["source_ref"])
    assert {f"item-{n}" for n in (*range(0, 40, 4), *range(100, 140, 4))} <= stored


def test_characters_that_no_database_takes_do_no_harm(store_url: str, tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    hostile = an_item(0, title="A\x00B \ud800 C\u202e", outlet="O\x00" * 2_000)
    write_lines(path, [hostile, an_item(4)])
    report = refreshed(settings_for(store_url, files(path)))
    assert report.sources["wire"].new == 2


def test_illustrative_sources_mark_their_articles(wire: Path, url: str) -> None:
    refreshed(settings_for(url, files(wire, illustrative=True)))
    store = Store.open(url)
    assert store.articles()["illustrative"].all() and store.signals()["illustrative"].all()


def test_one_source_can_be_chosen(wire: Path, url: str, tmp_path: Path) -> None:
    other = files(tmp_path / "none", name="other")
    report = refreshed(settings_for(url, other, files(wire)), only="wire")
    assert list(report.sources) == ["wire"]
    with pytest.raises(RefreshError, match="Configured: other, wire"):
        refreshed(settings_for(url, other, files(wire)), only="wires")


def test_without_a_source_there_is_nothing_to_do(wire: Path, url: str) -> None:
    with pytest.raises(RefreshError, match="No source"):
        refreshed(settings_for(url))
    with pytest.raises(RefreshError, match="No source"):
        refreshed(settings_for(url, files(wire, enabled=False)))


def test_two_refreshes_at_once_do_not_mix(wire: Path, url: str) -> None:
    settings = settings_for(url, files(wire))
    store = Store.open(url, create=True)
    with store.start_run("fake-1", NOW), pytest.raises(StoreBusy):
        refreshed(settings)
    assert refreshed(settings).exit_code == 0


def test_only_a_few_frames_are_on_their_way_at_a_time() -> None:
    from concurrent.futures import ThreadPoolExecutor

    taken: list[int] = []

    def items() -> object:
        for number in range(100):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(2) as pool:
        results = in_flight(pool, lambda n: n * n, items(), ahead=8)  # type: ignore[arg-type]
        assert next(results) == 0
        assert len(taken) == 8
        assert list(results) == [n * n for n in range(1, 100)]
