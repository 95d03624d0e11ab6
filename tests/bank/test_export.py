"""The exporter: what goes out as CSV, JSON or for Anki comes back as the same bank, and carries nothing that acts."""

import contextlib
import csv
import io
import json
import sqlite3
import zipfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.bank.exchange import anki, markdown, reading, records, writing
from bot.bank.exchange.levels import Levels
from bot.bank.loading import load, read_topic
from bot.bank.safe_yaml import read as read_yaml
from bot.errors import ContentError
from bot.question import Formula, KeyPoint, Level, Misconception, Question, Topic
from tests.doubles.fakes import bank

CONTENT: Final = Path(__file__).parents[2] / "content"
NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_other_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import beside no other bank, which takes its time to read."""
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", "none")


# Any bank

NASTY: Final = st.sampled_from([
    "=1+2", "+1", "-1", "@x", "'=x", "''", "'", "\t=x", "\n- x", "a\r\nb", "[1]", '["a"]', "{}", '{"studyhall": 1}', "# x", "- x",
    "a: b", "&a", "*a", "!x", "%x", "|", ">", "yes", "null", "2026-01-01", "1e3", "0x1", "~", "<b>", "&lt;", "<br>", "<!--",
    "q(z|x) ‖ p", "σ² ≥ 0", "“x”", "😀", "\u2028", "\x00", "\x85", "\xa0x\xa0", "\ufeffx", "\uff1dx", "a\tb", 'a"b', "a;b,c", "\\n",
    "{{x}}", "::", "  two  blanks", "x" * 150, "long words " * 20,
])  # fmt: skip
TEXT: Final = st.one_of(NASTY, st.text(st.characters(exclude_categories=["Cs"]), max_size=30))


def words(least: int, most: int) -> st.SearchStrategy[str]:
    """Return texts of any characters, none blank, at least as long when the blanks around them are taken off."""
    return st.lists(TEXT, max_size=3).map(lambda parts: f"x{''.join(parts)}"[:most].strip() + "y" * least)


def starting(least: int, most: int) -> st.SearchStrategy[str]:
    """Return the same, also with a first character that means something to a spreadsheet or a parser."""
    return st.one_of(
        words(least, most - least - 9), NASTY.map(lambda text: (text + "y" * least)[:most].strip().ljust(least, "y"))
    )


SLUGS: Final = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
LINES: Final = starting(3, 390)
PHRASES: Final = st.lists(starting(2, 190), min_size=1, max_size=3).map(tuple)
DAYS: Final = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Return any question, a draft or not."""
    draft = draw(st.booleans())
    least = 0 if draft else 2
    ids = draw(st.lists(SLUGS, min_size=least, max_size=4, unique=True))
    return Question(
        id=draw(SLUGS),
        topic="later",
        level=draw(st.sampled_from(Level)),
        draft=draft,
        question=draw(starting(8, 500)),
        reference=draw(st.one_of(st.just(""), starting(40, 900)) if draft else starting(40, 900)),
        key_points=tuple(
            KeyPoint(id=key, statement=draw(LINES), phrasings=draw(PHRASES), weight=draw(st.integers(1, 5)))
            for key in ids
        ),
        misconceptions=tuple(
            Misconception(statement=draw(LINES), phrasings=draw(PHRASES)) for _ in range(draw(st.integers(0, 2)))
        ),
        hints=tuple(draw(st.lists(LINES, max_size=2))),
        reading=tuple(draw(st.lists(LINES, max_size=2))),
        formulas=tuple(
            Formula(text=draw(words(1, 99)), latex=draw(words(1, 99))) for _ in range(draw(st.integers(0, 1)))
        ),
        tags=tuple(draw(st.lists(SLUGS, max_size=2))),
        since=draw(DAYS),
        review_by=draw(st.one_of(st.none(), DAYS)),
    )


