"""Notes from chat: an organiser pastes them, gets the report, confirms a draft, and the team is asked it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from bot import outcomes as o
from bot.bank.team_banks import TeamBanks, folder_of
from bot.ports import Attached
from bot.store.schema import round_
from tests.doubles.fakes import FULL, Hall

QUIZ = """\
1. Which planet is the largest?
A) Mars
B) Jupiter
C) Venus
Answer: B
Explanation: It is a gas giant with many moons.

2. What falls from a cloud?
A) rain
B) sand
Answer: A

3. What is wind?
"""


@pytest.fixture
def own(hall: Hall, tmp_path: Path) -> Path:
    """Give the team a folder for its own questions, and return it."""
    hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "banks"))
    return folder_of(tmp_path / "banks", "memory:team")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}


async def test_pasted_notes_become_drafts_that_are_asked_once_confirmed(hall: Hall, own: Path):
    """The report is private, names what was taken and what lacks an answer; a draft is asked after it was confirmed."""
    await hall.types("you", "/question import")
    assert "[Paste notes] import-form" in hall.told("you")
    await hall.presses("you", "import-form")
    ((_, form),) = hall.platform.forms
    outcome = await hall.presses("you", form.submit, QUIZ)
    assert isinstance(outcome, o.QuestionsImported)
    told = hall.told("you")
    assert "3 drafts taken" in told
    assert "1 without an answer" in told
    assert "[which-planet-is-the-largest] question show:which-planet-is-the-largest" in told
    await hall.types("you", "/question show which-planet-is-the-largest")
    assert "Jupiter\n\nIt is a gas giant with many moons." in hall.told("you")
    await hall.types("maya", "/quiz topic=imported")
    assert await hall.rows(round_, "question_id") == []
    await hall.types("you", "/question confirm what-is-wind")
    assert "it has no answer" in hall.told("you")
    await hall.types("you", "/question confirm which-planet-is-the-largest")
    await hall.types("maya", "/quiz topic=imported")
    assert await hall.rows(round_, "question_id") == [("which-planet-is-the-largest",)]
    graded = await hall.answers("maya", "It is Jupiter.")  # the right option, whose words the question has
    assert isinstance(graded, o.AttemptGraded)
    assert graded.grade.score == 100


async def test_imported_once(hall: Hall, own: Path):
    """The same notes again, or the same form twice, add nothing; what changed is said and stays."""
    same: Any = {"event": "memory:same"}
    await hall.presses("you", "import-send", QUIZ, **same)
    assert isinstance(await hall.presses("you", "import-send", QUIZ, **same), o.Nothing)
    before = files(own)
    assert list(before) == ["imported.yaml"]
    await hall.presses("you", "import-send", QUIZ.replace("Answer: A", "Answer: B"))
    assert "No new question" in hall.told("you")
    changed = "its answer changed in the notes; /question edit what-falls-from-a-cloud changes it"
    assert changed in hall.told("you")
    await hall.presses("you", "import-send", "## Which planet of all is largest?\n\nJupiter, and by far.\n")
    assert "asks nearly the same" in hall.told("you")
    assert list(files(own)) == ["imported.yaml"]


async def test_a_file_becomes_drafts(hall: Hall, own: Path):
    """A file that came with the command is read by its kind, its topic is its name, and one that is kept back is refused."""

    async def fetch() -> bytes:
        return b"Frage;Antwort\r\nWas ist Regen?;Wasser\r\n"

    file = Attached(name="wetter.csv", size=34, fetch=fetch)
    assert isinstance(await hall.types("you", "/question import", file=file), o.QuestionsImported)
    assert "wetter.csv: table" in hall.told("you")
    assert list(files(own)) == ["wetter.yaml"]
    await hall.types("you", "/question import wetter.csv")
    assert "No file came with this." in hall.told("you")


async def test_an_import_keeps_nobody_waiting(hall: Hall, own: Path):
    """While one file is read, answers are taken; the next file waits for it, and is held against what it brought."""
    asked = await hall.types("maya", "/quiz mid sky")
    async with hall.app.deps.importing:
        waiting = asyncio.create_task(hall.presses("you", "import-send", QUIZ))
        assert isinstance(asked, o.RoundOpened)
        assert isinstance(await hall.answers("maya", FULL), o.AttemptGraded)
        assert not waiting.done()
    assert isinstance(await waiting, o.QuestionsImported)
    assert await hall.presses("you", "import-send", QUIZ) == o.QuestionsImported(new=[], known=3, line=ANY, said=ANY)


async def test_what_is_no_question(hall: Hall, own: Path):
    """Notes in which nothing asks, or that cannot be read, are said to be so; nothing is written."""
    await hall.presses("you", "import-send", "Just some words.")
    assert "No new question" in hall.told("you")
    await hall.presses("you", "import-send", "- " * 60 + "x")
    assert "I cannot take that: notes.md:1: nested too deeply." in hall.told("you")
    assert not files(own)


async def test_who_may_import(hall: Hall, own: Path):
    """Members who are no organisers are refused, by command and by button; so is everybody where there is no folder."""
    for typed in (hall.types("maya", "/question import"), hall.presses("maya", "import-send", QUIZ)):
        assert isinstance(await typed, o.Refusal)
    assert not files(own)
    hall.app.deps = replace(hall.app.deps, teams=TeamBanks())
    await hall.types("you", "/question import")
    assert "I have no folder for your own questions here." in hall.told("you")
