"""The right terms alone: a row of the rubric's own phrasings, their words without what holds them together, and what is strung together."""

from random import Random

import pytest

from bot.grading import grade, terms
from bot.grading.doubt import OF_WHICH
from bot.grading.evidence import Ties
from bot.grading.listed import in_a_row, is_row_of
from bot.grading.reading import read
from bot.grading.weights import weights_in
from bot.question import Question
from tests.grading.fit_talk import questions
from tests.grading.test_two_sides import QUESTION as POOR

A_LIST = "It lists words without saying how they belong together."
MAY_LIST = "it may list words without saying how they belong together."
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


# Without marks


NOTES = {
    "rag-chunking": "split along headings paragraphs slight overlap too small loses context too large vector mixes topics wastes tokens",
    "decoding-temperature": "logits divided temperature small nearly greedy argmax large flatter distribution more random nonsense",
}


@pytest.mark.parametrize("name", NOTES)
def test_notes_without_marks(name: str):
    """Right notes as they are dictated, without marks and small words, are no list of words: their terms stand as they do in what is true."""
    found = grade(questions()[name], NOTES[name])
    assert (found.notes, found.unsure, found.score >= 90) == ((), "", True)


def test_words_without_marks():
    """Words in any order are a list as before, also so many of them that nothing was weighed."""
    pile = "entropy argmax uniform softmax randomness tokens creativity logits sampling determinism"
    assert grade(questions()["decoding-temperature"], pile).notes == (A_LIST,)
    many = " ".join(["router experts tokens gating capacity balancing loss memory"] * 8)
    assert grade(questions()["transformer-moe"], many).notes == (A_LIST,)


@pytest.mark.parametrize(
    "text",
    [
        "generator repeats few samples fooling discriminator low diversity minibatch discrimination wasserstein loss help",
        "divided entropy small logits nonsense greedy argmax temperature random distribution",
    ],
)
def test_words_that_may_be_a_list(text: str):
    """Where that is not sure, or few terms stand as they do in what is true, it is said to who looks at it, and nothing is taken off."""
    found = grade(RICH if "generator" in text else questions()["decoding-temperature"], text)
    assert (found.notes, found.unsure) == ((), MAY_LIST)


def test_words_without_marks_for_a_few_wordings():
    """A small rubric does not tell notes from a list: there it is one as before, whatever its words."""
    assert grade(POOR, "generator discriminator game sharp blurry images").notes == (A_LIST,)


def test_a_hyphen_within_a_word_is_no_mark():
    """With a hyphen within a word or without one: either way it is a list, or none, or may be one."""
    text = "router experts tokens gating {} load balancing loss"
    one, two = (grade(questions()["transformer-moe"], text.format(words)) for words in ("top-k", "top k"))
    assert (one.score, one.notes, one.unsure) == (two.score, two.notes, two.unsure)
    poor = [
        grade(POOR, f"generator discriminator game {words} blurry images").notes
        for words in ("well-sharp", "well sharp")
    ]
    assert poor == [(A_LIST,)] * 2
    assert grade(POOR, "generator - discriminator - game - sharp - blurry - images").score > 0


# Few wordings


COMPARED = POOR.model_copy(
    update={
        "key_points": tuple(point.model_copy(update={"not_": ()}) for point in POOR.key_points),
        "misconceptions": (),
    }
)
OPEN = COMPARED.model_copy(update={"question": "What do GANs and VAEs do with noise and images?"})
SWAPPED = "A VAE is an adversarial game of a generator against a discriminator. What the GAN paints is soft, its images are blurry."


def test_without_near_misses_nothing_tells_what_is_said_of_which():
    """Where a question compares things and no near miss tells them apart, what is right may be said of the other one: never surely."""
    found = grade(COMPARED, SWAPPED)
    assert (found.score >= 35, found.notes, found.unsure) == (True, (), OF_WHICH)
    assert grade(OPEN, SWAPPED).unsure != OF_WHICH
    assert (
        grade(COMPARED, "It has to do with pictures and with training, on any machine that has enough memory.").unsure
        != OF_WHICH
    )


def test_terms_alone_for_a_few_wordings():
    """A small rubric accuses nobody of terms alone; that it may be terms alone is said to who looks at it."""
    pile = "adversarial game\nnoise\ngenerator\ndiscriminator\nsharp\nblurry\nimages\ndecoder"
    found = grade(OPEN, pile)
    assert (found.notes, found.unsure, found.score >= 70) == ((), MAY_BE, True)
    part = grade(OPEN, pile.replace("sharp\nblurry\n", ""))
    assert (found.score > part.score >= 50, part.unsure == MAY_BE) == (True, False)
    plain = "An adversarial game of a generator against a discriminator, so that GAN images are sharp and VAE images are blurry."
    assert grade(OPEN, plain).unsure == ""


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
