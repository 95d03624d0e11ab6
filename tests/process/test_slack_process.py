"""The whole bot as a process on the loopback Slack: connections that break, posts that fail, and a process that dies."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from adapters.slack.commands import manifest
from tests.doubles.fakes import FULL, HALF
from tests.doubles.process import EXIT_WITHIN, answers, bot, doctor, write_bank
from tests.doubles.slack.messages import Channel, Message
from tests.doubles.slack.process import Study, signs, start_at, study, told
from tests.doubles.slack.server import SlackServer

PARTLY: Final = "🟡 Partly there: 50 of 100"
CORRECT: Final = "🟢 Correct: 100 of 100"
EVENING: Final = "2035-11-18T18:00:00+01:00"  # a Sunday
MONDAY: Final = "2035-11-19T09:00:01+01:00"
TUESDAY: Final = "2035-11-20T09:00:01+01:00"
DAILY: Final = "schedule set 09:00 Europe/Berlin mon-fri"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Give a Slack on the loopback, with the app as its manifest says."""
    async with SlackServer(manifest=manifest()) as running:
        yield running


@pytest.fixture
def at(slack: SlackServer, tmp_path: Path) -> Study:
    """Give a workspace on it, and write the bank that the bot reads."""
    write_bank(tmp_path)
    return study(slack)


def all_signed(said: list[Message]) -> bool:
    """Whether each message has a sign."""
    return all(signs(one) for one in said)


async def test_a_broken_connection_loses_and_doubles_nothing(slack: SlackServer, at: Study, tmp_path: Path):
    """Cut, closed, told to reconnect or warned: what is said meanwhile, and comes four times, is one attempt told once."""
    socket = slack.socket
    levers: tuple[Callable[[], None], ...] = (socket.drop, socket.close, socket.refresh, socket.warn)
    async with bot(slack, tmp_path) as first:
        await socket.connected()
        card = await at.ask(first, at.quiz)
        said: list[Message] = []
        for number, (lever, member) in enumerate(zip(levers, (at.maya, at.bo) * 2, strict=True), start=2):
            lever()
            said.append(member.say(at.quiz, f"{HALF} Said during break {number - 1}.", thread=card))
            if lever == socket.warn:
                socket.close()
            await socket.connected(number)
            await first.until(partial(all_signed, said))
        slack.deliver(*said, *reversed(said), times=2)
        assert await first.stop() == 0
    async with bot(slack, tmp_path) as second:
        await second.ready()
        slack.retry()
        slack.deliver(*reversed(said), *said, times=2)
        said.append(at.bo.say(at.quiz, HALF, thread=card))
        await second.until(partial(all_signed, said))
        assert await second.stop() == 0
    assert len(answers(tmp_path)) == 5
    assert [signs(one) for one in said] == [["memo"]] * 5
    assert [told(member) for member in (at.maya, at.bo)] == [[PARTLY] * 2, [PARTLY] * 3]


async def test_a_connection_that_fell_silent_is_replaced(slack: SlackServer, at: Study, tmp_path: Path):
    """Half open, with nothing coming through and no word of it: given up within half a minute, and nothing is lost."""
    async with bot(slack, tmp_path) as process:
        await slack.socket.connected()
        card = await at.ask(process, at.quiz)
        slack.outbox.acknowledge_within = 3.0  # for what does not come, as Slack does
        slack.socket.freeze()
        said = at.maya.say(at.quiz, FULL, thread=card)
        await slack.socket.connected(2)
        await process.until(lambda: at.maya.private)
        slack.retry()
        await said.heard()
        assert await process.stop() == 0
    assert (answers(tmp_path), signs(said), told(at.maya)) == ([FULL], ["memo"], [CORRECT])


