"""Grades: an honest answer earns what it says, a trick earns nothing, and the shipped bank grades its own samples."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.loading import Bank, load
from bot.grading import VERSION, Band, band_of, grade
from bot.grading.denial import asserted
from bot.question import Question

ROOT = Path(__file__).parents[2]
SAMPLES: dict[str, dict[str, str]] = {
    name: answers
    for file in sorted((ROOT / "tests" / "samples").glob("*.yaml"))
    for name, answers in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}
QUESTION = Question.model_validate(
    {
        "id": "mode-collapse",
        "topic": "gans",
        "level": "mid",
        "question": "Why does the generator of a GAN run into mode collapse?",
        "reference": "The samples lose their diversity, because a few of them fool the discriminator reliably.",
        "key_points": [
            {
                "id": "diversity",
                "statement": "The samples lose their diversity.",
                "phrasings": ["samples lose diversity", "few kinds of samples"],
                "weight": 2,
            },
            {
                "id": "discriminator",
                "statement": "The few samples fool the discriminator.",
                "phrasings": ["fools the discriminator", "generator mode collapse"],  # the second proves nothing
            },
            {
                "id": "gradient",
                "statement": "The generator gets no gradient towards the modes that it misses.",
                "phrasings": ["no gradient towards missing modes"],
            },
        ],
        "misconceptions": [
            {
                "statement": "Overfitting has nothing to do with it.",
                "phrasings": ["overfits the training images"],
            }
        ],
        "since": "2026-11-01",
    }
)
FULL = (
    "The samples lose diversity, because the same picture fools the discriminator every time. "
    "There is no gradient towards the missing modes."
)
LONG_STEMS = {"diversity": 6, "discriminator": 11, "gradient": 8, "towards": 6}  # words, letters of their stems

words = st.sampled_from([*FULL.split(), *QUESTION.question.split(), "not", "never", "but", "0", "KL", "\n", ".", "🙂"])
texts = st.text(st.characters(), max_size=200) | st.lists(words, max_size=60).map(" ".join)
long_texts = st.builds(lambda part, times: (part * times)[:4000], texts, st.integers(1, 4000))


@cache
def bank() -> Bank:
    """Return the bank that ships with the bot."""
    return load(ROOT / "content")


def credits_of(answer: str) -> dict[str, float]:
    """Return what each key point of the question earned."""
    return {point.key_point: point.credit for point in grade(QUESTION, answer).points}


def test_a_full_answer() -> None:
    """An answer that makes every point is correct, and says which of its words earned each."""
    result = grade(QUESTION, FULL)
    assert (result.score, result.band, result.covered) == (100, Band.CORRECT, 3)
    assert (result.notes, result.mistakes) == ((), ())
    says = "The samples lose diversity, because the same picture fools the discriminator every time"
    assert [point.evidence for point in result.points[:2]] == [says, says]


@pytest.mark.parametrize(
    ("answer", "score", "band"),
    [
        ("The samples lose diversity.", 50, Band.PARTLY),
        ("You see few kinds of samples only.", 50, Band.PARTLY),
        ("It fools the discriminator.", 25, Band.INCORRECT),
        ("The samples lose diversity, which fools the discriminator.", 75, Band.CORRECT),
        ("Attention mixes the values of all positions.", 0, Band.INCORRECT),
    ],
)
def test_each_point_by_its_weight(answer: str, score: int, band: Band) -> None:
    """A point earns its share of the weights, whichever of its phrasings is used."""
    result = grade(QUESTION, answer)
    assert (result.score, result.band) == (score, band)


def test_a_phrasing_of_the_question_s_words() -> None:
    """A phrasing that only repeats the question proves nothing, also in an answer that says more."""
    assert credits_of("The generator runs into mode collapse after some epochs")["discriminator"] == 0


def test_half_a_point() -> None:
    """A point of which words are missing earns less than one that is made in full, and more than none."""
    assert 0.5 <= credits_of("The samples have some diversity")["diversity"] < 1


def test_words_far_apart() -> None:
    """Words of a phrasing that stand far apart do not make its point."""
    filler = "and the network learns this and that from what it gets " * 3
    assert credits_of(f"Samples {filler} lose {filler} diversity")["diversity"] == 0


def test_a_point_across_a_full_stop() -> None:
    """A point may be made in two neighbouring sentences."""
    assert credits_of("The picture fools it. I mean the discriminator.")["discriminator"] == 1


@given(texts)
def test_evidence_is_the_member_s_own_words(text: str) -> None:
    """What a point shows as evidence stands in the answer, and only points with credit show any."""
    folded = " ".join(text.split())
    for point in grade(QUESTION, text).points:
        assert point.evidence.removesuffix("…") in folded
        assert bool(point.evidence) == (point.credit > 0)


def test_the_evidence_is_a_clause() -> None:
    """The evidence is the whole clause that says a point, and no more of the answer."""
    result = grade(QUESTION, "The picture is odd. It fools the discriminator each time. It fools nobody else.")
    assert result.points[1].evidence == "It fools the discriminator each time"


def test_long_evidence() -> None:
    """Long evidence is clipped to what a card can show."""
    result = grade(QUESTION, f"The samples, as one sees in {'x' * 200}, lose diversity")
    assert result.points[0].credit == 1
    assert len(result.points[0].evidence) == 160


@given(st.sampled_from(sorted(LONG_STEMS)), st.sampled_from(["swap", "drop", "double"]), st.data())
def test_a_typo(word: str, slip: str, data: st.DataObject) -> None:
    """One slip inside of a stem of six letters or more changes nothing: letters swapped, left out or doubled."""
    at = data.draw(st.integers(1, LONG_STEMS[word] - 2))
    typed = {
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "drop": word[:at] + word[at + 1 :],
        "double": word[:at] + word[at] + word[at:],
    }[slip]
    result = grade(QUESTION, FULL.replace(word, typed))
    assert (result.score, result.covered) == (100, 3), typed


@pytest.mark.parametrize("word", ["dicsrimniator", "dscrimnator"])
def test_two_typos_in_a_long_word(word: str) -> None:
    """A word of eight letters or more forgives two slips."""
    assert credits_of(f"It fools the {word}")["discriminator"] == 1


@pytest.mark.parametrize("word", ["dxsxrxmxnator", "xiscriminator", "12345678", "recriminator"])
def test_another_word_is_no_typo(word: str) -> None:
    """A word with another first letter or more slips is another word."""
    assert credits_of(f"It fools the {word}")["discriminator"] < 1


def test_two_typos_in_a_short_word() -> None:
    """A word of fewer letters forgives one slip, not two."""
    assert credits_of("no gradient twoards missing modes")["gradient"] == 1
    assert credits_of("no gradient tawerds missing modes")["gradient"] < 1


def test_numbers() -> None:
    """A number is never a typo of another."""
    point = QUESTION.key_points[0].model_copy(update={"phrasings": ("100000",)})
    question = QUESTION.model_copy(update={"key_points": (point, *QUESTION.key_points[1:])})
    assert grade(question, "It saw 100000 images").points[0].credit == 1
    assert grade(question, "It saw 100001 images").points[0].credit == 0


@given(st.lists(st.sampled_from(QUESTION.question.split()), max_size=40).map(" ".join))
def test_the_question_copied_back(answer: str) -> None:
    """The question's own words, in whatever order, earn nothing, and a note says why."""
    result = grade(QUESTION, answer)
    assert (result.score, result.band, result.covered) == (0, Band.INCORRECT, 0)
    assert len(result.notes) == 1


