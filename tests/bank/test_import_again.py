"""What an import says and writes: one line a file, a screen, drafts that wait, notes that come again, teams that are there."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.__main__ import main
from bot.bank.alike import alike
from bot.bank.exchange.report import SCREEN
from bot.bank.loading import load, read_topic
from bot.store import sqlite
from bot.store.schema import team

Capture = pytest.CaptureFixture[str]
LONG = "It is air that moves from where there is much of it to where there is less."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, in which the shipped bank is elsewhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", str(tmp_path / "shipped"))
    monkeypatch.setenv("STUDYHALL_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def notes(*pairs: tuple[str, str]) -> str:
    Path("notes.md").write_text("".join(f"## {question}\n\n{answer}\n\n" for question, answer in pairs))
    return "notes.md"


def test_drafts_wait(capsys: Capture):
    """Imported questions are not asked, and the report says so; with --live they are."""
    assert main(["import", notes(("What is wind?", LONG)), "--out", "bank"]) == 0
    assert "Drafts are not asked until a person has confirmed them" in capsys.readouterr().out
    assert list(load(Path("bank")).questions) == []
    assert main(["import", "notes.md", "--out", "asked", "--live"]) == 0
    assert list(load(Path("asked")).questions) == ["what-is-wind"]
    assert "Drafts are not asked" not in capsys.readouterr().out


def test_a_changed_answer(capsys: Capture):
    """An answer that changed in the notes is offered, taken over with --update, and never stands twice."""
    main(["import", notes(("What is wind?", LONG), ("Why is it cold?", "No sun.")), "--out", "bank"])
    Path("bank/notes.yaml").write_text(Path("bank/notes.yaml").read_text().replace("questions:", "questions: # ours"))
    main(["import", notes(("What is  WIND?", "Storm, mostly."), ("Why is it cold?", "No sun.")), "--out", "bank"])
    assert "what-is-wind: its answer changed in the notes; --update takes it over" in capsys.readouterr().out
    assert [q.reference for q in read_topic(Path("bank/notes.yaml")).questions] == [LONG, "No sun."]
    main(["import", "notes.md", "--out", "bank", "--update"])
    assert "notes.yaml: 1 draft changed: what-is-wind" in capsys.readouterr().out
    assert [q.reference for q in read_topic(Path("bank/notes.yaml")).questions] == ["Storm, mostly.", "No sun."]
    assert "questions: # ours" in Path("bank/notes.yaml").read_text()


def test_what_a_person_added_to_a_draft(capsys: Capture):
    """A draft whose key points a person has mended keeps them when its answer is taken over, and the report says so."""
    main(["import", notes(("What is wind?", LONG), ("Why is it cold?", "No sun.")), "--out", "bank"])
    file = Path("bank/notes.yaml")
    taught = file.read_text().replace("        phrasings:\n", "        phrasings:\n          - taught by a person\n", 1)
    file.write_text(taught.replace("    since:", "    reading:\n      - A book on wind\n    since:", 1))
    capsys.readouterr()
    main(
        [
            "import",
            notes(("What is wind?", "Storm, mostly."), ("Why is it cold?", "Night.")),
            "--out",
            "bank",
            "--update",
        ]
    )
    said = capsys.readouterr().out
    assert (
        "what-is-wind: its answer changed in the notes; it is taken over; its key points, which were mended here, stay"
        in said
    )
    assert "why-is-it-cold: its answer changed in the notes; it is taken over\n" in said
    wind, cold = read_topic(file).questions
    assert (wind.reference, wind.reading) == ("Storm, mostly.", ("A book on wind",))
    assert wind.key_points[0].phrasings[0] == "taught by a person"
    assert [point.statement for point in cold.key_points] == ["Night."]


def test_a_changed_question(capsys: Capture):
    """A question whose words changed is known by its answer."""
    main(["import", notes(("What is wind?", LONG)), "--out", "bank"])
    main(["import", notes(("What is wind, and why?", LONG)), "--out", "bank", "--update"])
    assert "its question (now “What is wind, and why?”) changed" in capsys.readouterr().out
    assert [(q.id, q.question) for q in read_topic(Path("bank/notes.yaml")).questions] == [
        ("what-is-wind", "What is wind, and why?")
    ]


def test_confirmed_questions_stay(capsys: Capture):
    """What a person has confirmed is not changed by an import, which says where it differs."""
    main(["import", notes(("What is wind?", f"{LONG} The sun drives it.")), "--out", "bank"])
    file = Path("bank/notes.yaml")
    file.write_text(file.read_text().replace("    draft: true\n", ""))
    before = file.read_text()
    main(["import", notes(("What is wind?", "Storm.")), "--out", "bank", "--update"])
    assert "a person has confirmed it: it stays" in capsys.readouterr().out
    assert file.read_text() == before


def test_other_files_stay(capsys: Capture):
    """A changed draft is written where it stands, and the folder's other files stay as they are."""
    Path("bank").mkdir()
    other = "topic: air\ntitle: Air\nquestions:\n  - {id: what-is-air, level: mid, draft: true, question: What is air?, since: 2026-01-01}\n"
    Path("bank/air.yaml").write_text(other)
    main(["import", notes(("What is wind?", "Moving air.")), "--out", "bank"])
    main(["import", notes(("What is wind?", LONG)), "--out", "bank", "--update"])
    assert "1 draft changed" in capsys.readouterr().out
    assert Path("bank/air.yaml").read_text() == other


