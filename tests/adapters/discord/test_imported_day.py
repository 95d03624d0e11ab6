"""A team plays a day with its own notes, on Discord: an organiser attaches a file, confirms a draft, and the team is asked it.

What each person sees is compared to the letter with tests/golden/discord_imported.txt; WRITE_GOLDEN=1 writes that file anew.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bot.bank.team_banks import TeamBanks
from tests.doubles.discord.hall import DiscordHall, discord_hall
from tests.doubles.discord.seen import lines_of, shown
from tests.doubles.transcript import Transcript

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "discord_imported.txt"
NOTES: Final = GOLDEN.with_name("weather.md").read_bytes()


async def test_a_day_with_imported_notes(tmp_path: Path):
    """What the organiser and the members see of it is the golden file's, to the letter."""
    async with discord_hall(tmp_path) as hall:
        hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "banks"))
        script = Transcript(lambda: ())
        report = await attached(hall, script, hall.ada)
        await attached(hall, script, hall.maya)
        desk = shown(script, "ada presses To the desk", await hall.ada.click(report, label="To the desk"))
        shown(script, "ada presses It is right", await hall.ada.click(desk, label="It is right"))
        confirmed = await hall.ada.slash(hall.channel, "question confirm", question="why-does-wind-blow")
        shown(script, "ada types /question confirm why-does-wind-blow", confirmed)
        await hall.ada.slash(hall.channel, "quiz", topic="weather")
        card, thread = hall.newest()
        script.show("in #general", lines_of(card))
        shown(script, "maya answers", await hall.answered(hall.maya, card, "It is rain."))
        await hall.revealed(hall.ada, card)
        script.show("in the thread", lines_of(thread.history()[-1]))
        await attached(hall, script, hall.ada)
        script.compare(GOLDEN)


async def attached(hall: DiscordHall, script: Transcript, member: Any) -> Any:
    """Let a member attach the notes to the command, and return what they are shown."""
    done = await member.slash(hall.channel, "question import", file=("weather.md", NOTES))
    return shown(script, f"{member.user.name} types /question import with weather.md", done)
