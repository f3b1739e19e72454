"""How the judge learns: the cases of the training items, labelled by their signals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.actors import Resolver
from pipeline.records import QUAD_OF_ROOT, Span, polarity_of
from pipeline.signals.cases import Case, cases, claims
from pipeline.signals.classifier import Classifier
from pipeline.signals.items import Gold, Item, read_items
from pipeline.signals.judge import SHORT, WHOLE, Judge, Judges, rounded
from pipeline.signals.matcher import Matcher
from pipeline.signals.measures import couple_features
from pipeline.signals.reading import read
from pipeline.signals.relations import read_marked
from pipeline.signals.setting import Setting
from pipeline.signals.whole import TEXT_COLUMNS, Told, text_rows

#: Weight of a case whose sentence does not hold the words the reader marked, and of one
#: whose construction lies elsewhere in that sentence.
_ELSEWHERE: Final = 0.3
_ASIDE: Final = 0.5
#: A whole article has this share of the weight of its cases: it has so many.
_ARTICLE: Final = 0.3
#: A marked sentence: it teaches rare turns of phrase, but it is no sample of the news.
_MARKED: Final = 0.35
#: Settings of the boosting, chosen by cross-validation on the items.
TREES: Final[dict[str, Any]] = {
    "max_iter": 400,
    "learning_rate": 0.04,
    "max_leaf_nodes": 12,
    "min_samples_leaf": 60,
    "l2_regularization": 15.0,
    "max_features": 0.2,
}


@dataclass(frozen=True, slots=True)
class Read:
    """A training item and its sentences that may hold acts."""

    item: Item
    settings: tuple[Setting, ...]
    #: The couple that alone is labelled, in a marked sentence; None: everything is.
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The labelled cases of all items."""

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    weight: NDArray[np.float64]
    #: Item number of each case.
    item: NDArray[np.int64]
    #: What each case claims.
    told: list[Told]


def read_settings(resolver: Resolver, matcher: Matcher) -> list[Read]:
    """All training items, read."""
    found = []
    for item in read_items():
        reading = read(resolver, matcher, item.title, item.body, item.day)
        found.append(Read(item, tuple(s for s in reading.settings if s is not None)))
    return found


def read_marked_sentences(
    resolver: Resolver, matcher: Matcher, examples: Sequence[tuple[str, str, bool]]
) -> list[Read | None]:
    """Marked sentences as items with one labelled couple; None where an actor is no state.

    ``examples``: the sentence with its marks, its root or NONE, whether both act.
    """
    found: list[Read | None] = []
    for marked, root, both in examples:
        sentence = read_marked(marked)
        reading = read(resolver, matcher, "", sentence.text, None)
        settings = tuple(s for s in reading.settings if s is not None)
        sides = [
            _actor_at(setting, span)
            for setting in settings[:1]
            for span in (sentence.source, sentence.target)
        ]
        if len(reading.sentences) != 1 or len(sides) != 2 or not all(sides) or sides[0] == sides[1]:
            found.append(None)
            continue
        source, target = sides
        gold = () if root == "NONE" else (Gold(source, target, both, root, "actual", ""),)
        item = Item("", sentence.text, date.min, gold, "marked sentence")
        found.append(Read(item, settings, frozenset(sides)))
    return found


def _actor_at(setting: Setting, span: Span) -> str:
    """The actor named inside a span, or ""."""
    scene = setting.scene
    for p in scene.participants:
        if scene.tokens[p.first].start < span[1] and span[0] < scene.tokens[p.last - 1].end:
            return p.key
    return ""


def _same_act(gold: Gold, source: str, target: str, both: bool) -> bool:
    if (gold.source, gold.target) == (source, target):
        return True
    return (gold.both or both) and (gold.target, gold.source) == (source, target)


def couple_rows(
    items: Sequence[Read], without: tuple[str, ...] = ()
) -> list[tuple[int, tuple[Sequence[str], str]]]:
    """Features and root of every ordered couple of a sentence, with the item's number.

    ``without``: families of features to leave out. A couple whose act another sentence
    tells is no example. Whole articles give none: with theirs, most of them no acts, the
    classifier is the worse for short texts.
    """
    found: list[tuple[int, tuple[Sequence[str], str]]] = []
    for number, one in enumerate(items):
        if one.item.article:
            continue
        for setting in one.settings:
            people = setting.scene.participants
            count = len(people) + len(setting.carried)
            first = {setting.person(i).key: i for i in reversed(range(count))}
            for a in first:
                for b in first:
                    if a == b or min(first[a], first[b]) >= len(people):
                        continue
                    label, at = _label(setting, one.item, a, b)
                    if label is None:
                        continue
                    source, target = (_near(setting, key, at, first[key]) for key in (a, b))
                    names = couple_features(setting, source, target)
                    kept = [name for name in names if not name.startswith(without)]
                    found.append((number, (kept if without else names, label)))
    return found


