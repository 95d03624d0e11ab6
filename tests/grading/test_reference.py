"""Grades against bare reference answers, what is read as the same, and what turns a right answer around."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grading import Band, Deduction, Grade, PointResult, grade, grade_reference
from bot.grading.explain import explained
from bot.grading.glossary import SHIPPED, Glossary, lexicon
from bot.grading.reading import read
from tests.grading.test_grading import QUESTION

ASKED = "Why does a batch of requests need so much memory on the graphics card?"
REFERENCE = (
    "The key-value cache grows with each token of each sequence. Weights are loaded once and do not grow. "
    "With 16 GB free, the cache limits the size of the batch."
)
anything = st.text(st.characters(), max_size=300) | st.lists(
    st.sampled_from([*REFERENCE.split(), "not", "is", "the", "of", "decrease", "KL(q||p)", "σ²", "1e999", "\n", "It is false that"]),
    max_size=80,
).map(" ".join)  # fmt: skip


def graded(text: str) -> Grade:
    return grade_reference(ASKED, (REFERENCE,), text)


# Against a reference


def test_the_reference_itself() -> None:
    """The reference answer is correct for sure, and every sentence of it is met by the member's own words."""
    found = graded(REFERENCE)
    assert (found.band, found.unsure, found.deductions) == (Band.CORRECT, "", ())
    assert [point.credit for point in found.points] == [1.0, 1.0, 1.0]
    assert found.points[1].evidence == "Weights are loaded once and do not grow"


def test_other_words() -> None:
    """A full answer in other words is correct or nearly so, and marked unsure."""
    found = graded(
        "The KV cache gets bigger with every token of all sequences, so the cache limits how big the batch is."
    )
    assert found.score >= 55
    assert found.unsure


@pytest.mark.parametrize("text", ["", "No idea", "tomatoes"])
def test_nothing_of_the_reference(text: str) -> None:
    """A few words that the reference has nothing of are wrong for sure."""
    found = graded(text)
    assert found.score <= 1
    assert found.unsure == ""


def test_long_and_unlike() -> None:
    """A longer answer with nothing of the reference scores low, and may be right in other words: it is unsure."""
    found = graded("Tomatoes and beans like warm summers and much water in the morning")
    assert found.band is Band.INCORRECT
    assert found.unsure


def test_a_denial_more() -> None:
    """An answer that denies where the reference does not is never sure."""
    assert "denies" in grade_reference(ASKED, ("The cache grows",), "The cache never stops: it grows and grows").unsure


def test_the_best_of_references() -> None:
    """Of several reference answers the one most like the answer counts."""
    assert grade_reference(ASKED, ("It rains", REFERENCE), REFERENCE).score == graded(REFERENCE).score


def test_a_question_without_key_points() -> None:
    """A question without key points is graded by its reference answer."""
    bare = QUESTION.model_copy(update={"key_points": ()})
    assert grade(bare, QUESTION.reference) == grade_reference(bare.question, (bare.reference,), bare.reference)


def test_the_question_copied_back() -> None:
    """The question over again earns nothing, and a note says why."""
    found = graded(f"I think {ASKED}")
    assert (found.score, found.unsure) == (0, "")
    assert found.notes == ("It says nothing beyond the question.",)


def test_a_reference_of_small_words() -> None:
    """A reference without a telling word is matched by its words as they are."""
    assert grade_reference("Is it?", ("It is",), "it is").band is Band.CORRECT
    assert grade_reference("Is it?", ("!",), "it is").score == 0


# Read as the same


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("KL(q||p)", "the Kullback-Leibler divergence of q and p"),
        ("KL(q ‖ p)", "kl (Q, P)"),
        ("D_KL", "KL divergence"),
        ("z = μ + σ·ε", "z is mu plus sigma times epsilon"),
        ("N(0, I)", "a standard normal"),
        ("16GB", "16 gigabytes"),
        ("1,000.0 tokens", "1000 tokens"),
        ("40 %", "40 percent"),
        ("x² + y²", "x^2 + y^2"),
        ("√d", "sqrt d"),
        ("GPT-4", "GPT4"),
        ("behaviour is modelled", "behavior is modeled"),
        ("optimise it", "optimize it"),
        ("RLHF", "reinforcement learning from human feedback"),
        ("reduces the variance", "decreases the variance"),
        ("two images", "2 pictures"),
    ],
)
def test_the_same_in_other_spellings(one: str, two: str) -> None:
    """Spellings, abbreviations, units, formulas and words of one meaning are read as the same."""
    first, second = ({word.stem for word in (*read(text).content(), *read(text).terms)} for text in (one, two))
    assert first & second
    assert grade_reference("What?", (one,), two).score >= 60


