"""The app under uvicorn, with headers that keep a browser from doing anything else.

``serve`` is what `tension dashboard` calls. ``app`` also suits another ASGI server
(``uvicorn dashboard.serve:app``) and ``streamlit run dashboard/serve.py``.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
import threading
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import data, text
from pipeline.refresh import spec_of
from pipeline.scoring import load_extractor

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "app.py"


def config_file() -> Path | None:
    """The theme and options: beside the package in a checkout, inside it when installed."""
    places = (HERE.parent / ".streamlit" / "config.toml", HERE / ".streamlit" / "config.toml")
    return next((path for path in places if path.is_file()), None)


def options(path: Path | None = None) -> dict[str, Any]:
    """The options of ``config_file`` by dotted name, ``{"theme.light.textColor": …}``."""
    path = path or config_file()
    if path is None:
        return {}
    found: dict[str, Any] = {}

    def walk(table: Mapping[str, Any], prefix: str) -> None:
        for name, value in table.items():
            if isinstance(value, Mapping):
                walk(value, f"{prefix}{name}.")
            else:
                found[prefix + name] = value

    walk(tomllib.loads(path.read_text("utf-8")), "")
    return found


def _inline_scripts() -> list[str]:
    """CSP sources for the inline scripts of streamlit's page: their hashes."""
    page = Path(st.__file__).parent / "static" / "index.html"
    scripts = re.findall(r"<script>(.*?)</script>", page.read_text("utf-8"), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    return [f"'sha256-{digest}'" for digest in digests]


def security_headers() -> dict[str, str]:
    """What every answer says: load nothing from elsewhere, guess no types, tell no one."""
    policy = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *_inline_scripts()]),
        # Streamlit and plotly set styles from their scripts.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{key} {value}" for key, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


class SecurityHeaders:
    """ASGI middleware that adds ``security_headers`` to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = security_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request; headers that are set already stay."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


app = st.App(SCRIPT, middleware=[Middleware(SecurityHeaders)])


def warm() -> None:
    """Read what takes long before the first reader asks for it: codebook, figures, model.

    Whatever is wrong with settings or store is not this function's to report; the pages do.
    """
    # Streamlit warns that this thread belongs to no reader's page; it is meant not to.
    logger = "streamlit.runtime.scriptrunner_utils.script_run_context"
    logging.getLogger(logger).addFilter(lambda record: record.threadName != "warm")
    text.themes()
    with suppress(Exception):
        settings = data.settings()
        snap = data.snapshot()
        data.overview(data.recent_key(snap), 7, round(settings.index.half_life_days))
        data.open_alerts(snap)
    with suppress(Exception):
        load_extractor(spec_of(data.settings().scoring))


def serve(host: str = "127.0.0.1", port: int = 8501, config: Path | str | None = None) -> None:
    """Serve the dashboard until stopped.

    ``config``: the tension.toml to read; without it the usual places are looked at. The
    theme is found whatever folder the program is started in.
    """
    if config is not None:
        os.environ["TENSION_CONFIG"] = str(Path(config).resolve())
    threading.Thread(target=warm, daemon=True, name="warm").start()
    app.run(config={**options(), "server.address": host, "server.port": port})


if __name__ == "__main__":
    app.run(config=options())
