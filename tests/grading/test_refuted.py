"""What an answer names only to refute it, and what a denial itself is about: that is not heard, and the rest is."""

import pytest

from bot.grading import grade
from bot.grading.denial import asserted
from bot.grading.refuted import Side
from tests.grading.test_two_sides import QUESTION, known

RIGHT = "In a GAN two networks fight: the forger learns to trick a judge. Pictures of the GAN are crisp, what the VAE paints is soft."
ERROR = "the VAE has a discriminator judging it"
FRAMES = [
    "Common misconception: {m}.",
    "A very common myth is that {m}.",
    "It's a widespread fallacy that {m}.",
    "A frequent mistake is to think that {m}.",
    "The trap is to assume {m}.",
    "Note that it would be naive to believe {m}.",
    "Trap: {m}.",
    "- ≠ {m}.",
    "❌ {m}.",
    "{m} ❌.",
    "{m} (not true).",
    "{m} - no.",
    "{m} – false, by the way.",
    "{m}? Never.",
    "{m}? That's a myth.",
    "{m}? It does not.",
    "{m}? Nah.",
    "My boss insists that {m}, but no.",
    "{m} is a common misconception.",
    "{m} is simply wrong.",
    "{m} would be a mistake.",
    "{m} isn't how it works.",
    "{m} does not hold.",
    "Note that {m} is not true.",
    "That {m} isn't right.",
    'The statement "{m}" is wrong.',
    "Saying {m} misses the point.",
    "Whoever says {m} is mistaken.",
    "Contrary to popular belief, {m} is not the case.",
    "Contrary to popular belief, it is not so that {m}.",
    "You might think {m}, but that is not the case.",
    "Some say {m}, but they are mistaken.",
    "Many believe {m}, which is not so.",
    "Tutorials often claim {m}. I disagree.",
    "One could think {m}, but no.",
    "{m}, people often say, wrongly.",
    "Beginners often write that {m}.",
    "It is tempting to say {m}.",
    "Incorrect would be {m}.",
    "A wrong idea: {m}.",
    "Don't confuse this with: {m}.",
    "Wrong: {m}.",
    "Mistakenly: {m}.",
]


@pytest.mark.parametrize("frame", FRAMES)
def test_an_error_that_is_refuted_is_not_held_against_its_author(frame: str) -> None:
    """Whoever names an error to refute it, before or behind what is right, loses nothing by it and is told of no mistake."""
    refuted = frame.format(m=ERROR)
    assert grade(QUESTION, f"{RIGHT} {ERROR}.").mistakes or grade(QUESTION, ERROR).mistakes
    for text in (f"{RIGHT} {refuted}", f"{refuted} {RIGHT}"):
        found = grade(QUESTION, text)
        assert (found.score >= grade(QUESTION, RIGHT).score - 5, found.mistakes, found.notes) == (True, (), ())


@pytest.mark.parametrize("frame", FRAMES[:2] + FRAMES[10:12] + FRAMES[15:16])
def test_what_is_refuted_earns_nothing(frame: str) -> None:
    """What is right earns nothing where it is named as an error."""
    assert grade(QUESTION, frame.format(m="pictures of the GAN are crisp")).score == 0


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It grows, and that it shrinks is a myth, so buy more.", "It grows, and that , so buy more."),
        ("A common mistake is to think that it shrinks, when in fact it grows.", ", when in fact it grows."),
        ("It grows. That it shrinks is a fallacy. That is wrong.", "It grows. ."),
        ("That it grows is a fallacy?", "That it grows is a fallacy?"),
        ("It grows - no?", "It grows - no?"),
        ("All of this is a fallacy.", "All of this is a fallacy."),
        ("The result is wrong.", "The result is wrong."),
        ("Trap: long chunks.", "Trap: long chunks."),
        ("x != y, wrong-headed.", "x != y, wrong-headed."),
        ("Beginners think that it grows.", "Beginners think that it grows."),
        ("A myth is that there is only one way to do it: it grows.", "it grows."),
        ("A myth is this: it grows.", ""),
        ("I disagree with the usual advice: it grows.", "it grows."),
        ("I disagree with all of this: it grows.", ""),
        ("I disagree with the statement: it grows. It stays.", ""),
        ("It is not true that it works like this: it grows. It stays.", ""),
        ("That is wrong in many blogs: it grows.", "it grows."),
        ("I doubt that it's that simple: it grows.", "it grows."),
        ("I don't agree that it is simple: it grows, but it stays.", "it grows, but it stays."),
        ("I doubt one word is enough. It grows.", "It grows."),
        ("I doubt that two parts: it grows. It stays.", ""),
        ("I disagree. It grows.", ""),
        ("I disagree, sorry. It grows.", ""),
        ("None of the following holds: it grows. It stays.", ""),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    """Where nothing of the subject is denied, no more than that is; what only stands for the rest denies the rest, and a plain sentence nothing."""
    assert " ".join(asserted(text, lambda _: Side.ELSE).split()).strip(" .") == left.strip(" .")