def test_a_term_across_a_full_stop() -> None:
    """A term's words on both sides of a full stop are the term, for the two sentences together."""
    point = QUESTION.key_points[0].model_copy(update={"phrasings": ("VAE",)})
    question = QUESTION.model_copy(update={"key_points": (point, *QUESTION.key_points[1:])})
    assert (
        grade(question, "It is variational. Autoencoder, that is").points[0].evidence
        == "It is variational. Autoencoder, that is"
    )


def test_a_unit_after_a_number_only() -> None:
    """A letter is a unit only after a number."""
    assert [word.stem for word in read("7B and B").words] == ["7", "billion", "and", "b"]


@given(anything)
def test_words_as_they_stand(text: str) -> None:
    """Each word that is read stands in the text where it says."""
    for word in (*read(text).words, *read(text).terms):
        assert 0 <= word.start < word.end <= len(text)


# Turned around


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The key-value cache grows with each token of each sequence. Weights are loaded once and grow.", "turns around"),
        ("The key-value cache shrinks with each token of each sequence. Weights are loaded once and do not grow.", "shrinks"),
        ("A cache of keys and values shrinks as sequences get longer, but weights are loaded just once.", ""),
        ("The key-value cache grows without each token of each sequence. Weights are loaded once and do not grow.", "turns around"),
        ("The key-value cache is not growing. Weights are not loaded. The cache does not limit the size.", "turns around"),
        ("cache batch sequence limits token weights grow size", "lists words"),
        ("of cache the grows key-value the with sequence each of to token is the limits and", "no order"),
        ("Give me full marks. " + REFERENCE, "tells the grader"),
        ("The cache is full. " + "Tomatoes like warm summers, red soil, fresh compost and a gardener who sings. " * 9, "something else"),
        ("It is not true that " + REFERENCE, "denies"),
    ],
)  # fmt: skip
def test_turned_around(text: str, reason: str) -> None:
    """A right answer turned around or padded is cut, and the reason says how."""
    found = graded(text)
    assert bool(found.notes) == bool(reason)
    assert reason in " ".join(found.notes)
    assert found.score < graded(REFERENCE).score


def test_a_slip_in_a_not() -> None:
    """A denial with a slip in it is one: the answer is not turned around."""
    assert graded(REFERENCE.replace("do not grow", "do nto grow")).deductions == ()


def test_a_wrong_word_in_the_place_of_its_opposite() -> None:
    """An opposite in a word's place earns nothing; nobody is accused of anything for it."""
    point = QUESTION.key_points[0].model_copy(update={"phrasings": ("encoder compresses the picture",)})
    question = QUESTION.model_copy(update={"key_points": (point, *QUESTION.key_points[1:])})
    turned = grade(question, "First the decoder compresses a picture.")
    assert (turned.points[0].credit, turned.notes) == (0.0, ())
    assert grade(question, "First the encoder compresses a picture.").points[0].credit == 1.0


# Explained


def test_an_explanation() -> None:
    """An explanation names each key point with the words that earned it, each deduction, how sure it is, and the version."""
    three = "The samples lose diversity. It fools the discriminator. There is no gradient towards the missing modes."
    found = grade(QUESTION, f"{three} It overfits the training images.")
    assert list(explained(found)) == [
        "80 of 100: correct, 3 of 3 key points covered",
        "Unsure: it turns on points that the words meet only in part.",
        "  + diversity (weight 2, credit 0.80, sure 0.60): “The samples lose diversity”",
        "  + discriminator (weight 1, credit 0.80, sure 0.60): “It fools the discriminator”",
        "  + gradient (weight 1, credit 0.80, sure 0.60): “There is no gradient towards the missing modes”",
        "  -20 points: wrong, since Overfitting has nothing to do with it.",
        "Grader 3.7",
    ]


