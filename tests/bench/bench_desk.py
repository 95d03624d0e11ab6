"""An attempt in a team whose desk was at work, against one in a team whose desk is empty.

Both teams have a thousand answers behind them, are asked the same questions of the real bank, and give the same answers to them.
In one of them each of the thousand was appealed against, half of these are decided, 500 phrasings are learned and 200
questions edited.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outcomes
from bot.bank import loading
from bot.grading import grade
from bot.question import Question
from bot.rules.doubts import Decision
from bot.rules.phrasings import Phrasing, Side
from bot.store import answers, appeals, doubts, edits, phrasings
from tests.bench.measure import ROOT, alternated, folder, ratio, size, spread
from tests.doubles.fakes import Hall, hall

REPETITIONS: Final = size(15, 1)
ATTEMPTS: Final = size(40, 3)  # a repetition; each by another member
PAST: Final = size(1_000, 4)  # attempts, and in one team appeals against them
LEARNED: Final = size(500, 4)
EDITED: Final = size(200, 2)
WORDS: Final = 60  # of the reference answer: a good answer's length
TEAM: Final = 1
Asked = Iterator[tuple[int, str]]


async def ask(one: Hall, number: int) -> tuple[int, str]:
    """Let a member open a round, and return its number with an answer to it."""
    asked = await one.types(f"m{number % 3}", "/quiz")
    assert isinstance(asked, outcomes.RoundOpened)
    return asked.view.round.id, " ".join(asked.view.question.reference.split()[:WORDS])


async def play(one: Hall, asked: Asked) -> None:
    """Let members answer the next round, one after the other."""
    one.clock.move_to(one.clock.now() + timedelta(minutes=2))
    number, text = next(asked)
    for name in range(ATTEMPTS):
        graded = await one.answers(f"m{name}", f"{text} {name}", number)
        assert isinstance(graded, outcomes.AttemptGraded), graded


async def past(one: Hall, question: Question) -> None:
    """Put a thousand answers into the first round, as if they had come long ago."""
    graded, now = grade(question, "It depends."), one.clock.now()
    marks: dict[str, Any] = {"copied_from": None, "recited": False, "half": False, "says": True, "practice": False}

    async def write(connection: AsyncConnection) -> None:
        for number in range(PAST):
            values = {"team_id": TEAM, "round_id": 1, "member_id": 1 + number % ATTEMPTS, "number": 1 + number}
            said: dict[str, Any] = {"text": f"It depends {number}", "public": False, "late": False, "hints": 0}
            await answers.save_attempt(connection, graded, now=now, **values, **said, **marks)

    await one.db.write(write)


async def appeal(one: Hall) -> None:
    """Appeal against all that is past, and decide half of it."""
    now, keep = one.clock.now(), Decision(verdict="keep", reason="It stands.")

    async def write(connection: AsyncConnection) -> None:
        for number in range(PAST):
            attempt, member = 1 + number, 1 + number % ATTEMPTS
            against = await appeals.graded(connection, attempt, member_id=member)
            assert against is not None
            await appeals.add(connection, against, "It was right.", now=now, team_id=TEAM, member_id=member)
            waits = await doubts.get(connection, attempt, team_id=TEAM)
            if number % 2 and waits:
                await doubts.decide(connection, waits, keep, team_id=TEAM, by=1, now=now)

    await one.db.write(write)


async def learn_and_edit(one: Hall, every: Sequence[Question]) -> None:
    """Learn phrasings of all questions, and edit most."""
    now, whose = one.clock.now(), {"team_id": TEAM, "member_id": 1}

    async def write(connection: AsyncConnection) -> None:
        for number, question in enumerate(islice(cycle(every), LEARNED)):
            words = f"in so many words as number {number} has it"
            new = [Phrasing(question.key_points[-1].id, Side.SAYS, words)]
            await phrasings.add(connection, question.id, new, at=now, **whose)
        for question in every[:EDITED]:
            body = question.model_dump(mode="json") | {"question": f"{question.question} Say it briefly."}
            await edits.add(connection, question.id, body, saved_at=now, over=question.version, at=now, **whose)

    await one.db.write(write)
    one.app.deps.edits.forget()


async def opened(one: Hall, every: Sequence[Question], *, desk: bool) -> list[tuple[int, str]]:
    """Enrol everybody, give them a past, let a desk do its work or none, and ask what is to be answered."""
    await asyncio.gather(*(one.types(f"m{number}", "/help") for number in range(ATTEMPTS)))
    await ask(one, 0)
    await past(one, every[0])
    if desk:
        await appeal(one)
        await learn_and_edit(one, every)
    return [await ask(one, number) for number in range(REPETITIONS + 1)]


async def measure(bare: Hall, worked: Hall, every: Sequence[Question]) -> None:
    """Make both teams ready, warm the caches up, measure and print."""
    asked = [await opened(one, every, desk=one is worked) for one in (bare, worked)]
    assert asked[0] == asked[1]
    floor, taken = map(iter, asked)
    runs = (lambda: play(bare, floor), lambda: play(worked, taken))
    await alternated(1, *runs)
    seconds = await alternated(REPETITIONS, *runs)
    for name, one in zip(("an empty desk", "a desk at work"), seconds, strict=True):
        print(f"An attempt with {name}: {spread([1000 * each / ATTEMPTS for each in one], 'ms', 1)}")
    print(f"An attempt with a desk at work: {ratio(seconds[1], seconds[0])}")


async def main() -> None:
    """Set both teams up, each in a database on the real disk."""
    print(
        f"bench_desk: {REPETITIONS} x {ATTEMPTS} attempts; {PAST} appeals, {LEARNED} phrasings, {EDITED} edits or none"
    )
    questions = loading.load(ROOT / "content")
    with folder() as one, folder() as two:
        async with hall(Path(one), questions=questions) as bare, hall(Path(two), questions=questions) as worked:
            await measure(bare, worked, [*questions.questions.values()])


if __name__ == "__main__":
    asyncio.run(main())
