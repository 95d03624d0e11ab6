"""Processes that grade beside the bot: the same grades, nothing lost where one ends, none left behind."""

import asyncio
import io
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import outcomes as o
from bot.cli import grader as child
from bot.grading import grade
from bot.handlers import graders
from bot.handlers.grader import Grader
from bot.handlers.graders import Process
from bot.rules.answers import graded_unless_talk
from tests.doubles.fakes import FULL, HALF, WRONG, Hall, question
from tests.doubles.graded import Unreadable, dies, fails, garbles, says, takes, where

PARENT = """
import asyncio
from bot.handlers.grader import Grader
async def run():
    async with Grader(1).running() as grader:
        await grader.processes[0].ready.wait()
        print(grader.processes[0].number, flush=True)
        await asyncio.Event().wait()
asyncio.run(run())
"""


@pytest.fixture
async def grader() -> AsyncIterator[Grader]:
    """Give a grader with a process that is ready."""
    async with Grader(1).running() as one:
        await one.processes[0].ready.wait()
        yield one


@pytest.mark.process
async def test_grades_are_the_same_beside_the_bot(grader: Grader, monkeypatch: pytest.MonkeyPatch):
    """A grade is worth what it is worth in the bot, however many questions there were; each is sent once while it is known."""
    monkeypatch.setattr(graders, "KNOWN", 2)
    some = [question(number) for number in range(3)]
    for _ in range(2):
        given = [(one, text) for one in some for text in (FULL, HALF, WRONG, "Nice weather today!")]
        told = await asyncio.gather(*(grader.in_turn(graded_unless_talk, *one) for one in given))
        assert told == [graded_unless_talk(*one) for one in given]
    quotes = {some[0].key_points[0].id: "so it is"}
    assert await grader.in_turn(grade, some[0], HALF, quotes=quotes) == grade(some[0], HALF, quotes=quotes)
    assert await grader.in_turn(where, some[0]) == grader.processes[0].number != os.getpid()


@pytest.mark.process
async def test_an_answer_is_graded_where_its_process_ends(grader: Grader):
    """What a process had to grade when it ended is graded by the bot itself, and the process is begun again; one line of the log says so."""
    (process,) = grader.processes
    process.pause = 0.0
    first = process.number
    with capture_logs() as logs:
        told = await asyncio.gather(*(grader.in_turn(dies, question(0), os.getpid()) for _ in range(3)))
        assert told == [os.getpid()] * 3
        await process.ready.wait()
    assert await grader.in_turn(where, question(0)) == process.number != first
    assert [one["event"] for one in logs] == ["grader_ended"]


@pytest.mark.process
async def test_one_that_hangs_holds_up_nobody_for_long(grader: Grader):
    """What a process does not answer is graded by the bot itself after a while; it is ended, and another begun."""
    (process,) = grader.processes
    process.pause, process.patience, first = 0.0, 0.01, process.number
    assert first
    os.kill(first, signal.SIGSTOP)
    told = await asyncio.gather(*(grader.in_turn(where, question(0)) for _ in range(3)))
    assert told == [os.getpid()] * 3
    del process.patience
    await process.ready.wait()
    while (there := await grader.in_turn(where, question(0))) == os.getpid():
        pass
    assert there == process.number != first


@pytest.mark.process
async def test_one_that_has_much_to_do_does_not_hang(grader: Grader):
    """However long the last of many waits: as long as one after another is answered, the process goes on."""
    (process,) = grader.processes
    process.patience = 2.0
    told = await asyncio.gather(*(grader.in_turn(takes, question(0), 0.2) for _ in range(12)))
    assert told == [process.number] * 12


@pytest.mark.process
async def test_what_cannot_be_asked_is_nobodys_answer(grader: Grader):
    """What cannot be sent is raised, and whoever asks next gets their own answer, for the same question too."""
    (process,) = grader.processes
    with pytest.raises((pickle.PicklingError, AttributeError)):
        await process.asked(lambda _: 1, question(0))
    assert await process.asked(graded_unless_talk, question(0), FULL) == graded_unless_talk(question(0), FULL)
    assert not process.waiting


@pytest.mark.process
async def test_what_cannot_be_read_ends_the_process(grader: Grader):
    """The bot grades by itself where it does not understand what it is told, and another process is begun."""
    (process,) = grader.processes
    process.pause, first = 0.0, process.number
    assert isinstance(await grader.in_turn(garbles, question(0)), Unreadable)
    await process.ready.wait()
    assert await grader.in_turn(where, question(0)) == process.number != first


@pytest.mark.process
async def test_what_goes_wrong_there_goes_wrong_here(grader: Grader):
    """An error of the grader's is raised in the bot, as it is without processes; the process goes on."""
    with pytest.raises(ZeroDivisionError):
        await grader.in_turn(fails, question(0), FULL)
    assert await grader.in_turn(where, question(0)) != os.getpid()


