"""Feeds every reader of the importer with broken text: `python -m tests.bank.fuzz_import READER SECONDS [SEED]`; briefly in the tests.

Nothing but a ContentError may come out, in a time that grows with the text, and no question whose answer is a way elsewhere, a word
such as “Answer”, or a sign of the readers' own. A seed and a count are printed, to run it again; by hand memory is limited.
"""

import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from bot.bank.exchange import drafts, reading, shapes
from bot.bank.exchange.drafts import Choice
from bot.bank.exchange.embedded import OWN
from bot.bank.exchange.found import Found
from bot.bank.exchange.levels import Levels
from bot.errors import ContentError
from tests.bank.test_import_apps import KEPT
from tests.bank.test_import_kinds import KINDS
from tests.bank.test_import_lettered import KINDS as LETTERED

PIECES: Final = {
    "md": ["# Q1: What is it?\n", "## ", "1. ", "- ", "**", "?", "\n", "\n\n", "```\n", "<details><summary>", "</summary>", "</details>", "<b>", "| a | b |\n|---|---|\n",
           "A: ", "B) ", "- [x] yes\n", "Answer: B\n", "A) one ", "B. two\n", "- c. three\n", "*B) two*\n", "Explanation: so\n", "## Answers\n\n", "1. B 2. C\n", "1-A, 2-B, 3-C\n", "| 1 | B |\n", "---\n", "::", "{{c1::", "}}", "#flashcard\n", "[a](#b)", "<!--", "-->", "> ", "\t", "    ", "x", "é", "👶", "$", "`", "What is rain? "],
    "csv": ["question", "answer", ",", ";", "\t", '"', '""', "\n", "\r\n", "What is it?", "sep=;\n", "a", "=1+1", "'", "é", " "],
    "tsv": ["question", "answer", "\t", "\t\t", '"', "\n", "What is it?", "Option A\tOption B\tCorrect\n", "B", "2", ";", "a", "\\n", "<br>", " "],
    "jsonl": ['{"question": "Why?", "answer": "So."}', "\n", "{", "}", "[", '"options": ["a", "b"], ', '"answer": 1', '"correct": true', ",", ":", '"messages": [', '"q"', "null"],
    "json": ["{", "}", "[", "]", ":", ",", '"question"', '"answer"', '"options"', '"a?"', "null", "true", "1e9", "0", "-1", '"\\u00e9"', '"&quot;"', "\n", '"correct_answer"', '{"question": "Why is it?", "answer": 1}'],
    "yaml": ["question: ", "answer: ", "- ", "\n", "  ", "no", "1:1:1", "0xFFF", "&a ", "*a", "!!int ", "|", ">", "'", '"', "{", "}", "topic: x\n", "questions:\n", "What is it?:\n", ": ", "id: a\n"],
    "txt": ["#separator:", "tab\n", "#html:true\n", "#tags column:", "²", "3\n", "#columns:a\tb\n", "\t", "What?", "<b>", "<![foo[", "<a ", "&lt;", "{{c1::x", "}}", "\n", "leaf - a node\n", "a: b\n", ";", "<int>"],
    "html": ["<h3>", "</h3>", "<p>", "What is it?", "<table>", "<tr>", "<td>", "</td>", "<details>", "<summary>", "<ul>", "<li>", "<b>", "<", ">", "<script>", "<!--", "-->", "&amp;", "<dt>", "<dd>", "<br>", "<font a=1>", "\n", "x"],
    "ipynb": ['{"nbformat": 4, "cells": [', '{"cell_type": "markdown", "source": ["# What?\\n", "x"]}', ",", "]}", '"source": 1', "[", "{", "}", '"', "null"],
    "gift": ["::Title:: ", "What is it? ", "{", "}", "=", "~", "%50%", "#", "// note\n", "$CATEGORY: a/b\n", "T", "FALSE", "->", "\\", ":", "\n", "\n\n", "[html]", "[markdown]", "#1:0.5", "..", "{=yes ~no}\n\n", "é"],
    "org": ["* ", "** ", "What is it?\n", "#+begin_src\n", "#+end_src\n", ":DRAWER:\n", ":END:\n", "[[a][b]]", "*b*", "=c=", "- ", "\n", "  x\n"],
    "rst": ["What is it?\n", "----\n", "====\n", ".. code::\n", "   x\n", "::\n", "`a <b>`_", "``c``", "\n", ".. note:: x\n"],
}  # fmt: skip

