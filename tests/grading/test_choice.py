"""Questions that offer options: an answer that names some is graded by these alone, whatever way it names them."""

from datetime import date
from typing import Final

import pytest

from bot.grading import grade, is_talk
from bot.grading.choice import APART, named
from bot.grading.doubt import MIXED
from bot.question import KeyPoint, Level, Question, options_of

PLANETS: Final = (
    "Which planet is the largest?",
    ("Mars", "Jupiter", "the planet Venus", "Saturn"),
    "Jupiter\n\nIt is a gas giant.",
)
BURNING: Final = ("Which of these burn?", ("oil", "dry wood", "wet sand", "ice and snow"), "oil; dry wood")
NUMBERS: Final = ("What is 2 + 2?", ("3", "4", "5", "None of these"), "4")
LANGUAGES: Final = ("Which language has classes and templates?", ("C++", "Python", "A script", "C"), "C++")
ALL: Final = ("Which are prime?", ("2", "3", "5", "All of the above"), "All of the above")
PAIR: Final = ("Which are even?", ("four", "six", "seven", "Both A and B"), "Both A and B")
SMALL: Final = ("Which word fits?", ("in", "on", "at"), "in")
SAFE: Final = ("Which of these does not burn?", ("oil", "sand"), "sand")
WET: Final = ("Is rain wet?", ("Yes", "No"), "Yes")
Asked = tuple[str, tuple[str, ...], str]


def test_an_option_may_have_several_lines():
    """What stands below an option is its own, until the next letter."""
    assert options_of("Which?\n\nA: one\nand more\nB: two") == {"A": "one\nand more", "B": "two"}


def question(asked: Asked, *, draft: bool = True) -> Question:
    text, options, reference = asked
    listed = "\n".join(f"{chr(65 + n)}: {words}" for n, words in enumerate(options))
    points = [
        KeyPoint(id=f"p{n}", statement=f"It is {one}.", phrasings=(f"it is {one}",))
        for n, one in enumerate(reference.partition("\n\n")[0].split("; "))
    ]
    points += [KeyPoint(id="why", statement="It is a gas giant.", phrasings=("gas giant",))]
    return Question(
        id="a", topic="b", level=Level.MID, draft=True, live=True, since=date(2026, 1, 1), question=f"{text}\n\n{listed}", reference=reference,
        key_points=tuple(points),
    ).model_copy(update={"draft": draft})  # fmt: skip


NAMED: Final = (
    (PLANETS, 100, (
        "Jupiter", "b", "B!", "(b)", "B) Jupiter", "option b", "the second", "second one", "2nd", "#2", "number 2", "I think it is B", "It can't be A, so B",
        "not sure, maybe B", "Jupiter because it is larger than Saturn", "I think it's Jupiter, because Mars and Saturn are smaller.",
        "It's Jupiter, not Saturn", "D is wrong, B is right", "Mars isn't it, Jupiter is", "neither A nor C nor D", "first I thought Mars but it is Jupiter",
        "second, because the first is red", "Antwort B",
    )),
    (PLANETS, 0, (
        "A", "a", "the first", "Mars", "Venus", "the last one", "Jupiter or Mars", "A, B, C, D", "all of them", "not Jupiter", "Jupiter\nMars\nVenus",
        "Jupiter because it is big. Or Mars.", "Jupiter, perhaps also Mars", "A B", "A > B", "all but Mars", "everything but Jupiter",
    )),
    (PLANETS, 50, ("Jupiter is big. And Mars is red.", "Mars is red, Jupiter has stripes")),
    (BURNING, 100, ("oil and dry wood", "A + B", "oil. Dry wood as well.", "A: yes, B: yes, C: no, D: never", "A and B", "a,b", "AB", "the first two", "first and second", "1 and 2", "all but C and D", "oil; wood", "everything except C and D")),
    (BURNING, 50, ("oil", "only A")),
    (BURNING, 0, ("oil, dry wood, wet sand, ice and snow", "a b c d", "oil and sand", "both", "A, B and C", "first three", "all")),
    (NUMBERS, 100, ("4", "b", "second")),
    (NUMBERS, 0, ("3, 4, 5", "5", "the fourth", "None of these")),
    (LANGUAGES, 100, ("C++", "a", "c++ because of its templates")),
    (LANGUAGES, 0, ("C", "c++ and c", "script")),
    (ALL, 100, ("D", "all", "A, B and C", "all of the above", "2, 3 and 5")),
    (PAIR, 100, ("D", "both A and B", "four and six", "a and b")),
    (PAIR, 0, ("A", "four")),
    (SMALL, 100, ("in", "it is in", "A")),
    (WET, 100, ("yes", "Yes, it is wet", "A")),
    (WET, 0, ("no", "yes and no", "B")),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "score", "answers"), NAMED)
