"""A study day on Discord from the schedule to the weekly board, with the bot as a process that is stopped and started in between.

What everybody sees is compared to the letter with tests/golden/discord_day.txt; WRITE_GOLDEN=1 writes that file anew.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import discord as library

from tests.doubles.discord.process import Study, card, grades, study
from tests.doubles.discord.server import DiscordServer
from tests.doubles.fakes import FULL, HALF, WRONG
from tests.doubles.process import Bot, bot, write_bank
from tests.doubles.transcript import Seen, Transcript

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "discord_day.txt"
BERLIN: Final = ZoneInfo("Europe/Berlin")
FRIDAY: Final = datetime(2035, 11, 23, tzinfo=BERLIN)  # not in the past, where discord.py takes interactions for dead
LATER: Final = "Short wavelengths scatter most in the air."
SIMCORDS_OWN: Final = library.MessageType.thread_created  # Discord sends none for the thread of a message
PLAN: Final = {"at": "09:00", "zone": "Europe/Berlin", "days": "mon-fri", "reveal": "17:00", "board": "fri"}


def standing(quiz: Any) -> Iterator[Seen]:
    """Yield what stands in channel and thread, the oldest first."""
    places = [("#quiz", quiz), *(("the thread", thread) for thread in quiz.threads)]
    there = [(where, message) for where, place in places for message in place.history()]
    for where, message in sorted(there, key=lambda one: one[1].edited_at or one[1].created_at):
        if message.type is not SIMCORDS_OWN:
            yield Seen(message.id, f"{message.author.display_name} in {where}", tuple(_message(message)))


def alone(script: Transcript, name: str, message: Any) -> None:
    """Write down what one member is told."""
    script.show(f"Studyhall to {name} alone", _message(message))


def form(script: Transcript, name: str, modal: dict[str, Any]) -> None:
    """Write down a form that one member sees."""
    script.show(f"Form for {name}", [modal["title"], *_texts(modal["components"])])


def _texts(components: list[dict[str, Any]]) -> Iterator[str]:
    for one in components:
        inner = one.get("component", {})
        yield one.get("content") or f"{one.get('label')}: [{inner.get('max_length')} characters at most]"


def _message(message: Any) -> Iterator[str]:
    """Yield a message as a reader sees it."""
    if message.reference:
        yield "(a reply)"
    if message.content:
        yield re.sub(r"https://discord\.com/channels/[\d/]+", "(link to a message in the thread)", message.content)
    for embed in message.embeds:
        yield from _embed(embed)
    buttons = [item for row in message.components for item in row.children]
    if buttons:
        yield " ".join(f"[{button.label}]" for button in buttons)
    yield from (f"📎 {file.filename}, described as “{file.description}”" for file in message.attachments)
    if message.reactions:
        yield " ".join(f"{reaction.emoji} {reaction.count}" for reaction in message.reactions)


def _embed(embed: library.Embed) -> Iterator[str]:
    yield f"┃ {embed.title or ''}   (colour {embed.colour})"
    yield from (f"┃ {line}" for line in _times(embed.description or "").splitlines())
    yield from (f"┃ {field.name}: {_times(field.value or '')}" for field in embed.fields)
    if embed.image.url:
        yield f"┃ (picture {(embed.image.url or '').rpartition('/')[2].partition('?')[0]})"
    if embed.timestamp:
        yield f"┃ {embed.footer.text} • {embed.timestamp.astimezone(BERLIN):%d.%m.%Y %H:%M}"


def _times(text: str) -> str:
    """Show instants as a reader in Berlin sees them."""
    return re.sub(
        r"<t:(\d+):f>", lambda found: f"{datetime.fromtimestamp(int(found[1]), BERLIN):%-d %B %Y %H:%M}", text
    )


def start_at(discord: DiscordServer, hour: int, minute: int, second: int = 0) -> str:
    """Put Discord's clock to a time of the Friday, and return it for the bot."""
    instant = FRIDAY + timedelta(hours=hour, minutes=minute, seconds=second)
    discord.move_to(instant)
    return instant.isoformat()


