"""Training items: what a file may hold, and what is refused with file and line."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.records import ROOTS, polarity_of
from pipeline.signals.items import ItemError, read_items


def write(folder: Path, text: str) -> Path:
    (folder / "some.txt").write_text(text, "utf-8")
    return folder


def test_an_item_has_its_day_its_text_and_its_signals(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "# a comment\n"
        "2020-02-03\tOslo recalls its envoy from Lima, which regrets the step.\n"
        "\tNOR>PER SANCTION actual\trecalls its envoy\n"
        "2021-01-01\tPrague ¶ Nothing happened. ¶ Nothing at all.\n"
        "2021-01-02\tRome ¶ Oslo recalls its envoy. ¶ Lima regrets the step.\n"
        "\tNOR>PER SANCTION actual main\trecalls its envoy\n"
        "\tPER>NOR ACCUSE actual minor\tregrets the step\n",
    )
    first, second, third = read_items(folder)
    assert first.day == date(2020, 2, 3)
    assert not first.article
    assert [(g.source, g.target, g.root, g.both) for g in first.signals] == [
        ("NOR", "PER", "SANCTION", False)
    ]
    assert second.article
    assert (second.title, second.body) == ("Prague", "Nothing happened.\nNothing at all.")
    assert second.signals == ()
    assert [g.main for g in (*first.signals, *third.signals)] == [False, True, False]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("2020-02-03 no tab", "1 fields"),
        ("2020-02-30\tText.", "no date"),
        ("2020-02-03\tText.\n\tNOR-PER SANCTION actual\tText", "NOR-PER"),
        ("2020-02-03\tText.\n\tNOR>PER SHOUT actual\tText", "SHOUT"),
        ("2020-02-03\tText.\n\tNOR>PER SANCTION actual\telsewhere", "does not stand in the text"),
        ("\tNOR>PER SANCTION actual\tText", "without an item"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(ItemError, match=r"some\.txt:\d+: .*") as caught:
        read_items(write(tmp_path, line + "\n"))
    assert complaint in str(caught.value)


def test_the_packaged_items_are_many_and_cover_every_root() -> None:
    items = read_items()
    assert len(items) > 4000
    assert len({item.body for item in items}) == len(items), "no item twice"
    roots = {gold.root for item in items for gold in item.signals}
    assert roots == set(ROOTS)
    quiet = sum(not item.signals for item in items) / len(items)
    assert 0.4 < quiet < 0.65
    for item in items:
        couples = [
            (*sorted((gold.source, gold.target)), polarity_of(gold.root), gold.root)
            for gold in item.signals
        ]
        assert all(first != second for first, second, *_ in couples), item.where


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every ten words that follow each other."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 10]) for i in range(len(words) - 9)}


def test_the_digest_items_stay_out_of_the_training_data() -> None:
    digest = Path(__file__).parents[1] / "benchmarks" / "digest_items.json"
    texts = [item["text"] for item in json.loads(digest.read_text("utf-8"))]
    items = read_items()
    trained = set[tuple[str, ...]]().union(*(_runs(f"{i.title} {i.body}") for i in items))
    assert len(texts) == 912
    assert not set(texts) & {item.body for item in items}
    assert [text for text in texts if _runs(text) & trained] == []
