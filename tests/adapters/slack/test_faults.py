"""Slack when it refuses, makes one wait, breaks or falls silent: what the bot says, and that nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from slack_sdk.errors import SlackApiError

from adapters.services.metrics import PrometheusMeter
from adapters.slack import doctor
from adapters.slack.commands import NAME
from adapters.slack.errors import translated
from adapters.slack.hearing import Hearing
from adapters.slack.past import ON_THE_WAY
from adapters.slack.turns import Pacer
from bot.cards import Card, File, Form, Sign, Text
from bot.clock import MovableClock
from bot.errors import ChannelGone, SettingsError, Unreachable
from bot.ports import Context
from bot.settings import Settings
from tests.doubles.fakes import FULL, HALF, MONDAY
from tests.doubles.slack.hall import KEY, SlackHall, slack_hall

CARD = Card(title="A title", blocks=(Text("Words"),))
FORM = Form(title="T", prompt="P", submit="submit:1", max_length=10)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    async with slack_hall(tmp_path) as running:
        yield running


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[SlackHall]:
    async with slack_hall(tmp_path, connected=False) as running:
        yield running


def context(hall: SlackHall, **more: Any) -> Context:
    team, member = f"slack:{hall.slack.team.id}", hall.member_ref(hall.maya)
    return Context(team=team, channel=hall.ref(hall.quiz), member=member, name="maya", event="slack:e", **more)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("invalid_auth", Unreachable, "invalid_auth"), ("token_revoked", Unreachable, "token_revoked"),
        ("account_inactive", Unreachable, "account_inactive"), ("internal_error", Unreachable, "internal_error"),
        ("channel_not_found", ChannelGone, "/invite @Studyhall"), ("not_in_channel", ChannelGone, "/invite @Studyhall"),
        ("is_archived", ChannelGone, "Unarchive it"), ("restricted_action", ChannelGone, "Posting permissions"),
        ("restricted_action_read_only_channel", ChannelGone, "Posting permissions"), ("odd_error", ChannelGone, "(odd_error)"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(code: str, kind: type[Exception], words: str):
    """Each of Slack's errors is ours, with a sentence that says what to do about it."""
    error = translated(SlackApiError("x", {"ok": False, "error": code}))  # type: ignore[no-untyped-call]
    assert type(error) is kind
    assert words in str(error)


async def test_a_missing_scope_is_named(offline: SlackHall):
    """The sentence names the scope that is missing."""
    offline.slack.tokens[offline.slack.token].scopes -= {"reactions:write"}
    said = offline.maya.say(offline.quiz, "x")
    with pytest.raises(ChannelGone, match="I lack the scope reactions:write"):
        await offline.platform.react(context(offline, message=f"{offline.ref(offline.quiz)}:{said.ts}"), Sign.SAVED)


async def test_a_sign_that_is_there_is_fine(offline: SlackHall):
    """Putting the same sign twice is no error."""
    said = offline.maya.say(offline.quiz, "x")
    asked = context(offline, message=f"{offline.ref(offline.quiz)}:{said.ts}")
    for sign in (Sign.SAVED, Sign.SAVED, Sign.NOT_SAVED):
        await offline.platform.react(asked, sign)
    assert sorted(said.reactions) == ["memo", "warning"]


async def test_told_to_wait_it_waits(offline: SlackHall):
    """After a 429 the method is left alone in that workspace until the time is over, and then the post is made once."""
    offline.slack.faults.limit("chat.postMessage", retry_after=1)
    place = offline.ref(offline.quiz)
    await asyncio.gather(*(offline.platform.post(place, CARD, tag=f"t:{n}") for n in range(3)))
    refused = [call for call in offline.slack.requests("chat.postMessage") if call.status == 429]
    made = [call for call in offline.slack.requests("chat.postMessage") if call.status == 200]
    assert len(made) == len(offline.quiz.by_bot()) == 3
    assert min(call.at for call in made) - refused[0].at >= 1
    assert len(refused) <= 3


