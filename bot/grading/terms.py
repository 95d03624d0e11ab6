"""Whether a short answer is the right terms alone, strung together, without a word on how they belong together.

Each term is right, so no rubric can tell. It is told by weights: of the shape of the text (its small words, marks and endings of words,
one, two and three in a row, whatever its other words are), of how far its words stand together as in what is true, and of how well its
clauses say the points. They were fitted (`tests/grading/fit_terms.py`) to answers by people who had seen no rubric, half of whom were
asked to know the words and nothing else, and stand in `content/terms.json`.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import fsum, inf
from typing import Final

from bot.grading.evidence import Evidence
from bot.grading.guards import A_LIST, Cut
from bot.grading.listed import is_row_of
from bot.grading.result import CORRECT_FROM
from bot.grading.rubric import Rubric
from bot.grading.weights import CONTENT, step, weights_in
from bot.grading.words import FUNCTION_WORDS, Word

WEIGHTS: Final = CONTENT / "terms.json"
SURELY: Final = 2.5  # log odds from which a text is terms alone
MAYBE: Final = -2.0  # and from which it is doubted: that costs nothing, and hardly a sure grade of who knows it
_LISTS, _NOTES = 0.0, -2.8  # without marks: log odds from which it is a list of words, and up to which it is notes
_STAND: Final = 0.15  # true pairs, of those that could be, from which notes are surely no list
_HALF: Final = 50  # points below which nothing is taken off
_KEPT: Final = 0.45  # of its points
_RELATES: Final = re.compile(r"[:=→↔≈≤≥<>]")  # what says how terms belong together without words
_ALONE: Final = "It has the right terms and hardly says how they belong together."
_MAY_LIST: Final = "it may list words without saying how they belong together."
_MAY_BE: Final = "it may have the right terms and not say how they belong together."
_SIGN: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]|\n")
_ENDINGS: Final = (
    "tion", "ness", "ment", "ance", "ence", "able", "ises", "izes", "ing", "ity", "ise", "ize", "ive", "ed", "ly", "es", "al", "er", "or", "s",
)  # fmt: skip
_STEM: Final = 3  # letters that stand before an ending at least
_ABBREVIATION: Final = 6  # letters of one at most
_ROW: Final = 3  # signs in a row
_LONG: Final = (15, 20, 25, 30, 40)  # words
_TIED: Final = (0.2, 0.35, 0.5, 0.7, 1.0)  # true pairs for each known word
_PAIRS: Final = (0.08, 0.13, 0.18, 0.25, 0.35, 0.5)  # true ones of the pairs that could be
_SHARES: Final = (0.6, 0.7, 0.8, 0.9, 0.97)  # of an answer's words
_LEANS: Final = (0.3, 0.4, 0.5, 0.6)


def weighed(
    rubric: Rubric, text: str, words: Sequence[Word], found: Evidence, raw: float, against: Sequence[Cut]
) -> tuple[Cut, ...]:
    """Return what speaks against an answer, once it was weighed whether its terms stand alone; by a poor rubric nobody is accused of it."""
    told = tuple(cut for one in against for cut in (_of_list(text, found) if rubric.rich and one is A_LIST else (one,)))
    if raw < _HALF or rubric.names or any(cut.factor < 1 for cut in told):
        return told
    if rubric.rich:
        return (*told, *_cuts(rubric, text, words, found))
    return (*told, *_doubts(text, found)) if raw >= CORRECT_FROM else told


def _of_list(text: str, found: Evidence) -> Iterator[Cut]:
    """Yield what words without marks and small words amount to: a list, maybe one, or notes of somebody who knows it."""
    odds = leaning(text, found) if found.ties.words else inf
    if odds >= _LISTS:
        yield A_LIST
    elif odds > _NOTES or found.ties.of_pairs < _STAND:
        yield Cut(1.0, _MAY_LIST, doubt=True)


def _cuts(rubric: Rubric, text: str, words: Sequence[Word], found: Evidence) -> Iterator[Cut]:
    """Yield what is taken off an answer for being terms alone, where the question asks for more."""
    odds = leaning(text, found) if found.ties.words else -inf
    if odds >= SURELY or (not _RELATES.search(text) and (found.ties.loose or is_row_of(rubric.phrasings, words))):
        yield Cut(_KEPT, _ALONE)
    else:
        yield from _doubts(text, found)


def _doubts(text: str, found: Evidence) -> Iterator[Cut]:
    """Yield the doubt whether an answer is terms alone."""
    if found.ties.words and leaning(text, found) >= MAYBE:
        yield Cut(1.0, _MAY_BE, doubt=True)


def leaning(text: str, found: Evidence) -> float:
    """Return the log odds that a text is the right terms alone."""
    weights = weights_in(WEIGHTS)
    return fsum(weights.get(mark, 0.0) for mark in marks(text, found))  # in whichever order


def marks(text: str, found: Evidence) -> Iterator[str]:
    """Yield all of a text that may have a weight, each once."""
    written = text.lower() if text.isupper() else text
    signs = ("^", *map(_shape, _SIGN.findall(written.strip())), "$")
    yield from {" ".join(signs[at : at + many]) for many in range(1, _ROW + 1) for at in range(len(signs) - many + 1)}
    ties, points = found.ties, found.points
    yield f"#long {step(len(text.split()), _LONG)}"
    yield f"#tied {step(ties.each, _TIED)}"
    yield f"#pairs {step(ties.of_pairs, _PAIRS)}"
    yield f"#phrased {step(ties.phrased, _SHARES)}"
    yield f"#known {step(found.signals['true words'], _SHARES)}"
    yield f"#leans {step(sum(one.leans for one in points) / len(points), _LEANS)}"
    yield ""


@lru_cache(maxsize=5_000)
def _shape(sign: str) -> str:
    """Return a small word or a mark as it is, and of another word what it ends in."""
    word = sign.lower()
    if word in FUNCTION_WORDS or not sign[0].isalnum():
        return word
    if sign[0].isdigit():
        return "0"
    if len(sign) <= _ABBREVIATION and sum(letter.isupper() for letter in sign) > 1:
        return "AB"
    return next((f"~{end}" for end in _ENDINGS if word.endswith(end) and len(word) >= len(end) + _STEM), "~")