@pytest.mark.parametrize("side", Side)
def test_a_plain_word_of_falsehood(side: Side) -> None:
    """What may as well be a plain sentence is taken for a refutation only where the statement is an error; and no more than the part of the sentence that is called so."""
    error = side in {Side.MISSED, Side.FALSE}
    for text in (
        "It shrinks fast would be wrong.",
        "Wrong would be it shrinks fast: of course.",
        "It grows well, and it shrinks fast would be wrong.",
    ):
        assert (asserted(text, lambda _: side) != text) is error
    left = asserted("It grows well, and it shrinks fast is wrong.", lambda said: side if "grows" in said else Side.TRUE)
    assert left == "It grows well, and it shrinks fast is wrong."


OBJECTS = [
    "I disagree with the usual advice: {right}",
    "I don't agree that it is simple: {right}",
    "It's not true that it is magic: {right}",
    "It's a myth that it is magic: {right}",
    "That is wrong in many blogs: {right}",
    "It is false that it is magic. {right}",
    "I doubt that the moon is round. {right}",
    "Wrong is the common picture: {right}",
]


@pytest.mark.parametrize("opening", OBJECTS)
def test_a_denial_of_something_else(opening: str) -> None:
    """An opening that denies what is no part of the answer takes nothing from it, and accuses nobody."""
    question = known()
    found = grade(question, opening.format(right=question.reference))
    assert (found.score, found.notes) == (grade(question, question.reference).score, ())


@pytest.mark.parametrize(
    "opening",
    [
        "I disagree: {right}",
        "Wrong: {right}",
        "The opposite holds: {right}",
        "I doubt that {right}",
        "All I say here is the opposite of the truth. {right}",
        "The reverse of every statement is true: {right}",
        "{right} In truth, nothing of this holds.",
        "{right} Only joking, all of it is false.",
        "{right} On closer inspection all of this is wrong.",
    ],
)
def test_a_denial_of_all_that_is_said(opening: str) -> None:
    """An opening that brings nothing of its own denies what follows, all of it, and so does an end that takes it back."""
    question = known()
    assert grade(question, opening.format(right=question.reference)).score == 0


def test_a_denial_of_small_words_is_of_all() -> None:
    """What says nothing is nothing of its own that could be denied."""
    question = known()
    assert grade(question, f"I doubt that this is so for you. {question.reference}").score == 0


def test_a_mark_is_for_its_line() -> None:
    """What stands in the line below an error that is crossed out is none."""
    assert grade(QUESTION, f"❌ {ERROR}\n{RIGHT}").score >= grade(QUESTION, RIGHT).score - 5


@pytest.mark.parametrize("remark", ["[no notes] ", "{not sure} ", "[draft, not final] "])
def test_a_remark_in_brackets_denies_nothing_else(remark: str) -> None:
    """A bracket that closes ends what its “no” is about."""
    assert grade(QUESTION, remark + RIGHT).score == grade(QUESTION, RIGHT).score
    assert grade(QUESTION, remark + ERROR).score <= grade(QUESTION, ERROR).score
