"""The importer reads a team's notes: the shapes that people write, whole answers, and a word on every line."""

import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.exchange import reading
from bot.bank.exchange.found import Document
from bot.bank.exchange.inline import MAX_INLINE, plain
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.notes import read
from bot.bank.safe_yaml import Unreadable
from bot.question import Level

NOTES: Final = Path(__file__).parent / "notes"
MID, SENIOR, PRINCIPAL = Level


def notes(text: str, **more: Level) -> Document:
    return read(text.split("\n"), Levels(more))


def asked(document: Document) -> list[tuple[str, str]]:
    return [(found.question, found.answer) for found in document.found]


def remarks(document: Document, *, understood: bool) -> list[str]:
    return [str(remark) for remark in document.remarks if remark.understood is understood]


# The shapes, each in a document of its own


def test_front_matter_and_levels():
    """Front matter lists questions by level; sections by level hold numbered questions with an answer below each."""
    document = reading.read(NOTES / "levels.md", Levels())
    assert (document.title, document.topic) == ("Bread", "baking")
    assert [(f.first, f.level, f.question, f.answer) for f in document.found] == [
        (6, MID, "What is a sourdough starter?", ""),
        (6, MID, "Name three kinds of wheat flour.", ""),
        (7, SENIOR, "Why does salt slow fermentation?", ""),
        (9, PRINCIPAL, "Derive the baker's percentages of a dough.",
         "Every weight is divided by the flour's, so that flour is always 100 %."),
        (27, MID, "What does kneading do?",
         r"It lines up the gluten, so that the dough holds the gas (see $C_6H_{12}O_6 \to 2\,C_2H_5OH + 2\,CO_2$)."),
        (29, MID, "What is proofing?", "The last rise before the oven, 30-60 minutes at 25 °C."),
        (33, SENIOR, "Explain oven spring.",
         ("Gas expands, water turns to steam, and yeast works faster until about 60 °C. Then:\n"
         "  - the starch sets,\n  - the crust stops the rise.")),
    ]  # fmt: skip
    assert remarks(document, understood=False) == [
        "11: left out, no question: “”",
        "4: left out, not needed: author",
        "16: left out, no question: “Flour, water, salt and time.”",
        "21-22: left out, no question: “*   **Glutenin**: makes it *strong*.”",
    ]


def test_headings_with_an_in_depth_part():
    """A heading with a number asks; its answer is quoted, goes on under a smaller heading, and its letters are mended."""
    document = reading.read(NOTES / "indepth.md", Levels())
    assert [(f.first, f.last, f.level) for f in document.found] == [(5, 11, SENIOR), (15, 21, SENIOR)]
    assert asked(document) == [
        (
            "Explain why there are two tides a day.",
            (
                "The Moon pulls the near side more than the centre, and the far side less.\n\n"
                "So the water bulges on both sides, and the Earth turns under the bulges.\n\nIndepth:\n\n"
                r"The height follows the cube of the distance: $h \propto M/r^3$. It’s small — half a metre in the open sea."
            ),
        ),
        (
            "What is a spring tide?",
            (
                "Sun and Moon in one line add their pulls:\n\n1. New moon: both on one side.\n2. Full moon: on opposite sides."
                "\n\nIndepth:\n\nAt the quarters they work against each other — a neap tide."
            ),
        ),
    ]
    assert remarks(document, understood=False) == []
    assert "3-21: garbled letters mended in 3 lines: 3, 11, 21" in remarks(document, understood=True)


def test_lines():
    """A number, a question and its difficulty stand on one line, the answer on those below."""
    document = reading.read(NOTES / "lines.txt", Levels())
    assert [(f.first, f.last, f.level) for f in document.found] == [
        (5, 6, MID), (7, 9, SENIOR), (10, 15, PRINCIPAL), (17, 18, PRINCIPAL),
    ]  # fmt: skip
    assert asked(document)[1:3] == [
        (
            "Why do spokes cross? Tangential or radial?",
            "Crossed spokes pull along the rim and carry the torque; radial ones cannot.\ntorque = force × radius",
        ),
        (
            "Derive the gear inches of a bicycle.",
            (
                "Divide the teeth in front by those behind, times the wheel's diameter:\nG = D · front / rear\n"
                "For 50/25 and 27 in, that is 54 in.\n\nIt tells how far one turn of the pedals takes you."
            ),
        ),
    ]
    assert [line.partition(":")[0] for line in remarks(document, understood=False)] == ["1-2", "4", "20", "22-24"]


