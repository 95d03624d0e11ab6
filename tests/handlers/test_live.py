"""A live round: five questions against the clock, quick formats of which one answer is right, and a board of its own."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from bot.bank import loading
from bot.bank.loading import Bank
from bot.errors import Unreachable
from bot.grading import grade
from bot.question import Misconception
from bot.rules import live as rules
from bot.rules.live import Format
from bot.store.schema import live_answer, live_step, occurrence, round_
from tests.conftest import CONTENT
from tests.doubles.fakes import FULL, MONDAY, Hall, Server, bank, text_of
from tests.doubles.fakes import hall as start_hall


def quick() -> Bank:
    """Return a bank whose questions can be asked as multiple choice: of one key point there are near misses."""
    wrong = Misconception(statement="No.", phrasings=("it mirrors the ocean below", "it mirrors the ocean at noon"))
    topics = {
        name: topic.model_copy(
            update={"questions": tuple(q.model_copy(update={"misconceptions": (wrong,)}) for q in topic.questions)}
        )
        for name, topic in bank().topics.items()
    }
    return Bank(topics)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Give a hall that can ask in every format."""
    async with start_hall(tmp_path, questions=quick()) as running:
        yield running


def right(hall: Hall, live: int, number: int) -> str:
    """Return the button of the right option: who reads the card knows that the sky does not mirror the ocean."""
    card = text_of(hall.card(f"live:{live}:{number}"))
    letter = next(line[5] for line in card.splitlines() if re.match(r"None [A-D]: ", line) and "ocean" not in line)
    return f"live-pick:{live}:{number}:{'ABCD'.index(letter)}"


async def test_questions_come_one_after_another_and_the_board_at_the_end(hall: Hall):
    """Each question is open for its time, is closed with what is right and who had it, and the board ends the round; no other board changes."""
    await hall.types("you", "/live 3 mid")
    assert hall.tags() == ["live:1:1"]
    first = text_of(hall.card("live:1:1"))
    assert first.startswith("Live 1 of 3 · The s")
    await answer(hall, 1, "maya", well=True)
    await answer(hall, 1, "bo", well=False)
    assert hall.told("maya").startswith("Your answer is in")
    for number in (1, 2, 3):
        await hall.later(seconds=90)
        assert "closed" in hall.card(f"live:1:{number}").title
    assert hall.tags() == ["live:1:1", "live:1:2", "live:1:3", "live:1:0"]
    assert "1 of 2 had it, or some of it: maya." in text_of(hall.card("live:1:1"))
    assert "Nobody answered in time." in text_of(hall.card("live:1:2"))
    board = text_of(hall.card("live:1:0"))
    assert board.startswith("Live round over · maya, 100 points\n1 maya 100 1")
    assert "on no other board" in board
    await hall.types("maya", "/leaderboard")
    assert "Nobody has points here yet" in hall.told("maya")


async def answer(hall: Hall, number: int, who: str, *, well: bool, live: int = 1) -> None:
    """Let somebody answer the question that is open, in its format."""
    card = hall.card(f"live:{live}:{number}")
    ids = [action.id for action in card.actions]
    if ids[0].startswith("live-form"):
        await hall.presses(who, ids[0])
        form = hall.platform.forms[-1][1]
        words = FULL if form.title == "Your answer" else missing(form.prompt)
        await hall.presses(who, form.submit, words if well else "nonsense")
        return
    good = right(hall, live, number)
    await hall.presses(who, good if well else next(one for one in ids if one.startswith("live-pick") and one != good))


def missing(prompt: str) -> str:
    """Return the word that is left out of a key point."""
    points = ("It is Rayleigh scattering.", "Short waves scatter most.", "Eyes see little violet.")
    pattern = re.escape(prompt.partition("? ")[2]).replace("____", r"(\w+)")
    return next(found[1] for one in points if (found := re.fullmatch(pattern, one)))


async def test_each_format_is_answered_in_its_way(hall: Hall):
    """An option is pressed, a word and an answer are written; talk uses nothing up, a delivery begins one round, and a bank must have questions."""
    for _ in range(2):
        await hall.types("you", "/live 3 mid", event="memory:once")
    for number, seconds in enumerate((31, 46, 91), start=1):
        await answer(hall, number, "maya", well=True)
        await answer(hall, number, "bo", well=False)
        await hall.later(seconds=seconds)
    assert "1 maya 300 3" in text_of(hall.card("live:1:0"))
    await hall.types("you", "/live 3 mid")
    await hall.later(seconds=80)
    await hall.presses("bo", "live-send:2:3", "idk")
    assert "reads like talk" in hall.told("bo")
    await hall.types("eve", "/settings", team="memory:other", channel="memory:channel:other")
    hall.app.deps = replace(hall.app.deps, bank=Bank({}))
    await hall.types("eve", "/live", team="memory:other", channel="memory:channel:other")
    assert "no question of that kind" in hall.told("eve")