async def test_a_post_that_fails_is_posted_once(slack: SlackServer, at: Study, tmp_path: Path):
    """Told to wait, answered with 502 or cut off, before or after it was accepted: one card, which is brought up to date."""
    places = {name: at.channel(name) for name in ("limited", "broken", "answerless", "cut", "cut-after")}

    def break_(method: str) -> None:
        route = {name: f"{method} {place.id}" for name, place in places.items()}
        slack.faults.limit(route["limited"], retry_after=1)
        slack.faults.fail(route["broken"], status=502)
        slack.faults.fail(route["answerless"], status=502, accepted=True)
        slack.faults.drop(route["cut"])
        slack.faults.drop(route["cut-after"], accepted=True)

    async with bot(slack, tmp_path) as process:
        await process.ready()
        break_("chat.postMessage")
        shown = await asyncio.gather(*(at.ask(process, place) for place in places.values()))
        break_("chat.update")
        for card in shown:
            assert await at.grade(at.maya, card, HALF) == PARTLY
        await process.until(lambda: all("*Answered*\nMaya" in card.words for card in shown))
        assert await process.stop() == 0
    assert [len(place.by_bot()) for place in places.values()] == [1] * 5
    for method in ("chat.postMessage", "chat.update"):
        refused = [call for call in slack.requests(method) if call.status == 429]
        (mine,) = (call for call in refused if call.channel == places["limited"].id)
        later = [call.at for call in slack.requests(method) if call.at > mine.at and call not in refused]
        assert min(later) - mine.at >= 1
    assert len(answers(tmp_path)) == 5


async def test_a_bot_that_was_killed_goes_on_where_it_was(slack: SlackServer, at: Study, tmp_path: Path):
    """Killed before a post, after it, in the middle of a reveal or of an edit: once restarted, each stands there once."""
    before, after, reveal, edit = (at.channel(name) for name in ("before", "after", "reveal", "edit"))
    async with bot(slack, tmp_path) as first:
        await slack.socket.connected()
        to_reveal, to_close = [await at.ask(first, place) for place in (reveal, edit)]
        holds = [
            slack.faults.hold(f"chat.postMessage {before.id}"),
            slack.faults.hold(f"chat.postMessage {after.id}", accepted=True),
            slack.faults.hold(f"chat.postMessage {reveal.id}", accepted=True),
            slack.faults.hold(f"chat.update {edit.id}"),
        ]
        for place in (before, after):
            await at.maya.slash(place)
        for card in (to_reveal, to_close):
            await at.reveal(at.ada, card)
        await asyncio.gather(*(held.arrived() for held in holds))
        await first.kill()
    async with bot(slack, tmp_path) as second:
        await second.until(lambda: before.by_bot() and after.by_bot())
        await second.until(lambda: all("Closed" in card.words for card in (to_reveal, to_close)))
        assert await second.stop() == 0
    assert [len(place.by_bot()) for place in (before, after, reveal, edit)] == [1] * 4
    shown = [[reply.title.partition(" · ")[0] for reply in card.replies] for card in (to_reveal, to_close)]
    assert shown == [["🟢 The answer"], ["🟢 The answer"]]


async def test_an_answer_survives_a_bot_that_was_killed(slack: SlackServer, at: Study, tmp_path: Path):
    """Killed while it acknowledges, after that, or before it answers: each answer is kept once, and its author told."""
    ines, kim = (slack.create_user(name) for name in ("ines", "kim"))
    all_told = {"Hint 1 of 2", PARTLY, CORRECT}  # once more, where the end came between telling and noting it
    places = [at.channel(name) for name in ("untold", "unread", "unheard", "form")]
    async with bot(slack, tmp_path) as first:
        await slack.socket.connected()
        untold, unread, unheard, form = [await at.ask(first, place) for place in places]
        await (await at.maya.click(form, "Answer")).modal()
        holds = [slack.faults.hold(route) for route in ("chat.postEphemeral", "actions", "users.info", "users.info")]
        said = [at.maya.say(untold.channel, HALF, thread=untold)]
        await at.maya.click(form, "Hint (−20 %)")
        await asyncio.gather(*(held.arrived() for held in holds[:2]))
        said.append(ines.say(unread.channel, HALF, thread=unread))
        await said[1].heard()
        await at.maya.submit({"text": FULL})
        slack.socket.losing = True
        said.append(kim.say(unheard.channel, HALF, thread=unheard))
        await asyncio.gather(*(held.arrived() for held in holds))
        await first.kill()
    slack.socket.losing = False
    async with bot(slack, tmp_path) as second:
        await second.ready()
        slack.retry()
        await second.until(lambda: ines.private and kim.private and set(told(at.maya)) == all_told)
        assert await second.stop() == 0
    assert sorted(answers(tmp_path)) == sorted([HALF, HALF, HALF, FULL])
    assert [signs(one) for one in said] == [["memo"]] * 3
    assert [told(member) for member in (ines, kim)] == [[PARTLY]] * 2


