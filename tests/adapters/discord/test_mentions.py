"""The role that is mentioned with the daily question: chosen by an organiser, joined and left by a button, and nobody else is mentioned."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from tests.doubles.discord.hall import DiscordHall, discord_hall, labels, private

DAILY = {"at": "09:00", "zone": "UTC", "days": "daily", "reveal": "17:00"}
POSTS = "POST /channels/*/messages"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[DiscordHall]:
    """Give a Studyhall on Discord."""
    async with discord_hall(tmp_path) as running:
        yield running


def mentioned(hall: DiscordHall) -> list[tuple[str, list[int]]]:
    """Return of each post what stands above its card, and which roles it mentions."""
    sent = hall.sent(POSTS)
    assert not any(one["allowed_mentions"]["parse"] or one["allowed_mentions"].get("users") for one in sent)
    return [(one["content"], one["allowed_mentions"].get("roles", [])) for one in sent]


def has(hall: DiscordHall, role: Any) -> bool:
    """Whether Maya has a role."""
    return role.id in hall.env.backend.get_member(hall.guild.id, hall.maya.id).role_ids


async def test_a_role_is_mentioned_with_the_question_and_its_reveal(hall: DiscordHall):
    """That role alone is, once each: above the card, where it stays, and in the channel's line; members join and leave it by a button."""
    study = hall.guild.create_role("Study", mentionable=True)
    assert "@Study" in private(await hall.ada.slash(hall.channel, "schedule set", **DAILY, role=study))
    await hall.until(1, 9)
    card, _ = hall.newest()
    assert mentioned(hall) == [(f"<@&{study.id}>", [study.id])]
    await hall.answered(hall.maya, card, "It is Rayleigh scattering.")
    assert hall.newest()[0].content == f"<@&{study.id}>"
    shown = await hall.maya.slash(hall.channel, "settings")
    joined = await hall.maya.click(shown.response, label="Mention me")
    assert has(hall, study)
    assert "You are mentioned from now on" in private(joined)
    await hall.maya.click(joined.followups[0], label="Mention me no more")
    assert not has(hall, study)
    await hall.until(1, 17)
    _, thread = hall.newest()
    (_, (above, nobody), (line, roles)) = mentioned(hall)
    assert (above, nobody, roles) == ("", [], [study.id])
    assert line.startswith(f"<@&{study.id}> The answer")
    reveal = thread.history()[-1]
    assert labels(reveal)[-1] == "Mention me"
    await hall.ada.slash(hall.channel, "schedule set", role=hall.guild.default_role)
    assert "No role is mentioned" in private(await hall.maya.click(reveal, label="Mention me"))
    await hall.until(2, 17)
    assert [roles for _, roles in mentioned(hall)[3:] if roles] == []


async def test_a_role_that_cannot_be_used(hall: DiscordHall):
    """One that may or sees more than everybody is never given out; what the bot lacks is named; one that is gone is not mentioned."""
    backend, guild = hall.env.backend, hall.guild.id
    mods = hall.guild.create_role("Mods", mentionable=True, permissions=discord.Permissions(kick_members=True))
    quiet, study = hall.guild.create_role("Quiet"), hall.guild.create_role("Study", mentionable=True)
    seers = hall.guild.create_role("Seers", mentionable=True)
    allowed = discord.Permissions(view_channel=True).value
    backend.set_overwrite(hall.channel.id, Overwrite(seers.id, OverwriteType.ROLE, allow=allowed))
    mine = next(one for one in backend.get_guild(guild).roles.values() if one.managed)

    async def told(role: Any) -> str:
        return private(await hall.ada.slash(hall.channel, "schedule set", **DAILY, role=role))

    backend.edit_role(guild, mine.id, {"permissions": discord.Permissions(manage_roles=True, **SEES).value})
    assert "may do or see more than everybody" in await told(mods)
    assert "may do or see more than everybody" in await told(seers)
    assert "Allow anyone to @mention this role" in await told(quiet)
    assert "The daily question is set" in await told(study)
    await hall.until(1, 9)
    backend.edit_role(guild, mine.id, {"permissions": discord.Permissions(**SEES).value})
    assert "grant my role Manage Roles" in await told(study)
    shown = (await hall.maya.slash(hall.channel, "settings")).response
    assert "I may not give @Study to anybody" in private(await hall.maya.click(shown, label="Mention me"))
    backend.delete_role(guild, study.id)
    assert "not there any more" in private(await hall.maya.click(shown, label="Mention me"))
    await hall.until(2, 9)
    assert mentioned(hall)[-1] == ("", [])


SEES = dict.fromkeys(("view_channel", "send_messages", "embed_links", "attach_files", "create_public_threads",
    "send_messages_in_threads", "read_message_history", "add_reactions"), True)  # fmt: skip


async def test_the_champions_role_goes_over(hall: DiscordHall):
    """Who leads the month has it, though nobody may mention it, until the next champion; who has left is let be."""
    gold, role = hall.guild.create_role("Champion"), "discord:{}:role:{}"
    backend, guild = hall.env.backend, hall.guild.id
    mine = next(one for one in backend.get_guild(guild).roles.values() if one.managed)
    backend.edit_role(guild, mine.id, {"permissions": discord.Permissions(**SEES).value})
    said = private(await hall.ada.slash(hall.channel, "schedule set", **DAILY, champion=gold))
    assert "grant my role Manage Roles" in said
    backend.edit_role(guild, mine.id, {"permissions": discord.Permissions(manage_roles=True, **SEES).value})
    said = private(await hall.ada.slash(hall.channel, "schedule set", **DAILY, champion=gold))
    assert "The champion's role: @Champion" in said or "@Champion" in said
    maya = f"discord:{guild}:{hall.maya.id}"
    for joins in (True, False):
        await hall.platform.enlist(maya, role.format(guild, gold.id), joins=joins)
        assert has(hall, gold) is joins
    await hall.platform.enlist(f"discord:{guild}:12345", role.format(guild, gold.id), joins=True)