def test_headings_with_bold_answers():
    """A heading asks, and what a bold word introduces is its answer: text, lists, and lines that end where they end."""
    document = reading.read(NOTES / "answers.md", Levels())
    assert asked(document) == [
        (
            "Compare clay, sand and loam.",
            "- Clay: holds water and food, warms late.\n- Sand: lets both go, warms early.\n- Loam: a bit of each.",
        ),
        (
            "Why does a lawn turn yellow after the dog?",
            (
                "Too much nitrogen in one place burns the roots.\n"
                "The ring around it is greener, since less of it feeds the grass."
            ),
        ),
        ("How do legumes feed themselves?", "Bacteria in their roots fix nitrogen: N₂ + 8 H⁺ → 2 NH₃ + H₂."),
    ]
    assert {found.level for found in document.found} == {PRINCIPAL}
    assert remarks(document, understood=False) == []


# Their edges


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("# Q1. Wind speed\nAnswer: Knots.", [("Wind speed", "Knots.")]),
        ("## What is wind?\n\nMoving air.", [("What is wind?", "Moving air.")]),
        ("## What is wind?\n#### Answer\nMoving air.", [("What is wind?", "Moving air.")]),
        ("## What is wind?\n> Moving air.\n\n```\nv = s/t\n```", [("What is wind?", "Moving air.\n\n```\nv = s/t\n```")]),
        ("## What is wind?\n| a | b |\n|---|---|\n| 1 | 2 |", [("What is wind?", "| a | b |\n|---|---|\n| 1 | 2 |")]),
        ("## What is wind?\n“Moving air.”", [("What is wind?", "Moving air.")]),
        ("## What is wind?\n“Air”, or “storm”", [("What is wind?", "“Air”, or “storm”")]),
        ('## What is wind?\n"Air" and "sea"', [("What is wind?", '"Air" and "sea"')]),
        ('## What is wind?\n"Air, the "big" sea."', [("What is wind?", 'Air, the "big" sea.')]),
        ("## What is wind?\nAir.\n### More\nFast air.\n### Note:\nCold.", [("What is wind?", "Air.\n\nMore:\n\nFast air.\n\nNote:\n\nCold.")]),
        ("## 3. Wind", []),
        ("## Explain the wind", []),
        ("## 3. Explain the wind", [("Explain the wind", "")]),
        ("- What is wind?\n- a note", [("What is wind?", "")]),
        ("- **Wind**\n  - Answer: air", [("Wind", "air")]),
        ("1. What is wind?\nAnswer: air\nthat moves", [("What is wind?", "air that moves")]),
        ("1. What is wind?\n\nAnswer: air\n\n2. What is rain?", [("What is wind?", "air"), ("What is rain?", "")]),
        ("1. What is wind?\n\nAnswer: air\n\nmore\n\n2. What is rain?", [("What is wind?", "air\n\nmore"), ("What is rain?", "")]),
        ("1. What is wind?\n\nAir.", [("What is wind?", "Air.")]),
        ("1. What is wind?\n\n- air\n- sea", [("What is wind?", "- air\n- sea")]),
        ("1. - What is wind?", []),
        ("Q: What is wind?\nA: air", [("What is wind?", "air")]),
        ("Q1: What is wind?\nA: air\n\nQ2: What is rain?\nA: water", [("What is wind?", "air"), ("What is rain?", "water")]),
        ("1 What is wind?\n\nAnswer: air", [("What is wind?", "air")]),
        ("1 What is wind?\n\nAir, first.\n\n```\ncode\n```", [("What is wind?", "Air, first.\n\n```\ncode\n```")]),
        ("1 What is ***wind***?\nAnswer: a***b***c", [("What is wind?", "a***b***c")]),
        ("1 What is wind?\nAnswer: air\n3 x 3 is nine", [("What is wind?", "air\n3 x 3 is nine")]),
        ("1 What is wind?\nAnswer: air\n\n---\n\nGood luck", [("What is wind?", "air")]),
        ("1 Wind\nAnswer: air", [("Wind", "air")]),
        ("Answer: alone", []),
        ("---\nquestions: What is wind?\n---", [("What is wind?", "")]),
        ("---\nquestions:\n  - {question: What is wind?, answer: air, level: hard}\n---", [("What is wind?", "air")]),
        ("---\nquestions: {question: What is wind?}\n---", [("What is wind?", "")]),
        ("---\nlevel: hard\n---\n## What is wind?", [("What is wind?", "")]),
    ],
)  # fmt: skip
def test_shapes(text: str, questions: list[tuple[str, str]]):
    """Each way to ask and to answer is understood, and what only looks like it is not."""
    assert asked(notes(text)) == questions


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("---\n- a list\n---\n", "1-3: front matter left out: it has no names with values"),
        ("---\na: &x b\nc: *x\n---\n", "3: front matter left out: not valid YAML: an alias, or nested too deeply"),
        (
            "---\na: [[[[[[[[[[x]]]]]]]]]]\n---\n",
            "2: front matter left out: not valid YAML: an alias, or nested too deeply",
        ),
        ("---\na: [\n---\n", "3: front matter left out: not valid YAML: did not find expected node content"),
        ("---\nquestions: [3, '']\n---\n", "2: left out, no question: “”"),
    ],
)
def test_bad_front_matter(text: str, words: str):
    """Front matter that cannot be read is left out with its line and the reason, and the notes below it are read."""
    document = notes(f"{text}\n## What is wind?\nAir.")
    assert words in remarks(document, understood=False)
    assert asked(document)[-1] == ("What is wind?", "Air.")


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.mkdir", "!!python/name:os.mkdir", "!anything"])
def test_no_code(tmp_path: Path, tag: str):
    """A tag in front matter makes nothing and calls nothing: what follows it is a list of words."""
    document = notes(f"---\nquestions: {tag} ['{tmp_path}/made']\n---\n")
    assert asked(document) == [(f"{tmp_path}/made", "")]
    assert list(tmp_path.iterdir()) == []


