"""A day on which the grader learns, on Slack: an appeal is accepted, two equals rise with it, words are taught, and the next answer has them.

What each person sees is compared to the letter with tests/golden/slack_learning.txt; WRITE_GOLDEN=1 writes that file anew.
"""

from pathlib import Path
from typing import Any, Final

from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.slack.members import Member
from tests.doubles.transcript import Transcript

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "slack_learning.txt"
SAID: Final = "It is Rayleigh scattering, as tiny waves bounce around."
NEXT: Final = "Rayleigh scattering: the tiny waves bounce around."


async def test_the_day_on_which_the_grader_learns(tmp_path: Path):
    """What members and the organiser see of it is the golden file's, to the letter."""
    async with slack_hall(tmp_path) as hall:
        script = Transcript(lambda: ())
        card = await hall.asked()
        grades = {}
        for name in ("maya", "bo", "zoe"):
            member = hall.maya if name == "maya" else new(hall, name)
            await (await member.click(card, "Answer")).modal()
            grades[name] = member, await shown(hall, script, f"{name} answers", await member.submit({"text": SAID}))
        await hall.reveal(hall.ada, card)
        reveal = await hall.until(lambda: card.replies and card.replies[-1])
        maya, grade = grades["maya"]
        await (await maya.click(grade, "Appeal")).modal()
        await shown(hall, script, "maya appeals", await maya.submit({"text": "I meant the short waves."}))
        desk = await shown(hall, script, "ada types /quiz desk", await hall.ada.slash(hall.quiz, "desk"))
        form = await (await hall.ada.click(desk, "Teach me words")).modal()
        script.show("Form for ada", form.words.splitlines())
        taught = await hall.ada.submit({"text": "says short: tiny waves bounce around"})
        await shown(hall, script, "ada teaches", taught)
        await (await hall.ada.click(desk, "Points or reason")).modal()
        decided = await hall.ada.submit({"text": "80 You said it in other words."})
        await shown(hall, script, "ada decides", decided)
        for name, (member, _) in grades.items():
            (direct,) = await hall.until(member.direct.by_bot)
            script.show(f"to {name} directly", lines_of(direct))
        kim = new(hall, "kim")
        await (await kim.click(reveal, "Try it, for no points")).modal()
        await shown(hall, script, "kim answers after that", await kim.submit({"text": NEXT}))
        await shown(hall, script, "ada types /quiz question show", await hall.ada.slash(hall.quiz, "question show"))
        script.compare(GOLDEN)


def new(hall: SlackHall, name: str) -> Member:
    """Let somebody join the channel."""
    member = hall.slack.create_user(name)
    hall.quiz.members.add(member.id)
    return member


async def shown(hall: SlackHall, script: Transcript, what: str, done: Any) -> Any:
    """Write down what an interaction's asker was shown, and return it."""
    await hall.until(lambda: done.private)
    script.note(what)
    script.show("shown to them alone", lines_of(done.private[-1]))
    return done.private[-1]


def lines_of(message: Any) -> list[str]:
    return [line for line in message.words.splitlines() if line.strip()]
