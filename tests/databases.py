"""Empty databases for tests: a SQLite file each, or one on a PostgreSQL of our own.

The PostgreSQL tests need the server's programs (Debian: package ``postgresql``),
not a running server: a cluster is made in a temporary folder, listens on a Unix
socket there, and goes with the tests. As root the server runs as the user
``postgres``, since it refuses root. Without the programs the tests are skipped.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def _programs() -> Path | None:
    found = shutil.which("initdb")
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    folders = ([Path(found).resolve().parent] if found else []) + homes[::-1]
    wanted = ("initdb", "pg_ctl", "postgres", "createdb")
    return next((f for f in folders if all((f / name).exists() for name in wanted)), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """A function that makes an empty PostgreSQL database and gives its url."""
    pytest.importorskip("psycopg", reason="psycopg, the PostgreSQL driver, is not installed")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="tension-pg-"))
    data = folder / "data"
    options = "-c listen_addresses='' -c fsync=off -c full_page_writes=off"

    def call(*command: str) -> None:
        done = subprocess.run(
            command, user=user, cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(f"{command[0]}: {done.stderr}")

    try:
        if user:
            shutil.chown(folder, user)
        call(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-N")
        call(
            str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"),
            "-o", f"-k {folder} {options}", "start",
        )  # fmt: skip
        numbers = itertools.count()

        def make() -> str:
            name = f"tension_{next(numbers)}"
            call(str(programs / "createdb"), "-h", str(folder), "-U", "postgres", name)
            return f"postgresql+psycopg://postgres@/{name}?host={folder}"

        yield make
        call(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The url of an empty database, once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tension.sqlite'}"
    make: Callable[[], str] = request.getfixturevalue("postgres")
    return make()
