"""A day on which the grader learns, on Discord: an appeal is accepted, two equals rise with it, words are taught, and the next answer has them.

What each person sees is compared to the letter with tests/golden/discord_learning.txt; WRITE_GOLDEN=1 writes that file anew.
"""

from pathlib import Path
from typing import Any, Final

from tests.doubles.discord.hall import DiscordHall, discord_hall, texts
from tests.doubles.discord.seen import lines_of, shown
from tests.doubles.transcript import Transcript

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "discord_learning.txt"
SAID: Final = "It is Rayleigh scattering, as tiny waves bounce around."
NEXT: Final = "Rayleigh scattering: the tiny waves bounce around."


async def test_the_day_on_which_the_grader_learns(tmp_path: Path):
    """What members and the organiser see of it is the golden file's, to the letter."""
    async with discord_hall(tmp_path) as hall:
        script = Transcript(lambda: ())
        card, thread = await hall.asked()
        members = {"maya": hall.maya, "bo": new(hall, "bo"), "zoe": new(hall, "zoe")}
        grades = {}
        for name, member in members.items():
            grades[name] = shown(script, f"{name} answers", await hall.answered(member, card, SAID))
        await hall.revealed(hall.ada, card)
        reveal = thread.history()[-1]
        opened = await hall.maya.click(grades["maya"], label="Appeal")
        shown(script, "maya appeals", await hall.maya.submit_modal(opened, {"text": "I meant the short waves."}))
        desk = shown(script, "ada types /desk", await hall.ada.slash(hall.channel, "desk"))
        opened = await hall.ada.click(desk, label="Teach me words")
        script.show("Form for ada", texts(opened.modal))
        taught = await hall.ada.submit_modal(opened, {"text": "says short: tiny waves bounce around"})
        shown(script, "ada teaches", taught)
        opened = await hall.ada.click(desk, label="Points or reason")
        decided = await hall.ada.submit_modal(opened, {"text": "80 You said it in other words."})
        shown(script, "ada decides", decided)
        for name, member in members.items():
            (direct,) = member.user.dm_channel.history()
            script.show(f"to {name} directly", lines_of(direct))
        kim = new(hall, "kim")
        opened = await kim.click(reveal, label="Try it, for no points")
        shown(script, "kim answers after that", await kim.submit_modal(opened, {"text": NEXT}))
        shown(script, "ada types /question show", await hall.ada.slash(hall.channel, "question show"))
        script.compare(GOLDEN)


def new(hall: DiscordHall, name: str) -> Any:
    """Let somebody join the server."""
    return hall.guild.add_member(hall.env.create_user(name))
