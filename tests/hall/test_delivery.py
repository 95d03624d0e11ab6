"""Delivery and the one entry: what a crash or a failing platform leaves behind, and what the member is told."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from bot import outcomes as o
from bot.cards import Card, Sign
from bot.commands import SubmitAnswer
from bot.delivery import KNOWN_REFS, Delivery
from bot.errors import ChannelGone, MessageGone, StoreError, Unreachable
from bot.ports import Context, Ref
from bot.presenter.effects import Edit, News, Post, Reply
from bot.store import ledger
from bot.store.schema import attempt, event, message, occurrence
from tests.doubles.fakes import FULL, HALF, SCHEDULE, Hall, MemoryPlatform, Server, text_of
from tests.doubles.fakes import hall as start_hall
from tests.doubles.loopback import PATIENCE

CARD = Card(title="Hello")


class Killed(BaseException):
    """The process dies here: nothing after it runs."""


async def restarted(folder: Path, server: Server, hall: Hall) -> list[str]:
    """Start again five minutes later and return the tags of everything that was ever posted."""
    async with start_hall(folder, server=server, now=hall.clock.now() + timedelta(minutes=5)) as again:
        await again.jobs.tick()
        states = {row[0] for row in await again.rows(occurrence, "state") if row[0] != "due"}
        assert states <= {"posted"}
        assert len(again.platform.server.threads) == len([t for t in again.tags() if t.startswith("question")])
        return again.tags()


@pytest.mark.parametrize("kind", ["question", "reveal"])
@pytest.mark.parametrize("method", ["post", "open_thread", "edit"])
@pytest.mark.parametrize("when", ["failing", "failing_after"])
async def test_a_death_at_any_point_loses_and_doubles_nothing(tmp_path: Path, kind: str, method: str, when: str):
    """Killed before or after any call of the platform, the restarted bot has each message exactly once."""
    server = Server()
    async with start_hall(tmp_path, server=server) as hall:
        await hall.types("you", SCHEDULE)
        if kind == "reveal":
            await hall.until(11, 23, 9, 0)
        getattr(hall.platform, when)[method] = [Killed()]
        with contextlib.suppress(Killed):
            await hall.until(11, 23, *((9, 0) if kind == "question" else (17, 0)))
    expected = ["question:1"] if kind == "question" else ["question:1", "reveal:1"]
    assert await restarted(tmp_path, server, hall) == expected


async def test_a_question_asked_and_not_posted_is_posted_after_a_restart(tmp_path: Path):
    """/quiz that died between its commit and its post is posted when the bot is back."""
    server = Server()
    async with start_hall(tmp_path, server=server) as hall:
        hall.platform.failing["post"] = [Killed()]
        with pytest.raises(Killed):
            await hall.types("maya", "/quiz mid")
    assert await restarted(tmp_path, server, hall) == ["question:1"]


async def test_a_reveal_asked_and_not_posted_is_posted_after_a_restart(tmp_path: Path):
    """/reveal that died between its commit and its post is posted when the bot is back, long before its time."""
    server = Server()
    async with start_hall(tmp_path, server=server) as hall:
        await hall.types("maya", "/quiz mid")
        hall.platform.failing["post"] = [Killed()]
        with pytest.raises(Killed):
            await hall.types("maya", "/reveal")
    assert await restarted(tmp_path, server, hall) == ["question:1", "reveal:1"]


async def test_two_at_once_post_once(hall: Hall):
    """The same tag sent by two coroutines at the same time is posted once."""
    await hall.types("maya", "/help")
    post = Post(tag="t", card=CARD, channel="memory:channel:hall", thread_title="T")
    delivery = hall.app._delivery
    await asyncio.gather(*(delivery.send([post], None, now=hall.clock.now()) for _ in range(5)))
    assert hall.tags() == ["t"]
    assert len(hall.platform.server.threads) == 1


async def test_a_lost_edit_is_no_failure(hall: Hall):
    """An edit that the platform refuses is logged and passed over; one of a tag never posted does nothing."""
    await hall.types("maya", "/quiz mid")
    hall.platform.failing["edit"] = [Unreachable("busy")]
    assert isinstance(await hall.answers("bo", HALF), o.AttemptGraded)
    assert "Answered" not in text_of(hall.card("question:1"))
    await hall.app._delivery.send([Edit(tag="unknown", draw=lambda: CARD)], None, now=hall.clock.now())
    assert hall.platform.edits == []


async def test_a_card_never_goes_back(hall: Hall):
    """An edit that comes late does not undo a newer one: a closed card stays closed, a name stays on it."""
    await hall.types("maya", "/quiz mid")
    delivery, old, new = hall.app._delivery, Card(title="old"), Card(title="new")
    for card, rank in ((new, 2), (old, 1)):
        await delivery.send(
            [Edit(tag="question:1", draw=partial(replace, card), rank=rank)], None, now=hall.clock.now()
        )
    assert hall.card("question:1") == new


async def test_the_closing_edit_is_made_in_the_end(hall: Hall):
    """A reveal whose edit of the question card failed is carried out again until the card is closed; gone is gone."""
    await hall.types("maya", "/quiz mid")
    hall.platform.failing["edit"] = [Unreachable("busy"), Unreachable("busy")]
    await hall.types("you", "/reveal")
    assert "It is saved, and comes by itself" in hall.told("you")
    await hall.jobs.tick()
    await hall.later(seconds=6)
    assert "Closed" in text_of(hall.card("question:1"))
    assert hall.tags() == ["question:1", "reveal:1"]
    await hall.types("maya", "/quiz mid")
    hall.platform.failing["edit"] = [ChannelGone("deleted")]
    assert isinstance(await hall.types("you", "/reveal"), o.RoundRevealed)


async def test_remembered_references_are_bounded(hall: Hall):
    """References are remembered up to a number, and a forgotten one is looked up again."""
    delivery = hall.app._delivery
    await hall.types("maya", "/quiz mid")
    delivery._refs.update({str(n): "x" for n in range(KNOWN_REFS)})
    await hall.answers("bo", HALF)
    assert len(delivery._refs) == 1
    assert "Answered: bo" in text_of(hall.card("question:1"))


async def test_a_post_in_a_thread_that_never_opened_goes_to_the_channel(hall: Hall):
    """Without a thread the reveal stands in the channel rather than nowhere."""
    post = Post(tag="r", card=CARD, channel="memory:channel:hall", in_thread_of="nothing")
    await hall.app._delivery.send([post], None, now=hall.clock.now())
    assert hall.platform.server.messages[hall.ref("r")]["place"] == "memory:channel:hall"


async def test_a_reply_without_an_asker_is_a_bug(hall: Hall):
    """A due command's outcome that replies is refused loudly."""
    with pytest.raises(TypeError, match="somebody"):
        await hall.app._delivery.send([Reply(CARD)], None, now=hall.clock.now())


