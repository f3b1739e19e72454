"""One run: fetch, clean, score, store. Idempotent, and safe to kill at any moment."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, Protocol

from pipeline import __version__, alerting
from pipeline.clean import clean
from pipeline.config import Limits, ScoringSettings, Settings, SourceSettings
from pipeline.dedupe import signature, stories
from pipeline.marks import MarkBook, Overlay, read_overlay
from pipeline.pool import in_flight, process_pool
from pipeline.progress import Progress, Silent
from pipeline.records import Article, Drop
from pipeline.report import NOT_SCORED, SOURCE_FAILED, RunReport, SourceTally
from pipeline.scoring import ScoredFrame, ScorerSpec, score_items, scorer_id
from pipeline.sources import read_source
from pipeline.sources.raw import RawArticle
from pipeline.store import RunWriter, Store
from pipeline.store.marks import MarkChanges

log = logging.getLogger(__name__)

#: Articles in a frame: one task of a worker, one transaction of the store.
FRAME = 500


class RefreshError(Exception):
    """The run could not be done; what it stored so far is kept for the next one."""


class RunStopped(Exception):
    """The run was asked to stop; the next run goes on from the last whole frame."""


class Stop(Protocol):
    """Asked between frames whether to go on; a ``threading.Event`` will do."""

    def is_set(self) -> bool:
        """True when the run should stop."""


def refresh(
    settings: Settings,
    *,
    only: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress | None = None,
    stop: Stop | None = None,
    wait: float = 0.0,
    executor: Executor | None = None,
    spec: ScorerSpec | None = None,
) -> RunReport:
    """Bring the store up to date with the sources; the whole update::

        open the store; take its lock; start a run
        for every article the sources give, in frames of 500:
            clean it                                     (in a worker)
            leave it there if it is stored already
            score it, take its signature                 (in a worker)
            store the frame in one transaction
        for every stored article that the scorer has not scored:
            score it                                     (in a worker)
            store the frame in one transaction
        join the new articles into stories
        note which signals readers have marked, or no longer mark
        close the run: only now readers see it, all at once
        note in its report which alerts are open, and which of them are new
    log the new alerts, and post them to the webhook

    About eight frames are on their way at a time, so memory does not grow with
    the corpus, and results are taken in order, so they do not depend on the
    number of workers. A run that dies leaves whole frames; the next run finds
    their articles stored and takes them over.

    ``only`` names the one source to read; ``executor`` is where workers run
    (default: a process pool); ``wait`` is how many seconds to wait for another
    refresh. Raises ``RefreshError``, ``RunStopped``, ``StoreError``.
    """
    sources = chosen_sources(settings, only)
    spec = spec or spec_of(settings.scoring)
    progress = progress or Silent()
    began = time.monotonic()
    store = Store.open(settings.store.url, create=True)
    with ExitStack() as stack:
        stack.callback(store.close)
        stack.callback(progress.close)
        pool = executor or process_pool(settings.scoring.workers)
        if executor is None:
            stack.callback(pool.shutdown, cancel_futures=True)
        try:
            name = pool.submit(scorer_id, spec).result()
            run = stack.enter_context(store.start_run(name, clock(), wait, described(spec)))
            log.info("Run %d starts: %d sources, scorer %s", run.run_id, len(sources), name)
            report = RunReport(run.run_id, name, {s.name: SourceTally() for s in sources})
            work = _Work(run, report, pool, spec, progress, stop)
            work.take_in(sources, settings.limits, clock())
            work.score_again()
            progress.stage("Finding stories", report.n_articles_new)
            members = run.changed_members(stories)
            progress.advance(report.n_articles_new)
            overlay = read_overlay(settings.scoring.marks)
            marks = run.changed_marks(overlay)
        except BrokenExecutor as error:
            raise RefreshError(
                "A worker process died, perhaps for lack of memory. What was stored so far is "
                "kept; run it again, with fewer workers ([scoring] workers) if it recurs."
            ) from error
        report.story_changes = len(members)
        report.activated = run.active_scorer != name
        report.marks = mark_book(overlay, marks)
        report.alerts = alerting.remembered(store)
        report.seconds = time.monotonic() - began
        added, done = (report.n_articles_new, report.n_signals_new), clock()
        run.finish(done, members, report.to_dict(), added, marks.rows)
        log.info("Run %d done: %d new articles, %d signals, %.1f s", run.run_id, *added,
                 report.seconds)  # fmt: skip
        if words := report.marks.words:
            log.info("Run %d: %s", run.run_id, words)
        alerting.look(store, settings, run, report, done)
    alerting.announce(settings.alerts, report)
    return report


class _Work:
    """The two flows of one run: what is new, and what a new scorer has to redo."""

    def __init__(
        self, run: RunWriter, report: RunReport, pool: Executor, spec: ScorerSpec,
        progress: Progress, stop: Stop | None,
    ) -> None:  # fmt: skip
        self.run = run
        self.report = report
        self.pool = pool
        self.progress = progress
        self.stop = stop
        self.score = partial(score_items, spec=spec, sign=signature)

    def take_in(self, sources: Sequence[SourceSettings], limits: Limits, now: datetime) -> None:
        """Read, clean, score and store what the store does not have yet."""
        self.progress.stage("Reading and scoring")
        self.progress.total_later(partial(count_articles, sources, limits, now))
        marked = frozenset(s.name for s in sources if s.illustrative)
        wash = partial(clean_items, now=now, limits=limits, illustrative=marked)
        raw = self._counted(item for s in sources for item in read_source(s, limits, now))
        cleaned = in_flight(self.pool, wash, frames(raw, FRAME))
        fresh = filter(None, map(self._fresh, cleaned))
        for scored in in_flight(self.pool, self.score, fresh):
            self._stop_if_asked()
            added = self._append(scored)
            counts = scored.signals["article_id"].value_counts().to_dict()
            for article in scored.articles:
                tally = self.report.tally(article.source)
                if article.article_id not in added:
                    tally.repeated += 1
                    continue
                tally.new += 1
                tally.not_english += article.language != "en"
                tally.signals += counts.get(article.article_id, 0)
            self.progress.advance(len(scored.articles), new=self.report.n_articles_new)

    def score_again(self) -> None:
        """Score stored articles that this run's scorer has not seen."""
        waiting = self.run.count_unscored()
        if not waiting:
            return
        self.progress.stage("Scoring again with a new scorer", waiting)
        for scored in in_flight(self.pool, self.score, self.run.unscored(FRAME)):
            self._stop_if_asked()
            self._append(scored)
            self.report.rescored += len(scored.scored)
            self.report.rescored_signals += len(scored.signals)
            self.progress.advance(len(scored.articles))

    def _counted(self, items: Iterable[RawArticle | Drop]) -> Iterator[RawArticle]:
        for item in items:
            if isinstance(item, Drop):
                self.report.drop(item)
                if item.reason == SOURCE_FAILED:
                    log.warning("Source %s failed: %s", item.source, item.detail)
            else:
                self.report.tally(item.source).read += 1
                yield item

    def _fresh(self, items: Sequence[Article | Drop]) -> list[Article]:
        """The articles of a cleaned frame that are worth scoring."""
        self._stop_if_asked()
        known = self.run.known({i.article_id for i in items if isinstance(i, Article)})
        fresh: dict[str, Article] = {}
        for item in items:
            if isinstance(item, Drop):
                self.report.drop(item)
                continue
            tally = self.report.tally(item.source)
            stored_in = known.get(item.article_id)
            if item.article_id in fresh or stored_in == self.run.run_id:
                tally.repeated += 1
            elif stored_in is not None:
                tally.already_stored += 1
            else:
                fresh[item.article_id] = item
        self.progress.advance(len(items) - len(fresh))
        return list(fresh.values())

    def _append(self, scored: ScoredFrame) -> frozenset[str]:
        for article in scored.articles:
            if error := scored.failures.get(article.article_id):
                where = article.url or article.article_id
                self.report.drop(Drop(article.source, where, NOT_SCORED, error))
        return self.run.append(
            scored.articles, scored.signatures, scored.scored, scored.signals
        ).new

    def _stop_if_asked(self) -> None:
        if self.stop is not None and self.stop.is_set():
            raise RunStopped(f"Run {self.run.run_id} was stopped; the next run takes over.")


