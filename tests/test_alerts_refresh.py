"""Alerts over several runs: announced once, in the report, the log and the webhook."""

from __future__ import annotations

import io
import json
import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from fake_extractor import SPEC, marked
from pipeline import alerting, index, status
from pipeline.alert_settings import AlertSettings
from pipeline.report import AlertBook, RunReport, render
from pipeline.scoring import ScorerSpec
from pipeline.store import Store
from refresh_rooms import files, refreshed, settings_for, write_lines
from webhook import Webhook, serving

pytest_plugins = ["databases"]

FIRST = date(2022, 3, 1)
LEVEL = AlertSettings(change=False, zscore=False)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setattr(alerting, "PAUSE", 0.0)


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with serving() as opened:
        yield opened


def an_article(day: int, number: int, pair: tuple[str, str], verb: str) -> dict[str, str]:
    """An article of its own (no other is a near-duplicate) on the ``day``-th day."""
    name = f"{day}-{number}-{'-'.join(pair)}"
    letters = random.Random(name)
    words = " ".join("".join(letters.choices("abcdefghijklmnop", k=7)) for _ in range(40))
    return {
        "id": name,
        "published_at": f"{(FIRST + timedelta(days=day)).isoformat()}T06:00:00Z",
        "url": f"https://example.org/{name}",
        "title": f"Report {words[:20]}",
        "body": f"{marked(*pair, verb)} The {words} were mentioned.",
        "outlet": f"Outlet {number}",
        "language": "en",
    }


class News:
    """A folder that gets news, and runs that read it on the days that follow."""

    def __init__(self, folder: Path, url: str, rules: AlertSettings) -> None:
        self.folder = folder
        self.url = url
        self.settings = replace(settings_for(url, files(folder)), alerts=rules)

    def bring(
        self, day: int, verb: str, count: int = 4, pair: tuple[str, str] = ("RUS", "USA"),
        part: str = "",
    ) -> None:  # fmt: skip
        items = [an_article(day, n, pair, verb) for n in range(count)]
        write_lines(self.folder / f"{day:03}{verb}{'-'.join(pair)}{part}.jsonl", items)

    def run(self, day: int, **more: Any) -> RunReport:
        when = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=UTC) + timedelta(days=day)
        return refreshed(self.settings, **({"clock": lambda: when} | more))

    def store(self) -> Store:
        return Store.open(self.url)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 's' / 't.sqlite'}"


@pytest.fixture
def news(tmp_path: Path, url: str) -> News:
    return News(tmp_path / "news", url, LEVEL)


def with_hook(news: News, hook: Webhook, **more: Any) -> News:
    news.settings = replace(
        news.settings, alerts=replace(news.settings.alerts, webhook=hook.url, **more)
    )
    return news


# --- over several runs ----------------------------------------------------------------


def test_an_episode_alerts_once_and_the_next_one_again(
    tmp_path: Path, store_url: str, hook: Webhook
) -> None:
    news = with_hook(News(tmp_path / "news", store_url, LEVEL), hook)
    told: dict[int, list[str]] = {}
    for day in range(0, 70, 5):
        # Calm, war for a while, peace, war again.
        war = 10 <= day < 25 or day >= 50
        news.bring(day, "hits" if war else "helps", count=12 if war else 5)
        told[day] = news.run(day).alerts.announced
    opened = [(day, ids) for day, ids in told.items() if ids]
    assert len(opened) == 2 and 10 < opened[0][0] < 25 and opened[1][0] > 50
    assert hook.alerts == [alert_id for _, ids in opened for alert_id in ids]
    store = news.store()
    stored = [store.run_report(run)["alerts"]["announced"] for run in range(1, 15)]
    assert stored == list(told.values())
    store.close()


def test_running_again_announces_nothing_and_keeps_what_is_open(news: News, hook: Webhook) -> None:
    with_hook(news, hook).bring(0, "hits")
    first = news.run(0)
    assert first.alerts.announced == ["RUS-USA:level:2022-03-01"]
    for _ in range(3):
        again = news.run(0)
        assert not again.alerts.announced and not again.alerts.new
        assert again.alerts.open == first.alerts.open
    assert len(hook.posted) == 1


def test_the_alert_is_the_one_that_the_index_gives_for_the_store(news: News) -> None:
    news.bring(0, "helps", 1)
    news.bring(3, "hits")
    news.run(5)
    store = news.store()
    scores = index.story_scores(store.signals())
    row = index.open_alerts(scores, store.day_counts()["day"].max(), LEVEL).iloc[0]
    kept = store.run_report(1)["alerts"]["open"][0]
    assert kept["value"] == pytest.approx(row["value"], abs=1e-4)
    assert (kept["words"], kept["since"], kept["day"]) == (row["words"], "2022-03-04", "2022-03-04")
    assert kept["run_id"] == 1 and kept["illustrative"] is False