async def test_a_restart_goes_on_where_it_stopped(tmp_path: Path):
    """A live round outlives the bot's process; one that was cut short for long is ended with its board."""
    server = Server()
    async with start_hall(tmp_path, questions=quick(), server=server) as hall:
        await hall.types("maya", "/quiz live 2 mid sky")
        now = hall.clock.now()
    async with start_hall(tmp_path, questions=quick(), server=server, now=now + timedelta(minutes=2)) as hall:
        hall.events = 100
        await hall.jobs.tick()
        assert hall.tags() == ["live:1:1", "live:1:2"]
        hall.clock.move_to(now + timedelta(minutes=20))
        await hall.jobs.tick()
        assert hall.tags()[-1] == "live:1:0"
        await hall.types("maya", "/live 2")
        now = hall.clock.now()
    async with start_hall(tmp_path, questions=quick(), server=server, now=now + timedelta(hours=1)) as hall:
        await hall.jobs.tick()
        assert hall.tags()[-2:] == ["live:2:1", "live:2:0"]


async def test_a_question_that_stands_there_keeps_its_time(hall: Hall):
    """Where its posting was cut short after the card came, it is neither posted again nor open for longer."""
    await hall.types("maya", "/live 2 mid sky")
    opened = await hall.rows(live_step, "opened_at", "closes_at")
    cut = update(occurrence).where(occurrence.c.state == "posted").values(state="due")
    await hall.db.write(lambda connection: connection.execute(cut))
    await hall.later(seconds=2)
    assert (await hall.rows(live_step, "opened_at", "closes_at"), hall.tags()) == (opened, ["live:1:1"])


async def test_a_question_whose_post_failed_begins_anew(hall: Hall):
    """The time of a question begins when it stands in its channel; a round that cannot be posted for long is ended."""
    hall.platform.failing["post"] = [Unreachable("no answer")]
    await hall.types("maya", "/live 2")
    await hall.later(seconds=20)
    ((opened, closes),) = (await hall.rows(live_step, "opened_at", "closes_at"))[:1]
    assert opened > MONDAY
    await hall.later(minutes=3)
    assert hall.tags() == ["live:1:1", "live:1:2", "live:1:0"]
    hall.platform.failing["post"] = [Unreachable("no answer")] * 5
    await hall.types("maya", "/live 2")
    await hall.later(hours=1)
    assert hall.tags()[-1] == "live:2:0"
    assert closes > opened


async def test_who_may_stop_it_and_how_many_there_are(hall: Hall):
    """One runs in a channel at a time; its starter or an organiser stops it; three a day are a member's most, five a channel's."""
    await hall.types("maya", "/live 11")
    assert "1 to 10 questions" in hall.told("maya")
    for number in (1, 2, 3):
        await hall.types("maya", "/live")
        await hall.types("bo", "/live")
        assert "runs here already" in hall.told("bo")
        await hall.presses("bo", f"live-stop:{number}")
        assert "Only who began it" in hall.told("bo")
        await hall.presses("maya" if number < 3 else "you", f"live-stop:{number}")
        await hall.jobs.tick()
        assert hall.tags()[-1] == f"live:{number}:0"
    await hall.presses("maya", "live-stop:3")
    assert "This live round is over" in hall.told("maya")
    await hall.types("maya", "/live")
    assert "You have begun 3 live rounds" in hall.told("maya")
    for _ in range(2):
        await hall.types("bo", "/live 1")
        await hall.later(minutes=2)
    await hall.types("ines", "/live")
    assert "There were 5 live rounds here" in hall.told("ines")


async def test_an_answer_counts_once_and_in_time(hall: Hall):
    """The first answer counts, nothing after the time, nobody answers in another team; who deletes their data is on no board."""
    await hall.types("you", "/live 1")
    await answer(hall, 1, "maya", well=True)
    await answer(hall, 1, "maya", well=False)
    assert "the first answer counts" in hall.told("maya")
    await hall.presses("eve", "live-pick:1:1:0", team="memory:other", channel="memory:channel:other")
    assert "no such live question" in hall.told("eve")
    await hall.later(minutes=2)
    await hall.presses("bo", "live-pick:1:1:0")
    assert "Time is up" in hall.told("bo") or "is over" in hall.told("bo")
    await hall.types("maya", "/privacy export")
    assert '"live_answers": [' in hall.told("maya")
    await hall.types("maya", "/privacy delete delete")
    assert await hall.rows(live_answer) == []


