"""What must hold of signals whatever the text: properties of the whole extractor.

The actors are real states, found by the resolver as in production; the sentences are
written for these tests and tests/data/paraphrases.tsv.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import ROOTS, STATUS_WEIGHT, Signal, Status, TextResult
from pipeline.scoring import ScorerSpec, article_scores, load_extractor, score_articles
from pipeline.signals.codebook import WORDS, Element
from pipeline.signals.extract import Extractor

ON = date(2022, 3, 15)
PARAPHRASES = Path(__file__).parent / "data" / "paraphrases.tsv"
SAMPLE = Path(__file__).parents[1] / "sample_data" / "articles"
#: How many of the 100 pairs must score alike. The aim is 95; raise it with every mend. It was 90
#: before the models learned from plain news.
ALIKE = 93


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The extractor that ``score_articles`` uses too: loaded once in this process."""
    loaded = load_extractor(ScorerSpec())
    assert isinstance(loaded, Extractor)
    return loaded


def score(extractor: Extractor, text: str) -> TextResult:
    """A text without a final stop is a headline."""
    title, body = ("", text) if text.endswith(".") else (text, "")
    return extractor.extract(title, body, ON)


Act = tuple[str, str, str, str, str]


def acts(signals: Iterable[Signal], status: Status | None = None) -> set[Act]:
    """(source, target, direction, root, theme) of the signals, of those with ``status``."""
    return {
        (s.source, s.target, s.direction, s.root, s.theme)
        for s in signals
        if status is None or s.status is status
    }


def counting(signals: Iterable[Signal]) -> list[Signal]:
    return [s for s in signals if STATUS_WEIGHT[s.status] > 0]


def shown(result: TextResult) -> str:
    """Every match of a text with what became of it, for a failure's message."""
    lines = [
        f"    {s.source} {'<>' if s.direction == 'both' else '->'} {s.target} {s.root}/{s.theme} "
        f"{s.status} {s.confidence:.2f} | {s.cue} | {s.rule} | {s.status_reason}"
        for s in result.signals
    ]
    lines += [f"    ignored '{i.sentence[slice(*i.span)]}': {i.reason}" for i in result.ignored]
    return "\n".join(lines) or "    nothing matched"


# --- paraphrases ------------------------------------------------------------------------------


def read_paraphrases() -> list[tuple[str, str, str]]:
    """(root, first, second) of each pair; the root is the comment above it."""
    pairs, root = [], ""
    for line in PARAPHRASES.read_text("utf-8").splitlines():
        if line.startswith("#"):
            root = line[1:].strip()
        else:
            first, second = line.split("\t")
            pairs.append((root, first, second))
    return pairs


def told(result: TextResult) -> set[tuple[str, str, str]]:
    """(pair, polarity, direction) of what counts; a one-sided direction names its source."""
    return {
        (s.pair, s.polarity, "both" if s.direction == "both" else f"from {s.source}")
        for s in counting(result.signals)
    }


def test_paraphrases_are_100_pairs_of_all_roots() -> None:
    pairs = read_paraphrases()
    assert len(pairs) == 100
    roots = [root for root, _, _ in pairs]
    assert set(roots) == set(ROOTS)
    assert min(roots.count(root) for root in ROOTS) >= 5
    sentences = [sentence for _, *both in pairs for sentence in both]
    assert len(set(sentences)) == 200
    assert all(5 <= len(sentence.split()) <= 30 for sentence in sentences)


def test_the_same_act_in_other_words_scores_alike(
    extractor: Extractor, capsys: pytest.CaptureFixture[str]
) -> None:
    """Equal and not empty: a pair in which nothing is found on either side has failed too."""
    failing = []
    for number, (root, *sentences) in enumerate(read_paraphrases(), 1):
        first, second = (score(extractor, sentence) for sentence in sentences)
        if not told(first) or told(first) != told(second):
            texts = [f"  {s}\n{shown(r)}" for s, r in zip(sentences, (first, second), strict=True)]
            failing.append("\n".join([f"{number} {root}", *texts]))
    alike = 100 - len(failing)
    with capsys.disabled():
        if failing:
            print(f"\n{alike} of 100 pairs score alike; these do not:\n" + "\n".join(failing))
    assert alike >= ALIKE


# --- swapped names ----------------------------------------------------------------------------

NAMES = (
    ("France", "FRA", "Japan", "JPN"),
    ("the Philippines", "PHL", "Vietnam", "VNM"),
    ("Ankara", "TUR", "Tehran", "IRN"),
    ("the United States", "USA", "Moscow", "RUS"),
    ("South Korea", "KOR", "the United Arab Emirates", "ARE"),
)


