"""Several processes on one PostgreSQL answer at once: what one has in hand nobody else touches, and what it leaves is taken over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlalchemy import delete, text

from bot import outcomes as o
from bot.bank.editing import texts_of
from bot.commands import PostScheduled
from bot.errors import AlreadyRunning, Unreachable
from bot.jobs import PLANNED_AT
from bot.store import ledger, migrate, postgresql
from bot.store.inbox import StoredInbox
from bot.store.ledger import Turnout
from bot.store.notebook import StoredNotebook
from bot.store.schema import attempt, kept, occurrence, round_
from bot.vitals import Vitals
from tests.doubles import postgresql as double
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, Hall, text_of
from tests.doubles.postgresql import Server
from tests.doubles.replicas import address_of, dies, side_by_side, slow

CHANNEL = "memory:channel:hall"
pytestmark = pytest.mark.skipif(double.programs() is None, reason="no PostgreSQL is installed")


@pytest.fixture
async def two(server: Server) -> AsyncIterator[tuple[Hall, Hall]]:
    """Give two processes' halls, one clock, and one chat platform; the first one leads."""
    async with side_by_side(server) as halls:
        yield halls


async def test_one_of_them_sees_to_what_is_due(two: tuple[Hall, Hall]):
    """Both tick, and one plans and posts; once it is given up for dead the other does, and the first can do nothing more."""
    one, other = two
    await other.types("you", SCHEDULE)
    one.clock.move_to(MONDAY + timedelta(hours=1))
    await asyncio.gather(one.jobs.tick(), other.jobs.tick())
    assert one.tags() == ["question:1"]
    assert (one.db.leading, other.db.leading) == (True, False)
    await dies(one)
    one.clock.move_to(MONDAY + timedelta(hours=9))
    await other.jobs.tick()
    assert other.db.leading
    assert one.tags() == ["question:1", "reveal:1"]
    with pytest.raises(AlreadyRunning, match="it was given up"):
        await one.jobs.tick()


async def test_a_member_has_as_many_attempts_as_ever(two: tuple[Hall, Hall]):
    """However answers come in, each counts once, and the last attempt is had by one of them."""
    await two[0].types("maya", "/quiz mid")
    told = await asyncio.gather(*(two[n % 2].answers("maya", f"{HALF} Number {n}.") for n in range(8)))
    assert sum(isinstance(one, o.AttemptGraded) for one in told) == 3
    assert len(await two[0].rows(attempt)) == 3


async def test_the_same_words_at_once_are_one_attempt(two: tuple[Hall, Hall]):
    """A form that is sent to two processes at once, and said in the thread meanwhile, is had by one, and the others say so."""
    await two[0].types("maya", "/quiz mid")
    sent = [*(one.answers("maya", HALF) for one in two * 2), *(one.replies("maya", f"{HALF} ") for one in two)]
    told = await asyncio.gather(*sent)
    assert sorted(type(one).__name__ for one in told) == ["AttemptGraded", *["SaidBefore"] * 5]
    assert await two[0].rows(attempt, "number") == [(1,)]


async def test_a_delivery_that_comes_to_both_is_acted_on_once(two: tuple[Hall, Hall]):
    """A platform that repeats itself to another process asks no second question."""
    told = await asyncio.gather(*(one.types("maya", "/quiz mid", event="memory:once") for one in two))
    assert sorted(type(one).__name__ for one in told) == ["Nothing", "RoundOpened"]
    assert len(await two[0].rows(round_)) == 1


async def test_a_post_in_one_hand_is_not_in_another(two: tuple[Hall, Hall]):
    """While one process posts a question that was asked of it, the one that sees to what is due tries later, and finds it."""
    one, other = two
    slow(other).holds()
    asking = asyncio.create_task(other.types("maya", "/quiz mid"))
    await slow(other).begun.wait()
    asked = await one.rows(occurrence, "id", "kind", "state")
    assert asked[0][1:] == ("question", "due")
    with pytest.raises(Unreachable, match="Another process"):
        await one.app.handle(PostScheduled(occurrence=asked[0][0]))
    slow(other).through.set()
    assert isinstance(await asking, o.RoundOpened)
    await one.jobs.tick()
    assert one.tags() == ["question:1"]


