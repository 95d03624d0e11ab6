"""Questions that members suggest: written, held against what is asked already, taken or declined, and for no points to their author."""

from typing import Any

import pytest

from bot import outcomes as o
from bot.rules.questions import Life
from bot.store.schema import award, edit, round_, suggestion
from tests.doubles.fakes import Hall, text_of

WRITTEN = {
    "text": "Which clouds bring rain within the hour?",
    "answer": "Cumulonimbus clouds bring rain within the hour, for they tower high and hold much water.",
    "level": "Senior",
    "topic": "heaven",
}
NAMED = "which-clouds-bring-rain-within-the-hour"


async def suggests(hall: Hall, name: str = "maya", **changes: str) -> o.Outcome:
    return await hall.sends(name, "suggest-send", WRITTEN | changes)


async def test_a_suggestion_is_taken_asked_and_revealed(hall: Hall):
    """From the form over the desk to a draft, a question, and a reveal that names its author, who agreed; they earn nothing by it."""
    await hall.types("maya", "/suggest")
    ((_, form),) = hall.platform.forms
    assert "It earns you no points" in form.prompt
    assert [field.name for field in form.fields] == ["text", "answer", "level", "topic"]
    assert "Topic: sky, sea." in form.prompt
    await suggests(hall)
    assert "waits for an organiser" in hall.told("maya")
    await hall.presses("maya", "suggest-name:1")
    assert "You are named when it is revealed." in hall.told("maya")
    await hall.types("you", "/desk")
    assert "maya suggests · 1 suggestion to decide" in hall.told("you")
    taken = await hall.presses("you", "suggest-take:1")
    assert isinstance(taken, o.SuggestionSettled)
    assert f"{NAMED} is a draft now" in hall.told("you")
    assert "Your suggestion is taken" in text_of(hall.platform.direct_messages[-1][1])
    await hall.types("you", "/desk")
    assert "The sky · senior · draft · 1 draft to decide" in hall.told("you")
    await hall.presses("you", f"question confirm:{NAMED}")
    await hall.types("you", "/question search suggested")
    assert NAMED in hall.told("you")
    for _ in range(5):
        await hall.types("you", "/quiz senior sky")
    asked = dict(await hall.rows(round_, "question_id", "id"))[NAMED]
    await hall.answers("maya", WRITTEN["answer"], asked)
    assert "For practice, without points: you know the answer to this question already." in hall.told("maya")
    await hall.answers("bo", WRITTEN["answer"], asked)
    await hall.presses("you", f"reveal:{asked}")
    assert "maya suggested this question." in text_of(hall.card(f"reveal:{asked}"))
    points = dict(await hall.rows(award, "member_id", "points"))
    assert sorted(points.values()) == [0, 200]


async def test_what_is_asked_already_is_shown_first(hall: Hall):
    """A suggestion like a question that is there is sent once its author has seen that one."""
    kept = await suggests(hall, text="Why does the daytime look so blue to people, number 7?")
    assert isinstance(kept, o.SuggestionKept)
    assert not kept.sent
    assert "Why does the daytime look blue to people" in hall.told("maya")
    await hall.types("you", "/desk")
    assert "suggests" not in hall.told("you")
    await hall.presses("maya", "suggest-form:1")
    assert hall.platform.forms[-1][1].fields[1].value == WRITTEN["answer"]
    same: Any = {"event": "memory:same"}
    await hall.presses("maya", "suggest-anyway:1", **same)
    assert "waits for an organiser" in hall.told("maya")
    assert isinstance(await hall.presses("maya", "suggest-anyway:1", **same), o.Nothing)
    await hall.presses("bo", "suggest-anyway:1")
    assert "This suggestion is decided already, or another's." in hall.told("bo")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"level": "genius"}, "I know no such level. The levels are: mid, senior, principal."),
        ({"topic": "soil"}, "I know no such topic. The topics are: sky, sea."),
        ({"text": "Why?"}, "A question has 8 to 600 characters, and yours 4."),
        ({"answer": "so " * 1_000}, "An answer has 2,500 characters at most"),
    ],
)
async def test_what_is_lacking_is_said_and_no_word_is_lost(hall: Hall, change: dict[str, str], why: str):
    """A level or topic that nobody knows, or words too few or too many, are said; the form opens again with what was written."""
    await suggests(hall, **change)
    assert why in hall.told("maya")
    assert "[Write on] suggest-form:1" in hall.told("maya")
    await hall.presses("maya", "suggest-anyway:1")
    assert why in hall.told("maya")
    await hall.presses("maya", "suggest-name:1")
    assert "Not sent yet." in hall.told("maya")