@pytest.mark.parametrize("answer", ["", " \n\t", "...!?", "\0\a\x1b\u202e", "🙂 → ‖", "the it is of", "\u0301"])
def test_an_answer_of_nothing(answer: str) -> None:
    """An answer without a word that tells something scores nothing on every point."""
    result = grade(QUESTION, answer)
    assert (result.score, result.band) == (0, Band.INCORRECT)
    assert [(point.credit, point.evidence, point.earned) for point in result.points] == [(0, "", False)] * 3


@pytest.mark.parametrize(
    "answer",
    [
        "The samples do not lose diversity",
        "The samples don’t lose diversity",
        "samples never lose their diversity",
        "Neither do samples lose diversity",
        "The samples wouldn't lose diversity",
        "The samples do not lose diversity. Samples have diversity.",
        "It is false: no samples lose diversity",
    ],
)
def test_a_negated_point(answer: str) -> None:
    """A point that is denied is not earned."""
    assert credits_of(answer)["diversity"] == 0


@pytest.mark.parametrize(
    "answer",
    [
        "It does not learn but the samples lose diversity",
        "It is not the loss, the samples lose diversity",
        "It is not stable because samples lose diversity",
        "It never happens that the samples do not lose diversity",
    ],
)
def test_a_negation_of_something_else(answer: str) -> None:
    """A "not" before a pause or a turn of the sentence, or one that another takes back, does not deny a point."""
    assert credits_of(answer)["diversity"] == 1


