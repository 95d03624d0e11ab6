"""Multiple choice with letters: however it is written, the right option's words are the answer and the options stay with the question."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.bank.exchange import reading
from bot.bank.exchange.levels import Levels

ASKED: Final = (
    ("Which planet is the largest?", ("Mars", "Jupiter", "the planet Venus"), "It is a gas giant."),
    ("Which of these burns?", ("ice and snow", "wet sand", "dry wood"), "Wood catches fire."),
    ("What falls from a cloud?", ("rain", "a stone", "cold iron"), "Drops grow and fall."),
)
HEADS: Final = (
    "{n}. {q}",
    "{n}) {q}",
    "**{n}. {q}**",
    "### {n}. {q}",
    "### Question {n}: {q}",
    "Q{n}. {q}",
    "**Q{n}:** {q}",
)
MARKS: Final = (
    "{U}) {o}",
    "{l}) {o}",
    "{U}. {o}",
    "{l}. {o}",
    "({l}) {o}",
    "({U}) {o}",
    "- {U}) {o}",
    "- {l}. {o}",
    "**{U}.** {o}",
    "- **{U})** {o}",
)
ANSWERS: Final = (
    "Answer: {U}", "Answer: {l}", "Answer: {U}) {o}", "Answer: ({l})", "Correct answer: {U}", "**Correct Answer:** {U}", "**Answer: {U}**",
    "Ans: {l}", "Ans. {U}", "ANSWER: {U}", "Answer: {o}", "Answer - {U}", "**Answer:** {U}. {o}", "Answer: Option {U}",
)  # fmt: skip
STANDING_OUT: Final = ("**{}**", "*{}*", "{} ✅", "{} (correct)", "✓ {}", "*{}")
KEYS: Final = ("{n}. {U}", "{n}) {l}", "{n}-{U}", "{n}: {U}", "{n} {U}")
TITLES: Final = ("## Answers\n\n", "Answers:\n", "**Answer key**\n\n", "# Answer Key\n\n", "Key: ")
WHY: Final = ("", "\nExplanation: {}", "\n\n**Explanation:** {}", " Explanation: {}")


def read(folder: Path, text: str) -> list[tuple[str, str]]:
    path = folder / "quiz.md"
    path.write_text(text, encoding="utf-8")
    return [(one.question, one.answer) for one in reading.read(path, Levels()).found]


def expected(rights: Sequence[int], *, why: bool = False) -> list[tuple[str, str]]:
    return [
        (
            f"{question}\n\nA: {options[0]}\nB: {options[1]}\nC: {options[2]}",
            f"{options[right]}\n\n{reason}" if why else options[right],
        )
        for (question, options, reason), right in zip(ASKED, rights, strict=True)
    ]


def written(mark: str, place: int, *, head: str = "", apart: str = "\n", indent: str = "") -> str:
    question, options, _ = ASKED[place]
    lines = [mark.format(U=chr(65 + n), l=chr(97 + n), o=words) for n, words in enumerate(options)]
    return f"{head.format(n=place + 1, q=question)}{apart}{apart.join(indent + line for line in lines)}"


rights = st.tuples(*[st.integers(0, 2)] * 3)
shown = partial(settings, max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@shown()
@given(rights, st.tuples(*map(st.sampled_from, (HEADS, MARKS, ANSWERS, ("\n", "\n\n"), ("", "   "), WHY))))
def test_the_answer_named_below(tmp_path: Path, right: tuple[int, int, int], shape: tuple[str, ...]):
    """The letter below the options stands for the option's words, whatever is written around it; an explanation goes on with it."""
    head, mark, answer, apart, indent, why = shape
    parts = []
    for place, number in enumerate(right):
        _, options, reason = ASKED[place]
        said = answer.format(U=chr(65 + number), l=chr(97 + number), o=options[number]) + why.format(reason)
        parts.append(written(mark, place, head=head, apart=apart, indent=indent) + apart + indent + said)
    text = "# Quiz\n\n" + "\n\n".join(parts) + "\n"
    assert read(tmp_path, text) == expected(right, why=bool(why)), text


@shown()
@given(rights, st.tuples(*map(st.sampled_from, (HEADS, MARKS[:8], STANDING_OUT, ("\n", "\n\n")))))
def test_the_option_that_stands_out(tmp_path: Path, right: tuple[int, int, int], shape: tuple[str, ...]):
    """The one option that is bold, ticked or starred is the answer."""
    head, mark, out, apart = shape
    parts = []
    for place, number in enumerate(right):
        text = written(mark, place, head=head, apart=apart)
        plain = mark.format(U=chr(65 + number), l=chr(97 + number), o=ASKED[place][1][number])
        item = "- " if plain.startswith("- ") else ""
        parts.append(text.replace(plain, item + out.format(plain.removeprefix("- "))))
    assert read(tmp_path, "\n\n".join(parts)) == expected(right), parts


@shown()
@given(rights, st.tuples(*map(st.sampled_from, (HEADS[:6], MARKS, KEYS, TITLES, ("\n", " ", ", ", "\n\n")))))
def test_the_key_below_all_questions(tmp_path: Path, right: tuple[int, int, int], shape: tuple[str, ...]):
    """Letters that stand together below the questions answer each by its number."""
    head, mark, key, title, between = shape
    said = between.join(key.format(n=n, U=chr(65 + one), l=chr(97 + one)) for n, one in enumerate(right, start=1))
    text = "\n\n".join(written(mark, place, head=head) for place in range(3)) + f"\n\n{title}{said}\n"
    assert read(tmp_path, text) == expected(right), text