def test_history_is_read_in_chunks_without_changing_an_alert(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(0, 30, 3):
        news.bring(day, "hits", 3)
    report = news.run(30)
    monkeypatch.setattr(alerting, "_CHUNK_DAYS", 17)
    store = news.store()
    found, day, _ = alerting.find(store, news.settings, 1)
    assert day == date(2022, 3, 28) and list(found["words"]) == [report.alerts.open[0]["words"]]


def test_a_late_article_moves_the_beginning_and_does_not_alert_again(news: News) -> None:
    news.bring(5, "hits")
    assert len(news.run(5).alerts.announced) == 1
    news.bring(2, "hits")
    late = news.run(6)
    assert not late.alerts.announced
    assert late.alerts.open[0]["since"] == "2022-03-03"
    assert late.alerts.open[0]["id"] == "RUS-USA:level:2022-03-06"


def test_a_new_scorer_is_activated_once_and_alerts_go_on(news: News) -> None:
    news.bring(0, "hits")
    news.run(0)
    second = ScorerSpec(overlay=Path("second"), factory=SPEC.factory)
    report = news.run(1, spec=second)
    assert report.activated and not report.alerts.announced and len(report.alerts.open) == 1
    assert not news.run(2, spec=second).activated


def test_an_empty_store_has_no_alerts(news: News) -> None:
    news.folder.mkdir()
    report = news.run(0)
    assert report.alerts == AlertBook() and report.to_dict()["alerts"]["open"] == []


def test_switched_off_it_announces_nothing_and_switched_on_again_nothing_twice(
    news: News,
) -> None:
    news.bring(0, "hits")
    news.run(0)
    on, off = news.settings, replace(news.settings, alerts=AlertSettings(enabled=False))
    news.settings = off
    assert not news.run(1).alerts.open
    news.settings = on
    back = news.run(2)
    assert len(back.alerts.open) == 1 and not back.alerts.announced


# --- when something goes wrong --------------------------------------------------------


def test_a_run_that_dies_before_its_alerts_are_stored_leaves_them_to_the_next(
    news: News, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_hook(news, hook).bring(0, "hits")
    news.run(0)
    news.bring(1, "hits", pair=("CHN", "USA"))
    with monkeypatch.context() as patch:
        patch.setattr(alerting, "look", _die)
        with pytest.raises(KeyboardInterrupt):
            news.run(1)
    assert news.store().run_report(2)["new"] == 4  # complete, with the memory of the first
    assert news.run(1).alerts.announced == ["CHN-USA:level:2022-03-02"]
    assert hook.alerts == ["RUS-USA:level:2022-03-01", "CHN-USA:level:2022-03-02"]


def test_a_run_that_dies_before_it_posts_does_not_post_later(
    news: News, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_hook(news, hook).bring(0, "hits")
    with monkeypatch.context() as patch:
        patch.setattr(alerting, "announce", _die)
        with pytest.raises(KeyboardInterrupt):
            news.run(0)
    assert not news.run(1).alerts.announced and not hook.posted
    assert news.store().run_report(1)["alerts"]["announced"] == ["RUS-USA:level:2022-03-01"]


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_alerts_that_cannot_be_computed_do_not_fail_the_run(
    news: News, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    news.bring(0, "hits")
    with monkeypatch.context() as patch:
        patch.setattr(alerting, "find", lambda *_: 1 / 0)
        report = news.run(0)
    assert report.exit_code == 0 and "alerts could not be looked for" in caplog.text
    assert len(news.run(1).alerts.announced) == 1


def test_reports_without_alerts_are_read_as_having_none(news: News) -> None:
    news.bring(0, "hits")
    report = news.run(0).to_dict()
    del report["alerts"]
    assert AlertBook.carried(report) == AlertBook()
    assert "Open alerts" not in printed(render(report))


def test_the_report_stays_that_of_the_run_but_for_its_alerts(news: News) -> None:
    news.bring(0, "hits")
    report = news.run(0)
    store = news.store()
    latest = store.latest_run()
    assert latest is not None and latest.report == json.loads(json.dumps(report.to_dict()))
    assert (latest.n_articles_new, latest.n_signals_new) == (4, 4)
    assert latest.committed_at == datetime(2022, 3, 1, 12, tzinfo=UTC)


# --- the webhook ----------------------------------------------------------------------


def test_a_post_says_what_happened(news: News, hook: Webhook) -> None:
    with_hook(news, hook).bring(0, "hits")
    report = news.run(0)
    path, content = hook.posted[0]
    assert path == "/secret" and hook.headers[0]["Content-Type"].startswith("application/json")
    assert (content["event"], content["run_id"], content["day"]) == ("alerts", 1, "2022-03-01")
    assert content["more"] == 0 and "not official" in content["notice"]
    (alert,) = content["alerts"]
    assert {k: alert[k] for k in ("pair", "kind", "threshold", "since")} == {
        "pair": "RUS-USA", "kind": "level", "threshold": 60.0, "since": "2022-03-01",
    }  # fmt: skip
    assert content["text"] == f"RUS-USA: {alert['words']}"
    assert report.alerts.webhook == "127.0.0.1: posted"


def test_new_alerts_are_in_the_log_and_the_address_is_not(
    news: News, hook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    hook.answers = [(500, ""), (500, ""), (500, "")]
    with_hook(news, hook).bring(0, "hits")
    with caplog.at_level(logging.INFO, logger="pipeline"):
        news.run(0)
    logged = [r.getMessage() for r in caplog.records if r.name.startswith("pipeline")]
    assert sum(line.startswith("Alert: RUS-USA: tension +") for line in logged) == 1
    assert "did not take 1 alerts: HTTP 500" in logged[-1] and "secret" not in "".join(logged)


@pytest.mark.parametrize(
    ("answers", "posts", "problem"),
    [
        ([], 1, ""),
        ([503], 2, ""),
        ([500, 429], 3, ""),
        ([500, 500, 500], 3, "HTTP 500"),
        ([404], 1, "HTTP 404"),
        ([400], 1, "HTTP 400"),
    ],
)
def test_only_what_may_pass_is_tried_again_and_at_most_twice(
    hook: Webhook, answers: list[int], posts: int, problem: str
) -> None:
    hook.answers = [(code, "") for code in answers]
    pauses: list[float] = []
    said = alerting.post(AlertSettings(webhook=hook.url), b'{"alerts": []}', pauses.append)
    assert (said, len(hook.posted), len(pauses)) == (problem, posts, posts - 1)


def test_a_webhook_that_is_gone_is_a_warning_and_never_a_failed_run(
    news: News, caplog: pytest.LogCaptureFixture
) -> None:
    with serving() as closed:
        pass
    with_hook(news, closed).bring(0, "hits")
    report = news.run(0)
    assert report.exit_code == 0 and "ConnectError" in report.alerts.webhook
    assert "The webhook at 127.0.0.1 did not take 1 alerts" in caplog.text
    assert not news.run(1).alerts.announced


def test_a_slow_webhook_is_given_up_in_time(hook: Webhook) -> None:
    hook.slow = 2.0
    rules = AlertSettings(webhook=hook.url, timeout_seconds=0.1)
    assert alerting.post(rules, b'{"alerts": []}', lambda _: None) == "no answer within 0.1 s"


def test_a_redirect_on_the_same_host_is_followed_with_the_post(hook: Webhook) -> None:
    hook.answers = [(307, "/moved"), (301, hook.url.replace("secret", "there"))]
    assert alerting.post(AlertSettings(webhook=hook.url), b'{"alerts": [7]}') == ""
    assert [path for path, _ in hook.posted] == ["/secret", "/moved", "/there"]
    assert hook.posted[-1][1] == {"alerts": [7]}


@pytest.mark.parametrize("host", ["localhost", "example.org", "127.0.0.1:9"])
def test_a_redirect_to_another_host_is_not_followed(hook: Webhook, host: str) -> None:
    hook.answers = [(308, f"http://{host}/x")]
    said = alerting.post(AlertSettings(webhook=hook.url), b'{"alerts": []}')
    assert "another host" in said and len(hook.posted) == 1


def test_redirects_in_a_circle_end(hook: Webhook) -> None:
    hook.answers = [(307, "/round")] * 9
    said = alerting.post(AlertSettings(webhook=hook.url), b'{"alerts": []}')
    assert "too often" in said and len(hook.posted) == 4


def test_a_post_is_bounded() -> None:
    book = AlertBook(day="2022-03-01")
    for number in range(500):
        entry = {"id": str(number), "pair": "RUS-USA", "kind": "level", "value": 70.0}
        rest = {"threshold": 60.0, "since": "2022-03-01", "day": "2022-03-01", "words": "w" * 90}
        book.open.append(entry | rest | {"illustrative": True, "run_id": 1})
        book.announced.append(str(number))
    body = alerting.body_of(RunReport(1, "scorer", {}, alerts=book))
    content = json.loads(body)
    assert len(body) < 65_536 and (len(content["alerts"]), content["more"]) == (50, 450)
    assert content["text"].endswith("and 490 more")


# --- shown ----------------------------------------------------------------------------


def printed(what: Any) -> str:
    out = io.StringIO()
    Console(file=out, width=140).print(what)
    return out.getvalue()


def test_the_tables_of_refresh_and_status_show_open_alerts(news: News) -> None:
    news.settings = replace(news.settings, sources=(files(news.folder, illustrative=True),))
    news.bring(0, "hits")
    first = printed(render(news.run(0).to_dict()))
    assert "Open alerts" in first and "illustrative" in first and " new " in first
    news.bring(1, "hits", pair=("CHN", "USA"))
    second = printed(render(news.run(1).to_dict()))
    assert second.index("CHN-USA") < second.index("RUS-USA")
    found = status.as_dict(news.store(), datetime(2022, 3, 2, tzinfo=UTC))
    assert {entry["pair"] for entry in found["alerts"]} == {"CHN-USA", "RUS-USA"}
    assert "Open alerts" in printed(status.render(found))


def test_many_open_alerts_do_not_fill_the_screen() -> None:
    entry = {"id": "x", "pair": "RUS-USA", "words": "w", "illustrative": False, "run_id": 1}
    report = RunReport(1, "s", {}, alerts=AlertBook("2022-03-01", [entry] * 45))
    text = printed(render(report.to_dict()))
    assert text.count("RUS-USA") == 30 and "and 15 more" in text