def test_a_file_that_cannot_change(capsys: Capture):
    """A topic file in which a draft does not stand as a dash with its names below is left as it is."""
    Path("bank").mkdir()
    text = "{topic: notes, title: Notes, questions: [{id: what-is-wind, level: mid, draft: true, question: What is wind?, since: 2026-01-01}]}\n"
    Path("bank/notes.yaml").write_text(text)
    assert main(["import", notes(("What is wind?", LONG)), "--out", "bank", "--update"]) == 78
    assert "cannot be changed in place" in capsys.readouterr().err
    assert Path("bank/notes.yaml").read_text() == text


def test_a_dry_run(capsys: Capture):
    """A dry run shows the first three questions as they would be asked, and writes nothing."""
    many = [(f"What is wind number {n}?", "") for n in range(5)]
    assert main(["import", notes(*many), "--out", "bank", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert out.count("Question of the day · notes · mid\n  │ What is wind number") == 3
    assert out.endswith("Nothing was written: this was a dry run.\n")
    assert not Path("bank").exists()


def test_a_screen(capsys: Capture):
    """The report is a line a file and at most a screen; --verbose says all, and --json for programs."""
    Path("many.csv").write_text(
        "question,answer\n" + "".join(f",lost {n}\n" for n in range(50)) + "What is wind?,Air.\n"
    )
    assert main(["import", "many.csv"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "many.csv: table, UTF-8: 1 found, 1 question taken, 1 draft, 50 other remarks."
    assert len(out) == SCREEN + 3
    main(["import", "many.csv", "--verbose"])
    assert len(capsys.readouterr().out.splitlines()) > 50
    main(["import", "many.csv", "missing.csv", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [(one["taken"], len(one["remarks"]), bool(one["refused"])) for one in told["files"]] == [
        (1, 52, False),
        (0, 0, True),
    ]


def test_many_changes(capsys: Capture):
    """What changed is a screen too; the last lines, which say what was written, are always there."""
    main(["import", notes(*((f"What is wind number {n}?", "Air.") for n in range(30))), "--out", "bank"])
    capsys.readouterr()
    main(["import", notes(*((f"What is wind number {n}?", "Water.") for n in range(30))), "--out", "bank"])
    out = capsys.readouterr().out
    assert "more; --verbose shows all." in out
    assert len(out.splitlines()) <= 2 * SCREEN + 2


def test_left_out(capsys: Capture):
    """A question that is left out is counted in the file's line, with the first reason."""
    Path("notes.md").write_text(
        "1. What is wind? It is air that moves.\n2. What is rain?\n   Water.\n3. Why is it cold?\n"
    )
    main(["import", "notes.md"])
    said = "3 found, 2 questions taken, 2 drafts, 1 without an answer, 1 left out (its answer stands on the same line;"
    assert said in capsys.readouterr().out


def test_columns_by_name(capsys: Capture):
    """A column whose name nobody knows is proposed for --map, which then says what it is."""
    Path("t.csv").write_text("Aiheet;Selitys\nTuuli kuten aina ennenkin on ollut täällä;Ilma liikkuu; x\n")
    assert main(["import", "t.csv"]) == 1
    assert "--map “Aiheet=question” --map “Selitys=answer”" in capsys.readouterr().out
    assert main(["import", "t.csv", "--map", "Aiheet=question", "--map", "Selitys=answer"]) == 0


def test_columns_that_are_none(capsys: Capture):
    """A column that is named and stands in no file is refused with those that do, before anything is written."""
    Path("t.csv").write_text("question,answer\nWhat is wind?,Air that moves.\n")
    Path("t.json").write_text('[{"question": "What is wind?", "answer": "Air.", "more": {"theme": "sky"}}]')
    assert main(["import", "t.csv", "--map", "Thema=topic", "--out", "bank"]) == 78
    assert "--map: no file has a column 'Thema'; the columns are question, answer" in capsys.readouterr().err
    assert not Path("bank").exists()
    assert main(["import", "t.json", "--map", "Thema=topic"]) == 78
    assert "the columns are question, answer, more, theme" in capsys.readouterr().err
    assert main(["import", notes(("What is wind?", "Air.")), "--map", "Thema=topic"]) == 78
    assert "there are no columns" in capsys.readouterr().err


def test_live_comes_too_late(capsys: Capture):
    """--live says what to do with drafts that are there already, as it does not change them."""
    main(["import", notes(("What is wind?", "Air that moves.")), "--out", "bank"])
    capsys.readouterr()
    assert main(["import", notes(("What is wind?", "Air that moves.")), "--out", "bank", "--live"]) == 0
    assert "1 draft here from before, which --live does not change: confirm each" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", " \n\n\t\n"])
def test_an_empty_file(capsys: Capture, text: str):
    """A file with nothing in it is refused in a line, without the shapes that are known."""
    Path("empty.md").write_text(text)
    assert main(["import", "empty.md"]) == 1
    said = capsys.readouterr().out
    assert "empty.md: there is nothing in this file" in said
    assert "These shapes are known" not in said


def test_recognised_and_left_out(capsys: Capture):
    """Where a question was recognised and left out, the report says why, and not that nothing was recognised."""
    assert main(["import", notes(("What is wind?", "x" * 20_001)), "--dry-run"]) == 1
    said = capsys.readouterr().out
    assert "1 found, 0 questions taken, 1 left out" in said
    assert "no question was recognised" not in said


def test_nothing_taken(capsys: Capture):
    """Where no question was taken the last line says so, and names no place to write to."""
    Path("bad.md").write_text("# Title\n\nSome words.\n")
    assert main(["import", "bad.md", "nowhere.md"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing was written: no question was taken."


def test_teams(capsys: Capture):
    """A team that the bot does not know is refused, with the one that was meant."""
    assert main(["import", notes(("What is wind?", LONG)), "--team", "bogus"]) == 78
    assert "such as slack:T024BE7LD" in capsys.readouterr().err
    assert main(["import", "notes.md", "--team", "slack:T1"]) == 0

    async def join() -> None:
        async with sqlite.opened(Path("data/studyhall.db"), now=datetime(2026, 1, 1, tzinfo=UTC)) as database:
            await database.write(lambda connection: connection.execute(insert(team).values(ref="slack:T7", zone="UTC")))

    asyncio.run(join())
    assert main(["import", "notes.md", "--team", "slack:T7"]) == 0
    assert main(["import", "notes.md", "--team", "slack:T9"]) == 78
    assert "did you mean slack:T7?" in capsys.readouterr().err
    assert main(["import", "notes.md", "--team", "discord:12345678"]) == 78
    assert "known are slack:T7" in capsys.readouterr().err


def test_a_database_that_is_none():
    """Where the database cannot be read, a team's form is all that is asked for."""
    Path("data").mkdir()
    Path("data/studyhall.db").write_text("no database")
    assert main(["import", notes(("What is wind?", LONG)), "--team", "slack:T1"]) == 0


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("What is the GAN loss?", "How do generative models differ from discriminative models?"),
        ("What is a GAN?", "What is a generative model?"),
    ],
)
def test_no_false_alarm(one: str, two: str):
    """Questions that share a field, and not what they ask, are no doubles."""
    assert list(alike([one, two])) == []
