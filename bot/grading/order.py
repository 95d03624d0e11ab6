"""What no English sentence has: “the of”, “of is”, “the.”, a capital in its middle. Words in no order are full of it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from bot.grading.words import FUNCTION_WORDS, Word

_PLACES: Final = frozenset(("of", "to", "in", "for", "with", "from", "by", "at", "on", "into"))
_ARTICLES: Final = frozenset(("the", "a", "an"))
_BEING: Final = frozenset(("is", "are", "was", "were", "be"))
_HAVING: Final = frozenset(("has", "have"))
_MODALS: Final = frozenset(("can", "will", "would"))
_VERBS: Final = _BEING | _HAVING | _MODALS | {"does"}
_OPENERS: Final = frozenset(("if", "as", "so", "because", "when", "which", "then"))
_PERSONS: Final = frozenset(("they", "we", "you"))
_AND: Final = frozenset(("and", "or"))

_SHORT: Final = 3  # letters of “e.g.”, “etc.”
_WITHIN: Final = FUNCTION_WORDS - {"to", "by", "for", "with"}  # these begin parts of a list whose line ends were lost
_NEVER_LAST: Final = frozenset(("the", "an", "its", "their", "every", "than"))

_NEVER: Final[tuple[tuple[Iterable[str], Iterable[str]], ...]] = (
    (("the",), _ARTICLES | _PLACES | _AND | _VERBS | _OPENERS | _PERSONS | {"it", "this", "that", "these", "not", "than", "its", "their"}),
    (("an",), _ARTICLES | _PLACES | _AND | _VERBS | _PERSONS | {"it", "this", "that", "if", "as", "so", "because", "not", "each"}),
    (("a",), _ARTICLES | _PLACES - {"to", "on"} | _PERSONS | {"be", "have", "this", "these", "then", "than", "their", "each"}),
    (("its", "their"), _ARTICLES | _PLACES | _AND | _VERBS | _PERSONS | {"it", "that", "because", "its", "their"}),
    (("of",), _PLACES | _AND | _VERBS | {"they", "we", "if", "as", "because", "than"}),
    (("to",), {"of", "to", "with", "from", "at", "into", "is", "are", "was", "were", "has", "would", "does", "they", "we", "if", "then"}),
    (("in", "at"), {"of", "with", "or", "they", "if"} | _VERBS),
    (("for", "from", "with", "by"), {"of", "to", "for", "with", "from", "by", "or", "they", "we", "if", "because"} | _VERBS),
    (("on", "into"), {"of", "to", "from", "they", "as", "so"} | _VERBS),
    (("and",), ("and", "or", "of")),
    (("or",), ("of", "and", "or", "are", "be", "has", "than")),
    (("is", "was"), {"of", "and", "or", "into"} | _BEING | {"have", "can", "will"}),
    (("are", "were"), {"of", "and", "or", "is", "are", "was", "be", "has", "have", "can", "will", "would", "so"}),
    (("be",), {"and", "or", "for", "from", "they", "we", "it", "which", "then"} | _VERBS),
    (("has", "have"), {"of", "for", "from", "with", "by", "or", "are", "be", "they", "if", "so", "because", "which"} | _MODALS),
    (("can", "will", "would"), _PLACES | {"or", "is", "are", "has", "if", "as", "so", "which"} | _MODALS),
    (("they", "we"), {"the", "an", "of", "for", "into", "they", "we", "its", "their", "a", "to", "in", "with", "from", "by", "and", "is", "be", "has", "it", "that", "because"}),
    (("this",), ("the", "an", "of", "be", "have", "this", "that")),
    (("because",), ("and", "or", "are", "be", "have", "has", "will", "which")),
    (("if", "when"), {"of", "and", "or", "are", "be", "have", "has", "will", "which"}),
    (("as",), {"of", "from", "and", "or", "is", "be", "has", "can", "will"}),
    (("which",), {"to", "by", "and", "or", "be", "this", "that", "if", "because"}),
)  # fmt: skip


def _pairs() -> Mapping[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for firsts, seconds in _NEVER:
        for first in firsts:
            table[first] = table.get(first, frozenset()).union(seconds)
    return table


_TABLE: Final = _pairs()
_SECONDS: Final = _WITHIN.union(*_TABLE.values())


def faults(text: str, words: Sequence[Word]) -> int:
    """Return how often the words of a text stand as in no sentence."""
    row = [
        (one, two)
        for one, two in pairwise(words)
        if two.word in _SECONDS and not one.pause and text[one.end : two.start].isspace()
    ]
    ends = [(one, two) for one, two in pairwise(words) if one.pause]
    begun = sum(text[one.start].islower() and _opens(two.word, text[two.start : two.end]) for one, two in row)
    left = sum(text[one.end] == "." and len(one.word) > _SHORT and text[two.start].islower() for one, two in ends)
    wrong = sum(_are_impossible(one, two, text) for one, two in row)
    if begun == 1:  # a slip, or words put together
        begun = 0
    return (
        wrong + begun + min(left, begun) + sum(one.word in _NEVER_LAST and text[one.end] in ",.;:" for one, _ in ends)
    )


def _are_impossible(one: Word, two: Word, text: str) -> bool:
    name = any(len(word.word) == 1 and text[word.start].isupper() for word in (one, two))  # “between A and B”
    pair = two.word in _TABLE.get(one.word, ()) and one.word != two.word
    return pair and not name and text[two.end : two.end + 1] != "-"


def _opens(word: str, written: str) -> bool:
    """Whether a small word is written as at the beginning of a sentence."""
    return word in _WITHIN and len(word) > 1 and written.istitle()
