"""The right terms alone: a row of the rubric's own phrasings, their words without what holds them together, and what is strung together."""

from random import Random

import pytest

from bot.grading import grade, terms
from bot.grading.evidence import Ties
from bot.grading.listed import in_a_row, is_row_of
from bot.grading.reading import read
from bot.grading.weights import weights_in
from bot.question import Question
from tests.grading.fit_talk import questions
from tests.grading.test_two_sides import QUESTION as POOR

ALONE = "It has the right terms and hardly says how they belong together."
MAY_BE = "it may have the right terms and not say how they belong together."
RICH = questions()["gan-mode-collapse"]
PHRASINGS = [min(point.phrasings, key=len) for point in RICH.key_points]
STRUNG = "workflow\nLLM → tools = loop = ReAct\nobservation : thought : JSON schema\nautonomy / DAG\nmemory → planning → guardrails → budget"


@pytest.mark.parametrize("mark", ["; ", ". ", ", ", " ", "\n"])
def test_a_row_of_phrasings(mark: str):
    """Each phrasing is right; in a row they keep less than half of their points, unsure, whatever stands between them."""
    found = grade(RICH, mark.join(PHRASINGS))
    assert (found.notes, found.score <= 45, bool(found.unsure)) == ((ALONE,), True, True)


@pytest.mark.parametrize("text", [STRUNG, STRUNG.upper()])
def test_terms_strung_together(text: str):
    """What names the terms one after the other and says nothing of them is told by its shape, whatever marks and letters it has."""
    assert grade(questions()["agents-loop"], text).notes == (ALONE,)


def test_terms_that_may_be_strung_together():
    """Where that is not sure it is said to who looks at it, and nothing is taken off."""
    text = "softmax\nlogits\nT\ngreedy\nentropy\nuniform\ncreativity\ndeterminism\ntop-p\ntail tokens"
    found = grade(questions()["decoding-temperature"], text)
    assert (found.notes, found.unsure, found.score > 45) == ((), MAY_BE, True)


def test_what_says_how_they_belong_together():
    """A colon, an equals sign and an arrow say it too, and so do few words between the terms."""
    assert grade(RICH, ": ".join(PHRASINGS[:2]) + "; " + ", ".join(PHRASINGS[2:])).notes == ()
    assert grade(RICH, RICH.reference).notes == ()


def test_a_question_that_asks_to_name():
    """Where a question asks for names, or the reference is a list itself, an answer may be one."""
    for change in ({"question": "Which signs and cures does mode collapse have?"}, {"reference": ", ".join(PHRASINGS)}):
        assert grade(RICH.model_copy(update=change), "; ".join(PHRASINGS)).notes == ()


@pytest.mark.parametrize("change", ["without near misses", "with few examples"])
def test_a_teams_own_notes(change: str):
    """Of a team's own question few wordings are known: who has just these has answered."""
    points = tuple(point.model_copy(update={"not_": ()}) for point in RICH.key_points)
    question = RICH.model_copy(update={"key_points": points}) if change == "without near misses" else POOR
    row = "; ".join(point.phrasings[0] for point in question.key_points)
    assert grade(question, row).notes == ()


def test_a_few_points_are_not_worth_a_word():
    """An answer with less than half of the points keeps them and its doubt: there is nothing to be taken for."""
    found = grade(RICH, "GAN, generator, noise, latent, network, training")
    assert (found.score < 50, found.notes) == (True, ())


def test_the_longest_phrasing_counts():
    """Of two phrasings that begin alike the longer one is heard, and a word that only begins like one is none."""
    row = in_a_row(
        map(
            read,
            (
                "low rank",
                "low rank update",
                "frozen base",
                "merged",
                "the weights of the whole base model never change",
            ),
        )
    )
    assert is_row_of(row, read("low rank update, frozen base, merged").words)
    assert not is_row_of(
        row, read("low rank update of a frozen base, which is merged at the end of all training").words
    )
    assert not is_row_of(row, read("low").words)


def test_statements_in_a_row_are_an_answer():
    """Phrasings that are whole statements say how their terms belong together."""
    said = (
        "the weights of the whole base model never change",
        "only two small matrices are trained in their place",
        "both are added to the base at the end",
    )
    assert not is_row_of(in_a_row(map(read, said)), read(". ".join(said)).words)


def scattered(question: Question) -> str:
    """Return words of the phrasings in no order."""
    words = [
        word for point in question.key_points for text in point.phrasings for word in text.split() if len(word) > 3
    ]
    return ", ".join(Random(1).sample(sorted({*words}), 18))


def test_the_words_without_what_holds_them_together():
    """Words of the phrasings, apart from those that they stand with, are the right terms alone."""
    assert grade(RICH, scattered(RICH)).score <= 45


def test_ties():
    """All words are the phrasings', and few pairs stand together: none at all, or few both for the words and of the pairs that could be."""
    assert Ties(words=12, phrased=1.0, each=0.3, of_pairs=0.5).loose
    assert Ties(words=12, phrased=1.0, each=0.5, of_pairs=0.1).loose
    assert not Ties(words=12, phrased=1.0, each=0.5, of_pairs=0.3).loose
    assert not Ties(words=5, phrased=1.0, each=0.3, of_pairs=0.1).loose
    assert not Ties(words=12, phrased=0.8, each=0.3, of_pairs=0.1).loose
    assert not Ties().loose


def test_the_weights_are_read_once():
    """Whoever asks first reads them from their file, and nobody after; the shape of a word is looked up once."""
    weights_in.cache_clear()
    terms._shape.cache_clear()
    for _ in range(2):
        grade(
            RICH,
            "GAN: 64 of 1,000 modes are generated, FID tells; minibatch discrimination and WGAN help, said in 2 words, “cycling” none",
        )
    assert (weights_in.cache_info().misses, terms._shape.cache_info().hits > 0) == (1, True)
