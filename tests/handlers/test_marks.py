"""Marked answers: organisers mark what others answered, the grader is tested by it, and a lesson says first which of them it changes."""

from typing import Any

import pytest

from bot import outcomes as o
from bot.presenter.questions import shown
from bot.rules.difficulty import Facts
from bot.rules.questions import Life
from bot.store.schema import attempt, grade, lesson, mark, phrasing
from tests.doubles.fakes import FULL, WRONG, Hall, question, text_of

WORDS = "tiny waves bounce around a lot"
SAID = f"It is Rayleigh scattering: {WORDS}."
ALSO = f"Rayleigh scattering, for {WORDS} in the air."
TEACH = f"says short: {WORDS}"


@pytest.fixture
async def revealed(hall: Hall) -> Hall:
    """Give a hall in which five answered, an organiser among them, and the answer is revealed."""
    await hall.types("you", "/quiz mid")
    for name, text in (("maya", SAID), ("bo", ALSO), ("ines", WRONG), ("kim", FULL), ("you", FULL)):
        await hall.answers(name, text)
    await hall.types("you", "/reveal")
    return hall


def test_how_far_a_question_tells_members_apart_stands_on_its_card():
    """Once six members answered others too, an organiser reads whether who does well elsewhere does well here."""
    best = {member: 10 * member for member in range(6)}
    facts = Facts(rounds=1, scores=best, elsewhere={member: float(score) for member, score in best.items()})
    state = o.QuestionState(question=question(0), topic_title="The sky", life=Life.LIVE)
    assert "Discrimination: 1.00 (1: who does well elsewhere does well here" in text_of(
        shown(o.QuestionShown(state=state, facts=facts, learned=()))
    )


async def marks(hall: Hall, **bands: str) -> None:
    for attempt_, band in bands.items():
        await hall.presses("you", f"mark:{attempt_.removeprefix('a')}:{band}")


async def test_answers_are_marked_without_their_author(revealed: Hall):
    """One after the other is shown without a name, and never one's own; the grade stands, and the question's card tells how often they agree."""
    await revealed.types("you", "/question show")
    assert "[Mark answers] question mark:sea-mid-1" in revealed.told("you")
    await revealed.types("you", "/question mark")
    assert "4 answers to mark" in revealed.told("you")
    assert f"Somebody wrote> {SAID}" in revealed.told("you")
    assert "maya" not in revealed.told("you")
    await marks(revealed, a1="correct")
    assert "Marked correct, and I graded it partly: 50 of 100." in revealed.told("you")
    assert f"Somebody wrote> {ALSO}" in revealed.told("you")
    await revealed.presses("you", "question mark:sea-mid-1:2")
    assert f"Somebody wrote> {WRONG}" in revealed.told("you")
    await marks(revealed, a3="incorrect", a4="correct")
    assert "Marked correct, as I graded it: 100 of 100." in revealed.told("you")
    assert "You passed over 1 answer." in revealed.told("you")
    await marks(revealed, a2="correct")
    assert "No answer to sea-mid-1 waits for a mark." in revealed.told("you")
    assert await revealed.rows(mark, "attempt_id", "band") == [
        (1, "correct"), (2, "correct"), (3, "incorrect"), (4, "correct"),
    ]  # fmt: skip
    assert [row[0] for row in await revealed.rows(grade, "score")] == [50, 50, 0, 100, 100]
    await revealed.types("you", "/question show")
    card = revealed.told("you")
    assert "Graded as marked: 2 of 4 answers that organisers decided or marked." in card
    assert f"False “{SAID}”: 50, marked correct" in card
    assert "It is Rayleigh scattering. (weight 2, 80 % had it; 3 right and 0 wrong answers earn it)" in card
    await revealed.presses("you", "mark:2:none")
    assert f"Somebody wrote> {ALSO}" in revealed.told("you")
    await revealed.types("you", "/audit")
    assert '"marked_by": "you"' in revealed.told("you")
    await revealed.types("you", "/privacy export")
    assert '"band": "incorrect"' in revealed.told("you")