async def test_a_signal_lets_what_was_begun_be_finished(slack: SlackServer, at: Study, tmp_path: Path):
    """Told to end while a grade is on its way, the bot tells it, takes nothing new, and ends with status 0."""
    async with bot(slack, tmp_path) as process:
        await slack.socket.connected()
        card = await at.ask(process, at.quiz)
        held = slack.faults.hold("chat.postEphemeral")
        said = at.maya.say(at.quiz, FULL, thread=card)
        await held.arrived()
        process.terminate()
        await process.until(lambda: not slack.socket.live)
        late = at.bo.say(at.quiz, HALF, thread=card)
        held.release()
        assert await process.ended(within=EXIT_WITHIN) == 0
    assert (answers(tmp_path), signs(said), told(at.maya), signs(late)) == ([FULL], ["memo"], [CORRECT], [])


@pytest.mark.parametrize("name", ["BOT_TOKEN", "APP_TOKEN"])
async def test_a_refused_token_ends_the_bot_with_a_sentence(slack: SlackServer, at: Study, tmp_path: Path, name: str):
    """A token that Slack refuses: exit status 78 and what to do, no traceback, and no token anywhere."""
    wrong = "xapp-another-secret"
    async with bot(slack, tmp_path, **{f"SLACK_{name}": wrong}) as process:
        assert await process.ended() == 78
    what, todo = (line for line in process.log.splitlines() if not line.startswith("{"))
    assert what == "The settings cannot be used:"
    assert todo.startswith(f"  STUDYHALL_SLACK_{name}: Slack refuses it. Copy the token again from the app's settings")
    assert "Traceback" not in process.log
    assert not any(secret in process.log for secret in (wrong, slack.token, slack.app_token))


async def test_the_doctor_sees_what_is_wrong(slack: SlackServer, at: Study, tmp_path: Path, one_topic: Path):
    """The doctor names the workspace and the channels, and says of what is wrong how to mend it; never a token."""
    content = {"CONTENT_DIR": str(one_topic)}
    fine = await doctor(slack, tmp_path, **content)
    assert fine[0] == 0, fine[1]
    assert "ok   Slack: the token is studyhall's in Study\n" in fine[1]
    assert "ok   Slack: is in #quiz\nok   Slack: the socket's token is taken" in fine[1]
    slack.tokens[slack.token].scopes -= {"users:read"}
    slack.break_token("invalid_auth", slack.app_token)
    lacking = await doctor(slack, tmp_path, **content)
    assert lacking[0] == 1
    assert "BAD  Slack: scopes are missing: users:read; add them under OAuth & Permissions" in lacking[1]
    assert "STUDYHALL_SLACK_APP_TOKEN (invalid_auth): Slack refuses it. Copy the token again" in lacking[1]
    assert "Copy the token again from the app's settings at api.slack.com/apps." in lacking[1]
    printed = f"{fine}{lacking}"
    assert not any(unwanted in printed for unwanted in ("Traceback", slack.token, slack.app_token))


async def test_a_forbidden_channel_is_told_once(slack: SlackServer, at: Study, tmp_path: Path):
    """Where the bot is out or may not post, an organiser is told once and the schedule rests; other channels go on."""
    left, other = at.channel("left"), at.channel("other")
    async with bot(slack, tmp_path, **start_at(slack, EVENING)) as process:
        await slack.socket.connected()
        for place in (at.quiz, left, other):
            await (await at.ada.slash(place, DAILY)).answered()
        assert await process.stop() == 0
    at.ada.remove_bot(left)
    at.quiz.refusal = "restricted_action"
    for days, instant in enumerate((MONDAY, TUESDAY), start=1):
        async with bot(slack, tmp_path, **start_at(slack, instant)) as process:
            await process.until(partial(enough, other, days))
            await process.until(partial(enough, at.ada.direct, 1))
            listed = await (await at.ada.slash(at.quiz, "schedule list")).answered()
            assert await process.stop() == 0
        assert listed.words.count("(paused: it is stuck)") == 2
    (told,) = (message.words for message in at.ada.direct.by_bot())
    assert told.startswith("🟡 Daily questions that are stuck")
    assert "#quiz: The workspace does not let me post in this channel." in told
    assert "#left: I am not in the channel. Invite me there with /invite" in told
    assert [len(slack.requests(f"chat.postMessage {place.id}")) for place in (at.quiz, left, other)] == [1, 1, 2]


def enough(place: Channel, number: int) -> bool:
    """Whether the bot has said so much in a place."""
    return len(place.by_bot()) == number