def named(template: str, first: str, second: str) -> str:
    """The template with both names put in and a capital at the start."""
    text = template.format(a=first, b=second)
    return text[0].upper() + text[1:]


@pytest.mark.parametrize(
    "template",
    [
        "{a} accused {b} on Monday of moving the border markers.",
        "{b} was urged by {a} to reopen the port.",
        "{a} has imposed sanctions on {b} over the arrests.",
        "{a}'s attack on {b} went on through the night.",
        "An attack by {a} on {b} killed nine soldiers.",
        "{a} expelled two diplomats from {b} on Tuesday.",
        "{a} summoned {b}'s ambassador over the remarks.",
        "{a} and {b} signed an agreement on river water.",
        "Talks between {a} and {b} resumed on Friday after a long pause.",
        "{a} sent food and medicine to {b} after the flood.",
        "{a} lifted its ban on fruit from {b}.",
        "{a} rejected {b}'s demand for an apology.",
        "{a} threatened {b} with retaliation if the drills went ahead.",
        "{a} massed troops on its border with {b}.",
        "{a} lodged a formal protest with {b} over the fishing boats.",
        "{a} praised {b} for its handling of the crisis.",
        "{a} and {b} held a joint naval exercise last week.",
        "{a} denied that it had attacked {b}.",
        "{a} may suspend aid to {b} next year.",
        "{a}, which was criticised by {b} last week, refused to hold talks with {b}.",
    ],
)
def test_swapping_the_names_swaps_source_and_target(extractor: Extractor, template: str) -> None:
    wrong = []
    for first, first_code, second, second_code in NAMES:
        forth = score(extractor, named(template, first, second))
        back = score(extractor, named(template, second, first))
        other = {first_code: second_code, second_code: first_code}
        expected = set()
        for s in forth.signals:
            source, target = other[s.source], other[s.target]
            if s.direction == "both":
                source, target = sorted((source, target))
            expected.add((source, target, s.direction, s.root, s.theme, s.status))
        found = {(*act, s.status) for s in back.signals for act in acts([s])}
        if not found or found != expected:
            wrong.append(f"{first}, {second}:\n{shown(forth)}\n  swapped:\n{shown(back)}")
    assert not wrong, "\n".join(wrong)


# --- "did not" --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("past", "base", "rest"),
    [
        ("accused", "accuse", "{b} of breaking the truce"),
        ("criticised", "criticise", "{b} over the new law"),
        ("condemned", "condemn", "{b} for the executions"),
        ("blamed", "blame", "{b} for the outage"),
        ("urged", "urge", "{b} to open the crossing"),
        ("asked", "ask", "{b} for a loan"),
        ("demanded", "demand", "an apology from {b}"),
        ("rejected", "reject", "an offer from {b}"),
        ("called off", "call off", "a visit to {b}"),
        ("threatened", "threaten", "{b} with sanctions"),
        ("warned", "warn", "{b} of consequences"),
        ("lodged", "lodge", "a formal protest with {b}"),
        ("sent", "send", "warships to {b}"),
        ("massed", "mass", "tanks on the border with {b}"),
        ("imposed", "impose", "sanctions on {b}"),
        ("expelled", "expel", "three diplomats from {b}"),
        ("recalled", "recall", "its ambassador from {b}"),
        ("suspended", "suspend", "military aid to {b}"),
        ("cut", "cut", "diplomatic ties with {b}"),
        ("detained", "detain", "two journalists from {b}"),
        ("hacked", "hack", "{b}'s election servers"),
        ("attacked", "attack", "{b} at dawn"),
        ("bombed", "bomb", "{b}'s main airport"),
        ("invaded", "invade", "{b}"),
        ("shelled", "shell", "{b}"),
        ("praised", "praise", "{b} for its restraint"),
        ("congratulated", "congratulate", "{b} on the election"),
        ("signed", "sign", "an agreement with {b}"),
        ("held", "hold", "talks with {b} on Friday"),
        ("met", "meet", "{b}'s foreign minister in Geneva"),
        ("extradited", "extradite", "the banker to {b}"),
        ("delivered", "deliver", "humanitarian aid to {b}"),
        ("lent", "lend", "{b} two billion dollars"),
        ("lifted", "lift", "sanctions on {b}"),
        ("withdrew", "withdraw", "its troops from {b}"),
        ("released", "release", "four prisoners from {b}"),
        ("agreed", "agree", "to reopen talks with {b}"),
        ("offered", "offer", "{b} a loan of two billion dollars"),
    ],
)
def test_did_not_turns_what_happened_into_what_did_not(
    extractor: Extractor, past: str, base: str, rest: str
) -> None:
    wrong = []
    for first, _, second, _ in NAMES:
        happened = score(extractor, named("{a} " + f"{past} {rest}.", first, second))
        negated = score(extractor, named("{a} " + f"did not {base} {rest}.", first, second))
        before = {act[:4] for act in acts(counting(happened.signals))}
        after = {act[:4] for act in acts(negated.signals, Status.NEGATED)}
        if not before or after != before or counting(negated.signals):
            wrong.append(f"{first}, {second}:\n{shown(happened)}\n  negated:\n{shown(negated)}")
    assert not wrong, "\n".join(wrong)


