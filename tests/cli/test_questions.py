"""`python -m bot questions` and `export --learned`: what operators and maintainers read of how questions go."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from bot.__main__ import CONFIG, OK, UNAVAILABLE, main
from bot.bank.loading import load
from bot.cli.questions import _as_it_is
from bot.settings import DATABASE
from tests.doubles import database
from tests.doubles.fakes import FULL, HALF, Hall, bank, question
from tests.doubles.fakes import hall as start_hall
from tests.doubles.process import write_bank

Capture = pytest.CaptureFixture[str]
OTHER = "The blue part of daylight bounces off the molecules of air, and our vision is weak for violet."


@pytest.fixture
async def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    """Give a hall, in a folder that the settings name, in which a question was asked, revealed, appealed about and learned of."""
    write_bank(tmp_path, bank(each=1))
    monkeypatch.setenv("STUDYHALL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", str(tmp_path / "content"))
    async with start_hall(tmp_path, questions=bank(each=1)) as hall:
        if url := database.address(tmp_path / DATABASE):
            monkeypatch.setenv("STUDYHALL_DATABASE_URL", url)
        await hall.types("you", "/quiz mid sky")
        for name, text in (("maya", HALF), ("bo", OTHER), ("ines", f"{OTHER} Molecules of air do it."), ("kim", FULL)):
            await hall.answers(name, text)
        await hall.types("you", "/reveal")
        for name, attempt in (("maya", 1), ("bo", 2), ("ines", 3)):
            await hall.presses(name, f"appeal-send:{attempt}", "I said it.")
            await hall.presses("you", f"decide:{attempt}:{'keep' if name == 'maya' else 'correct'}")
        await hall.presses(
            "you", "learn-send:2", "says short: the blue part of daylight bounces\nnot eyes: molecules of air"
        )
        yield hall


async def ran(*words: str) -> int:
    """Run the program beside the hall."""
    import asyncio  # noqa: PLC0415

    return await asyncio.to_thread(main, [*words])


@pytest.mark.both_stores
async def test_what_should_be_looked_at(played: Hall, capsys: Capture):
    """The report lists each question with why, while the bot runs; with --test how the grader does on marked answers."""
    assert await ran("questions") == OK
    shown = capsys.readouterr().out
    assert "memory:team: 1 question asked" in shown
    assert "sky-mid-0: 4 members" in shown
    assert "2 of 3 appeals were accepted" in shown
    assert await ran("questions", "--test", "--team", "memory:team") == OK
    shown = capsys.readouterr().out
    assert "sky-mid-0: graded as marked, 1 of 3 answers" in shown
    assert f"marked correct: {OTHER}" in shown
    assert "rayleigh: earned by" in shown
    assert "is in 2 right answers and in no wrong one: maybe rayleigh or eyes" in shown


async def test_what_goes_well_is_not_listed(played: Hall, capsys: Capture):
    """A question without a reason to look is left out, and so is one of which no answer was marked; an agreed mark is counted."""
    await played.types("you", "/quiz mid sea")
    await played.answers("maya", HALF, 2)
    await played.types("you", "/reveal")
    await played.types("you", "/quiz senior sea")
    await played.presses("maya", "appeal-send:5", "I said it.")
    await played.presses("you", "decide:5:keep")
    assert await ran("questions") == OK
    assert "sea-mid-0" not in capsys.readouterr().out
    assert await ran("questions", "--test") == OK
    shown = capsys.readouterr().out
    assert "sea-mid-0: graded as marked, 1 of 1 answer" in shown
    assert "sea-senior-0" not in shown
    assert await ran("export", "--learned") == OK
    assert "sea-" not in capsys.readouterr().out


async def test_what_was_learned_is_handed_to_maintainers(played: Hall, capsys: Capture, tmp_path: Path):
    """`export --learned` writes the phrasings of each key point, on both sides, as YAML and without a name; also of a question that has left the bank."""
    assert await ran("export", "--learned") == OK
    (entry,) = yaml.safe_load(capsys.readouterr().out)
    assert (entry["team"], entry["question"]) == ("memory:team", "sky-mid-0")
    assert entry["key_points"] == [
        {"id": "short", "says": ["the blue part of daylight bounces"]},
        {"id": "eyes", "not": ["molecules of air"]},
    ]
    assert await ran("export", "--learned", "--out", str(tmp_path / "learned.yaml")) == OK
    assert "2 key points written." in capsys.readouterr().out
    assert "maya" not in (tmp_path / "learned.yaml").read_text()
    (tmp_path / "content" / "sky.yaml").unlink()
    assert await ran("export", "--learned") == OK
    assert yaml.safe_load(capsys.readouterr().out) == [{**entry, "left_the_bank": True}]


@pytest.mark.both_stores
async def test_a_team_is_exported_from_either_database(played: Hall, tmp_path: Path, capsys: Capture):
    """A team's export is read beside the running bot, from the file or the server; a team that is not there is named."""
    out = tmp_path / "team.json"
    assert await ran("export", "--team", "memory:team", "--format", "json", "--out", str(out)) == OK
    assert "the blue part of daylight bounces" in out.read_text()
    assert await ran("questions", "--team", "slack:T0") == UNAVAILABLE
    assert "There is no team slack:T0" in capsys.readouterr().err
    assert await ran("import", str(out), "--team", "memory:team") == OK
    await played.types("maya", "/help")  # it still runs


async def test_what_is_not_there_is_said(
    played: Hall, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A team that nobody knows, a bank that is not named, and a folder without a database are refused with what to do."""
    await played.types("zoe", "/help", team="memory:other", channel="memory:channel:there")
    assert await ran("questions", "--team", "slack:T0") == UNAVAILABLE
    assert "There is no team slack:T0. There are: memory:team, memory:other." in capsys.readouterr().err
    assert await ran("questions", "--team", "memory:other", "--test") == OK
    assert "memory:other: 0 questions asked, no answer was marked" in capsys.readouterr().out
    assert await ran("export") == CONFIG
    assert "export needs bank, format, out" in capsys.readouterr().err
    monkeypatch.setenv("STUDYHALL_DATA_DIR", str(tmp_path / "empty"))
    assert await ran("questions") == UNAVAILABLE
    assert "There is no database at" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "csv", "markdown", "anki-text"])
async def test_a_teams_bank_comes_back(played: Hall, tmp_path: Path, form: str):
    """What a team taught, edited and confirmed stands in its export in every form, and comes back from it to the letter."""
    ending = {"json": "json", "csv": "csv", "markdown": "md", "anki-text": "txt"}[form]
    out, back = tmp_path / f"team.{ending}", tmp_path / "back"
    assert await ran("export", "--team", "memory:team", "--format", form, "--out", str(out)) == OK
    assert await ran("import", str(out), "--out", str(back)) == OK
    topic = load(back).topics["sky"]
    (question,) = topic.questions
    assert "the blue part of daylight bounces" in question.key_points[1].says
    assert not question.draft
    assert await ran("export", "--team", "memory:other", "--format", form, "--out", str(out)) != OK
    await played.types("zoe", "/help", team="memory:other", channel="memory:channel:there")
    assert await ran("export", "--team", "memory:other", "--format", form, "--out", str(out)) != OK


def test_what_files_would_not_take_stays_a_draft_that_is_asked():
    """A team may ask a question with fewer key points than a file has to have: its export says draft, and live."""
    short = question(1).model_copy(update={"key_points": question(1).key_points[:1]})
    nothing: Any = SimpleNamespace(learned={}, said={})
    kept = _as_it_is(short, nothing)
    assert (kept.draft, kept.live, kept.id) == (True, True, short.id)
