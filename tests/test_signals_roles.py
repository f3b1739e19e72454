"""Who did it to whom, under the turns of phrase news is written in."""

from __future__ import annotations

import pytest

from pipeline.signals.codebook import load_codebook
from pipeline.signals.matcher import Matcher
from pipeline.signals.relations import RelationCoder, read_marked


@pytest.fixture(scope="module")
def coder() -> RelationCoder:
    return RelationCoder(Matcher(load_codebook()), None)


def couples(coder: RelationCoder, marked: str) -> set[tuple[str, str, str, bool]]:
    scene, _, _, coded = coder.analyse(read_marked(marked))
    return {
        (
            item.match.entry.root,
            scene.participants[r.source].key,
            scene.participants[r.target].key,
            r.both,
        )
        for item in coded
        for r in item.roles
    }


@pytest.mark.parametrize(
    ("sentence", "root", "both"),
    [
        ("<s>Ruritania</s> has accused <t>Graustark</t> of jamming its radars.", "ACCUSE", False),
        (
            "<t>Graustark</t> was accused on Monday by <s>Ruritania</s> of jamming radars.",
            "ACCUSE",
            False,
        ),
        (
            "<s>Ruritania</s> summoned <t>the Graustark ambassador</t> over the jamming.",
            "ACCUSE",
            False,
        ),
        ("<s>Ruritania</s> on Tuesday expelled two <t>Graustark</t> diplomats.", "SANCTION", False),
        (
            "Two diplomats from <t>Graustark</t> were expelled by <s>Ruritania</s>.",
            "SANCTION",
            False,
        ),
        (
            "<s>Ruritania</s>'s attack on <t>Graustark</t> went on through the night.",
            "ASSAULT",
            False,
        ),
        ("An attack by <s>Ruritania</s> on <t>Graustark</t> killed nine.", "ASSAULT", False),
        ("<s>Ruritania</s> and <t>Graustark</t> held talks on Friday.", "CONSULT", True),
        ("Talks between <s>Ruritania</s> and <t>Graustark</t> ended late.", "CONSULT", True),
        (
            "The president of <s>Ruritania</s> met the prime minister of <t>Graustark</t>.",
            "CONSULT",
            True,
        ),
        ("<s>Ruritania</s> lifted sanctions on <t>Graustark</t>.", "YIELD", False),
        ("Sanctions imposed by <s>Ruritania</s> on <t>Graustark</t> hurt.", "SANCTION", False),
        ("<s>Ruritania</s> warned <t>Graustark</t> against any attack.", "THREATEN", False),
        ("<s>Ruritania</s> rejected <t>Graustark</t>'s demand for the island.", "REJECT", False),
    ],
)
def test_source_and_target_are_found(
    coder: RelationCoder, sentence: str, root: str, both: bool
) -> None:
    found = couples(coder, sentence)
    assert any(
        (r == root and (s, t) == ("S", "T") and b == both) or (both and r == root and b)
        for r, s, t, b in found
    ), found


@pytest.mark.parametrize(
    "sentence",
    [
        "<s>Ruritania</s> has accused <t>Graustark</t> of jamming its radars.",
        "<t>Graustark</t> was condemned on Monday by <s>Ruritania</s>.",
        "<s>Ruritania</s> threatened <t>Graustark</t> with sanctions.",
    ],
)
def test_swapping_the_names_swaps_the_roles(coder: RelationCoder, sentence: str) -> None:
    swapped = (
        sentence.replace("Ruritania", "#")
        .replace("Graustark", "Ruritania")
        .replace("#", "Graustark")
    )
    assert couples(coder, sentence) == couples(coder, swapped)


def test_a_reversal_silences_the_act_it_undoes(coder: RelationCoder) -> None:
    roots = {
        r for r, *_ in couples(coder, "<s>Ruritania</s> lifted its sanctions on <t>Graustark</t>.")
    }
    assert "YIELD" in roots
    assert "SANCTION" not in roots