# --- voice ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("active", "passives"),
    [
        (
            "{a} accused {b} of fraud.",
            ["{b} was accused by {a} of fraud.", "{b} has been accused of fraud by {a}."],
        ),
        (
            "{a} condemned {b} on Monday.",
            ["{b} was condemned on Monday by {a}.", "{b} was condemned by {a} on Monday."],
        ),
        (
            "{a} urged {b} to hold an election.",
            [
                "{b} was urged by {a} to hold an election.",
                "{b} has been urged to hold an election by {a}.",
            ],
        ),
        ("{a} attacked {b} overnight.", ["Overnight {b} was attacked by {a}."]),
        ("{a} invaded {b} on Thursday.", ["{b} was invaded by {a} on Thursday."]),
        (
            "{a} bombed a base in eastern {b}.",
            ["A base in eastern {b} was bombed by {a}.", "Base in eastern {b} bombed by {a}"],
        ),
        (
            "{a} expelled two diplomats from {b}.",
            [
                "Two diplomats from {b} were expelled by {a}.",
                "Two diplomats from {b} have been expelled by {a}.",
            ],
        ),
        (
            "{a} imposed new sanctions on {b}.",
            [
                "New sanctions were imposed on {b} by {a}.",
                "New sanctions on {b} were imposed by {a}.",
                "New sanctions have been imposed by {a} on {b}.",
            ],
        ),
        (
            "{a} lifted its sanctions on {b}.",
            ["Sanctions on {b} were lifted by {a}.", "Sanctions on {b} have been lifted by {a}."],
        ),
        (
            "{a} rejected {b}'s proposal on fishing.",
            ["{b}'s proposal on fishing was rejected by {a}."],
        ),
        ("{a} detained four sailors from {b}.", ["Four sailors from {b} were detained by {a}."]),
        ("{a} shot down a drone from {b}.", ["A drone from {b} was shot down by {a}."]),
        ("{a} praised {b} for its restraint.", ["{b} was praised by {a} for its restraint."]),
        ("{a} sent medical aid to {b}.", ["Medical aid was sent to {b} by {a}."]),
        ("{a} released six prisoners from {b}.", ["Six prisoners from {b} were released by {a}."]),
        (
            "{a} threatened {b} with war.",
            ["{b} was threatened with war by {a}.", "{b} was threatened by {a} with war."],
        ),
        ("{a} blamed {b} for the sinking.", ["{b} was blamed by {a} for the sinking."]),
        (
            "{a} extradited the general to {b}.",
            [
                "The general was extradited to {b} by {a}.",
                "The general was extradited by {a} to {b}.",
            ],
        ),
        ("{a} suspended its aid to {b}.", ["Aid to {b} was suspended by {a}."]),
        ("{a} granted {b} a loan.", ["{b} was granted a loan by {a}."]),
        ("{a} congratulated {b} on Sunday.", ["{b} was congratulated on Sunday by {a}."]),
        ("{a} summoned {b}'s ambassador.", ["{b}'s ambassador was summoned by {a}."]),
    ],
)
def test_passive_and_active_agree(extractor: Extractor, active: str, passives: list[str]) -> None:
    wrong = []
    for first, _, second, _ in NAMES:
        one = score(extractor, named(active, first, second))
        expected = acts(counting(one.signals))
        for passive in passives:
            text = named(passive, first, second)
            other = score(extractor, text)
            if not expected or acts(counting(other.signals)) != expected:
                wrong.append(f"{text}\n{shown(other)}\n  active:\n{shown(one)}")
    assert not wrong, "\n".join(wrong)


# --- order and number of articles -------------------------------------------------------------