def test_named(asked: Asked, score: int, answers: tuple[str, ...]):
    """Words, letters and places all name an option: the right ones and no other earn all, also of a draft, and none is talk."""
    for draft in (True, False):
        one = question(asked, draft=draft)
        assert {text: grade(one, text).score for text in answers} == dict.fromkeys(answers, score)
        assert not any(is_talk(one, text) for text in answers)


@pytest.mark.parametrize(
    "text", ["a gas giant", "Bigger than Saturn", "A planet that is big", "what even is this", "7", "number 7", "nine"]
)
def test_own_words(text: str):
    """What names no option is graded as any other answer."""
    asked, _, reference = PLANETS
    one = question(PLANETS)
    assert grade(one, text) == grade(
        one.model_copy(update={"question": f"{asked}\n\nMars, or which?", "reference": reference}), text
    )


def test_no_letters_where_none_were_shown():
    """Without options below the question a letter means nothing, and so does it where the answer is none of them."""
    asked, options, _ = PLANETS
    bare = question((asked, options, "It is the gas giant with the red spot on its clouds, Jupiter."))
    assert grade(bare, "b").score == grade(bare.model_copy(update={"question": asked}), "b").score == 0


def test_a_small_word_in_a_sentence():
    """An option that is a small word is not named by each sentence that has it."""
    assert named(question(SMALL), "It goes in the middle of it") is None


def test_points():
    """Each right option is a key point of its own, what explains it is earned with all of them, and nothing with a wrong one."""
    one = question(BURNING, draft=False)
    assert [point.credit for point in grade(one, "oil").points] == [1.0, 0.0, 0.5]
    assert [point.credit for point in grade(one, "oil and sand").points] == [0.0, 0.0, 0.0]
    assert grade(one, "oil and sand").notes == ("It names an option that is wrong.",)


def test_doubt():
    """A list of all options is surely wrong; a sentence that names right and wrong ones waits for a person."""
    assert grade(question(PLANETS), "Mars, Jupiter, Venus, Saturn").unsure == ""
    assert grade(question(PLANETS), "Mars and Jupiter have many moons").unsure == APART
    assert grade(question(PLANETS), "Jupiter because it is big. Or Mars.").unsure == MIXED


TOLD: Final = (
    (PLANETS, (
        "It's Jupiter. Mars would be far too small.", "Mars lacks the mass, Jupiter has it", "Only Jupiter is a giant, Mars does not come close.",
        "Jupiter obviously, the others (Mars, Venus, Saturn) have less mass", "Saturn has rings. Jupiter is the one.", "B (a is small, c and d do not come near)",
        "A and C don't weigh as much, D neither, hence B", "Jupiter (stripes, moons, storms); Mars has none", "B. Saturn isn't as heavy and Mars/Venus are stones",
        "Mars is red, Saturn has rings → Jupiter",
    )),
    (BURNING, (
        "C and D do not, the other two do", "oil burns with smoke, dry wood too; wet sand has nothing to burn", "sand is stone, snow is water, so oil and wood",
        "not C, not D", "C, D don't catch fire", "oil. And the dry wood. Wet sand has no fuel at all.",
    )),
    (SAFE, ("sand doesn't, oil does", "Oil flares up. Sand never does.")),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "answers"), TOLD)
def test_what_is_wrong_with_the_others(asked: Asked, answers: tuple[str, ...]):
    """Who names the right options and says why others are wrong is right, is never accused, and mostly waits for a person."""
    found = {text: grade(question(asked), text) for text in answers}
    assert {text: (one.score, one.notes) for text, one in found.items()} == dict.fromkeys(answers, (100, ()))
    assert {one.unsure for one in found.values()} <= {"", APART}


@pytest.mark.parametrize(
    "text",
    ["Jupiter doesn't, Mars does", "Mars has no equal", "Mars because Jupiter is far away", "Mars isn't small", "Mars! Jupiter would be too far", "the rest are small, Mars is large"],
)  # fmt: skip
def test_no_accusation_where_options_are_told_apart(text: str):
    """Who picks a wrong option with words that may deny it or another one earns nothing, and is not accused surely."""
    found = grade(question(PLANETS), text)
    assert (found.score, found.notes, bool(found.unsure)) == (0, (), True)


@pytest.mark.parametrize("text", ["Mars", "I'd go with Mars", "Mars, it is red", "Mars since it has ice", "A, c"])
def test_what_simply_picks_a_wrong_one(text: str):
    """Who simply picks a wrong option, with a reason or without, is surely wrong and told so."""
    found = grade(question(PLANETS), text)
    assert (found.score, found.notes, found.unsure) == (0, ("It names an option that is wrong.",), "")


def test_points_of_what_may_be_meant():
    """Where right and wrong options are only described, key points earn half."""
    found = grade(question(PLANETS, draft=False), "Mars is red, Jupiter has stripes")
    assert ([point.credit for point in found.points], found.score) == ([0.5, 0.5], 50)
