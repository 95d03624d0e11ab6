"""Each way to points that are not earned, tried through the app: none pays."""

from pathlib import Path
from typing import Any, Final

from bot import outcomes as o
from bot.rules.fairness import ASKED_BY_MEMBER, ASKED_IN_CHANNEL
from bot.store.schema import award, ended, occurrence, round_, streak
from tests.doubles.fakes import FULL, HALF, SCHEDULE, WRONG, Hall, bank, text_of
from tests.doubles.fakes import hall as start_hall
from tests.handlers.test_boards import compared

OTHER: Final[dict[str, Any]] = {"channel": "memory:channel:lab", "channel_name": "lab"}


async def awards(hall: Hall, round_id: int) -> list[int]:
    return [points for of, points in await hall.rows(award, "round_id", "points") if of == round_id]


async def test_deleting_ones_answer_gives_no_fresh_attempts(hall: Hall):
    """Whoever deletes their answers to an open question has ended it for themselves: no attempt and no hint more until the reveal."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", WRONG)
    await hall.presses("bo", "hint:1")
    for name in ("maya", "bo"):
        await hall.types(name, "/privacy delete delete")
        assert isinstance(await hall.answers(name, FULL), o.Refusal)
        assert "it has ended for you" in hall.told(name)
    assert isinstance(await hall.presses("maya", "hint:1"), o.Refusal)
    await hall.replies("maya", FULL, private=False, message="memory:message:said")
    assert "ended" not in "".join(text_of(m["card"]) for m in hall.platform.server.messages.values())
    assert len(await hall.rows(ended)) == 2
    await hall.types("you", "/reveal")
    assert await hall.rows(ended) == []
    assert isinstance(await hall.answers("maya", FULL), o.AttemptGraded)
    assert await awards(hall, 1) == [0]


async def test_who_deletes_before_answering_answers_as_anybody(hall: Hall):
    """A deletion by somebody who had not begun ends nothing."""
    await hall.types("you", "/quiz mid")
    await hall.types("maya", "/privacy delete delete")
    assert isinstance(await hall.answers("maya", FULL), o.AttemptGraded)


async def test_harvested_answers_do_not_pay(tmp_path: Path):
    """Asking and revealing in private, then answering the scheduled repeat, is practice, which is said before one answers."""
    async with start_hall(tmp_path, questions=bank(each=1)) as hall:
        await hall.types("maya", "/quiz mid sky", **OTHER)
        await hall.presses("maya", "reveal:1", **OTHER)
        await hall.types("you", f"{SCHEDULE} levels=mid topics=sky")
        await hall.until(11, 23, 9, 0)
        card = text_of(hall.card("question:2"))
        assert "Worth up to: 100 points; practice only for whoever was shown its answer before" in card
        await hall.presses("maya", "answer:2")
        assert hall.platform.forms[-1][1].prompt.startswith("For practice, without points")
        await hall.presses("bo", "answer:2")
        assert hall.platform.forms[-1][1].prompt.startswith("Why does")
        await hall.answers("maya", WRONG, 2)
        assert "For practice, without points" in hall.told("maya")
        await hall.answers("bo", HALF, 2)
        assert "Worth 50 points" in hall.told("bo")
        await hall.until(11, 23, 17, 0)
        assert await awards(hall, 2) == [0, 50]
        assert not (await compared(hall)).differences


async def test_two_schedules_over_one_pool_do_not_pay_twice(tmp_path: Path):
    """What was revealed in a channel is known to whoever takes part there, answered or not: another schedule pays them nothing for it."""
    async with start_hall(tmp_path, questions=bank(each=1)) as hall:
        await hall.types("you", f"{SCHEDULE} levels=mid topics=sky")
        await hall.types("you", "/schedule set 18:00 daily reveal=20:00 levels=mid topics=sky", **OTHER)
        await hall.until(11, 23, 9, 0)
        await hall.answers("maya", FULL, 1)
        await hall.until(11, 23, 18, 0)
        await hall.answers("maya", FULL, 2)
        await hall.answers("bo", HALF, 2)
        await hall.until(11, 23, 20, 0)
        assert await hall.rows(round_, "question_id", "repeat") == [("sky-mid-0", False), ("sky-mid-0", True)]
        assert await awards(hall, 1) == [100]
        assert await awards(hall, 2) == [0, 50]
        await hall.types("maya", "/leaderboard")
        assert "1 maya 100" in hall.told("maya")


async def test_the_revealed_reference_is_no_answer(tmp_path: Path):
    """Who was not there at the reveal and pastes its reference, in any order, is told so and earns nothing."""
    async with start_hall(tmp_path, questions=bank(each=1)) as hall:
        await hall.types("maya", "/quiz mid sky", **OTHER)
        await hall.presses("maya", "reveal:1", **OTHER)
        await hall.types("you", f"{SCHEDULE} levels=mid topics=sky")
        await hall.until(11, 23, 9, 0)
        words = hall.app.deps.bank.questions["sky-mid-0"].reference.split()
        outcome = await hall.answers("bo", " ".join(["Well,", *words[6:], *words[:6]]), 2)
        assert isinstance(outcome, o.AttemptGraded)
        assert (outcome.recited, outcome.copied, outcome.worth) == (True, True, 0)
        assert hall.told("bo").startswith("Counts as 0: it nearly repeats the reference answer")
        await hall.until(11, 23, 17, 0)
        assert await awards(hall, 2) == [0]
        assert not (await compared(hall)).differences


async def test_a_copy_in_another_order_with_fillers_is_one(hall: Hall):
    """Fillers, added words and halves swapped do not make another's public answer one's own; an answer of an earlier round counts too."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", FULL)
    for text in (
        "Short wavelengths scatter more, and our eyes see less violet: Rayleigh scattering.",
        "Well, basically it is Rayleigh scattering, I think: short wavelengths, you know, scatter more, and so our eyes really see less violet.",
        f"Honestly indeed: {FULL}",
    ):
        outcome = await hall.answers("bo", text)
        assert isinstance(outcome, o.AttemptGraded)
        assert (outcome.copied, outcome.worth) == (True, 0)
    await hall.types("you", "/reveal")
    assert await awards(hall, 1) == [100, 0]


