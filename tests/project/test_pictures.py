"""The pictures of the README show what the bot shows today; drawing them anew needs a browser, what is in them does not."""

import html
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.project.pictures import FOLDER, QUESTION, ROOT, discord, only, slack, terminal


def words(drawn: str) -> str:
    """Return what a drawing says: its texts, without where they stand."""
    plain = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", drawn, flags=re.DOTALL))
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", plain).split())


@pytest.mark.parametrize("draw", [terminal, discord, slack])
async def test_a_question_and_a_grade_are_drawn(draw: Callable[[Path], Awaitable[str]], tmp_path: Path):
    """Each picture has the question, its buttons, and a grade that fits the answer."""
    shown = words(await draw(tmp_path))
    for part in (only().questions[QUESTION].question, "Answer", "Hint (−20 %)", "Reveal", "Correct: "):
        assert part in shown


def test_the_terminals_picture_is_of_today():
    """The drawing that is kept has the question's words, and fetches nothing from elsewhere."""
    kept = (FOLDER / "terminal.svg").read_text(encoding="utf-8")
    assert only().questions[QUESTION].question in words(kept)
    assert set(re.findall(r"https?://[^\s\"')]+", kept)) == {"http://www.w3.org/2000/svg"}


def test_pictures_are_small_and_shown():
    """What is kept is shown somewhere, and nobody waits for it on a slow line."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
    for picture in FOLDER.iterdir():
        assert f"images/{picture.name}" in pages
        assert picture.stat().st_size < 150_000, picture.name
