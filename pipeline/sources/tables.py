"""Records in files: JSON lines, JSON, CSV, Parquet. Streamed, one record in memory."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

from pipeline.config import Limits, SourceSettings
from pipeline.records import Drop
from pipeline.sources.fields import article_from, columns_of, missing_columns
from pipeline.sources.raw import RawArticle
from pipeline.sources.text import TooLarge, decode, lines, one_line, open_binary, read_bounded

Items = Iterator[RawArticle | Drop]

#: Lines without a single valid record after which a file counts as no such file.
_PATIENCE = 25
_BATCH = 256
#: Where the list of articles stands in a JSON object.
_LISTS = ("articles", "items", "results", "entries", "docs", "data", "response", "hits", "news")
_DELIMITERS = ",;\t|"


def read_jsonl(file: Path, settings: SourceSettings, limits: Limits) -> Items:
    """One JSON object a line; blank lines are allowed."""
    good = bad = 0
    with open_binary(file) as data:
        for line in lines(data, limits.max_line_bytes):
            where = f"{file}:{line.number}"
            if line.text is None:
                item: RawArticle | Drop = Drop(settings.name, where, line.reason, line.detail)
            elif not line.text.strip():
                continue
            else:
                item = _json_line(line.text, settings, where)
            good += not isinstance(item, Drop)
            bad += isinstance(item, Drop)
            yield item
            if bad >= _PATIENCE and not good:
                detail = f"none of the first {bad} lines holds an article; the rest is not read"
                yield Drop(settings.name, str(file), "not text", detail)
                return


def _json_line(text: str, settings: SourceSettings, where: str) -> RawArticle | Drop:
    try:
        record = json.loads(text)
        if isinstance(record, dict):
            return article_from(record, settings, where)
        detail = f"a JSON object is expected, found {type(record).__name__}"
    except (ValueError, RecursionError) as error:
        detail = f"not valid JSON: {error}"
    return Drop(settings.name, where, "invalid record", one_line(detail))


def read_json(file: Path, settings: SourceSettings, limits: Limits) -> Items:
    """An array of objects, an object that holds one, one object, or JSON lines."""
    with open_binary(file) as data:
        first = data.peek(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    try:
        found = json.loads(decode(read_bounded(file, limits.max_file_bytes)))
    except (TooLarge, ValueError, RecursionError):
        if first == b"[":
            raise
        yield from read_jsonl(file, settings, limits)
        return
    for number, record in enumerate(_records(found), 1):
        where = f"{file}:{number}"
        if isinstance(record, dict):
            yield article_from(record, settings, where)
        else:
            detail = f"item {number}: a JSON object is expected, found {type(record).__name__}"
            yield Drop(settings.name, where, "invalid record", detail)


def _records(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        for name in _LISTS:
            inner = found.get(name)
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                return inner
            if isinstance(inner, dict) and (nested := _records(inner)) != [inner]:
                return nested
    return [found]


def read_csv(file: Path, settings: SourceSettings, limits: Limits) -> Items:
    """A table with a header line; ``where`` is the line a row ends on."""
    csv.field_size_limit(max(csv.field_size_limit(), limits.max_line_bytes))
    with open_binary(file) as data:
        skipped: list[Drop] = []
        text = _text_lines(data, file, settings, limits, skipped)
        header = next(text, "")
        reader = csv.reader(chain([header], text), delimiter=_delimiter(header))
        names = next(reader, [])
        if lacking := missing_columns(names):
            if header or not skipped:
                yield Drop(settings.name, str(file), "missing column", one_line(lacking))
            yield from skipped
            return
        columns = columns_of(names)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                where = f"{file}:{reader.line_num}"
                yield Drop(settings.name, where, "invalid record", one_line(str(error)))
                continue
            yield from _flush(skipped)
            where = f"{file}:{reader.line_num}"
            if any(row[len(names) :]):
                detail = f"{len(row)} cells, the header has {len(names)}: a quote is missing?"
                yield Drop(settings.name, where, "invalid record", detail)
            elif any(row):
                record = dict(zip(names, row, strict=False))
                yield article_from(record, settings, where, columns)
        yield from _flush(skipped)


def _flush(drops: list[Drop]) -> list[Drop]:
    flushed = drops.copy()
    drops.clear()
    return flushed


def _text_lines(
    data: Any, file: Path, settings: SourceSettings, limits: Limits, skipped: list[Drop]
) -> Iterator[str]:
    for line in lines(data, limits.max_line_bytes):
        if line.text is not None:
            yield line.text
        else:
            skipped.append(Drop(settings.name, f"{file}:{line.number}", line.reason, line.detail))


def _delimiter(header: str) -> str:
    """The delimiter under which the header names most fields known to us."""

    def fields(delimiter: str) -> int:
        names = next(csv.reader([header], delimiter=delimiter), [])
        return len(columns_of(names)) * 100 + len(names)

    return max(_DELIMITERS, key=fields)


def read_parquet(file: Path, settings: SourceSettings, limits: Limits) -> Items:
    """A Parquet table, a few hundred rows at a time; ``where`` counts rows from 1."""
    import pyarrow.parquet as pq  # slow to import and seldom needed

    with tempfile.TemporaryFile() if file.suffix.lower() == ".gz" else file.open("rb") as data:
        if file.suffix.lower() == ".gz":
            _unpack(file, data, limits.max_file_bytes)
        table = pq.ParquetFile(data)
        names = table.schema_arrow.names
        if lacking := missing_columns(names):
            yield Drop(settings.name, str(file), "missing column", one_line(lacking))
            return
        columns = columns_of(names)
        wanted = [name for listed in columns.values() for name in listed]
        number = 0
        for batch in table.iter_batches(batch_size=_BATCH, columns=wanted):
            for record in batch.to_pylist():
                number += 1
                yield article_from(record, settings, f"{file}:{number}", columns)


def _unpack(file: Path, into: IO[bytes], max_bytes: int) -> None:
    """Parquet is read from its end, so a compressed file has to be unpacked first."""
    with open_binary(file) as data:
        shutil.copyfileobj(data, into)
        if into.tell() > max_bytes:
            raise TooLarge(f"larger than {max_bytes / 2**20:g} MiB unpacked (max_file_mb)")
    into.seek(0)
