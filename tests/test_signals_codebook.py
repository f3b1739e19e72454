"""The codebook's files: valid, of one mind, explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.records import ROOTS, polarity_of
from pipeline.signals.codebook import CodebookError, load_codebook


def test_every_root_has_constructions_and_themes() -> None:
    book = load_codebook()
    assert {entry.root for entry in book.entries} == set(ROOTS)
    assert {theme.root for theme in book.themes.values()} == set(ROOTS)
    assert len(book.themes) >= 40
    assert len(book.entries) >= 2000


def test_every_theme_is_defined_with_examples_and_an_intensity_of_its_sign() -> None:
    for theme in load_codebook().themes.values():
        assert theme.definition, theme.name
        assert len(theme.examples) >= 2, theme.name
        assert (theme.intensity > 0) == (polarity_of(theme.root) == "cooperative"), theme.name


def test_no_line_stands_under_two_roots() -> None:
    seen: dict[tuple[str, str], str] = {}
    clashes = [
        (entry.where, entry.pattern)
        for entry in load_codebook().entries
        if seen.setdefault((entry.frame, entry.pattern), entry.root) != entry.root
    ]
    assert not clashes


def test_an_overlay_adds_a_theme_and_switches_off_a_pattern(tmp_path: Path) -> None:
    pattern = load_codebook().entries[0].pattern
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(
        f'switch_off: ["{pattern}"]\n'
        "roots:\n  MOBILIZE:\n    themes:\n      drone_patrol:\n        label: Drone patrol\n"
        "        definition: Drones near a border.\n        intensity: -5\n"
        "    groups:\n      - theme: drone_patrol\n        frame: act\n"
        "        patterns: |\n          fly drone over|near\n",
        encoding="utf-8",
    )
    book = load_codebook(overlay)
    assert "drone_patrol" in book.themes
    assert not any(entry.pattern == pattern for entry in book.entries)
    assert book.digest != load_codebook().digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("roots: {NOSUCH: {themes: {x: {}}}}", "NOSUCH"),
        ("roots: {ACCUSE: {groups: [{theme: nothere, frame: act, patterns: blame}]}}", "nothere"),
        ("roots: {ACCUSE: {groups: [{theme: accusation, frame: odd, patterns: blame}]}}", "odd"),
        ("roots: {ACCUSE: {groups: [{theme: accusation, frame: act, patterns: '@nix'}]}}", "@nix"),
        ("switch_off: [no such line]", "no such line"),
        ("- just\n- a list", "mapping"),
        ("a: [", "YAML"),
    ],
)
def test_a_mistake_in_an_overlay_is_named(tmp_path: Path, text: str, message: str) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=message):
        load_codebook(overlay)
