"""Faults befall each of Discord's routes on one day: nothing is lost or doubled, and nobody reads of it in vain."""

import asyncio
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from adapters.discord import shards
from adapters.discord.connection import Access
from adapters.discord.platform import DiscordPlatform
from bot.app import App
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from bot.store.database import Database
from bot.store.inbox import StoredInbox
from bot.store.notebook import StoredNotebook
from bot.store.schema import attempt
from tests.doubles import database
from tests.doubles.discord.hall import DiscordHall, discord_hall
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF, bank
from tests.doubles.loopback import PATIENCE
from tests.soak.soak import START
from tests.soak.towns import DiscordTown, shown, until

STARTING: Final = {
    "GET /users/@me", "GET /oauth*/applications/@me", "GET /gateway/bot", "GET /applications/*/commands", "PUT /applications/*/commands",
}  # fmt: skip
ROUTES: Final = {
    "GET /channels/*/messages", "POST /channels/*/messages", "PATCH /channels/*/messages/*", "POST /channels/*/messages/*/threads",
    "PUT /channels/*/messages/*/reactions/*/@me", "POST /interactions/*/*/callback", "POST /webhooks/*/*",
    "PUT /guilds/*/members/*/roles/*", "DELETE /guilds/*/members/*/roles/*", "POST /users/@me/channels",
}  # fmt: skip


@pytest.mark.parametrize("fault", ["503", "cut"])
async def test_each_route_fails_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str):
    """An error and a 429, or a cut connection, befall each call once, from the first: the day is as it would have been, and quiet in the log."""
    monkeypatch.setattr(shards, "AGAIN_SECONDS", (0.0,))
    with capture_logs() as logs:
        async with DiscordServer() as discord, database.opened(tmp_path / "studyhall.db", now=START) as db:
            discord.move_to(START)
            town = DiscordTown(discord, 1)
            del town.channels[1:]
            await lived(town, db, fault)
            assert [one.route for one in discord.faults._waiting] == []
            assert {shape(call) for call in discord.calls} == ROUTES | STARTING
            await nothing_lost_or_doubled(town, db)
    assert [one for one in logs if one["log_level"] in {"error", "critical"} or one.get("exc_info")] == []


def befall(discord: DiscordServer, fault: str) -> None:
    """Let faults wait for the next calls of each route."""
    for route in sorted(ROUTES | STARTING):
        if fault == "cut":
            discord.faults.drop(route)
        else:
            discord.faults.fail(route, status=503)
            discord.faults.limit(route, retry_after=0.01)


def shape(call: Any) -> str:
    """Return a call's route, with a star for what is another one each time."""
    path = re.sub(r"(/webhooks/\d+|/interactions/\d+|/reactions)/[^/]+", r"\1/*", call.path)
    return f"{call.method} " + re.sub(r"\d+", "*", path)


async def lived(town: DiscordTown, db: Database, fault: str) -> None:
    """Live through a day that calls every route."""
    discord, clock, (maya,), (place,) = town.discord, MovableClock(), town.members, town.channels
    clock.move_to(START)
    befall(discord, fault)
    access = Access(token=discord.token, api=discord.api, gateway=discord.gateway.url, again=(0.0, 0.0))
    platform = DiscordPlatform(access, notebook=StoredNotebook(db), inbox=StoredInbox(db, clock), clock=clock)
    app = App(Deps(db=db, bank=bank(), rng=Random(1)), clock=clock, delivery=Delivery(db, {platform.name: platform}))
    jobs, running = Jobs(app), asyncio.create_task(platform.run(app))

    async def later(**by: float) -> None:
        for step in (timedelta(**by), *[timedelta(seconds=40)] * 3, timedelta(minutes=3)):
            clock.move_to(clock.now() + step)
            discord.move_to(clock.now())
            await jobs.tick()

    try:
        assert await until(lambda: platform.link().since is not None, within=PATIENCE)
        study = town.guild.create_role("Study", mentionable=True)
        how: dict[str, Any] = {"at": "09:00", "zone": "UTC", "days": "mon-fri", "reveal": "17:00", "role": study}
        await town.ada.slash(place, "schedule set", **how)
        await maya.slash(place, "settings", notify="on")
        await later(minutes=31)
        await town.reply(maya, place, HALF)
        assert await until(lambda: town.grades(maya) == 1, within=PATIENCE)
        await town.fill_in(maya, place, FULL)
        settings = await maya.slash(place, "settings")
        joined = await maya.click(settings.response, label="Mention me")
        left = await maya.click(await discord.followup(joined), label="Mention me no more")
        await discord.followup(
            left
        )  # or the hours that follow end its token: unlike a command's, a press's answer is not waited for
        await maya.slash(place, "privacy export")
        assert await until(lambda: town.grades(maya) == 2, within=PATIENCE)
        await later(hours=7, minutes=55)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def nothing_lost_or_doubled(town: DiscordTown, db: Database) -> None:
    """Compare the day with what it is without a fault."""

    def look(connection: Any) -> Any:
        return connection.execute(select(attempt.c.text)).scalars().all()

    (maya,), (place,) = town.members, town.channels
    assert sorted(await db.read(look)) == sorted([HALF, FULL])
    assert shown(town, place) == Counter(["question", "reveal"])
    assert town.grades(maya) == 2
    assert town.discord.backend.get_member(town.guild.id, maya.id).role_ids == []


@pytest.mark.parametrize("route", [("GET", "/applications/*/commands"), ("PUT", "/applications/*/commands")])
async def test_commands_are_published_in_spite_of_errors(tmp_path: Path, route: tuple[str, str]):
    """What is typed is known to Discord also where it did not answer twice as the bot started."""
    async with discord_hall(tmp_path) as hall:
        await StoredNotebook(hall.db).put(f"discord:commands:{hall.env.bot.application_id}", "")
        hall.env.inject_error(*route, status=503, times=2)
        await hall.restart()
        assert known(hall)
        hall.env.inject_error(*route, status=503, times=3)
        await StoredNotebook(hall.db).put(f"discord:commands:{hall.env.bot.application_id}", "")
        await hall.restart()
        assert not known(hall)


def known(hall: DiscordHall) -> dict[str, int]:
    """Return the commands whose ids the bot has learned."""
    return hall.platform.shards.main.commands