@pytest.mark.parametrize("method", ["chat.postEphemeral", "chat.postMessage"])
async def test_one_broken_answer_loses_no_grade(hall: SlackHall, method: str):
    """A 503 on the message that tells a member their grade, in a channel or directly, is tried again and never mentioned."""
    card = await hall.asked()
    if method == "chat.postMessage":
        hall.slack.faults.answer("chat.postEphemeral", {"ok": False, "error": "user_not_in_channel"})
    hall.slack.faults.fail(f"{method}*", status=503)
    hall.maya.say(hall.quiz, HALF, thread=card)
    await hall.until(lambda: [*hall.maya.private, *hall.maya.direct.by_bot()])
    await hall.quiet()
    assert [one.title for one in (*hall.maya.private, *hall.maya.direct.by_bot())] == ["🟡 Partly there: 50 of 100"]


async def test_a_question_that_slack_kept_waiting_is_on_its_way(hall: SlackHall):
    """A 503 on the card of a question is no failure: its asker reads that it comes, and it does, once."""
    hall.slack.faults.fail("chat.postMessage", status=503)
    await hall.ada.slash(hall.quiz, "mid")
    await hall.quiet()
    await hall.jobs.tick()
    assert [one.title for one in hall.ada.private] == ["🟡 It is on its way"]
    assert len(hall.quiz.by_bot()) == 1


@pytest.mark.parametrize("accepted", [True, False])
async def test_one_broken_answer_loses_no_form(hall: SlackHall, *, accepted: bool):
    """A 503 on a form is tried again while Slack waits for it, also where the form was there already."""
    card = await hall.asked()
    hall.slack.faults.fail("views.open", status=503, accepted=accepted)
    await (await hall.maya.click(card, "Answer")).modal()
    await hall.quiet()
    assert hall.maya.private == []


async def test_a_form_that_comes_too_late_says_so(hall: SlackHall):
    """When the trigger ran out nothing was saved, and the member is asked to try once more."""
    card = await hall.asked()
    hall.slack.faults.answer("views.open", {"ok": False, "error": "expired_trigger_id"})
    await hall.maya.click(card, "Answer")
    await hall.until(lambda: hall.maya.private)
    assert (
        "Nothing was saved. Slack does not wait for this form any more. Press the button again."
        in hall.maya.private[0].words
    )


async def test_a_form_that_a_restart_swallowed_says_so(hall: SlackHall):
    """Who pressed Answer as the bot ended waits for a form that cannot come: they read that nothing was saved, and how to go on."""
    card = await hall.asked()
    pressed = await hall.maya.click(card, "Answer")
    await pressed.modal()
    await hall.platform.inbox.take("slack:trigger:left", {**pressed.delivery.payload, "trigger_id": "left"})
    hall.slack.later(seconds=1)
    await hall.restart()
    await hall.until(lambda: hall.maya.private)
    assert "nothing was saved. Press the button again" in hall.maya.private[0].words
    assert len(hall.slack.requests("views.open")) == 1


async def test_a_sign_that_waits_does_not_delay_the_grade(hall: SlackHall):
    """While Slack asks for patience with signs the grade is shown, and the sign follows."""
    card = await hall.asked()
    hall.slack.faults.limit("reactions.add", retry_after=1)
    again = hall.slack.faults.hold("reactions.add")
    said = hall.maya.say(hall.quiz, HALF, thread=card)
    await hall.until(lambda: hall.maya.private)
    assert said.reactions == {}
    again.release()
    await hall.quiet()
    assert said.reactions == {"memo": [hall.slack.team.bot.id]}


async def test_a_long_wait_is_left_to_the_core():
    """Told to wait for longer than a minute, a call is given up at once, and the core tries again itself."""
    pacer = Pacer()
    pacer.hold("T:chat.postMessage", 90)
    with pytest.raises(Unreachable, match="asks me to wait for 90 seconds"):
        await pacer.turn("T:chat.postMessage")
    await pacer.turn("T:chat.update")


async def test_posts_in_a_channel_are_spaced():
    """Turns under one key come not sooner than the pause; other keys do not wait."""
    pacer, loop = Pacer(), asyncio.get_running_loop()
    start = loop.time()
    await asyncio.gather(*(pacer.turn("C1", pause=0.05) for _ in range(4)), pacer.turn("C2", pause=5))
    assert 0.15 <= loop.time() - start < 5