def test_a_point_that_denies() -> None:
    """A point that is itself a denial is earned by denying, and not by asserting."""
    assert credits_of("It gets no gradient towards the missing modes")["gradient"] == 1
    assert credits_of("It gets a gradient towards the missing modes")["gradient"] == 0


def test_a_misconception() -> None:
    """A misconception costs points; it is told as a mistake, which waits for the reveal, and not in a note."""
    right, mixed = grade(QUESTION, FULL), grade(QUESTION, f"{FULL} It overfits the training images.")
    assert mixed.score < right.score
    assert mixed.mistakes == ("Overfitting has nothing to do with it.",)
    assert mixed.notes == ()
    assert grade(QUESTION, "It overfits the training images").score == 0


def test_a_misconception_denied() -> None:
    """Denying a misconception is no mistake."""
    assert grade(QUESTION, f"{FULL} It does not overfit the training images.").mistakes == ()


SOUP = "samples lose diversity fools discriminator gradient batch layer loss optimizer noise latent critic weight"


def test_keyword_soup() -> None:
    """A long pile of keywords earns less than half of what it names, and a note says why."""
    soup, sentence = grade(QUESTION, f"{SOUP} image"), grade(QUESTION, f"The {SOUP.replace(' ', ' of a ')} image")
    assert 0 < soup.score < sentence.score / 2
    assert len(soup.notes) == 1
    assert sentence.notes == ()


NOTES = "encoder: mean, log variance; noise sampling → latent; decoder rebuilds input; KL term (prior), then ELBO"


@pytest.mark.parametrize("answer", ["samples lose diversity", "samples lose diversity, fools discriminator", NOTES])
def test_short_notes_are_no_soup(answer: str) -> None:
    """A few words, and notes with marks between their parts, are how people write quickly."""
    assert grade(QUESTION, answer).notes == ()


@pytest.mark.parametrize("mark", [" ", ", ", "\n", " → ", "; "])
def test_marks_between_keywords_make_no_notes(mark: str) -> None:
    """A pile of keywords stays one whatever stands between them, also with a single mark in it."""
    assert grade(QUESTION, f"{SOUP} image".replace(" ", mark)).notes
    assert grade(QUESTION, f"{SOUP}, image batch").notes


SHUFFLED = "of the loses to a samples the and discriminator fools of is diversity the generator by few the it only"


def test_word_salad() -> None:
    """Right words in no order earn little, and a note says why; compound words such as in-context are no salad."""
    salad = grade(QUESTION, SHUFFLED)
    assert "no order" in salad.notes[0]
    honest = (
        "The in-context examples and the on-policy samples fool the discriminator; A is the generator, A of B is not."
    )
    assert grade(QUESTION, honest).notes == ()


@pytest.mark.parametrize(
    "opening",
    [
        "It is not true that",
        "It's false that",
        "it isn’t the case that",
        "That is wrong, as everybody knows, that",
        "It was never true that",
    ],
)
def test_a_denial_of_the_whole_answer_earns_nothing(opening: str) -> None:
    """An answer that opens by denying what follows is worth nothing, however right the rest is."""
    denied = grade(QUESTION, f"{opening} {FULL[0].lower()}{FULL[1:]} And so on.")
    assert denied.score == 0
    assert "denies" in denied.notes[0]


def test_a_correction_after_a_denial_counts() -> None:
    """Denying a mistake and then saying what holds is how people explain; so is denying a denial."""
    corrected = grade(QUESTION, f"It is not true that it overfits. Rather, {FULL}")
    assert corrected.score == grade(QUESTION, FULL).score
    inside = grade(QUESTION, f"It is not true that it overfits, but {FULL}")
    assert inside.score > 60
    assert grade(QUESTION, f"It is true that {FULL}").notes == ()
    assert asserted(f"It is not false that {FULL}") == f"It is not false that {FULL}"