def _label(setting: Setting, item: Item, a: str, b: str) -> tuple[str | None, int]:
    """The root of the couple's act told here and where; NONE; or None: told elsewhere."""
    elsewhere = False
    for gold in item.signals:
        if _same_act(gold, a, b, False):
            at = setting.scene.text.find(gold.cue)
            if at >= 0:
                return _root(setting, gold, at), at
            elsewhere = True
    return (None, -1) if elsewhere else ("NONE", -1)


def _root(setting: Setting, gold: Gold, at: int) -> str:
    """The reader's root in the codebook's terms, so that both teach the same.

    Readers and codebook draw some lines of one quad class differently (a signed treaty may
    be AGREE or SUPPORT); a deed that is only promised is AGREE.
    """
    if gold.status == "planned" and QUAD_OF_ROOT[gold.root] == 2:
        return "AGREE"
    scene = setting.scene
    for item in setting.coded:
        match = item.match
        start, end = scene.tokens[match.first].start, scene.tokens[match.tokens[-1]].end
        same = QUAD_OF_ROOT[match.entry.root] == QUAD_OF_ROOT[gold.root]
        if same and not match.entry.weak and start < at + len(gold.cue) and at < end:
            return match.entry.root
    return gold.root


def _near(setting: Setting, key: str, at: int, default: int) -> int:
    """The mention of an actor nearest to a place in the text."""
    scene = setting.scene
    same = [i for i, p in enumerate(scene.participants) if p.key == key]
    if at < 0 or not same:
        return default
    return min(same, key=lambda i: abs(scene.tokens[scene.participants[i].first].start - at))


def case_rows(items: Sequence[Read], classifier: Callable[[int], Classifier]) -> Rows:
    """The cases of all items; ``classifier`` gives the one to ask for an item's number."""
    xs, ys, weights, numbers = [], [], [], []
    told: list[Told] = []
    for number, one in enumerate(items):
        for index, setting in enumerate(one.settings):
            found, rows = cases(setting, classifier(number))
            for case, row, claim in zip(found, rows, claims(index, setting, found), strict=True):
                if one.only is not None and one.only != set(claim.pair):
                    continue
                label, weight = _verdict(setting, one.item, case)
                xs.append(row)
                ys.append(label)
                weights.append(weight * _share(one))
                numbers.append(number)
                told.append(claim)
    return Rows(
        np.asarray(xs, dtype=np.float32), np.array(ys), np.array(weights), np.array(numbers), told
    )


def _share(one: Read) -> float:
    """How much the cases of a text weigh."""
    if one.only is not None:
        return _MARKED
    return _ARTICLE if one.item.article else 1.0


def _verdict(setting: Setting, item: Item, case: Case) -> tuple[int, float]:
    """Whether the reader coded the case, and how much it weighs."""
    source = setting.person(case.roles.source).key
    target = setting.person(case.roles.target).key
    scene = setting.scene
    best = 0.0
    for gold in item.signals:
        if polarity_of(gold.root) != case.polarity:
            continue
        if not _same_act(gold, source, target, case.roles.both):
            continue
        at = scene.text.find(gold.cue)
        if at < 0:
            best = max(best, _ELSEWHERE)
        elif case.item is None or not gold.cue:
            best = 1.0
        else:
            match = case.item.match
            start, end = scene.tokens[match.first].start, scene.tokens[match.tokens[-1]].end
            best = max(best, 1.0 if start < at + len(gold.cue) and at < end else _ASIDE)
    return (1, best) if best else (0, 1.0)


def fit(
    items: Sequence[Read], rows: Rows, folds: int, seed: int
) -> tuple[Judges, dict[str, float]]:
    """Both judges, and what cross-validation over items says of them.

    The second learns from the opinions of a first that has not seen the text, and from whole
    texts alone: a marked sentence has no neighbours.
    """
    first = _fit(rows.x, rows.y, rows.weight, np.ones(len(rows.y), dtype=bool), seed)
    x = np.hstack([rows.x, _text_rows(items, rows, _crossed(rows.x, rows, folds, seed))])
    whole = np.array([one.only is None for one in items])[rows.item]
    second = _fit(x, rows.y, rows.weight, whole, seed)
    figures = _figures(items, rows, _crossed(x, rows, folds, seed, whole))
    return Judges(first, second), figures


