"""Killed with SIGKILL at any moment and run again: the same rows as undisturbed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fake_extractor import SPEC
from pipeline.store import Store, StoreError
from refresh_rooms import an_item, contents, files, refreshed, settings_for, write_lines

pytest_plugins = ["databases"]

HERE = Path(__file__).parent
COUNT = 400


def start(url: str, path: Path) -> subprocess.Popen[bytes]:
    paths = [str(HERE), str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.Popen(
        [sys.executable, str(HERE / "kill_target.py"), url, str(path)],
        env=environment,
        start_new_session=True,
        stderr=subprocess.PIPE,
    )


def stored(url: str) -> int:
    """Articles in the store, those of an unfinished run included; 0 without a store."""
    try:
        store = Store.open(url)
    except StoreError:
        return 0
    try:
        return int(store.health()["rows"]["article"])
    finally:
        store.close()


def group_is_gone(group: int) -> bool:
    """Whether no process of a session is left, waited for up to ten seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_a_refresh_killed_at_random_moments_ends_with_the_same_rows(
    tmp_path: Path, store_url: str
) -> None:
    path = tmp_path / "wire.jsonl"
    write_lines(path, map(an_item, range(COUNT)))
    calm = f"sqlite:///{tmp_path / 'calm.sqlite'}"
    refreshed(settings_for(calm, files(path)), spec=SPEC)
    chance = random.Random(7)
    kills = 3 if store_url.startswith("sqlite") else 2
    seen = 0
    for _ in range(kills):
        process = start(store_url, path)
        # From the first stored frame on, a moment later each time.
        wanted = min(seen + 1, COUNT)
        while process.poll() is None and stored(store_url) < wanted:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.communicate()
        assert group_is_gone(process.pid), "worker processes outlived the refresh"
        seen = stored(store_url)
    assert 0 < seen < COUNT, "no kill came in the middle of a run"
    last = start(store_url, path)
    _, errors = last.communicate(timeout=120)
    assert last.returncode == 0, errors.decode()
    assert contents(store_url) == contents(calm)