def test_levels_of_sections():
    """A question has its own level, else that of the nearest section above it that names one, else none."""
    text = "# Hard ones\n## Easy\n### What is a?\n### What is b? (senior)\n## Others\n### What is c?\n# Rest\n## What is d?"
    assert [found.level for found in notes(text).found] == [MID, SENIOR, PRINCIPAL, None]


def test_topics_of_sections():
    """A question knows the heading above it, but for the document's title and those that name a level."""
    text = "# Weather\n## Wind\n### Easy\n#### What is a?\n## Rain\n### What is b?\n# Other\n## What is c?"
    assert [found.section for found in notes(text).found] == ["Wind", "Rain", ""]


# Levels


@pytest.mark.parametrize(
    ("text", "question", "level"),
    [
        ("What is wind? ⚡ Easy", "What is wind?", MID),
        ("What is wind? 🔥", "What is wind?", PRINCIPAL),
        ("🔥️ What is wind?", "What is wind?", PRINCIPAL),
        ("🔥 Hard: What is wind?", "What is wind?", PRINCIPAL),
        ("What is wind? ⭐⭐", "What is wind?", SENIOR),
        ("What is wind?  medium", "What is wind?", SENIOR),
        ("What is wind? - Medium", "What is wind?", SENIOR),
        ("What is wind? (Beginner)", "What is wind?", MID),
        ("[HARD] What is wind?", "What is wind?", PRINCIPAL),
        ("Explain wind. Advanced", "Explain wind.", PRINCIPAL),
        ("Why is wind hard", "Why is wind hard", None),
        ("Why is easy wind hard?", "Why is easy wind hard?", None),
        ("What is wind? tricky", "What is wind?", PRINCIPAL),
        ("What is wind? 🍀", "What is wind?", MID),
    ],
)
def test_difficulty(text: str, question: str, level: Level | None):
    """Difficulty in words and signs, before or after a question, is a level; which it means can be said."""
    assert Levels({"tricky": PRINCIPAL, "🍀": MID}).split(text) == (question, level)


# Plain text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**bold** and *it*", "bold and it"),
        ("A*B*C and 2*3*4", "A*B*C and 2*3*4"),
        ("x_t and x_{t-1}", "x_t and x_{t-1}"),
        (r"$\{x\} \cdot y_i$ and $$z$$", r"$\{x\} \cdot y_i$ and $$z$$"),
        ("from $5 to $10", "from $5 to $10"),
        ("E[f](x) and ![a](b) and <http://c.example>", "E[f](x) and ![a](b) and <http://c.example>"),
        ("`<tag>` and a<b", "<tag> and a<b"),
        ("one\ntwo  \nthree", "one two\nthree"),
        (r"2 \* 3 &amp; 4", "2 * 3 & 4"),
        ("*" * (MAX_INLINE + 1), "*" * (MAX_INLINE + 1)),
    ],
)
def test_plain(markdown: str, text: str):
    """Marks of emphasis go; formulas, links and everything else stay as they are written."""
    assert plain(markdown) == text


