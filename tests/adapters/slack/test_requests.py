"""Recorded requests through Bolt: what each asks for, that it is acknowledged once it is on the disk, and never twice."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.slack.commands import EVENTS, METHODS, SCOPES, manifest, parts, plain, read, typed
from adapters.slack.requests import delivery_of, worth_handling
from bot.commands import COMMANDS, AskQuestion, Reach, ShowLeaderboard, ShowStats
from bot.errors import StoreError
from bot.question import Level
from bot.rules.periods import Term
from bot.rules.scoring import Period
from bot.store.inbox import StoredInbox
from bot.store.schema import attempt, inbox, round_
from tests.doubles.fakes import FULL, HALF, bank, otherwise
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.slack.messages import Message

BANK = bank()


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give a bot whose requests are put into Bolt by hand."""
    async with slack_hall(tmp_path, connected=False) as running:
        running.slack.socket.enabled = False
        yield running


def slash(hall: SlackHall, text: str, trigger: str = "1.2.abc") -> dict[str, Any]:
    return {
        "token": "gone", "team_id": hall.slack.team.id, "team_domain": "study", "channel_id": hall.quiz.id,
        "channel_name": "quiz", "user_id": hall.ada.id, "user_name": "ada", "command": "/quiz", "text": text,
        "api_app_id": "A1", "is_enterprise_install": "false", "response_url": f"{hall.slack.home}/nowhere", "trigger_id": trigger,
    }  # fmt: skip


def interaction(hall: SlackHall, kind: str, **more: Any) -> dict[str, Any]:
    user = {"id": hall.maya.id, "username": "maya", "name": "maya", "team_id": hall.slack.team.id}
    team = {"id": hall.slack.team.id, "domain": "study"}
    return {
        "type": kind,
        "user": user,
        "team": team,
        "api_app_id": "A1",
        "token": "gone",
        "trigger_id": "9.9.f",
        **more,
    }


def press(hall: SlackHall, card: Message, action: str, trigger: str = "9.9.f") -> dict[str, Any]:
    container = {"type": "message", "message_ts": card.ts, "channel_id": hall.quiz.id, "is_ephemeral": False}
    channel = {"id": hall.quiz.id, "name": "quiz"}
    actions = [{"type": "button", "action_id": action, "block_id": "b", "action_ts": "1.1"}]
    body = interaction(hall, "block_actions", container=container, channel=channel, actions=actions)
    return {**body, "trigger_id": trigger}


def form(hall: SlackHall, round_id: int, text: str, view: str = "V1") -> dict[str, Any]:
    state = {"values": {"answer": {"text": {"type": "plain_text_input", "value": text}}}}
    kept = json.dumps({"channel": hall.quiz.id, "thread": ""})
    shown = {
        "type": "modal",
        "id": view,
        "hash": "1.h",
        "callback_id": f"submit:{round_id}",
        "private_metadata": kept,
        "state": state,
    }
    return interaction(hall, "view_submission", view=shown)


