"""A team plays a day with its own notes, on Slack: an organiser shares a file, confirms a draft, and the team is asked it.

What each person sees is compared to the letter with tests/golden/slack_imported.txt; WRITE_GOLDEN=1 writes that file anew.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bot.bank.team_banks import TeamBanks
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.transcript import Transcript

DATE: Final = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
ROOT: Final = Path(__file__).parents[2]
GOLDEN: Final = ROOT / "golden" / "slack_imported.txt"
NOTES: Final = (ROOT / "golden" / "weather.md").read_bytes()


async def test_a_day_with_imported_notes(tmp_path: Path):
    """What the organiser and the members see of it is the golden file's, to the letter."""
    async with slack_hall(tmp_path) as hall:
        hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "banks"))
        script = Transcript(lambda: ())
        report = await shared(hall, script, hall.ada)
        await shared(hall, script, hall.maya)
        await shown(hall, script, "ada presses To the desk", await hall.ada.click(report, "To the desk"))
        for draft in ("what-falls-from-a-cloud", "why-does-wind-blow"):
            words = f"question confirm {draft}"
            await shown(hall, script, f"ada types /quiz {words}", await hall.ada.slash(hall.quiz, words))
        card = await hall.asked("weather")
        script.show("in #quiz", lines_of(card))
        await (await hall.maya.click(card, "Answer")).modal()
        await shown(hall, script, "maya answers", await hall.maya.submit({"text": "It is rain."}))
        await hall.reveal(hall.ada, card)
        reveal = await hall.until(lambda: card.replies and card.replies[-1])
        script.show("in the thread", lines_of(reveal))
        await shared(hall, script, hall.ada)
        script.compare(GOLDEN)


async def shared(hall: SlackHall, script: Transcript, member: Any) -> Any:
    """Let a member share the notes with the bot alone, and return what it answers."""
    before = len(member.direct.by_bot())
    script.note(f"{member.name} shares weather.md with the bot alone")
    member.tell("", files={"weather.md": NOTES})
    await hall.until(lambda: len(member.direct.by_bot()) > before)
    await hall.quiet()
    script.show("directly", lines_of(member.direct.by_bot()[-1]))
    return member.direct.by_bot()[-1]


async def shown(hall: SlackHall, script: Transcript, what: str, done: Any) -> None:
    """Write down what an interaction's asker was shown, or what came to them directly."""
    told = await hall.until(lambda: done.private or done.told)
    script.note(what)
    script.show("shown to them alone", lines_of(told[-1]))


def lines_of(message: Any) -> list[str]:
    return [DATE.sub(r"\1", line) for line in message.words.splitlines() if line.strip()]
