"""What would make a question grade better, without being wrong: `check --hints` prints it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from bot.grading.marks import marked
from bot.grading.reading import read
from bot.question import KeyPoint, Question

_JOIN: Final = re.compile(r";\s|,?\s(?:and|but|while|whereas)\s")
_LEAST_WORDS: Final = 2  # that one part of a statement has alone
_LEAST_TEXTS: Final = 3  # that word one part alone
_OF_ALL: Final = 0.25  # the share of a point's wordings that these have to be
_BOTH: Final = 0.35  # the share of those that say both parts, beyond which it is one thing
_NEAR: Final = 3  # words after one that it may be ordered with
_MOST: Final = 0.6  # share of a point's wordings that have a word from which it may be what matters

Stems = frozenset[str]


def hints(question: Question) -> Iterator[str]:
    """Yield each key point that says two things, as its own wordings show: each of them says one, few say both."""
    asked = _telling(question.question, frozenset())
    for point in question.key_points:
        texts = [_telling(text, asked) for text in (*point.phrasings, *point.says)]
        parts = [part for part in _JOIN.split(point.statement) if part.strip()]
        if any(_are_two(texts, one, two) for one, two in _halves([_telling(part, asked) for part in parts])):
            yield f"key point {point.id} says two things, and each of its wordings one of them: make it two points?"
        if mark := next(_proposed(point), ""):
            yield f"key point {point.id}: where nothing is said without it, mark {mark} in the phrasings"


def _proposed(point: KeyPoint) -> Iterator[str]:
    """Yield what may be marked: two words whose order near misses exchange, and a word that most wordings have and no near miss."""
    told, missed = ([_words(text) for text in texts] for texts in ((*point.phrasings, *point.says), point.not_))
    if any(marked(text).words for text in point.phrasings) or not missed:
        return
    here, there = (Counter(pair for words in texts for pair in _pairs(words)) for texts in (told, missed))
    for (one, two), times in here.items():
        if times >= _LEAST_TEXTS and there[two, one] and not here[two, one] and not there[one, two]:
            yield f"*{one}* < *{two}*"
    has, lacks = Counter(word for words in told for word in set(words)), {word for words in missed for word in words}
    yield from (f"*{word}*" for word, times in has.items() if times >= _MOST * len(told) and word not in lacks)


def _words(text: str) -> list[str]:
    return [word.word for word in read(text).content() if not word.denies]


def _pairs(words: Sequence[str]) -> set[tuple[str, str]]:
    return {(one, two) for place, one in enumerate(words) for two in words[place + 1 : place + 1 + _NEAR] if one != two}


def _halves(parts: Sequence[Stems]) -> Iterator[tuple[Stems, Stems]]:
    """Yield the words before and after each place where a statement is joined."""
    before, after = list(accumulate(parts, Stems.union)), list(accumulate(reversed(parts), Stems.union))
    yield from zip(before[:-1], reversed(after[:-1]), strict=True)


def _are_two(texts: Iterable[Stems], one: Stems, two: Stems) -> bool:
    """Whether enough wordings say either half alone, and few say both."""
    only, other = one - two, two - one
    said = [(not only.isdisjoint(text), not other.isdisjoint(text)) for text in texts]
    alone = min(said.count((True, False)), said.count((False, True)))
    rare = said.count((True, True)) <= _BOTH * len(said)
    return rare and alone >= max(_LEAST_TEXTS, _OF_ALL * len(said)) and min(len(only), len(other)) >= _LEAST_WORDS


def _telling(text: str, asked: Stems) -> Stems:
    return frozenset(word.stem for word in read(text).content() if not word.denies) - asked
