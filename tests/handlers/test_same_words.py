"""The same words count once: who sends an answer again has no attempt less, and is told the grade that it has."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bot import outcomes as o
from bot.cards import Sign
from bot.handlers.threads import EDITED
from bot.question import Question
from bot.rules.retention import PRACTICE
from bot.store import recompute
from bot.store.schema import attempt, award, doubt, grade
from tests.doubles.fakes import FULL, HALF, MONDAY, WRONG, Hall, bank, otherwise, text_of
from tests.doubles.fakes import hall as start_hall

ONCE: Final = "You sent the same words before: they count once."
OPENLY: Final[dict[str, Any]] = {"private": False, "message": "memory:message:said"}
UNSURE: Final = "Es ist die Rayleigh-Streuung, und unsere Augen sehen das Violett nicht so gut."


async def attempts(hall: Hall) -> int:
    """Return how many attempts there are, each of which has one grade at the first."""
    return len(await hall.rows(attempt, "id"))


async def test_a_form_that_is_sent_twice_is_one_attempt(hall: Hall):
    """Whoever presses Submit again, for nothing seemed to come of it, loses no attempt, and reads the grade and how many are left."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", HALF)
    again = await hall.answers("maya", HALF)
    assert isinstance(again, o.SaidBefore)
    told = hall.told("maya")
    assert told.startswith(f"Partly there: 50 of 100\n{ONCE}\n")
    assert "Worth 50 points. Saved as attempt 1; you have 2 attempts left, and the best counts." in told
    assert "[Appeal]" in told
    assert await hall.rows(attempt, "number", "text") == [(1, HALF)]
    assert len(await hall.rows(grade, "id")) == 1


async def test_blanks_make_no_other_words(hall: Hall):
    """However the words are set apart they are the same; a sign, a capital or another word makes another answer."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", HALF)
    for blank in ("  ", "\n", "\r\n\r\n", "\t", "\u00a0", " \u3000"):
        assert isinstance(await hall.answers("maya", f" {HALF.replace(' ', blank)}{blank}"), o.SaidBefore)
    for other in (HALF.upper(), HALF.rstrip(".")):
        assert isinstance(await hall.answers("maya", other), o.AttemptGraded)
    assert await attempts(hall) == 3


async def test_words_from_before_another_answer(hall: Hall):
    """The first words sent again after others have their own grade still, and the best is named beside it."""
    await hall.types("you", "/quiz mid")
    for text in (HALF, FULL):
        await hall.answers("maya", text)
    await hall.answers("maya", HALF)
    told = hall.told("maya")
    assert "Partly there: 50 of 100" in told
    assert "Saved as attempt 1; you have 1 attempt left, and the best counts." in told
    assert "Your best is attempt 2: 100 of 100, worth 100 points." in told
    assert await attempts(hall) == 2


async def test_the_last_attempt_sent_twice_is_not_refused(hall: Hall):
    """With all attempts used up, words that were sent before are told their grade, and others are refused."""
    await hall.types("you", "/quiz mid")
    for text in (WRONG, HALF, FULL):
        await hall.answers("maya", text)
    assert isinstance(await hall.answers("maya", FULL), o.SaidBefore)
    assert "Saved as attempt 3; you have no attempts left" in hall.told("maya")
    assert isinstance(await hall.answers("maya", otherwise(FULL, 1)), o.Refusal)


async def test_a_hint_between_costs_the_first_grade_nothing(hall: Hall):
    """What was earned before a hint is earned still; after it the same words cost no more, and no attempt."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.presses("maya", "hint:1")
    await hall.answers("maya", FULL)
    assert "Worth 100 points. Saved as attempt 1" in hall.told("maya")
    await hall.types("you", "/reveal")
    assert await hall.rows(award, "points") == [(100,)]


