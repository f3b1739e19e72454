"""A shown table as a download: CSV, a description of it, and both in a ZIP."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from pipeline import __version__
from pipeline.export import NOTICE, as_bytes


def description(table: pd.DataFrame, what: str, now: datetime, facts: Mapping[str, Any]) -> bytes:
    """What the table is, as JSON: version, window, time, columns. ``facts`` adds to it."""
    content = {
        "table": what,
        "created_at": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "version": __version__,
        **facts,
        "rows": len(table),
        "columns": {name: str(kind) for name, kind in table.dtypes.items()},
        "notice": NOTICE,
    }
    return (json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n").encode("utf-8")


def bundle(name: str, csv: bytes, meta: bytes) -> bytes:
    """``name.csv`` and ``name.meta.json`` in a ZIP, the same bytes for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix, content in ((".csv", csv), (".meta.json", meta)):
            entry = zipfile.ZipInfo(name + suffix, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def makers(
    make: Callable[[], pd.DataFrame], name: str, what: str, now: datetime, facts: Mapping[str, Any]
) -> dict[str, Callable[[], bytes]]:
    """File suffix → a function that makes the file when a reader asks for it.

    The CSV is that of `tension export`: UTF-8, no index, text that a spreadsheet would
    run as a formula gets an apostrophe, numbers stay numbers.
    """

    def csv() -> bytes:
        return as_bytes(make(), "csv")

    def meta() -> bytes:
        return description(make(), what, now, facts)

    return {".csv": csv, ".meta.json": meta, ".zip": lambda: bundle(name, csv(), meta())}