async def test_a_suggestion_is_declined_with_a_reason(hall: Hall):
    """Its author is told the organiser's words; it is decided once, and stands in the audit."""
    await hall.types("you", "/settings appoint=you")
    await suggests(hall)
    await hall.until(11, 23, 9, 15)
    assert "1 suggestion waits for an organiser." in text_of(hall.platform.direct_messages[-1][1])
    await hall.presses("you", "suggest-decline-form:1")
    same: Any = {"event": "memory:same"}
    await hall.presses("you", "suggest-decline:1", "We have one like it.", **same)
    assert "Declined" in hall.told("you")
    told = text_of(hall.platform.direct_messages[-1][1])
    assert "The organiser> We have one like it." in told
    for press in ("suggest-take:1", "suggest-decline-form:1"):
        await hall.presses("you", press)
        assert "This suggestion is decided already. Type /desk for the next." in hall.told("you")
    await hall.types("you", "/audit")
    assert '"reason": "We have one like it."' in hall.told("you")
    await hall.types("maya", "/privacy export")
    assert WRITTEN["text"] in hall.told("maya")
    assert isinstance(await hall.presses("bo", "suggest-take:1"), o.Refusal)


async def test_a_delivery_that_comes_twice_is_one_suggestion(hall: Hall):
    """The same form is written down once, taken once, and declined once; five wait at most."""
    same: Any = {"event": "memory:same"}
    await hall.sends("maya", "suggest-send", WRITTEN, **same)
    await hall.presses("maya", "suggest-anyway:1")
    await hall.presses("maya", "suggest-anyway:1")
    assert isinstance(await hall.sends("maya", "suggest-send", WRITTEN, **same), o.Nothing)
    for press in ("suggest-take:1", "suggest-decline:1"):
        assert isinstance(await hall.presses("you", press, **same), o.Nothing)
    for number in range(2, 7):
        await suggests(hall, text=f"Why does the daytime look so blue to people, number {number}?")
    for number in range(2, 7):
        await hall.presses("maya", f"suggest-anyway:{number}")
    assert "5 suggestions of yours wait already." in hall.told("maya")
    await suggests(hall, text="Where do swallows sleep in winter?")
    assert "5 suggestions of yours wait already." in hall.told("maya")
    assert [row[0] for row in await hall.rows(suggestion, "sent_at")].count(None) == 1
    assert len(await hall.rows(suggestion)) == 6


async def test_the_same_question_again_is_the_one_that_waits(hall: Hall):
    """A form that was still open and is sent again, with more in its answer, makes no second suggestion; what lacks something is kept beside it."""
    await suggests(hall)
    again = await suggests(hall, answer="Cumulonimbus clouds.", text=f" {WRITTEN['text']} ")
    assert isinstance(again, o.SuggestionKept)
    assert (again.sent, again.suggestion.id, again.suggestion.answer) == (True, 1, "Cumulonimbus clouds.")
    assert isinstance(await suggests(hall, level="genius"), o.SuggestionKept)
    assert [row[0] for row in await hall.rows(suggestion, "answer")] == ["Cumulonimbus clouds.", WRITTEN["answer"]]
    await suggests(hall, "bo")
    assert len(await hall.rows(suggestion)) == 3


async def test_what_waits_though_it_is_like_another_is_not_held_back_again(hall: Hall):
    """Sent all the same, and then from the open form once more, it still waits."""
    like = {"text": "Why does the daytime look so blue to people, number 7?"}
    await suggests(hall, **like)
    await suggests(hall, **like)
    assert len(await hall.rows(suggestion)) == 1
    await hall.presses("maya", "suggest-anyway:1")
    again = await suggests(hall, **like)
    assert isinstance(again, o.SuggestionKept)
    assert again.sent
    assert "waits for an organiser" in hall.told("maya")


async def test_ones_own_suggestion_needs_no_message(hall: Hall):
    """An organiser may take their own; nobody is told then, and without an answer it is a draft that lacks one."""
    await suggests(hall, "you", answer="")
    await hall.types("eve", "/privacy hide on")
    await suggests(hall, "eve", text="Where do swallows sleep in winter?")
    taken = await hall.presses("you", "suggest-take:1")
    assert isinstance(taken, o.SuggestionSettled)
    assert f"{NAMED} is a draft now. Give it an answer and key points" in hall.told("you")
    assert hall.platform.direct_messages == []
    await hall.types("you", "/desk")
    assert "A hidden member suggests" in hall.told("you")
    assert isinstance(shown := await hall.types("you", f"/question show {NAMED}"), o.QuestionShown)
    assert shown.state.life is Life.DRAFT
    assert len(await hall.rows(edit)) == 1


async def test_who_deletes_their_data_takes_suggestions_along(hall: Hall):
    """What waits is deleted, and of what was taken no word stays under their name; the question is the team's."""
    await suggests(hall)
    await hall.presses("you", "suggest-take:1")
    await suggests(hall, text="Where do swallows sleep in winter?")
    await hall.types("maya", "/privacy delete delete")
    assert await hall.rows(suggestion, "text", "question_id") == [("", NAMED)]
