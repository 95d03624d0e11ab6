"""The importer: tables, Anki's text and JSON in, drafts out, topic files that grow without losing anything."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import _parser, main
from bot.bank.exchange import drafts, reading, writing
from bot.bank.exchange.drafts import Choice
from bot.bank.exchange.found import Document, Found
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.slugs import slug
from bot.bank.loading import check, load, read_topic
from bot.bank.safe_yaml import MAX_FILE_BYTES
from bot.bank.safe_yaml import read as read_yaml
from bot.errors import ContentError
from bot.grading import Band, grade
from bot.question import LEVEL_WORDS, Level, Question, Topic
from bot.text import plural

NOTES: Final = Path(__file__).parent / "notes"
TODAY: Final = date(2026, 11, 22)
MID, SENIOR, PRINCIPAL = Level
Capture = pytest.CaptureFixture[str]
Written = Callable[..., Path]


@pytest.fixture
def file(tmp_path: Path) -> Written:
    """Write a file with a name, and return its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, in which the shipped bank is elsewhere and no setting is set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", str(tmp_path / "shipped"))
    return tmp_path


def found(document: Document) -> list[tuple[int, str, str, Level | None, str]]:
    return [(one.first, one.question, one.answer, one.level, one.topic) for one in document.found]


def left_out(document: Document) -> list[str]:
    return [str(remark) for remark in document.remarks if not remark.understood]


# Which shape a file has


