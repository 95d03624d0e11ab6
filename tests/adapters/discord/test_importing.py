"""Notes as files on Discord: an organiser attaches one to `/question import`, and is told alone what came of it."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.bank.team_banks import TeamBanks, folder_of
from tests.doubles.discord.hall import DiscordHall, discord_hall, private

NOTES = b"## What is a leaf?\n\nA node without children, which holds a value.\n"


@pytest.fixture
async def hall(tmp_path: Path):
    async with discord_hall(tmp_path) as made:
        made.app.deps = replace(made.app.deps, teams=TeamBanks(tmp_path / "banks"))
        yield made


async def told(hall: DiscordHall, name: str, content: bytes, *, by: Any = None) -> str:
    """Let a member, usually the organiser, attach a file, and return what they are shown."""
    return private(await (by or hall.ada).slash(hall.channel, "question import", file=(name, content)))


def own(hall: DiscordHall) -> list[str]:
    """Return the files of the team's own bank."""
    assert hall.app.deps.teams.folder
    return [path.name for path in folder_of(hall.app.deps.teams.folder, f"discord:{hall.guild.id}").glob("*.yaml")]


async def test_an_attached_file_is_imported(hall: DiscordHall):
    """The report is the organiser's alone, with a way to each draft; without a file the form is offered."""
    shown = await told(hall, "trees.md", NOTES)
    assert "1 draft taken" in shown
    assert "trees.md: notes, headings" in shown
    assert own(hall) == ["trees.yaml"]
    assert "attach it to this command" in private(await hall.ada.slash(hall.channel, "question import"))
    assert hall.channel.history() == []


@pytest.mark.parametrize("error", ["503", "cut"])
async def test_a_file_that_comes_at_the_second_try(hall: DiscordHall, error: str):
    """Where Discord does not give a file at once it is asked again; what it says is not there is not."""
    failing, asked = failure(error), []
    http: Any = hall.env.bot.http
    given = http.get_from_cdn

    async def fetched(address: str) -> bytes:
        asked.append(address)
        if len(asked) <= 2:
            raise failing
        return bytes(await given(address))

    http.get_from_cdn = fetched
    assert "1 draft taken" in await told(hall, "trees.md", NOTES)
    failing, asked = failure("404"), []
    assert "Attach it once more in a minute." in await told(hall, "trees.md", NOTES)
    assert (own(hall), len(asked)) == (["trees.yaml"], 1)


def failure(kind: str) -> Exception:
    """Return what the library raises."""
    if kind == "cut":
        return aiohttp.ServerDisconnectedError()
    answer: Any = SimpleNamespace(status=int(kind), reason="")
    return (discord.NotFound if kind == "404" else discord.DiscordServerError)(answer, "asset")


async def test_files_that_are_not_taken(hall: DiscordHall):
    """Who is no organiser, what is no text or too big, and what Discord does not give are refused kindly; nothing is written."""
    assert "is for organisers" in await told(hall, "trees.md", NOTES, by=hall.maya)
    assert "“tree.png” is none by its name" in await told(hall, "tree.png", b"\x89PNG")
    assert "1,000,000 are the most" in await told(hall, "big.md", b"x" * 1_000_001)
    cdn: Any = hall.env.backend.cdn
    cdn.get = lambda _: None
    assert "Attach it once more in a minute." in await told(hall, "trees.md", NOTES)
    assert own(hall) == []
