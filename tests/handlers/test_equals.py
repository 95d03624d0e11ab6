"""Answers that say the same get the same grade: a decision about one is carried on to all, and proved by the totals."""

import re
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.rules.doubts import same_words
from bot.store import recompute
from bot.store.schema import award, grade, total
from tests.doubles.fakes import HALF, WRONG, Hall, bank, text_of
from tests.doubles.fakes import hall as start_hall

SAME = "it is rayleigh SCATTERING!"


def told(hall: Hall, name: str) -> list[str]:
    """Return the titles of what a member was told in direct messages."""
    return [card.title for ref, card in hall.platform.direct_messages if ref.endswith(f":{name}")]


def test_the_same_words_are_the_graders():
    """Case, signs and inflection make no other answer; another word, order or a denial does."""
    others = [(1, SAME), (2, "It is not Rayleigh scattering."), (3, "Rayleigh scattering it is"), (4, WRONG), (5, HALF)]
    assert same_words(HALF, others) == [1, 5]


async def test_a_decision_holds_for_all_who_say_the_same(hall: Hall):
    """In every round of the question, open or closed, the same words get the same grade; who rose is told once."""
    hall.app.deps = changed_bank(hall)
    await hall.types("you", "/quiz mid sky")
    for name, words in (("maya", HALF), ("bo", SAME), ("ines", WRONG), ("bo", HALF)):
        await hall.answers(name, words)
    await hall.types("you", "/reveal")
    await hall.later(days=2)
    await hall.types("you", "/quiz mid sky")
    await hall.answers("kim", SAME, 2)
    await hall.types("maya", "/appeal it says all", thread=hall.platform.server.threads[hall.ref("question:1")])
    await hall.presses("you", "decide-send:1", "90 So it does.")
    assert "3 other answers say the same, and got the same grade." in hall.told("you")
    causes = await hall.rows(grade, "attempt_id", "score", "reason", "decision_id", "member_id")
    assert causes[5:] == [(n, 90, "organiser" if n == 1 else "same words", 1, 1) for n in (1, 2, 4, 5)]
    assert sorted(await hall.rows(award, "points")) == [(0,), (90,), (90,)]
    assert [told(hall, name) for name in ("maya", "bo", "kim", "ines")] == [
        ["An organiser has looked at your answer"], ["Your grade has changed"], ["Your grade has changed"], [],
    ]  # fmt: skip
    assert await differences(hall) == []


async def test_a_grade_that_is_kept_settles_the_same_doubts(hall: Hall):
    """Who appeals with the same words need not be decided once more; who did not appeal hears nothing."""
    await hall.types("you", "/quiz mid")
    for name in ("maya", "bo", "ines"):
        await hall.answers(name, HALF)
    for name in ("maya", "bo"):
        await hall.types(name, "/appeal")
    await hall.presses("you", "decide:1:keep")
    assert "1 other answer says the same" in hall.told("you")
    assert "Every grade is decided" in hall.told("you")
    assert len(await hall.rows(grade)) == 5
    assert told(hall, "ines") == []


async def test_who_appealed_is_told_by_whichever_answer_it_was_decided(hall: Hall):
    """An appeal that a decision about the same words settles is told with its reason, also where the grade stays; one for being no copy waits on."""
    await hall.types("you", "/quiz mid")
    same = f"{HALF} Tiny particles bounce incoming sunlight around everywhere overhead."
    for name in ("bo", "maya", "ines"):
        await (hall.answers if name == "bo" else hall.replies)(name, same)
        await hall.types(name, "/appeal")
    await hall.replies("kim", same)
    await hall.presses("you", "decide-send:2", "keep Say why it is so.")
    assert told(hall, "bo") == ["An organiser has decided your appeal"]
    words = text_of(hall.platform.direct_messages[-1][1])
    assert "Your grade stays at 50 of 100." in words
    assert "The organiser> Say why it is so." in words
    assert "ines: 50 of 100, appealed against · 1 grade to decide" in hall.told("you")
    await hall.presses("you", "decide:3:correct")
    (changed,) = (text_of(card) for ref, card in hall.platform.direct_messages if ref.endswith(":kim"))
    assert "Your grade was 50 and is now 90 of 100. It still counts as 0, for it nearly repeats" in changed
    assert "The organiser>" not in changed


async def test_nobody_decides_about_their_own_words_by_anothers(hall: Hall):
    """An organiser's own answer that says the same stays as it is: another organiser has to decide it."""
    await hall.types("you", "/quiz mid")
    for name in ("maya", "you"):
        await hall.answers(name, HALF)
    await hall.types("maya", "/appeal")
    await hall.presses("you", "decide:1:correct")
    assert await hall.rows(grade, "attempt_id", "score") == [(1, 50), (2, 50), (1, 90)]


async def test_another_team_is_not_touched(hall: Hall):
    """The same words in another team are that team's own to decide."""
    hall.app.deps = changed_bank(hall)
    there: Any = {"team": "memory:other", "channel": "memory:channel:there"}
    await hall.types("you", "/quiz mid sky")
    await hall.types("kim", "/quiz mid sky", **there)
    await hall.answers("maya", HALF)
    await hall.answers("bo", HALF, 2, **there)
    await hall.types("maya", "/appeal")
    await hall.presses("you", "decide:1:correct")
    assert [row[0] for row in await hall.rows(grade, "attempt_id")] == [1, 2, 1]


def changed_bank(hall: Hall) -> Any:
    """Give the hall one question a level and topic."""
    return replace(hall.app.deps, bank=bank(1))


async def differences(hall: Hall) -> list[str]:
    return [str(one) for one in (await hall.db.read(recompute.compare)).differences]


NAMES = st.sampled_from(["maya", "bo", "ines"])
STEPS = st.one_of(
    st.tuples(st.just("answer"), NAMES, st.sampled_from([HALF, SAME, WRONG]), st.integers(1, 2)),
    st.tuples(st.just("appeal"), NAMES),
    st.tuples(st.just("decide"), st.sampled_from(["keep", "correct", "incorrect", "77"])),
    st.tuples(st.just("delete"), NAMES),
    st.tuples(st.just("reveal"), st.integers(1, 2)),
)


async def take(hall: Hall, step: tuple[Any, ...]) -> None:
    """Let one thing happen."""
    match step:
        case "answer", name, text, round_id:
            await hall.answers(name, text, round_id)
        case "appeal", name:
            await hall.types(name, "/appeal")
        case "decide", verdict:
            await hall.types("you", "/desk")
            if waits := re.search(r"decide-form:(\d+)", hall.told("you")):
                await hall.presses("you", f"decide-send:{waits[1]}", verdict)
        case "delete", name:
            await hall.types(name, "/privacy delete delete")
        case _:
            await hall.presses("you", f"reveal:{step[1]}")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=6, max_size=14))
async def test_whatever_happens_the_totals_are_the_facts(tmp_path_factory: Any, steps: list[tuple[Any, ...]]):
    """After any sequence of answers, appeals, decisions, reveals and deletions, what is added up equals the fold of the facts."""
    async with start_hall(tmp_path_factory.mktemp("steps"), questions=bank(1)) as hall:
        for _ in range(2):
            await hall.types("you", "/quiz mid")
        for step in steps:
            await take(hall, step)
        assert await differences(hall) == []
        for round_id in (1, 2):
            await hall.presses("you", f"reveal:{round_id}")
        assert await differences(hall) == []
        assert all(row[0] >= 0 for row in await hall.rows(total, "points"))
