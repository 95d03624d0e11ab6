"""The first thing that anybody plays: the study day shows the bot at its best, and its grades fit its answers."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bot.bank import loading
from bot.question import Question
from tests.process.test_whole_process import ROOT, run

SCRIPT: Final = (ROOT / "tests" / "scripts" / "study_day.txt").read_text(encoding="utf-8")
GRADES: Final = {  # what each member's answers are written to be: whole, with typos, wrong and then half, in other words, cheating
    "maya": {"Correct"},
    "ines": {"Correct"},
    "bo": {"Not yet", "Partly there"},
    "tom": {"Not yet"},
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Play the script, and return its transcript with each paragraph on one line."""
    played = run(tmp_path_factory.mktemp("day"), SCRIPT)
    assert (played.returncode, played.stderr) == (0, "")
    return played.stdout


def unfolded(text: str) -> str:
    return " ".join(text.split())


def question() -> Question:
    """Return the question for which the script's answers were written."""
    (named,) = re.findall(r"^/next (\S+)$", SCRIPT, re.MULTILINE)
    return loading.load(ROOT / "content").questions[named]


def told(shown: str, member: str) -> Iterator[tuple[str, int]]:
    """Yield the headline and score of each grade that a member was shown."""
    found = re.findall(
        rf"Studyhall to {member} \(nobody else sees this\):\n  (Correct|Partly there|Not yet): (\d+) of 100", shown
    )
    return ((headline, int(score)) for headline, score in found)


def test_the_question_is_the_scripts(shown: str):
    """The question that is drawn is the one that the answers are for, whatever else the bank holds."""
    card = shown.partition("Question of the day")[2].partition("[1] Answer")[0]
    assert unfolded(question().question) in unfolded(card)


@pytest.mark.parametrize(("member", "headlines"), GRADES.items(), ids=[*GRADES])
def test_grades_fit_their_answers(shown: str, member: str, headlines: set[str]):
    """A full answer is correct, with typos too; half of one is partly there; a wrong one and a trick are not."""
    assert {headline for headline, _ in told(shown, member)} == headlines


def test_an_unsure_grade_is_decided(shown: str):
    """What was said in words that the bot is not sure of is decided by an organiser, for the better, and its member is told."""
    _, _, zoe = shown.partition("zoe in #study-hall: >")
    assert unfolded(zoe).index("I am not sure of this grade") < zoe.index("/as tom")
    (before, after) = re.findall(r"Your grade was (\d+) and is now (\d+) of 100", shown)[0]
    assert int(before) < int(after)
    assert "Every grade is decided" in shown


def test_the_reveal_quotes_the_best(shown: str):
    """At its time the answer comes by itself, short; More has all of it, with the words of who agreed to be quoted."""
    reveal, _, after = shown.partition("The answer ·")[2].partition("Weekly board")
    assert unfolded(question().reference)[:60] in unfolded(reveal)
    assert re.search(r"Best answers: maya \(\d+ of 100\)\.", reveal)
    assert len(unfolded(reveal)) < 1250
    assert "(0)" not in reveal
    more = after.partition("The answer ·")[2]
    assert unfolded(question().reference) in unfolded(more)
    assert re.search(r"\n  maya, \d+ of 100:\n    Going forward", more)


def test_the_board_has_medals_and_a_chart(shown: str):
    """The week's board has places and a bar for each member who earned something; who cheated has neither."""
    board = shown.partition("Weekly board")[2].partition("My place")[0]
    assert re.findall(r"(🥇|🥈|🥉|4\.) (\w+)", board)[0] == ("🥇", "maya")
    assert set(re.findall(r"█ +(\w+) \d+", board)) == {"maya", "ines", "bo", "zoe"}


def test_hint_and_form_are_shown(shown: str):
    """A hint costs points, the form takes what the thread need not see, and nobody but an organiser reveals before the time."""
    assert "Hint 1 of 2" in shown
    assert "points after 1 hint. Saved as attempt 2" in unfolded(shown)
    assert "Only an organiser" in shown


def test_it_plays_the_same_again(shown: str, tmp_path: Path):
    """Played in another place, it is the same to the letter from where the script sets the clock."""
    assert run(tmp_path, SCRIPT).stdout.splitlines()[1:] == shown.splitlines()[1:]
