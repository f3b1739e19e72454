"""A signal as its sentence, with cue and actors marked: safe HTML from hostile text.

Every character of a text goes through ``html.escape``; the tags come from here alone.
Colour is never the only sign: the cue is bold, actors are underlined, and each mark
carries a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, NamedTuple

from dashboard.text import _CONTROL

#: A shown sentence is cut to this many characters, a shown article to this many.
SENTENCE_CHARS = 2_000
ARTICLE_CHARS = 60_000

STYLE = """<style>
[data-testid=stMainBlockContainer] { padding-bottom: 2.5rem; }
/* Small print and text on filled controls keep a contrast of 4.5:1 in both themes. */
[data-testid=stMarkdown] [data-testid=stCaptionContainer] { opacity: 1;
  color: light-dark(#5c6066, #aeb1b4); }
[data-testid=stMultiSelect] [data-baseweb=tag], [data-testid=stMultiSelect] [data-baseweb=tag] *,
[data-testid=stMultiSelect] span[title], [data-testid=stMultiSelect] span[title] ~ * svg,
[data-testid=stBaseButton-primaryFormSubmit] p { color: light-dark(#ffffff, #16191c); }
.sentence { font-family: "Source Serif", Georgia, serif; font-size: 1.2rem; line-height: 1.6;
  border-left: 3px solid rgba(128,128,128,.55); padding: .15rem 0 .15rem 1rem; margin: .4rem 0;
  overflow-wrap: anywhere; }
.sentence.adversarial { border-left-color: #cc5a4a; }
.sentence.cooperative { border-left-color: #3f84c4; }
mark.cue, mark.source, mark.target { color: inherit; padding: 0 .12em; border-radius: 2px; }
mark.cue { font-weight: 700; background: rgba(128,128,128,.22); }
mark.cue.adversarial { background: rgba(204,90,74,.28); }
mark.cue.cooperative { background: rgba(63,132,196,.28); }
mark.source { background: none; text-decoration: underline solid 2px; text-underline-offset: 4px; }
mark.target { background: none; text-decoration: underline dotted 2px;
  text-underline-offset: 4px; }
mark.status { background: none; color: inherit; outline: 1px solid currentColor;
  outline-offset: 1px; border-radius: 2px; padding: 0 .1em; margin: 0 .2em; }
.reading .headline { font-weight: 600; }
.reading { font-family: "Source Serif", Georgia, serif; line-height: 1.65; max-width: 44rem;
  overflow-wrap: anywhere; }
.reading p { margin: 0 0 .8rem 0; }
.reading .hit { background: rgba(128,128,128,.16); border-radius: 2px; }
.legend { font-size: .85rem; opacity: .85; margin: .2rem 0 .6rem 0; }
.scored { display: grid; grid-template-columns: minmax(0, 44rem) minmax(14rem, 1fr);
  column-gap: 1.6rem; font-family: "Source Serif", Georgia, serif; line-height: 1.65;
  overflow-wrap: anywhere; }
.scored p { margin: .2rem 0 .5rem 0; grid-column: 1; }
.scored .sentence { grid-column: 1; }
.scored .notes { grid-column: 2; font-family: "Source Sans", sans-serif; font-size: .88rem;
  line-height: 1.45; list-style: none; padding: 0; margin: .55rem 0; }
.scored .notes li { padding: 0 0 .35rem 0; }
.lead { margin: 0 0 .2rem 0; }
.lead .who { font-family: "Source Serif", Georgia, serif; font-size: 1.35rem; font-weight: 600; }
.lead .how { font-size: .95rem; }
.badge { display: inline-block; border: 1px solid rgba(128,128,128,.6); border-radius: 3px;
  padding: .05rem .5rem; font-size: .85rem; }
table.facts { border-collapse: collapse; font-size: .95rem; }
table.facts th { text-align: left; font-weight: 600; padding: .18rem 1rem .18rem 0;
  vertical-align: top;  white-space: nowrap; }
table.facts td { padding: .18rem 0; overflow-wrap: anywhere; }
.dim { opacity: .72; }
ul.story, ol.story { font-size: .92rem; padding-left: 1.3rem; margin: 0 0 .3rem 0; }
@media (max-width: 640px) {
  .st-key-scroll_heatmap, .st-key-scroll_matrix { overflow-x: auto; }
  .st-key-heatmap_13, .st-key-matrix { min-width: 600px; }
  .st-key-heatmap_26, .st-key-heatmap_52 { min-width: 1200px; }
  .scored { display: block; }
}
</style>"""


class Mark(NamedTuple):
    """A stretch of a text to mark."""

    start: int
    end: int
    #: Class names: ``cue``, ``source``, ``target``, a polarity.
    kind: str
    #: Shown on hover.
    title: str


def safe(text: str) -> str:
    """Text as HTML that shows it and does nothing; direction overrides become spaces."""
    return escape(_CONTROL.sub(" ", text), quote=True)


def pieces(text: str, marks: Iterable[Mark]) -> list[tuple[str, Mark | None]]:
    """``text`` cut at the marks that fit into it; of overlapping ones the first wins."""
    parts: list[tuple[str, Mark | None]] = []
    at = 0
    for mark in sorted(marks, key=lambda m: (m.start, m.end)):
        if mark.start < at or mark.end <= mark.start or mark.end > len(text):
            continue
        parts += [(text[at : mark.start], None), (text[mark.start : mark.end], mark)]
        at = mark.end
    parts.append((text[at:], None))
    return [(part, mark) for part, mark in parts if part]


def marked(text: str, marks: Iterable[Mark]) -> str:
    """``text`` as HTML with its marks."""
    return "".join(
        safe(part)
        if mark is None
        else f'<mark class="{safe(mark.kind)}" title="{safe(mark.title)}">{safe(part)}</mark>'
        for part, mark in pieces(text, marks)
    )


def signal_marks(
    cue_spans: Sequence[Sequence[int]],
    source_span: Sequence[int],
    target_span: Sequence[int],
    polarity: str,
    source: str,
    target: str,
    offset: int = 0,
) -> list[Mark]:
    """The marks of one signal, its spans moved by ``offset``."""
    spans = [(tuple(span), f"cue {polarity}", f"cue: {polarity}") for span in cue_spans]
    spans.append((tuple(source_span), "source", f"acting: {source}"))
    spans.append((tuple(target_span), "target", f"acted upon: {target}"))
    return [
        Mark(span[0] + offset, span[1] + offset, kind, title)
        for span, kind, title in spans
        if len(span) == 2
    ]


def status_marks(sentence: str, reason: str, near: int) -> list[Mark]:
    """The word that decided the status, where the reason quotes it: ``'could' governs it``.

    Of several such words the one nearest to ``near``, the start of the cue. A phrase that
    the sentence tears apart ("accused Kyiv of") is marked by its first word.
    """
    quoted = re.search(r"'([^'@|]{1,60})'", reason)
    if quoted is None or reason.startswith("the construction"):
        return []
    for words in (quoted[1], quoted[1].split(" ")[0]):
        found = [
            match.span()
            for match in re.finditer(rf"\b{re.escape(words)}\b", sentence, re.IGNORECASE)
        ]
        if words and found:
            start, end = min(found, key=lambda span: abs(span[0] - near))
            return [Mark(start, end, "status", f"status: {reason}")]
    return []


def row_marks(row: Any) -> list[Mark]:
    """Cue, actors and status word of a signal: a row of full signals, or a ``Signal``."""
    marks = signal_marks(
        row.cue_spans, row.source_span, row.target_span, row.polarity, row.source, row.target
    )
    cue = min((span[0] for span in row.cue_spans if len(span) == 2), default=0)
    return marks + status_marks(str(row.sentence), str(getattr(row, "status_reason", "")), cue)


def sentence_html(row: Any) -> str:
    """One signal's sentence. ``row``: a row of the store's full signals, or a ``Signal``."""
    text = str(row.sentence)
    marks = row_marks(row)
    shown, more = text[:SENTENCE_CHARS], "…" if len(text) > SENTENCE_CHARS else ""
    kept = [mark for mark in marks if mark.end <= len(shown)]
    return f'<div class="sentence {safe(row.polarity)}">{marked(shown, kept)}{more}</div>'


LEGEND = (
    '<div class="legend"><mark class="cue">bold</mark> the words that made it a signal · '
    '<mark class="source">underlined</mark> who acts · '
    '<mark class="target">dotted</mark> who is acted upon · '
    '<mark class="status">framed</mark> what decided whether it happened</div>'
)


def article_html(body: str, sentence: str = "", marks: Sequence[Mark] = (), title: str = "") -> str:
    """An article's headline and paragraphs, with one sentence set off and marked.

    ``marks``: of the sentence, as ``row_marks`` gives them.
    """
    text = body[:ARTICLE_CHARS]
    hit = f'<span class="hit">{marked(sentence, marks)}</span>'
    paragraphs = []
    if title:
        headline = hit if title == sentence else safe(title[:SENTENCE_CHARS])
        paragraphs.append(f'<p class="headline">{headline}</p>')
    for paragraph in filter(str.strip, text.split("\n")):
        at = paragraph.find(sentence) if sentence else -1
        if at < 0:
            paragraphs.append(f"<p>{safe(paragraph)}</p>")
        else:
            end = at + len(sentence)
            paragraphs.append(f"<p>{safe(paragraph[:at])}{hit}{safe(paragraph[end:])}</p>")
    cut = "<p>…</p>" if len(body) > ARTICLE_CHARS else ""
    return f'<div class="reading">{"".join(paragraphs)}{cut}</div>'
