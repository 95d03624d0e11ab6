"""What is broken, hostile or endless ends nothing but itself: a refusal or questions, in time, and never a traceback."""

import gc
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from bot.__main__ import main
from bot.bank.exchange import reading
from bot.bank.exchange.levels import Levels
from bot.errors import ContentError
from tests.bank.fuzz_import import PIECES, run

HOSTILE: Final = {
    "separator.txt": "#separator:\nWhat is wind?\tAir.\n",
    "superscript.txt": "#separator:tab\n#tags column:²\nWhat is wind?\tAir.\n",
    "marked.txt": "#separator:tab\n#html:true\nWhat is <![foo[ wind?\tAir.\n",
    "digits.md": f"---\ntitle: 0x{'F' * 6_000}\n---\n## What is wind?\nAir.\n",
    "sixty.md": f"---\ntitle: {'1:' * 100_000}1\n---\n## What is wind?\nAir.\n",
    "tags.txt": f"#separator:tab\n#html:true\nWhat is wind?\t{'<a ' * 33_000}\n",
    "again.json": "[" + ",".join(['{"question": "What is wind?", "answer": "Air."}'] * 30_000) + "]",
    "bullets.md": "* a\n" * 50_000 + "\n## What is wind?\nAir.\n",
    "deep.json": '{"a":' * 400 + '{"question": {"text": {"text": {"text": {"text": {"text": {"text": 1}}}}}}}' + "}" * 400,
    "page.html": "<div>" * 3_000 + "<h3>What is wind?</h3><p>Air.</p>",
}  # fmt: skip
LONG: Final = 32_000, 128_000  # characters: both beyond all limits of a text, past which another reader may take longer
NOTHING: Final = 0.4  # seconds, in which nothing has grown with the square of the shorter one: half a milliard steps
GENEROUS: Final = 10  # times, in which a text of four times the length is read; with its square it would be 16
FEW: Final = {"deep.json", "page.html"}  # of which nothing, or not all, need be taken


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(tmp_path: Path, name: str):
    """Whatever a file tries, its one honest question is taken once."""
    path = tmp_path / name
    path.write_text(HOSTILE[name], encoding="utf-8")
    found = reading.read(path, Levels()).found
    assert name in FEW or ["wind" in one.question for one in found] == [True]


def test_details_in_details(tmp_path: Path):
    """Folds within folds without an end are refused at their line."""
    path = tmp_path / "nested.md"
    path.write_text("<details>\n<summary>What is wind?</summary>\n\n" * 300 + "Air.\n", encoding="utf-8")
    with pytest.raises(ContentError, match="121: nested too deeply"):
        reading.read(path, Levels())


@pytest.mark.parametrize("reader", PIECES)
def test_broken_text(tmp_path: Path, reader: str):
    """Texts of a reader's own signs in any order are read or refused; `tests/bank/fuzz_import.py` goes on for longer."""
    assert run(reader, seed=17, times=25, folder=tmp_path, slower=10) == 25


def test_a_link_is_not_written_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A link that waits where an import could write beside its file is left alone, and so is what it points to."""
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine"
    mine.write_text("mine")
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / ".notes.yaml.new").symlink_to(mine)
    (tmp_path / "notes.md").write_text("## What is wind?\nAir.\n")
    assert main(["import", "notes.md", "--out", "bank"]) == 0
    assert mine.read_text() == "mine"


def test_yaml_tricks(tmp_path: Path):
    """Aliases in a list of questions are refused at their line."""
    path = tmp_path / "a.yml"
    path.write_text("- &a [x]\n- *a\n")
    with pytest.raises(ContentError, match="an alias"):
        reading.read(path, Levels())


def test_a_summary_of_nothing(tmp_path: Path):
    """A summary that is in no details is text like any, without the sign by which the readers know one."""
    path = tmp_path / "a.md"
    path.write_text("## What is wind?\n\nAir.\n\n<summary>It moves.</summary>\n")
    assert [found.answer for found in reading.read(path, Levels()).found] == ["Air.\n\nIt moves."]


MARKS: Final = [
    *"*_`~#>|-+=:;.,!?'\"()[]{}<>&%$^/\\@0aB", "é", "？", "–", "👶", "**", "![", "](", "[x]", "<a ", "</", "<!--", "-->", "<b>", "&amp;", "$$", "{{c1::",
    "::", "A. ", "B) ", "1. ", "- ", "# ", "? ", "a*", "*a", "**a**", "_a_", "`a`", "[a](b) ", "(a) ", "a: ", "Answer: ", "Q: ", "? (", "the ", "e.g. ",
    "a, ", "http://a ", "a|", "\\*", "1-A, ", "✅ ", "<br>", "0:", "[sound:", "<![CDATA[", "]]>", "(hard) ",
]  # fmt: skip
AROUND: Final = {
    "line.md": "{}\n", "title.md": "# {}\n\nAir.\n", "answer.md": "## What is wind?\n\n{}\n", "item.md": "- What is wind? {}\n  - {}\n",
    "table.md": "| {} | Air. |\n", "choice.md": "What is wind?\n\nA) {}\nB) Air {}\n\nAnswer: B\n", "line.txt": "{}\n", "card.txt": "#separator:tab\n#html:true\n{}\tAir.\n",
    "row.csv": "question,answer\nWhat is wind?,{}\n", "page.html": "<h3>What is wind?</h3><p>{}</p>\n",
    "gift.txt": "What is wind? {{={} ~no}}\n", "head.org": "* {}\n",
}  # fmt: skip


def seconds(path: Path, text: str) -> float:
    """Return the processor's seconds in which a text is read, or refused."""
    path.write_text(text, encoding="utf-8")
    began = time.process_time()
    with suppress(ContentError):
        reading.read(path, Levels())
    return time.process_time() - began


@pytest.fixture(autouse=True)
def _no_collection() -> Iterator[None]:
    """Measure the reader alone: a collection goes through all that the tests before have left, and takes as long as that is much."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("name", AROUND)
def test_marks_without_end(tmp_path: Path, name: str):
    """A line of nothing but a mark takes longer as it grows, and not longer with the square of it, wherever it stands."""
    for mark in MARKS:
        short, long = (AROUND[name].format(*[mark * (length // len(mark))] * 2) for length in LONG)
        assert seconds(tmp_path / name, short) < NOTHING or any(
            seconds(tmp_path / name, long) < GENEROUS * seconds(tmp_path / name, short) for _ in range(3)
        ), (name, mark)