@pytest.mark.parametrize(
    ("name", "content", "question"),
    [
        ("a.md", "## What is wind?\nAir.", "What is wind?"),
        ("a.txt", "1 What is wind?\nAnswer: Air.", "What is wind?"),
        ("a.txt", "## What is wind?\r\nAir.\r\n", "What is wind?"),
        ("a.txt", "[Easy] a list\n\n## What is wind?\nAir.", "What is wind?"),
        ("a.csv", "question,answer\nWhat is wind?,Air.\n", "What is wind?"),
        ("a.csv", "\ufeffQuestion;Answer\nWhat is wind?;Air.\n", "What is wind?"),
        ("a.csv", "question\tanswer\nWhat is wind?\tAir.\n".encode("utf-16"), "What is wind?"),
        ("a.json", '[{"question": "What is wind?", "answer": "Air."}]', "What is wind?"),
        ("a.txt", ' ["What is wind?"]', "What is wind?"),
        ("a.txt", "#separator:tab\n#html:true\nWhat is wind?\tAir.\n", "What is wind?"),
        ("a.txt", "What is wind?\tAir.\nWhat is rain?\tWater.\n", "What is wind?"),
        ("a.tsv", "What is wind?\tAir.\n", "What is wind?"),
    ],
)
def test_each_shape_is_known(file: Written, name: str, content: str | bytes, question: str):
    """What a file holds is known by its content, and only where that says too little by its name."""
    assert reading.read(file(name, content), Levels()).found[0].question == question


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.md", b"\x00\x01\x02 data", "no text, but data of some program"),
        ("a.pdf", b"%PDF-1.7", "a PDF; copy its text into a file"),
        ("a.adoc", "= Wind", "AsciiDoc: turn it into Markdown"),
        ("a.md", b"\xff\xfea", "no text in an encoding that is known; save it as UTF-8"),
        ("a.md", b"\x94\x9d\x86j\x94\x9b\x82\x85\x86\x8eV\x85\x9d\x0b\x8b\x86\x98\x80\x9c\x8e\x83\n\x81\x9b\x94Z\x8c*>\x9b\x0b\x93b\x83\x8c\xfc\x87\x92\x8e\xc2", "no text in an encoding that is known"),
        ("a.apkg", b"PK\x03\x04../../evil", "a packed archive; unpack it"),
        ("a.md", "> " * 40 + "x", "nested too deeply"),
        ("a.yaml", "topic: [", "not valid YAML"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(file: Written, name: str, content: str | bytes, words: str):
    """A file that is no text, or is packed, says what to do."""
    path = file(name, content)
    with pytest.raises(ContentError) as refused:
        reading.read(path, Levels())
    assert str(refused.value).startswith(str(path))
    assert words in str(refused.value)


def test_no_file(tmp_path: Path):
    """A file that is missing, a folder and one that is too large say so."""
    for path, words in ((tmp_path / "none.md", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(ContentError, match=words):
            reading.read(path, Levels())
    with (tmp_path / "large.md").open("wb") as large:
        large.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(ContentError, match="5,000,001 bytes, and 5,000,000 are the limit"):
        reading.read(tmp_path / "large.md", Levels())


# Tables

CSV: Final = """\
Question,Answer,Difficulty,Category,Hints,Source,Tags,Author,
What is wind?,Moving air.,Easy,weather,"Feel it.
Hear it.",Beaufort 1805,"air, gusts",Ada,
"What is ""rain""?  hard",Water.,,,,,hard rain,,extra
,lost,,,,,,,
Why does it snow here?,,tricky,,,,,,
"""


def test_csv(file: Written):
    """A table's columns are known by what people call them; what is in others is named with its line."""
    document = reading.read(file("weather.csv", CSV), Levels())
    assert found(document) == [
        (2, "What is wind?", "Moving air.", MID, "weather"),
        (4, 'What is "rain"?', "Water.", PRINCIPAL, ""),
        (6, "Why does it snow here?", "", None, ""),
    ]
    more = {"hints": ["Feel it.", "Hear it."], "reading": ["Beaufort 1805"], "tags": ["air", "gusts"]}
    assert [dict(one.more) for one in document.found] == [more, {"tags": ["hard", "rain"]}, {}]
    assert left_out(document) == [
        "2-3: left out, not known: Author “Ada”",
        "4: left out, not known: column 9 “extra”",
        "5: left out, no question: “lost”",
        "6: level “tricky” is not known: say what it means with --map",
    ]


@pytest.mark.parametrize("text", ["sep=;\n", "a,b\n1,2\n", "sep=;\n\n\n"])
def test_csv_without_names(file: Written, text: str):
    """A table of which nothing tells what asks is left out whole, and the report says how to name it."""
    (words,) = left_out(reading.read(file("a.csv", text), Levels()))
    assert "left out: no column asks, by its name or by what stands in it; say which" in words


def test_an_unclosed_mark(file: Written):
    """A quotation mark without an end is named with its line, and what stands below it is read as rows."""
    document = reading.read(file("a.csv", f'question\nWhat is wind?\n"{"x" * 140_000}\nWhat is rain?\n'), Levels())
    assert [one.question[:20] for one in document.found] == ["What is wind?", "x" * 20, "What is rain?"]
    assert left_out(document)[0].startswith("3: a quotation mark is opened here and not closed")


def test_json(file: Written):
    """JSON is a list of questions, by themselves or with fields; each is found at its line."""
    data = {
        "topic": "weather", "title": "The weather", "by": "Ada",
        "questions": ["What is wind?", {"Front": "What is ünd?", "back": "Air.", "level": "senior", "year": 1805}, 7, {}],
    }  # fmt: skip
    for ascii_only in (True, False):
        path = file("a.json", json.dumps(data, indent=1, ensure_ascii=ascii_only))
        document = reading.read(path, Levels())
        assert (document.topic, document.title) == ("weather", "The weather")
        assert found(document) == [
            (6, "What is wind?", "", None, ""),
            (8, "What is ünd?", "Air.", SENIOR, ""),
        ]
        assert left_out(document) == [
            "1: left out, not known: by “Ada”",
            "8: left out, not known: year “1805”",
        ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1}', "1: left out: no list of questions"),
        ("7", "1: left out: no list of questions"),
        ('[\n"a"', "2: left out: no JSON that can be read: Expecting"),
        ("[" * 200_000, "1: left out: no JSON that can be read: nested too deeply"),
        ('{"studyhall": 1, "topics": [3, {"topic": "x", "questions": 3}]}', "1: left out: topic: Field required"),
    ],
)
def test_json_that_is_none(file: Written, text: str, words: str):
    """JSON without questions, or that ends in the middle, or nests without an end, is left out with the reason."""
    document = reading.read(file("a.json", text), Levels())
    assert left_out(document)[0].startswith(words)
    assert (document.found, document.topics) == ([], [])


ANKI: Final = """\
#separator:tab
#html:true
#guid column:1
#deck column:3
#tags column:5
aaa\t"What is <b>wind</b>?"\tNature::Weather\t"Moving air.<br>It is <i>felt</i>.<ul><li>soft</li><li>a &lt; b</li></ul>"\thard air
bbb\t"What is<img src=""x.png""> this?"\tNature\tA&nbsp;cloud.\t\tfrom a book
"""


def test_anki(file: Written):
    """Anki's text holds a question and an answer a row, as HTML, with deck and tags where the file says."""
    document = reading.read(file("a.txt", ANKI), Levels())
    assert found(document) == [
        (6, "What is wind?", "Moving air.\nIt is felt.\n- soft\n- a < b", PRINCIPAL, "Weather"),
        (7, "What is[image x.png] this?", "A cloud.", None, "Nature"),
    ]
    assert [dict(one.more) for one in document.found] == [{"tags": ["hard", "air"]}, {}]
    assert left_out(document) == ["7: left out, not known: field 6 “from a book”"]


def test_anki_plain(file: Written):
    """Without settings, or with others, a row is read as it is."""
    text = "#separator:Semicolon\n#deck:Nature::Weather\nIs a<b?;yes\n\n;none\n"
    document = reading.read(file("a.txt", text), Levels())
    assert found(document) == [(3, "Is a<b?", "yes", None, "")]
    assert document.topic == "Weather"
    assert left_out(document) == ["5: left out, no question: “none”"]
    long = f"#separator:|\n#html:true\nWhat is wind?|{'<b>' * 40_000}"
    assert reading.read(file("b.txt", long), Levels()).found[0].answer == "<b>" * 40_000


def test_mended(file: Written):
    """Garbled letters, and characters that steer a screen, are mended in tables too."""
    text = "question,answer,hints\nWhat is a cafÃ©?,It\u202es good,ThÃ©\nWhat is tea?,Hot.,\n"
    document = reading.read(file("a.csv", text), Levels())
    assert [(one.question, one.answer) for one in document.found] == [
        ("What is a café?", "Its good"),
        ("What is tea?", "Hot."),
    ]
    assert document.found[0].more == {"hints": ["Thé"]}
    assert [str(remark) for remark in document.remarks][-1] == "2: garbled letters mended"


# Drafts

ANSWER: Final = (
    "Wind is moving air. It blows from high to low pressure, e.g. from sea to land by day.\n"
    "- The Earth's turning bends it.\n2. Friction slows it.\nIt does not rest!"
)


def made(*asked: Found, **choice: Any) -> list[Topic]:
    topics, _ = drafts.topics(Document(found=[*asked]), Choice(since=TODAY, **choice), name="my_notes")
    return topics


def ask(question: str = "What is wind?", answer: str = ANSWER, line: int = 1, **more: Any) -> Found:
    return Found(question=question, answer=answer, first=line, last=line, **more)


def test_a_draft():
    """A draft has an id of its words, the answer whole, and key points for a person to confirm."""
    ((topic,),) = (made(ask(level=SENIOR, more={"hints": ["Feel it."]})),)
    (question,) = topic.questions
    assert (topic.topic, topic.title) == ("my-notes", "my notes")
    assert (question.id, question.level, question.draft, question.since) == ("what-is-wind", SENIOR, True, TODAY)
    assert (question.reference, question.hints) == (ANSWER, ("Feel it.",))
    assert [point.statement for point in question.key_points] == [
        "Wind is moving air.",
        "It blows from high to low pressure, e.g. from sea to land by day.",
        "The Earth's turning bends it.",
        "Friction slows it.",
        "It does not rest!",
    ]
    assert question.key_points[1].phrasings == ("blows high low", "pressure sea land day")
    assert question.key_points[4].phrasings == ("not rest",)
    assert question.complete
    assert not question.ready
    assert question.model_copy(update={"live": True}).ready
    assert grade(question, ANSWER).band is Band.CORRECT
    assert grade(question, "I have no idea").score == 0


def test_key_points_are_few():
    """Of many sentences those with most to say are proposed, each with an id of its own, and none without words."""
    sentences = [f"Number {n} is about the thing and its {'very ' * n}own matter {'abcdefgh'[n] * 4}" for n in range(8)]
    points = drafts.key_points("What is it?", ". ".join(sentences) + ". ∅∅∅. !!!")
    assert len(points) == drafts.PROPOSED
    assert len({point["id"] for point in points}) == drafts.PROPOSED
    assert drafts.key_points("What is wind?", "Wind is wind.") == []
    assert drafts.key_points("What is wind?", "∅") == []
    asked = "Which are reptiles?\n\nA: snakes\nB: frogs\nC: Ar"
    right = drafts.key_points(asked, "snakes; Ar\n\nFrogs are amphibians.")
    assert [(point["statement"], point["phrasings"]) for point in right] == [
        ("snakes", ["snakes"]),
        ("It is Ar.", ["Ar"]),
    ]
    same = drafts.key_points("Why?", "Rain falls. Rain falls!")
    assert [point["id"] for point in same] == ["rain-falls", "rain-falls-2"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("What is the Élan of GANs?", "what-is-the-elan-of-gans"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * 48),
        ("word " * 40, "word-" * 8 + "word"),
        ("什么是注意力", "question-0f5b5b8d"),
        ("", "question-e3b0c442"),
    ],
)
def test_slugs(text: str, name: str):
    """An id holds Latin letters, digits and dashes alone, whatever the text; one without any gets a name of its own."""
    short = slug(text, fallback="question")
    assert short[:9] == name[:9]
    assert len(short) <= 60
    assert short == name or text == "什么是注意力"


