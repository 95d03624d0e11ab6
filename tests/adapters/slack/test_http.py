"""Slack over signed HTTP, for one workspace and for several: who is let in, who installs the bot, and whose tokens are renewed."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from cryptography.fernet import Fernet

from adapters.services.door import Limits
from adapters.slack.commands import SHORTCUT
from bot.errors import ChannelGone, SettingsError, Unreachable
from bot.log import CHATTY
from bot.store.schema import attempt, inbox, kept, member, metadata, schedule, team
from tests.doubles.fakes import FULL, HALF
from tests.doubles.slack.access import approve, deny
from tests.doubles.slack.browser import Browser
from tests.doubles.slack.hall import KEY, SlackHall, sharing, slack_hall

LONG = 600.0  # seconds


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give a bot that serves one workspace over HTTP."""
    async with slack_hall(tmp_path, way="http") as running:
        yield running


@pytest.fixture
async def several(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give a bot that workspaces install for themselves."""
    async with slack_hall(tmp_path, way="oauth") as running:
        yield running


async def test_a_round_over_http(hall: SlackHall):
    """Commands, buttons, forms and replies work over signed HTTP as they do over a socket."""
    assert await hall.slack.http.verify()
    card = await hall.asked()
    await hall.maya.say(hall.quiz, HALF, thread=card).heard()
    await (await hall.maya.click(card, "Answer")).modal()
    assert (await hall.maya.submit({"text": " "})).errors == {"text": "Write a sentence or two."}
    await hall.maya.submit({"text": FULL})
    await hall.until(lambda: len(hall.maya.private) == 2)
    assert sorted(told.title for told in hall.maya.private) == ["🟡 Partly there: 50 of 100", "🟢 Correct: 100 of 100"]


async def test_who_is_not_slack_is_not_let_in(hall: SlackHall):
    """A wrong signature, an old one, a changed body and a missing header are answered with 401, and nothing happens."""
    await hall.maya.slash(hall.quiz, "help")
    await hall.quiet()
    (known,) = hall.slack.told("/quiz")
    before = len(hall.slack.calls)
    forge = hall.slack.http.forge
    forged = [
        await forge(known, signature="v0=0000"), await forge(known, age=301), await forge(known, age=-301),
        await forge(known, change=True), await forge(known, without=("X-Slack-Signature",)),
        await forge(known, without=("X-Slack-Request-Timestamp",)),
    ]  # fmt: skip
    assert [reply.status for reply in forged] == [401] * 6
    assert (await forge(known, age=299)).status == 200  # the same delivery once more: acknowledged, and nothing else
    await hall.quiet()
    assert len(hall.slack.calls) == before


ODD_BODIES = (b"\xff\xfe\x00", b"{", b"[" * 100_000, b"payload=%7B", b"", b"ssl_check=1&command=/quiz")
ODD_HEADERS: tuple[dict[str, str], ...] = (
    {}, {"Content_Type": "application/json; charset=none-such"}, {"Content_Encoding": "gzip"},
    {"X_Slack_Request_Timestamp": "abc"}, {"X_Slack_Request_Timestamp": "9" * 5000}, {"X_Slack_Request_Timestamp": "\u0663"},
    {"X_Slack_Signature": "v0=\u00e4"},
)  # fmt: skip


async def test_odd_bodies_and_times_are_not_let_in(hall: SlackHall, caplog: pytest.LogCaptureFixture):
    """Whatever a stranger sends is answered with 401 before anything reads it, and the log has no traceback of it."""
    named = {"X_Slack_Request_Timestamp": str(int(hall.slack.http.now())), "X_Slack_Signature": "v0=0"}
    with caplog.at_level(0):
        replies = [await hall.slack.http.send(body, **{**named, **odd}) for body in ODD_BODIES for odd in ODD_HEADERS]
    assert {reply.status for reply in replies} == {401}
    assert [record for record in caplog.records if record.exc_info] == []


async def test_odd_bodies_that_slack_signed(hall: SlackHall, caplog: pytest.LogCaptureFixture):
    """What is signed and cannot be read is one line without its words, and no failure of the server's."""
    odd = [b"{", b"[" * 100_000, b"payload=%7B", b"[1]", b'{"type": 5, "user": 7}', b"payload=5"]
    with structlog.testing.capture_logs() as logs, caplog.at_level(0):
        replies = [await hall.slack.http.signed(body) for body in odd]
    assert {reply.status for reply in replies} == {400}
    assert {one["event"] for one in logs} == {"slack_request_odd"}
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize(
    ("said", "answered", "limits"),
    [
        (b"", b"", Limits(head=0.05, body=LONG)),
        (
            b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 9\r\n\r\nabc",
            b"HTTP/1.1 408",
            Limits(head=LONG, body=0.05),
        ),
    ],
)
async def test_who_sends_slowly_is_cut_off(tmp_path: Path, said: bytes, answered: bytes, limits: Limits):
    """A head or a body that does not come is not waited for longer than it may take."""
    async with slack_hall(tmp_path, way="http", limits=limits) as hall, asyncio.timeout(LONG / 2):
        reader, writer = await asyncio.open_connection("127.0.0.1", hall.connection.port)
        writer.write(said)
        assert (await reader.read())[: len(answered) or None] == answered
        writer.close()


async def test_a_wrong_signature_is_warned_of_once(hall: SlackHall, caplog: pytest.LogCaptureFixture):
    """What was not signed with the secret that is set is said once, without a word of what was in it."""
    await hall.maya.slash(hall.quiz, "help")
    (known,) = hall.slack.told("/quiz")
    with structlog.testing.capture_logs() as logs, caplog.at_level(0):
        for _ in range(3):
            await hall.slack.http.forge(known, signature="v0=0000")
    assert [one["event"] for one in logs] == ["slack_signature_refused"]
    assert not [record for record in caplog.records if record.name.startswith("slack_bolt")]


async def test_the_port_is_taken(hall: SlackHall, tmp_path: Path):
    """A port that somebody else has is named, with what to do."""
    async with slack_hall(tmp_path / "other", way="http", connected=False, port=hall.connection.port) as other:
        with pytest.raises(SettingsError, match="STUDYHALL_SLACK_PORT: port"):
            await other.platform.run(other.app)


async def test_there_are_no_pages_for_one_workspace(hall: SlackHall):
    """With a token of its own the bot has no install page."""
    assert (await Browser(hall.address).get("/slack/install"))[0] == 404


async def test_workspaces_install_the_bot(several: SlackHall):
    """An admin presses Allow, and the bot works there; each workspace has its own token and its own members."""
    other = several.slack.create_team("Other")
    zoe = several.slack.create_user("zoe", team=other, admin=True)
    room = other.create_channel("room")
    with pytest.raises(ChannelGone, match="not installed"):
        await several.platform.web.me(other.id)
    assert (await Browser(several.address).install(zoe))[0] == 200
    assert (await Browser(several.address).install(several.ada))[0] == 200
    await zoe.slash(room, "mid")
    await several.until(room.by_bot)
    await several.asked()
    assert {ref.ref for ref in await several.rows(team)} == {f"slack:{other.id}", f"slack:{several.slack.team.id}"}


async def test_a_channel_that_two_workspaces_share(several: SlackHall):
    """With the app on both sides Slack may name either: a reply counts in the workspace whose question it answers, at once."""
    zoe, card = await sharing(several), await several.asked()
    said = zoe.say(several.quiz, HALF, thread=card)
    named = said.deliveries[0].payload
    assert (named["authorizations"][0]["team_id"], named["team_id"]) == (zoe.team.id, zoe.team.id)
    await several.until(lambda: said.reactions)
    await several.quiet()
    assert [told.title for told in zoe.private] == ["🟡 Partly there: 50 of 100"]
    assert "Zoe" in card.words
    zoe.edit(said, FULL)
    await several.until(lambda: len(zoe.private) == 2)
    talk = zoe.say(several.quiz, HALF, thread=several.ada.say(several.quiz, "A thread of our own"))
    await several.quiet()
    assert not talk.reactions
    assert {ref.ref for ref in await several.rows(team)} == {f"slack:{several.slack.team.id}"}


async def test_what_is_pressed_in_a_shared_channel(several: SlackHall):
    """A press, its form, what is pressed on what it showed, and the shortcut are for the workspace whose question it is."""
    zoe, card = await sharing(several), await several.asked()
    hint = await (await zoe.click(card, action_id="hint:1")).answered()
    assert "Hint 1 of" in hint.words
    await (await zoe.click(card, "Answer")).modal()
    await zoe.submit({"text": HALF})
    grade = await several.until(lambda: next((one for one in zoe.private if "Partly there" in one.title), None))
    said = several.ada.say(several.quiz, "One moment.", thread=card)
    await (await zoe.shortcut(SHORTCUT, said)).modal()
    await zoe.submit({"text": FULL})
    await several.until(lambda: zoe.private[-1].title.startswith("🟢 Correct"))
    before = len(zoe.private)
    await zoe.click(grade, "Appeal")
    await several.until(lambda: zoe.modal or len(zoe.private) > before)
    assert {ref.ref for ref in await several.rows(team)} == {f"slack:{several.slack.team.id}"}
    assert len({one.member_id for one in await several.rows(attempt)}) == 1


async def test_a_press_names_either_workspace(several: SlackHall):
    """Whichever workspace Slack names beside a press, the one that showed the button is meant; its messages name it where an older version's buttons do not."""
    zoe, card = await sharing(several), await several.asked()
    pressed = (await zoe.click(card, action_id="hint:1")).delivery.payload
    await several.until(lambda: zoe.private)
    older = {"actions": [{"action_id": "hint:1"}]}
    changed: list[dict[str, Any]] = [{"team": several.slack.team.short}, older]
    for number, changes in enumerate(changed):
        await several.send({**pressed, **changes, "trigger_id": f"{number}.0.x"})
    await several.until(lambda: len(zoe.private) == 3)
    assert [ref.ref for ref in await several.rows(team)] == [f"slack:{several.slack.team.id}"]


async def test_a_request_of_no_workspace(several: SlackHall):
    """What a whole organisation's installation is told of has no workspace: it is one line, nothing is kept, and who pressed is told."""
    await Browser(several.address).install(several.ada)
    card = await several.asked()
    whole = [{"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}]
    said: dict[str, Any] = several.maya.say(several.quiz, HALF, thread=card, deliver=False).deliveries[0].payload
    pressed = (await several.maya.click(card, action_id="hint:1")).delivery.payload
    await several.quiet()
    before = len(await several.rows(inbox))
    nowhere = {
        **pressed,
        "team": None,
        "user": {"id": several.maya.id},
        "message": None,
        "actions": [{"action_id": "hint:1"}],
    }
    with structlog.testing.capture_logs() as logs:
        assert (await several.send({**said, "authorizations": whole})).status == 200
        assert (await several.send({**nowhere, "trigger_id": "1.1.x"})).status == 200
    assert [one["event"] for one in logs] == ["slack_request_of_no_workspace"] * 2
    assert "I work in single workspaces" in several.maya.private[-1].words
    assert (len(await several.rows(inbox)), await several.rows(attempt)) == (before, [])


async def test_a_command_where_i_am_not_installed(several: SlackHall):
    """Who types to me alone in a workspace whose token is gone reads that the app has to be installed again."""
    await Browser(several.address).install(several.ada)
    assert several.platform.workspaces is not None
    await several.platform.workspaces.forget(several.slack.team.id)
    asked = await several.ada.slash(several.ada.direct, "mid")
    assert "not installed in this workspace" in (await asked.answered()).words


async def test_workspaces_that_are_not_served(tmp_path: Path):
    """Where workspaces are named, another one reads that it is not served, and its token is given back; so one of before."""
    async with slack_hall(tmp_path, way="oauth") as hall:
        other = hall.slack.create_team("Other")
        zoe = hall.slack.create_user("zoe", team=other, admin=True)
        hall.access = replace(hall.access, workspaces=frozenset({hall.slack.team.id}))
        assert (await Browser(hall.address).install(zoe))[0] == 200
        await hall.restart()
        assert (await Browser(hall.address).install(hall.ada))[0] == 200
        with pytest.raises(ChannelGone, match="not installed"):
            await hall.platform.web.me(other.id)
        status, page = await Browser(hall.address).install(zoe)
        assert (status, "serves other workspaces only" in page) == (403, True)
        assert [call.team for call in hall.slack.requests("auth.revoke")] == [other.id]
        assert await hall.platform.web.me(hall.slack.team.id)


async def test_the_debug_log_holds_nothing_of_members(several: SlackHall, caplog: pytest.LogCaptureFixture):
    """At its most talkative the log has no card, no address, no token and no code of an installation."""
    with caplog.at_level(0), structlog.testing.capture_logs() as logs:
        browser = Browser(several.address)
        back = approve(several.ada, await browser.begin())
        assert (await browser.back(back))[0] == 200
        assert (await browser.get("/slack/oauth_redirect?code=secret-code&state=x"))[0] == 400
        several.slack.later(hours=11)
        card = await several.asked()
        await several.maya.say(several.quiz, HALF, thread=card).heard()
        await several.until(lambda: several.maya.private)
        await several.quiet()
    told = [one for one in caplog.records if one.name.partition(".")[0] not in CHATTY]  # the rest is kept out by log.py
    said = " ".join(one.getMessage() for one in told) + str(logs)
    code = back.partition("code=")[2].partition("&")[0]
    assert [
        one for one in (code, "secret-code", "xox", HALF, "Partly there", "@example", "users.info") if one in said
    ] == []


async def test_a_whole_organisation_is_turned_away(several: SlackHall):
    """An installation for an organisation is refused with what to do, and nothing is kept under an empty name."""
    whole = {
        "ok": True,
        "access_token": several.slack.token,
        "token_type": "bot",
        "team": None,
        "is_enterprise_install": True,
    }
    several.slack.faults.answer("oauth.v2.access", {**whole, "enterprise": {"id": "E1", "name": "All"}})
    before = len(await several.rows(kept))
    status, page = await Browser(several.address).install(several.ada)
    assert (status, "choose one workspace" in page) == (403, True)
    assert len(await several.rows(kept)) == before
    assert len(several.slack.requests("auth.revoke")) == 1


async def test_tokens_are_hidden_in_the_database(several: SlackHall):
    """No token stands in the database as it is; another key does not open it, and an older one behind the new one does."""
    await Browser(several.address).install(several.ada)
    stored = json.dumps([list(row) for row in await several.rows(kept)])
    assert not [text for text in several.slack.tokens if text in stored]
    assert "xoxb-" not in stored
    new = Fernet.generate_key().decode()
    several.access = replace(several.access, keys=(new,))
    await several.restart()
    with pytest.raises(Unreachable, match="STUDYHALL_SLACK_ENCRYPTION_KEY"):
        await several.platform.web.me(several.slack.team.id)
    several.access = replace(several.access, keys=(new, KEY))
    await several.restart()
    assert await several.platform.web.me(several.slack.team.id) == several.slack.team.bot.id


async def test_a_state_is_good_once_and_for_ten_minutes(several: SlackHall):
    """A forged, used or old state, another browser and a refusal install nothing."""
    browser = Browser(several.address)
    address = approve(several.ada, await browser.begin())
    assert (await Browser(several.address).back(address))[0] == 400  # another browser
    replayed = {**browser._cookies}
    assert (await browser.back(address))[0] == 200
    browser._cookies = replayed
    assert (await browser.back(address))[0] == 401
    late = approve(several.ada, await browser.begin())
    several.slack.later(seconds=601)
    assert (await browser.back(late))[0] == 401
    assert (await browser.back(deny(await browser.begin())))[0] == 200
    forged = approve(several.ada, (await browser.begin()).replace("state=", "state=x"))
    assert (await browser.back(forged))[0] == 400
    browser._cookies = dict.fromkeys(browser._cookies, "forged")
    assert (await browser.get("/slack/oauth_redirect?code=1&state=forged"))[0] == 401
    assert len([call for call in several.slack.requests("oauth.v2.access") if call.answer["ok"]]) == 1


async def test_a_token_is_renewed_for_a_post_that_no_event_goes_before(several: SlackHall):
    """After thirteen idle hours the daily question is posted with a renewed token."""
    await Browser(several.address).install(several.ada)
    await several.ada.slash(several.quiz, "schedule set 23:30 UTC daily")
    await several.quiet()
    await several.jobs.tick()
    await several.later(hours=15, minutes=31)
    assert len(several.quiz.by_bot()) == 1
    renewals = [call for call in several.slack.requests("oauth.v2.access") if call.json.get("refresh_token")]
    assert len(renewals) == 1
    await several.restart()
    assert await several.platform.web.me(several.slack.team.id)
    assert len(several.slack.requests("oauth.v2.access")) == 2


async def test_a_renewal_that_fails_is_tried_again(several: SlackHall):
    """While the old token works it is used; once it has ended, the post waits for Slack."""
    await Browser(several.address).install(several.ada)
    several.slack.faults.fail("oauth.v2.access", status=500, times=2)
    several.slack.later(hours=11)
    assert await several.platform.web.channel_name(several.slack.team.id, several.quiz.id) == "quiz"
    several.slack.later(hours=2)
    with pytest.raises(Unreachable, match="Slack gives no new one"):
        await several.platform.workspaces.of(several.slack.team.id)  # type: ignore[union-attr]
    several.slack.later(minutes=2)
    assert (await several.platform.web.person(several.slack.team.id, several.maya.id)).name == "Maya"


async def test_a_workspace_that_takes_the_bot_out(several: SlackHall):
    """Schedules stop at once, the token is forgotten; after thirty days all that is the workspace's is deleted."""
    await Browser(several.address).install(several.ada)
    await several.ada.slash(several.quiz, "schedule set 09:00 UTC daily board=fri")
    card = await several.asked()
    await several.maya.say(several.quiz, HALF, thread=card).heard()
    await several.until(lambda: several.maya.private)
    await several.quiet()  # what waits for a second holds up what is due
    await several.later(hours=2)
    several.slack.uninstall(several.slack.team)
    await several.until(lambda: all(one.acked for one in several.slack.told("app_uninstalled")))
    await several.quiet()
    assert [row.state for row in await several.rows(schedule)] == ["paused"]
    assert "grant" in json.dumps([list(row) for row in await several.rows(kept) if not row.value])
    posts = len(several.slack.requests("chat.postMessage"))
    await several.later(days=29)
    assert (len(several.slack.requests("chat.postMessage")), len(await several.rows(attempt))) == (posts, 1)
    await several.later(days=2)
    left = {table.name for table in metadata.sorted_tables if await several.rows(table)}
    assert left <= {"question_version", "kept"}


async def test_a_workspace_that_comes_back_in_time(several: SlackHall):
    """Installed again within thirty days nothing is deleted, and the schedule waits to be resumed."""
    await Browser(several.address).install(several.ada)
    await several.ada.slash(several.quiz, "schedule set 09:00 UTC daily")
    await several.quiet()
    several.slack.uninstall(several.slack.team)
    await several.until(lambda: all(one.acked for one in several.slack.told("app_uninstalled")))
    await several.quiet()
    several.slack.later(days=20)
    await Browser(several.address).install(several.ada)
    several.ada.invite_bot(several.quiz)
    await several.later(days=20)
    assert len(await several.rows(member)) == 1
    await several.ada.slash(several.quiz, "schedule resume")
    await several.quiet()
    await several.jobs.tick()
    await several.later(hours=1, minutes=1)
    assert len(several.quiz.by_bot()) == 1


async def test_a_members_token_is_no_uninstallation(several: SlackHall):
    """When only a member's token is revoked nothing stops; a workspace that was never heard of is no trouble."""
    await Browser(several.address).install(several.ada)
    body = {"type": "event_callback", "team_id": several.slack.team.id, "event_id": "Ev1"}
    await several.send({**body, "event": {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}})
    await several.quiet()
    assert await several.platform.web.me(several.slack.team.id)
    await several.app.left("slack:T404")
    await several.jobs.tick()


async def test_a_key_that_is_none(tmp_path: Path):
    """Something that is no key is named at the start, and not printed."""
    with pytest.raises(SettingsError, match="STUDYHALL_SLACK_ENCRYPTION_KEY: not a key") as refused:
        async with slack_hall(tmp_path, way="oauth", connected=False, keys=("hunter2",)):
            pass
    assert "hunter2" not in str(refused.value)


async def test_grants_are_renewed_once(several: SlackHall):
    """Calls that come at once while a token ends lead to one renewal."""
    await Browser(several.address).install(several.ada)
    several.slack.later(hours=11)
    web, there = several.platform.web, several.slack.team.id
    await asyncio.gather(*(web.person(there, who.id) for who in (several.ada, several.maya)), web.me(there))
    assert len(several.slack.requests("oauth.v2.access")) == 2
