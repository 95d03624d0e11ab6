"""No secret in any log of a whole run: the bot as a process with every token set, logging all it can."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.doubles.discord.process import study
from tests.doubles.discord.server import DiscordServer
from tests.doubles.process import bot, doctor, write_bank

# Put together here, so that no scanner takes them for real ones.
DISCORD: Final = ".".join(("MTIzNDU2Nzg5MDEyMzQ1Njc4", "GaBcDe", "x1Y2z3-_" * 4 + "tail00"))
SLACK: Final = {
    "BOT_TOKEN": "xoxb-" + "17653672481-19874698323-pdFZKVeT",
    "APP_TOKEN": "xapp-" + "1-A012345-98765-abcdef",
}
KEY: Final = "a key without any shape"
SHAPES: Final = re.compile(r"xox[abpe]-[\w-]+|xapp-[\w-]+|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")


def leaked(text: str) -> list[str]:
    """Return the secrets in a text, the set ones and whatever has the shape of one."""
    return [known for known in (DISCORD, KEY, *SLACK.values()) if known in text] + SHAPES.findall(text)


def test_the_shapes_are_known():
    """What the other tests look for is found where it is."""
    for secret in (DISCORD, KEY, *SLACK.values()):
        assert secret in leaked(f"It is {secret}.")


@pytest.mark.parametrize("form", ["json", "text"])
async def test_no_secret_in_the_logs_of_a_run(tmp_path: Path, form: str):
    """With its tokens set and all that it can log: login, commands, answers that hold tokens, failures, and the end."""
    write_bank(tmp_path)
    async with DiscordServer(token=DISCORD) as discord:
        room = study(discord)
        told = {"LOG_LEVEL": "debug", "LOG_FORMAT": form, "OPINION_KEY": KEY}
        told |= {"OPINION_URL": f"{discord.api}/no-such-endpoint", "OPINION_MODEL": "any"}
        async with bot(discord, tmp_path, **told) as process:
            await process.until(lambda: "discord_ready" in process.log)
            shown = await room.ask(process, room.quiz, level="mid")
            await room.grade(room.maya, shown, f"My tokens are {DISCORD} and {SLACK['BOT_TOKEN']}, says the server.")
            discord.faults.fail("POST /channels/*/messages", status=500)
            await room.ada.slash(room.quiz, "quiz", level="senior")
            assert await process.stop() == 0
    assert "debug" in process.log
    assert "stopped" in process.log
    assert "says the server" not in process.log  # a member's words
    assert leaked(process.log) == []


async def test_no_secret_in_what_an_operator_reads(tmp_path: Path):
    """The doctor, and a refusal to start, name settings and never show what is in them."""
    write_bank(tmp_path)
    async with DiscordServer(token=DISCORD) as discord:
        study(discord)
        _, printed = await doctor(discord, tmp_path, OPINION_KEY=KEY)
        async with bot(discord, tmp_path, ZONE=DISCORD, LOG_LEVEL=KEY, OPINION_KEY_FILE=SLACK["BOT_TOKEN"]) as process:
            assert await process.ended() == 78
    assert "STUDYHALL_ZONE" in process.log
    assert "STUDYHALL_OPINION_KEY_FILE" in process.log
    assert leaked(printed + process.log) == []