@given(st.text())
def test_any_slug_is_one(text: str):
    """Whatever a text is, its slug may name a topic, and so a file that stays in its folder."""
    name = slug(text, fallback="topic")
    assert Topic(topic=name, title="Any", questions=made(ask())[0].questions).topic == name


@pytest.mark.parametrize(
    ("choice", "document", "topic", "title"),
    [
        ({"topic": "The weather"}, Document(topic="x"), "the-weather", "The weather"),
        ({"by_section": True}, Document(topic="x"), "wind-and-rain", "Wind and  rain"),
        ({}, Document(topic="genai", title="Generative AI"), "genai", "Generative AI"),
        ({}, Document(), "ml", "Topic ml"),
    ],
)
def test_topics(choice: dict[str, Any], document: Document, topic: str, title: str):
    """The topic is what is said on the way, or the section, or what the document says, or the file's name."""
    document.found.append(ask(section="Wind and  rain"))
    ((made, _),) = [drafts.topics(document, Choice(since=TODAY, **choice), name="ml")]
    assert [(one.topic, one.title) for one in made] == [(topic, " ".join(title.split()))]


def test_topics_by_column():
    """A question's own topic goes before the document's; two ways to write a topic are one."""
    topics = made(ask(topic="GANs"), ask("What is rain?", topic="gans"), ask("What is snow?", topic="VAEs"))
    assert [(topic.topic, topic.title, len(topic.questions)) for topic in topics] == [
        ("gans", "GANs", 2),
        ("vaes", "VAEs", 1),
    ]