@st.composite
def banks(draw: st.DrawFn) -> list[Topic]:
    """Return the topics of any bank: ids and topic names differ."""
    names = draw(st.lists(SLUGS, min_size=1, max_size=3, unique=True))
    all_questions = draw(st.lists(questions(), min_size=len(names), max_size=5, unique_by=lambda question: question.id))
    topics = []
    for place, name in enumerate(names):
        own = all_questions[place :: len(names)]
        topics.append(
            Topic(
                topic=name,
                title=draw(LINES),
                aliases=tuple(draw(st.lists(SLUGS, max_size=2))),
                questions=tuple(question.model_copy(update={"topic": name}) for question in own),
            )
        )
    return topics


def back(data: bytes, path: Path) -> list[Topic]:
    """Return what an export is read back as."""
    path.write_bytes(data)
    document = reading.read(path, Levels())
    assert [str(remark) for remark in document.remarks if not remark.understood] == []
    assert document.found == []
    return records.joined(document.topics)


WHOLE: Final = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@WHOLE
@given(banks())
def test_any_bank_comes_back(tmp_path: Path, topics: list[Topic]):
    """Any bank is the same after it was CSV (with the mark for spreadsheets), JSON, Anki's text, Markdown, or topic files."""
    assert back(records.to_csv(topics).encode("utf-8-sig"), tmp_path / "bank.csv") == topics
    assert back(records.to_json(topics).encode(), tmp_path / "bank.json") == topics
    assert back(anki.to_text(topics).encode(), tmp_path / "bank.txt") == topics
    assert back(markdown.to_markdown(topics).encode(), tmp_path / "bank.md") == topics
    assert [Topic.model_validate(read_yaml(writing.to_yaml(topic))[0]) for topic in topics] == topics


@cache
def shipped() -> list[Topic]:
    """Return the topics that come with the bot."""
    return list(load(CONTENT).topics.values())


def test_the_shipped_bank_comes_back(tmp_path: Path):
    """The bank that ships is the same bank after each form."""
    assert back(records.to_csv(shipped()).encode(), tmp_path / "bank.csv") == shipped()
    assert back(records.to_json(shipped()).encode(), tmp_path / "bank.json") == shipped()
    assert back(anki.to_text(shipped()).encode(), tmp_path / "bank.txt") == shipped()


def test_one_topic_comes_back(tmp_path: Path):
    """JSON may hold one topic by itself, written as a topic file is."""
    topic = bank(each=1).topics["sky"]
    assert back(json.dumps(records.plain(topic)).encode(), tmp_path / "sky.json") == [topic]


def test_export_and_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A bank that was exported and imported with the commands is the same bank."""
    monkeypatch.chdir(tmp_path)
    writing.write(tmp_path / "bank", bank(each=2).topics.values())
    for form, name in (("csv", "a.csv"), ("json", "a.json"), ("anki-text", "a.txt")):
        assert main(["export", "bank", "--format", form, "--out", name]) == 0
        assert main(["import", name, "--out", f"from-{form}"]) == 0
        assert load(tmp_path / f"from-{form}") == load(tmp_path / "bank")


# The command


def test_export_of_one_file(tmp_path: Path, capsys: Capture):
    """One topic file can be exported by itself, into a folder that is made for it."""
    out = tmp_path / "new" / "vaes.json"
    assert main(["export", str(CONTENT / "vaes.yaml"), "--format", "json", "--out", str(out)]) == 0
    count = next(len(topic.questions) for topic in shipped() if topic.topic == "vaes")
    assert capsys.readouterr().out == f"{out}: {count} questions written.\n"
    assert [topic["topic"] for topic in json.loads(out.read_text())["topics"]] == ["vaes"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([str(CONTENT), "--format", "csv", "--out", "content.yaml"], "content.yaml: a file for csv ends in .csv"),
        (["nowhere", "--format", "csv", "--out", "a.csv"], "nowhere:1: no topic files"),
        (
            [str(CONTENT / "vaes.yaml"), "--format", "csv", "--out", "folder.csv"],
            "folder.csv: is a folder; name a file",
        ),
    ],
)
def test_what_is_not_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, arguments: list[str], words: str
):
    """An export goes to a file with its form's ending, so that no topic file is written over, and never half."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    assert main(["export", *arguments]) == 78
    assert words in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


# Spreadsheets


