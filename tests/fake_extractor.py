"""An extractor that finds what a test wrote: ``RUS hits USA.`` and nothing else."""

from __future__ import annotations

import os
import re
import time
from datetime import date

from pipeline.records import Sentence, Signal, Status, TextResult, article_text
from pipeline.scoring import ScorerSpec

_ACT = re.compile(r"\b([A-Z]{3}) (hits|helps) ([A-Z]{3})\.")


def marked(source: str, target: str, verb: str = "hits") -> str:
    """A sentence that the fake extractor codes."""
    return f"{source} {verb} {target}."


class FakeExtractor:
    """Codes ``marked`` sentences; BREAK raises, DIE ends the process."""

    def __init__(self, scorer_id: str = "fake-1", pause: float = 0.0) -> None:
        self.scorer_id = scorer_id
        self.pause = pause

    def extract(self, title: str, body: str, on: date | None) -> TextResult:
        text = article_text(title, body)
        time.sleep(self.pause)
        if "BREAK" in text:
            raise RuntimeError("broken on purpose")
        if "DIE" in text:
            os._exit(9)
        signals = tuple(self._signal(match, on) for match in _ACT.finditer(text))
        return TextResult((Sentence(0, 0, len(text), text),), signals, ())

    def _signal(self, match: re.Match[str], on: date | None) -> Signal:
        source, verb, target = match.groups()
        start = match.start()
        hits = verb == "hits"
        return Signal(
            source=source,
            target=target,
            direction="one",
            root="ASSAULT" if hits else "AID",
            theme="attack" if hits else "aid",
            polarity="adversarial" if hits else "cooperative",
            status=Status.ACTUAL,
            attribution="outlet",
            intensity=-10.0 if hits else 7.0,
            confidence=0.75,
            sentence_index=0,
            sentence=match.group(0),
            cue_spans=((match.start(2) - start, match.end(2) - start),),
            source_span=(0, 3),
            target_span=(match.start(3) - start, match.end(3) - start),
            cue=verb,
            rule="fake",
            status_reason="",
            event_date=on,
        )


def make(overlay: object = None, **_settings: object) -> FakeExtractor:
    """What the workers call; an overlay's name becomes the scorer's."""
    return FakeExtractor(f"fake-{overlay}" if overlay else "fake-1")


def make_slow(**_settings: object) -> FakeExtractor:
    """The same extractor at the speed of a real one, for tests that kill it."""
    return FakeExtractor(pause=0.004)


#: Tells workers to load the fake extractor.
SPEC = ScorerSpec(factory="fake_extractor:make")
