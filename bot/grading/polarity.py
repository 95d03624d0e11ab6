"""Which words of a text are denied: “not”, “rather than”, “w/o”, “fails to”, each over the words that it covers.

A denial covers what follows, up to a pause or a turn of the sentence; one that ends its clause covers what stands before.
Two denials of one word affirm it: “cannot be checked without a mask” says that it needs the mask.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.grading.words import Word

TURNS: Final = frozenset((
    "but", "while", "whereas", "although", "however", "so", "because", "instead", "since", "if", "then", "yet", "which",
    "though", "when", "where", "unless", "therefore", "thus", "hence", "until",
))  # fmt: skip

_FORWARD: Final = frozenset(("no", "without", "lack", "lacks", "lacking", "unlike", "neither", "nor", "none", "nothing", "nobody", "except", "w/o"))  # fmt: skip
_PAIRS: Final = frozenset((
    ("rather", "than"), ("instead", "of"), ("as", "opposed"), ("free", "of"), ("in", "place"), ("opposite", "of"),
    ("far", "from"), ("other", "than"),
))  # fmt: skip
_FAILS: Final = frozenset(
    ("fail", "fails", "failed", "refuse", "refuses", "unable", "stop", "stops", "cease", "ceases")
)
_SELDOM: Final = frozenset(("hardly", "rarely", "seldom", "barely", "scarcely", "never"))
_ONLY: Final = frozenset(("only", "just", "merely", "simply", "necessarily"))
_BEGINS: Final = _FORWARD | _SELDOM | _FAILS | {first for first, _ in _PAIRS}  # beside what denies by itself
_NEAR, _FAR = 5, 9  # words that “no” and “without” cover at most, and a verb's “not”


def denied(words: Sequence[Word]) -> tuple[bool, ...]:
    """Tell for each word of a text whether what it says is denied there."""
    flags = [False] * len(words)
    for start, end in _scopes(words):
        for place in range(start, end):
            flags[place] = not flags[place]
    return tuple(flags)


def _scopes(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    for place in [at for at, word in enumerate(words) if word.denies or word.word in _BEGINS]:
        word = words[place]
        following = words[place + 1].word if place + 1 < len(words) else ""
        if word.word in _FORWARD:
            yield place + 1, _stop(words, place, _NEAR)
        elif (word.word, following) in _PAIRS:
            yield place + 2, _stop(words, place + 1, _NEAR)
        elif word.word in _SELDOM or (word.word in _FAILS and following in {"to", "being"}):
            yield place + 1, _stop(words, place, _FAR)
        elif word.denies and following not in _ONLY:
            if word.pause or not following or following in TURNS:  # “keys are, queries are not”
                yield _begin(words, place), place
            else:
                yield place + 1, _stop(words, place, _FAR)


def _begin(words: Sequence[Word], place: int) -> int:
    """Return the first word of the clause that ends in a denial."""
    while place and not words[place - 1].pause and words[place - 1].word not in TURNS:
        place -= 1
    return place


def _stop(words: Sequence[Word], place: int, most: int) -> int:
    """Return the word after the last that a denial covers: up to a pause or a turn of the sentence, and no further than `most`."""
    last = min(len(words), place + 1 + most)
    for end in range(place + 1, last):
        if words[end].word in TURNS:
            return end
        if words[end].pause:
            return end + 1
    return last
