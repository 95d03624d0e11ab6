"""A live round's quick formats: multiple choice and a missing word, made from a question's key points and misconceptions. Pure.

Nothing is made up: what is right is a key point, what is wrong is a near miss of it or a misconception of the same question, as the
bank words them. Each is graded before it is asked, so that one option alone is right; where that cannot be had, the question is
asked as it stands.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Final, TypeVar

from rapidfuzz import fuzz

from bot.grading import grade
from bot.question import KeyPoint, Question
from bot.text import tokens

T = TypeVar("T")
QUESTIONS: Final = 5
MOST_QUESTIONS: Final = 10
WITHIN: Final = timedelta(hours=24)
BY_MEMBER, IN_CHANNEL = 3, 5  # live rounds in that time
LATE: Final = timedelta(minutes=10)  # after which a round that was cut short is ended, not gone on with
OPTIONS: Final = 4
FULL: Final = 100
GAP: Final = "____"
_MOST_TRIED: Final = 6  # wrong options that are graded
_LONGEST: Final = 200
_BY_FAR: Final = 1.3
_WORDS, _CLAUSE = 3, 5  # words that an option has at least; and of which it is rather a clause than a piece of one
_LETTERS: Final = 5  # that a missing word has at least
_TYPOS: Final = 85  # likeness from which a word counts as the one that is missing


class Format(StrEnum):
    """How a question is asked."""

    CHOICE = "choice"
    WORD = "word"
    TEXT = "text"


OPEN_FOR: Final = {
    Format.CHOICE: timedelta(seconds=30),
    Format.WORD: timedelta(seconds=45),
    Format.TEXT: timedelta(seconds=90),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a live round: what is asked beside it, the options if there are any, and what is right."""

    format: Format
    prompt: str
    right: str
    options: tuple[str, ...] = ()


def items(questions: Sequence[Question], rng: Random) -> list[Item]:
    """Return how each of some questions is asked: each format in turn, as far as it can be made."""
    return [_item(question, number, rng) for number, question in enumerate(questions)]


def _item(question: Question, number: int, rng: Random) -> Item:
    formats = [*Format][number % len(Format) :] + [*Format][: number % len(Format)]
    made = ({Format.CHOICE: choice, Format.WORD: word, Format.TEXT: _text}[one](question, rng) for one in formats)
    return next(one for one in made if one)


def _text(question: Question, _: Random) -> Item:
    return Item(format=Format.TEXT, prompt="", right=question.reference)


def choice(question: Question, rng: Random) -> Item | None:
    """Return a question with options of which one alone earns a key point, or nothing."""
    wrong = [one for one in _wrong(question, rng) if not _earned(question, one)][: OPTIONS - 1]
    if len(wrong) < 2:  # noqa: PLR2004
        return None
    for point in shuffled(question.key_points, rng):
        said = _right(point, beside=[len(one) for one in wrong])
        right = next((one for one in said if _is_right(question, one)), None)
        others = [_spelled(one) for one in wrong]
        if right and _spelled(right) not in others:
            options = tuple(shuffled([_spelled(right), *others], rng))
            return Item(format=Format.CHOICE, prompt="Which of these is true?", right=_spelled(right), options=options)
    return None


def _right(point: KeyPoint, *, beside: Sequence[int]) -> Iterator[str]:
    """Yield how a key point is said: its statement, unless it is the longest option by far; then clauses as long as those beside it."""
    if len(point.statement) <= _BY_FAR * max(beside):
        yield point.statement
    whole = _fit([*point.says, *point.phrasings], words=_CLAUSE)
    yield from sorted(whole, key=lambda one: abs(len(one) - sum(beside) // len(beside)))
    yield point.statement


def _wrong(question: Question, rng: Random) -> list[str]:
    """Return near misses and misconceptions of the question, whole clauses first."""
    said = [one for point in question.key_points for one in point.not_]
    said += [one for mistake in question.misconceptions for one in mistake.phrasings]
    some = shuffled(dict.fromkeys(_fit(said, words=_WORDS)), rng)
    return sorted(some, key=lambda one: len(one.split()) < _CLAUSE)[:_MOST_TRIED]


def _fit(said: Iterable[str], *, words: int) -> list[str]:
    return [one for one in said if len(one) <= _LONGEST and len(one.split()) >= words]


def _spelled(said: str) -> str:
    """Return an option as all are spelled, so that no capital and no full stop tells a statement."""
    return f"{said[:1].upper()}{said[1:]}".rstrip(".")


def shuffled(some: Iterable[T], rng: Random) -> list[T]:
    """Return things in an order by chance."""
    known = list(some)
    return rng.sample(known, k=len(known))


def _earned(question: Question, said: str) -> bool:
    return any(point.earned for point in grade(question, said).points)


def _is_right(question: Question, said: str) -> bool:
    found = grade(question, said)
    return any(point.earned for point in found.points) and not found.mistakes


def word(question: Question, rng: Random) -> Item | None:
    """Return a key point with a word left out that stands in it once, and nowhere in the question; or nothing."""
    asked = {token.stem for token in tokens(question.question)}
    for point in shuffled(question.key_points, rng):
        said = {token.stem for one in point.phrasings for token in tokens(one)}
        there = tokens(point.statement)
        stems = [token.stem for token in there]
        fit = [t for t in there if t.stem in said - asked and stems.count(t.stem) == 1 and _is_word(t.word)]
        if fit:
            missing = max(fit, key=lambda token: len(token.word))
            gap = f"{point.statement[: missing.start]}{GAP}{point.statement[missing.end :]}"
            return Item(format=Format.WORD, prompt=f"Which word is missing? {gap}", right=missing.word)
    return None


def _is_word(text: str) -> bool:
    return len(text) >= _LETTERS and re.fullmatch(r"[^\W\d_]+", text) is not None


def is_missing_word(item: Item, text: str) -> bool:
    """Whether a text is the word that is missing, with typos or another ending; a list of words is a guess."""
    said, wanted = tokens(text), tokens(item.right)[0]
    alike = (
        one.stem == wanted.stem or fuzz.ratio(one.word.casefold(), wanted.word.casefold()) >= _TYPOS for one in said
    )
    return len(said) == 1 and any(alike)