async def test_asking_is_limited_by_member_and_channel(tmp_path: Path):
    """Only so many questions a day are asked by a member, and in a channel; the refusal says when it goes on, and then it does."""
    async with start_hall(tmp_path, questions=bank(each=20)) as hall:
        for _ in range(ASKED_BY_MEMBER):
            assert isinstance(await hall.types("maya", "/quiz"), o.RoundOpened)
        await hall.types("maya", "/quiz", **OTHER)
        assert "You have asked 10 questions in 24 hours" in hall.told("maya")
        assert "The next can be asked on Tuesday at 08:00 (UTC)" in hall.told("maya")
        for _ in range(ASKED_IN_CHANNEL - ASKED_BY_MEMBER):
            assert isinstance(await hall.types("bo", "/quiz"), o.RoundOpened)
        await hall.types("ines", "/quiz")
        assert "20 questions have been asked in this channel in 24 hours" in hall.told("ines")
        await hall.later(days=1)
        assert isinstance(await hall.types("maya", "/quiz"), o.RoundOpened)


async def test_a_small_pool_is_not_emptied_before_the_schedule(tmp_path: Path):
    """The last questions of a schedule's pool are not asked with /quiz, so that it asks one that is not open."""
    async with start_hall(tmp_path, questions=bank(each=2)) as hall:
        await hall.types("you", f"{SCHEDULE} levels=mid topics=sky")
        assert isinstance(await hall.types("maya", "/quiz mid sky"), o.RoundOpened)
        await hall.types("maya", "/quiz mid sky")
        assert "are kept for the daily question" in hall.told("maya")
        assert isinstance(await hall.types("maya", "/quiz mid sea"), o.RoundOpened)
        await hall.until(11, 23, 9, 0)
        asked = await hall.rows(round_, "question_id", "scheduled")
        assert len({question for question, _ in asked}) == len(asked) == 3
        assert asked[-1][1]


async def test_a_schedule_waits_rather_than_ask_an_open_question(tmp_path: Path):
    """Where every question of the pool is open it is tried again, and after two hours it is missed, which organisers are told."""
    async with start_hall(tmp_path, questions=bank(each=1)) as hall:
        await hall.types("maya", "/quiz mid sky")
        await hall.types("you", f"{SCHEDULE} levels=mid topics=sky")
        await hall.until(11, 23, 10, 0)
        assert hall.tags() == ["question:1"]
        await hall.until(11, 23, 11, 30)
        assert "missed" in [state for state, kind in await hall.rows(occurrence, "state", "kind") if kind == "question"]
        assert "or each was open already" in text_of(hall.platform.direct_messages[-1][1])


async def test_a_sign_keeps_no_streak(hall: Hall):
    """A streak needs an answer that says something: “x” is none, a wrong answer is, another's words are not."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.replies("maya", FULL)
    await hall.answers("x", "x")
    await hall.answers("copier", f"Well, {FULL}")
    await hall.answers("wrong", WRONG)
    await hall.until(11, 23, 17, 0)
    names = {2: "maya", 3: "x", 4: "copier", 5: "wrong"}
    assert [names[member] for (member,) in await hall.rows(streak, "member_id")] == ["maya", "wrong"]
    assert not (await compared(hall)).differences


async def test_a_look_alike_name_is_told_apart(hall: Hall):
    """Who takes a name that looks like another's is numbered on the card and the board, and is not appointed in their place."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    for number, name in enumerate(("ma\u200dya", "m\u0430ya")):
        await hall.answers(name, HALF, member=f"memory:member:other{number}")
    await hall.types("you", "/reveal")
    assert "Answered: maya, maya (2), maya (3)" in text_of(hall.card("question:1"))
    await hall.types("you", "/leaderboard")
    assert [f"{line}" for line in hall.told("you").splitlines() if "maya" in line][:3] == [
        "1 maya 100 1 0 None",
        "2 maya (2) 50 1 0 None",
        "2 maya (3) 50 1 0 None",
    ]
    await hall.types("you", "/settings appoint=maya")
    assert "3 members are called “maya”, or look so" in hall.told("you")
