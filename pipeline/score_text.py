"""One text scored for a person: signals with their sentences, and what was ignored."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from pipeline.clean import clean
from pipeline.config import Settings
from pipeline.records import STATUS_WEIGHT, Drop, Signal, Span, TextResult
from pipeline.refresh import spec_of
from pipeline.report import reason_explained
from pipeline.scoring import load_extractor, signal_row
from pipeline.sources.raw import RawArticle

#: Who to whom, root, theme, status, intensity, confidence.
_WIDTHS = (13, 9, 24, 11, 5, 4)


@dataclass(frozen=True, slots=True)
class ScoredText:
    """A text after cleaning and scoring."""

    on: date | None
    title: str
    body: str
    language: str
    scorer_id: str
    result: TextResult
    #: Why nothing was scored, or "".
    dropped: str = ""


def score_text(
    text: str, on: date | None, settings: Settings, now: datetime, html: bool = False
) -> ScoredText:
    """Clean and score one text published on ``on`` (None: unknown)."""
    raw = RawArticle(
        source="text", where="text", ref="", url="", title="", body=text, html=html,
        published=on.isoformat() if on else None, outlet="", language="",
        fallback_published=now,
    )  # fmt: skip
    cleaned = clean(raw, now, settings.limits)
    extractor = load_extractor(spec_of(settings.scoring))
    if isinstance(cleaned, Drop):
        nothing = TextResult((), (), ())
        why = f"{reason_explained(cleaned.reason)} {cleaned.detail}".strip()
        return ScoredText(on, "", "", "", extractor.scorer_id, nothing, why)
    return ScoredText(
        on, cleaned.title, cleaned.body, cleaned.language, extractor.scorer_id,
        extractor.extract(cleaned.title, cleaned.body, on),
    )  # fmt: skip


def as_dict(scored: ScoredText) -> dict[str, Any]:
    """JSON: date, title, language, scorer_id, signals with their weight, ignored."""
    signals = []
    for seq, found in enumerate(scored.result.signals):
        row = signal_row("", seq, found)
        del row["article_id"]
        row["event_date"] = None if found.event_date is None else found.event_date.isoformat()
        signals.append(row | {"weight": STATUS_WEIGHT[found.status]})
    return {
        "date": None if scored.on is None else scored.on.isoformat(),
        "title": scored.title,
        "language": scored.language,
        "scorer_id": scored.scorer_id,
        "dropped": scored.dropped or None,
        "sentences": len(scored.result.sentences),
        "signals": signals,
        "ignored": [asdict(item) for item in scored.result.ignored],
    }


def render(scored: ScoredText) -> RenderableType:
    """For the terminal: each sentence's signals, the sentence below with [cues] marked."""
    if scored.dropped:
        return Text(f"Not scored: {scored.dropped}")
    signals = scored.result.signals
    parts: list[RenderableType] = []
    if scored.title:
        parts.append(Text(scored.title, style="bold"))
    if scored.language != "en":
        parts.append(Text(f"The text looks like {scored.language!r}, not English."))
    when = f"on {scored.on.isoformat()}" if scored.on else "of unknown date"
    counting = sum(STATUS_WEIGHT[s.status] > 0 for s in signals)
    parts.append(
        Text(
            f"{len(signals)} signals in a text {when}, {counting} of them count."
            if signals
            else f"No signal between two states was found in this text {when}."
        )
    )
    ordered = sorted(signals, key=lambda s: s.sentence_index)
    for _, group in groupby(ordered, key=lambda s: s.sentence_index):
        parts.extend(_sentence(list(group)))
    if scored.result.ignored:
        parts.append(Text("\nLooked at and left out", style="bold"))
        for item in scored.result.ignored:
            line = Text("- ").append(_marked(item.sentence, [item.span], around=60))
            parts.append(line.append(f": {item.reason}", style="dim"))
    return Group(*parts)


def _sentence(signals: list[Signal]) -> list[RenderableType]:
    parts: list[RenderableType] = [Text("")]
    for found in signals:
        weight = STATUS_WEIGHT[found.status]
        arrow = "↔" if found.direction == "both" else "→"
        source = _named(found.source, found.source_label)
        target = _named(found.target, found.target_label)
        reason = "" if weight else "does not count: "
        cells = (
            f"{source} {arrow} {target}",
            found.root,
            found.theme.replace("_", " "),
            str(found.status),
            f"{found.intensity:+.1f}",
            f"{found.confidence:.2f}",
        )
        line = Text("  ".join(map(str.ljust, cells, _WIDTHS)).rstrip())
        line.stylize("bold" if weight else "dim")
        parts.append(line)
        parts.append(_indented(Text(reason + found.status_reason, style="dim")))
    spans = sorted({span for found in signals for span in found.cue_spans})
    parts.append(_indented(_marked(signals[0].sentence, spans)))
    return parts


def _indented(text: Text) -> RenderableType:
    return Padding(text, (0, 0, 0, 4), expand=False)


def _named(actor: str, label: str) -> str:
    return f"{label}, {actor}" if label else actor


def _marked(sentence: str, spans: list[Span], around: int | None = None) -> Text:
    """The sentence with [brackets] around the spans: colour alone would not do."""
    start, end = 0, len(sentence)
    if around is not None and spans:
        start, end = max(0, spans[0][0] - around), min(end, spans[-1][1] + around)
    text = Text("…" if start else "")
    at = start
    for first, last in spans:
        if first < at or last > end or first == last:
            continue
        text.append(sentence[at:first])
        text.append(f"[{sentence[first:last]}]", style="bold")
        at = last
    text.append(sentence[at:end])
    return text.append("…") if end < len(sentence) else text
