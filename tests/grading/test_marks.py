"""What an author marks in a wording: a word that has to be there, and two words in their order; nobody else sees the marks."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.hints import hints
from bot.grading import grade
from bot.grading.explain import why
from bot.grading.marks import Marked, marked
from bot.question import Question
from tests.grading.test_two_sides import QUESTION

WORDS = st.lists(st.sampled_from(["noise", "low-rank", "images", "of", "not", "p"]), min_size=1, max_size=6)


def asked(*phrasings: str, **fields: Any) -> Question:
    """Return the question with one key point that only these phrasings earn, and another."""
    point = {"id": "codes", "statement": "It paints.", "phrasings": phrasings, **fields}
    return Question.model_validate(
        {**QUESTION.model_dump(), "key_points": [point, QUESTION.key_points[0].model_dump(by_alias=True)]}
    )


def credit(question: Question, text: str) -> float:
    """Return what a text earns of the point."""
    return grade(question, text).points[0].credit


def test_a_marked_word_has_to_be_there():
    """A clause without the marked word earns nothing by that phrasing, however like it is; one with it earns as before."""
    like, whole = "The decoder turns some noise into them.", "The decoder turns noise into crisp images."
    plain, strict = asked("decoder turns noise into images"), asked("decoder turns noise into *images*")
    assert credit(plain, like) > 0
    assert credit(strict, like) == 0
    assert credit(strict, whole) == credit(plain, whole) > 0


def test_marked_words_keep_their_order():
    """A clause with two marked words the other way round says the opposite of the phrasing."""
    plain, strict = asked("noise becomes images"), asked("*noise* < becomes *images*", "*noise* < *images* becomes")
    assert credit(plain, "Images becomes noise slowly.") > 0
    assert credit(asked("*noise* < *images* becomes"), "Images becomes noise slowly.") == 0
    assert credit(strict, "Noise slowly becomes images.") > 0


def test_a_marked_part_of_a_term():
    """A mark on one word of a term of several marks the term where it is read as one."""
    strict = asked("fights *mode* collapse of the decoder")
    assert credit(strict, "The decoder fights mode collapse.") > 0
    assert credit(strict, "The decoder fights its own outputs of the decoder.") == 0


@given(WORDS, st.lists(st.booleans(), min_size=6, max_size=6))
@settings(max_examples=25)
def test_the_marks_come_off(words: list[str], stars: list[bool]):
    """Marked words stand in the text without marks as they were written, and marks are all that is taken off."""
    written = " ".join(f"*{word}*" if star else word for word, star in zip(words, stars, strict=False))
    found = marked(written)
    assert found.text == " ".join(words)
    assert [found.text[start:end] for start, end in found.words] == [
        w for w, star in zip(words, stars, strict=False) if star
    ]


def test_what_is_no_mark():
    """Signs of a formula are no marks: a star between two factors, a comparison, stars around several words."""
    for text in ("(1-t)*data + t*noise", "p < q", "a ** b", "*two words*"):
        assert marked(text) == Marked(text)


def test_nobody_sees_marks():
    """No grade and no explanation has a mark in it."""
    question = asked("*noise* < *images*", says=("the decoder makes *images*",))
    for text in ("Noise into images.", "The decoder makes images of noise.", "Images into noise."):
        assert "*" not in f"{grade(question, text)!r} {list(why(question, text))}"


def test_marks_are_proposed():
    """Hints propose the order that near misses exchange, and a word that most phrasings have and no near miss; no more where there are marks."""
    wordings = ["noise becomes images", "noise made images", "noise turns images"]
    (hint,) = hints(asked(*wordings, **{"not": ["images become noise"]}))
    assert hint.endswith("mark *noise* < *images* in the phrasings")
    (hint,) = hints(asked(*wordings, **{"not": ["images are made"]}))
    assert hint.endswith("mark *noise* in the phrasings")
    assert not list(hints(asked("*noise* becomes images", *wordings, **{"not": ["images are made"]})))
