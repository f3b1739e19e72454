"""Settings: one TOML file, ``tension.toml``, read into frozen, typed records.

Where the file is looked for, first match wins:

1. the path given on the command line,
2. the path in the environment variable ``TENSION_CONFIG``,
3. ``tension.toml`` in the current folder,
4. nowhere: every setting has a default, and the store lies in the user's data folder.

``TENSION_STORE_URL`` in the environment replaces ``[store] url``, and
``TENSION_WEBHOOK_URL`` ``[alerts] webhook``, so that no secret need be written to a
file. Relative paths are relative to the file they stand in. Every mistake raises
``ConfigError`` with the file, the line and the key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import platformdirs
from pydantic import ConfigDict, Field, ValidationError, field_validator
from pydantic.dataclasses import dataclass

from pipeline.alert_settings import AlertSettings, PairAlerts
from pipeline.toml_lines import TomlLines

CONFIG_NAME = "tension.toml"
CONFIG_VARIABLE = "TENSION_CONFIG"
STORE_VARIABLE = "TENSION_STORE_URL"
WEBHOOK_VARIABLE = "TENSION_WEBHOOK_URL"

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
_EVERY = re.compile(r"(\d+)\s*(s|m|h|d)", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SQLITE_FILE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:)([^?]+)(.*)", re.DOTALL)


class ConfigError(Exception):
    """A setting that cannot be used.

    ``path``, ``line`` (1-based, 0 when unknown) and ``key`` say where; ``problem`` says what.
    """

    def __init__(self, problem: str, path: Path | None = None, line: int = 0, key: str = ""):
        self.problem, self.path, self.line, self.key = problem, path, line, key
        where = str(path) if path else "settings"
        if line:
            where += f", line {line}"
        super().__init__(f"{where}: {key}: {problem}" if key else f"{where}: {problem}")


def default_store_url() -> str:
    """SQLite in the user's data folder: where the store lies without a config file."""
    folder = Path(platformdirs.user_data_dir("tension", appauthor=False))
    return f"sqlite:///{folder / 'tension.sqlite'}"


@dataclass(frozen=True, config=_STRICT)
class StoreSettings:
    """``[store]``: where articles, signals and runs are kept."""

    #: SQLAlchemy URL, ``sqlite:///file`` or ``postgresql+psycopg://…``.
    url: str = field(default_factory=default_store_url)

    @field_validator("url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:", "sqlite+", "postgresql:", "postgresql+")):
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        return url


@dataclass(frozen=True, config=_STRICT)
class ScoringSettings:
    """``[scoring]``: how signals are found."""

    #: Worker processes; 0 means one for every core.
    workers: int = Field(default=0, ge=0, le=1024)
    #: A YAML file laid over the codebook.
    overlay: Path | None = Field(default=None, strict=False)
    #: A YAML file laid over the actors.
    actors_overlay: Path | None = Field(default=None, strict=False)
    #: A file of readers' marks, or a folder of such files (pipeline/marks.py).
    marks: Path | None = Field(default=None, strict=False)
    #: Whether a proxy counts as its home state.
    include_proxies: bool = True

    @field_validator("overlay", "actors_overlay")
    @classmethod
    def _is_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"there is no file {path}")
        return path

    @field_validator("marks")
    @classmethod
    def _is_there(cls, path: Path | None) -> Path | None:
        if path is not None and not path.exists():
            raise ValueError(f"there is no file or folder {path}")
        return path


@dataclass(frozen=True, config=_STRICT)
class IndexSettings:
    """``[index]``: how signals become a series."""

    #: Half-life of a story's weight, in days.
    half_life_days: float = Field(default=14.0, gt=0, le=3650)


@dataclass(frozen=True, config=_STRICT)
class Limits:
    """``[limits]``: bounds that keep a bad source from harming the run."""

    #: Size on disk, and after decompression, of a file or feed that has to be held whole
    #: (txt, HTML, XML, a JSON array), MiB. JSONL, CSV and Parquet are streamed: no limit.
    max_file_mb: float = Field(default=32.0, gt=0)
    #: Size of one line of a JSONL or CSV file, MiB.
    max_line_mb: float = Field(default=4.0, gt=0)
    #: Length of the text of one article, characters.
    max_text_chars: int = Field(default=200_000, gt=0)
    #: Articles that one source may bring in one run.
    max_articles_per_source: int = Field(default=5_000_000, gt=0)
    #: Time for one request, connection to last byte, in seconds.
    timeout_seconds: float = Field(default=30.0, gt=0)

    @property
    def max_file_bytes(self) -> int:
        """``max_file_mb`` in bytes."""
        return int(self.max_file_mb * 2**20)

    @property
    def max_line_bytes(self) -> int:
        """``max_line_mb`` in bytes."""
        return int(self.max_line_mb * 2**20)


