"""The ``tension`` command: options and exit codes; the work is done elsewhere."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipeline import __version__

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.report import RunReport
    from pipeline.store import Store

# Imports of the other rooms stand inside the commands: `tension --help` and the
# short commands should not wait for pandas and scikit-learn.

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Signals of tension and cooperation between states, from news articles.",
)
evaluate_app = typer.Typer(no_args_is_help=True, help="Measure the scorer on coded data.")
config_app = typer.Typer(no_args_is_help=True, help="The settings file.")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(config_app, name="config")

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file; default: $TENSION_CONFIG, ./tension.toml."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")]


# The same words as in pipeline.export, which is too slow to import just for them.
ExportKind = Literal["series", "panel", "scores", "signals", "articles", "stories"]
ExportFormat = Literal["csv", "parquet", "jsonl"]
Period = Literal["W", "M"]


def main() -> None:
    """Run the command line; exit code 2 for everything that could not be done."""
    try:
        app()
    except Exception:
        # Exit code 1 means a refresh that finished without one of its sources.
        logging.getLogger(__name__).exception("unexpected error")
        sys.exit(2)


@app.callback()
def _options(
    context: typer.Context,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="More log: -v info, -vv debug.")
    ] = 0,
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=lambda on: _show_version(on)),
    ] = False,
) -> None:
    # Nobody watches a job without a terminal; its log is all there is.
    watched = sys.stderr.isatty() or context.invoked_subcommand not in ("refresh", "schedule")
    level = max(logging.DEBUG, (logging.WARNING if watched else logging.INFO) - 10 * verbose)
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%SZ",
    )  # fmt: skip
    if verbose < 2:
        for chatty in ("alembic", "httpx", "httpcore", "trafilatura", "filelock"):
            logging.getLogger(chatty).setLevel(logging.WARNING)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tension {__version__}")
        raise typer.Exit


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What can be expected to go wrong, said in one line, with exit code 2."""
    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except BrokenPipeError:
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        typer.echo("tension: interrupted; what was stored so far is kept.", err=True)
        raise typer.Exit(130) from None
    except Exception as error:
        if not isinstance(error, _expected_errors()):
            raise
        typer.echo(f"tension: {error}", err=True)
        raise typer.Exit(2) from None


def _expected_errors() -> tuple[type[Exception], ...]:
    from pipeline.actors import OverlayError
    from pipeline.config import ConfigError
    from pipeline.export import ExportError
    from pipeline.refresh import RefreshError, RunStopped
    from pipeline.signals.codebook import CodebookError
    from pipeline.store import StoreError

    return (
        ConfigError, StoreError, RefreshError, RunStopped, ExportError, CodebookError,
        OverlayError, OSError,
    )  # fmt: skip


def _settings(config: Path | None) -> Settings:
    from pipeline.config import load_settings

    return load_settings(config)