@given(TEXT)
@example("=cmd|' /C calc'!A0")
@example("\t=1")
@example("'=1")
def test_no_formula(text: str):
    """No cell of an export starts as a formula does, and each is itself again when it is read."""
    cell = records.escaped(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    assert records.unescaped(cell) == text


def test_cells_that_act():
    """A question, a title and an answer that are formulas stand in the file as text."""
    topic = next(iter(bank().topics.values()))
    acting = topic.questions[0].model_copy(
        update={"question": '=HYPERLINK("http://x.example")', "reference": "@SUM(A1)"}
    )
    text = records.to_csv([topic.model_copy(update={"title": "+1+1", "questions": (acting,)})])
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["title"], row["question"], row["reference"]) == (
        "'+1+1",
        '\'=HYPERLINK("http://x.example")',
        "'@SUM(A1)",
    )


def edited(text: str, **changes: str) -> str:
    """Return an export with its first row's cells changed, as a person would in a spreadsheet."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    rows[0] |= changes
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_an_edited_export(tmp_path: Path):
    """What was changed in a table comes back changed: lists may be lines, a new column is named, a wrong cell too."""
    topics = list(bank(each=1).topics.values())
    path = tmp_path / "bank.csv"
    path.write_text(edited(records.to_csv(topics), hints="Think first.\n\nThen look.", title="", note="mine"))
    document = reading.read(path, Levels())
    assert document.topics[0].questions[0].hints == ("Think first.", "Then look.")
    assert document.topics[0].title == "sky"
    assert [str(r) for r in document.remarks if not r.understood] == ["2-4: left out, not known: note “mine”"]
    for changes, words in (
        ({"level": "expert"}, "2: left out: questions.0.level: Input should be 'mid', 'senior' or 'principal'"),
        ({"key_points": "[1"}, "2: left out: Expecting ',' delimiter"),
        ({"key_points": "[" * 100_000}, "2: left out: nested too deeply"),
        ({"topic": "../../etc"}, "2: left out: topic: String should match pattern"),
    ):
        path.write_text(edited(records.to_csv(topics), **changes))
        document = reading.read(path, Levels())
        assert str(document.remarks[0]).startswith(words)
        assert sum(len(topic.questions) for topic in document.topics) == 5


# Anki


def notes_of(package: bytes) -> list[tuple[str, str, list[str]]]:
    """Return a package's notes as Anki has them: guid, tags, fields."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert sorted(archive.namelist()) == ["collection.anki2", "media"]
        collection = archive.read("collection.anki2")
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(collection)
        rows = database.execute("select guid, tags, flds from notes").fetchall()
    return [(guid, tags.strip(), fields.split("\x1f")) for guid, tags, fields in rows]


def test_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An Anki package has a note a question, the same note each time, and leaves nothing behind in temporary folders."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    topics = list(bank(each=1).topics.values())
    notes = notes_of(anki.to_package(topics, now=NOW))
    assert [fields for _, _, fields in notes] == [anki.fields(t, q) for t in topics for q in t.questions]
    assert notes[0][1] == "mid"
    assert notes == notes_of(anki.to_package(topics, now=NOW))
    assert list(tmp_path.iterdir()) == []


def test_a_package_by_command(tmp_path: Path):
    """The command writes a package that holds the whole bank."""
    out = tmp_path / "bank.apkg"
    assert main(["export", str(CONTENT), "--format", "anki", "--out", str(out)]) == 0
    assert len(notes_of(out.read_bytes())) == sum(len(topic.questions) for topic in shipped())


def test_markup_in_anki():
    """What a question says is text in Anki too: no markup of its own acts there."""
    topic = next(iter(bank().topics.values()))
    acting = topic.questions[0].model_copy(update={"question": "<script>alert(1)</script>\n<img src=x onerror=y>"})
    assert anki.fields(topic, acting)[0] == "&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;img src=x onerror=y&gt;"