@dataclass(frozen=True, config=_STRICT)
class SourceSettings:
    """``[[source]]``: one place that articles come from."""

    #: Unique name; reports and exports use it.
    name: Annotated[str, Field(min_length=1, max_length=100)]
    kind: Literal["files", "feed"]
    #: For files: a file, a folder or a glob (``articles/**/*.jsonl.gz``).
    path: str = ""
    #: For a feed: an http(s) address or the path of a file.
    url: str = ""
    #: Outlet of articles that name none.
    outlet: str = ""
    #: ISO 639-1 code of articles that state no language; "" = detect it.
    language: str = Field(default="", pattern=r"^([a-z]{2})?$")
    #: Marks texts written to illustrate, never real news.
    illustrative: bool = False
    enabled: bool = True

    @field_validator("url")
    @classmethod
    def _http_or_file(cls, url: str) -> str:
        scheme = re.match(r"([a-zA-Z][\w+.-]+):", url)
        if scheme and scheme[1].lower() not in ("http", "https"):
            raise ValueError(f"{scheme[1]!r} is not supported: http, https or the path of a file")
        return url

    def __post_init__(self) -> None:
        if self.kind == "files" and (not self.path or self.url):
            raise ValueError('kind = "files" needs path (a file, a folder or a glob) and no url')
        if self.kind == "feed" and bool(self.path) == bool(self.url):
            raise ValueError('kind = "feed" needs url (http, https or the path of a file)')

    @property
    def location(self) -> str:
        """The path or address it reads."""
        return self.path or self.url


@dataclass(frozen=True, config=_STRICT)
class ScheduleSettings:
    """``[schedule]``: how often ``tension schedule`` refreshes."""

    #: A number and a unit: ``90s``, ``15m``, ``6h``, ``1d``.
    every: str = "15m"

    @field_validator("every")
    @classmethod
    def _is_interval(cls, every: str) -> str:
        parse_every(every)
        return every

    @property
    def interval(self) -> timedelta:
        """``every`` as a length of time."""
        return parse_every(self.every)


@dataclass(frozen=True, config=_STRICT)
class DashboardSettings:
    """``[dashboard]``: what the app shows about itself."""

    title: str = Field(default="Bilateral tension", min_length=1, max_length=100)
    #: Who may read it once they have logged in: addresses, and "@example.org" for all of a
    #: domain; empty for everyone who can log in. Without a log-in it means nothing.
    allowed: tuple[str, ...] = Field(default=(), strict=False)

    @field_validator("allowed")
    @classmethod
    def _are_addresses(cls, allowed: tuple[str, ...]) -> tuple[str, ...]:
        for entry in allowed:
            if not re.fullmatch(r"[^@\s]*@[^@\s]+\.[^@\s]+", entry):
                raise ValueError(f"{entry!r} is no address: write name@example.org or @example.org")
        return tuple(entry.casefold() for entry in allowed)