async def test_a_post_that_failed_is_free_at_once(two: tuple[Hall, Hall]):
    """Where the end of a post was not heard of, any process may look for it, and post it if it is not there."""
    one, other = two
    slow(other).failing["post"] = [Unreachable("no answer")]
    await other.types("maya", "/quiz mid")
    assert one.tags() == []
    await one.later(minutes=1)
    assert one.tags() == ["question:1"]


async def test_a_post_of_one_that_is_gone_is_looked_for(two: tuple[Hall, Hall]):
    """A process that dies between the post and its note leaves one message: whoever takes over finds it."""
    one, other = two
    slow(other).failing_after["post"] = [Unreachable("the end of it was not heard of")]
    slow(other).holds()
    asking = asyncio.create_task(other.types("maya", "/quiz mid"))
    await slow(other).begun.wait()
    await dies(other)
    slow(other).through.set()
    await asking
    await one.db.write(
        lambda connection: connection.execute(text("DELETE FROM lease WHERE holder = :who"), {"who": other.db.holder})
    )
    await one.later(minutes=1)
    assert one.tags() == ["question:1"]


async def test_the_newest_state_of_a_card_stands(two: tuple[Hall, Hall]):
    """A card that one process draws is let be by the other, which draws its newer state a second later; an older one comes too late."""
    one, other = two
    await one.types("you", "/quiz mid")
    slow(one).holds()
    first = asyncio.create_task(one.answers("maya", FULL))
    await slow(one).begun.wait()
    await other.answers("bo", HALF)
    assert "bo" not in text_of(one.card("question:1"))
    slow(one).through.set()
    await first
    assert "maya" in text_of(one.card("question:1"))
    await other.app.flush()
    assert "maya, bo" in text_of(one.card("question:1"))
    late = await one.db.write(lambda connection: ledger.drawing(connection, "question:1", rank=0, by=one.db.holder))
    assert late is Turnout.OUTRANKED


async def test_what_one_left_in_its_inbox_is_handled(two: tuple[Hall, Hall]):
    """A delivery that somebody has in hand is nobody else's; when they are gone it is, and once."""
    boxes = [StoredInbox(one.db, one.clock) for one in two]
    assert await boxes[0].take("slack:1", {"text": "a"})
    assert not await boxes[1].take("slack:1", {"text": "a"})
    assert await boxes[1].waiting("slack") == []
    (own,) = await boxes[0].waiting("slack")
    assert (own.id, own.orphan) == ("slack:1", False)
    await dies(two[0])
    await two[1].jobs.tick()
    (left,) = await boxes[1].waiting("slack")
    assert (left.id, left.orphan) == ("slack:1", True)
    (left,) = await boxes[1].waiting("slack")
    assert not left.orphan


async def test_what_is_edited_at_one_is_asked_at_the_other(two: tuple[Hall, Hall]):
    """A question's new words are there for every process at its next command."""
    before = [(await one.app.bank_of("memory:team")).every["sky-mid-1"] for one in two]
    texts = texts_of(before[0])
    fields = {"text": "Why is the sky so blue, all told?", "reference": texts.reference, "points": texts.points}
    assert isinstance(await two[0].sends("you", "edit-send:sky-mid-1", fields), o.QuestionMoved)
    after = [(await one.app.bank_of("memory:team")).every["sky-mid-1"] for one in two]
    assert after[0].question == fields["text"]
    assert after[0] == after[1]


@pytest.fixture
async def apart(two: tuple[Hall, Hall]) -> tuple[Hall, Hall]:
    """Give both on a platform of which each hears some places: the hall is heard by the one that does not lead."""
    for one in two:
        slow(one).one_session = True
    slow(two[0]).deaf = {CHANNEL, "memory:team", "memory:member:you"}
    return two