async def test_posts_of_the_bot_are_spaced(tmp_path: Path):
    """What everybody in a channel sees is posted with a pause between."""
    async with slack_hall(tmp_path, connected=False, pause=0.2) as hall:
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(hall.platform.post(hall.ref(hall.quiz), CARD, tag=f"t:{n}") for n in range(4)))
        made = hall.slack.requests("chat.postMessage")
    assert [call.at - began >= 0.2 * n for n, call in enumerate(made)] == [True] * 4


async def test_nobody_else_waits_for_that_pause(tmp_path: Path):
    """While a post waits for the one before it in its channel, what is said in private and in another channel is there at once."""
    async with slack_hall(tmp_path, connected=False, pause=30.0) as hall:
        other = hall.slack.team.create_channel("other")
        await hall.platform.post(hall.ref(hall.quiz), CARD, tag="t:1")
        waits = asyncio.create_task(hall.platform.post(hall.ref(hall.quiz), CARD, tag="t:2"))
        replies = [hall.platform.reply(context(hall), CARD) for _ in range(4)]
        async with asyncio.timeout(25):
            await asyncio.gather(*replies, hall.platform.post(hall.ref(other), CARD, tag="t:9"))
        assert len(hall.slack.requests("chat.postEphemeral")) == 4
        assert [len(place.by_bot()) for place in (hall.quiz, other)] == [1, 1]
        waits.cancel()


async def test_a_post_is_not_tried_again_blindly(offline: SlackHall):
    """A 5xx after the post was accepted is Unreachable, and the ledger finds the message by its tag."""
    offline.slack.faults.fail("chat.postMessage", status=503, accepted=True)
    place = offline.ref(offline.quiz)
    with pytest.raises(Unreachable):
        await offline.platform.post(place, CARD, tag="question:9")
    assert len(offline.slack.requests("chat.postMessage")) == 1
    found = await offline.platform.find(place, "question:9", since=MONDAY)
    assert found == f"{place}:{offline.quiz.by_bot()[0].ts}"


async def test_what_may_be_repeated_is(offline: SlackHall):
    """Reading and editing are tried again after a 5xx and a cut connection, and then given up."""
    offline.slack.faults.fail("users.info", status=500)
    assert (await offline.platform.web.person(offline.slack.team.id, offline.maya.id)).name == "Maya"
    await offline.slack.stop()
    with pytest.raises(Unreachable, match="Slack cannot be reached"):
        await offline.platform.web.direct_channel(offline.slack.team.id, offline.maya.id)
    await offline.slack.start()


async def test_a_stranger_is_called_by_their_id(offline: SlackHall):
    """Somebody whom Slack does not describe can take part, under their id, and runs nothing."""
    person = await offline.platform.web.person(offline.slack.team.id, "U404")
    assert (person.name, person.organiser) == ("U404", False)
    assert await offline.platform.web.channel_name(offline.slack.team.id, "C404") == ""


async def test_others_cannot_forge_a_post(offline: SlackHall):
    """A message with the right tag that is not the bot's own is not taken for it."""
    place = offline.ref(offline.quiz)
    forged = offline.maya.say(offline.quiz, "mine")
    forged.metadata = {"event_type": "studyhall_post", "event_payload": {"tag": "question:1"}}
    assert await offline.platform.find(place, "question:1", since=MONDAY) is None


async def test_no_form_without_somebody_waiting(offline: SlackHall):
    """A form can only be shown to who has just pressed something."""
    with pytest.raises(Unreachable, match="Press the button again"):
        await offline.platform.ask(context(offline), FORM)


async def test_the_channel_is_gone(hall: SlackHall):
    """Where the bot was removed, whoever asks is told how to invite it; a schedule is paused and its organiser told once."""
    await hall.ada.slash(hall.quiz, "schedule set 09:00 mon-fri")
    await hall.quiet()
    await hall.jobs.tick()
    hall.ada.remove_bot(hall.quiz)
    await hall.later(hours=1, minutes=1)
    await hall.later(seconds=30)
    told = [one.words for one in hall.ada.direct.by_bot()]
    assert len(told) == 1
    assert "Invite me there with /invite @Studyhall." in told[0]
    assert "/quiz schedule resume" in told[0]
    asked = await hall.maya.slash(hall.quiz, "mid")
    await hall.until(lambda: asked.private)
    assert "/invite @Studyhall" in asked.private[0].words