async def test_live_points_count_on_boards_where_organisers_say_so(hall: Hall):
    """With the setting, what is earned in live rounds that begin from then on is on the boards; who is hidden is on none."""
    await hall.types("you", "/team create Owls")
    await hall.types("maya", "/team join owls")
    hall.clock.move_to(hall.clock.now() + timedelta(days=7))
    await hall.types("you", "/settings live=on")
    assert "Live rounds count on the boards from now on." in hall.told("you")
    await hall.types("maya", "/settings live=off")
    assert "Only organisers" in hall.told("maya")
    await hall.types("you", "/live 1")
    for name in ("maya", "bo"):
        await answer(hall, 1, name, well=True)
    await hall.types("bo", "/privacy hide on")
    await hall.later(minutes=2)
    assert "count on the boards too" in text_of(hall.card("live:1:0"))
    await hall.types("maya", "/leaderboard")
    assert "1 maya 100 0" in hall.told("maya")
    await hall.types("maya", "/leaderboard week mid")
    assert "1 maya" not in hall.told("maya")
    await hall.types("maya", "/leaderboard teams")
    assert "1. Owls: 33.3 (1 member with points, yours)" in hall.told("maya")
    await hall.types("maya", "/stats")
    assert "Live rounds: 100 points, on the boards too" in hall.told("maya")
    await hall.presses("maya", "home")
    assert "Points: 100" in hall.told("maya")
    await hall.types("you", "/settings live=off")
    await hall.types("you", "/live 1")
    await answer(hall, 1, "maya", well=True, live=2)
    await hall.later(minutes=2)
    await hall.types("maya", "/stats")
    assert "Live rounds: 200 points, 100 of them on the boards too" in hall.told("maya")


async def test_what_was_asked_live_is_practice_later(hall: Hall):
    """Questions whose answers are known in the team are asked first; who took part has seen the others, and earns nothing with them."""
    await hall.types("you", "/quiz mid sky")
    await hall.later(days=2)
    await hall.types("you", "/live 1 mid sky")
    await answer(hall, 1, "maya", well=True)
    await hall.later(minutes=2)
    ((known,),) = await hall.rows(round_, "question_id")
    assert await hall.rows(live_step, "question_id") == [(known,)]
    await hall.types("you", "/live 10 mid sea")
    await answer(hall, 1, "maya", well=True, live=2)
    await hall.later(minutes=20)
    await hall.types("you", "/quiz mid sea")
    await hall.presses("maya", "answer:2")
    assert "For practice" in hall.platform.forms[-1][1].prompt
    await hall.presses("bo", "answer:2")
    assert "For practice" not in hall.platform.forms[-1][1].prompt


def test_one_option_alone_is_right():
    """Of a real topic each quick format that can be made has a single right answer by the grader itself, and tells nothing of it."""
    topic = loading.read_topic(CONTENT / "vaes.yaml")
    for question in topic.questions[:4]:
        item = rules.choice(question, Random(1))
        assert item is not None
        earned = [any(point.earned for point in grade(question, one).points) for one in item.options]
        assert [one for one, had in zip(item.options, earned, strict=True) if had] == [item.right]
        assert 3 <= len(item.options) <= 4
        gap = rules.word(question, Random(1))
        assert gap is not None
        assert rules.GAP in gap.prompt
        assert gap.right.casefold() not in f"{question.question} {gap.prompt}".casefold()
        assert rules.is_missing_word(gap, gap.right.upper())
        assert not rules.is_missing_word(gap, f"{gap.right} or another")


def test_without_a_right_option_there_is_no_choice():
    """A question whose key points are earned by no whole clause is asked in another way."""
    topic = loading.read_topic(CONTENT / "vaes.yaml")
    whole = topic.questions[0]
    points = tuple(
        point.model_copy(
            update={"statement": "It is so, in each and every case.", "says": (), "phrasings": ("one two",)}
        )
        for point in whole.key_points
    )
    assert rules.choice(whole.model_copy(update={"key_points": points}), Random(1)) is None


def test_a_format_that_cannot_be_made_is_another():
    """Where nothing wrong is known of a question it is asked for a word, and where no word can be left out as it stands."""
    plain = bank().questions["sky-mid-0"].model_copy(update={"misconceptions": ()})
    assert rules.items([plain], Random(1))[0].format is Format.WORD
    bare = plain.model_copy(update={"question": f"{plain.question} {FULL} Short waves scatter most. Eyes see little."})
    assert {item.format for item in rules.items([bare] * 3, Random(1))} == {Format.TEXT}
