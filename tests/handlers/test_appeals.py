"""Appeals: a member asks an organiser to look at a grade; what is decided is carried into the points, and told."""

from typing import Any

import pytest

from bot import outcomes as o
from bot.store import answers, recompute
from bot.store.schema import appeal, award, grade
from tests.doubles.fakes import FULL, HALF, WRONG, Hall, text_of


@pytest.fixture
async def asked(hall: Hall) -> Hall:
    """Give a hall with an open question."""
    await hall.types("you", "/quiz mid")
    return hall


async def test_a_button_on_the_grade_opens_a_form(asked: Hall):
    """Whoever presses Appeal writes why; an organiser reads it with the answer and what it earned."""
    await asked.answers("maya", HALF)
    assert "[Appeal] appeal-form:1" in asked.told("maya")
    await asked.presses("maya", "appeal-form:1")
    ((_, form),) = asked.platform.forms
    assert (form.title, form.submit) == ("Your appeal", "appeal-send:1")
    await asked.presses("maya", form.submit, "I meant the short waves.")
    assert "Your appeal waits for an organiser" in asked.told("maya")
    assert "your answer on The s" in asked.told("maya")
    await asked.types("you", "/desk")
    shown = asked.told("you")
    assert "maya: 50 of 100, appealed against · 1 grade to decide" in shown
    assert f"maya wrote> {HALF}" in shown
    assert "maya appeals> I meant the short waves." in shown
    assert "True “It is Rayleigh scattering”" in shown
    assert "not sure" not in shown


async def test_a_typed_appeal_is_for_the_newest_grade(asked: Hall):
    """Without a button an appeal is for the newest grade of the channel, and in a thread of its round; it needs no reason."""
    await asked.types("you", "/quiz senior")
    await asked.answers("maya", WRONG, 1)
    await asked.answers("maya", HALF, 2)
    thread = asked.platform.server.threads[asked.ref("question:1")]
    await asked.types("maya", "/appeal", thread=thread)
    assert await asked.rows(appeal, "attempt_id", "reason") == [(1, "")]
    await asked.types("maya", "/appeal a=b is what I meant")
    assert await asked.rows(appeal, "attempt_id", "reason") == [(1, ""), (2, "a=b is what I meant")]
    await asked.types("you", "/unsure")
    assert "Its author appeals, and gave no reason." in asked.told("you")


async def test_an_answer_is_appealed_for_once(asked: Hall):
    """A second appeal for the same answer is refused, also after it was decided; the grade says that there was one."""
    await asked.answers("maya", HALF)
    await asked.types("maya", "/appeal reason=it is short")
    await asked.types("maya", "/appeal")
    assert "You have appealed against this grade already" in asked.told("maya")
    await asked.presses("you", "decide:1:keep")
    await asked.presses("maya", "appeal-form:1")
    assert "You have appealed against this grade already" in asked.told("maya")
    await asked.presses("maya", "grade:1")
    assert "You have appealed against this grade." in asked.told("maya")
    assert "[Appeal]" not in asked.told("maya")
    assert len(await asked.rows(appeal)) == 1


async def test_the_same_delivery_twice_is_one_appeal(asked: Hall):
    """A delivery that is repeated makes no second appeal; where its answer may not have been seen, it is given again."""
    await asked.answers("maya", HALF)
    same: Any = {"event": "memory:same"}
    await asked.types("maya", "/appeal", **same)
    assert isinstance(await asked.types("maya", "/appeal", **same), o.Nothing)
    assert isinstance(await asked.types("maya", "/appeal", again=True, **same), o.AppealMade)


async def test_an_accepted_appeal_raises_the_award(asked: Hall):
    """After the reveal the organiser sees what was earned by which words; accepting carries award and totals on."""
    await asked.answers("maya", HALF)
    await asked.types("you", "/reveal")
    await asked.types("maya", "/appeal I said it all")
    await asked.types("you", "/desk")
    assert "True It is Rayleigh scattering. (by “It is Rayleigh scattering”)" in asked.told("you")
    assert "False Short waves scatter most." in asked.told("you")
    assert "[Correct] decide-form:1:correct" in asked.told("you")
    await asked.presses("you", "decide-form:1:correct")
    ((_, form),) = asked.platform.forms
    assert (form.title, form.submit) == ("Your decision: correct", "decide-send:1:correct")
    await asked.presses("you", form.submit, "x" * 1_001)
    assert "1,000 characters are the limit" in asked.told("you")
    await asked.presses("you", form.submit, "keep it up: right, in other words.")
    ((_, card),) = asked.platform.direct_messages
    assert "The organiser> keep it up: right, in other words." in text_of(card)
    assert await asked.rows(award, "points", "band") == [(90, "correct")]
    assert [str(one) for one in (await asked.db.read(recompute.compare)).differences] == []


async def test_appeals_end_a_week_after_the_reveal(asked: Hall):
    """Until seven days after the reveal a grade can be appealed against, and not a minute longer."""
    await asked.answers("maya", HALF)
    await asked.answers("bo", HALF)
    await asked.types("you", "/reveal")
    await asked.later(days=7)
    assert isinstance(await asked.types("maya", "/appeal"), o.AppealMade)
    await asked.presses("bo", "grade:1")
    assert "[Appeal]" in asked.told("bo")
    await asked.later(minutes=1)
    await asked.presses("bo", "grade:1")
    assert "[Appeal]" not in asked.told("bo")
    await asked.types("bo", "/appeal")
    assert "This grade stands: appeals are for answers with less than 100, until 7 days after" in asked.told("bo")