def some_articles() -> pd.DataFrame:
    """A handful of the sample: several regions, a reprint and its original, oddities."""
    rows = []
    for name, step, most in (
        ("asia", 9, 5),
        ("europe", 9, 5),
        ("reprints", 3, 3),
        ("oddities", 1, 4),
    ):
        lines = (SAMPLE / f"{name}.jsonl").read_text("utf-8").splitlines()
        for line in lines[::step][:most]:
            record = json.loads(line)
            if isinstance(record, dict) and record.get("body"):
                rows.append((record.get("title") or "", record["body"]))
    frame = pd.DataFrame(rows, columns=["title", "body"])
    frame.insert(0, "article_id", [f"{n:016x}" for n in range(len(frame))])
    frame["published_at"] = datetime(2022, 1, 17, 9, 30, tzinfo=UTC)
    return frame


def both(articles: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Signals and scores of articles, by article; no text may fail."""
    signals = score_articles(articles)
    assert signals.attrs.pop("failures") == {}
    signals = signals.sort_values(["article_id", "seq"], ignore_index=True)
    return signals, article_scores(signals)


def assert_same(
    one: tuple[pd.DataFrame, pd.DataFrame], other: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    for left, right in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(left, right, check_exact=True, check_dtype=False)


def test_order_and_number_of_articles_never_change_a_score(extractor: Extractor) -> None:
    articles = some_articles()
    whole = both(articles)
    assert len(articles) >= 12 and len(whole[0]) > 30 and (whole[1]["n_signals"] > 0).sum() > 10

    assert_same(both(articles.iloc[::-1]), whole)

    alone = [score_articles(articles.iloc[[n]]) for n in (*range(1, len(articles)), 0)]
    for part in alone:
        part.attrs.clear()
    signals = pd.concat(alone).sort_values(["article_id", "seq"], ignore_index=True)
    assert_same((signals, article_scores(signals)), whole)

    # Every article again under another id, in between: nothing of the first changes.
    again = articles.assign(article_id=[f"{n + 4096:016x}" for n in range(len(articles))])
    mixed = pd.concat([again.iloc[::-1], articles]).sort_values("title", kind="stable")
    signals, scores = both(mixed)
    for ids in (articles["article_id"], again["article_id"]):
        mine = [
            frame[frame["article_id"].isin(ids)]
            .assign(article_id=lambda f: [f"{int(a, 16) % 4096:016x}" for a in f["article_id"]])
            .reset_index(drop=True)
            for frame in (signals, scores)
        ]
        assert_same((mine[0], mine[1]), whole)


# --- any text ---------------------------------------------------------------------------------


def covers_words(extractor: Extractor, sequence: tuple[Element, ...], quoted: str) -> bool:
    """Whether every word of the construction is among the quoted ones, in some inflection."""
    words = quoted.lower().replace("’", "'").replace("-", " ").split()
    words += [word.strip(".,;:()'\"“”…").removesuffix("'s") for word in words]
    bases = {lemma for word in words for lemma, _ in extractor.matcher.lexicon.lemmas(word)}
    return all(bases & element for element in sequence if isinstance(element, frozenset))


def check_spans(extractor: Extractor, result: TextResult, text: str) -> None:
    """Every span lies in its sentence, begins and ends at a word, covers what it stands for."""
    for sentence in result.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
    for s in result.signals:
        assert s.sentence == result.sentences[s.sentence_index].text
        assert s.source != s.target and 0 < s.confidence <= 1
        assert (s.intensity > 0) == (s.polarity == "cooperative")
        named = [span for span in (s.source_span, s.target_span) if span != (0, 0)]
        assert len(named) == (1 if s.rule.startswith("carried over") else 2)
        spans = [*s.cue_spans, *named]
        assert s.cue_spans
        for start, end in spans:
            assert 0 <= start < end <= len(s.sentence)
            quoted = s.sentence[start:end]
            assert quoted == quoted.strip()
            for at in (start, end):
                assert not s.sentence[max(0, at - 1) : at + 1].isalpha() or at in (
                    0,
                    len(s.sentence),
                )
        sequences = [
            sequence
            for entry in extractor.codebook.entries
            if (entry.pattern, entry.theme) == (s.cue, s.theme)
            for sequence in entry.sequences
        ]
        quoted = " ".join(s.sentence[start:end] for start, end in s.cue_spans)
        if s.cue != WORDS:
            assert any(covers_words(extractor, sequence, quoted) for sequence in sequences), quoted
        mentions = result.mentions[s.sentence_index]
        for actor, (start, end) in ((s.source, s.source_span), (s.target, s.target_span)):
            if (start, end) == (0, 0):
                continue  # named in a sentence before
            inside = [m for m in mentions if start <= m.start and m.end <= end]
            assert any(m.actor == actor for m in inside)
            assert all(s.sentence[m.start : m.end] == m.text for m in inside)
    for item in result.ignored:
        start, end = item.span
        assert 0 <= start <= end <= len(item.sentence) and item.reason
        assert result.sentences[item.sentence_index].text.startswith(item.sentence)


@settings(max_examples=300)
@given(title=st.text(max_size=60), body=st.text(max_size=400), on=st.dates() | st.none())
def test_any_text_is_scored_without_a_crash(
    extractor: Extractor, title: str, body: str, on: date | None
) -> None:
    result = extractor.extract(title, body, on)
    check_spans(extractor, result, f"{title}\n\n{body}" if title else body)


ACTORS = (
    "Russia|Moscow|the Russian army|the Kremlin|Ukraine|Kyiv|Ukraine's president|China|Beijing|Israel|"
    "Chinese diplomats|the United States|US|U.S.|Washington|Iran|Tehran|Hezbollah|Japan|the EU|NATO|"
    "North Korea|Emmanuel Macron|President Xi Jinping|the two countries|both sides|Iran’s ministry"
).split("|")
DEEDS = (
    "accused|accuses|attacked|was attacked by|has been condemned by|condemned|praised|will meet|met|"
    "and|signed an agreement with|agreed to talks with|did not attack|never threatened|expelled two "
    "diplomats from|denied that it had bombed|threatened to invade|could impose sanctions on|sent aid to|"
    "lifted sanctions on|held talks with|recalled its ambassador from|according to|said that|’s attack on|"
    "'s visit to|refused to recognise|urged|held a joint exercise with|seized a tanker from|rejected the "
    "demand of|warned|broke off – “for good” – its ties with|lodged (again) a protest with"
).split("|")
SMALL = (
    "the|a|of|for|from|in|over|against|who|which|that|if|unless|after|in 2014|on Monday|allegedly|its|"
    "ten years ago|talks between|sanctions|troops|,|.|. |;|:|—|-|(|)|“|”|\"|'|…|?|!|\u00a0|\u200b|\u202e|"
    "é|中国|😀|1,000|$5bn|\t|\n|\n\n|%|&|/|\ufeff"
).split("|")
CLAUSE = st.tuples(*(st.sampled_from(words) for words in (ACTORS, DEEDS, ACTORS)))
LITTER = st.tuples(st.sampled_from((*SMALL, *ACTORS, *DEEDS)))
HEAPS = st.lists(st.one_of(CLAUSE, LITTER), min_size=1, max_size=14)


def test_spans_of_any_heap_of_news_words_cover_what_they_quote(extractor: Extractor) -> None:
    seen: list[int] = []

    @settings(max_examples=400)
    @given(heap=HEAPS, between=st.sampled_from((" ", " ", " ", "  ", "")), headline=st.booleans())
    def check(heap: list[tuple[str, ...]], between: str, headline: bool) -> None:
        text = between.join(word for words in heap for word in words)
        title, body = (text.replace("\n", " "), "") if headline else ("", text)
        result = extractor.extract(title, body, ON)
        check_spans(extractor, result, f"{title}\n\n{body}" if title else body)
        assert extractor.extract(title, body, ON) == result
        seen.append(len(result.signals))

    check()
    assert sum(seen) > 200, f"{sum(seen)} signals in {len(seen)} heaps: the test shows too little"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\n ",
        ".",
        "Russia",
        "Russia " * 600,
        "Russia and Ukraine " * 60 + ".",
        "Russia attacked Ukraine " * 50 + ".",
        "((((“Russia” (attacked) “Ukraine”",
        "RUSSIA ATTACKED UKRAINE",
        "Russia\u00a0attacked\u200bUkraine.",
        "Russia’s attack—on Ukraine’s port—went on…",
        "\ufeffRussia attacked Ukraine.\r\nKyiv condemned Moscow.\r\n",
        "If, unless, after, by Russia, of Ukraine: attack.",
        "Ру́ссия attacked Ukraine and Ukraine attacked.",
    ],
)
def test_odd_texts_are_scored_with_spans_in_place(extractor: Extractor, text: str) -> None:
    for title, body in (("", text), (text.replace("\n", " "), text)):
        result = extractor.extract(title, body, ON)
        check_spans(extractor, result, f"{title}\n\n{body}" if title else body)
