"""The commands `grade` and `evaluate`: what they print, and what they say of a file that cannot be read."""

import io
import os
import sys
from pathlib import Path

import pytest

from bot.__main__ import FOUND, OK, main
from bot.cli.evaluation import Marked, agreement, table
from bot.grading import Grade
from tests.grading.test_gate import BANDS

ROOT = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
HEADER = "question,reference,answer,score,label,set\n"
CACHE = "The cache grows with each token of the sequence."


@pytest.fixture(autouse=True)
def _bank(tmp_path: Path, monkeypatch: Patch) -> None:
    """Work in an empty folder, with the project's question bank and no other setting."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("STUDYHALL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", str(ROOT / "content"))


def typed(monkeypatch: Patch, text: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


def written(text: str) -> str:
    Path("marked.csv").write_text(text, encoding="utf-8")
    return "marked.csv"


# grade


def test_grade(monkeypatch: Patch, capsys: Capture) -> None:
    """`grade` prints the explanation of the answer on standard input, also when that is not UTF-8."""
    typed(monkeypatch, b"\xff The encoder gives a mean and variance.")
    assert main(["grade", "vae-versus-autoencoder"]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("1 of 6 key points covered")
    assert "  + distribution (weight 2, credit 1.00, sure 1.00): “The encoder gives a mean and variance”" in lines
    assert lines[-1] == "Grader 3.7"


def test_why(monkeypatch: Patch, capsys: Capture) -> None:
    """`grade --why` names the examples of either side that each key point's best clause was like, and where nothing was."""
    typed(
        monkeypatch, b"A GAN is a game of two networks. It has no likelihood. A GAN has an encoder, the VAE has none."
    )
    assert main(["grade", "gan-versus-vae", "--why"]) == OK
    out = capsys.readouterr().out
    assert "\ngame: words that speak for it " in out
    assert "\n  says it (" in out
    assert "\n  near miss (" in out
    assert "\n  nothing like it was heard" in out


@pytest.mark.parametrize(
    ("name", "words"), [("vae-versus-autoencode", "did you mean vae-versus-autoencoder?"), ("0", "reads the bank")]
)
def test_grade_of_an_unknown_question(name: str, words: str, capsys: Capture) -> None:
    """A question that is not in the bank is named, with the nearest or the way to find one."""
    assert main(["grade", name]) == FOUND
    assert words in capsys.readouterr().err


# evaluate


def test_evaluate(capsys: Capture) -> None:
    """`evaluate` prints one line a set and one for all, from marks, percentages or labels."""
    rows = (
        f"Why?,{CACHE},{CACHE},100,,one\nWhy?,{CACHE},no idea,0,,one\n"
        f"Why?,{CACHE},the cache is bigger,50,partial,two\nWhy?,{CACHE},{CACHE},90,correct,two\n"
    )
    assert main(["evaluate", written(HEADER + rows)]) == OK
    assert capsys.readouterr().out.splitlines() == [
        "set  answers      r    QWK  right  sure right  unsure",
        "one        2  1.000  1.000  1.000       1.000   0.000",
        "two        2  1.000  1.000  1.000       1.000   0.500",
        "all        4  0.990  1.000  1.000       1.000   0.250",
    ]


def test_evaluate_questions_of_the_bank(capsys: Capture) -> None:
    """A line may name a question of the bank; figures that cannot be said are dashes."""
    assert main(["evaluate", written("question_id,answer,label\nvae-versus-autoencoder,mean,incorrect\n")]) == OK
    (_, line) = capsys.readouterr().out.splitlines()
    assert line.split()[:4] == ["all", "1", "-", "-"]


def test_several_references(capsys: Capture) -> None:
    """Further references stand in columns of their own."""
    text = f"question,reference,reference_2,answer,score\nWhy?,It rains.,{CACHE},{CACHE},1\n"
    assert main(["evaluate", written(text)]) == OK
    assert "1.000" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEADER, "has no answers"),
        (f"{HEADER}Why?,{CACHE},x,much,,\n", "line 2: the score is 'much'"),
        (f"{HEADER}Why?,{CACHE},x,101,,\n", "line 2: the score is '101'"),
        (
            f"{HEADER}Why?,{CACHE},x,1,,\nWhy?,{CACHE},x,,good,\n",
            "line 3: the label is 'good'; it can be correct, partly",
        ),
        (f"{HEADER}Why?,{CACHE},x,,,\n", "line 2: neither a score nor a label"),
        (f"{HEADER}Why?,,x,1,,\n", "line 2: neither a question_id nor a reference"),
        ("question_id,answer,score\nno-such,x,1\n", "line 2: no question 'no-such' in the bank"),
        (f"{HEADER}Why?,{'x' * 200_000},x,1,,\n", "field larger than field limit"),
    ],
)
def test_a_table_that_cannot_be_read(text: str, problem: str, capsys: Capture) -> None:
    """A line that cannot be evaluated is named with what is wrong in it."""
    assert main(["evaluate", written(text)]) == FOUND
    assert problem in capsys.readouterr().err


def test_a_table_in_another_encoding(capsys: Capture) -> None:
    """A file that is not UTF-8 is said to be."""
    Path("marked.csv").write_bytes(b"question,answer\n\xe9\n")
    assert main(["evaluate", "marked.csv"]) == FOUND
    assert "utf-8" in capsys.readouterr().err


def test_no_table(capsys: Capture) -> None:
    """A file that is not there is named."""
    assert main(["evaluate", "none.csv"]) == FOUND
    assert "none.csv: cannot be read: No such file" in capsys.readouterr().err


def test_no_sure_answer() -> None:
    """Where no grade is sure, nothing is said of the sure ones."""
    unsure = [Marked("all", 0.5, BANDS["partial"], Grade(50, (), (), "it turns on one word."))] * 2
    assert agreement(unsure).sure_right is None
    assert agreement(unsure).unsure == 1
    assert len(list(table(unsure))) == 2


def test_help(capsys: Capture) -> None:
    """The help of `evaluate` describes the columns."""
    with pytest.raises(SystemExit):
        main(["evaluate", "--help"])
    assert "reference_2" in capsys.readouterr().out