async def test_a_full_score_is_not_appealed_against(asked: Hall):
    """Where nothing more can be had there is no button, and an appeal is refused."""
    await asked.answers("maya", FULL)
    assert "[Appeal]" not in asked.told("maya")
    await asked.types("maya", "/appeal")
    assert "This grade stands" in asked.told("maya")


async def test_nobody_appeals_for_another(asked: Hall):
    """A button of somebody else's grade finds nothing, and neither does who has not answered."""
    await asked.answers("maya", HALF)
    await asked.presses("bo", "appeal-form:1")
    assert "You have no grade here to appeal against" in asked.told("bo")
    await asked.types("bo", "/appeal")
    assert "You have no grade here to appeal against" in asked.told("bo")


async def test_an_appeal_is_bounded(asked: Hall):
    """A reason has the length of an answer at most, and a member's undecided appeals are five at most."""
    await asked.types("you", "/reveal")
    for number in range(6):
        await asked.answers("maya", f"{HALF} {number}")
    await asked.types("maya", "/appeal " + "x" * 4001)
    assert "4,000 characters are the limit" in asked.told("maya")
    for number in range(1, 7):
        await asked.presses("maya", f"appeal-send:{number}", "please")
    assert "5 appeals of yours wait for an organiser already" in asked.told("maya")
    await asked.presses("you", "decide:1:keep")
    assert isinstance(await asked.presses("maya", "appeal-send:6", "please"), o.AppealMade)


async def test_a_copy_that_is_none_counts_again(asked: Hall):
    """An organiser who accepts the appeal of a copy says that it is none: it counts, also in the proof of the totals."""
    long = f"{FULL} That is why the sky looks blue to people at noon."
    await asked.replies("bo", long)
    await asked.answers("maya", long)
    assert "[Appeal] appeal-form:2" in asked.told("maya")
    await asked.types("maya", "/appeal I wrote it myself")
    await asked.types("you", "/reveal")
    assert [row[0] for row in await asked.rows(award, "points")] == [100, 0]
    await asked.types("you", "/desk")
    assert "It nearly repeats an earlier answer, so it counts as 0." in asked.told("you")
    await asked.presses("you", "decide-send:2", "100")
    assert [row[0] for row in await asked.rows(award, "points")] == [100, 100]
    assert [str(one) for one in (await asked.db.read(recompute.compare)).differences] == []
    (told,) = (card for _, card in asked.platform.direct_messages)
    assert "It counts now, for it is no copy." in str(told.blocks)
    await asked.types("maya", "/stats")
    assert "copies" not in asked.told("maya")


async def test_a_deleted_answer_is_not_appealed_for(asked: Hall):
    """Once the words are deleted nobody can look at them: an appeal waits no more, and cannot be made."""
    await asked.answers("maya", HALF)
    await asked.types("maya", "/appeal it is mine")
    await asked.types("maya", "/privacy delete delete")
    assert await asked.rows(appeal, "reason") == [("",)]
    await asked.types("you", "/desk")
    assert "Every grade is decided" in asked.told("you")
    assert len(await asked.rows(grade)) == 1


async def test_words_that_are_not_kept_are_not_appealed_for(asked: Hall):
    """Once an answer's words are as old as they are kept, nobody can look at them any more: an appeal that waited does so no longer."""
    await asked.types("you", "/reveal")
    for number in range(7):
        await asked.answers("maya", f"{HALF} {number}")

    async def forget(connection: Any) -> None:
        await answers.empty(connection, [*range(1, 7)])

    for number in range(1, 6):
        await asked.presses("maya", f"appeal-send:{number}", "please")
    await asked.db.write(forget)
    await asked.presses("you", "decide:1:keep")
    assert "This grade is decided already, or its words are deleted." in asked.told("you")
    await asked.presses("maya", "appeal-send:6", "please")
    assert "The words of this answer are deleted" in asked.told("maya")
    assert isinstance(await asked.presses("maya", "appeal-send:7", "please"), o.AppealMade)


async def test_appeals_and_doubts_come_oldest_first(asked: Hall):
    """The desk is one queue, in the order in which things came to it."""
    for name, words in (("maya", WRONG), ("bo", HALF)):
        await asked.answers(name, words)
    await asked.types("bo", "/appeal")
    await asked.later(minutes=1)
    await asked.types("maya", "/appeal")
    await asked.types("you", "/desk")
    assert "bo: 50 of 100, appealed against · 2 grades to decide" in asked.told("you")
    await asked.presses("you", "decide:2:keep")
    assert "maya: 0 of 100, appealed against · 1 grade to decide" in asked.told("you")


async def test_the_desk_is_leafed_through(asked: Hall):
    """Next leads to what waits after a card, and from the last to the first; a decision goes on from its own place."""
    for name, text in (("maya", HALF), ("bo", WRONG), ("zoe", "Short wavelengths scatter.")):
        await asked.answers(name, text)
        await asked.types(name, "/appeal")
    written = {"text": "Which clouds bring rain?", "answer": "Tall ones.", "level": "mid", "topic": "sky"}
    await asked.sends("maya", "suggest-send", written)
    await asked.types("bo", "/question report sea-senior-1 wrong")
    await asked.types("you", "/desk")
    assert asked.told("you").endswith("[Next] desk::1")
    for press, shown in (
        ("desk::1", "bo wrote"), ("decide:2:keep", "zoe wrote"), ("desk::3", "bo reports"),
        ("desk:sea-senior-1", "maya suggests"), ("desk:::1", "maya wrote"),
    ):  # fmt: skip
        await asked.presses("you", press)
        assert shown in asked.told("you")
    await asked.presses("you", "desk::2")
    assert "maya wrote" in asked.told("you")