async def test_in_a_thread_that_all_read_it_is_said_once(hall: Hall):
    """No grade stands there, but a button to it; the same words once more are let be, and talk is talk."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", HALF, **OPENLY)
    assert isinstance(await hall.replies("maya", f"{HALF} ", **OPENLY), o.SaidBefore)
    assert hall.told("maya") == f"No new attempt\n{ONCE}\n[See my grade] grade:1:1"
    assert hall.platform.signs == [("maya", Sign.SAVED), ("maya", Sign.NOT_SAVED)]
    assert isinstance(await hall.replies("maya", HALF, **OPENLY), o.Nothing)
    assert len(hall.platform.signs) == 2
    await hall.presses("maya", "grade:1:1")
    assert "attempt 1; you have 2 attempts left" in hall.told("maya")
    assert "Answered so far: 1 member." in text_of(hall.card("answers:1"))


async def test_in_a_thread_that_answers_privately(hall: Hall):
    """Where a platform can answer a message privately, its author reads the grade."""
    await hall.types("you", "/quiz mid")
    for _ in range(2):
        await hall.replies("maya", HALF, message="memory:message:said")
    assert hall.told("maya").startswith(f"Partly there: 50 of 100\n{ONCE}")
    assert hall.platform.signs[-1] == ("maya", Sign.NOT_SAVED)


async def test_both_ways_to_say_that_talk_is_meant(hall: Hall):
    """Whoever is told to send it with Answer, or to begin it with “answer:”, and does both has sent one attempt."""
    await hall.types("you", "/quiz mid")
    text = "it looks great from up here"
    assert isinstance(await hall.replies("maya", text, **OPENLY), o.Refusal)
    assert "begin it with “answer:”" in hall.told("maya")
    assert isinstance(await hall.answers("maya", text), o.AttemptGraded)
    assert isinstance(await hall.replies("maya", f"answer: {text}", **OPENLY), o.SaidBefore)
    assert await attempts(hall) == 1


async def test_an_edit_of_what_was_sent_twice(hall: Hall):
    """Editing the second of two equal replies changes no grade, as with any reply; what it says then counts once it is sent."""
    await hall.types("you", "/quiz mid")
    thread = hall.platform.server.threads[hall.ref("question:1")]
    for number in (1, 2):
        await hall.replies("maya", HALF, event=f"memory:said:{number}", **OPENLY)
    edited = hall.context("maya", event="memory:said:2", thread=thread)
    assert str(await hall.app.on_edit(edited, FULL)) == EDITED
    assert isinstance(await hall.replies("maya", FULL, **OPENLY), o.AttemptGraded)


async def test_thread_and_form_are_one(hall: Hall):
    """An answer in the thread and the same in the form are one attempt, whichever came first."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", HALF, **OPENLY)
    assert isinstance(await hall.answers("maya", HALF), o.SaidBefore)
    await hall.answers("bo", WRONG)
    assert isinstance(await hall.replies("bo", WRONG, **OPENLY), o.SaidBefore)
    assert await hall.rows(attempt, "member_id", "number") == [(2, 1), (3, 1)]


async def test_what_is_said_openly_afterwards_can_be_copied(hall: Hall):
    """Words that were sent in the form and then said before everybody are public from then on: who repeats them copies."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    before = await hall.answers("kim", FULL)
    await hall.replies("maya", FULL, **OPENLY)
    after = await hall.answers("bo", FULL)
    assert [isinstance(one, o.AttemptGraded) and one.copied for one in (before, after)] == [False, True]
    assert await hall.rows(attempt, "public", "copied_from") == [(True, None), (False, None), (False, 1)]


async def test_somebody_elses_words_are_no_ones_own(hall: Hall):
    """Another member with the same words has an attempt of their own, and so has the same member in another round."""
    await hall.types("you", "/quiz mid")
    await hall.types("you", "/quiz mid")
    for name, number in (("maya", 1), ("bo", 1), ("maya", 2)):
        assert isinstance(await hall.answers(name, HALF, number), o.AttemptGraded)
    assert await attempts(hall) == 3


async def test_after_the_reveal_the_words_have_their_grade(hall: Hall):
    """What was answered in time is told with what was earned and what was wrong in it, and nothing of attempts that are left."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", WRONG)
    await hall.types("you", "/reveal")
    assert isinstance(await hall.answers("maya", WRONG), o.SaidBefore)
    assert "It reflects no ocean." in hall.told("maya")
    assert "Worth 0 points. Saved as attempt 1, and the best counts." in hall.told("maya")
    await hall.answers("bo", HALF)
    assert isinstance(await hall.answers("bo", HALF), o.SaidBefore)
    assert "For practice: this question is revealed already" in hall.told("bo")
    assert await hall.rows(attempt, "late") == [(False,), (True,)]


async def test_practice_without_end_is_compared_with_the_newest(hall: Hall):
    """Of the many answers that somebody may give for practice the newest twenty are looked at, so that none takes long."""
    await hall.types("you", "/quiz mid")
    await hall.types("you", "/reveal")
    for times in range(21):
        await hall.answers("maya", otherwise(HALF, times))
        await hall.later(seconds=10)
    assert isinstance(await hall.answers("maya", otherwise(HALF, 1)), o.SaidBefore)
    assert isinstance(await hall.answers("maya", HALF), o.AttemptGraded)