async def test_a_direct_message_that_fails_holds_nobody_up(hall: Hall):
    """An organiser who cannot be reached does not keep the others, or the question, from being served."""
    await hall.types("you", "/schedule set 09:00 mon-fri levels=mid topics=sky")
    hall.platform.failing["direct"] = [Unreachable("closed")]
    await hall.until(11, 23, 9, 0)
    assert hall.tags() == ["question:1"]


async def test_the_sign_does_not_delay_the_reply(hall: Hall):
    """A sign that the platform puts off comes after the grade, and it is there when the answer is dealt with."""
    await hall.types("you", "/quiz mid")
    shown, react, reply = asyncio.Event(), hall.platform.react, hall.platform.reply

    async def put_off(context: Context, sign: Sign) -> None:
        await shown.wait()
        await react(context, sign)

    async def show(context: Context, card: Card) -> None:
        await reply(context, card)
        shown.set()

    hall.platform.react, hall.platform.reply = put_off, show  # type: ignore[method-assign]
    async with asyncio.timeout(PATIENCE):
        await hall.replies("maya", HALF, message="memory:said:1")
    assert "Saved as attempt 1" in hall.told("maya")
    assert hall.platform.signs == [("maya", Sign.SAVED)]


async def test_a_lost_sign_is_no_failure_and_a_lost_reply_is(hall: Hall):
    """An error of the sign is passed over; one of the reply is a failure, and the sign is put all the same."""
    await hall.types("you", "/quiz mid")
    before = asyncio.all_tasks()
    hall.platform.failing["react"] = [Unreachable("busy")]
    assert isinstance(await hall.replies("maya", HALF, message="memory:said:1"), o.AttemptGraded)
    assert "Saved as attempt 1" in hall.told("maya")
    assert hall.platform.signs == []
    hall.platform.failing["reply"] = [Unreachable("busy")]
    assert isinstance(await hall.replies("bo", HALF, message="memory:said:2"), o.Failure)
    assert set(hall.platform.signs) == {("bo", Sign.SAVED)}
    assert asyncio.all_tasks() == before


async def test_a_failure_is_told_with_an_id_and_logged(hall: Hall, capsys: pytest.CaptureFixture[str]):
    """A bug is answered privately with an id that stands in the log, and says that nothing was saved."""
    await hall.types("maya", "/quiz mid")

    async def broken(*_: Any) -> Any:
        raise RuntimeError("a bug")

    hall.app.deps.db.write = broken  # type: ignore[method-assign, assignment]
    outcome = await hall.answers("maya", HALF)
    assert isinstance(outcome, o.Failure)
    assert "Nothing of it was saved" in hall.told("maya")
    assert outcome.incident in hall.told("maya")
    assert outcome.incident in capsys.readouterr().out
    assert "a bug" not in hall.told("maya")


