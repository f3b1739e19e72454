"""Which language a text is in. English is taken for granted until something speaks against it.

Short English headlines full of foreign names fool every detector, and an English report
lost is worse than a foreign one that matches no cue. So a text is English when enough of
its words are the small words of English; else py3langid decides, restricted to the languages
of news, and only a confident answer counts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

#: Characters looked at.
_SAMPLE = 1500
#: Below this many words of Latin script the text says too little.
_FEW_WORDS = 4

_ENGLISH = frozenset(
    "the of and to in a is that for on with as by at from it an be are was were has have had "
    "its his her their this these will would could not but they he she who which after over "
    "against into amid says said new more about between during under than been when while "
    "how why what may should near off out up".split()
)
#: Small words of other languages in Latin script that English headlines do not hold.
_FOREIGN = frozenset(
    "der die das und den dem des ein eine einen mit von für auf nicht ist sich wird nach bei "
    "aus zum zur über le la les des du et est une dans pour sur avec qui que par pas aux sont "
    "el los las del y en con una por para su se al lo il gli della di nel alla che per sono "
    "non dei delle o os do da dos das em um uma no na não ao pela het een van de voor op niet "
    "zijn met aan w z na nie się jest że przez po ve bir bu için ile da olarak yang dan di ke "
    "dari untuk dengan pada och att det som på är av till för ikke og af til som med fra on ja "
    "să și în cu pe la nu că v na že se je ne u i za sa su od".split()
)
_CODES = (
    "en fr de es pt it nl pl cs sk sl hr sr bs ro hu bg mk sq el tr az uk ru be hy ka kk uz ar "
    "fa ur he hi bn pa ta te ml mr gu ne si my th km lo vi id ms tl zh ja ko sv no nb da fi et "
    "lv lt sw so am ha af mn ps ku"
).split()
#: ISO 639-2 codes and English names of the languages that are often stated so.
_NAMES = {
    name: names.split()[0]
    for names in (
        "en eng english", "fr fra fre french", "de deu ger german", "es spa spanish",
        "pt por portuguese", "it ita italian", "nl nld dut dutch", "pl pol polish",
        "cs ces cze czech", "sk slk slovak", "hr hrv croatian", "sr srp serbian",
        "ro ron rum romanian", "hu hun hungarian", "bg bul bulgarian", "el ell gre greek",
        "tr tur turkish", "az aze azerbaijani", "uk ukr ukrainian", "ru rus russian",
        "be bel belarusian", "hy hye arm armenian", "ka kat geo georgian", "kk kaz kazakh",
        "ar ara arabic", "fa fas per persian farsi", "ur urd urdu", "he heb hebrew",
        "hi hin hindi", "bn ben bengali", "ta tam tamil", "th tha thai", "my mya burmese",
        "vi vie vietnamese", "id ind indonesian", "ms msa may malay", "tl tgl tagalog filipino",
        "zh zho chi chinese mandarin", "ja jpn japanese", "ko kor korean", "sv swe swedish",
        "no nor norwegian", "da dan danish", "fi fin finnish", "et est estonian",
        "lv lav latvian", "lt lit lithuanian", "sq sqi albanian", "mk mkd macedonian",
        "sw swa swahili", "ha hau hausa", "am amh amharic", "so som somali", "ps pus pashto",
    )
    for name in names.split()[1:]
}  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]+")


def language_code(stated: str) -> str:
    """ISO 639-1 of a stated language ("en", "en-US", "eng", "English"), or ""."""
    first = re.split(r"[-_,;\s(]", stated.strip().lower(), maxsplit=1)[0]
    if len(first) == 2 and first.isascii() and first.isalpha():
        return "no" if first in ("nb", "nn") else first
    return _NAMES.get(first, "")


def check_language(stated: str, text: str) -> str:
    """The language of a text whose source states one ("" for none).

    What is stated holds, but feeds and pages call every item of theirs English: a text with
    more small words of another language than of English is looked at again.
    """
    code = language_code(stated)
    if code != "en":
        return code or detect_language(text)
    if len(text) <= _SAMPLE and text.isascii() and " the " in text:
        return code
    words = _LETTERS.findall(text[:_SAMPLE].lower())
    english, foreign = _small_words(words)
    latin = sum(word[0] < "\u0250" for word in words)
    if foreign > english + 1 or latin * 2 < len(words):
        return detect_language(text)
    return code


def _small_words(words: list[str]) -> tuple[int, int]:
    english = sum(word in _ENGLISH for word in words)
    return english, sum(word in _FOREIGN and word not in _ENGLISH for word in words)


def detect_language(text: str) -> str:
    """ISO 639-1 of the language of ``text``; "en" when nothing speaks against it."""
    sample = text[:_SAMPLE]
    words = _LETTERS.findall(sample.lower())
    if not words:
        return "en"
    latin = sum(word[0] < "\u0250" for word in words)
    if latin * 2 >= len(words):
        english, foreign = _small_words(words)
        if english >= 0.12 * len(words) and english > foreign:
            return "en"
        if len(words) < _FEW_WORDS and sample.isascii():
            return "en"
        code, confidence = _classify(sample)
        sure = 0.5 if foreign > english else 0.9
        return code if confidence >= sure else "en"
    return _classify(sample)[0]


def _classify(text: str) -> tuple[str, float]:
    code, confidence = _identifier().classify(text)
    return ("no" if code == "nb" else str(code)), float(confidence)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in _CODES if code in identifier.labels])
    return identifier