def mark_book(overlay: Overlay, found: MarkChanges) -> MarkBook:
    """What a run reports of readers' marks."""
    unmatched = [
        {"verdict": mark.verdict, "article": mark.article, "sentence": mark.sentence[:300]}
        for mark in found.unmatched
        if mark.verdict != "right"
    ]
    return MarkBook(
        in_force=found.in_force,
        new=len(found.rows) - found.taken_back,
        taken_back=found.taken_back,
        unmatched=unmatched,
        problems=list(overlay.problems),
    )


def clean_items(
    raw: Sequence[RawArticle], now: datetime, limits: Limits, illustrative: frozenset[str]
) -> list[Article | Drop]:
    """Clean a frame (run by a worker); ``illustrative`` names sources marked so."""
    return [clean(item, now, limits, item.source in illustrative) for item in raw]


def count_articles(sources: Sequence[SourceSettings], limits: Limits, now: datetime) -> int:
    """How many articles the files hold; feeds are short and not fetched twice."""
    return sum(
        isinstance(item, RawArticle)
        for source in sources
        if source.kind == "files"
        for item in read_source(source, limits, now)
    )


def frames(items: Iterable[RawArticle], size: int) -> Iterator[list[RawArticle]]:
    """``items`` in lists of ``size``."""
    source = iter(items)
    while frame := list(islice(source, size)):
        yield frame


def chosen_sources(settings: Settings, only: str | None) -> tuple[SourceSettings, ...]:
    """The enabled sources, or the one named; ``RefreshError`` when there is none."""
    if only is None:
        chosen = tuple(source for source in settings.sources if source.enabled)
        if not chosen:
            raise RefreshError(
                "No source is configured. Name at least one [[source]] in tension.toml."
            )
        return chosen
    named = tuple(source for source in settings.sources if source.name == only)
    if not named:
        names = ", ".join(source.name for source in settings.sources) or "none"
        raise RefreshError(f"There is no source named {only!r}. Configured: {names}.")
    return named


def spec_of(settings: ScoringSettings) -> ScorerSpec:
    """How workers load the extractor that the settings ask for."""
    return ScorerSpec(
        overlay=settings.overlay,
        actors_overlay=settings.actors_overlay,
        include_proxies=settings.include_proxies,
    )


def described(spec: ScorerSpec) -> dict[str, Any]:
    """A scorer for people, kept in the store beside its id."""
    overlays = {"overlay": spec.overlay, "actors_overlay": spec.actors_overlay}
    return {
        "version": __version__,
        "include_proxies": spec.include_proxies,
        **{name: path.name for name, path in overlays.items() if path is not None},
    }
