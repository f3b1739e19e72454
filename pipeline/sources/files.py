"""Files: a file, a folder with all its folders, or a glob; each alone or as ``.gz``.

===================  ==================================================================
name ends in         read as
===================  ==================================================================
.jsonl .ndjson .jl   one JSON object a line
.json                an array of objects, an object with such an array, one object, or
                     one object a line
.csv .tsv .tab       a table with a header; comma, semicolon, tab or bar are told apart
.parquet .pq         a table
.txt .text           one article; its date stands in the file name (``2021-11-18`` or
                     ``20211118``) or in a sidecar ``NAME.json`` with the fields of
                     ``fields``
.html .htm .xhtml    one article; date, title, outlet from the page, or a sidecar
.xml .rss .atom      a feed
===================  ==================================================================

Files are read in the order of their names. Names that begin with a dot are left alone.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pipeline.config import Limits, SourceSettings
from pipeline.dates import date_in_name
from pipeline.records import Drop
from pipeline.sources.feeds import parse_feed
from pipeline.sources.fields import article_from
from pipeline.sources.raw import RawArticle
from pipeline.sources.tables import read_csv, read_json, read_jsonl, read_parquet
from pipeline.sources.text import (
    READ_ERRORS,
    NotText,
    TooLarge,
    decode,
    one_line,
    read_bounded,
)

Items = Iterator[RawArticle | Drop]
_PAGES = (".txt", ".text", ".html", ".htm", ".xhtml")


def read_files(settings: SourceSettings, limits: Limits) -> Items:
    """The articles of every file that ``settings.path`` stands for."""
    path = Path(settings.path)
    if path.is_dir():
        files, nothing = _in_folder(path), "the folder holds no file"
    elif path.exists():
        files, nothing = [path], ""
    elif glob.has_magic(settings.path):
        files, nothing = _matching(settings.path), "no file matches"
    else:
        yield Drop(settings.name, settings.path, "source failed", "there is no such file or folder")
        return
    if not files:
        yield Drop(settings.name, settings.path, "empty source", nothing)
    sidecars = {name for file in files if _kind(file) in _PAGES for name in _sidecars(file)}
    for file in files:
        if file not in sidecars:
            yield from read_file(file, settings, limits)


def read_file(file: Path, settings: SourceSettings, limits: Limits) -> Items:
    """The articles of one file; what is wrong with it comes as a ``Drop``, never raised."""
    where = str(file)

    def drop(reason: str, detail: str) -> Drop:
        return Drop(settings.name, where, reason, one_line(detail))

    reader = READERS.get(_kind(file))
    if reader is None:
        known = ", ".join(READERS)
        yield drop("not text", f"unknown kind of file {file.suffix!r}; known are {known}, .gz")
        return
    articles = others = 0
    try:
        for item in reader(file, settings, limits):
            articles += not isinstance(item, Drop)
            others += isinstance(item, Drop)
            yield item
    except NotText as error:
        yield drop("not text", str(error))
    except TooLarge as error:
        yield drop("text too long", str(error))
    except READ_ERRORS as error:
        after = f" after {articles} articles, which are in" if articles else ""
        yield drop("unreadable file", f"{_plain(error)}{after}")
    except (ValueError, RecursionError) as error:
        yield drop("invalid record", f"{type(error).__name__}: {error}")
    else:
        if not articles and not others:
            yield drop("empty source", "the file holds no article")


def _plain(error: BaseException) -> str:
    if isinstance(error, EOFError):
        return "the compressed data ends too early"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _in_folder(folder: Path) -> list[Path]:
    inside = (p for p in folder.rglob("*") if p.is_file())
    return sorted(p for p in inside if not _hidden(p.relative_to(folder)))


def _matching(pattern: str) -> list[Path]:
    found: set[Path] = set()
    for path in map(Path, glob.iglob(pattern, recursive=True)):
        if path.is_dir():
            found.update(_in_folder(path))
        elif path.is_file():
            found.add(path)
    return sorted(found)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _kind(file: Path) -> str:
    """The ending that says what the file is: ``.csv`` of ``news.csv.gz``."""
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _bare(file: Path) -> Path:
    return file.with_suffix("") if file.suffix.lower() == ".gz" else file


def _sidecars(file: Path) -> Iterable[Path]:
    bare = _bare(file)
    yield bare.with_suffix(".json")
    yield bare.with_suffix(".meta.json")
    yield bare.with_name(bare.name + ".json")


def _read_page(file: Path, settings: SourceSettings, limits: Limits) -> Items:
    """One article in one file: plain text or HTML, with what its sidecar says of it."""
    text = decode(read_bounded(file, limits.max_file_bytes))
    html = _kind(file) not in (".txt", ".text")
    fields: dict[str, object] = {}
    for sidecar in filter(Path.is_file, _sidecars(file)):
        try:
            read = json.loads(decode(read_bounded(sidecar, limits.max_file_bytes)))
            if not isinstance(read, dict):
                raise ValueError("not a JSON object")
            fields = read
        except (*READ_ERRORS, ValueError, RecursionError, NotText, TooLarge) as error:
            yield Drop(settings.name, str(sidecar), "invalid record", one_line(f"sidecar: {error}"))
        break
    about = article_from({**fields, "body": text or " "}, settings, str(file))
    if isinstance(about, Drop) or not text.strip():
        yield Drop(settings.name, str(file), "no text", "the file is empty")
        return
    published = about.published
    if published is None and not html:  # a page may state its date itself: see ``clean``
        published = date_in_name(_bare(file).stem)
    yield RawArticle(
        about.source, about.where, about.ref, about.url, about.title, text, html,
        published, about.outlet, about.language,
    )  # fmt: skip


def _read_feed_file(file: Path, settings: SourceSettings, limits: Limits) -> Items:
    data = read_bounded(file, limits.max_file_bytes)
    yield from parse_feed(data, settings, str(file), failure="not text")


READERS: dict[str, Callable[[Path, SourceSettings, Limits], Items]] = {
    **dict.fromkeys((".jsonl", ".ndjson", ".jl"), read_jsonl),
    ".json": read_json,
    **dict.fromkeys((".csv", ".tsv", ".tab"), read_csv),
    **dict.fromkeys((".parquet", ".pq"), read_parquet),
    **dict.fromkeys(_PAGES, _read_page),
    **dict.fromkeys((".xml", ".rss", ".atom"), _read_feed_file),
}
