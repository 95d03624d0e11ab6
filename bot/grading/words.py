"""How the grader splits a text: words, numbers, Greek letters and signs each on their own, every offset kept."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from bot.text import fold, stem

FUNCTION_WORDS: Final = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "being", "by", "can", "could", "did", "do", "does",
    "each", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it",
    "its", "may", "might", "more", "most", "must", "of", "on", "one", "or", "our", "out", "over", "she",
    "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "through", "to", "too", "under", "up", "us", "very", "was", "we", "were", "what", "when",
    "where", "which", "who", "why", "will", "with", "would", "you", "your", "it's", "that's",
))  # fmt: skip
NEGATIONS: Final = frozenset((
    "no", "not", "never", "none", "neither", "nor", "cannot", "cant", "without", "w/o", "hardly", "rarely", "isnt", "arent",
    "wasnt", "werent", "doesnt", "dont", "didnt", "wont", "wouldnt", "couldnt", "shouldnt", "hasnt", "havent", "false",
    "untrue", "nto", "nott", "noot", "nnot", "dosent", "doesnot", "donot", "isnot", "arenot", "cannnot", "withuot", "wihtout",
))  # fmt: skip
AUXILIARIES: Final = frozenset((
    "is", "are", "was", "were", "can", "could", "will", "would", "should", "must", "may", "might", "does", "do", "did",
    "has", "have", "had",
))  # fmt: skip

PAUSES: Final = frozenset(",;:.!?)]}\n")  # a pause follows a word before one of these

_GREEK = "\u0370-\u03ff"
_SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"  # characters without width, which hide in words
_LETTER = rf"[^\W\d_{_GREEK}{_SMALL}]"
_LETTERS = rf"{_LETTER}+(?:[{_UNSEEN}](?=[^\W\d_]){_LETTER}*)*"
_WORD: Final = re.compile(
    r"[A-Za-z]++(?=[\s.,;:)]|$)"  # as most are: what follows reads them alike, and takes longer
    rf"|\d+(?:[.,]\d+)*(?:e[-+]?\d+)?(?!\w)|\d+(?:[.,]\d+)*|[{_SMALL}]+|[{_GREEK}]|[√∞%]|[wW]/o(?:ut)?\b"
    rf"|{_LETTERS}(?:['’]{_LETTERS})?(?:(?:\+\+|\#)(?!\w))?"
)
_SPOKEN: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "eps": "epsilon",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma",
    "ς": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "√": "sqrt",
    "∞": "infinity", "%": "percent", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "zero": "0",
}  # fmt: skip
_LOOK_ALIKE: Final = str.maketrans(
    "аеорсухіјѕԁԛԝһьвкмнтіАВЕКМНОРСТУХІЈЅ", "aeopcyxijsdqwhbbkmhtiabekmhopctyxijs",
)  # fmt: skip
_FORMS: Final = {form: base for row in (
    "lose lost losing", "keep kept", "build built", "make made", "send sent", "spend spent", "hold held", "tell told",
    "think thought", "find found", "begin began begun", "choose chose chosen choice", "take took taken", "give gave given",
    "go went gone goes", "get got gotten", "see saw seen", "write wrote written", "read reads", "know knew known",
    "grow grew grown growth", "draw drew drawn", "throw threw thrown", "forget forgot forgotten", "hide hid hidden",
    "break broke broken", "speak spoke spoken", "freeze froze frozen", "drive drove driven", "fall fell fallen",
    "rise rose risen", "shrink shrank shrunk", "run ran running", "come came", "become became", "mean meant", "learn learnt learned",
    "buy bought", "bring brought", "catch caught", "teach taught", "feed fed", "lead led", "feel felt", "sell sold",
    "say said", "pay paid", "win won", "stick stuck", "stand stood", "understand understood", "bind bound", "leave left",
    "split splits", "cut cuts cutting", "hit hits", "put puts", "spread spreads", "shoot shot", "wear wore worn", "steal stole stolen",
    "bend bent", "deal dealt", "sink sank sunk", "swap swapped", "weigh weight-of", "big bigger biggest", "good better-than",
    "bad worse-than", "far farther further", "index indices indexes indexed", "matrix matrices", "vertex vertices", "axis axes",
    "analysis analyses analyze", "basis bases", "hypothesis hypotheses", "child children", "criterion criteria", "phenomenon phenomena",
    "cheap cheaper cheapest", "noise noisy", "fuzzy fuzz", "memory memorize memorise memories", "style stylistic", "probability probabilities probable",
) for base, *forms in [row.split()] for form in forms}  # fmt: skip
_BRITISH: Final = ((re.compile(r"(?<=\w{3})is(e|ed|es|er|ers|ing|ation|ations)$"), r"iz\1"), (re.compile(r"(?<=\w{3})our(s|ed|al|ing)?$"), r"or\1"))  # fmt: skip


class Word(NamedTuple):
    """A word of a text, from `start` to before `end`, and whether a pause follows it.

    It has two stems: `stem` stands for all that mean the same in the field, `own` for exactly this. One that `denies` turns
    a statement into its opposite.
    """

    stem: str
    word: str
    start: int
    end: int
    pause: bool = False
    own: str = ""
    denies: bool = False


def split(text: str) -> Iterator[re.Match[str]]:
    """Yield the words, numbers and signs of a text."""
    return _WORD.finditer(text)


def as_seen(word: str) -> str:
    """Return a word as a reader sees it: without case, accents and what has no width, look-alikes of Latin letters as these."""
    if word.isascii():
        return word.lower()
    word = "".join(letter for letter in word if unicodedata.category(letter) != "Cf")
    latin = word.translate(_LOOK_ALIKE)
    return fold(latin if latin.isascii() else word)


def plain_stem(word: str) -> str:
    """Return a word's stem, one spelling for the British and American ones, and a number's usual form."""
    return plain(word)[0]


@lru_cache(maxsize=5_000)  # the frequent words of a few hundred questions
def plain(word: str) -> tuple[str, str, bool]:
    """Return a word's stem, the word as it is seen, and whether it denies."""
    seen = sys.intern(as_seen(word))
    if seen[0].isdigit():
        return _number(seen), seen, False
    form = _SPOKEN.get(seen, seen)
    form = _FORMS.get(form, form)
    if "is" in form or "our" in form:
        form = _american(form)
    denies = seen in NEGATIONS or seen.endswith(("n't", "n’t"))
    return sys.intern(stem.__wrapped__(form)), seen, denies  # kept here, not there once more


def _american(word: str) -> str:
    for spelling, usual in _BRITISH:
        word = spelling.sub(usual, word)
    return word


def _number(word: str) -> str:
    """Return one form for "1,000", "1000" and "1000.0"; what is no number after all stays as it is."""
    bare = re.sub(r",(?=\d{3}\b)", "", word)
    try:
        return f"{float(bare):.6g}"
    except ValueError:
        return word