@pytest.mark.parametrize(
    ("refusal", "words"),
    [("is_archived", "Unarchive it, or use another one."), ("restricted_action", "Posting permissions")],
)
async def test_a_channel_that_takes_no_posts(hall: SlackHall, refusal: str, words: str):
    """An archived or restricted channel pauses its schedule, and the organiser is told once, with what to do."""
    await hall.ada.slash(hall.quiz, "schedule set 09:00 mon-fri")
    await hall.quiet()
    await hall.jobs.tick()
    hall.quiz.refusal = refusal
    for step in ({"hours": 1, "minutes": 1}, {"seconds": 30}, {"days": 1}, {"days": 1}):
        await hall.later(**step)
    (told,) = hall.ada.direct.by_bot()
    assert words in told.words
    assert "The schedule is paused: mend it, then type /quiz schedule resume there." in told.words
    assert len(hall.slack.requests(f"chat.postMessage {hall.quiz.id}")) == 1
    listed = await hall.ada.slash(hall.ada.direct, "schedule list")
    assert "(paused: it is stuck)" in (await listed.answered()).words


async def test_a_card_is_edited_once_in_three_seconds(hall: SlackHall):
    """Of several answers at once one edit names the first, and three seconds later one more names them all."""
    hall.app.clock = clock = MovableClock()
    clock.move_to(MONDAY)
    people = [hall.slack.create_user(name) for name in ("bo", "kim", "ines")]
    card = await hall.asked()
    said = [who.say(hall.quiz, HALF, thread=card) for who in (hall.maya, *people)]
    await asyncio.gather(*(one.heard() for one in said))
    await hall.until(lambda: all(who.private for who in (hall.maya, *people)))
    await hall.quiet()
    await hall.jobs.tick()
    assert len(hall.slack.requests("chat.update")) == 1
    for seconds, edits in ((2, 1), (3, 2), (9, 2)):
        clock.move_to(MONDAY + timedelta(seconds=seconds))
        await hall.jobs.tick()
        assert len(hall.slack.requests("chat.update")) == edits
    assert all(name in card.words for name in ("Maya", "Bo", "Kim", "Ines"))


async def test_a_cut_socket_is_rebuilt(hall: SlackHall):
    """After a cut without a word the bot connects again, and what was said meanwhile is an attempt."""
    card = await hall.asked()
    hall.slack.socket.drop()
    hall.maya.say(hall.quiz, FULL, thread=card, deliver=False)
    await hall.slack.socket.connected(2)
    await hall.until(lambda: hall.maya.private)
    await hall.until(lambda: hall.platform.ready("slack:any"))
    assert hall.maya.private[0].title == "🟢 Correct: 100 of 100"


async def test_a_socket_that_is_told_to_end_is_replaced(hall: SlackHall):
    """When Slack asks the bot to connect anew it does, and goes on hearing."""
    card = await hall.asked()
    hall.slack.socket.refresh()
    await hall.slack.socket.connected(2)
    await hall.maya.say(hall.quiz, HALF, thread=card).heard()
    await hall.until(lambda: hall.maya.private)


async def test_a_deaf_socket_is_found_by_its_missing_echo(tmp_path: Path):
    """A socket that answers pings, but brings no event of what the bot posts, is rebuilt; the board still stands once."""
    async with slack_hall(tmp_path, echo=0.2) as hall:
        await hall.ada.slash(hall.quiz, "schedule set 09:00 mon-fri")
        await hall.quiet()
        await hall.jobs.tick()
        hall.slack.socket.deafen()
        await hall.later(hours=1, minutes=1)
        await hall.slack.socket.connected(2)
        await hall.until(lambda: hall.platform.ready("slack:any"))
        await hall.maya.slash(hall.quiz, "help")
    assert len(hall.quiz.by_bot()) == 1