async def test_organisers_are_told_what_to_do_about_a_full_disk(hall: Hall):
    """The sentence that says how to mend the machine is for organisers only."""
    await hall.types("maya", "/quiz mid")

    async def full(*_: Any) -> Any:
        raise StoreError("The disk is full. Free some space.")

    hall.app.deps.db.write = full  # type: ignore[method-assign, assignment]
    await hall.answers("you", HALF)
    assert "The disk is full. Free some space." in hall.told("you")
    await hall.answers("maya", HALF)
    assert "The disk is full" not in hall.told("maya")


async def test_a_grade_that_cannot_be_shown_is_still_saved(hall: Hall):
    """When the private reply fails, the attempt stands; when even the apology fails, nothing is raised."""
    await hall.types("maya", "/quiz mid")
    hall.platform.failing["reply"] = [Unreachable("busy"), Unreachable("still busy")]
    outcome = await hall.answers("bo", HALF)
    assert isinstance(outcome, o.Failure)
    assert outcome.saved
    assert hall.platform.private == []
    await hall.answers("bo", FULL)
    assert "Saved as attempt 2" in hall.told("bo")


async def test_a_full_disk_does_not_end_the_ticking(hall: Hall, capsys: pytest.CaptureFixture[str]):
    """The waker reports a failing database once and ticks on; what was due is done when there is room."""
    await hall.types("you", SCHEDULE)
    write = hall.app.deps.db.write

    async def full(*_: Any) -> Any:
        raise StoreError("The disk is full.")

    hall.app.deps.db.write = full  # type: ignore[method-assign, assignment]
    hall.clock.move_to(hall.clock.now() + timedelta(hours=1))
    for _ in range(3):
        await hall.jobs._tick_or_log()
    assert capsys.readouterr().out.count("tick_failed") == 1
    assert hall.tags() == []
    hall.app.deps.db.write = write  # type: ignore[method-assign]
    await hall.jobs._tick_or_log()
    assert hall.tags() == ["question:1"]


async def test_old_deliveries_are_forgotten(hall: Hall):
    """Delivery ids are kept for two days, longer than any platform repeats them, and then forgotten."""
    await hall.types("maya", "/quiz mid", event="memory:old")
    await hall.later(hours=47)
    assert ("memory:old",) in await hall.rows(event, "id")
    await hall.later(hours=2)
    assert ("memory:old",) not in await hall.rows(event, "id")


async def test_a_notice_is_given_once(hall: Hall):
    """A notice is new once, until it is forgotten."""
    await hall.types("maya", "/help")

    def note(connection: Connection) -> bool:
        return ledger.first_notice(connection, 1, "k", now=hall.clock.now())

    assert (await hall.db.write(note), await hall.db.write(note)) == (True, False)
    await hall.db.write(lambda c: ledger.forget_notice(c, 1, "k"))
    assert await hall.db.write(note)


async def test_every_post_is_in_the_ledger(hall: Hall):
    """Each message and thread has its tag, place and reference."""
    await hall.types("maya", "/quiz mid")
    assert await hall.rows(message, "tag", "place", "ref") == [
        ("question:1", "memory:channel:hall", "memory:message:1"),
        ("thread:question:1", "memory:message:1", "memory:thread:1"),
    ]
    assert SubmitAnswer(text="x").round is None


async def test_no_post_waits_for_another(tmp_path: Path):
    """A hundred posts whose platform is slow are all on their way at once: only the same post is made one at a time."""

    class Slow(MemoryPlatform):
        """Answers no post before all are there."""

        all_there = asyncio.Barrier(100)

        async def post(self, place: Ref, card: Card, *, tag: str, above: Ref | None = None) -> Ref:
            """Post when all others are about to."""
            await self.all_there.wait()
            return await super().post(place, card, tag=tag, above=above)

    async with start_hall(tmp_path) as hall:
        delivery = Delivery(hall.db, {"memory": Slow()})
        posts = [Post(channel="memory:quiz", tag=f"note:{number}", card=CARD) for number in range(100)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(delivery.send([one], None, now=hall.clock.now()) for one in posts))