KINDS: Final[dict[str, tuple[str, list[tuple[str, str]]]]] = {
    "in one line": ("1. Which burns? A) ice B) wood C) sand Answer: B\n2. Which falls? A) rain B) hills C) walls Answer: A\n", [("Which burns?\n\nA: ice\nB: wood\nC: sand", "wood"), ("Which falls?\n\nA: rain\nB: hills\nC: walls", "rain")]),
    "two a line": ("1. Which burns?\n   A) ice  B) wood\n   C) sand  D) water\n   Answer: B\n", [("Which burns?\n\nA: ice\nB: wood\nC: sand\nD: water", "wood")]),
    "no mark": ("What falls from a cloud is\nA. rain\nB. sand\nANSWER: A\n\nWhat burns is\nA. ice\nB. wood\nANSWER: B\n", [("What falls from a cloud is\n\nA: rain\nB: sand", "rain"), ("What burns is\n\nA: ice\nB: wood", "wood")]),
    "a gap": ("1. What burns is ___.\na) ice\nb) wood\nAnswer: b\n", [("What burns is ___.\n\nA: ice\nB: wood", "wood")]),
    "headings": ("## Question 1\nWhich burns?\n\nA) ice\nB) wood\n\n### Answer\nB\n\n### Explanation\nWood is dry.\n", [("Which burns?\n\nA: ice\nB: wood", "wood\n\nWood is dry.")]),
    "several": ("1. Which burn? (two)\nA) oil\nB) wood\nC) sand\nAnswer: A, B\n", [("Which burn? (two)\n\nA: oil\nB: wood\nC: sand", "oil; wood")]),
    "words repeated": ("1. Which burns?\nA) ice\nB) wood\nAnswer: B) wood. It is dry.\n", [("Which burns?\n\nA: ice\nB: wood", "wood\n\nIt is dry.")]),
    "a key of words": ("## Quiz\n\n1. What is rain?\n2. Why is it wet?\n\n## Answers\n\n1. Drops that fall.\n2. It is water.\n", [("What is rain?", "Drops that fall."), ("Why is it wet?", "It is water.")]),
    "a table as key": ("1. Which burns?\n   A) ice\n   B) wood\n\n## Answer key\n\n| No | Answer |\n|---|---|\n| 1 | B |\n", [("Which burns?\n\nA: ice\nB: wood", "wood")]),
    "a row as key": ("1. Which burns?\n   A) ice\n   B) wood\n\n2. Which falls?\n   A) rain\n   B) sand\n\nKey:\n\n| 1 | 2 |\n|---|---|\n| B | A |\n", [("Which burns?\n\nA: ice\nB: wood", "wood"), ("Which falls?\n\nA: rain\nB: sand", "rain")]),
    "a hidden key": ("1. Which burns?\n   A) ice\n   B) wood\n\n<details><summary>Answers</summary>\n\n1. b\n\n</details>\n", [("Which burns?\n\nA: ice\nB: wood", "wood")]),
    "a key a part": ("## A\n\n1. Which burns?\n   A) ice\n   B) wood\n\nAnswers: 1-B\n\n## B\n\n1. Which falls?\n   A) rain\n   B) sand\n\nAnswers: 1-A\n", [("Which burns?\n\nA: ice\nB: wood", "wood"), ("Which falls?\n\nA: rain\nB: sand", "rain")]),
    "a key that fits two": ("## A\n\n1. Which burns?\n   A) ice\n   B) wood\n\n## B\n\n1. Which falls?\n   A) rain\n   B) sand\n\n# Answers\n\n1. B\n", [("Which burns?\n\nA: ice\nB: wood", ""), ("Which falls?\n\nA: rain\nB: sand", "")]),
    "a key by order": ("Which burns?\nA) ice\nB) wood\n\nWhich falls?\nA) rain\nB) sand\n\nAnswers:\n1. B\n2. A\n", [("Which burns?\n\nA: ice\nB: wood", "wood"), ("Which falls?\n\nA: rain\nB: sand", "rain")]),
    "a line of options": ("## Which burns?\n\nA) ice  B) wood  C) sand\n\nAnswer: B\n", [("Which burns?\n\nA: ice\nB: wood\nC: sand", "wood")]),
    "two in prose": ("## Which is it?\n\nIt is a) this or b) that.\n", [("Which is it?", "It is a) this or b) that.")]),
    "an article": ("## Which burns?\n\nA) ice\nB) wood\n\nAnswer: a tree\n", [("Which burns?\n\nA: ice\nB: wood", "")]),
    "a letter for a number": ("## Which burns?\n\n1. ice\n2. wood\n\nAnswer: B\n", [("Which burns?\n\n1: ice\n2: wood", "wood")]),
    "boxes with letters": ("## Which burns?\n\n- [ ] A. ice\n- [x] B. wood\n", [("Which burns?\n\nA: ice\nB: wood", "wood")]),
    "prose with letters": ("## What are the joins?\n\nThere are three: (a) inner joins, (b) outer joins, and (c) cross joins.\n", [("What are the joins?", "There are three: (a) inner joins, (b) outer joins, and (c) cross joins.")]),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(tmp_path: Path, kind: str):
    """What is asked in a line, with a gap or without a mark, and keys of any form: each gives what a reader would say."""
    text, pairs = KINDS[kind]
    assert read(tmp_path, text) == pairs
