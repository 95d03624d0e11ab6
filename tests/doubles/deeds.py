"""A team whose organisers have done a bit of everything, so that there is something on each of their pages."""

from typing import Any

from bot.bank.editing import texts_of
from tests.doubles.fakes import FULL, HALF, SCHEDULE, Hall

SUGGESTED = {
    "text": "Which clouds bring rain within the hour?",
    "answer": "Cumulonimbus clouds bring rain within the hour, for they tower high and hold much water.",
    "level": "Senior",
    "topic": "heaven",
}


async def at_the_desk(hall: Hall) -> None:
    """Let an organiser decide two appeals, one of them of words that a third has said too."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 1)
    for name in ("bo", "maya", "ida"):
        await hall.answers(name, HALF if name == "bo" else f"{HALF} {HALF}")
    await hall.presses("bo", "appeal-send:1", "I said it.")
    await hall.presses("you", "decide-send:1", "keep =1+1 is two")
    await hall.later(minutes=1)
    await hall.presses("maya", "appeal-send:2", "I said it.")
    await hall.presses("you", "decide:2:correct")
    await hall.later(minutes=1)


async def worked(hall: Hall) -> None:
    """Let organisers do one of each thing that is kept, a minute apart."""
    await at_the_desk(hall)
    sky = (await hall.app.bank_of("memory:team")).every["sky-senior-0"]
    texts = texts_of(sky)
    edited = {"text": texts.question, "points": texts.points, "reference": f"{FULL} That is how the air works."}
    await hall.sends("maya", "suggest-send", SUGGESTED)
    await hall.sends("quentin", "suggest-send", SUGGESTED | {"text": "What makes a cloud that touches the ground?"})
    await hall.types("quentin", "/privacy hide on")
    await hall.until(11, 23, 17, 1)
    deeds: list[Any] = [
        hall.sends("you", "edit-send:sky-senior-0", edited),
        hall.presses("you", "edit-undo:sky-senior-0"),
        hall.types("maya", "/question report sea-mid-0 It is odd"),
        hall.types("you", "/question retire sea-mid-0 It is odd indeed"),
        hall.presses("you", "suggest-take:2"),
        hall.presses("you", "suggest-decline:1", "We have one like it."),
        hall.presses("you", "learn-send:2", "says short: tiny waves"),
        hall.presses("you", "forget:1"),
        hall.presses("you", "mark:2:correct"),
        hall.types("you", "/schedule queue sea-mid-1"),
        hall.types("you", "/schedule queue sea-mid-2 2026-11-27"),
        hall.types("you", "/schedule skip 2026-11-26"),
        hall.types("you", "/schedule unskip"),
        hall.types("you", "/schedule skip 2026-11-25"),
        hall.types("you", "/schedule unqueue sea-mid-1"),
        hall.types("you", "/schedule pause"),
        hall.types("you", "/schedule resume"),
        hall.types("you", "/schedule remove"),
        hall.types("you", "/schedule set 09:00 daily"),
        hall.types("you", "/settings zone=UTC desk=10:00 best=2 live=on appoint=maya"),
        hall.types("you", "/settings dismiss=maya"),
        hall.types("you", "/live 3 mid"),
        hall.types("you", "/team create Owls"),
        hall.types("you", "/team remove Owls"),
    ]
    for deed in deeds:
        await deed
        await hall.later(minutes=1)