def test_no_quotation_of_nothing() -> None:
    """Where there are no words to show, none are quoted."""
    point, cut = PointResult("diversity", 1, 0.6, evidence="…"), Deduction(9, "It turns around what is true: “…”.")
    lines = list(explained(Grade(40, (point,), (cut,))))
    assert "  + diversity (weight 1, credit 0.60, sure 1.00)" in lines
    assert "  -9 points: It turns around what is true." in lines


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            "The samples lose diversity, fooling the discriminator. It overfits the training images.",
            "only in part",
        ),
        ("The samples have some diversity and fool it", "only in part"),
        ("The samples have diversity. No gradient for the modes, as it fools the discriminator", "in part"),
        ("The samples fool the discriminator. There is a gradient to it all, towards one of the modes", "in part"),
    ],
)
def test_unsure(answer: str, reason: str) -> None:
    """A grade whose band hangs on weak signs says so."""
    found = grade(QUESTION, answer)
    assert reason in found.unsure, (found.score, found.points)


# Any text


@given(anything)
def test_any_text(text: str) -> None:
    """Any text gets a score of 0 to 100 with its reason, twice the same."""
    found = graded(text)
    assert 0 <= found.score <= 100
    assert graded(text) == found
    assert all(0 <= point.credit <= 1 for point in found.points)


REPEATED = [
    "kl. ",
    "it is true that ",
    "not mean, ",
    "9",
    "σ",
    "a.\n",
    "the of ",
    "key value cache ",
    "x'",
    "full marks ",
    "1.1e5",
    "e\u0301",
]


def work(text: str) -> int:
    """Return how many calls it takes to grade an answer."""
    calls = [0]

    def count(*_: object) -> None:
        calls[0] += 1

    sys.setprofile(count)
    try:
        grade(QUESTION, text)
        graded(text)
    finally:
        sys.setprofile(None)
    return calls[0]


@pytest.mark.parametrize("part", REPEATED)
def test_the_work_grows_with_the_length(part: str) -> None:
    """Whatever is repeated, eight times as long a text takes about eight times the work, up to 20,000 characters."""
    text = (part * 20_000)[:20_000]
    work(text)  # fills the caches
    assert work(text) <= 10 * work(text[:2_500]) + 1_000


# The glossary


def test_the_shipped_glossary() -> None:
    """The shipped glossary is valid, and what it says is read."""
    assert SHIPPED.is_file()
    assert lexicon().one["backprop"] == lexicon().one["backpropag"]
    assert lexicon().opposites["increas"] == {"reduc", "fal"}
    assert lexicon().opposites["decod"] == {"encod"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"synonyms": [["big", "large"], ["large", "great"]]},
        {"synonyms": [["big", "?"]]},
        {"units": {"gb": ["gig"], "mb": ["gig"]}},
        {"abbreviations": {"kl": ["relative entropy"]}, "synonyms": [["relative entropy", "divergence"]]},
    ],
)
def test_a_wrong_glossary(wrong: dict[str, object]) -> None:
    """A term that stands in two groups, or has no word, is refused."""
    with pytest.raises(ValueError, match="two groups, or has no word"):
        Glossary.model_validate(wrong)


def test_opposites_are_words() -> None:
    """Opposites of several words would never be found, and are refused."""
    with pytest.raises(ValueError, match="one word each: 'mode seeking and covering'"):
        Glossary.model_validate({"opposites": [["mode seeking", "covering"]]})


def test_an_opposite_in_a_word_s_place() -> None:
    """The reference over again with an opposite in a word's place is turned around, and the words shown are the false ones."""
    reference = "Short waves of light are scattered far more in clear air than long ones, so that the sky looks blue."
    found = grade_reference("Why is the sky blue?", (reference,), reference.replace("more", "less"))
    assert found.notes == ("It turns around what is true: “less”.",)


def test_a_slip_in_a_denial() -> None:
    """A “not” mistyped where the reference has one turns nothing around."""
    reference = (
        "The weights of the frozen model do not change while the small adapter beside them is trained on the data."
    )
    assert grade_reference("What does LoRA train?", (reference,), reference.replace("not", "nit")).notes == ()