async def test_one_card_in_trouble_keeps_no_other_waiting(hall: Hall):
    """When an edit that waited, or a message to a member, fails in a way that nobody foresaw, the others are made all the same."""
    delivery, now = hall.app._delivery, hall.clock.now()
    await hall.types("you", "/quiz mid")
    await hall.types("you", "/quiz senior")
    hall.platform.edit_pause = timedelta(seconds=2)
    for round_id in (1, 2):
        for name in ("maya", "bo"):
            await hall.answers(name, HALF, round_id)
    hall.platform.failing["edit"] = [KeyError("a fault of ours")]
    hall.platform.failing["direct"] = [KeyError("a fault of ours")]
    card = Card(title="News")
    news = [
        News(member=f"memory:member:{name}", card=card, title="News", line="news", rest="") for name in ("maya", "bo")
    ]
    await delivery.send(news, None, now=now)
    before = len(hall.platform.edits)
    await delivery.flush(now=now + timedelta(seconds=3))
    assert len(hall.platform.edits) == before + 1
    assert hall.platform.direct_messages == [("memory:member:bo", card)]


async def test_a_database_that_fails_is_not_swallowed(hall: Hall):
    """What is everybody's trouble is raised, so that it is said once and not every second."""
    await hall.types("you", "/quiz mid")

    hall.platform.edit_pause = timedelta(seconds=2)
    for name in ("maya", "bo"):
        await hall.answers(name, HALF)
    hall.platform.failing["edit"] = [StoreError("The disk is full.")]
    with pytest.raises(StoreError):
        await hall.app._delivery.flush(now=hall.clock.now() + timedelta(seconds=3))


# ------------------------------------------------------------- what is gone


async def sent(hall: Hall, effects: list[Any]) -> None:
    """Carry out effects."""
    await hall.app._delivery.send(effects, None, now=hall.clock.now())


async def test_what_cannot_be_shown_for_its_place_is_gone_is_no_failure(hall: Hall):
    """A channel that is gone as an answer is told is neither a bug nor a trace: it is saved, said once more with the reason, and a quiet line."""
    await hall.types("maya", "/quiz mid")
    hall.platform.failing["reply"] = [ChannelGone("The channel is archived.")]
    with capture_logs() as logs:
        outcome = await hall.presses("bo", "submit:1", text=HALF)
    assert outcome == o.Failure(incident="", saved=True, detail="The channel is archived.")
    assert hall.told("bo") == "I could not show it here\nIt is saved. The channel is archived."
    assert [one["event"] for one in logs if one["log_level"] in {"warning", "error"}] == ["not_shown"]
    hall.platform.failing["post"] = [ChannelGone("The channel is archived.")]
    await hall.types("bo", "/live 1")
    assert "The channel is archived." in hall.told("bo")


async def test_a_reveal_that_cannot_be_shown_is_told_to_who_asked(hall: Hall):
    """Where the answer can stand neither in its thread nor in its channel, who pressed reads why, and who asked the answer, once."""
    await hall.types("maya", "/quiz mid")
    hall.platform.failing["post"] = [ChannelGone("The channel is archived.")] * 2
    await hall.types("you", "/reveal")
    assert hall.told("you") == "I cannot show the answer here\nThe channel is archived."
    ((who, card),) = hall.platform.direct_messages
    assert who == "memory:member:maya"
    assert FULL in text_of(card)
    assert "I could not show this answer in #" in text_of(card)
    await hall.later(days=2)
    assert len(hall.platform.direct_messages) == 1
    assert hall.tags() == ["question:1"]


async def test_a_card_that_was_deleted(hall: Hall):
    """A deleted card is not tried again and not logged as lost; what somebody needs is posted anew, once."""
    await sent(hall, [Post(tag="a", card=CARD, channel="memory:channel:hall")])
    again = Post(tag="a", card=CARD, channel="memory:channel:hall", must=False)
    hall.platform.failing["edit"] = [MessageGone("The message is deleted.")] * 2
    with capture_logs() as logs:
        await sent(hall, [Edit(tag="a", draw=lambda: CARD, must=True)])
        assert hall.tags() == ["a"]
        await sent(hall, [Edit(tag="a", draw=lambda: CARD, anew=again)])
        assert hall.tags() == ["a", "a"]
        await sent(hall, [again, Edit(tag="a", draw=lambda: CARD)])
    assert hall.tags() == ["a", "a"]
    assert hall.platform.edits[-1][0] == "memory:message:2"
    assert [one["log_level"] for one in logs] == ["info", "info"]


async def test_a_message_that_was_deleted_takes_no_sign(hall: Hall):
    """An answer that is deleted before it has its sign counts, and nothing is logged as lost."""
    await hall.types("maya", "/quiz mid")
    hall.platform.failing["react"] = [MessageGone("The message is deleted.")]
    with capture_logs() as logs:
        await hall.replies("bo", HALF, message="memory:said:1")
    assert [one["event"] for one in logs if one["log_level"] != "debug"] == ["message_deleted"]
    assert len(await hall.rows(attempt)) == 1