def event(hall: SlackHall, event_id: str = "Ev1", **inner: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": hall.slack.team.id, "event_id": event_id, "event": inner}


def reply(hall: SlackHall, card: Message, text: str, ts: str = "1795400000.000100", **more: Any) -> dict[str, Any]:
    where = {"channel": hall.quiz.id, "channel_type": "channel", "thread_ts": card.ts, "ts": ts}
    return {"type": "message", "user": hall.maya.id, "text": text, **where, **more}


async def asked(hall: SlackHall) -> Message:
    await hall.send(slash(hall, "mid sky"))
    await hall.until(hall.quiz.by_bot)
    await hall.quiet()
    return hall.quiz.by_bot()[0]


async def attempts(hall: SlackHall) -> int:
    return len(await hall.rows(attempt))


async def test_a_command_is_acknowledged_on_the_disk(hall: SlackHall):
    """The acknowledgement is empty and comes when the request is written down; once handled, only its id is kept."""
    answer = await hall.send(slash(hall, "mid sky"))
    assert (answer.status, answer.body) == (200, "")
    (kept,) = await hall.rows(inbox)
    assert (kept.id, kept.done) == ("slack:trigger:1.2.abc", False)
    assert "token" not in kept.body
    await hall.quiet()
    (kept,) = await hall.rows(inbox)
    assert (kept.done, kept.body) == (True, None)
    assert len(hall.quiz.by_bot()) == 1


async def test_each_delivery_counts_once(hall: SlackHall):
    """The same request four times, at once, later and after a restart, is one attempt; so with every kind of request."""
    card = await asked(hall)
    once = [event(hall, **reply(hall, card, HALF)), form(hall, 1, FULL), press(hall, card, "hint:1")]
    await asyncio.gather(*(hall.send(body) for body in (*once, *once, *once)))
    await hall.quiet()
    await hall.stop()
    hall.put_together()
    hall.platform.connect(hall.app)
    for body in once:
        assert (await hall.send(body)).status == 200
    await hall.quiet()
    assert await attempts(hall) == 2
    assert len(hall.maya.private) == 3


async def test_what_was_acknowledged_before_a_crash_is_handled(hall: SlackHall):
    """Answers and commands that were acknowledged and not handled are handled at the next start; forms are not opened."""
    card = await asked(hall)
    inbox_ = hall.connection.ears._inbox
    for body in (form(hall, 1, FULL), event(hall, **reply(hall, card, HALF)), press(hall, card, "answer:1")):
        await inbox_.take(delivery_of(body), body)
    await inbox_.take("slack:event:Ev2", event(hall, "Ev2", **reply(hall, card, "Late", ts="1795400000.000300")))
    await inbox_.take("other:1", {})
    await hall.stop()
    hall.put_together()
    hall.platform.connect(hall.app)
    await hall.connection.past.catch_up()
    await hall.quiet()
    assert await attempts(hall) == 3
    assert hall.slack.requests("views.open") == []
    assert [kept.id for kept in await hall.rows(inbox) if not kept.done] == ["other:1"]


async def test_what_has_waited_too_long_is_left(hall: SlackHall):
    """After two hours a command would only surprise, and an answer still counts; after two days ids are forgotten."""
    card = await asked(hall)
    taking = hall.connection.ears._inbox.take
    for body in (slash(hall, "stats"), form(hall, 1, FULL), event(hall, **reply(hall, card, HALF))):
        await taking(delivery_of(body), body)
    before = len(hall.slack.requests("actions"))
    await hall.later(hours=2, minutes=1)
    await hall.connection.past.catch_up()
    await hall.quiet()
    assert (await attempts(hall), len(hall.slack.requests("actions"))) == (2, before)
    await hall.later(hours=48)
    assert await hall.rows(inbox) == []


async def test_what_was_said_meanwhile_is_read(hall: SlackHall):
    """Replies that no event told of are read from the thread; those with my sign, mine, and edited ones are passed over."""
    card = await asked(hall)
    heard = hall.maya.say(hall.quiz, HALF, thread=card, deliver=False)
    await hall.connection.past.catch_up()
    await hall.quiet()
    assert list(heard.reactions) == ["memo"]
    hall.maya.say(hall.quiz, FULL, thread=card, deliver=False)
    await hall.connection.past.catch_up()
    await hall.connection.past.catch_up()
    await hall.quiet()
    assert await attempts(hall) == 2
    hall.quiz.remove(card)
    await hall.connection.past.catch_up()  # a thread that is gone keeps nobody waiting


async def test_every_button_of_an_older_version_is_answered(hall: SlackHall):
    """A button that nobody knows any more says so; a channel where the bot is not says what to do."""
    card = await asked(hall)
    await hall.send(press(hall, card, "unknown:1"))
    await hall.quiet()
    assert "This button is from an older version." in hall.maya.private[-1].words
    hall.ada.remove_bot(hall.quiz)
    await hall.send(slash(hall, "senior", trigger="2.2.b"))
    await hall.quiet()
    assert await hall.rows(round_) != []


async def test_what_asks_for_nothing_is_not_written_down(hall: SlackHall):
    """Messages outside threads, bots', edits, joins, other tabs and shortcuts are acknowledged and nothing else."""
    card = await asked(hall)
    before = len(await hall.rows(inbox))
    idle = [
        reply(hall, card, "x", thread_ts="1795400000.000100"), reply(hall, card, "x", bot_id="B1"), reply(hall, card, " "),
        reply(hall, card, "x", subtype="message_changed"), reply(hall, card, "x", user=""), {**reply(hall, card, ""), "text": None},
        {"type": "app_home_opened", "tab": "messages", "user": "U1", "channel": "D1"},
        {"type": "app_mention", "bot_id": "B1", "user": "U1", "channel": "C1", "text": "", "ts": "1.1"},
        {"type": "channel_rename", "channel": {}},
    ]  # fmt: skip
    for number, inner in enumerate(idle):
        assert (await hall.send(event(hall, f"Ev{number}", **inner))).status == 200
    assert (await hall.send(interaction(hall, "shortcut", callback_id="other"))).status == 200
    assert (await hall.send({"type": "app_rate_limited", "team_id": "T1"})).status == 200
    assert len(await hall.rows(inbox)) == before
    assert (await hall.send({"type": "url_verification", "challenge": "c"})).body == '{"challenge": "c"}'


async def test_every_typed_command_is_reached(hall: SlackHall):
    """Each declared command is read from the words after /quiz and answered, be it by a card or a refusal."""
    for number, command in enumerate(c for c in COMMANDS if c.spec.reach is Reach.TYPED):
        await hall.send(slash(hall, command.spec.name, trigger=f"{number}.1.x"))
        await hall.quiet()
    assert len(hall.quiz.by_bot()) >= 1
    assert len(hall.ada.private) >= len([c for c in COMMANDS if c.spec.reach is Reach.TYPED]) - 2
    assert not [told for told in hall.ada.private if "went wrong" in told.words]


async def test_a_bug_is_not_acknowledged_away(hall: SlackHall):
    """When a request cannot be written down it is not acknowledged, so that Slack sends it again."""

    class Full(StoredInbox):
        async def take(self, delivery: str, body: Any) -> bool:
            raise StoreError("The disk is full.")

    hall.connection.ears._inbox = Full(hall.db, hall.clock)
    assert (await hall.send(slash(hall, "mid"))).status == 500


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", AskQuestion()),
        ("principal", AskQuestion(level=Level.PRINCIPAL)),
        ("principal sea", AskQuestion(level=Level.PRINCIPAL, topic="sea")),
        ("quiz sea", AskQuestion(topic="sea")),
        ("Leaderboard month", ShowLeaderboard(period=Term(Period.MONTH))),
        ("stats <@U7|maya>", ShowStats(member="slack:T1:member:U7")),
        ("stats <@W7>", ShowStats(member="slack:T1:member:W7")),
    ],
)
def test_words_after_the_command(line: str, command: Any):
    """The words behind /quiz are a command's, or else the options of a question."""
    assert read(line, "T1", BANK) == command


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"), ("<https://x.y|a site> <https://x.y>", "a site https://x.y"),
        ("<@U1|maya> <@U1> <#C1|quiz> <!here> <!here|@here> <!subteam^S1|@team>", "@maya @U1 #quiz @here @here @team"),
    ],
)  # fmt: skip
def test_messages_are_read_as_their_authors_saw_them(sent: str, seen: str):
    """Slack's marks for links, names and signs are taken out of an answer."""
    assert plain(sent) == seen


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Type /stats or /privacy hide off.", "Type /quiz stats or /quiz privacy hide off."),
        ("/statsd and a/stats stay, and so does /quiz mid", "/statsd and a/stats stay, and so does /quiz mid"),
        ("/helpful /settings.", "/helpful /quiz settings."),
    ],
)
def test_whole_commands_are_spelled_anew(words: str, shown: str):
    """Only a whole command is put behind the one slash command, not a word that begins like one."""
    assert typed(words) == shown


