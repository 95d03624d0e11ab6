"""The right terms alone: a row of the rubric's own phrasings, and their words without what holds them together."""

import pytest

from bot.grading import grade
from bot.grading.listed import in_a_row, is_row_of
from bot.grading.reading import read
from tests.grading.test_two_sides import QUESTION

ALONE = "It has the right terms and hardly says how they belong together."
ROW = "adversarial game; generator against discriminator; GAN images are sharp; VAE images are blurry"


@pytest.mark.parametrize("mark", ["; ", ". ", ", ", " ", " and ", "\n- "])
def test_a_row_of_phrasings(mark: str):
    """Each phrasing is right; in a row they keep less than half of their points, unsure, whatever stands between them."""
    found = grade(QUESTION, ROW.replace("; ", mark))
    assert (found.notes, found.score <= 45) == ((ALONE,), True)


@pytest.mark.parametrize(
    "text",
    [
        "adversarial game; GAN images are sharp",
        "GAN: an adversarial game of generator against discriminator, hence sharp. VAE: a bound on likelihood, hence blurry.",
        "generator against discriminator is why GAN images are sharp, and the pixel loss of the VAE why its images are blurry",
    ],
)
def test_what_says_more_is_no_row(text: str):
    """Two phrasings are a short answer, and words that say how they belong together make sentences of them."""
    assert grade(QUESTION, text).notes == ()


def test_a_question_that_asks_to_name():
    """Where the reference is a list itself, an answer may be one."""
    naming = QUESTION.model_copy(
        update={"reference": "Adversarial game, generator, discriminator, sharp images, blurry images."}
    )
    assert grade(naming, ROW).notes == ()


def test_without_near_misses():
    """Of a team's own notes the phrasings are all that is known: who has them has answered."""
    points = tuple(point.model_copy(update={"not_": ()}) for point in QUESTION.key_points)
    assert grade(QUESTION.model_copy(update={"key_points": points}), ROW).notes == ()


def test_the_words_without_what_holds_them_together():
    """All words of the phrasings, apart from those that they stand with, are the right terms alone."""
    scattered = "the blurry of discriminator is noise to layers with sharp in adversarial and VAE for generator by game"
    assert grade(QUESTION, scattered).notes == (ALONE,)


def test_the_longest_phrasing_counts():
    """Of two phrasings that begin alike the longer one is heard, and a word that only begins like one is none."""
    row = in_a_row(map(read, ("low rank", "low rank update", "frozen base", "merged")))
    assert is_row_of(row, read("low rank update, frozen base, merged").words)
    assert not is_row_of(
        row, read("low rank update of a frozen base, which is merged at the end of all training").words
    )
    assert not is_row_of(row, read("low").words)


def test_terms_strung_together():
    """What names the terms one after the other and says nothing of them is told by its shape, whatever marks stand in it."""
    strung = "GAN, VAE, adversarial training, discriminator, minimax, latent space, ELBO, KL divergence, sharpness, blurriness"
    assert grade(QUESTION, strung).notes == (ALONE,)


def test_terms_that_may_be_strung_together():
    """Where that is not sure it is said to who looks at it, and nothing is taken off."""
    found = grade(QUESTION, "adversarial game with generator, discriminator; ELBO with encoder, decoder")
    assert (found.notes, found.unsure) == ((), "it may have the right terms and not say how they belong together.")