async def test_what_cannot_be_marked_is_said(revealed: Hall):
    """Nobody marks their own answer, what is asked just now, another team's, or what is gone; a delivery that comes twice marks once."""
    await revealed.presses("you", "mark:5:correct")
    assert "This is your own answer" in revealed.told("you")
    assert isinstance(await revealed.presses("maya", "mark:1:correct"), o.Refusal)
    there: Any = {"team": "memory:other", "channel": "memory:channel:there", "organiser": True}
    await revealed.presses("zoe", "mark:1:correct", **there)
    assert "This answer cannot be marked" in revealed.told("zoe")
    same: Any = {"event": "memory:same"}
    await revealed.presses("you", "mark:1:correct", **same)
    assert isinstance(await revealed.presses("you", "mark:1:partly", **same), o.Nothing)
    await revealed.types("you", "/quiz senior sky")
    await revealed.types("you", "/question mark")
    assert "It is asked just now. Mark its answers once it is revealed." in revealed.told("you")


async def test_words_that_right_answers_share_are_proposed(revealed: Hall):
    """What right answers share, wrong ones lack and the question does not know is proposed on its card and in the form."""
    await revealed.types("you", "/question show")
    assert "I could learn" not in revealed.told("you")
    await marks(revealed, a1="correct", a2="correct", a3="incorrect")
    await revealed.types("you", "/question show")
    assert f"“{WORDS}”, in 2 right answers: maybe short or eyes" in revealed.told("you")
    assert "[Teach me words] learn-form:2" in revealed.told("you")
    await revealed.presses("you", "learn-form:2")
    ((_, form),) = revealed.platform.forms
    assert form.value.splitlines() == [
        f"# not rayleigh: {ALSO[:-1]}", f"# says short: {WORDS}", f"# says short: {ALSO}", f"# says eyes: {WORDS}",
        f"# says eyes: {ALSO}",
    ]  # fmt: skip
    await revealed.presses("you", "learn-form:4")
    assert WORDS not in revealed.platform.forms[-1][1].value
    await marks(revealed, a1="partly")
    await revealed.types("you", "/question show")
    assert "I could learn" not in revealed.told("you")


async def test_what_a_lesson_changes_is_said_before_it_is_learned(revealed: Hall):
    """A lesson by which marked answers are graded otherwise waits for a second press; its lines are in the form until then."""
    await marks(revealed, a2="correct")
    await revealed.presses("you", "learn-send:1", TEACH)
    held = revealed.told("you")
    assert held.startswith("Not learned yet")
    assert f"True “{ALSO}”: 50 before, 75 now; marked correct" in held
    assert "The answer that it is from would get 75 of 100, and got 50 before." in held
    assert (await revealed.rows(phrasing), await revealed.rows(lesson, "lines")) == ([], [(TEACH,)])
    await revealed.presses("you", "learn-form:1")
    assert revealed.platform.forms[-1][1].value == TEACH
    assert isinstance(await revealed.presses("you", "learn-save:1"), o.PhrasingsLearned)
    assert "1 marked answer graded otherwise by it" in revealed.told("you")
    assert (await revealed.rows(phrasing, "words"), await revealed.rows(lesson)) == ([(WORDS,)], [])
    await revealed.presses("you", "learn-save:1")
    assert "These words are learned already" in revealed.told("you")


async def test_a_lesson_that_fails_a_right_answer_is_refused_and_kept(revealed: Hall):
    """Words that would fail an answer which was graded as marked are not learned, and no line is lost; who deletes their data takes it along."""
    await marks(revealed, a4="correct")
    lines = "not short: see less violet"
    await revealed.presses("you", "learn-send:1", lines)
    assert f"That would fail an answer that was marked: “{FULL}”." in revealed.told("you")
    await revealed.presses("you", "learn-save:1")
    assert "Your lines are kept." in revealed.told("you")
    assert (await revealed.rows(phrasing), await revealed.rows(lesson, "lines")) == ([], [(lines,)])
    await revealed.types("maya", "/privacy delete delete")
    assert await revealed.rows(lesson) == []
    assert (await revealed.rows(attempt, "text"))[0] == (None,)
