"""Importing: processor seconds a megabyte, from a file of a team's notes to drafts of questions.

The floor is Markdown's parser alone on the same megabyte of headings with answers, in the same run. The files are made of
the bank's own questions, in the shapes that people keep: headings, bold lines, lists, choices, tables, records, cards, pages.
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

from bot.bank import loading
from bot.bank.exchange import drafts, reading
from bot.bank.exchange.drafts import Choice
from bot.bank.exchange.levels import Levels
from bot.clock import SystemClock
from bot.question import Question
from tests.bench.measure import ROOT, ratio, size, spread

REPETITIONS: Final = size(5, 1)
LONG: Final = size(1_000_000, 4_000)  # characters of a file
SHORT: Final = "--short" in sys.argv[1:]  # many questions of few words


def record(one: Question, number: int) -> str:
    """Return a question as a record of JSON."""
    return json.dumps({"question": f"{one.question} {number}?", "answer": one.reference, "level": one.level})


def row(one: Question, number: int, between: str) -> str:
    """Return a question as a row of cells."""
    return between.join(" ".join(text.split()) for text in (f"{one.question} {number}?", one.reference))


def table(one: Question, number: int) -> str:
    """Return a question as a row of a Markdown table."""
    cells = (cell.replace("|", "/") for cell in row(one, number, "\t").split("\t"))
    return f"| {' | '.join(cells)} |\n"


def gift(one: Question, number: int) -> str:
    """Return a question as Moodle writes it, with its answer as the right one of two options."""
    asked, said = (re.sub(r"[~=#{}:\\]", " ", cell) for cell in row(one, number, "\t").split("\t"))
    return f"{asked} {{\n={said[:90]}\n~something else {number}\n}}\n\n"


def trivia(one: Question, number: int) -> str:
    """Return a question as collections of trivia have it."""
    parts = {"type": "multiple", "question": f"{one.question} {number}?", "correct_answer": one.reference[:60]}
    return json.dumps(parts | {"incorrect_answers": ["that", "another"]}) + ",\n"


def cell(one: Question, number: int) -> str:
    """Return a question as a cell of a notebook."""
    return (
        json.dumps(
            {"cell_type": "markdown", "source": [f"### {number}. {one.question} {number}?\n", "\n", one.reference]}
        )
        + ",\n"
    )


SHAPES: Final[dict[str, tuple[str, Callable[[Question, int], str], str]]] = {
    "headings.md": ("", lambda one, n: f"## {n}. {one.question} {n}?\n\n{one.reference}\n\n", ""),
    "bold.md": ("", lambda one, n: f"**{one.question} {n}?**\n\n{one.reference}\n\n", ""),
    "lists.md": ("", lambda one, n: f"- {one.question} {n}?\n  - {row(one, n, ' ')}\n", ""),
    "hidden.md": ("", lambda one, n: f"<details>\n<summary>{one.question} {n}?</summary>\n\n{one.reference}\n\n</details>\n\n", ""),
    "table.md": ("| Question | Answer |\n|---|---|\n", table, ""),
    "choice.md": ("", lambda one, n: f"### {n}. {one.question} {n}?\n\n- A: {one.reference[:60]}\n- B: that {n}\n\nAnswer: A\n\n", ""),
    "aiken.txt": ("", lambda one, n: f"{one.question} {n}?\nA. {one.reference[:60]}\nB. that {n}\nANSWER: A\n\n", ""),
    "gift.txt": ("", gift, ""),
    "pairs.txt": ("", lambda one, n: f"Q: {one.question} {n}?\nA: {row(one, n, ' ')}\n\n", ""),
    "terms.txt": ("", lambda one, n: f"{one.id} {n}\t{row(one, n, ' ')}\n", ""),
    "cloze.txt": ("#separator:tab\n#html:true\n#notetype:Cloze\n", lambda one, n: f"{n} {{{{c1::{one.id}}}}} {row(one, n, ' ')}\n", ""),
    "cells.csv": ("question,answer\n", lambda one, n: f'"{row(one, n, chr(9)).replace(chr(34), "").replace(chr(9), chr(34) + chr(44) + chr(34))}"\n', ""),
    "options.csv": ("question,A,B,C,correct\n", lambda one, n: f'"{one.question} {n}?","{one.id}",that {n},another {n},A\n', ""),
    "cells.tsv": ("question\tanswer\n", lambda one, n: f"{row(one, n, chr(9))}\n", ""),
    "lines.jsonl": ("", lambda one, n: f"{record(one, n)}\n", ""),
    "trivia.json": ('{"results": [', trivia, "{}]}"),
    "records.yaml": ("", lambda one, n: f"- {record(one, n)}\n", ""),
    "accepted.yaml": ("", lambda one, n: f"{json.dumps(f'{one.question} {n}?')}:\n- {one.id}\n- {json.dumps(one.reference)}\n", ""),
    "notes.ipynb": ('{"nbformat": 4, "metadata": {}, "cells": [', cell, '{"cell_type": "code", "source": []}]}'),
    "anki.txt": ("#separator:tab\n#html:true\n", lambda one, n: f"<b>{row(one, n, f'</b>{chr(9)}')}\n", ""),
    "page.html": ("<html><body>", lambda one, n: f"<h3>{n}. {one.question} {n}?</h3>\n<p>{one.reference}</p>\n", "</body></html>"),
    "table.html": ("<html><body><table><tr><th>Question</th><th>Answer</th></tr>",
        lambda one, n: f"<tr><td>{row(one, n, '</td><td>')}</td></tr>\n", "</table></body></html>"),
    "notes.org": ("", lambda one, n: f"* {one.question} {n}?\n  {row(one, n, ' ')}\n", ""),
    "notes.rst": ("", lambda one, n: f"{row(one, n, f'{chr(10)}{chr(126) * 300}{chr(10) * 2}')}\n\n", ""),
}  # fmt: skip


def written(folder: Path) -> Iterator[tuple[Path, str]]:
    """Write a file in each shape, and yield it with its text."""
    questions = list(loading.load(ROOT / "content").questions.values())
    questions = [*map(shortened, questions)] if SHORT else questions
    for name, (head, of, foot) in SHAPES.items():
        parts, length = [head], 0
        for number, one in enumerate(cycle(questions), start=1):
            parts.append(of(one, number))
            length += len(parts[-1])
            if length >= LONG:
                break
        text = "".join([*parts, foot])
        path = folder / name
        path.write_text(text, encoding="utf-8")
        yield path, text


def shortened(one: Question) -> Question:
    """Return a question as a card has it: a few words on each side, so that a file has thousands of them."""
    return one.model_copy(update={"question": f"What is {one.id}", "reference": one.reference.partition(",")[0][:80]})


def seconds(run: Callable[[], object], characters: int) -> float:
    """Return the processor seconds that a run takes for a million characters."""
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1_000_000 / characters


def imported(path: Path) -> int:
    """Import a file, and return how many questions it gave."""
    made, _ = drafts.topics(reading.read(path, Levels()), Choice(since=SystemClock().now().date()), name="bench")
    return sum(len(topic.questions) for topic in made)


def main() -> None:
    """Print what each shape takes to be read, and to be read and made drafts of."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        files = list(written(Path(folder)))
        for path, text in files:
            read, whole, floor = [], [], []
            for _ in range(REPETITIONS):
                floor.append(seconds(partial(MarkdownIt("commonmark").parse, files[0][1]), len(files[0][1])))
                read.append(seconds(partial(reading.read, path, Levels()), len(text)))
                whole.append(seconds(partial(imported, path), len(text)))
            print(
                f"{path.name:<13} {spread(read, 's/MB read', 2)}, {spread(whole, 's/MB imported', 2)}; read is {ratio(read, floor)}"
            )


if __name__ == "__main__":
    main()
