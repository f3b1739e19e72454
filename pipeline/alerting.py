"""Alerts of a run: found in the store, remembered in the run's report, made known.

A run that is complete looks for open alerts. Those that no earlier run has announced
are written into its report, and only then into the log and to the webhook: what is in
a report is never announced again, even where the process dies right after.

An open alert is one that was announced before if it began on or before the last day on
which the announced one was seen open. So a late article that moves the beginning of an
episode, or a value that wavers within a day, does not alert twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pandas as pd

from pipeline import __version__, index
from pipeline.alert_settings import AlertSettings
from pipeline.config import Settings
from pipeline.export import NOTICE
from pipeline.report import AlertBook, RunReport
from pipeline.store import RunWriter, Store

log = logging.getLogger(__name__)

#: Closed alerts are remembered for so many days: until then they cannot come back.
REMEMBERED_DAYS = 30
#: Alerts in one post; how many more there are is said.
POSTED_ALERTS = 50
#: Further tries of a post that failed in a way that may pass.
RETRIES = 2
#: Seconds before the first retry; twice that before the second.
PAUSE = 1.0

_REDIRECTS = 3
#: Days of signals that are in memory at a time.
_CHUNK_DAYS = 92


def remembered(store: Store) -> AlertBook:
    """What the last completed run knew of alerts: the memory that a new run begins with."""
    latest = store.latest_run()
    return AlertBook.carried({} if latest is None else latest.report)


def look(
    store: Store, settings: Settings, run: RunWriter, report: RunReport, committed_at: datetime
) -> None:
    """Find the alerts of the run just finished and put them into its stored report.

    Whatever goes wrong in finding them is logged: the run itself is complete. Raises
    only what storing the report raises.
    """
    try:
        found, day, marked = find(store, settings, run.run_id)
        report.alerts = noted(report.alerts, found, day, marked, run.run_id)
    except Exception:
        log.exception("Run %d: alerts could not be looked for", run.run_id)
        return
    # The run has made its scorer the active one; amending the report must not again.
    run.active_scorer = run.scorer_id
    added = (report.n_articles_new, report.n_signals_new)
    run.finish(committed_at, {}, report.to_dict(), added)


def find(
    store: Store, settings: Settings, run_id: int
) -> tuple[pd.DataFrame, date | None, frozenset[str]]:
    """Open alerts as of a run, the newest publication day, pairs with illustrative texts."""
    half_life = settings.index.half_life_days
    counts = store.day_counts(as_of=run_id)
    newest: date | None = None if counts.empty else counts["day"].max().date()
    parts, marked = [], set()
    last = newest or date(1970, 1, 1)
    start = last - timedelta(days=index.alert_history_days(half_life) - 1)
    while start <= last:
        # A story counts on one day, that of its representative: chunks of days do not
        # split it, and memory does not grow with the history.
        end = min(start + timedelta(days=_CHUNK_DAYS - 1), last)
        signals = store.signals(start=start, end=end, as_of=run_id)
        parts.append(index.story_scores(signals)[["pair", "day", "c", "a"]])
        marked |= set(signals.loc[signals["illustrative"], "pair"])
        start = end + timedelta(days=1)
    scores = pd.concat(parts, ignore_index=True)
    found = index.open_alerts(scores, last, settings.alerts, half_life)
    return found, newest, frozenset(marked)


def noted(
    before: AlertBook, found: pd.DataFrame, day: date | None, marked: frozenset[str], run_id: int
) -> AlertBook:
    """The book after a run: ``found`` told apart into announced before and new.

    ``found``: as ``index.open_alerts`` gives it for ``day``; ``marked``: pairs with
    illustrative texts. Pure.
    """
    if day is None:
        return before
    today = day.isoformat()
    known = {
        (entry["pair"], entry["kind"]): entry
        for entry in (*before.closed, *before.open)
        if entry["run_id"] is not None
    }
    book = AlertBook(day=today)
    for row in found.to_dict("records"):
        entry: dict[str, Any] = {str(name): value for name, value in row.items()}
        pair, kind = entry["pair"], entry["kind"]
        since = entry["since"].date().isoformat()
        entry |= {
            "value": None if pd.isna(entry["value"]) else round(entry["value"], 4),
            "since": since,
            "day": today,
            "illustrative": pair in marked,
        }
        old = known.get((pair, kind))
        if old is not None and since <= old["day"]:
            entry |= {"id": old["id"], "run_id": old["run_id"]}
        else:
            # Met for the first time in a gap, there is no figure to announce yet.
            silent = entry["value"] is None
            entry |= {"id": f"{pair}:{kind}:{since}", "run_id": None if silent else run_id}
            book.announced += [] if silent else [entry["id"]]
        book.open.append(entry)
    still = {(entry["pair"], entry["kind"]) for entry in book.open}
    oldest = (day - timedelta(days=REMEMBERED_DAYS)).isoformat()
    book.closed = [
        {name: entry[name] for name in ("id", "pair", "kind", "day", "run_id")}
        for key, entry in known.items()
        if key not in still and entry["day"] >= oldest
    ]
    return book


def announce(
    settings: AlertSettings, report: RunReport, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Write the run's new alerts to the log and post them; never raises for a webhook."""
    new = report.alerts.new
    for entry in new:
        sample = " (illustrative texts)" if entry["illustrative"] else ""
        log.warning("Alert: %s: %s%s", entry["pair"], entry["words"], sample)
    if not new or not settings.webhook:
        return
    host = httpx.URL(settings.webhook).host
    try:
        problem = post(settings, body_of(report), sleep)
    except Exception as error:  # the run is complete, whatever a post runs into
        problem = type(error).__name__
    if problem:
        log.warning("The webhook at %s did not take %d alerts: %s", host, len(new), problem)
    else:
        log.info("Posted %d alerts to %s", len(new), host)
    report.alerts.webhook = f"{host}: {problem or 'posted'}"