# Rules for every document

WORDS = st.text("abcdefghij äé123,;()", min_size=1, max_size=25).map(str.strip).filter(bool)
SENTENCE = WORDS.map(lambda words: f"x{words} is so")
PIECES = st.sampled_from([
    "# Easy", "## 3. Explain the wind now", "### Wind", "#### Indepth", "1. What is it?", "2. **Why?**", "   - *Answer*: so",
    "- a point", "  - an inner one", "3 What is rain?  hard", "Answer: wet", "Q: Who?", "A: me", "---", "", "", "> quoted",
    "```", "    code", "| a | b |", "|---|---|", "$$", "<!-- -->", "* * *", "text", "===", "[x]: y", "\t- tab", "1) one",
])  # fmt: skip


@given(st.lists(st.one_of(PIECES, WORDS), max_size=30), st.booleans())
def test_no_line_is_dropped(pieces: list[str], front_matter: bool):
    """Whatever a document looks like, every line of it with words is in a question or has a remark, and none twice left out."""
    lines = ["---", "title: x", "---", *pieces] if front_matter else pieces
    document = read(lines, Levels())
    told = [(found.first, found.last) for found in document.found]
    told += [(remark.first, remark.last) for remark in document.remarks]
    spoken = {line for first, last in told for line in range(first, last + 1)}
    assert {number for number, line in enumerate(lines, start=1) if re.search(r"\w", line)} <= spoken
    assert all(1 <= first <= last <= len(lines) for first, last in told)


@given(
    st.lists(
        st.tuples(SENTENCE, st.lists(SENTENCE, min_size=1, max_size=3)),
        min_size=1,
        max_size=5,
        unique_by=lambda pair: " ".join(re.findall(r"\w+", pair[0].casefold())),
    ),
    st.data(),
)
def test_answers_are_whole(pairs: list[tuple[str, list[str]]], data: st.DataObject):
    """In each shape, every question has its whole answer and nothing of another's."""
    shape = data.draw(st.sampled_from(["heading", "bold", "list", "line", "letter"]))
    text, between = _written(shape, pairs)
    expected = [(" ".join(f"What is {question}?".split()), between.join(answer)) for question, answer in pairs]
    assert asked(notes(text)) == expected


def _written(shape: str, pairs: list[tuple[str, list[str]]]) -> tuple[str, str]:
    """Return a document that has the questions in one shape, and what it puts between the parts of an answer."""
    blank, line = "\n\n", "\n"
    match shape:
        case "heading":
            return line.join(f"## {n}. What is {q}?\n\n{blank.join(a)}\n" for n, (q, a) in enumerate(pairs)), blank
        case "bold":
            return line.join(f"### What is {q}?\n**Answer:** {blank.join(a)}\n\n---\n" for q, a in pairs), blank
        case "list":
            deep = "\n\n   "
            return line.join(f"1. **What is {q}?**\n\n   *Answer*: {deep.join(a)}\n" for q, a in pairs), blank
        case "line":
            return line.join(f"{n} What is {q}?  hard\nAnswer: {line.join(a)}" for n, (q, a) in enumerate(pairs)), line
        case _:
            return blank.join(f"Q: What is {q}?\nA: {line.join(a)}" for q, a in pairs), line


@pytest.mark.parametrize("mark", ["[", "*", "_", "$", "![", "<", "&", "_a", "#", "|", "<!--"])
def test_endless_marks(mark: str):
    """A line of nothing but marks ends nothing but the reading of itself."""
    document = notes(f"## What is wind?\n\n{mark * 50_000}\n\n## What is rain?\nWater.")
    assert asked(document)[-1] == ("What is rain?", "Water.")


@pytest.mark.parametrize("mark", ["> ", "+ ", "1. "])
def test_endless_nesting(mark: str):
    """Lists and quotes nested without an end are refused at their line; as deep as people nest them they are read."""
    with pytest.raises(Unreadable) as refused:
        notes(f"## What is wind?\n\n{mark * 50_000}\n\n## What is rain?\nWater.")
    assert (refused.value.line, refused.value.words) == (3, "nested too deeply")
    assert asked(notes(f"## What is wind?\n\n{mark * 12}x\n\n## What is rain?\nWater."))[1] == (
        "What is rain?",
        "Water.",
    )
