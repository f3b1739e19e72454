"""Opening the database: engine, transaction mode, tables, and the one-writer lock.

Two kinds of database run the same tables and the same code: one SQLite file
(the default) and PostgreSQL (``postgresql+psycopg://user@host/name``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import NullPool

from pipeline.store.errors import StoreBusy, StoreError, StoreMissing, StoreOutdated

#: How long SQLite waits for another connection's write before it gives up.
_BUSY_MS = 15_000
#: Names the advisory lock of a refresh in PostgreSQL ("tension" as a number).
_LOCK_KEY = int.from_bytes(b"tension", "big")


def database_file(url: str) -> Path | None:
    """The file of a SQLite url; None for another kind of database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError(url, "A store needs a file; SQLite in memory is not supported.")
    return Path(parsed.database)


def open_engine(url: str, create: bool) -> Engine:
    """An engine on ``url`` whose tables fit this program.

    ``create`` makes or upgrades what is missing; without it a missing store
    raises ``StoreMissing`` and one of another version ``StoreOutdated``.
    """
    try:
        file = database_file(url)
    except ArgumentError as error:
        raise StoreError(url, f"This is no address of a database: {error}") from error
    if file is not None:
        if not file.exists() and not create:
            raise StoreMissing(url, "There is no store here yet; `tension refresh` makes one.")
        if create:
            file.parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(url, file)
    try:
        _fit_tables(engine, url, create)
    except DatabaseError as error:
        raise StoreError(url, f"The store could not be opened: {error.orig}") from error
    return engine


def _engine(url: str, file: Path | None) -> Engine:
    if file is None:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        try:
            return create_engine(parsed, pool_pre_ping=True, pool_size=4)
        except (ModuleNotFoundError, ArgumentError) as error:
            raise StoreError(url, f"No driver for this kind of database: {error}") from error
    # A reader that stays open keeps the write-ahead log from shrinking, so each
    # read opens its own connection and closes it.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # SQLAlchemy's begin event below decides when and how transactions start.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails at once when
        # another connection has written since; an immediate one waits its turn.
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _fit_tables(engine: Engine, url: str, create: bool) -> None:
    head = _scripts().get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        has_tables = current is not None or inspect(connection).has_table("article")
    if current == head:
        return
    if current is not None and current not in {step.revision for step in _steps()}:
        raise StoreOutdated(url, "A newer version of this program made this store; update it.")
    if not create:
        if not has_tables:
            raise StoreMissing(url, "There is no store here yet; `tension refresh` makes one.")
        raise StoreOutdated(url, "An older version made this store; `tension refresh` upgrades it.")
    upgrade(engine, url)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "pipeline.store:migrations")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _steps() -> list[Any]:
    return list(_scripts().walk_revisions())


def upgrade(engine: Engine, url: str) -> None:
    """Bring the tables up to this program's version; two at once take turns."""
    with writer_lock(engine, url, wait=_BUSY_MS / 1000):
        if engine.dialect.name == "sqlite":
            raw = engine.raw_connection()
            # Lasts in the file: readers go on while one connection writes.
            raw.cursor().execute("PRAGMA journal_mode = WAL")
            raw.close()
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def writer_lock(engine: Engine, url: str, wait: float) -> Iterator[None]:
    """Hold the store for one refresh; ``StoreBusy`` after ``wait`` seconds.

    The operating system (SQLite) or the server (PostgreSQL) lets go of it when
    the process dies, however it dies.
    """
    file = database_file(url)
    message = "Another refresh is writing to this store."
    if file is not None:
        try:
            with FileLock(f"{file}.lock", timeout=wait):
                yield
        except Timeout as error:
            raise StoreBusy(url, message) from error
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        ask = text("SELECT pg_try_advisory_lock(:key)")
        deadline = time.monotonic() + wait
        while not connection.execute(ask, {"key": _LOCK_KEY}).scalar():
            if time.monotonic() >= deadline:
                raise StoreBusy(url, message)
            time.sleep(min(0.2, max(0.0, deadline - time.monotonic())))
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