def test_references_come_apart():
    """A reference gives back workspace, channel or user, and message or thread."""
    known = {"slack:T1": ("T1", "", ""), "slack:T1:C1": ("T1", "C1", ""), "slack:T1:member:U1": ("T1", "U1", "")}
    known |= {"slack:T1:C1:1.2": ("T1", "C1", "1.2"), "slack:T1:C1:thread:1.2": ("T1", "C1", "1.2")}
    assert {ref: parts(ref) for ref in known} == known


def test_the_manifest_asks_for_what_is_used():
    """Every event that is subscribed is worth handling, and every scope of an event or method is asked for, and no other."""
    made = manifest()
    assert made["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)
    assert set(made["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    inner = {"user": "U1", "ts": "2", "thread_ts": "1", "text": "x", "tab": "home"}
    kinds = {name.partition(".")[0] for name in EVENTS}
    assert [k for k in kinds if not worth_handling({"type": "event_callback", "event": {"type": k, **inner}})] == []


def test_every_method_that_is_called_is_declared():
    """The code calls no method whose scopes the manifest does not know."""
    folder = Path(__file__).parents[3] / "adapters" / "slack"
    called = {
        m
        for p in folder.glob("*.py")
        for m in re.findall(r'"((?:chat|conversations|users|views|reactions|auth|files)\.\w+)"', p.read_text())
    }
    assert called == set(METHODS)


async def test_a_form_that_stays_open_is_heard_again(hall: SlackHall):
    """Sent again as it is, a form that seemed to fail is one delivery; in a form of its own the same words count once; others are heard."""
    await asked(hall)
    for words, view in ((HALF, "V1"), (HALF, "V1"), (HALF, "V2"), (FULL, "V1")):
        await hall.send(form(hall, 1, words, view=view))
        await hall.quiet()
    assert [(row.number, row.text) for row in await hall.rows(attempt)] == [(1, HALF), (2, FULL)]
    told = [one.words for one in hall.maya.private]
    assert [("Partly there" in one, "You sent the same words before" in one) for one in told] == [
        (True, False), (True, True), (False, False),
    ]  # fmt: skip


async def test_a_form_that_has_forgotten_its_channel(hall: SlackHall):
    """Its answer counts all the same, and the grade comes in direct messages; each way to forget is one."""
    await asked(hall)
    for number, kept in enumerate(("?", None, "{}", "[1]")):
        body = form(hall, 1, otherwise(FULL, number), view=f"V{number}")
        body["view"]["private_metadata"] = kept
        with capture_logs() as logs:
            await hall.send(body)
            await hall.quiet()
        assert [one["event"] for one in logs if one["log_level"] == "error"] == []
    assert len(await hall.rows(attempt)) == 3  # what may be tried
    assert len(hall.maya.direct.by_bot()) == 4


async def test_what_has_lost_its_name_is_refused(hall: SlackHall):
    """A button or a form that names no command is answered in words."""
    card = await asked(hall)
    nameless = press(hall, card, "x", trigger="1.1.a")
    del nameless["actions"][0]["action_id"]
    lost = form(hall, 1, FULL)
    del lost["view"]["callback_id"]
    for body in (nameless, {**press(hall, card, "x", trigger="1.1.b"), "actions": []}, lost):
        await hall.send(body)
        await hall.quiet()
    assert [told.words.count("from an older version") for told in hall.maya.private] == [1, 1, 1]