async def test_a_deaf_socket_is_found_by_an_answer(tmp_path: Path):
    """Where Slack is quiet the threads of open rounds are read: an answer that was not delivered is one attempt, and the socket is rebuilt."""
    async with slack_hall(tmp_path, quiet=0.2) as hall:
        card = await hall.asked()
        hall.slack.socket.deafen()
        said = hall.maya.say(hall.quiz, HALF, thread=card)
        hall.clock.move_to(hall.clock.now() + ON_THE_WAY)
        await hall.slack.socket.connected(2)
        await hall.until(lambda: hall.platform.ready("slack:any"))
        hall.slack.retry()
        await said.heard()
        await hall.quiet()
        assert len(hall.maya.private) == 1
        assert said.reactions == {"memo": [hall.slack.team.bot.id]}


WORKED_OFF: Final[list[str]] = []


async def work_off() -> None:
    WORKED_OFF.append("once")


async def test_a_missing_echo_is_not_believed_for_ever():
    """An app that does not ask for the events of its own messages is not connected anew all the time."""
    news = iter((False, True))

    async def look_again() -> bool:
        return next(news)

    hearing = Hearing(look_again, work_off, echo=0.01, quiet=0.03)
    for reason in ("nothing came back of what I posted", "an answer in a thread was not delivered"):
        lost = asyncio.create_task(hearing.lost())
        await asyncio.sleep(0)
        hearing.spoke(asyncio.get_running_loop().time())
        assert await lost == reason


async def test_threads_are_read_however_much_comes():
    """Where Slack delivers all the time the threads are read too, though not as often."""

    async def look_again() -> bool:
        return True

    hearing = Hearing(look_again, work_off, echo=0.01, quiet=60, busy=0.05, left=0.02)
    assert await hearing.lost() == "an answer in a thread was not delivered"
    assert WORKED_OFF  # and what is left in the inbox is looked for more often


async def test_what_slack_does_is_counted(hall: SlackHall):
    """Each delivery's way to its acknowledgement is measured, and each time that Slack asks for patience counted."""
    meter = hall.app.meter = PrometheusMeter([NAME])
    hall.slack.faults.limit("chat.postMessage", retry_after=1)
    await hall.asked()
    value = meter.registry.get_sample_value
    assert value("studyhall_rate_limited_total", {"platform": NAME}) == 1
    assert value("studyhall_acknowledge_seconds_count", {"platform": NAME}) == 1


async def test_refused_tokens_end_the_start(tmp_path: Path):
    """A token that Slack refuses at the start is named, with where to get it; one that is revoked later is waited for."""
    for name, variable in (("bot_token", "STUDYHALL_SLACK_BOT_TOKEN"), ("app_token", "STUDYHALL_SLACK_APP_TOKEN")):
        wrong: dict[str, Any] = {name: "xoxb-wrong"}
        async with slack_hall(tmp_path, connected=False, **wrong) as hall:
            with pytest.raises(SettingsError, match=variable):
                await hall.platform.run(hall.app)


async def test_a_slack_that_is_away_at_the_start_is_waited_for(tmp_path: Path):
    """When Slack cannot be reached at the start, the bot tries again, and comes up with it."""
    async with slack_hall(tmp_path, connected=False) as hall:
        await hall.slack.stop()
        hall.running = asyncio.create_task(hall.platform.run(hall.app))
        await asyncio.sleep(0)
        await hall.slack.start()
        await hall.until(lambda: hall.platform.ready("slack:any"))


async def test_a_grade_reaches_who_left_the_channel(hall: SlackHall):
    """Whoever answers and then leaves gets their grade directly, and so does who reads along without having joined."""
    card = await hall.asked()
    said = hall.maya.say(hall.quiz, HALF, thread=card, deliver=False)
    hall.quiz.members.discard(hall.maya.id)
    hall.slack.deliver(said)
    (told,) = await hall.until(hall.maya.direct.by_bot)
    await hall.quiet()
    assert told.title == "🟡 Partly there: 50 of 100"
    assert list(said.reactions) == ["memo"]


async def test_files_of_who_left_the_channel_come_once(offline: SlackHall):
    """What is handed over beside an answer comes once, in the same place."""
    offline.quiz.members.discard(offline.maya.id)
    await offline.platform.reply(context(offline), Card(title="Data", blocks=(File("d.json", "{}", "All of it."),)))
    assert [file["name"] for said in offline.maya.direct.history() for file in said.files] == ["d.json"]
    assert "Data" in offline.maya.direct.by_bot()[0].words


