"""Verbs with a “not” behind them: a right answer turned around throughout has one behind each, an honest one may, too.

“It does not last” is how English denies a verb that has no auxiliary, and tells nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

from bot.grading.polarity import denied
from bot.grading.words import AUXILIARIES, FUNCTION_WORDS, Word

_SAYING: Final = AUXILIARIES - {"do", "does", "did"}
_LEAST, _MANY = 2, 3  # verbs denied, and with “do” among them
_MOST: Final = 0.5  # of the verbs with “do” among them that deny what is true
_CLAUSE: Final = 12  # words to each denial, in a list of them
_OBJECT, _NEAR = 2, 6  # words that are denied, and in how many they stand
_ASKED: Final = re.compile(
    r"\b(?:not|cannot|limit(?:s|ations?)?|weak(?:ness|nesses)?|wrong|fails?|miss(?:es|ing)?|lacks?|problems?|drawbacks?|disadvantages?|shortcomings?|breaks?)\b|n['’]t\b",
    re.IGNORECASE,
)


def verbs_denied(words: Sequence[Word], verbs: AbstractSet[str] = AUXILIARIES) -> tuple[int, int]:
    """Return how many auxiliaries have a “not” right behind them, and how many there are."""
    behind = [two.word == "not" for one, two in pairwise(words) if one.word in verbs]
    return sum(behind), len(behind)


def all_denied(words: Sequence[Word]) -> bool:
    """Whether each of several verbs has a “not” right behind it."""
    count, verbs = verbs_denied(words)
    return count == verbs and (count >= _MANY or _all_but_do(words))


def turns_around(words: Sequence[Word], known: AbstractSet[str], true: AbstractSet[str]) -> bool:
    """Whether verbs that are all denied say the opposite of what is true, as far as their words tell."""
    behind = _objects(words)
    turned = sum(any(stem in known and stem not in true for stem in each) for each in behind)
    return _all_but_do(words) or turned > _MOST * len(behind)


def _all_but_do(words: Sequence[Word]) -> bool:
    count, verbs = verbs_denied(words, _SAYING)
    return count == verbs >= _LEAST


def asks_what_not(question: str) -> bool:
    """Whether a question asks what something does not do, or what is wrong with it."""
    return _ASKED.search(question) is not None


def often_denied(texts: Sequence[Sequence[Word]]) -> Iterator[str]:
    """Return the stems that texts deny more often than they affirm them."""
    counts = Counter[str]()
    for words in texts:
        for word, no in zip(words, denied(words), strict=True):
            counts[word.stem] += 1 if no else -1
    return (stem for stem, often in counts.items() if often > (len(texts) > 1))


def share_expected(words: Sequence[Word], known: AbstractSet[str]) -> float:
    """Return the share of the denied verbs behind which something stands that is rightly denied."""
    behind = _objects(words)
    return sum(not known.isdisjoint(each) for each in behind) / max(1, len(behind))


def is_a_list_of_denials(words: Sequence[Word]) -> bool:
    """Whether few verbs are denied, or short clauses all of which deny: what is right and turned around says more between them."""
    return verbs_denied(words, _SAYING)[0] <= _LEAST or verbs_denied(words)[0] * _CLAUSE >= len(words)


def _objects(words: Sequence[Word]) -> list[list[str]]:
    """Return the first words that tell something behind each denied verb."""
    places = [at + 2 for at, (one, two) in enumerate(pairwise(words)) if one.word in AUXILIARIES and two.word == "not"]
    near = (words[at : at + _NEAR] for at in places)
    return [[w.stem for w in some if not w.denies and w.word not in FUNCTION_WORDS][:_OBJECT] for some in near]