@pytest.mark.parametrize(
    ("place", "new", "changed", "words"),
    [
        (0, "Why <b>blue</b>, of all?", {"question": "Why blue, of all?", "draft": True}, []),
        (1, "It is Rayleigh scattering, and<br>our eyes.", {"reference": "It is Rayleigh scattering, and\nour eyes.", "draft": True}, []),
        (2, "<ul><li>nothing</li></ul>", {}, ["left out: the key points were changed in Anki; change them in the topic file"]),
        (3, '{"studyhall": 1}', None, ["left out: its field Studyhall was changed; take that out to import the note as a new one"]),
        (3, '{"studyhall": "1', None, ["left out: Unterminated string starting at: line 1 column 15 (char 14)"]),
    ],
)  # fmt: skip
def test_changed_in_anki(tmp_path: Path, place: int, new: str, changed: dict[str, Any] | None, words: list[str]):
    """A question or answer that was changed in Anki comes back changed, as a draft; what cannot be taken over is named."""
    topic = next(iter(bank(each=1).topics.values()))
    alone = topic.model_copy(update={"questions": topic.questions[:1]})
    cells = anki.fields(alone, alone.questions[0])
    cells[place] = new
    path = tmp_path / "notes.txt"
    path.write_text(
        "#separator:tab\n#html:true\n" + "\t".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells)
    )
    document = reading.read(path, Levels())
    expected = [] if changed is None else [topic.questions[0].model_copy(update=changed)]
    assert [question for one in document.topics for question in one.questions] == expected
    assert [remark.words for remark in document.remarks if not remark.understood] == words


WRITTEN: Final = """\
# The sky

## Why does it rain? (mid)

Water falls.

<details>
<summary>Key points</summary>

- It falls.

</details>

<!-- studyhall {data} -->
"""
DATA: Final = {
    "id": "rain", "level": "mid", "draft": True, "live": True, "question": "Why does it rain?", "reference": "Water falls.",
    "key_points": [{"id": "falls", "statement": "It falls.", "phrasings": ["falls"]}], "since": "2026-01-01",
}  # fmt: skip


def sky(**changes: Any) -> Topic:
    return Topic.model_validate({"topic": "sky", "title": "The sky", "questions": [{**DATA, **changes}]})


def markdown_of(topic: Topic) -> str:
    return markdown.to_markdown([topic])


def test_markdown_as_one_would_write_it():
    """A question is a heading with its level, then the answer and the key points; what else it has is in a comment."""
    text = markdown_of(sky())
    shown, _, carried = text.partition("<!-- studyhall ")
    assert shown == WRITTEN.partition("<!-- studyhall ")[0]
    assert json.loads(carried.removesuffix(" -->\n"))["questions"] == [DATA]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("Water falls.\n\n<", "Water falls.  \n\n<", {}),
        ("Water falls.\n\n<", "Drops fall.\n\n\\# so\n\n<", {"reference": "Drops fall.\n\n# so"}),
        ("Why does it rain? (mid)", "Why does it hail? (mid)", {"question": "Why does it hail?"}),
        ("(mid)", "(hard)", {"level": "principal"}),
        (" (mid)", "", {}),
    ],
)
def test_changed_in_markdown(tmp_path: Path, old: str, new: str, changes: dict[str, Any]):
    """What a person changes above a comment comes back changed; blanks do not matter, and a level left out stays."""
    text = markdown_of(sky())
    assert old in text
    assert back(text.replace(old, new, 1).encode(), tmp_path / "a.md") == [sky(**changes)]


def test_a_confirmed_question_changed_in_markdown(tmp_path: Path):
    """A changed answer makes a draft of what a person had confirmed; a changed level does not."""
    topic = next(iter(bank(each=1).topics.values()))
    text = markdown_of(topic)
    (changed, *rest) = back(text.replace("Rayleigh scattering:", "It is scattering:", 1).encode(), tmp_path / "a.md")[
        0
    ].questions
    assert (changed.draft, [one.draft for one in rest]) == (True, [False] * len(rest))
    again = back(text.replace("(mid)", "(senior)", 1).encode(), tmp_path / "a.md")[0].questions
    assert (again[0].level, again[0].draft) == ("senior", False)