async def answered(process: Bot, at: Study, names: str) -> None:
    """Wait until the question's card says who has answered."""
    await process.until(
        lambda: [f for f in card(at.quiz).embeds[0].fields if f.name == "Answered" and f.value == names]
    )


async def set_up(at: Study, script: Transcript) -> None:
    """Let the organiser set the schedule."""
    script.note(f"Ada types /schedule set {' '.join(f'{k}:{v}' for k, v in PLAN.items())}")
    alone(script, "Ada", (await at.ada.slash(at.quiz, "schedule set", **PLAN)).response.message)


async def play(process: Bot, at: Study, script: Transcript) -> None:
    """Let the members answer, in the thread and in the form."""
    await process.until(lambda: at.quiz.threads)
    script.look()
    asked, thread = card(at.quiz), at.quiz.threads[0]
    script.note(f"The thread is called “{thread.name}”")
    await at.maya.send(thread, HALF)
    await process.until(lambda: grades(thread))
    await answered(process, at, "Maya")
    script.look()
    script.note("Maya presses [See my grade]")
    seen = await at.maya.click(grades(thread)[0], label="See my grade")
    alone(script, "Maya", (await at.discord.followup(seen)).message)
    script.note("Bo presses [Hint (−20 %)]")
    hint = await at.bo.click(asked, label="Hint (−20 %)")
    alone(script, "Bo", (await at.discord.followup(hint)).message)
    for text in (WRONG, FULL):
        script.note("Bo presses [Answer]")
        opened = await at.bo.click(card(at.quiz), label="Answer")
        form(script, "Bo", opened.modal)
        script.note(f"Bo sends: {text}")
        done = await at.bo.submit_modal(opened, {"text": text})
        alone(script, "Bo", (await at.discord.followup(done)).message)
    await answered(process, at, "Maya, Bo")
    script.look()


async def end(process: Bot, at: Study, script: Transcript) -> None:
    """Wait for reveal and board, and let organiser and members ask where they stand."""
    await process.until(lambda: card(at.quiz).embeds[0].title.startswith("Weekly board"))
    script.look()
    board = card(at.quiz)
    for member, name, command in ((at.ada, "Ada", "leaderboard"), (at.maya, "Maya", "stats"), (at.ada, "Ada", "stats")):
        script.note(f"{name} types /{command}")
        alone(script, name, (await member.slash(at.quiz, command)).response.message)
    script.note("Bo presses [My place]")
    alone(script, "Bo", (await at.discord.followup(await at.bo.click(board, label="My place"))).message)
    script.look()


async def test_a_day_from_the_schedule_to_the_board(tmp_path: Path):
    """What members see of a day is the golden file's, to the letter, although the bot was stopped twice on the way."""
    write_bank(tmp_path)
    async with DiscordServer() as discord:
        discord.move_to(FRIDAY)
        at = study(discord)
        ines = at.guild.add_member(discord.create_user("ines", global_name="Ines"))
        script = Transcript(lambda: standing(at.quiz))
        script.note("—— 08:30 ——")
        async with bot(discord, tmp_path, START_AT=start_at(discord, 8, 30)) as process:
            await discord.gateway.connected()
            await set_up(at, script)
            assert await process.stop() == 0
        script.note("—— 09:00, after a restart ——")
        async with bot(discord, tmp_path, START_AT=start_at(discord, 9, 0, 1)) as process:
            await play(process, at, script)
            assert await process.stop() == 0
        script.note("—— 12:00, the bot is not running ——")
        start_at(discord, 12, 0)
        await ines.send(at.quiz.threads[0], LATER)
        script.look()
        script.note("—— 17:00, the bot is back ——")
        async with bot(discord, tmp_path, START_AT=start_at(discord, 17, 0, 1)) as process:
            await end(process, at, script)
            assert await process.stop() == 0
    script.compare(GOLDEN)
