"""A dashboard served for a test, and the wait for a page to stand still."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Server:
    """A dashboard on a port of its own; ``folder`` holds its settings and its store."""

    def __init__(
        self, folder: Path, url: str | None = None, secrets: str = "", more: str = ""
    ) -> None:
        self.folder = folder
        url = url or f"sqlite:///{folder / 'tension.sqlite'}"
        (folder / "tension.toml").write_text(f'[store]\nurl = "{url}"\n{more}')
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        if secrets:
            (folder / ".streamlit").mkdir()
            (folder / ".streamlit" / "secrets.toml").write_text(secrets.format(self.address))
        code = f"from dashboard.serve import serve; serve(port={self.port})"
        environment = {
            **os.environ, "TENSION_CONFIG": str(folder / "tension.toml"), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        environment.pop("TENSION_STORE_URL", None)
        self._log = (folder / "server.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=folder, env=environment,
            stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def wait(self, seconds: float = 60) -> None:
        """Until the health check answers."""
        end = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(self.address + "/_stcore/health", timeout=2):
                    return
            except OSError:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()


def still(page: Any) -> None:
    """Wait until no script runs and what it sent is drawn."""
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=30_000)
    page.wait_for_timeout(900)
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=30_000)
