"""The desk's part of the contract: what members and an organiser do about grades and questions, the same on Discord, Slack and in the terminal."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bank.loading import Bank
from bot.question import Topic
from tests.doubles.fakes import HALF, bank, question
from tests.doubles.sides import EVERYWHERE, Person, Side

SUGGESTED = {"answer": "Cumulonimbus clouds, for they tower high.", "level": "mid", "topic": "sky"}


def with_draft() -> Bank:
    """Return a bank with a topic of one question that nobody has confirmed yet."""
    draft = question(9, topic="soil").model_copy(update={"draft": True})
    return Bank({**bank(1).topics, "soil": Topic(topic="soil", title="The soil", questions=(draft,))})


@pytest.fixture(params=EVERYWHERE, ids=lambda one: one.__name__)
async def maya(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Side]:
    async with request.param(tmp_path, with_draft()) as side:
        yield side


async def appeals(maya: Side, who: Person) -> str:
    """Let somebody answer half of a question, and appeal against the grade by its button."""
    await maya.ada.types("quiz level=mid topic=sky")
    assert "50 of 100" in await who.fills("Answer", HALF, openly=True)
    return await who.fills("Appeal", "I meant the short waves.")


async def test_an_appeal_is_accepted(maya: Side):
    """The desk shows words, reason and what was earned; a band with a reason is told, the points rise, and a member is kept out."""
    assert "Your appeal waits for an organiser" in await appeals(maya, maya)
    assert "organiser" in (refused := await maya.types("desk"))
    assert HALF not in refused
    await maya.ada.presses("Reveal", openly=True)
    await maya.ada.presses("Reveal to everybody")
    assert "50 points" in await maya.types("leaderboard")
    desk = await maya.ada.types("desk")
    for words in (HALF, "I meant the short waves.", "(by “It is Rayleigh scattering", "50 of 100"):
        assert words in desk
    assert "The soil · mid · draft · 1 draft to decide" in await maya.ada.fills("Correct", "In other words, yes.")
    told = await maya.direct()
    assert "was 50 and is now 90 of 100" in told
    assert "In other words, yes." in told
    assert "90 points" in await maya.types("leaderboard")


async def test_a_grade_is_kept(maya: Side):
    """Under its older name the desk is the same; who appealed is told why the grade stands, and cannot appeal again."""
    await appeals(maya, maya)
    assert "I meant the short waves." in await maya.ada.types("unsure")
    await maya.ada.fills("Keep 50", "The waves are not in it.")
    assert "stays at 50 of 100" in (told := await maya.direct())
    assert "The waves are not in it." in told
    assert "You have appealed against this grade already" in await maya.types("appeal")


async def test_ones_own_answer_is_anothers_to_decide(maya: Side):
    """An organiser's own appeal is not shown to them, and it says so."""
    await appeals(maya, maya.ada)
    desk = await maya.ada.types("desk")
    assert "1 grade of your own answers waits: another organiser has to decide." in desk
    assert "I meant the short waves." not in desk


async def test_a_draft_is_confirmed(maya: Side):
    """Once nobody waits, the desk shows the drafts, and a button lets one be asked."""
    assert "The soil · mid · draft · 1 draft to decide" in await maya.ada.types("desk")
    assert "The question is confirmed" in await maya.ada.presses("It is right")
    assert "Every grade is decided" in await maya.ada.presses("To the desk")


async def test_a_report_is_looked_at(maya: Side):
    """What a member reports comes to the desk; an organiser's report stops it, until it is looked at, and the member is told."""
    await maya.types("quiz level=mid topic=sky")
    assert "It is asked until then." in await maya.types("question report reason=wrong")
    assert "It is not asked any more until then." in await maya.ada.types("question report reason=outdated")
    desk = await maya.ada.types("desk")
    assert "reported · 1 report and 1 draft to decide" in desk
    assert "wrong" in desk
    assert "The question is confirmed" in await maya.ada.presses("It is right")
    assert "and confirmed it" in await maya.direct()


async def test_a_suggestion_is_taken(maya: Side):
    """A member's question goes from the form over the desk to a draft, and they are told."""
    await maya.types("suggest")
    assert "waits for an organiser" in await maya.fills("", "Which clouds bring rain?", **SUGGESTED)
    assert "aya suggests · 1 suggestion and 1 draft to decide" in await maya.ada.types("desk")
    assert "which-clouds-bring-rain is a draft now" in await maya.ada.presses("Take")
    assert "Your suggestion is taken" in await maya.direct()
