"""Notes as files on Slack: an organiser shares one with the bot alone, and is told alone what came of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.bank.team_banks import TeamBanks, folder_of
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.slack.members import Member

NOTES = b"## What is a leaf?\n\nA node without children, which holds a value.\n"


async def told(hall: SlackHall, member: Member, files: dict[str, bytes], text: str = "") -> str:
    """Let a member share files with the bot alone, and return what it answers to the last of them."""
    before = len(member.direct.by_bot())
    member.tell(text, files=files)
    await hall.until(lambda: len(member.direct.by_bot()) >= before + len(files))
    await hall.quiet()
    return member.direct.by_bot()[-1].words


@pytest.fixture
async def hall(tmp_path: Path):
    async with slack_hall(tmp_path) as made:
        made.app.deps = replace(made.app.deps, teams=TeamBanks(tmp_path / "banks"))
        yield made


def own(hall: SlackHall) -> list[str]:
    """Return the files of the team's own bank."""
    assert hall.app.deps.teams.folder
    return sorted(
        path.name for path in folder_of(hall.app.deps.teams.folder, f"slack:{hall.slack.team.id}").glob("*.yaml")
    )


async def test_shared_files_are_imported(hall: SlackHall):
    """Each file that an organiser shares is read once, with whatever words beside it; nothing is said in the channel."""
    files = {"trees.md": NOTES, "rain.csv": b"question,answer\nWhat is rain?,Water that falls from clouds.\n"}
    assert "1 draft taken" in await told(hall, hall.ada, files, "here they are")
    assert own(hall) == ["rain.yaml", "trees.yaml"]
    assert hall.quiz.by_bot() == []


async def test_files_that_are_not_taken(hall: SlackHall):
    """Who is no organiser, what is no text, too big or empty, and what Slack does not give are refused kindly; nothing is written."""
    assert "/quiz question import is for organisers" in await told(hall, hall.maya, {"trees.md": NOTES})
    assert "“tree.png” is none by its name" in await told(hall, hall.ada, {"tree.png": b"\x89PNG"})
    assert "1,000,000 are the most" in await told(hall, hall.ada, {"big.md": b"x" * 1_000_001})
    assert "There is nothing in that file." in await told(hall, hall.ada, {"none.md": b""})
    hall.slack.faults.fail("files", status=503, times=3)
    assert "Send it again in a minute." in await told(hall, hall.ada, {"trees.md": NOTES})
    hall.slack.faults.drop("files", times=6)  # the library tries each once again
    assert "Send it again in a minute." in await told(hall, hall.ada, {"trees.md": NOTES})
    assert own(hall) == []


async def test_files_that_slack_does_not_let_me_read(hall: SlackHall):
    """Without the scope the organiser is told which one; a page to sign in is no notes; my token goes to no other machine."""
    token = hall.slack.tokens[hall.slack.token]
    token.scopes -= {"files:read"}
    assert "I lack the scope files" in await told(hall, hall.ada, {"trees.md": NOTES})
    token.scopes |= {"files:read"}
    hall.slack.faults.fail("files", status=200)
    assert "Slack does not let me read it." in await told(hall, hall.ada, {"trees.md": NOTES})
    hall.slack.home = "https://elsewhere.example"
    assert "It is not kept in Slack." in await told(hall, hall.ada, {"trees.md": NOTES})
    assert own(hall) == []
