"""The published validation figures: one data file, ``data/validation.json``.

``benchmarks/validate.py`` measures and writes it; the Method page of the dashboard and the
tables of docs/method.md are made from it, so no figure is typed in two places. All shares
are 0..1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "validation.json"
#: Between these two lines docs/method.md has the tables.
BEGIN, END = "<!-- validation figures: begin -->", "<!-- validation figures: end -->"

_MEASURES = {
    "pair": "pair",
    "pair_polarity": "pair and polarity",
    "directed_polarity": "direction and polarity",
}


class ValidationFileError(Exception):
    """The file of figures cannot be read or lacks a part."""


def load(path: Path = FILE) -> dict[str, Any]:
    """The figures; raises ``ValidationFileError``."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValidationFileError(f"{path.name}: {error}") from error
    missing = {"scorer_id", "measured_on", "relations", "dyads", "reliability"} - set(found)
    if missing:
        raise ValidationFileError(f"{path.name}: there is no {sorted(missing)[0]}")
    return found


def write(figures: Mapping[str, Any], path: Path = FILE) -> None:
    """Write the figures; the published ones of others in the old file are kept."""
    kept = load(path)["relations"]["published"] if path.exists() else []
    content = {**figures, "relations": {**figures["relations"], "published": kept}}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def relation_rows(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """[{coder, ours, binary, quad, root}] with macro-F1 in percent, ours last."""
    found = figures["relations"]
    return [
        {
            "coder": row["name"],
            "ours": ours,
            **{key: round(100 * row[key], 1) for key in ("binary", "quad", "root")},
        }
        for ours, rows in ((False, found["published"]), (True, found["ours"]))
        for row in rows
    ]


def dyad_rows(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """[{text, measure, precision, recall, f1}] in percent."""
    return [
        {
            "text": part["name"],
            "measure": words,
            **{name: round(100 * part[key][name], 1) for name in ("precision", "recall", "f1")},
        }
        for part in figures["dyads"]
        for key, words in _MEASURES.items()
    ]


def reliability_rows(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """[{confidence, signals, said, held}]: mean confidence and share right by bin."""
    return [
        {
            "confidence": f"{each['low']:.1f}–{each['high']:.1f}",
            "signals": each["n"],
            "said": round(each["said"], 2),
            "held": round(each["held"], 2),
        }
        for each in figures["reliability"]["bins"]
    ]


def side_lines(figures: Mapping[str, Any]) -> list[str]:
    """What stands beside the tables, in sentences."""
    lines = []
    for part in figures["dyads"]:
        line = (
            f"{part['name']}: false alarms on {part['false_alarm_items']} of "
            f"{part['quiet_items']} quiet items"
        )
        if "main_recall" in part:
            line += f"; {100 * part['main_recall']:.0f} % of the main acts found"
        lines.append(line + ".")
    bins = figures["reliability"]
    lines.append(f"Expected calibration error {bins['error']:.2f} over {bins['n']} signals.")
    return lines


def markdown(figures: Mapping[str, Any]) -> str:
    """The tables for docs/method.md."""
    lines = [
        f"Version {figures['version']}, scorer `{figures['scorer_id']}`, "
        f"{figures['measured_on']}, {figures['relations']['n']:,} sentences.",
        "",
        "| macro-F1, % | binary | quad | 15 roots |",
        "|---|---|---|---|",
    ]
    for row in relation_rows(figures):
        name = f"ours: {row['coder']}" if row["ours"] else row["coder"]
        lines.append(f"| {name} | {row['binary']:.1f} | {row['quad']:.1f} | {row['root']:.1f} |")
    lines += ["", "| whole pipeline, % | precision | recall | F1 |", "|---|---|---|---|"]
    lines += [
        f"| {row['text']}: {row['measure']} | {row['precision']:.1f} | {row['recall']:.1f} | "
        f"{row['f1']:.1f} |"
        for row in dyad_rows(figures)
    ]
    lines += ["", "| confidence | signals | mean confidence | right |", "|---|---|---|---|"]
    lines += [
        f"| {row['confidence']} | {row['signals']} | {row['said']:.2f} | {row['held']:.2f} |"
        for row in reliability_rows(figures)
    ]
    return "\n".join([*lines, "", *side_lines(figures)])


def into_document(document: str, figures: Mapping[str, Any]) -> str:
    """``document`` with the tables between its two marker lines; as it is without them."""
    before, found, rest = document.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        return document
    return f"{before}{BEGIN}\n{markdown(figures)}\n{END}{after}"