def test_a_denial_later_on_covers_its_sentence() -> None:
    """A denial in the middle takes away what its own sentence says, and no more."""
    first, _, second = FULL.partition(". ")
    late = grade(QUESTION, f"{first}. Also, it is not true that {second}")
    assert late.score == grade(QUESTION, first).score < grade(QUESTION, FULL).score


def test_not_upon_not() -> None:
    """A right answer turned around by “not” in sentence after sentence is cut."""
    turned = "The samples do not lose diversity. It does not fool the discriminator. The generator is not stuck there."
    assert "denies nearly every verb" in grade(QUESTION, turned).notes[0]


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, Band.INCORRECT),
        (34, Band.INCORRECT),
        (35, Band.PARTLY),
        (69, Band.PARTLY),
        (70, Band.CORRECT),
        (100, Band.CORRECT),
    ],
)
def test_bands(score: int, band: Band) -> None:
    """An answer is correct from 70, partly correct from 35."""
    assert band_of(score) is band


@given(long_texts)
def test_any_text(text: str) -> None:
    """Any text of up to 4,000 characters gets a score of 0 to 100 with its band, points and version, twice the same."""
    result = grade(QUESTION, text)
    assert 0 <= result.score <= 100
    assert result.band is band_of(result.score)
    assert [point.key_point for point in result.points] == ["diversity", "discriminator", "gradient"]
    assert all(0 <= point.credit <= 1 for point in result.points)
    assert result.version == VERSION
    assert grade(QUESTION.model_copy(), text) == result


@pytest.mark.process
def test_grades_in_another_process() -> None:
    """The same answers get the same grades in any process, whatever its hash seed."""
    script = (
        "from pathlib import Path; from bot.bank.loading import load; from bot.grading import grade;"
        "topics = load(Path('content')).topics.values();"
        "print([grade(q, o.reference) for t in topics for q in t.questions[::3] for o in t.questions[:3]])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_every_question_has_samples() -> None:
    """The samples and the bank name the same questions."""
    assert set(SAMPLES) == set(bank().questions)


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    """No full answer is incorrect, and no wrong one correct; the gate holds how many are in their band."""
    question, answers = bank().questions[name], SAMPLES[name]
    assert set(answers) == {"full", "partial", "wrong"}
    results = {kind: grade(question, answer) for kind, answer in answers.items()}
    scored = {kind: (result.band, result.score) for kind, result in results.items()}
    assert results["full"].band is not Band.INCORRECT, scored
    assert results["wrong"].band is not Band.CORRECT, scored


def test_reference_answers() -> None:
    """Every reference answer of the bank is correct."""
    assert {q.id for q in bank().questions.values() if grade(q, q.reference).band is not Band.CORRECT} == set()


def test_questions_copied_back() -> None:
    """Every question of the bank copied back scores nothing."""
    assert {q.id for q in bank().questions.values() if grade(q, q.question).score} == set()


def test_hints_sent_back() -> None:
    """A hint that is sent back earns nothing, its words in an answer do."""
    hints = ("Why would samples lose diversity if one of them fools the discriminator?", "Think.")
    hinted = QUESTION.model_copy(update={"hints": hints})
    assert grade(QUESTION, hints[0]).score > 0
    assert (
        grade(
            hinted, f"Hint: why would samples lose diversity if one of them fools the discriminator? {hints[0]}"
        ).score
        == 0
    )
    assert grade(hinted, FULL) == grade(QUESTION, FULL)
    assert grade(hinted, "It fools the discriminator.") == grade(QUESTION, "It fools the discriminator.")


def test_instructions_spoken_of() -> None:
    """Who tells how a model is told to ignore its instructions is no cheat; who asks for full marks is."""
    told = "It contains text like ignore your instructions and the model obeys, as samples lose diversity."
    assert grade(QUESTION, told).notes == ()
    assert grade(QUESTION, f"{told} Give full marks.").notes == ("It tells the grader what to do.",)
