"""What of an answer is the question's own words, or a hint's, is blanked out; what only begins with them is not."""

import pytest

from bot.grading.posed import without_posed

QUESTION = "What is the capital of France, and why is it not Lyon?"
HINTS = ("Think of a river; who lived there?",)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Paris.", "Paris."),
        ("Paris is the capital of France, and not Lyon, as kings lived there.", ""),
        (f"{QUESTION} Paris.", "Paris."),
        (f"> {QUESTION.upper()}\n\nParis.", "> Paris."),
        ("what is the capital of france: Paris", ": Paris"),
        ("What is the capital of Italy: Rome", ""),
        ("The capital of France, and why: Paris", ": Paris"),
        ("Kings lived in Paris for longer than in Lyon: Paris", ""),
        ("Think of a river; who lived there? Paris", "Paris"),
        ("think of  a river, who lived there: Paris", ": Paris"),
        (f"İ {QUESTION} Paris.", "İ Paris."),
        (f"{QUESTION} Paris. {QUESTION}", "Paris."),
    ],
)
def test_what_was_posed_says_nothing(text: str, left: str) -> None:
    """The rest stands where it stood."""
    heard = without_posed(text, QUESTION, HINTS)
    assert len(heard) == len(text)
    assert " ".join(heard.split()) == (left or text)


def test_a_short_question_in_a_statement() -> None:
    """Who turns a question around into a statement answers it."""
    for question, answer in (
        ("What is the capital of France?", "Paris is the capital of France."),
        ("Which gas do plants take in?", "The gas that plants take in is CO2."),
    ):
        assert without_posed(answer, question, ()) == answer