def test_a_question_of_several_lines_in_markdown(tmp_path: Path):
    """A question's further lines stand below the heading, and are no part of a changed answer."""
    text = markdown_of(sky(question="Why does it rain?\nA: air\nB: sea"))
    assert "## Why does it rain? (mid)\n\nA: air\nB: sea\n\nWater falls." in text
    (topic,) = back(text.replace("Water falls.", "Drops fall.").encode(), tmp_path / "a.md")
    assert topic == sky(question="Why does it rain?\nA: air\nB: sea", reference="Drops fall.")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("- It falls.", "- It drops.", "the key points were changed here"),
        ("## Why does it rain? (mid)\n", "", "the heading above this comment is gone"),
        ("A: air", "A: fire", "its question of several lines was changed"),
        ('"studyhall": 1', '"x": 1', "the comment was changed"),
        ('"level": "mid"', '"level": "low"', "questions.0.level"),
    ],
)
def test_what_cannot_be_changed_in_markdown(tmp_path: Path, old: str, new: str, words: str):
    """What a person cannot change there is left out with a remark that says what to do."""
    path, text = tmp_path / "a.md", markdown_of(sky(question="Why does it rain?\nA: air\nB: sea"))
    assert old in text
    path.write_text(text.replace(old, new, 1))
    (said,) = [remark.words for remark in reading.read(path, Levels()).remarks if not remark.understood]
    assert words in said


def test_written_between_in_markdown(tmp_path: Path):
    """Questions that a person writes between exported ones are read as notes of the topic in which they stand."""
    path = tmp_path / "a.md"
    path.write_text(f"# Sky\n\n{markdown_of(sky())}\n## What is wind?\n\nAir.\n")
    document = reading.read(path, Levels())
    assert document.topics == [sky()]
    assert [(one.question, one.answer, one.topic, one.first) for one in document.found] == [
        ("What is wind?", "Air.", "sky", 18)
    ]


def test_markdown_by_command(tmp_path: Path):
    """`export --format markdown` writes a file that `import` takes back as it was."""
    assert main(["export", str(CONTENT / "vaes.yaml"), "--format", "markdown", "--out", str(tmp_path / "vaes.md")]) == 0
    assert main(["import", str(tmp_path / "vaes.md"), "--out", str(tmp_path / "out")]) == 0
    assert read_topic(tmp_path / "out" / "vaes.yaml") == read_topic(CONTENT / "vaes.yaml")


def test_an_endless_cell(tmp_path: Path):
    """A cell of an export that no spreadsheet holds ends the reading there, and the rows before it are kept."""
    (topic,) = list(bank(each=1).topics.values())[:1]
    path = tmp_path / "bank.csv"
    path.write_text(records.to_csv([topic]) + f"sky,b,mid,{'x' * 140_000}\n")
    document = reading.read(path, Levels())
    assert records.joined(document.topics) == [topic]
    assert "left out from here on: field larger than field limit" in document.remarks[-1].words


# Paths


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/b", "..", "", "A", "a\\b", "a\n"])
def test_a_topic_stays_in_its_folder(tmp_path: Path, name: str):
    """A topic whose name would leave the folder is refused, whatever file it comes in."""
    (topic,) = list(bank(each=1).topics.values())[:1]
    data = {"studyhall": 1, "topics": [{**records.plain(topic), "topic": name}]}
    path = tmp_path / "in" / "bank.json"
    path.parent.mkdir()
    path.write_text(json.dumps(data))
    assert reading.read(path, Levels()).topics == []
    path = path.with_name("bank.yaml")
    path.write_text(writing.to_yaml(topic).replace("topic: sky", f"topic: {json.dumps(name)}", 1))
    with pytest.raises(ContentError):
        reading.read(path, Levels())
    path.write_text(records.to_csv([topic]).replace('"sky"', json.dumps(name)))
    assert main(["import", str(path.rename(path.with_suffix(".csv"))), "--out", str(tmp_path / "out")]) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


def test_a_link_is_not_followed(tmp_path: Path):
    """A link where a file is to be written is replaced, and what it points to stays as it is."""
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "out.csv"
    elsewhere.write_text("mine")
    link.symlink_to(elsewhere)
    assert main(["export", str(CONTENT / "vaes.yaml"), "--format", "csv", "--out", str(link)]) == 0
    assert elsewhere.read_text() == "mine"
    assert not link.is_symlink()