async def test_a_file_that_slack_does_not_take(offline: SlackHall):
    """What Slack refuses of a file is not tried again, and what it may take later is, twice."""
    handed = Card(title="Data", blocks=(File("d.json", "{}", "All of it."),))
    for status, kind, tries in ((400, ChannelGone, 1), (503, Unreachable, 3)):
        before = len(offline.slack.requests("upload"))
        offline.slack.faults.fail("upload", status=status, times=tries)
        with pytest.raises(kind, match="Slack does not take the file"):
            await offline.platform.reply(context(offline), handed)
        assert len(offline.slack.requests("upload")) == before + tries
    assert not [one for one in offline.maya.direct.history() if one.files]


async def test_whoever_cannot_be_told_at_all(offline: SlackHall):
    """Where neither the channel nor the direct messages take an answer, it is ChannelGone."""
    offline.quiz.members.discard(offline.maya.id)
    offline.maya.direct.refusal = "restricted_action"
    with pytest.raises(ChannelGone, match="Posting permissions"):
        await offline.platform.reply(context(offline), CARD)


def loaded(hall: SlackHall, **changes: Any) -> Settings:
    given = {"slack_bot_token": hall.slack.token, "slack_app_token": hall.slack.app_token, "slack_api": hall.slack.api}
    return Settings(**{**given, **changes})


async def words(settings: Settings) -> list[str]:
    return [str(finding) for finding in await doctor.examine(settings)]


async def test_doctor_finds_all_well(offline: SlackHall):
    """With everything in place the doctor says whose the token is, and where the bot is a member."""
    assert await words(loaded(offline)) == [
        "ok   Slack: the token is studyhall's in Study", "ok   Slack: all scopes are granted", "ok   Slack: is in #quiz",
        "ok   Slack: the socket's token is taken",
    ]  # fmt: skip


async def test_doctor_names_what_is_lacking(offline: SlackHall):
    """Missing scopes, a refused token, no channel and an unreachable Slack are named with what to do."""
    offline.ada.remove_bot(offline.quiz)
    assert "BAD  Slack: is in no channel yet; type /invite @Studyhall in one" in await words(loaded(offline))
    offline.slack.tokens[offline.slack.token].scopes -= {"users:read", "files:write"}
    lacking = "BAD  Slack: scopes are missing: files:write, users:read; add them under OAuth & Permissions, and install the app again"
    assert lacking in await words(loaded(offline))
    (refused,) = await words(loaded(offline, slack_bot_token="xoxb-wrong"))
    assert refused.startswith("BAD  Slack: STUDYHALL_SLACK_BOT_TOKEN (invalid_auth): Slack refuses it. Copy the token")
    swapped = (await words(loaded(offline, slack_app_token=offline.slack.token)))[-1]
    assert swapped.startswith("BAD  Slack: STUDYHALL_SLACK_APP_TOKEN (not_allowed_token_type): Slack refuses it.")
    offline.slack.faults.fail("auth.test", status=500)
    assert await words(loaded(offline)) == ["BAD  Slack: Slack does not answer (500)."]
    (away,) = await words(loaded(offline, slack_api="http://127.0.0.1:9/api/"))
    assert "check the network and STUDYHALL_SLACK_API" in away


async def test_doctor_of_the_apps_own_token(offline: SlackHall):
    """An app token without its scope is mended elsewhere than a bot token: where app tokens are made."""
    offline.slack.tokens[offline.slack.app_token].scopes = frozenset()
    lacking = "BAD  Slack: I lack the scope connections:write: under Basic Information, App-Level Tokens"
    assert (await words(loaded(offline)))[-1].startswith(lacking)


async def test_doctor_of_http(offline: SlackHall):
    """Over HTTP the doctor says where requests are taken, and for several workspaces where they install the bot."""
    http = {"slack_app_token": None, "slack_signing_secret": "s"}
    assert "Slack's requests are taken on 127.0.0.1:3000/slack/events" in (await words(loaded(offline, **http)))[-1]
    several = {"slack_bot_token": None, "slack_client_id": "1", "slack_client_secret": "s", "slack_encryption_key": KEY}
    assert "workspaces install the bot at /slack/install" in (await words(loaded(offline, **http, **several)))[-1]
    assert await doctor.examine(Settings()) == []
