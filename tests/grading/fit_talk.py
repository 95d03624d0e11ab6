"""Fit the weights by which talk is told from answers: `python -m tests.grading.fit_talk` writes content/talk.json.

A logistic regression over the marks of `bot.grading.talk`. Talk are the remarks in `tests/samples/talk/fitted/`; answers are those
beside them, the samples and blind answers of seven questions in ten, and clauses of these questions' rubrics. Each is read once
more against a question that has a reference only, as imported notes have. Nothing in `held/`, and no answer to the other
questions, is looked at. The order is drawn from a seed, so that the file comes out the same.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from math import exp
from pathlib import Path
from random import Random
from typing import Final, NamedTuple
from zlib import crc32

import yaml

from bot.bank.loading import load
from bot.grading.talk import WEIGHTS, marks, signs_of
from bot.question import Question

ROOT: Final = Path(__file__).parents[2]
SAMPLES: Final = ROOT / "tests" / "samples"
_ROUNDS: Final = 12
_STEP: Final = 0.15
_SHRINK: Final = 0.003
_TEXTS: Final = 4  # that have a mark which gets a weight
_LEAST: Final = 0.2  # of a weight that is kept
_RUBRIC: Final = 2  # one in so many of a rubric's clauses
_COMMON: Final = 0.3  # what one of the many usual answers counts, of an odd one


class Example(NamedTuple):
    """A text, whether it is talk, and how much it counts."""

    question: Question
    text: str
    talk: bool
    counts: float = 1.0


@cache
def questions() -> dict[str, Question]:
    """Return the bank's questions by their names."""
    return dict(load(ROOT / "content").questions)


def is_held(name: str) -> bool:
    """Whether a question's usual answers are kept for the figures."""
    return crc32(name.encode()) % 10 < 3  # three in ten


def lines(name: str) -> Iterator[tuple[str, str]]:
    """Yield a file's remarks or answers, each with the name of its question; some have one drawn for them."""
    rng, names = Random(3), sorted(questions())
    for line in (SAMPLES / "talk" / name).read_text(encoding="utf-8").splitlines():
        question, bar, text = line.partition(" | ")
        yield (question, text) if bar and question in questions() else (rng.choice(names), line)


def usual(*, held: bool) -> Iterator[tuple[str, str]]:
    """Yield samples and blind answers, each with its question's name."""
    for file in sorted([*SAMPLES.glob("*.yaml"), *(SAMPLES / "blind").glob("*/*.yaml")]):
        answers = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for name, texts in answers.items():
            if name in questions() and is_held(name) is held:
                yield from ((name, text) for text in texts.values())


def clauses(*, held: bool) -> Iterator[tuple[str, str]]:
    """Yield what rubrics say of their points, hints, and questions themselves, each with its question's name."""
    for name, question in questions().items():
        if is_held(name) is held:
            said = (text for point in question.key_points for text in (*point.phrasings, *point.says, *point.not_))
            yield from ((name, text) for text in said)


def posed(*, held: bool) -> Iterator[tuple[str, str]]:
    """Yield questions themselves and their hints, which people send back."""
    for name, question in questions().items():
        if is_held(name) is held:
            yield from ((name, text) for text in (question.question, *question.hints))


def examples() -> Iterator[Example]:
    """Yield all that is fitted to."""
    known, rng = questions(), Random(5)
    names = sorted(known)
    for name, text in chain(lines("fitted/remarks.txt"), lines("fitted/anywhere.txt")):
        yield Example(known[name], text, talk=True)
        yield Example(known[rng.choice(names)], text, talk=True)
        yield Example(bare(known[rng.choice(names)]), text, talk=True)
    for name, text in lines("fitted/answers.txt"):
        yield Example(known[name], text, talk=False)
        yield Example(bare(known[name]), text, talk=False)
    for name, text in usual(held=False):
        yield Example(known[name], text, talk=False, counts=_COMMON)
    for name, text in posed(held=False):
        yield Example(known[name], text, talk=False)
    for name, text in clauses(held=False):
        if rng.randrange(_RUBRIC) == 0:
            yield Example(known[name], text, talk=False, counts=_COMMON)


@cache
def _bare(name: str) -> Question:
    return questions()[name].model_copy(update={"key_points": (), "misconceptions": ()})


def bare(question: Question) -> Question:
    """Return a question as notes have it, with nothing but a reference."""
    return _bare(question.id)


class Row(NamedTuple):
    """An example as the fit sees it."""

    marks: list[int]
    talk: bool
    counts: float


def rows_of(some: Sequence[Example]) -> tuple[list[Row], list[str]]:
    """Return the examples' marks by number, and the marks' names; one in too few texts has none."""
    found = [sorted(marks(one.question, one.text, signs_of(one.text))) for one in some]
    texts = Counter(
        mark for mark, _ in {(mark, one.text) for one, has in zip(some, found, strict=True) for mark in has}
    )
    names = sorted(mark for mark, many in texts.items() if many >= _TEXTS)
    numbers = {name: number for number, name in enumerate(names)}
    known = [[numbers[mark] for mark in has if mark in numbers] for has in found]
    return [Row(has, one.talk, one.counts) for one, has in zip(some, known, strict=True)], names


def fit(rows: list[Row], many: int) -> list[float]:
    """Return a weight for each mark: AdaGrad on the log loss, each weight drawn to nothing as it is used."""
    weights, slopes, rng = [0.0] * many, [1e-6] * many, Random(1)
    for _ in range(_ROUNDS):
        rng.shuffle(rows)
        for row in rows:
            _learn(row, weights, slopes)
    return weights


def _learn(row: Row, weights: list[float], slopes: list[float]) -> None:
    odds = max(-30.0, min(30.0, sum(weights[mark] for mark in row.marks)))
    error = row.counts * (1 / (1 + exp(-odds)) - row.talk)
    for mark in row.marks:
        slope = error + _SHRINK * weights[mark]
        slopes[mark] += slope * slope
        weights[mark] -= _STEP * slope / slopes[mark] ** 0.5


def main() -> None:
    """Fit the weights and write them."""
    rows, names = rows_of([*examples()])
    weights = {name: round(weight, 2) for name, weight in zip(names, fit(rows, len(names)), strict=True)}
    # A word without much weight of its own stays, so that it is known as one.
    kept = {name: weight for name, weight in weights.items() if abs(weight) >= _LEAST or _is_word(name)}
    WEIGHTS.write_text(json.dumps(kept, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(rows)} examples, {len(kept)} of {len(names)} marks")


def _is_word(name: str) -> bool:
    return " " not in name and name[:1] != "<" and name[-1:] != ">"


if __name__ == "__main__":
    main()
