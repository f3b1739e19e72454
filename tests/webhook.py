"""A webhook on this machine: it records what is posted and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Webhook:
    """What was posted, and what the next answers are."""

    port: int = 0
    #: Status codes and redirect targets of the next answers; then 204.
    answers: list[tuple[int, str]] = field(default_factory=list)
    #: Path and content of every post.
    posted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    #: Seconds before each answer.
    slow: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/secret"

    @property
    def alerts(self) -> list[str]:
        """The ids in all posts."""
        return [alert["id"] for _, content in self.posted for alert in content["alerts"]]


@contextmanager
def serving() -> Iterator[Webhook]:
    """A webhook that listens on a free port."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posted.append((self.path, json.loads(body)))
            hook.headers.append(dict(self.headers))
            time.sleep(hook.slow)
            status, location = hook.answers.pop(0) if hook.answers else (204, "")
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                pass  # the other side did not wait

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
