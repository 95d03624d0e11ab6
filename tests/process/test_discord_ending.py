"""SIGTERM at awkward moments of the connection to Discord."""

import asyncio
from pathlib import Path

from tests.doubles.discord.server import DiscordServer
from tests.doubles.loopback import PATIENCE
from tests.doubles.process import bot, write_bank


async def test_sigterm_while_discord_takes_the_call_and_says_nothing(tmp_path: Path):
    """The library takes a cancellation in the middle of a new attempt for its failure: the bot ends all the same."""
    write_bank(tmp_path)
    called, over = asyncio.Event(), asyncio.Event()

    async def mute(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await over.wait()
        writer.close()

    async with DiscordServer() as discord, bot(discord, tmp_path) as running:
        await running.ready()
        await discord.stop()
        async with await asyncio.start_server(mute, "127.0.0.1", discord._port):
            await asyncio.wait_for(called.wait(), PATIENCE)
            assert await running.stop() == 0
            over.set()