_KEPT: Final = 0.4  # of the texts are kinds of notes that people keep, broken
_MOVED: Final = 2
_LONGEST: Final = 200_000
_TABLES: Final = frozenset(("csv", "tsv"))  # whose header, broken, is a row like any
_SECONDS: Final = (
    1.0,
    10.0,
)  # that a text may take, whatever its length, and more for each megabyte; the slowest of the tests takes a tenth
_MEMORY: Final = 1_500_000_000


def texts(reader: str, random: Random) -> Iterator[str]:
    """Yield texts made of what means something to a reader, and of what does not."""
    pieces = PIECES[reader]
    while True:
        if random.random() < _KEPT and (like := [kind for name, kind in _kinds() if name.endswith(reader)]):
            yield _mutated(random.choice(like), pieces, random)
            continue
        many = random.choice((3, 20, 200))
        some = random.choices(pieces, k=random.randint(1, many))
        if random.random() < 0.2:
            some.insert(random.randrange(len(some) + 1), random.choice(pieces) * random.choice((50, 2_000)))
        if random.random() < 0.3:
            some.insert(
                random.randrange(len(some) + 1),
                chr(random.choice((0, 9, 0x2028, 0xE001, 0xE003, 0x1F600, 0x0301, random.randrange(0x20, 0x3000)))),
            )
        yield "".join(some)


def _kinds() -> list[tuple[str, str]]:
    """Return what people keep, as the tests of the kinds have it."""
    return [
        (name, one if isinstance(one, str) else one.decode(errors="replace")) for name, one, _ in [*KINDS, *KEPT]
    ] + [(f"{name}.{ending}", text) for name, (text, _) in LETTERED.items() for ending in ("md", "txt")]


def _mutated(text: str, pieces: list[str], random: Random) -> str:
    """Return notes in which some stretches are gone, doubled, moved, or have signs between them."""
    for _ in range(random.randint(1, 8)):
        a, b, c = sorted(random.randrange(len(text) + 1) for _ in range(3))
        change = random.randrange(4)
        middle = ("", text[a:b] * random.choice((2, 20)), text[b:c] + text[a:b], random.choice(pieces))[change]
        text = (text[:a] + middle + text[c if change == _MOVED else a if change > _MOVED else b :])[:_LONGEST]
    return text


def run(
    reader: str, *, seed: int, times: int = sys.maxsize, seconds: float = 1e9, folder: Path, slower: float = 1.0
) -> int:
    """Read broken texts, so many or so long, on a machine that may be so many times slower, and return how many they were."""
    random, path, until = Random(seed), folder / f"broken.{reader}", time.monotonic() + seconds
    for count, text in enumerate(texts(reader, random)):
        if count >= times or time.monotonic() > until:
            return count
        data = text.encode(errors="replace")
        path.write_bytes(data[: random.randrange(len(data) + 1)] if random.random() < 0.2 else data)
        began = time.process_time()
        try:
            document = reading.read(path, Levels())
        except ContentError:
            continue
        drafts.topics(document, Choice(since=date(2026, 1, 1)), name="broken")
        took, most = time.process_time() - began, _SECONDS[0] + _SECONDS[1] * len(data) / 1e6
        wrong = next(filter(_is_wrong, document.found), None) if reader not in _TABLES else None
        assert wrong is None, (reader, seed, count, wrong)
        assert took < most * slower, (reader, seed, count, took, len(data))
    return 0


def _is_wrong(found: Found) -> bool:
    """Whether what was taken is none: an answer that leads elsewhere or only announces one, or the readers' own signs."""
    own = any(chr(sign) in found.question + found.answer for sign in OWN)
    announces = found.answer.isalpha() and len(found.answer) > 1 and shapes.is_answer_heading(found.answer)
    leads = bool(found.answer) and all(map(shapes.is_navigation, found.answer.split("\n\n")))
    return own or leads or announces


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with TemporaryDirectory() as there:
        for name in PIECES if sys.argv[1] == "all" else [sys.argv[1]]:
            number = int(sys.argv[3]) if len(sys.argv) > 3 else 1
            read = run(name, seed=number, seconds=float(sys.argv[2]), folder=Path(there))
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(name, "seed", number, "texts", read, "memory at most", most, "MB", flush=True)  # noqa: T201  run by hand
