"""The organisers' desk on Slack: an appeal from its button to the decision, words that are learned, and a question that is reported."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.bank.team_banks import TeamBanks
from tests.doubles.fakes import FULL
from tests.doubles.slack.hall import SlackHall, slack_hall

SAID = "Rayleigh scattering, as tiny waves bounce around."


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    async with slack_hall(tmp_path) as running:
        yield running


async def told(hall: SlackHall, done: Any) -> Any:
    """Return what an interaction's asker was shown."""
    await hall.until(lambda: done.private)
    return done.private[-1]


async def test_an_appeal_is_decided_and_taught(hall: SlackHall):
    """Appeal and decision have forms; at the desk, after the reveal, words are learned and taken back again."""
    card = await hall.asked()
    await (await hall.maya.click(card, "Answer")).modal()
    grade = await told(hall, await hall.maya.submit({"text": SAID}))
    await hall.reveal(hall.ada, card)
    await hall.until(lambda: card.replies)
    await (await hall.maya.click(grade, "Appeal")).modal()
    appealed = await told(hall, await hall.maya.submit({"text": "I meant the short waves."}))
    assert "Your appeal waits for an organiser" in appealed.title
    desk = await told(hall, await hall.ada.slash(hall.quiz, "desk"))
    assert "appealed against · 1 grade to decide" in desk.title
    assert "I meant the short waves." in desk.words
    form = await (await hall.ada.click(desk, "Teach me words")).modal()
    assert "Take the # away" in form.words
    learned = await told(hall, await hall.ada.submit({"text": "says short: tiny waves bounce"}))
    assert "I have learned that" in learned.title
    await (await hall.ada.click(desk, "Points or reason")).modal()
    decided = await told(hall, await hall.ada.submit({"text": "80 In other words."}))
    assert "Every grade is decided" in decided.title
    (direct,) = await hall.until(hall.maya.direct.by_bot)
    assert "An organiser has looked at your answer" in direct.title
    again = await told(hall, await hall.maya.click(grade, "Appeal"))
    assert "You have appealed against this grade already" in again.words
    shown = await told(hall, await hall.ada.slash(hall.quiz, "question show"))
    forgotten = await told(hall, await hall.ada.click(shown, "Forget “tiny waves bounce”"))
    assert "I do not grade by this any more" in forgotten.words


async def test_notes_are_pasted_and_confirmed(hall: SlackHall, tmp_path: Path):
    """Notes that an organiser pastes come back as a report that only they see; the draft is confirmed, and asked."""
    hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "banks"))
    offer = await told(hall, await hall.ada.slash(hall.quiz, "question import"))
    form = await (await hall.ada.click(offer, "Paste notes")).modal()
    assert "options with letters" in form.words
    notes = "1. Which planet is the largest?\nA) Mars\nB) Jupiter\nAnswer: B\nExplanation: A giant of gas."
    taken = await told(hall, await hall.ada.submit({"text": notes}))
    assert "1 draft taken" in taken.title
    confirmed = await told(hall, await hall.ada.slash(hall.quiz, "question confirm which-planet-is-the-largest"))
    assert "The question is confirmed" in confirmed.title


async def test_an_appeal_is_typed_and_a_question_reported(hall: SlackHall):
    """`/quiz appeal` and `/quiz question report` take the rest of the line as the reason; refusals spell commands as they are typed here."""
    card = await hall.asked()
    nothing = await told(hall, await hall.maya.slash(hall.quiz, "appeal it was right"))
    assert "You have no grade here to appeal against" in nothing.words
    await (await hall.maya.click(card, "Answer")).modal()
    await told(hall, await hall.maya.submit({"text": SAID}))
    typed = await told(hall, await hall.maya.slash(hall.quiz, "appeal it was right, in my own words"))
    assert "Your appeal waits for an organiser" in typed.title
    noted = await told(hall, await hall.maya.slash(hall.quiz, "question report the formula is wrong"))
    assert "Thank you, that is noted" in noted.title
    desk = await told(hall, await hall.ada.slash(hall.quiz, "unsure"))
    assert "1 grade and 1 report to decide" in desk.title
    assert "it was right, in my own words" in desk.words
    why = await (await hall.ada.click(desk, "Correct")).modal()
    assert "Who appeals is told your reason." in why.words
    report = await told(hall, await hall.ada.submit({"text": "It is, in other words."}))
    assert "the formula is wrong" in report.words
    right = await told(hall, await hall.ada.click(report, "It is right"))
    assert "The question is confirmed" in right.title


async def test_a_question_is_edited_in_a_form_of_three_texts(hall: SlackHall):
    """The form holds question, answer and key points; what speaks against it is said, and the words are kept for the next try."""
    await (await hall.ada.slash(hall.quiz, "question edit sky-mid-1")).modal()
    held = await told(
        hall, await hall.ada.submit({"Question": "Why is the sky blue?", "Reference answer": "Too short."})
    )
    assert "a reference answer has 40 to 2500 characters" in held.words
    await (await hall.ada.click(held, "Edit on")).modal()
    saved = await told(hall, await hall.ada.submit({"Reference answer": FULL}))
    assert "The edit is saved" in saved.title