async def test_what_is_due_is_done_by_who_hears_the_place(apart: tuple[Hall, Hall]):
    """One process leads, and plans; another posts, reveals and tells those who want to be told, where it alone hears."""
    one, other = apart
    await other.types("you", SCHEDULE)
    await other.types("maya", "/settings notify=on")
    one.clock.move_to(MONDAY + timedelta(hours=1))
    await one.jobs.tick()
    assert one.tags() == []
    await other.jobs.tick()
    assert one.tags() == ["question:1"]
    await other.later(minutes=1)
    assert slow(one).direct_messages == []
    assert [member for member, _ in slow(other).direct_messages] == ["memory:member:maya"]
    await dies(other)
    slow(one).deaf = set()
    one.clock.move_to(MONDAY + timedelta(hours=9))
    await one.jobs.tick()
    assert one.tags() == ["question:1", "reveal:1"]


async def test_nobody_posts_before_the_leader_has_settled_what_is_too_late(apart: tuple[Hall, Hall]):
    """After days without a bot the newest question is asked alone, however soon the place is heard by a process that does not lead."""
    one, other = apart
    await other.types("you", SCHEDULE)
    await one.jobs.tick()
    one.clock.move_to(MONDAY + timedelta(days=2, hours=1))
    await other.jobs.tick()
    assert one.tags() == []
    await one.jobs.tick()
    await other.jobs.tick()
    assert one.tags() == ["question:1"]
    (asked,) = await one.rows(round_, "local_date")
    assert asked == (MONDAY.date() + timedelta(days=2),)


async def test_who_never_saw_a_leader_waits(apart: tuple[Hall, Hall]):
    """Where nobody has looked ahead ever, nothing is due yet to be carried out."""
    one, other = apart
    await one.db.write(lambda connection: connection.execute(delete(kept).where(kept.c.key == PLANNED_AT)))
    await other.types("you", SCHEDULE)
    one.clock.move_to(MONDAY + timedelta(hours=1))
    await other.jobs.tick()
    assert one.tags() == []


async def test_what_no_adapter_can_read_is_the_leaders(two: tuple[Hall, Hall], monkeypatch: pytest.MonkeyPatch):
    """A place that cannot even be read is tried by the one that leads, and by nobody else."""
    for one in two:
        monkeypatch.setattr(slow(one), "ready", lambda place: place[1_000])
        slow(one).one_session = True
    assert [one.app.ready("memory:channel:hall") for one in two] == [True, False]


async def test_news_are_told_by_who_caused_them(apart: tuple[Hall, Hall]):
    """Whoever hears a member's place, they are told what another process decided, as soon as that can make calls."""
    one, other = apart
    await other.types("you", SCHEDULE)
    slow(one).away = True
    one.clock.move_to(MONDAY + timedelta(days=1))
    await one.jobs.tick()
    assert slow(one).direct_messages == []
    slow(one).away = False
    await one.app.flush()
    assert [member for member, _ in slow(one).direct_messages] == ["memory:member:you"]


async def test_each_process_tells_of_its_own_connections(two: tuple[Hall, Hall]):
    """Readiness is each process's own, of every platform."""
    slow(two[1]).away = True
    assert [[*Vitals(one.db, [one.platform], one.clock).links] for one in two] == [["memory"], ["memory"]]


async def test_who_repairs_is_alone(two: tuple[Hall, Hall], server: Server):
    """What changes all there is, such as a move or a repair, waits until nobody else runs."""
    with pytest.raises(AlreadyRunning, match="Another Studyhall is running"):
        async with postgresql.opened(await address_of(two[0], server)):
            pass
    assert StoredNotebook(two[0].db).shared


async def test_a_newer_version_waits_for_the_older_ones(
    two: tuple[Hall, Hall], server: Server, monkeypatch: pytest.MonkeyPatch
):
    """The schema is brought up when nobody of an older version runs any more; then others may come again."""
    address = await address_of(two[0], server)
    async with AsyncExitStack() as stack:
        with monkeypatch.context() as later:
            later.setattr(migrate, "HEAD", "later")
            with pytest.raises(AlreadyRunning, match="Another Studyhall is running"):
                await stack.enter_async_context(postgresql.opened(address, alone=False))
            name = address.partition("?")[0].rpartition("/")[2]
            await server.run("DELETE FROM lease WHERE name LIKE 'process:%'", on=name)
            newer = await stack.enter_async_context(postgresql.opened(address, alone=False))
        second = await stack.enter_async_context(postgresql.opened(address, alone=False))
        assert newer.holder != second.holder
        assert await second.read(migrate.revision) == migrate.HEAD