def test_ids():
    """Ids differ within a bank and from another's; a question that is there already keeps its own."""
    asked = [ask(line=1), ask("What is wind.", line=2), ask("What is rain?", line=3)]
    present = {"what-is-wind": "What is wind?", "what-is-rain": "What IS rain?"}
    ids = [[q.id for q in topic.questions] for topic in made(*asked, present=present, reserved={"what-is-wind-2"})]
    assert ids == [["what-is-wind", "what-is-wind-3", "what-is-rain"]]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (ask(level=MID), "1: question “What is wind?”, mid, answer of 32 words, 5 key points to be confirmed"),
        (ask(answer=""), "1: question “What is wind?”, mid (none is said), a draft that still needs an answer"),
        (ask(answer="∅"), "1: question “What is wind?”, mid (none is said), answer of 1 word; it still needs key points"),
        (ask(answer="Long. " * 500), "1: question “What is wind?”, mid (none is said), answer of 500 words, too long to be asked: shorten it"),
        (ask("Wind?"), "1: left out, question “Wind?”: question: too short, 8 characters are the least"),
        (ask(answer="x" * 20_001), "1: left out, question “What is wind?”: reference: too long, 20,000 characters are the most"),
    ],
)  # fmt: skip
def test_what_is_said(asked: Found, words: str):
    """Each question has its line in the report: its level, its answer, and what it still needs, or why it is left out."""
    _, remarks = drafts.topics(Document(found=[asked]), Choice(since=TODAY), name="notes")
    assert [str(remark) for remark in remarks] == [words]


