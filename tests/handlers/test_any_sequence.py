"""Whatever members and organisers do to grades, questions and their own data, the stored totals are what the facts say."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import recompute
from tests.doubles.fakes import FULL, HALF, WRONG, Hall, bank, hall

WHO = st.sampled_from(["maya", "bo", "ines"])
ROUND = st.integers(1, 3)
ATTEMPT = st.integers(1, 6)
STEPS = st.one_of(
    st.tuples(st.just("answer"), WHO, ROUND, st.sampled_from([FULL, HALF, WRONG])),
    st.tuples(st.just("appeal"), WHO, ATTEMPT),
    st.tuples(st.just("decide"), ATTEMPT, st.sampled_from(["correct", "incorrect", "70 Well said."])),
    st.tuples(
        st.just("learn"), ATTEMPT, st.sampled_from(["says short: tiny waves bounce", "not eyes: the ocean below"])
    ),
    st.tuples(st.just("mark"), ATTEMPT, st.sampled_from(["correct", "incorrect", "none"])),
    st.tuples(st.just("edit"), st.sampled_from(["Why is the sky blue?", "Why is it blue at noon?"])),
    st.tuples(st.just("suggest"), WHO),
    st.tuples(st.just("reveal"), ROUND),
    st.tuples(st.just("delete"), WHO),
)


async def take(hall: Hall, step: tuple[Any, ...]) -> None:
    """Let somebody do something; what is refused changes nothing."""
    match step:
        case ("answer", who, number, text):
            await hall.answers(who, text, number)
        case ("appeal", who, attempt):
            await hall.presses(who, f"appeal-send:{attempt}", "please")
        case ("decide", attempt, decision):
            await hall.presses("you", f"decide-send:{attempt}", decision)
        case ("learn", attempt, line):
            await hall.presses("you", f"learn-send:{attempt}", line)
        case ("mark", attempt, band):
            await hall.presses("you", f"mark:{attempt}:{band}")
        case ("edit", text):
            texts = {
                "text": text,
                "reference": f"{FULL} So it is.",
                "points": "rayleigh: It is so.\nshort: It is short.",
            }
            await hall.sends("you", "edit-send:sky-mid-0", texts)
        case ("suggest", who):
            written = {"text": "Which clouds bring rain?", "answer": FULL, "level": "mid", "topic": "sky"}
            await hall.sends(who, "suggest-send", written)
            await hall.presses("you", "suggest-take:1")
        case ("reveal", number):
            await hall.presses("you", f"reveal:{number}")
        case _:
            await hall.types(step[1], "/privacy delete delete")


@settings(max_examples=8, deadline=None)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_any_sequence_keeps_what_is_added_up(steps: list[tuple[Any, ...]]):
    """After any sequence of answers, appeals, decisions, lessons, edits, suggestions and deletions a recompute finds no difference."""

    async def play() -> list[recompute.Difference]:
        with TemporaryDirectory() as folder:
            async with hall(Path(folder), questions=bank(each=1)) as playing:
                for level in ("mid sky", "senior sky", "mid sea"):
                    await playing.types("you", f"/quiz {level}")
                for step in steps:
                    await take(playing, step)
                await playing.later(days=2)
                report = await playing.db.read(recompute.compare)
                assert report.rounds == 3
                return report.differences

    assert asyncio.run(play()) == []
