"""Fit the weights by which the right terms alone are told from answers: `python -m tests.grading.fit_terms` writes content/terms.json.

The fit is that of talk. Terms alone are what hands wrote who were asked to know the words and nothing else
(`tests/samples/terms/`, without `last.yaml`), and lists of names among the blind answers; answers are the short right ones of the same
and one more hand, our samples, and the blind answers that may be built on. `--hands` prints how each hand's are told by a fit to the others'.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

import yaml

from bot.grading import evidence
from bot.grading.evidence import Evidence
from bot.grading.reading import corrected, read
from bot.grading.rubric import prepared
from bot.grading.terms import WEIGHTS, marks
from tests.grading.fit_talk import SAMPLES, Row, fit, questions

HANDS: Final = ("first", "second", "third", "fourth", "fifth", "sixth")
ALONE: Final = frozenset(("keywords", "piled", "pile_a", "pile_b", "names"))
USUAL: Final = frozenset(("terms", "plain", "contrast", "late", "short", "half", "full", "partial"))
_WORDS: Final = 60  # of a text that is looked at
_TEXTS: Final = 6  # that have a mark which gets a weight
_LEAST: Final = 0.05  # of a weight that is kept
_COMMON: Final = 0.3  # what a usual answer counts


class Given(NamedTuple):
    """A text to a question, of which kind, and by which hand."""

    question: str
    kind: str
    text: str
    hand: str


def given(hand: str) -> Iterator[Given]:
    """Yield a hand's texts; `blind/fitted` is one, and an empty name stands for our samples."""
    folder = SAMPLES / "terms" if (SAMPLES / "terms" / f"{hand}.yaml").exists() else SAMPLES / hand
    for file in [folder / f"{hand}.yaml"] if folder.name == "terms" else sorted(folder.glob("*.yaml")):
        answers = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for name, texts in answers.items():
            yield from (Given(name, kind.rstrip("12"), text, hand) for kind, text in texts.items())


def found(name: str, text: str) -> Evidence:
    """Return what an answer says."""
    rubric = prepared(questions()[name])
    return evidence.gathered(rubric, text, corrected(read(text), rubric.known))


@cache
def built_on() -> tuple[tuple[Given, frozenset[str]], ...]:
    """Return all that is fitted to, each with its marks."""
    usual = (
        one for hand in ("", "blind/fitted", "blind/second") for one in given(hand) if one.kind in USUAL | {"names"}
    )
    every = (*(one for hand in HANDS for one in given(hand)), *usual)
    short = (one for one in every if one.question in questions() and len(one.text.split()) <= _WORDS)
    return tuple((one, frozenset(marks(one.text, found(one.question, one.text)))) for one in short)


def weights_of(some: Iterable[tuple[Given, frozenset[str]]]) -> dict[str, float]:
    """Fit a weight for each mark that stands in enough texts."""
    texts = list(some)
    names = sorted(mark for mark, many in Counter(mark for _, has in texts for mark in has).items() if many >= _TEXTS)
    numbers = {name: number for number, name in enumerate(names)}
    rows = [
        Row(
            sorted(numbers[mark] for mark in has if mark in numbers),
            one.kind in ALONE,
            1.0 if one.hand in HANDS else _COMMON,
        )
        for one, has in texts
    ]
    return dict(zip(names, fit(rows, len(names)), strict=True))


def left_out(hand: str) -> Iterator[tuple[Given, float]]:
    """Yield a hand's texts, each with its log odds by a fit to all the others'."""
    weights = weights_of((one, has) for one, has in built_on() if one.hand != hand)
    for one, has in built_on():
        if one.hand == hand:
            yield one, sum(weights.get(mark, 0.0) for mark in sorted(has))


def hands() -> None:
    """Print how each hand's texts are told by a fit to the others'."""
    for hand in HANDS:
        odds: dict[str, list[float]] = {}
        for one, of in left_out(hand):
            odds.setdefault(one.kind, []).append(of)
        for kind, some in odds.items():
            shares = " ".join(f"{sum(of >= limit for of in some) / len(some):.3f}" for limit in (0, 1, 2, 2.5, 3))
            print(f"{hand:10} {kind:10} {len(some):4} from 0, 1, 2, 2.5 and 3: {shares}")


def main() -> None:
    """Fit the weights and write them."""
    weights = {name: round(weight, 2) for name, weight in weights_of(built_on()).items() if abs(weight) >= _LEAST}
    WEIGHTS.write_text(json.dumps(weights, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(built_on())} texts, {len(weights)} marks")


if __name__ == "__main__":
    hands() if "--hands" in sys.argv else main()