# Topic files


def test_a_new_file(tmp_path: Path):
    """A topic gets a file of its own, which reads back as it was and says what to do with it."""
    topics = made(ask(), ask("What is rain?", answer="", line=2))
    path = tmp_path / "banks" / "my-notes.yaml"
    assert writing.write(path.parent, topics) == [f"{path}: 2 questions written"]
    assert path.read_text().startswith("# Imported. Read each draft")
    assert [read_topic(path)] == topics
    assert list(load(path.parent).questions) == []
    checked = check(path.parent, today=TODAY)
    assert checked.problems == []
    assert len(checked.notes) == 2


HAND_MADE: Final = """\
# By hand; keep this comment.
topic: weather
title: The weather
aliases: [my-notes]
questions:
{0}- id: what-is-wind   # ours
{0}  level: mid
{0}  draft: true
{0}  question: What is wind?
{0}  since: 2026-01-01
"""


@pytest.mark.parametrize("indent", ["", "  ", "      "])
def test_a_file_grows(tmp_path: Path, indent: str):
    """New questions are added below those that are there, whose text and comments stay; known ones are left as they are."""
    path = tmp_path / "by-hand.yaml"
    path.write_text(HAND_MADE.format(indent))
    topics = made(
        ask(), ask("What is rain?", "Water.\n\n  It falls.", line=2), present={"what-is-wind": "What is wind?"}
    )
    assert writing.write(tmp_path, topics) == [
        f"{path}: 1 question written; there already and left as they are: what-is-wind"
    ]
    assert path.read_text().startswith(HAND_MADE.format(indent).rstrip("\n"))
    assert [(q.id, q.topic, q.reference) for q in read_topic(path).questions] == [
        ("what-is-wind", "weather", ""), ("what-is-rain", "weather", "Water.\n\n  It falls."),
    ]  # fmt: skip
    assert writing.write(tmp_path, topics)[0].startswith(f"{path}: 0 questions written; there already")


