"""File sources: every format alone and compressed, and what is wrong beside what is right."""

import csv
import gzip
import io
import json
import os
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Limits, SourceSettings
from pipeline.sources import read_source
from source_files import NOW, jsonl, put, read, reasons, record

SMALL = Limits(max_file_mb=1, max_line_mb=0.25)


def table(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


HEADER = ["Publication Date", "Headline", "Text", "Publisher", "Link"]
ROW = ["2022-01-17", "Talks, again", "They met.\nThey parted.", "Harbour Post", "https://e.org/1"]


@pytest.mark.parametrize("ending", ["", ".gz"])
class TestFormats:
    def test_json_lines(self, tmp_path, ending):
        articles, drops = read(put(tmp_path / f"a.jsonl{ending}", jsonl([record(1), record(2)])))
        assert [a.ref for a in articles] == ["n1", "n2"]
        assert articles[1].where.endswith(f"a.jsonl{ending}:2")
        assert not drops

    def test_json_array_object_and_lines(self, tmp_path, ending):
        for text in (
            json.dumps([record(1), record(2)], indent=1),
            json.dumps({"status": "ok", "articles": [record(1), record(2)]}),
            json.dumps({"response": {"results": [record(1), record(2)]}}),
            jsonl([record(1), record(2)]),
        ):
            articles, drops = read(put(tmp_path / f"a.json{ending}", text))
            assert [a.ref for a in articles] == ["n1", "n2"]
            assert not drops
        articles, _ = read(put(tmp_path / f"a.json{ending}", json.dumps(record(3), indent=2)))
        assert [a.ref for a in articles] == ["n3"]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_csv(self, tmp_path, ending, delimiter):
        articles, drops = read(put(tmp_path / f"a.csv{ending}", table([HEADER, ROW], delimiter)))
        (found,) = articles
        assert (found.title, found.body) == ("Talks, again", "They met.\nThey parted.")
        assert (found.published, found.outlet) == ("2022-01-17", "Harbour Post")
        assert found.url == "https://e.org/1"
        assert not drops

    def test_parquet(self, tmp_path, ending):
        columns = {
            "date": [datetime(2022, 1, 17, 9, tzinfo=UTC), None],
            "text": ["They met.", "They met again."],
            "source": [{"name": "Harbour Post"}, {"name": ""}],
        }
        data = io.BytesIO()
        pq.write_table(pa.table(columns), data)
        articles, _ = read(put(tmp_path / f"a.parquet{ending}", data.getvalue()))
        assert [a.body for a in articles] == ["They met.", "They met again."]
        assert articles[0].published == datetime(2022, 1, 17, 9, tzinfo=UTC)
        assert [a.outlet for a in articles] == ["Harbour Post", ""]
        assert articles[1].published is None

    def test_text_with_its_date_in_the_name(self, tmp_path, ending):
        for name in ("2022-01-17-talks", "talks_20220117"):
            articles, _ = read(put(tmp_path / f"{name}.txt{ending}", "Talks\n\nThey met."))
            assert articles[0].published == "2022-01-17"

    def test_html(self, tmp_path, ending):
        articles, _ = read(put(tmp_path / f"a.html{ending}", "<html><p>They met.</p></html>"))
        assert articles[0].html
        assert "They met." in articles[0].body


def test_a_folder_and_a_glob_are_read_in_the_order_of_names(tmp_path):
    put(tmp_path / "b.jsonl", jsonl([record(2)]))
    put(tmp_path / "a.jsonl.gz", jsonl([record(1)]))
    put(tmp_path / "deep/er/c.jsonl", jsonl([record(3)]))
    put(tmp_path / ".hidden.jsonl", jsonl([record(4)]))
    assert [a.ref for a in read(tmp_path)[0]] == ["n1", "n2", "n3"]
    assert [a.ref for a in read(f"{tmp_path}/*.jsonl")[0]] == ["n2"]
    assert [a.ref for a in read(f"{tmp_path}/**/*.jsonl*")[0]] == ["n1", "n2", "n3"]


def test_sidecars_tell_what_a_text_does_not(tmp_path):
    put(tmp_path / "talks.txt", "They met.")
    put(tmp_path / "talks.json", json.dumps({"pubDate": "2022-01-17", "publisher": "Lotus Wire"}))
    put(tmp_path / "other.txt", "They parted.")
    put(tmp_path / "other.txt.json", "not json")
    articles, drops = read(tmp_path)
    parted, met = articles
    assert (met.published, met.outlet) == ("2022-01-17", "Lotus Wire")
    assert parted.published is None
    assert reasons(drops) == [("other.txt.json", "invalid record")]


def test_bad_files_are_named_and_the_good_ones_are_in(tmp_path):
    lines = jsonl([record(n) for n in range(1, 11)]).splitlines(keepends=True)
    whole = gzip.compress(os.urandom(200_000).hex().encode())
    long = jsonl([record(n, body=os.urandom(300).hex()) for n in range(500)]).encode()
    put(tmp_path / "a-good.jsonl", "".join(lines))
    put(tmp_path / "b-line7.jsonl", "".join([*lines[:6], "{not json\n", *lines[7:]]))
    (tmp_path / "c-truncated.jsonl.gz").write_bytes(gzip.compress(long)[:-20_000])
    (tmp_path / "d-garbled.jsonl.gz").write_bytes(b"no gzip at all")
    put(tmp_path / "e-dateless.csv", table([["headline", "text"], ["a", "b"]]))
    put(tmp_path / "f-junk.txt", os.urandom(5000))
    put(tmp_path / "g-junk.jsonl", os.urandom(50_000))
    put(tmp_path / "h-junk.parquet", os.urandom(5000))
    put(tmp_path / "i-empty.jsonl", "")
    put(tmp_path / "j-what.docx", whole)
    put(tmp_path / "k-large.txt", "word " * 300_000)
    put(tmp_path / "l-array.json", "[{")
    put(tmp_path / "m-feed.xml", "<html><p>no feed</p></html>")
    put(tmp_path / "z-good.csv", table([HEADER, ROW]))
    articles, drops = read(tmp_path, limits=SMALL)
    found = dict(reasons(drops))
    assert (
        found.items()
        >= {
            "b-line7.jsonl:7": "invalid record",
            "c-truncated.jsonl.gz": "unreadable file",
            "d-garbled.jsonl.gz": "unreadable file",
            "e-dateless.csv": "missing column",
            "f-junk.txt": "not text",
            "g-junk.jsonl": "not text",
            "h-junk.parquet": "invalid record",
            "i-empty.jsonl": "empty source",
            "j-what.docx": "not text",
            "k-large.txt": "text too long",
            "l-array.json": "invalid record",
            "m-feed.xml": "not text",
        }.items()
    )
    by_file = [Path(a.where.rsplit(":", 1)[0]).name for a in articles]
    assert by_file.count("a-good.jsonl") == 10
    assert by_file.count("b-line7.jsonl") == 9
    assert by_file.count("z-good.csv") == 1
    assert 100 < by_file.count("c-truncated.jsonl.gz") < 500


def test_an_empty_folder_and_a_missing_one_are_told_apart(tmp_path):
    assert reasons(read(tmp_path)[1]) == [(tmp_path.name, "empty source")]
    assert reasons(read(tmp_path / "gone")[1]) == [("gone", "source failed")]
    assert reasons(read(f"{tmp_path}/*.jsonl")[1]) == [("*.jsonl", "empty source")]


def test_a_line_of_fifty_megabytes_is_passed_without_being_held(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(jsonl([record(1)]).encode())
        file.write(b'{"body": "')
        for _ in range(50):
            file.write(b"x" * 2**20)
        file.write(b'"}\n' + jsonl([record(3)]).encode())
    tracemalloc.start()
    articles, drops = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [a.ref for a in articles] == ["n1", "n3"]
    assert reasons(drops) == [("a.jsonl:2", "line too long")]
    assert "50.0 MiB" in drops[0].detail
    assert peak < 16 * 2**20


def test_a_large_compressed_file_is_streamed(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    line = jsonl([record(1, body="The envoys met. " * 60)]).encode()
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(20_000):
            file.write(line)
    settings = SourceSettings(name="s", kind="files", path=str(path))
    tracemalloc.start()
    assert sum(1 for _ in read_source(settings, Limits(), NOW)) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * 2**20


def test_a_long_line_and_a_stray_quote_in_a_table(tmp_path):
    rows = [HEADER, ROW, ["2022-01-18", "x" * 400_000, "b", "", ""], ROW]
    text = table(rows) + '2022-01-19,a,"b" c,d,e,f,g\n' + table([ROW])
    articles, drops = read(put(tmp_path / "a.csv", text), limits=SMALL)
    assert len(articles) == 3
    assert sorted(reason for _, reason in reasons(drops)) == ["invalid record", "line too long"]


def test_old_spreadsheets_and_byte_order_marks(tmp_path):
    text = table([HEADER, ["2022-01-17", "Café", "Señor López met Ms Å.", "", ""]])
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        articles, drops = read(put(tmp_path / f"{encoding}.csv", text.encode(encoding)))
        assert [(a.title, a.body) for a in articles] == [("Café", "Señor López met Ms Å.")]
        assert not drops


def test_a_text_in_another_encoding_is_read(tmp_path):
    body = "Лавров заявил, что переговоры продолжатся на следующей неделе. " * 5
    articles, _ = read(put(tmp_path / "2022-01-17.txt", body.encode("cp1251")))
    assert articles[0].body.strip() == body.strip()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"pubDate": "2022-01-17"}, "2022-01-17"),
        ({"published": "", "date": "2022-01-18"}, "2022-01-18"),
        ({"timestamp": 1642411800}, "1642411800"),
        ({"Date Published": "2022-01-17"}, "2022-01-17"),
        ({"date": None}, None),
        ({"date": float("nan")}, None),
        ({"date": float("inf")}, None),
        ({}, None),
    ],
)
def test_names_of_the_date(tmp_path, given, expected):
    articles, _ = read(put(tmp_path / "a.jsonl", json.dumps({"content": "They met.", **given})))
    assert articles[0].published == expected


