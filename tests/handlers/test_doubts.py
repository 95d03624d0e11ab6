"""Grades that the bot is not sure of: shown as such, queued for organisers, decided, and carried into the points."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot import outcomes as o
from bot.question import Question
from bot.store import ledger, recompute
from bot.store.schema import award, grade, total
from tests.doubles.fakes import FULL, HALF, WRONG, Hall


@dataclass
class Opinion:
    """Somebody outside with an opinion of their own."""

    score: int | None = 0
    asked: list[str] = field(default_factory=list)

    async def of(self, question: Question, text: str) -> int | None:
        self.asked.append(text)
        return self.score


@pytest.fixture
def opinion(hall: Hall) -> Opinion:
    """Give the hall a second opinion that thinks nothing of any answer."""
    theirs = Opinion()
    hall.app.deps = replace(hall.app.deps, opinion=theirs, opinions_a_day=3)
    return theirs


async def recomputed(hall: Hall) -> list[str]:
    return [str(one) for one in (await hall.db.read(recompute.compare)).differences]


async def test_a_differing_opinion_raises_doubt_and_changes_no_score(hall: Hall, opinion: Opinion):
    """A second opinion far from the grade marks it unsure, and the score stands as it was."""
    await hall.types("you", "/quiz mid")
    graded = await hall.answers("maya", FULL)
    assert isinstance(graded, o.AttemptGraded)
    assert (graded.grade.score, opinion.asked) == (100, [FULL])
    assert "I am not sure of this grade, because a second opinion differs. An organiser can look at it" in hall.told(
        "maya"
    )
    assert await hall.rows(grade, "score", "unsure", "opinion") == [(100, "a second opinion differs.", 0)]


@pytest.mark.parametrize("score", [71, 100, None])
async def test_an_agreeing_or_missing_opinion_changes_nothing(hall: Hall, opinion: Opinion, score: int | None):
    """A score within thirty points, or none at all, leaves the grade sure."""
    opinion.score = score
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    assert "not sure" not in hall.told("maya")
    await hall.types("you", "/unsure")
    assert "Every grade is decided" in hall.told("you")


async def test_opinions_are_capped_a_team_and_day(hall: Hall, opinion: Opinion):
    """Beyond the day's number nobody is asked; a day later they are again."""
    await hall.types("you", "/quiz mid")
    for name in ("maya", "bo", "kim", "ines"):
        await hall.answers(name, FULL)
    assert len(opinion.asked) == 3
    await hall.later(hours=25)
    await hall.types("you", "/quiz senior")
    await hall.answers("ines", FULL, 2)
    assert len(opinion.asked) == 4


async def test_organisers_decide_before_the_reveal_without_seeing_the_answer(hall: Hall, opinion: Opinion):
    """The queue shows question, answer and doubt; the reference answer waits for the reveal; the decision counts."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.types("you", "/unsure")
    shown = hall.told("you")
    assert "maya: 100 of 100, and I am not sure · 1 grade to decide" in shown
    assert "The second opinion gives 0." in shown
    assert "reference answer 0" not in shown
    assert "“Rayleigh scattering" in shown
    await hall.presses("you", "decide:1:partly")
    assert "Every grade is decided" in hall.told("you")
    await hall.types("you", "/reveal")
    assert await hall.rows(award, "points", "score", "band") == [(50, 50, "partly")]
    assert await recomputed(hall) == []


@pytest.mark.parametrize(
    ("answer", "decision", "points", "correct"),
    [(FULL, "keep", 100, 1), (FULL, "incorrect", 10, 0), (FULL, "correct", 100, 1), (WRONG, "correct", 90, 1)],
)
async def test_a_decision_after_the_reveal_is_carried_on(
    hall: Hall, opinion: Opinion, answer: str, decision: str, points: int, correct: int
):
    """Award and totals follow a decision made after the reveal, and equal the fold of the facts."""
    opinion.score = 100 if answer == WRONG else 0
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", answer)
    await hall.types("you", "/reveal")
    await hall.types("you", "/unsure")
    assert "This is reference answer" in hall.told("you")
    await hall.presses("you", f"decide:1:{decision}")
    assert await hall.rows(total, "points", "correct", "rounds") == [(points, correct, 1)]
    assert await recomputed(hall) == []
    told = [card.title for member, card in hall.platform.direct_messages if member.endswith("maya")]
    assert told == ["An organiser has looked at your answer"]


async def test_organisers_are_told_once_at_the_reveal(hall: Hall, opinion: Opinion):
    """Whoever asked, and appointed organisers, read how many grades wait; a round without doubts tells nobody."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.answers("bo", FULL)
    await hall.types("you", "/reveal")
    await hall.jobs.tick()
    assert [(m.rpartition(":")[2], c.title) for m, c in hall.platform.direct_messages] == [("you", "Grades to decide")]
    opinion.score = None
    await hall.types("you", "/quiz senior")
    await hall.answers("maya", FULL, 2)
    await hall.presses("you", "reveal:2")
    assert len(hall.platform.direct_messages) == 1


