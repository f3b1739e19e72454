"""A refresh in a process of its own, for tests that kill it: ``kill_target.py URL FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    from pipeline import refresh as room
    from pipeline.scoring import ScorerSpec
    from refresh_rooms import NOW, files, settings_for

    room.FRAME = 25
    url, path = sys.argv[1:]
    room.refresh(
        settings_for(url, files(Path(path)), workers=2),
        clock=lambda: NOW,
        spec=ScorerSpec(factory="fake_extractor:make_slow"),
    )
