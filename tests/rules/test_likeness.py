"""Likeness: what a copier changes does not hide a copy, and honest answers to one question are not taken for copies."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Final

import hypothesis
import pytest
import yaml
from hypothesis import strategies as st

from bot.bank.loading import Bank, load
from bot.rules.likeness import repeats, same, says_something

ROOT: Final = Path(__file__).parents[2]
FILLERS: Final = ("well", "basically", "honestly", "I think", "actually", "kind of", "really")
ASIDE: Final = (
    "We met this at work last spring, and my manager asked for a small report on it, which I enjoyed writing."
)
MOST_FALSE: Final = 0.005  # of honest answers that may be taken for a copy of another, or of the reference


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load(ROOT / "content")


@pytest.fixture(scope="module")
def blind() -> dict[str, list[str]]:
    """Give the answers that were written blind, by question; what one hand wrote of a question is compared too."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tests" / "samples" / "blind").rglob("*.yaml")):
        for question_id, answers in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            found.setdefault(question_id, []).extend(answers.values())
    return found


def halves_swapped(text: str, _: Random) -> str:
    words = text.split()
    return " ".join(words[len(words) // 2 :] + words[: len(words) // 2])


def with_fillers(text: str, rng: Random) -> str:
    return " ".join(word if rng.random() > 0.2 else f"{rng.choice(FILLERS)} {word}" for word in text.split())


def shuffled(text: str, rng: Random) -> str:
    words = text.split()
    return " ".join(rng.sample(words, len(words)))


def shortened(text: str, rng: Random) -> str:
    return " ".join(word for word in text.split() if rng.random() > 0.15)


TRICKS: Final[dict[str, Callable[[str, Random], str]]] = {
    "itself": lambda text, _: text,
    "two words more": lambda text, _: f"Well, indeed: {text}",
    "halves swapped": halves_swapped,
    "fillers": with_fillers,
    "words in any order": shuffled,
    "words left out": shortened,
    "in a longer text": lambda text, _: f"{ASIDE} {text} {ASIDE.upper()}",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_a_copier_changes_hides_nothing(bank: Bank, trick: str):
    """A reference answer is known again in any order of its words, with fillers, shortened, or within a longer text."""
    rng = Random(7)
    missed = [
        one.id
        for one in bank.questions.values()
        if not repeats(TRICKS[trick](one.reference, rng), one.reference, question=one.question)
    ]
    assert missed == []


def test_honest_answers_are_not_copies(bank: Bank, blind: dict[str, list[str]]):
    """Of answers written blind at most one in two hundred is taken for a copy of another to the same question, or of the reference."""
    wronged, answers = set(), 0
    for question_id, given in blind.items():
        if (one := bank.questions.get(question_id)) is None:
            continue
        answers += len(given)
        wronged |= {own for own, other in permutations(given, 2) if repeats(own, other, question=one.question)}
        wronged |= {own for own in given if repeats(own, one.reference, question=one.question)}
    assert answers > 200
    assert len(wronged) <= MOST_FALSE * answers, wronged


def test_short_answers_are_alike_by_nature():
    """Who says little cannot but say what others say."""
    assert not repeats("It is Rayleigh scattering.", "It is Rayleigh scattering.", question="Why is the sky blue?")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x", False),
        ("no idea, sorry", False),
        ("... ... ...", False),
        ("Why is the sky blue?", False),
        ("It mirrors the ocean below.", True),
        ("Scattering of short waves", True),
    ],
)
def test_saying_something_takes_words_of_ones_own(text: str, *, says: bool):
    """A sign, an excuse and the question itself say nothing; a wrong answer does."""
    assert says_something(text, question="Why is the sky blue?") is says


WORDS = st.lists(st.sampled_from(["rain", "Rain", "is", "not", "wet.", "wet"]), min_size=1, max_size=6)
BLANKS = st.text(st.sampled_from(" \n\t\r\u00a0\u2009\u2028\u3000"), min_size=1, max_size=3)


@hypothesis.given(WORDS, WORDS, st.lists(BLANKS, min_size=7, max_size=7))
def test_texts_are_the_same_by_their_words(words: list[str], others: list[str], blanks: list[str]):
    """Whatever sets the words apart, and stands around them, two texts are the same if all their words are, and in their order."""
    apart = blanks[0] + "".join(f"{word}{blank}" for word, blank in zip(words, blanks[1:], strict=False))
    assert same(" ".join(words), apart)
    assert same(apart, " ".join(others)) is (words == others)


@hypothesis.given(WORDS, WORDS, st.sampled_from(["answer: ", "Answer:", "  ANSWER :\n", "*answer:* ", "**Answer: "]))
def test_the_mark_of_an_answer_is_no_word(words: list[str], others: list[str], mark: str):
    """What is said to be an answer, as somebody is told to whose reply reads like talk, is the same as without that mark."""
    marked, bare = mark + " ".join(words), " ".join(others)
    assert same(marked, bare) is same(bare, marked) is (words == others)


@pytest.mark.parametrize(
    "text", ["answer:", "Answer: **", "answers: wet", "the answer: wet", "answer: -5", "no answer"]
)
def test_what_is_no_mark_is_a_word(text: str):
    """A mark alone, or a word like it, is all that there is; and what comes after one keeps its signs."""
    assert not same(text, "")
    assert not same(text, "wet")
    assert not same(text, "5")
