"""How the app is served: headers on every answer, theme and options complete."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from dashboard import grids, serve


async def ask(kind: str = "http") -> list[dict[str, Any]]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": f"{kind}.response.start", "status": 200,
                    "headers": [(b"referrer-policy", b"same-origin")]})  # fmt: skip

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    await serve.SecurityHeaders(app)({"type": kind}, receive, send)
    return sent


def test_every_answer_carries_the_security_headers_and_keeps_its_own() -> None:
    headers = dict(asyncio.run(ask())[0]["headers"])
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"
    assert b"default-src 'self'" in headers[b"content-security-policy"]


def test_websockets_pass_untouched() -> None:
    assert len(asyncio.run(ask("websocket"))[0]["headers"]) == 1


def test_the_policy_allows_no_foreign_host_and_no_unnamed_script() -> None:
    policy = serve.security_headers()["Content-Security-Policy"]
    assert "http" not in policy and "*" not in policy
    (scripts,) = re.findall(r"script-src ([^;]*)", policy)
    assert "unsafe-inline" not in scripts and "'unsafe-eval'" not in scripts
    assert "sha256-" in scripts


def test_the_options_are_safe_and_complete() -> None:
    options = serve.options()
    assert options["server.enableXsrfProtection"] and options["server.enableCORS"]
    assert options["client.showErrorDetails"] == "none"
    assert options["client.toolbarMode"] == "viewer"
    assert options["browser.gatherUsageStats"] is False


@pytest.mark.parametrize("kind", ["Categorical", "Sequential", "Diverging"])
def test_each_chart_scale_has_exactly_ten_colours(kind: str) -> None:
    assert len(serve.options()[f"theme.chart{kind}Colors"]) == 10


def test_the_diverging_scale_of_the_theme_is_that_of_the_grids() -> None:
    assert tuple(serve.options()["theme.chartDivergingColors"]) == grids.DIVERGING


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_lines_stand_out_from_the_paper(scheme: str) -> None:
    options = serve.options()
    paper = options[f"theme.{scheme}.backgroundColor"]
    assert contrast(options[f"theme.{scheme}.textColor"], paper) >= 7
    assert contrast(options[f"theme.{scheme}.linkColor"], paper) >= 4.5
    for colour in ("#cc5a4a", "#3f84c4", "#737c86"):
        assert contrast(colour, paper) >= 3, colour


def test_numbers_in_cells_can_be_read() -> None:
    for value in range(-100, 101):
        cell = "#" + "".join(f"{round(part):02x}" for part in grids.cell_colour(value))
        assert contrast(grids._text_on(value), cell) >= 4.0, value
