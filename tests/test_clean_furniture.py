"""Page furniture in plain text goes; sentences, lists and headings stay."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.furniture import is_furniture, strip_furniture
from pipeline.plaintext import paragraphs

SHARED = Path(__file__).resolve().parents[2] / "shared"
STORY = [
    "The envoys met in Vienna on Tuesday for the first time since the autumn.",
    "Neither side expected a treaty, a diplomat said, and neither got one.",
    "They will return to their capitals and write to each other.",
]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement", "[Advertisement]", "Click to log in!",
        "Are you already a subscriber?", "To Read The Full Story", "Already a member? Sign in",
        "Subscribe now", "Please log in or register to continue", "Log in / Sign up",
        "Read more: Envoys meet for a third time", "READ ALSO | What the treaty says",
        "Related: Who is who in the talks", "See also: A history of the border",
        "Sign up for our daily newsletter", "Sign up to receive our morning briefing",
        "Get the latest news delivered to your inbox", "Enter your email address",
        "Share on Facebook", "Facebook Twitter LinkedIn Email", "Share | Tweet | Print",
        "Follow us on Twitter and Instagram", "Follow @lotuswire on Twitter",
        "© 2022 Lotus Wire. All rights reserved", "Copyright 2022 Lotus Wire",
        "This material may not be published, broadcast or redistributed.",
        "(Reporting by Jane Roe; Editing by John Doe)", "Additional reporting by Jane Roe in Oslo",
        "5 min read", "Published 17 January 2022", "Last updated on January 17, 2022",
        "Skip to main content", "Most read", "You may also like", "Load more", "» More on Europe",
        "We use cookies to improve your visit", "Story continues below advertisement",
        "Image source, Getty Images", "File photo", "Listen to this article",
        "Our Standards: The Thomson Reuters Trust Principles.",
    ],
)  # fmt: skip
def test_prompts_and_notices_go(line):
    assert is_furniture(line)
    assert strip_furniture([STORY[0], line, *STORY[1:]]) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Border guards watch the river crossing at Kamen, in May. (AP Photo/Jane Roe)",
        "The envoys leave the hotel. Photo: Jane Roe/Reuters",
        "PHOTO: Ministers shake hands | Lotus Wire",
        "Frigates at anchor. (Jane Roe/Getty Images)",
        "A patrol in the strait, March 2021. REUTERS/Jane Roe",
        "The minister speaks. (File photo)", "Jane Roe/AFP via Getty Images",
        "© Jane Roe/Lotus",
    ],
)  # fmt: skip
def test_captions_with_a_credit_go(line):
    assert strip_furniture([STORY[0], line, *STORY[1:]]) == STORY


@pytest.mark.parametrize(
    "line",
    ["gas prices today", "putin summit", "vienna talks live", "latest border news map"],
)
def test_stray_phrases_between_paragraphs_go(line):
    assert strip_furniture([STORY[0], line, *STORY[1:]]) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Subscribers to the treaty meet again in May.",
        "He clicked to log in and read the cable.",
        "Share prices fell after the minister spoke.",
        "Follow-up talks are planned in Geneva.",
        "“Read more history,” the envoy told his hosts.",
        "The two sides signed up for a newsletter of confidence-building steps with the OSCE.",
        "The photo showed troops at the river: armed, masked and silent.",
        "The copyright dispute with China will go to arbitration.",
        "Officials in Berlin said so, according to AFP/Reuters.",
        "Talks failed.", "Why now?", "Kyiv", "3 dead", "Background",
        "The ministry published its list on Monday, the third in 2022.",
        "Reporting by the commission on the camps was blocked by both governments.",
        "Print media in Minsk share the view of the president.",
        "Opinion: most voters want the bases closed.",
        "Watch: the army has moved before.",
        "Continue the talks, the Council told both sides.",
        "Close the border, the farmers demanded.",
        "Updated plans for the pipeline were shown to the ministers at noon.",
    ],
)  # fmt: skip
def test_sentences_stay(line):
    assert line in strip_furniture([STORY[0], line, *STORY[1:]])


def test_lists_and_broken_lines_are_no_stray_phrases():
    listed = ["The deal covers four fields:", "energy", "border trade", "fishing", *STORY]
    assert strip_furniture(listed) == listed
    broken = ["The ministry said on", "monday evening", "that it would answer.", *STORY]
    assert strip_furniture(broken) == broken


def test_prompts_inside_a_paragraph_go_and_its_sentences_stay():
    line = f"{STORY[0]} Sign up for our newsletter. {STORY[1]} Click here to subscribe."
    assert strip_furniture([line]) == [f"{STORY[0]} {STORY[1]}"]
    credited = f"{STORY[0]} (AP Photo/Jane Roe) {STORY[1]} {STORY[2]} They met. They left. Done."
    assert "Photo" not in strip_furniture([credited])[0]
    assert STORY[0] in strip_furniture([credited])[0]


def test_a_dateline_on_its_own_line_joins_its_paragraph():
    lines = ["VIENNA (Lotus Wire) —", *STORY]
    assert strip_furniture(lines)[0] == f"VIENNA (Lotus Wire) — {STORY[0]}"
    assert strip_furniture(["MOSCOW, Jan 12 (Lotus Wire) -", *STORY])[0].endswith(STORY[0])


@given(st.lists(st.text(max_size=60), max_size=8))
def test_furniture_never_adds_or_reorders(lines):
    kept = "".join(strip_furniture(lines)).replace(" ", "")
    letters = iter("".join(lines).replace(" ", ""))
    assert all(letter in letters for letter in kept)


def test_hostile_lines_are_quick():
    started = time.perf_counter()
    for word in (
        "share ",
        "1 ",
        "follow x on ",
        "get email ",
        "· ",
        "(AP ",
        "© ",
        "read | ",
        "X X/ ",
    ):
        strip_furniture([(word * 100)[:199] + "!", (word * 100)[:420] + "("] * 20)
    assert time.perf_counter() - started < 5


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the corpus beside the project")
def test_real_short_items_lose_nothing():
    changed = 0
    with gzip.open(SHARED / "corpora/current-events-2002-2022.jsonl.gz", "rt") as lines:
        for number, line in enumerate(lines):
            if number % 10 == 0:
                given_lines = paragraphs(json.loads(line)["body"])
                changed += strip_furniture(given_lines) != given_lines
    assert changed <= 2