@dataclass(frozen=True, config=_STRICT)
class Settings:
    """All settings; ``path`` is the file they came from, None for the defaults."""

    store: StoreSettings = field(default_factory=StoreSettings)
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    limits: Limits = field(default_factory=Limits)
    sources: tuple[SourceSettings, ...] = ()
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    dashboard: DashboardSettings = field(default_factory=DashboardSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    path: Path | None = None


_TABLES: dict[str, type[Any]] = {
    "store": StoreSettings,
    "scoring": ScoringSettings,
    "index": IndexSettings,
    "limits": Limits,
    "schedule": ScheduleSettings,
    "dashboard": DashboardSettings,
    "alerts": AlertSettings,
}


def parse_every(text: str) -> timedelta:
    """``15m`` as a length of time; ``ValueError`` unless it is at least one second."""
    match = _EVERY.fullmatch(text.strip())
    if not match or int(match[1]) < 1 or len(match[1]) > 6:
        raise ValueError(f"{text!r} is not an interval: write 90s, 15m, 6h or 1d")
    return timedelta(**{_UNITS[match[2].lower()]: int(match[1])})


def load_settings(path: Path | None = None) -> Settings:
    """The settings from ``path``, or from where the module says they are looked for.

    Raises ``ConfigError`` for a file that is not there, not TOML or not valid.
    """
    found = _find(path)
    if found is None:
        return _with_environment(Settings())
    try:
        text = found.read_bytes().decode("utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", found) from error
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8 text", found) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        problem = f"is not valid TOML: {error}"
        raise ConfigError(problem, found, int(line[1]) if line else 0) from error
    return _with_environment(_Reader(found, TomlLines(text)).settings(table))


def _find(path: Path | None) -> Path | None:
    if path is None and (named := os.environ.get(CONFIG_VARIABLE)):
        path = Path(named)
    if path is None and Path(CONFIG_NAME).is_file():
        path = Path(CONFIG_NAME)
    return path.expanduser().absolute() if path else None


def _with_environment(settings: Settings) -> Settings:
    for variable, table, key in (
        (STORE_VARIABLE, "store", "url"),
        (WEBHOOK_VARIABLE, "alerts", "webhook"),
    ):
        if not (value := os.environ.get(variable)):
            continue
        try:
            changed = replace(getattr(settings, table), **{key: value})
        except ValidationError as error:
            problem = _plain(error.errors()[0]["msg"])
            raise ConfigError(problem, key=f"environment variable {variable}") from error
        settings = replace(settings, **{table: changed})
    return settings


Table = TypeVar("Table")
Named = TypeVar("Named", SourceSettings, PairAlerts)


class _Reader:
    """Turns the tables of one file into settings; knows the file and its lines."""

    def __init__(self, path: Path, lines: TomlLines):
        self.path = path
        self.lines = lines

    def settings(self, table: Mapping[str, Any]) -> Settings:
        for name in table:
            if name not in _TABLES and name != "source":
                known = [*(f"[{t}]" for t in _TABLES), "[[source]]"]
                hint = _did_you_mean(f"[{name}]", known)
                raise self.error(f"there is no such table{hint}", name, self.lines.find(name))
        parts = {
            n: self.build(kind, self.with_pairs(table.get(n, {}), n), n)
            for n, kind in _TABLES.items()
        }
        sources = self.named(SourceSettings, table.get("source", []), "source")
        return Settings(**parts, sources=sources, path=self.path)

    def with_pairs(self, table: Any, name: str) -> Any:
        """The ``[[alerts.pair]]`` of ``[alerts]`` as records."""
        if name != "alerts" or not isinstance(table, Mapping) or "pair" not in table:
            return table
        pairs = self.named(PairAlerts, table["pair"], "alerts.pair")
        return {**table, "pair": pairs}

    def named(self, kind: type[Named], tables: Any, name: str) -> tuple[Named, ...]:
        """The records of ``[[name]]`` tables; no two may have the same name."""
        if not isinstance(tables, list):
            raise self.error(f"write [[{name}]] with two brackets", name, self.lines.find(name))
        records = tuple(self.build(kind, t, name, n) for n, t in enumerate(tables))
        names: set[str] = set()
        for number, record in enumerate(records):
            if record.name in names:
                line = self.lines.find(name, number, "name")
                noun = name.rpartition(".")[2]
                raise self.error(f"a second {noun} is named {record.name!r}", f"{name}.name", line)
            names.add(record.name)
        return records

    def build(self, kind: type[Table], table: Any, name: str, number: int = 0) -> Table:
        """One settings record from one TOML table; ``number`` counts equal tables."""
        if not isinstance(table, Mapping):
            raise self.error("must be a table", name, self.lines.find(name))
        try:
            return kind(**{key: self.absolute(key, value) for key, value in table.items()})
        except ValidationError as error:
            first = error.errors()[0]
            key = str(first["loc"][0]) if first["loc"] else ""
            problem = _plain(first["msg"])
            if first["type"] == "unexpected_keyword_argument":
                fields = getattr(kind, "__dataclass_fields__", {})
                problem = f"there is no such setting{_did_you_mean(key, fields)}"
            elif first["type"] == "missing":
                problem = "is missing"
            elif first["loc"] and first["type"] != "value_error":
                problem += f" (found {first['input']!r:.60})"
            line = self.lines.find(name, number, key)
            raise self.error(problem, f"{name}.{key}" if key else name, line) from error

    def absolute(self, key: str, value: Any) -> Any:
        """Relative paths, taken from the folder of the config file."""
        if not isinstance(value, str) or not value:
            return value
        folder = self.path.parent
        if key in ("path", "overlay", "actors_overlay", "marks"):
            return str(folder / Path(value).expanduser())
        if key == "url" and not re.match(r"[a-zA-Z][\w+.-]+:", value):
            return str(folder / Path(value).expanduser())
        if key == "url" and (sqlite := _SQLITE_FILE.fullmatch(value)):
            return f"{sqlite[1]}{folder / Path(sqlite[2]).expanduser()}{sqlite[3]}"
        return value

    def error(self, problem: str, key: str, line: int) -> ConfigError:
        return ConfigError(problem, self.path, line, key)


def _did_you_mean(word: str, known: Any) -> str:
    close = get_close_matches(word, list(known), 1)
    return f": did you mean {close[0]}?" if close else f"; known are {', '.join(known)}"


def _plain(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
