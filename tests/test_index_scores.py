"""What one story says of a pair: collapsing, status weights, directions, reprints."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline import index
from story_frames import DAY, signal, signals


def only(frame: pd.DataFrame) -> pd.Series:
    assert len(frame) == 1
    return frame.iloc[0]


def test_a_signal_weighs_intensity_times_confidence() -> None:
    row = only(index.story_scores(signals(signal())))
    assert row["a"] == pytest.approx(4.0)
    assert row["c"] == 0
    assert (row["pair"], row["signals"], row["day"]) == ("RUS-USA", 1, DAY)


@pytest.mark.parametrize(("status", "weight"), [("actual", 1), ("planned", 0.6), ("possible", 0.3)])
def test_status_weighs_as_the_design_says(status: str, weight: float) -> None:
    row = only(index.story_scores(signals(signal(status=status))))
    assert row["a"] == pytest.approx(4.0 * weight)


@pytest.mark.parametrize("status", ["conditional", "negated", "alleged", "historical"])
def test_a_status_without_weight_makes_no_story(status: str) -> None:
    assert index.story_scores(signals(signal(status=status))).empty


def test_equal_signals_collapse_to_the_strongest() -> None:
    weak, strong = signal(seq=0, confidence=0.4), signal(seq=1, confidence=0.9)
    row = only(index.story_scores(signals(weak, strong)))
    assert row["a"] == pytest.approx(4.5)
    assert row["signals"] == 1


@pytest.mark.parametrize(
    "other",
    [{"theme": "hybrid-attack claim"}, {"status": "planned"}, {"source": "USA", "target": "RUS"}],
)
def test_signals_that_differ_in_the_key_add_up(other: dict[str, str]) -> None:
    row = only(index.story_scores(signals(signal(), signal(seq=1, **other))))
    assert row["signals"] == 2
    assert row["a"] > 4.0


def test_a_mutual_act_told_from_either_end_counts_once() -> None:
    talks = {
        "direction": "both",
        "root": "CONSULT",
        "theme": "talks",
        "polarity": "cooperative",
        "intensity": 4.0,
    }
    turned = signal(seq=1, source="USA", target="RUS", **talks)
    row = only(index.story_scores(signals(signal(**talks), turned)))
    assert row["signals"] == 1
    assert row["c"] == pytest.approx(3.2)


def test_a_story_speaks_through_its_representative_alone() -> None:
    reprint = signal(article_id="a2", representative=False, outlet="Harbour Post")
    extra = signal(
        article_id="a2", representative=False, seq=1, theme="tariff", outlet="Harbour Post"
    )
    row = only(index.story_scores(signals(signal(), reprint, extra)))
    assert row["a"] == pytest.approx(4.0)
    assert (row["articles"], row["outlets"]) == (2, ("Harbour Post", "Meridian Wire"))


def test_directed_scores_keep_one_way_and_mutual_acts() -> None:
    frame = signals(
        signal(),
        signal(seq=1, source="USA", target="RUS", theme="tariff"),
        signal(seq=2, source="USA", target="RUS", theme="talks", direction="both"),
        signal(seq=3, source="RUS", target="UKR"),
    )
    forth = only(index.story_scores(frame, direction=("RUS", "USA")))
    back = only(index.story_scores(frame, direction=("USA", "RUS")))
    assert (forth["signals"], back["signals"]) == (2, 2)
    assert forth["pair"] == back["pair"] == "RUS-USA"


def test_the_order_of_the_signals_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    rows = [
        signal(
            article_id=f"a{number // 4}",
            story_id=f"a{number // 4}",
            seq=number % 4,
            theme=f"t{rng.integers(3)}",
            confidence=float(rng.choice([0.3, 0.5, 0.7])),
            target=str(rng.choice(["USA", "UKR"])),
        )
        for number in range(80)
    ]
    frame = signals(*rows)
    shuffled = frame.sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(index.story_scores(frame), index.story_scores(shuffled))


def test_no_signals_make_an_empty_frame_with_its_columns() -> None:
    empty = index.story_scores(signals())
    assert empty.empty
    assert {"pair", "story_id", "day", "c", "a", "outlets"} <= set(empty.columns)
    assert np.isnan(index.median_story_mass(empty))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(index.IndexInputError, match="missing column confidence"):
        index.story_scores(signals(signal()).drop(columns="confidence"))


def test_an_unknown_status_is_named() -> None:
    with pytest.raises(index.IndexInputError, match="rumoured"):
        index.story_scores(signals(signal(status="rumoured")))


def test_a_day_with_a_time_zone_is_refused() -> None:
    frame = signals(signal())
    with pytest.raises(index.IndexInputError, match="naive"):
        index.story_scores(frame.assign(day=frame["day"].dt.tz_localize("UTC")))


def test_categorical_columns_work_as_text_does() -> None:
    frame = signals(signal(), signal(seq=1, theme="tariff"))
    names = [
        "pair",
        "source",
        "target",
        "direction",
        "root",
        "theme",
        "polarity",
        "status",
        "outlet",
    ]
    categories = frame.astype(dict.fromkeys(names, "category"))
    plain, coded = index.story_scores(frame), index.story_scores(categories)
    assert plain[["a", "c", "signals"]].equals(coded[["a", "c", "signals"]])


def test_themes_and_directions_hold_the_mass_of_the_score() -> None:
    frame = signals(
        signal(),
        signal(seq=1, theme="tariff", source="USA", target="RUS", root="SANCTION"),
        signal(seq=2, theme="talks", direction="both", polarity="cooperative", root="CONSULT"),
        signal(seq=3, theme="missile test", status="alleged"),
    )
    scores = index.story_scores(frame)
    themes = index.theme_balance(frame, "RUS-USA")
    directions = index.direction_balance(frame, "RUS-USA", DAY, DAY)
    for table in (themes, directions):
        mass = table.groupby("polarity")["mass"].sum()
        assert mass["adversarial"] == pytest.approx(scores["a"].sum())
        assert mass["cooperative"] == pytest.approx(scores["c"].sum())
    assert set(directions["direction"]) == {"RUS→USA", "USA→RUS", "both"}
    assert "missile test" not in set(themes["theme"])
    assert index.theme_balance(frame, "RUS-USA", DAY + pd.Timedelta(days=1)).empty