@pytest.mark.parametrize(
    "text",
    [
        HAND_MADE.format("") + "---\n",
        "{topic: my-notes, title: Weather, questions: [{id: a, level: mid, draft: true, question: What is it?, since: 2026-01-01}]}",
        "questions:\n- {id: a, level: mid, draft: true, question: What is it?, since: 2026-01-01}\ntopic: my-notes\ntitle: Wet\n",
    ],
)
def test_a_file_that_cannot_grow(tmp_path: Path, text: str):
    """A file in which nothing can be added below stays as it is, and the sentence says how it could."""
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ContentError):
        writing.write(tmp_path, made(ask("What is rain?")))
    assert path.read_text() == text
    assert [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


def test_a_file_too_large(tmp_path: Path):
    """A topic that would not be read again is not written, nor is any other of the same import."""
    with pytest.raises(ContentError, match=r"long\.yaml: would have .* bytes, and 4,000 are the limit; split it"):
        writing.write(
            tmp_path, made(ask(topic="short"), ask("What is rain?", "word " * 900, topic="long")), limit=4_000
        )
    assert list(tmp_path.iterdir()) == []


def test_one_topic_under_two_names(tmp_path: Path):
    """Two imported topics that a folder knows as one go into its file together, each question once."""
    (tmp_path / "weather.yaml").write_text(HAND_MADE.format(""))
    one, two = made(ask("What is rain?", topic="weather"), ask("What is snow?", topic="my notes", line=2))
    said = writing.write(tmp_path, [one, two, two])
    assert said == [
        f"{tmp_path / 'weather.yaml'}: 2 questions written; there already and left as they are: what-is-snow"
    ]
    assert len(read_topic(tmp_path / "weather.yaml").questions) == 3


# The command


def test_import(folder: Path, capsys: Capture):
    """The command reports on every line, counts, and writes nothing until it is said where."""
    files = [str(path) for path in sorted(NOTES.iterdir())]
    assert main(["import", *files]) == 0
    out = capsys.readouterr().out
    for name, count, bare in (("answers.md", 3, 0), ("indepth.md", 2, 0), ("levels.md", 7, 3), ("lines.txt", 4, 0)):
        needs = f", {bare} without an answer" if bare else ""
        assert re.search(
            f"{name}: notes[^:]*: {count} found, {plural(count, 'question')} taken, {plural(count, 'draft')}{needs}",
            out,
        )
    assert out.endswith("Nothing was written: say where with --out FOLDER or --team TEAM.\n")
    assert list(folder.iterdir()) == []


def test_import_out(folder: Path, capsys: Capture):
    """Written to a folder, a second time changes nothing; a bank of drafts has notes and no problems."""
    arguments = ["import", *(str(path) for path in sorted(NOTES.iterdir())), "--out", "bank"]
    assert main(arguments) == 0
    files = {path.name: path.read_bytes() for path in (folder / "bank").iterdir()}
    assert sorted(files) == ["answers.yaml", "baking.yaml", "indepth.yaml", "lines.yaml"]
    capsys.readouterr()
    assert main(arguments) == 0
    assert "0 questions written; there already and left as they are: " in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in (folder / "bank").iterdir()} == files
    assert main(["check", "bank"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("16 questions read, 0 problems found, ")


def test_import_choices(folder: Path, file: Written, capsys: Capture):
    """Topic, level and the words for difficulty can be said; the first and the second file's ids differ."""
    one = file("one.md", "## Wind\n### What is wind?\nAir.\n## Rain\n### What is rain? (tricky)\nWater.")
    two = file("two.md", "## Wind\n### What is wind, 風?\nStorm.")
    arguments = ["import", str(one), str(two), "--out", "bank", "--topic-from", "section", "--level", "senior"]
    assert main([*arguments, "--live", "--map", "tricky=principal"]) == 0
    bank = load(folder / "bank")
    assert {q.id: (q.topic, q.level) for q in bank.questions.values()} == {
        "what-is-wind": ("wind", SENIOR), "what-is-wind-2": ("wind", SENIOR), "what-is-rain": ("rain", PRINCIPAL),
    }  # fmt: skip
    assert main(["import", str(one), "--out", "other", "--topic", "Our weather", "--live"]) == 0
    assert list(load(folder / "other").topics) == ["our-weather"]


@pytest.mark.parametrize("words", ["tricky", "=mid", "tricky=expert"])
def test_import_map(words: str, capsys: Capture):
    """A word for difficulty that is given without a level is wrong usage, and the levels are named."""
    with pytest.raises(SystemExit) as left:
        main(["import", "a.md", "--map", words])
    assert left.value.code == 2
    assert "is no WORD=MEANING; the levels are mid, senior, principal" in capsys.readouterr().err


def test_import_of_nothing(folder: Path, file: Written, capsys: Capture):
    """A file that cannot be read, and one without a question, are named; the others are taken, and the status says so."""
    empty, good = file("empty.md", "nothing here"), file("good.md", "## What is wind?\nAir.")
    assert main(["import", "missing.md", str(empty), str(good), "--out", "bank", "--live"]) == 0
    out = capsys.readouterr().out
    assert "missing.md: cannot be read: No such file or directory\n" in out
    assert f"{empty}:1: left out, no question: “nothing here”\n" in out
    assert f"{empty}: no question was recognised: there are no headings" in out
    assert main(["import", "missing.md", str(empty)]) == 1
    assert list(load(folder / "bank").questions) == ["what-is-wind"]


def test_import_twins(folder: Path, file: Written, capsys: Capture):
    """A new question that asks what the bank asks already is named; what the file itself repeats is left to `check`."""
    writing.write(folder / "shipped", made(ask("What is mode collapse in a GAN?"), live=True))
    path = file("new.md", "## Explain the mode collapse of GANs?\nFew.\n## What is rain?\nWater.")
    assert main(["import", str(path), "--team", "slack:T1"]) == 0
    note = "note: explain-the-mode-collapse-of-gans asks nearly the same (96 %) as what-is-mode-collapse-in-a-gan,"
    assert note in capsys.readouterr().out
    assert (folder / "data" / "banks" / "slack%3AT1" / "new.yaml").exists()
    assert main(["check", str(folder / "shipped"), "--team", "slack:T1"]) == 0
    assert "asks nearly the same" in capsys.readouterr().out


def test_import_a_topic_file(folder: Path, capsys: Capture):
    """A topic file is taken as it is: nothing in it becomes a draft."""
    (question,) = made(ask())[0].questions
    settled = question.model_copy(update={"draft": False, "topic": "weather"})
    topic = Topic(topic="weather", title="The weather", aliases=("sky",), questions=(settled,))
    (folder / "hand.yaml").write_text(writing.to_yaml(topic))
    assert main(["import", "hand.yaml", "--out", "bank"]) == 0
    assert "hand.yaml: topic file, UTF-8: 1 found, 1 question taken.\n" in capsys.readouterr().out
    assert read_topic(folder / "bank" / "weather.yaml") == topic
    assert isinstance(settled, Question)


# What the guide says


GUIDE: Final = (Path(__file__).parents[2] / "docs" / "content.md").read_text(encoding="utf-8")


def test_the_guides_example():
    """The guide's question is one that a topic file may hold."""
    example = GUIDE.partition("```yaml\n")[2].partition("```")[0]
    topic = Topic.model_validate(read_yaml(example)[0])
    assert topic.questions[0].ready
    assert not topic.questions[0].draft


def test_the_guides_commands():
    """Each command of the guide is one that the bot understands."""
    commands = re.findall(r"^(?:\.venv/bin/)?python -m bot (.+?)(?:\s+#.*)?$", GUIDE, flags=re.MULTILINE)
    assert len(commands) >= 8
    for command in commands:
        assert _parser().parse_args(command.split()).run


def test_the_guides_levels():
    """The guide's table holds the words and signs that mean a level, but for the levels' own names and plurals."""
    rows = [line for line in GUIDE.splitlines() if line.startswith("  | easy")]
    cells = [set(re.split(r"[,\s]+", cell.strip())) for cell in rows[0].strip(" |").split("|")]
    for level, cell in zip(Level, cells, strict=True):
        assert cell == {word for word, meant in LEVEL_WORDS.items() if meant is level} - {
            *Level,
            "basics",
            "fundamentals",
        }
