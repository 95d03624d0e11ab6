"""A question stands in its channel before the bot has noted where: who replies in that moment is graded as soon as it has."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.errors import StoreError
from bot.store.inbox import StoredInbox
from bot.store.schema import attempt, inbox
from tests.adapters.slack.test_requests import event
from tests.doubles.fakes import FULL, HALF
from tests.doubles.loopback import Hold
from tests.doubles.slack.hall import SlackHall, sharing, slack_hall
from tests.doubles.slack.messages import Message


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    async with slack_hall(tmp_path) as running:
        yield running


@asynccontextmanager
async def standing(hall: SlackHall) -> AsyncIterator[tuple[Message, Hold]]:
    """Give a question's card that everybody sees, and the answer to the call that posted it, which is on its way."""
    posting = hall.slack.faults.hold(f"chat.postMessage {hall.quiz.id}", accepted=True)
    await hall.ada.slash(hall.quiz, "mid")
    await posting.arrived()
    (card,) = hall.quiz.by_bot()
    try:
        yield card, posting
    finally:
        posting.release()


def waiting(hall: SlackHall) -> int:
    """Return how much waits until it is known whether it is an answer."""
    return len(hall.connection.ears._unsettled)


async def test_a_reply_before_the_note(hall: SlackHall):
    """Replies are kept nowhere until their question is known, and then graded: also one that mentions the bot, which is no command."""
    async with standing(hall) as (card, posting):
        plain = hall.maya.say(hall.quiz, HALF, thread=card)
        named = hall.maya.say(hall.quiz, f"{hall.slack.team.bot.mention} {FULL}", thread=card)
        for said in (plain, named):
            await said.heard()
        await hall.until(lambda: waiting(hall) == 3)
        kept = str(await hall.rows(inbox))
        assert all(said.text not in kept for said in (plain, named))
        posting.release()
        await hall.until(lambda: plain.reactions and named.reactions)
    await hall.quiet()
    assert (len(await hall.rows(attempt)), len(hall.maya.private), waiting(hall)) == (2, 2, 0)


async def test_talk_meanwhile(hall: SlackHall):
    """A thread that was there before waits for nothing; what is said in a new one of the members' own is never written down."""
    old = hall.ada.say(hall.quiz, "Lunch?")
    hall.slack.later(minutes=5)
    hall.quiz.messages.pop(old.ts)
    old.ts = f"{float(old.ts) - 600:.6f}"
    hall.quiz.messages[old.ts] = old
    async with standing(hall) as (_, posting):
        await hall.maya.say(hall.quiz, "At noon", thread=old).heard()
        assert waiting(hall) == 0
        await hall.maya.say(hall.quiz, "Or later", thread=hall.ada.say(hall.quiz, "Who comes?")).heard()
        assert waiting(hall) == 1
        posting.release()
        await hall.until(lambda: not waiting(hall))
    await hall.quiet()
    assert [row.id.split(":")[1] for row in await hall.rows(inbox)] == ["trigger"]
    strange = {"type": "message", "channel": hall.quiz.id, "user": hall.maya.id, "text": "x", "ts": "1.2"}
    assert (await hall.send(event(hall, **strange, thread_ts="no-instant"))).status == 200


async def test_the_end_of_the_post_was_not_heard_of(hall: SlackHall):
    """The post is looked for when it is tried again, and the reply that waited meanwhile is graded then."""
    async with standing(hall) as (card, posting):
        said = hall.maya.say(hall.quiz, HALF, thread=card)
        await said.heard()
        posting.lose()
        await hall.quiet()
        assert waiting(hall) == 1
        await hall.later(minutes=2)
        await hall.until(lambda: said.reactions)
    assert hall.quiz.by_bot() == [card]


async def test_who_ends_meanwhile(hall: SlackHall):
    """A reply that waited as the bot ended is read from its thread by the next."""
    async with standing(hall) as (card, posting):
        said = hall.maya.say(hall.quiz, HALF, thread=card)
        await said.heard()
        posting.lose()
        await hall.restart()
        await hall.later(minutes=2)
        await hall.connection.past.catch_up()
        await hall.until(lambda: said.reactions)
    assert hall.quiz.by_bot() == [card]


async def test_a_database_that_is_away_meanwhile(hall: SlackHall):
    """What cannot be written down once its question is known is tried again."""

    class Full(StoredInbox):
        tried = 0

        async def take(self, delivery: str, body: Any) -> bool:
            self.tried += 1
            if self.tried == 1:
                raise StoreError("The disk is full.")
            return await super().take(delivery, body)

    async with standing(hall) as (card, posting):
        said = hall.maya.say(hall.quiz, HALF, thread=card)
        await said.heard()
        hall.connection.ears._inbox = Full(hall.db, hall.clock)
        with structlog.testing.capture_logs() as logs:
            posting.release()
            await hall.until(lambda: said.reactions)
    assert [one["event"] for one in logs if one["log_level"] == "warning"] == ["delivery_waits"]


async def test_one_that_stays_unknown(hall: SlackHall, monkeypatch: pytest.MonkeyPatch):
    """A reply waits for two hours at the most."""
    waits: Sequence[float] = (0.0, 0.0)
    monkeypatch.setattr("adapters.slack.inbound.NOT_YET_KNOWN", waits)
    async with standing(hall) as (card, _):
        said = hall.maya.say(hall.quiz, HALF, thread=card)
        await said.heard()
        await hall.until(lambda: not waiting(hall))
    await hall.quiet()
    assert not said.reactions


async def test_in_a_channel_that_workspaces_share(tmp_path: Path):
    """The question may be another workspace's than the one that Slack names."""
    async with slack_hall(tmp_path, way="oauth") as several:
        zoe = await sharing(several)
        async with standing(several) as (card, posting):
            said = zoe.say(several.quiz, HALF, thread=card)
            await said.heard()
            await several.until(lambda: waiting(several))
            posting.release()
            await several.until(lambda: said.reactions)
        await several.quiet()
        assert len(await several.rows(attempt)) == 1