def test_other_names_of_fields_and_what_the_source_adds(tmp_path):
    item = {"headline": "Talks", "content": "<p>They met.</p>", "source": {"id": 1, "name": "BBC"},
            "link": "https://e.org", "uuid": 7, "date": "2022-01-17"}  # fmt: skip
    path = put(tmp_path / "a.jsonl", jsonl([item, {"text": "They parted.", "date": "2022-01-18"}]))
    first, second = read(path, outlet="Lotus Wire", language="en")[0]
    assert (first.title, first.outlet, first.url, first.ref) == (
        "Talks",
        "BBC",
        "https://e.org",
        "7",
    )
    assert first.html
    assert not second.html
    assert (second.outlet, second.language) == ("Lotus Wire", "en")


def test_records_without_a_text_say_which_fields_they_have(tmp_path):
    articles, drops = read(put(tmp_path / "a.jsonl", '{"when": "2022", "who": "x"}\n[1]\n7\n'))
    assert not articles
    assert [reason for _, reason in reasons(drops)] == ["no text", *["invalid record"] * 2]
    assert "when, who" in drops[0].detail


def test_too_many_articles_end_the_source_and_say_so(tmp_path):
    path = put(tmp_path / "a.jsonl", jsonl([record(n) for n in range(5)]))
    articles, drops = read(path, limits=Limits(max_articles_per_source=3))
    assert len(articles) == 3
    assert [d.reason for d in drops] == ["source failed"]


def test_a_date_column_of_parquet(tmp_path):
    pq.write_table(
        pa.table({"date": [date(2022, 1, 17)], "text": ["They met."]}), tmp_path / "a.parquet"
    )
    assert read(tmp_path)[0][0].published == datetime(2022, 1, 17, tzinfo=UTC)


ENDINGS = [".jsonl", ".json", ".csv", ".txt", ".html", ".xml", ".parquet", ".jsonl.gz", ".txt.gz"]


@settings(max_examples=60)
@given(
    st.sampled_from(ENDINGS), st.one_of(st.binary(max_size=300), st.text(max_size=200)), st.data()
)
def test_no_bytes_whatever_break_a_source(tmp_path_factory, ending, content, data):
    folder = tmp_path_factory.mktemp("any")
    content = content.encode("utf-8", "replace") if isinstance(content, str) else content
    prefix = data.draw(
        st.sampled_from([b"", b"[", b'{"text":', b"date,text\n", b"<rss><item>", b"\x1f\x8b"])
    )
    (folder / f"a{ending}").write_bytes(prefix + content)
    articles, drops = read(folder)
    assert articles or drops
