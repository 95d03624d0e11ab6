"""The whole bot as a process that the loopback Slack calls over signed HTTP, for one workspace and for several."""

from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet

from adapters.slack.commands import HTTP_PATH, manifest
from tests.doubles.fakes import FULL, HALF
from tests.doubles.loopback import free_port
from tests.doubles.process import EXIT_WITHIN, answers, bot, write_bank
from tests.doubles.slack.browser import Browser
from tests.doubles.slack.process import start_at, study, told
from tests.doubles.slack.server import SlackServer

ADDRESS: Final = "https://quiz.example.org"
EVENING: Final = "2035-11-18T18:00:00+01:00"  # a Sunday
MONDAY: Final = "2035-11-19T09:00:01+01:00"
DAILY: Final = "schedule set 09:00 Europe/Berlin mon-fri"


async def test_one_workspace_over_http(tmp_path: Path):
    """Commands, buttons, forms and replies work; forgeries are refused; what comes four times, or after an outage, counts once."""
    write_bank(tmp_path)
    port = free_port()
    async with SlackServer(manifest=manifest(ADDRESS, one_workspace=True)) as slack:
        at = study(slack)
        slack.http.url = f"http://127.0.0.1:{port}{HTTP_PATH}"
        async with bot(slack, tmp_path, "http", SLACK_PORT=str(port)) as first:
            await first.ready()
            assert await slack.http.verify()
            card = await at.ask(first, at.quiz, "principal sky")
            assert await at.grade(at.bo, card, FULL) == "🟢 Correct: 100 of 100"
            said = at.maya.say(at.quiz, HALF, thread=card)
            await said.heard()
            (delivery,) = said.deliveries
            forge = slack.http.forge
            forged = [await forge(delivery, signature="v0=0000"), await forge(delivery, age=301)]
            forged += [await forge(delivery, change=True), await forge(delivery, without=("X-Slack-Signature",))]
            assert [reply.status for reply in forged] == [401] * 4
            slack.deliver(said, times=3)
            await first.until(lambda: at.maya.private)
            assert await first.stop() == 0
        missed = at.maya.say(at.quiz, FULL, thread=card)
        await slack.wait_for(lambda: len(missed.deliveries[0].tries) == 2)
        async with bot(slack, tmp_path, "http", SLACK_PORT=str(port)) as second:
            await second.ready()
            slack.retry()
            await missed.heard()
            slack.deliver(missed, said, missed)
            await second.until(lambda: len(at.maya.private) == 2)
            assert await second.stop() == 0
        assert [one.reason for one in missed.deliveries[0].tries[:3]] == [
            None,
            "connection_failed",
            "connection_failed",
        ]
        assert told(at.maya) == ["🟡 Partly there: 50 of 100", "🟢 Correct: 100 of 100"]
    assert sorted(answers(tmp_path)) == sorted([HALF, FULL, FULL])


async def test_two_workspaces_install_the_bot_and_one_leaves(tmp_path: Path):
    """Installed over its page the bot asks in both workspaces; where it is taken out its schedule stops.

    A signal that comes while a question is on its way lets it be posted first.
    """
    write_bank(tmp_path)
    port, key = free_port(), Fernet.generate_key().decode()
    async with SlackServer(manifest=manifest(ADDRESS)) as slack:
        at, other = study(slack), slack.create_team("Other")
        zoe = slack.create_user("zoe", team=other, owner=True)
        room = other.create_channel("room")
        slack.http.url = f"http://127.0.0.1:{port}{HTTP_PATH}"
        keys = {"SLACK_PORT": str(port), "SLACK_ENCRYPTION_KEY": key}
        async with bot(slack, tmp_path, "oauth", **keys, **start_at(slack, EVENING)) as process:
            await process.ready()
            for owner, place in ((at.ada, at.quiz), (zoe, room)):
                status, _ = await Browser(f"http://127.0.0.1:{port}").install(owner)
                assert status == 200
                assert (await (await owner.slash(place, DAILY)).answered()).title == "🟢 The daily question is set"
                await owner.slash(place, "mid")
                await process.until(place.by_bot)
            slack.uninstall(other)
            await process.logged("workspace_left")
            assert await process.stop() == 0
        posting = slack.faults.hold(f"chat.postMessage {at.quiz.id}")
        async with bot(slack, tmp_path, "oauth", **keys, **start_at(slack, MONDAY)) as process:
            await posting.arrived()
            process.terminate()
            assert await slack.http.verify()
            posting.release()
            assert await process.ended(within=EXIT_WITHIN) == 0
    assert len(at.quiz.by_bot()) == 2
    assert [card.title.partition(" ·")[0] for card in room.by_bot()] == ["🟩 Question for Zoe"]
    assert "Traceback" not in process.log
