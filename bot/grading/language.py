"""Whether a text is in another language than English, which the grader cannot judge: it says so, and a person looks."""

import re
from collections.abc import Set as AbstractSet
from typing import Final

from bot.grading.reading import Reading
from bot.grading.words import FUNCTION_WORDS

_LETTER: Final = re.compile(r"[^\W\d_]")
_FOREIGN_LETTERS: Final = 0.3  # share of letters of another script from which a text is in it
_FAR: Final = re.compile(r"[^\x00-\u03ff]")  # of another script; formulas have Greek letters in any language
_LEAST_WORDS: Final = 5
_SMALL: Final = 0.12  # share of another language's small words from which a text may be in it
_SMALL_WORDS: Final = frozenset(["der", "die", "das", "den", "dem", "ein", "eine", "einen", "und", "ist", "nicht", "sich", "mit", "auf", "für", "von", "zu", "wird", "werden", "durch", "auch", "als", "oder", "wenn", "kann", "le", "la", "les", "des", "du", "une", "est", "et", "que", "qui", "pas", "dans", "pour", "par", "sur", "avec", "sont", "ne", "se", "ce", "cette", "plus", "el", "los", "las", "un", "una", "es", "y", "que", "en", "por", "para", "con", "no", "se", "del", "al", "como", "más", "lo", "su", "il", "lo", "gli", "che", "di", "è", "per", "con", "non", "si", "una", "sono", "della", "dei", "nel", "alla", "o", "os", "as", "um", "uma", "é", "e", "que", "não", "em", "do", "da", "para", "com", "se", "por", "mais", "de", "het", "een", "en", "van", "is", "niet", "met", "op", "te", "dat", "voor", "zijn", "wordt", "i", "w", "na", "z", "nie", "jest", "się", "do", "to", "że"]) - FUNCTION_WORDS - {"no", "die", "on", "e", "i", "w", "z", "se", "o", "y", "c", "es", "la", "in", "den", "par", "plus", "per", "non"}  # fmt: skip


def is_foreign(text: str, reading: Reading, known: AbstractSet[str]) -> bool:
    """Whether most of a text is in another script, or its small words are another language's and not English."""
    other = [] if text.isascii() else _LETTER.findall("".join(_FAR.findall(text)))
    if other and len(other) > _FOREIGN_LETTERS * len(_LETTER.findall(text)):
        return not any(word.stem in known for word in reading.words)
    words = [word.word for word in reading.words]
    if len(words) < _LEAST_WORDS:
        return False
    small = len([word for word in words if word in _SMALL_WORDS])
    return small >= _SMALL * len(words) and small > sum(word in FUNCTION_WORDS for word in words)
