"""A shown table as a download: CSV, a description of it, and both in a ZIP."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd

#: A spreadsheet takes a text cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """UTF-8 CSV with a header, no index, empty cells for missing values.

    Text cells that a spreadsheet would run get a leading apostrophe; numbers stay
    numbers; lists become words separated by spaces.
    """
    safe = table.copy()
    for name in safe.columns:
        column = safe[name]
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
            continue
        safe[name] = column.map(_cell).astype(object)
    buffer = io.StringIO()
    safe.to_csv(buffer, index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ"
                if _has_times(safe) else "%Y-%m-%d")  # fmt: skip
    return buffer.getvalue().encode("utf-8")


def _has_times(table: pd.DataFrame) -> bool:
    return any(isinstance(kind, pd.DatetimeTZDtype) for kind in table.dtypes)


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return " ".join("" if part is None else str(part) for part in value)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return value


def description(
    table: pd.DataFrame, what: str, now: datetime, facts: Mapping[str, Any]
) -> bytes:
    """What the table is, as JSON: version, window, time, columns. ``facts`` adds to it."""
    content = {
        "what": what,
        "note": "Media signals, not official positions.",
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        **facts,
        "rows": len(table),
        "columns": {name: str(kind) for name, kind in table.dtypes.items()},
    }
    return json.dumps(content, indent=2, ensure_ascii=False, default=str).encode("utf-8")


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
    """File suffix → a function that makes the file when a reader asks for it."""

    def csv() -> bytes:
        return csv_bytes(make())

    def meta() -> bytes:
        return description(make(), what, now, facts)

    return {".csv": csv, ".meta.json": meta, ".zip": lambda: bundle(name, csv(), meta())}
