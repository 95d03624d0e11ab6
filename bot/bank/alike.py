"""Questions that ask the same in other words: how much of two questions' content words they share, the rare ones most."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import Indel

from bot.grading.words import FUNCTION_WORDS
from bot.text import stem, tokens

SAME_FROM: Final = 45  # percent; the nearest two questions of the shipped bank reach 44, rephrased ones 47 to 100
_ASKING: Final = frozenset(map(stem, (
    "explain", "describe", "compare", "compared", "contrast", "derive", "discuss", "define", "difference", "differ",
    "different", "work", "use", "help", "give", "tell", "name", "list", "walk", "outline", "happen", "mean", "example",
    "key", "main", "role", "concept", "term", "briefly", "detail", "versus", "vs", "via",
)))  # fmt: skip
_ASKING_WEIGHT: Final = 0.2  # of a word that questions of all kinds share
_BACKGROUND: Final = (
    200  # questions that are thought to be there besides, so that a small bank's words are not all common
)
_VARIANT_LETTERS: Final = 6  # from which one letter more or less, or s for z, is another spelling


def alike(texts: Sequence[str], *, same_from: int = SAME_FROM) -> Iterator[tuple[int, int, int]]:
    """Yield the places of each two texts that ask the same, and how alike they are in percent."""
    bags = _bags(texts)
    weights = _weights(bags)
    totals = [sum(weights[word] for word in bag) for bag in bags]
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for place, bag in enumerate(bags):
        rare = _rarest(bag, weights, totals[place] * same_from / (200 - same_from))
        for other in sorted({other for word in rare for other in seen[word]}):
            shared = sum(weights[word] for word in bag & bags[other])
            if (score := round(200 * shared / (totals[place] + totals[other]))) >= same_from:
                yield other, place, score
        for word in rare:
            seen[word].append(place)


def _rarest(bag: frozenset[str], weights: Mapping[str, float], enough: float) -> list[str]:
    """Return the heaviest words of a text, so many that the others alone weigh less than any text like it shares."""
    words = sorted(bag, key=lambda word: (-weights[word], word))
    rest = accumulate((weights[word] for word in reversed(words)), initial=0.0)
    light = sum(1 for weight in rest if weight < enough)
    return words[: len(words) + 1 - light]


def _weights(bags: Sequence[frozenset[str]]) -> dict[str, float]:
    counts = Counter(word for bag in bags for word in bag)
    idf = {word: math.log((len(bags) + _BACKGROUND) / (count + 0.5)) for word, count in counts.items()}
    return {word: weight * (_ASKING_WEIGHT if word in _ASKING else 1) for word, weight in idf.items()}


def _bags(texts: Sequence[str]) -> list[frozenset[str]]:
    """Return each text's content words as stems, other spellings of one word under one."""
    bags = [frozenset(t.stem for t in tokens(text) if t.word not in FUNCTION_WORDS) for text in texts]
    spelled = _spelling(Counter(word for bag in bags for word in bag))
    return [frozenset(spelled.get(word, word) for word in bag) for bag in bags]


def _spelling(counts: Mapping[str, int]) -> dict[str, str]:
    """Return the more usual spelling of each long word that differs from it by one letter."""
    by_start: defaultdict[str, dict[str, str]] = defaultdict(dict)  # the usual spellings, "normalis" for "normaliz"
    spelled: dict[str, str] = {}
    long_words = (word for word in counts if len(word) >= _VARIANT_LETTERS and word.isalpha())
    for word in sorted(long_words, key=lambda word: (-counts[word], word)):
        letters, usual = word.replace("z", "s"), by_start[word[:3]]
        if found := process.extractOne(letters, list(usual), scorer=Indel.distance, score_cutoff=1):
            spelled[word] = usual[found[0]]
        else:
            usual[letters] = word
    return spelled
