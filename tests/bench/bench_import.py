"""Importing: processor seconds a megabyte, from a file of a team's notes to drafts of questions.

The floor is Markdown's parser alone on the same megabyte of headings with answers, in the same run. The files are made of
the bank's own questions, in the shapes that people keep: headings, bold lines, lists, choices, tables, records, cards, pages.
"""

import json
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


def record(one: Question, number: int) -> str:
    """Return a question as a record of JSON."""
    return json.dumps({"question": f"{one.question} {number}?", "answer": one.reference, "level": one.level})


def row(one: Question, number: int, between: str) -> str:
    """Return a question as a row of cells."""
    return between.join(" ".join(text.split()) for text in (f"{one.question} {number}?", one.reference))


SHAPES: Final[dict[str, tuple[str, Callable[[Question, int], str]]]] = {
    "headings.md": ("", lambda one, n: f"## {n}. {one.question}\n\n{one.reference}\n\n"),
    "bold.md": ("", lambda one, n: f"**{one.question} {n}?**\n\n{one.reference}\n\n"),
    "lists.md": ("", lambda one, n: f"- {one.question} {n}?\n  - {row(one, n, ' ')}\n"),
    "hidden.md": ("", lambda one, n: f"<details>\n<summary>{one.question} {n}?</summary>\n\n{one.reference}\n\n</details>\n\n"),
    "choice.md": ("", lambda one, n: f"### {n}. {one.question}\n\n- A: {one.reference[:60]}\n- B: that\n\nAnswer: A\n\n"),
    "pairs.txt": ("", lambda one, n: f"Q: {one.question} {n}?\nA: {row(one, n, ' ')}\n\n"),
    "cells.tsv": ("question\tanswer\n", lambda one, n: f"{row(one, n, chr(9))}\n"),
    "lines.jsonl": ("", lambda one, n: f"{record(one, n)}\n"),
    "records.yaml": ("", lambda one, n: f"- {record(one, n)}\n"),
    "anki.txt": ("#separator:tab\n#html:true\n", lambda one, n: f"<b>{row(one, n, f'</b>{chr(9)}')}\n"),
    "page.html": ("<html><body>", lambda one, n: f"<h3>{n}. {one.question}</h3>\n<p>{one.reference}</p>\n"),
    "notes.org": ("", lambda one, n: f"* {one.question} {n}?\n  {row(one, n, ' ')}\n"),
}  # fmt: skip


def written(folder: Path) -> Iterator[tuple[Path, str]]:
    """Write a file in each shape, and yield it with its text."""
    questions = list(loading.load(ROOT / "content").questions.values())
    for name, (head, of) in SHAPES.items():
        parts, length = [head], 0
        for number, one in enumerate(cycle(questions), start=1):
            parts.append(of(one, number))
            length += len(parts[-1])
            if length >= LONG:
                break
        path = folder / name
        path.write_text("".join(parts), encoding="utf-8")
        yield path, "".join(parts)


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
