"""How the grader splits a text: words, numbers, Greek letters and signs each on their own, every offset kept."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.text import Token, fold, stem

FUNCTION_WORDS: Final = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "being", "by", "can", "could", "did", "do", "does",
    "each", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it",
    "its", "may", "might", "more", "most", "must", "of", "on", "one", "or", "our", "out", "over", "she",
    "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "through", "to", "too", "under", "up", "us", "very", "was", "we", "were", "what", "when",
    "where", "which", "who", "why", "will", "with", "would", "you", "your", "it's", "that's",
))  # fmt: skip
NEGATIONS: Final = frozenset((
    "no", "not", "never", "none", "neither", "nor", "cannot", "cant", "without", "hardly", "isnt", "arent",
    "wasnt", "doesnt", "dont", "didnt", "wont", "false", "untrue",
))  # fmt: skip
AUXILIARIES: Final = frozenset((
    "is", "are", "was", "were", "can", "could", "will", "would", "should", "must", "may", "might", "does", "do", "did",
    "has", "have", "had",
))  # fmt: skip

_GREEK = "\u0370-\u03ff"
_SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
_WORD: Final = re.compile(
    rf"\d+(?:[.,]\d+)*(?:e[-+]?\d+)?(?!\w)|\d+(?:[.,]\d+)*|[{_SMALL}]+|[{_GREEK}]|[√∞%]"
    rf"|[^\W\d_{_GREEK}{_SMALL}]+(?:['’][^\W\d_{_GREEK}{_SMALL}]+)?(?:(?:\+\+|\#)(?!\w))?"
)
_PAUSES: Final = frozenset(",;:.!?)\n")
_SPOKEN: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "eps": "epsilon",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma",
    "ς": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "√": "sqrt",
    "∞": "infinity", "%": "percent", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "zero": "0",
}  # fmt: skip
_BRITISH: Final = ((re.compile(r"(?<=\w{3})is(e|ed|es|er|ers|ing|ation|ations)$"), r"iz\1"), (re.compile(r"(?<=\w{3})our(s|ed|al|ing)?$"), r"or\1"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word(Token):
    """A word with two stems: `stem` stands for all that mean the same in the field, `own` for exactly this."""

    own: str = ""


def split(text: str) -> Iterator[re.Match[str]]:
    """Yield the words, numbers and signs of a text."""
    return _WORD.finditer(text)


def plain_words(text: str) -> tuple[Word, ...]:
    """Return the words of a text, each with its stem."""
    return tuple([_word(match, text) for match in split(text)])  # a list is faster here than a generator


def _word(match: re.Match[str], text: str) -> Word:
    written, (start, end) = match.group(), match.span()
    stem = plain_stem(written)
    return Word(stem, sys.intern(fold(written)), start, end, pause=text[end : end + 1] in _PAUSES, own=stem)


@lru_cache(maxsize=50_000)
def plain_stem(word: str) -> str:
    """Return a word's stem, one spelling for the British and American ones, and a number's usual form."""
    word = fold(word)
    if word[0].isdigit():
        return _number(word)
    word = _SPOKEN.get(word, word)
    for spelling, usual in _BRITISH:
        word = spelling.sub(usual, word)
    return sys.intern(stem(word))


def denies(token: Token) -> bool:
    """Whether a word turns a statement into its opposite."""
    return token.word in NEGATIONS or token.word.endswith(("n't", "n’t"))


def _number(word: str) -> str:
    """Return one form for "1,000", "1000" and "1000.0"; what is no number after all stays as it is."""
    bare = re.sub(r",(?=\d{3}\b)", "", word)
    try:
        return f"{float(bare):.6g}"
    except ValueError:
        return word