@pytest.mark.process
async def test_who_does_not_wait_any_more_holds_up_nobody(grader: Grader):
    """An answer whose handler was cancelled is graded in vain, and the next gets its own grade, also where the process ends before."""
    for end in (where, dies):
        given = [os.getpid()] if end is dies else []
        away = asyncio.create_task(grader.in_turn(end, question(0), *given))  # type: ignore[arg-type]
        stays = asyncio.create_task(grader.in_turn(where, question(1)))
        await asyncio.sleep(0)
        away.cancel()
        assert (await stays == os.getpid()) is (end is dies)
    assert not grader.processes[0].waiting


@pytest.mark.process
async def test_those_that_do_not_end_are_ended():
    """Processes that hang, or have much to do, when the bot ends are not left behind, and hold it up no longer than others."""
    async with asyncio.timeout(None) as ends, Grader(2).running() as several:
        for one in several.processes:
            one.patience = 1_000.0
            await one.ready.wait()
        hangs, busy = (one.number or 0 for one in several.processes)
        os.kill(hangs, signal.SIGSTOP)
        away = asyncio.create_task(several.processes[1].asked(takes, question(0), 60.0))
        await asyncio.sleep(0)
        away.cancel()
        ends.reschedule(asyncio.get_running_loop().time() + 30)  # half of what the busy one has to do
    for number in (hangs, busy):
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


@pytest.mark.process
def test_a_bot_that_is_killed_leaves_none_behind():
    """Where the bot ends without a word its process ends with its input; being told to end is nothing to it meanwhile."""
    bot = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, cwd=Path(child.__file__).parents[2])
    assert bot.stdout is not None
    beside = os.pidfd_open(int(bot.stdout.readline()))
    signal.pidfd_send_signal(beside, signal.SIGTERM)
    assert not select.select([beside], [], [], 0)[0]
    bot.kill()
    bot.wait()
    bot.stdout.close()
    assert select.select([beside], [], [], 30)[0]
    os.close(beside)


async def test_one_that_cannot_be_begun_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    """Where a process cannot be begun the bot grades by itself, says so, and tries again later."""
    tried: list[None] = []
    enough = asyncio.Event()

    async def cannot(*_: Any, **__: Any) -> None:
        tried.append(None)
        if len(tried) > 1:
            enough.set()
        raise OSError

    monkeypatch.setattr(asyncio, "create_subprocess_exec", cannot)
    monkeypatch.setattr(Process, "pause", 0.0)
    with capture_logs() as logs:
        async with Grader(1).running() as one:
            await enough.wait()
            assert await one.in_turn(where, question(0)) == os.getpid()
            assert one.processes[0].number is None
    assert {line["event"] for line in logs} == {"grader_ended"}


async def test_one_that_was_never_begun_needs_no_end():
    """A grader without its processes grades all the same."""
    one = Grader(1)
    assert await one.in_turn(where, question(0)) == os.getpid()
    await one.processes[0].end()


def frames(told: bytes) -> list[Any]:
    """Return what a process has told."""
    found = []
    while told:
        length = int.from_bytes(told[:4], "big")
        found.append(pickle.loads(told[4 : 4 + length]))  # noqa: S301  our own
        told = told[4 + length :]
    return found


def asked(*messages: tuple[Any, ...]) -> bytes:
    """Return what a process is asked."""
    return b"".join(map(pickle.dumps, messages))


def test_the_process_keeps_a_question_until_it_is_to_forget_all():
    """A number stands for the question that came with it; what fails is told as that."""
    one, other = question(1), question(2)
    messages = asked(
        (1, one, grade, (FULL,), {}), (1, None, grade, (HALF,), {}), (1, None, fails, (FULL,), {}),
        (0, None, None, None, None), (1, other, grade, (FULL,), {}),
    )  # fmt: skip
    told = io.BytesIO()
    child.serve(io.BytesIO(messages), told)
    first, second, third = ((True, grade(one, FULL)), (True, grade(one, HALF)), (True, grade(other, FULL)))
    assert frames(told.getvalue()) == [(True, None), first, second, (False, None), third]


def test_what_is_printed_there_is_no_grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The output is for grades alone: what a library prints by mistake goes to where errors go."""
    monkeypatch.setattr(child, "IGNORED", (signal.SIGUSR2,))
    (tmp_path / "asked").write_bytes(asked((1, question(1), says, (), {})))
    before = signal.getsignal(signal.SIGUSR2)
    with (
        (tmp_path / "asked").open() as given, (tmp_path / "told").open("w") as out, (tmp_path / "errors").open("w") as errors,
        monkeypatch.context() as patched,
    ):  # fmt: skip
        for name, file in (("stdin", given), ("stdout", out), ("stderr", errors)):
            patched.setattr(sys, name, file)
        child.main()
    signal.signal(signal.SIGUSR2, before)
    assert frames((tmp_path / "told").read_bytes()) == [(True, None), (True, 1)]
    assert (tmp_path / "errors").read_text() == "by mistake\n"


@pytest.mark.process
async def test_an_attempt_is_graded_beside_the_bot(hall: Hall, grader: Grader):
    """An answer goes its whole way with a process that grades."""
    hall.app.deps = replace(hall.app.deps, grader=grader)
    await hall.types("you", "/quiz mid")
    graded = await hall.answers("maya", FULL)
    assert isinstance(graded, o.AttemptGraded)
    assert graded.grade.score == 100