def body_of(report: RunReport) -> bytes:
    """The new alerts of a run as JSON (UTF-8), at most ``POSTED_ALERTS`` of them."""
    new = report.alerts.new
    names = ("id", "pair", "kind", "value", "threshold", "since", "day", "words", "illustrative")
    sent = [{name: entry[name] for name in names} for entry in new[:POSTED_ALERTS]]
    more = len(new) - len(sent)
    lines = [f"{entry['pair']}: {entry['words']}" for entry in sent[:10]]
    if len(new) > len(lines):
        lines.append(f"and {len(new) - len(lines)} more")
    content = {
        "event": "alerts",
        "version": __version__,
        "run_id": report.run_id,
        "scorer_id": report.scorer_id,
        "day": report.alerts.day,
        # Slack, Mattermost and others show this field as the message.
        "text": "\n".join(lines),
        "alerts": sent,
        "more": more,
        "notice": NOTICE,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def post(settings: AlertSettings, body: bytes, sleep: Callable[[float], None] = time.sleep) -> str:
    """Post ``body`` to the webhook; "" when it was taken, else why not, without the address.

    Busy and failing servers and broken connections are tried again, ``RETRIES`` times.
    """
    problem = ""
    for attempt in range(1 + RETRIES):
        if attempt:
            sleep(PAUSE * attempt)
        problem, may_pass = asyncio.run(_try_once(settings, body))
        if not may_pass:
            break
    return problem


async def _try_once(settings: AlertSettings, body: bytes) -> tuple[str, bool]:
    """What went wrong, "" if nothing; whether it may pass."""
    seconds = settings.timeout_seconds
    try:
        # httpx bounds each step; the whole is bounded here, slow answers included.
        async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=seconds) as client:
            return await _send(client, httpx.URL(settings.webhook), body)
    except (TimeoutError, httpx.TimeoutException):
        return f"no answer within {seconds:g} s", True
    except httpx.TransportError as error:
        return f"{type(error).__name__}: {error}"[:200], True
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__, False


async def _send(client: httpx.AsyncClient, url: httpx.URL, body: bytes) -> tuple[str, bool]:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"tension/{__version__} (alerts)",
    }
    for _ in range(_REDIRECTS + 1):
        # Streamed, because the body of the answer is of no interest and may be long.
        async with client.stream("POST", url, content=body, headers=headers) as answer:
            if answer.is_success:
                return "", False
            if answer.status_code not in (301, 302, 307, 308) or "location" not in answer.headers:
                busy = answer.status_code in (408, 425, 429) or answer.status_code >= 500
                return f"HTTP {answer.status_code}", busy
            onward = url.join(answer.headers["location"])
        if not _same_place(url, onward):
            return "it redirects to another host, which is not followed", False
        url = onward
    return "it redirects too often", False


def _same_place(url: httpx.URL, onward: httpx.URL) -> bool:
    """Whether a redirect stays on its host and port; http may become https there."""
    if (url.scheme, onward.scheme) == ("http", "https"):
        return url.host == onward.host
    here, there = ((u.scheme, u.host, u.port) for u in (url, onward))
    return here == there
