"""Headings that only count, and records that name their question otherwise: what asks stands below, or under another name."""

from pathlib import Path
from typing import Final

import pytest

from bot.bank.exchange import reading
from bot.bank.exchange.levels import Levels
from bot.question import Level

RIVERS: Final = (("Which river is the longest here?", "The Volga."), ("What is a delta?", "Land that a river leaves."))
CODE: Final = "What does this code do?\n\n```py\nprint({n})\n```"


def pairs(path: Path, text: str) -> list[tuple[str, str]]:
    path.write_text(text, encoding="utf-8")
    return [(found.question, found.answer) for found in reading.read(path, Levels()).found]


@pytest.mark.parametrize(
    "heading",
    [
        "## Question {n} - General",
        "**Question {n} - Rivers**",
        "### Q{n}",
        "## Question #{n} (Rivers and seas)",
        "**Q{n}.**",
    ],
)
def test_a_number_above_what_asks(tmp_path: Path, heading: str):
    """Below headings that only count, the line that asks is the question, and the rest its answer."""
    text = "".join(
        f"{heading.format(n=n)}\n\n{asked}\n\n**Answer:** {said}\n\n" for n, (asked, said) in enumerate(RIVERS, start=1)
    )
    assert pairs(tmp_path / "a.md", text) == [*RIVERS]


@pytest.mark.parametrize("heading", ["## Question {n}", "**Q{n}**"])
def test_code_alone(tmp_path: Path, heading: str):
    """Where code alone stands below the number, it is asked what it does, with the code below the question."""
    text = "".join(f"{heading.format(n=n)}\n\n```py\nprint({n})\n```\n\nIt prints {n}.\n\n" for n in (1, 2))
    assert pairs(tmp_path / "a.md", text) == [(CODE.format(n=n), f"It prints {n}.") for n in (1, 2)]


def test_a_level_beside_the_number(tmp_path: Path):
    """A level behind the number is the question's."""
    text = "".join(f"## Question {n} - Hard\n\n{asked}\n\nAnswer: {said}\n\n" for n, (asked, said) in enumerate(RIVERS))
    (tmp_path / "a.md").write_text(text)
    assert [one.level for one in reading.read(tmp_path / "a.md", Levels()).found] == [Level.PRINCIPAL, Level.PRINCIPAL]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("## Q1: Reverse a list\n\n```py\na[::-1]\n```\n\nSo.\n\n## Q2: Sort a list now\n\n```py\nsorted(a)\n```\n\nSo.\n", ["Reverse a list", "Sort a list now"]),
        ("## Q1: Clouds\n\nWhat falls from them?\n\nRain.\n\n## Q2: The sky at night and day\n\nBlue.\n", ["Clouds", "The sky at night and day"]),
        ("## Q1: Clouds\n\nWater.\n\n## Q2: Stars\n\nFar suns.\n", ["Clouds", "Stars"]),
        ("## Q1\n\n```py\nx\n```\n\n## Q2\n\n```py\ny\n```\n", []),
    ],
    ids=["tasks and their solutions", "one that asks", "none that asks", "code without an answer"],
)  # fmt: skip
def test_other_numbers_stay(tmp_path: Path, text: str, asked: list[str]):
    """Where a heading says what is asked, or where nothing answers what stands below it, it is no mere number."""
    assert [question for question, _ in pairs(tmp_path / "a.md", text)] == asked


def test_a_record_that_calls_its_question_quiz(tmp_path: Path):
    """`quiz` beside an answer is a question, unless another field is."""
    assert pairs(tmp_path / "a.yaml", "- quiz: What is wind?\n  answer: Air.\n- quiz: What is rain?\n  answer: Water.\n") == [
        ("What is wind?", "Air."), ("What is rain?", "Water."),
    ]  # fmt: skip
    assert pairs(tmp_path / "b.yaml", "- quiz: weather\n  question: What is wind?\n  answer: Air.\n") == [
        ("What is wind?", "Air.")
    ]