async def test_practice_that_was_forgotten_counts_again(hall: Hall):
    """Once an attempt is deleted for its age nobody remembers its words."""
    await hall.types("you", "/quiz mid")
    await hall.types("you", "/reveal")
    await hall.answers("maya", HALF)
    hall.clock.move_to(MONDAY + PRACTICE + timedelta(minutes=2))
    await hall.jobs.tick()
    assert isinstance(await hall.answers("maya", HALF), o.AttemptGraded)


async def test_deleted_words_count_again(hall: Hall):
    """Whoever deleted their answers may give the same again once the question is open to them: after its reveal."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", HALF)
    await hall.types("maya", "/privacy delete delete")
    assert isinstance(await hall.answers("maya", HALF), o.Refusal)
    await hall.types("you", "/reveal")
    assert isinstance(await hall.answers("maya", HALF), o.AttemptGraded)
    assert await hall.rows(attempt, "text", "late") == [(None, False), (HALF, True)]


async def test_words_emptied_for_their_age_count_again(hall: Hall):
    """Words that a team keeps no longer are compared with nothing, though their grade is there; the others are."""
    hall.app.deps = replace(hall.app.deps, answers_days=1)
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", HALF)
    await hall.types("you", "/reveal")
    await hall.later(days=2)
    for kind in (o.AttemptGraded, o.SaidBefore):
        assert isinstance(await hall.answers("maya", HALF), kind)
    assert await hall.rows(attempt, "text", "late") == [(None, False), (HALF, True)]


async def test_a_grade_that_was_decided_is_the_one_that_is_told(hall: Hall):
    """After an organiser's decision the same words have the grade that it gave them."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", HALF)
    await hall.types("maya", "/appeal")
    await hall.presses("you", "decide-send:1", "90 So it does.")
    await hall.answers("maya", HALF)
    assert f"Correct: 90 of 100\n{ONCE}" in hall.told("maya")
    assert "You have appealed against this grade." in hall.told("maya")


class Witness:
    """Somebody outside who counts how often they are asked."""

    asked = 0

    async def of(self, _: Question, __: str) -> int:
        self.asked += 1
        return 100


async def test_nobody_is_asked_about_the_same_words_twice(hall: Hall):
    """A second opinion, and an organiser's look at a grade that is unsure, is asked for once."""
    witness = Witness()
    hall.app.deps = replace(hall.app.deps, opinion=witness)
    await hall.types("you", "/quiz mid")
    for _ in range(2):
        await hall.answers("maya", HALF)
    assert witness.asked == 1
    assert "I am not sure of this grade, because a second opinion differs." in hall.told("maya")
    assert len(await hall.rows(doubt)) == 1


async def test_another_language_is_waited_for_once(hall: Hall):
    """An answer that the grader cannot read waits for a person once, however often it is sent."""
    await hall.types("you", "/quiz mid")
    for _ in range(2):
        await hall.answers("maya", UNSURE)
    assert f"{ONCE}\n" in hall.told("maya")
    assert "I am not sure of this grade" in hall.told("maya")
    assert len(await hall.rows(doubt)) == 1


async def test_a_grade_is_told_again_whatever_the_blanks(hall: Hall):
    """A delivery of which nobody knows whether it was answered is told the grade of its words, and saves nothing."""
    await hall.types("you", "/quiz mid")
    for event in ("memory:first", "memory:second"):
        await hall.answers("maya", HALF, event=event)
    told = await hall.answers("maya", f"{HALF}\n", event="memory:second", again=True)
    assert isinstance(told, o.AttemptGraded)
    assert "Saved as attempt 1" in hall.told("maya")
    assert await attempts(hall) == 1


async def test_a_grade_is_told_again_with_what_is_left_now(hall: Hall):
    """Between a delivery and its repetition others may have come: how many attempts are left is told as of now."""
    await hall.types("you", "/quiz mid")
    for event, text in (("memory:first", WRONG), ("memory:second", HALF), ("memory:third", FULL)):
        await hall.answers("maya", text, event=event)
    await hall.answers("maya", WRONG, event="memory:first", again=True)
    assert "Saved as attempt 1; you have no attempts left, and the best counts." in hall.told("maya")


async def test_the_totals_know_nothing_of_it(tmp_path: Path):
    """Answers sent again change no points, no streak and no count of what was answered."""
    async with start_hall(tmp_path, questions=bank(1)) as hall:
        await hall.types("you", "/quiz mid sky")
        for text in (HALF, FULL, HALF, FULL):
            await hall.answers("maya", text)
        await hall.types("you", "/reveal")
        await hall.answers("maya", HALF)
        assert await hall.rows(award, "points", "score") == [(100, 100)]
        assert (await hall.db.read(recompute.compare)).differences == []