def _crossed(
    x: NDArray[np.float32],
    rows: Rows,
    folds: int,
    seed: int,
    chosen: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Every case's probability by a judge that has not seen its text."""
    from sklearn.utils.parallel import Parallel, delayed

    held = [rows.item % folds == fold for fold in range(folds)]
    seen = [~part if chosen is None else ~part & chosen for part in held]
    judges = Parallel(n_jobs=-1)(delayed(_fit)(x, rows.y, rows.weight, part, seed) for part in seen)
    chances = np.zeros(len(rows.y))
    for part, judge in zip(held, judges, strict=True):
        chances[part] = judge.probabilities(x[part])
    return chances


def _text_rows(
    items: Sequence[Read], rows: Rows, chances: NDArray[np.float64]
) -> NDArray[np.float32]:
    """``whole.text_rows`` of every text; its cases stand together."""
    found = np.zeros((len(rows.y), len(TEXT_COLUMNS)), dtype=np.float32)
    edges = np.searchsorted(rows.item, np.arange(len(items) + 1))
    for number, (start, end) in enumerate(pairwise(edges.tolist())):
        found[start:end] = text_rows(
            rows.told[start:end],
            rows.x[start:end],
            chances[start:end],
            len(items[number].settings),
        )
    return found


def _figures(items: Sequence[Read], rows: Rows, chances: NDArray[np.float64]) -> dict[str, float]:
    """Agreement with the readers by threshold."""
    figures: dict[str, float] = {}
    for name, article, limit in (
        ("items", False, SHORT.plain),
        ("articles", True, WHOLE.plain),
    ):
        chosen = [
            number
            for number, one in enumerate(items)
            if one.item.article == article and one.only is None
        ]
        for at in (0.6 * limit, 0.8 * limit, limit, 1.3 * limit, 1.6 * limit):
            agreed = agreement(items, chosen, rows, chances, at)
            figures |= {f"{name} at {at:.2f}: {what}": value for what, value in agreed.items()}
    return figures


def _fit(
    every: NDArray[np.float32],
    y: NDArray[np.int64],
    weight: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    seed: int,
) -> Judge:
    from sklearn.ensemble import HistGradientBoostingClassifier

    x = rounded(every[chosen])
    model = HistGradientBoostingClassifier(random_state=seed, early_stopping=False, **TREES)
    model.fit(x, y[chosen], sample_weight=weight[chosen])
    judge = _arrays(model)
    assert np.allclose(judge.probabilities(x[:200]), model.predict_proba(x[:200])[:, 1], atol=1e-5)
    return judge


def _arrays(model: Any) -> Judge:
    """The trees of a fitted model, leaves turned into nodes that point to themselves."""
    trees = [stage[0].nodes for stage in model._predictors]
    shape = (len(trees), max(len(nodes) for nodes in trees))
    column = np.zeros(shape, dtype=np.int16)
    limit = np.zeros(shape, dtype=np.float32)
    left = np.tile(np.arange(shape[1], dtype=np.int16), (shape[0], 1))
    right = left.copy()
    value = np.zeros(shape, dtype=np.float32)
    depth = 0
    for t, nodes in enumerate(trees):
        depth = max(depth, int(nodes["depth"].max()))
        for n, node in enumerate(nodes):
            if node["is_leaf"]:
                value[t, n] = node["value"]
            else:
                column[t, n], limit[t, n] = node["feature_idx"], node["num_threshold"]
                left[t, n], right[t, n] = node["left"], node["right"]
    start = float(np.ravel(model._baseline_prediction)[0])
    return Judge(column, limit, left, right, value, start, depth)


def agreement(
    items: Sequence[Read],
    chosen: Sequence[int],
    rows: Rows,
    chances: NDArray[np.float64],
    limit: float,
) -> dict[str, float]:
    """Agreement in pair and polarity, and the share of quiet items with an alarm.

    The share of the main acts found is told where the readers marked any.
    """
    got: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    for number, chance, told in zip(rows.item, chances, rows.told, strict=True):
        if told.counts and chance >= limit:
            got[int(number)].add((*told.pair, told.polarity))
    hit = found = wanted = quiet = alarms = main_hit = main_wanted = 0
    for number in chosen:
        gold: set[tuple[str, str, str]] = set()
        main: set[tuple[str, str, str]] = set()
        for g in items[number].item.signals:
            if g.status != "negated":
                first, second = sorted((g.source, g.target))
                gold.add((first, second, polarity_of(g.root)))
                if g.main:
                    main.add((first, second, polarity_of(g.root)))
        hit += len(gold & got[number])
        found += len(got[number])
        wanted += len(gold)
        main_hit += len(main & got[number])
        main_wanted += len(main)
        quiet += not gold
        alarms += not gold and bool(got[number])
    agreed = {
        "F1": 2 * hit / max(found + wanted, 1),
        "precision": hit / max(found, 1),
        "recall": hit / max(wanted, 1),
        "false alarms": alarms / max(quiet, 1),
    }
    return agreed | ({"main acts found": main_hit / main_wanted} if main_wanted else {})