async def test_scheduled_rounds_tell_their_organiser(hall: Hall, opinion: Opinion):
    """A scheduled round's doubts are told to who set the schedule."""
    await hall.types("you", "/schedule set 09:00 mon-fri reveal=17:00 board=fri")
    await hall.until(11, 23, 9, 0)
    await hall.answers("maya", FULL)
    await hall.until(11, 23, 17, 0)
    assert [(m.rpartition(":")[2], c.title) for m, c in hall.platform.direct_messages] == [("you", "Grades to decide")]


async def test_nobody_decides_their_own_answer(hall: Hall, opinion: Opinion):
    """An organiser's own doubtful answer is not in their queue, and a button pressed for it is refused."""
    await hall.types("you", "/quiz mid")
    await hall.answers("you", FULL)
    await hall.types("you", "/unsure")
    assert "Every grade is decided" in hall.told("you")
    await hall.presses("you", "decide:1:correct")
    assert "This is your own answer" in hall.told("you")


async def test_only_organisers_decide(hall: Hall, opinion: Opinion):
    """Members reach neither the queue nor its buttons."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    for refused in (await hall.types("maya", "/unsure"), await hall.presses("maya", "decide:1:correct")):
        assert isinstance(refused, o.Refusal)
    assert len(await hall.rows(grade)) == 1


async def test_a_grade_is_decided_once(hall: Hall, opinion: Opinion):
    """A second decision, by another press or the same delivery twice, changes nothing."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    again: Any = {"event": "memory:same"}
    await hall.presses("you", "decide:1:partly", **again)
    await hall.presses("you", "decide:1:incorrect")
    assert "decided already" in hall.told("you")
    assert [row[0] for row in await hall.rows(grade, "score")] == [100, 50]


async def test_the_same_press_twice_decides_one(hall: Hall, opinion: Opinion):
    """The same delivery twice is one decision, also while another doubt of the same attempt's member waits."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.answers("maya", HALF)
    again: Any = {"event": "memory:same"}
    await hall.presses("you", "decide:1:partly", **again)
    assert isinstance(await hall.presses("you", "decide:2:partly", **again), o.Nothing)


async def test_answers_of_who_left_are_not_queued(hall: Hall, opinion: Opinion):
    """A member who deletes their data takes their doubts along; one decided just then is told to nobody."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.types("maya", "/privacy delete delete")
    await hall.types("you", "/unsure")
    assert "Every grade is decided" in hall.told("you")


async def test_late_answers_are_not_queued(hall: Hall, opinion: Opinion):
    """An answer after the reveal is for practice: unsure or not, nobody has to decide it."""
    await hall.types("you", "/quiz mid")
    await hall.types("you", "/reveal")
    await hall.answers("maya", FULL)
    assert "An organiser can" not in hall.told("maya")
    await hall.types("you", "/unsure")
    assert "Every grade is decided" in hall.told("you")


async def test_organisers_who_were_told_are_not_told_again(hall: Hall, opinion: Opinion):
    """A reveal that is carried out once more after a crash tells nobody twice."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)

    async def told(connection: Any) -> None:
        assert await ledger.first_notice(connection, 1, "doubts:1", now=hall.clock.now())

    await hall.db.write(told)
    await hall.types("you", "/reveal")
    assert hall.platform.direct_messages == []


async def test_a_doubt_does_not_name_who_is_hidden(hall: Hall, opinion: Opinion):
    """Whoever decides an unsure grade is not told whose it is, where its author is hidden."""
    await hall.types("eve", "/privacy hide on")
    await hall.types("eve", "/quiz mid")
    await hall.answers("eve", FULL)
    assert opinion.asked
    await hall.types("you", "/unsure")
    assert hall.told("you").startswith("A hidden member: ")
