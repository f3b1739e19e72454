"""The published figures stand in one file, and tables are made from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import validation
from pipeline.validation import ValidationFileError

DOCUMENT = Path(__file__).parents[1] / "docs" / "method.md"


def test_the_file_holds_our_figures_and_published_ones() -> None:
    figures = validation.load()
    rows = validation.relation_rows(figures)
    assert [row["coder"] for row in rows if row["ours"]][-1] == "both"
    assert sum(not row["ours"] for row in rows) == 4
    assert all(0 <= row[key] <= 100 for row in rows for key in ("binary", "quad", "root"))
    assert all(0 <= row["f1"] <= 100 for row in validation.dyad_rows(figures))
    assert (
        sum(row["signals"] for row in validation.reliability_rows(figures))
        == (figures["reliability"]["n"])
    )


def test_writing_again_keeps_the_published_figures_of_others(tmp_path: Path) -> None:
    figures = validation.load()
    path = tmp_path / "v.json"
    path.write_text(validation.FILE.read_text("utf-8"), "utf-8")
    own = {**figures, "relations": {k: figures["relations"][k] for k in ("n", "ours")}}
    validation.write(own, path)
    assert validation.load(path) == figures


def test_the_tables_go_between_their_markers_and_nothing_else_changes() -> None:
    figures = validation.load()
    empty = f"before\n{validation.BEGIN}\nold\n{validation.END}\nafter\n"
    filled = validation.into_document(empty, figures)
    assert filled.startswith("before\n") and filled.endswith("\nafter\n") and "old" not in filled
    assert validation.into_document(filled, figures) == filled
    assert validation.into_document("no markers", figures) == "no markers"


def test_the_method_document_has_the_figures_of_the_file() -> None:
    document = DOCUMENT.read_text("utf-8")
    assert validation.into_document(document, validation.load()) == document


@pytest.mark.parametrize("content", ["{", "{}", "[]"])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "v.json").write_text(content)
    with pytest.raises(ValidationFileError, match=r"v\.json"):
        validation.load(tmp_path / "v.json")