@contextmanager
def _open_store(settings: Settings) -> Iterator[Store]:
    from pipeline.store import Store

    store = Store.open(settings.store.url)
    try:
        yield store
    finally:
        store.close()


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _day(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no day; write it as 2022-02-24.") from None


@app.command()
def refresh(
    config: Config = None,
    source: Annotated[str | None, typer.Option(help="Read this source only.")] = None,
    wait: Annotated[
        str | None, typer.Option(help="Wait so long (30s, 5m) for a refresh that is going on.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One run: fetch, clean, score, store. Idempotent; safe to kill at any moment.

    Exit code 0: every source was read. 1: the run is complete, but at least one
    source failed. 2: the run could not be done (a mistake in the settings, no
    store, another refresh going on).
    """
    from pipeline.config import parse_every
    from pipeline.progress import progress_for

    with _plain_errors():
        try:
            seconds = parse_every(wait).total_seconds() if wait else 0.0
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        report = _refresh_once(_settings(config), source, seconds, progress_for())
        if as_json:
            _print_json(report.to_dict())
        else:
            _print_report(report)
    raise typer.Exit(report.exit_code)


def _refresh_once(
    settings: Settings, source: str | None, wait: float, progress: Any, stop: Any = None
) -> RunReport:
    from pipeline.refresh import refresh as run

    return run(settings, only=source, wait=wait, progress=progress, stop=stop)


def _print_report(report: RunReport) -> None:
    from rich.console import Console

    from pipeline.report import render

    Console().print(render(report.to_dict()))


@app.command()
def schedule(
    every: Annotated[
        str | None, typer.Option(help="Interval: 30s, 15m, 2h, 1d. Default: [schedule] every.")
    ] = None,
    config: Config = None,
) -> None:
    """Refresh at once and then at every interval, one run at a time.

    A failing source or run is logged and the next run is tried. SIGTERM and
    SIGINT end it with exit code 0 at the next whole frame.
    """
    from pipeline.config import parse_every
    from pipeline.progress import progress_for
    from pipeline.schedule import run_every, stopped_by_signals

    with _plain_errors():
        settings = _settings(config)
        try:
            interval = parse_every(every or settings.schedule.every).total_seconds()
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        with stopped_by_signals() as stop:

            def run() -> None:
                # Read again each time: a mended settings file counts from the next run.
                report = _refresh_once(_settings(config), None, 0.0, progress_for(), stop)
                _print_report(report)

            run_every(run, interval, stop)


@app.command()
def dashboard(
    config: Config = None,
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8501,
    address: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 for other machines.")
    ] = "localhost",
    headless: Annotated[bool, typer.Option(help="Do not open a browser.")] = False,
) -> None:
    """Start the app in the browser."""
    with _plain_errors():
        path = _settings(config).path
        if headless:
            os.environ["STREAMLIT_SERVER_HEADLESS"] = "true"
        # By name: no room of the pipeline depends on the dashboard.
        import_module("dashboard.serve").serve(host=address, port=port, config=path)


@app.command()
def score(
    file: Annotated[str, typer.Argument(help="A text or HTML file; - for standard input.")] = "-",
    on: Annotated[
        str | None, typer.Option("--date", help="Day of publication, 2022-02-24.")
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """The signals in one text, each with its sentence, and what was left out."""
    from pipeline.score_text import as_dict, render, score_text

    with _plain_errors():
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8", "replace")
        html = file.lower().endswith((".html", ".htm"))
        scored = score_text(text, _day(on), _settings(config), datetime.now(UTC), html)
        if as_json:
            _print_json(as_dict(scored))
        else:
            from rich.console import Console

            Console().print(render(scored))


@app.command()
def export(
    kind: Annotated[ExportKind, typer.Argument(help="The table.")],
    pair: Annotated[list[str] | None, typer.Option(help="RUS-USA; may be repeated.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First day, 2022-02-24.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    form: Annotated[ExportFormat | None, typer.Option("--format", help="Default: csv.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; default: standard output.")
    ] = None,
    half_life: Annotated[float | None, typer.Option(help="Days (series).")] = None,
    period: Annotated[Period, typer.Option(help="Weeks or months (panel).")] = "W",
    as_of: Annotated[int | None, typer.Option(help="A run id: the state after that run.")] = None,
    config: Config = None,
) -> None:
    """A table as CSV, Parquet or JSON lines, with F.meta.json beside the file F.

    docs/data-dictionary.md explains every column.
    """
    from pipeline import export as exports

    with _plain_errors():
        settings = _settings(config)
        chosen = form or exports.format_of(out)
        if out is None and chosen == "parquet":
            raise exports.ExportError("Parquet needs a file: add -o FILE.")
        request = exports.Request(
            kind=kind,
            pairs=tuple(exports.checked_pair(name) for name in pair or ()),
            start=_day(start),
            end=_day(end),
            half_life=half_life or settings.index.half_life_days,
            freq=period,
            as_of=as_of,
        )
        with _open_store(settings) as store:
            frame = exports.table(store, request)
            content = exports.as_bytes(frame, chosen)
            if out is None:
                sys.stdout.buffer.write(content)
                return
            sheet = exports.meta(store, request, frame, datetime.now(UTC))
        written = exports.write(content, sheet, out)
        typer.echo(f"{len(frame):,} rows in {' and '.join(map(str, written))}", err=True)


@app.command()
def status(config: Config = None, as_json: AsJson = False) -> None:
    """Last runs, freshness of the sources, counts, health of the store."""
    from pipeline.status import as_dict, render

    with _plain_errors():
        with _open_store(_settings(config)) as store:
            found = as_dict(store, datetime.now(UTC))
        if as_json:
            _print_json(found)
        else:
            from rich.console import Console

            Console().print(render(found))


@config_app.command("check")
def config_check(config: Config = None) -> None:
    """Read the settings and say what is wrong, with file, line and key."""
    with _plain_errors():
        settings = _settings(config)
        where = "the defaults (no settings file)" if settings.path is None else settings.path
        from pipeline.store.errors import shown

        typer.echo(f"{where}: fine")
        typer.echo(f"store    {shown(settings.store.url)}")
        for source in settings.sources:
            off = "" if source.enabled else "  (disabled)"
            typer.echo(f"source   {source.name}: {source.kind} {source.location}{off}")
        if not settings.sources:
            typer.echo("source   none; name at least one [[source]]")


@evaluate_app.command("relations")
def evaluate_relations(file: Path, as_json: AsJson = False) -> None:
    """Sentences with both actors marked: a forced choice among the 15 roots."""
    from pipeline import evaluate

    _evaluated(lambda: evaluate.relations(file), as_json)


@evaluate_app.command("dyads")
def evaluate_dyads(file: Path, as_json: AsJson = False) -> None:
    """Whole texts with coded signals: actors, direction, polarity, root."""
    from pipeline import evaluate

    _evaluated(lambda: evaluate.dyads(file), as_json)


@evaluate_app.command("series")
def evaluate_series(file: Path, config: Config = None, as_json: AsJson = False) -> None:
    """A reference series (date,pair,value): monthly rank correlation by pair."""
    from pipeline import evaluate

    def run() -> dict[str, Any]:
        with _open_store(_settings(config)) as store:
            return evaluate.series(file, store)

    _evaluated(run, as_json)


def _evaluated(run: Any, as_json: bool) -> None:
    from pipeline import evaluate

    with _plain_errors():
        try:
            result = run()
        except ValueError as error:  # the evaluation's own errors: a file that cannot be used
            typer.echo(f"tension: {error}", err=True)
            raise typer.Exit(2) from None
        if as_json:
            _print_json(result)
        else:
            typer.echo(evaluate.render(result))


@app.command()
def train() -> None:
    """Rebuild the classifier from the training data in the package."""
    from pipeline.signals import train as training

    with _plain_errors():
        training.main()


@app.command()
def actors(
    name: Annotated[str, typer.Argument(help="A name as a text might have it.")],
    on: Annotated[str | None, typer.Option("--date", help="Day of the text.")] = None,
    config: Config = None,
) -> None:
    """Which state a name stands for on a day, and why."""
    from pipeline.actors import Resolver

    with _plain_errors():
        scoring = _settings(config).scoring
        resolver = Resolver.load(scoring.actors_overlay, scoring.include_proxies)
        for line in resolver.lookup(name, _day(on)).lines():
            typer.echo(line)


if __name__ == "__main__":
    main()
