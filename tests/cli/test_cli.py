"""The command line, as an operator uses it: what each subcommand prints, and its exit status."""

import contextlib
import io
import json
import logging
import os
import re
import runpy
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import pytest
from cryptography.fernet import Fernet
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.slack.connection import access
from bot import VERSION
from bot.__main__ import BUSY, CONFIG, FOUND, INTERRUPTED, OK, OUTPUT, STANDARD_OUTPUT, UNAVAILABLE, main
from bot.cli import doctor
from bot.settings import Settings
from tests.doubles.loopback import PATIENCE

ROOT = Path(__file__).parents[2]
DATABASE = Path("data/studyhall.db")
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
Play = Callable[..., int]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: Patch, one_topic: Path) -> Path:
    """Work in an empty folder, with a question bank and no other setting."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("STUDYHALL_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", str(one_topic))
    return tmp_path


@pytest.fixture
def play(monkeypatch: Patch) -> Play:
    """Run the bot with these lines as its standard input."""

    def play(*lines: str) -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return main(["run"])

    return play


@contextlib.contextmanager
def closed_output() -> Iterator[None]:
    """Let standard output be a pipe whose reader has left, as in `python -m bot check | true`."""
    reader, writer = os.pipe()
    os.close(reader)
    descriptor = os.dup(STANDARD_OUTPUT)
    pipe = io.TextIOWrapper(io.FileIO(writer, "w"), encoding="utf-8", write_through=True)
    try:
        with contextlib.redirect_stdout(pipe):
            yield
    finally:
        pipe.detach().close()
        os.dup2(descriptor, STANDARD_OUTPUT)
        os.close(descriptor)


def change(statement: str) -> None:
    with contextlib.closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute(statement)
        connection.commit()


# Help


def test_help(capsys: Capture):
    """--help lists every subcommand."""
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == OK
    listed = re.findall(r"^    (\w+)", capsys.readouterr().out, flags=re.MULTILINE)
    assert listed == [
        "run", "check", "grade", "evaluate", "import", "export", "questions", "doctor", "health", "backup", "recompute", "move", "migrate", "manifest",
    ]  # fmt: skip


def test_version(capsys: Capture):
    """--version says which one this is, and nothing else."""
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == OK
    assert capsys.readouterr().out == f"Studyhall {VERSION}\n"


def test_as_a_program(capsys: Capture, monkeypatch: Patch):
    """Started as a program, the bot takes its arguments from there and leaves with the exit status."""
    monkeypatch.setattr(sys, "argv", ["bot", "check", "--schema"])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(ROOT / "bot" / "__main__.py"), run_name="__main__")
    assert left.value.code == OK
    assert json.loads(capsys.readouterr().out)["title"] == "Topic"


# check


@pytest.mark.parametrize("other", [False, True])
def test_check(capsys: Capture, monkeypatch: Patch, one_topic: Path, *, other: bool):
    """A good bank, the one that is set or another, is counted and gives no problem but what time brings."""
    if other:
        monkeypatch.setenv("STUDYHALL_CONTENT_DIR", "nowhere")
    main(["check", *[str(one_topic)] * other])
    assert re.search(r"^\d\d+ questions read, \d+ problems? found\.$", capsys.readouterr().out, flags=re.MULTILINE)


def test_check_good(folder: Path, capsys: Capture):
    """A bank without a problem leaves with 0."""
    (folder / "bank").mkdir()
    (folder / "bank" / "sums.yaml").write_text(SUMS)
    assert main(["check", "bank"]) == OK
    assert capsys.readouterr().out == "1 question read, 0 problems found.\n"


def test_check_bad(folder: Path, capsys: Capture):
    """A bank with problems leaves with 1 and names each with its file and line."""
    (folder / "bank").mkdir()
    (folder / "bank" / "sums.yaml").write_text(SUMS.replace("mid", "expert"))
    assert main(["check", "bank"]) == FOUND
    out = capsys.readouterr().out
    assert "bank/sums.yaml:5: questions.0.level: Input should be 'mid', 'senior' or 'principal'\n" in out
    assert out.splitlines()[-1].startswith("0 questions read, ")


SUMS = """\
topic: sums
title: Sums
questions:
  - id: sums-one
    level: mid
    question: How is a sum made?
    reference: >-
      Numbers are added one after another. Their order does not change the result. On paper, write them below each
      other, so that their last digits stand in one column. Add the digits of each column from the right, write down
      the last digit of what you get, and carry the rest to the next column on the left. When no column is left, write
      down what is still carried.
    key_points:
      - {id: added, statement: They are added., phrasings: [numbers are added one after another]}
      - {id: order, statement: Any order will do., phrasings: [order does not change the result]}
      - {id: carry, statement: The rest is carried., phrasings: [carry the rest]}
    misconceptions:
      - {statement: The columns are added from the right., phrasings: [start with the leftmost column]}
    hints: [Think of columns.]
    reading: ['Fibonacci, Liber Abaci, 1202']
    since: 2026-01-01
"""


# migrate and recompute


def test_migrate(capsys: Capture):
    """Migrate makes the database, says its schema, and may be repeated."""
    assert main(["migrate"]) == OK
    assert DATABASE.exists()
    assert main(["migrate"]) == OK
    assert re.fullmatch(r"(data/studyhall\.db has schema \d{4}, the newest\.\n){2}", capsys.readouterr().out)


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "data" / "backups").iterdir())


def test_backup(folder: Path, capsys: Capture):
    """Backup copies the database into a new file in backups/, whole, and says which; the copy is all there is there."""
    main(["migrate"])
    change("INSERT INTO kept VALUES ('one', 'two')")
    capsys.readouterr()
    assert main(["backup"]) == OK
    (made,) = copies(folder)
    assert re.fullmatch(rf"data/backups/{made.name}, \d+ kB, whole\.\n", capsys.readouterr().out)
    with contextlib.closing(sqlite3.connect(made)) as copied:
        assert copied.execute("SELECT value FROM kept").fetchall() == [("two",)]


def test_backup_to_a_file(capsys: Capture):
    """A file may be named; one that is there already is left alone, with exit status 69."""
    main(["migrate"])
    assert main(["backup", "mine.db"]) == OK
    assert Path("mine.db").exists()
    assert main(["backup", "mine.db"]) == UNAVAILABLE
    assert "mine.db is there already." in capsys.readouterr().err


def test_backup_to_a_folder_that_is_not_there(folder: Path, capsys: Capture):
    """A folder that is not there is not made: it may be a disk that is not mounted, and this one would fill up."""
    main(["migrate"])
    assert main(["backup", "mounted/mine.db"]) == UNAVAILABLE
    assert "There is no folder mounted. Make it, or mount what it is on." in capsys.readouterr().err
    assert not (folder / "mounted").exists()


def test_backup_of_nothing(folder: Path, capsys: Capture):
    """Without a database there is nothing to copy: a sentence, and no empty file."""
    assert main(["backup"]) == UNAVAILABLE
    assert "STUDYHALL_DATA_DIR" in capsys.readouterr().err
    assert not (folder / "data").exists()


@pytest.mark.parametrize("damage", ["index", "everything"])
def test_backup_of_a_damaged_database(folder: Path, capsys: Capture, damage: str):
    """A database that is damaged is not copied as if it were whole, and leaves no file."""
    main(["migrate"])
    if damage == "index":
        with contextlib.closing(sqlite3.connect(DATABASE)) as connection:
            connection.execute("PRAGMA writable_schema=ON")
            connection.execute("UPDATE sqlite_master SET rootpage = 2 WHERE name = 'ix_event_at'")
            connection.commit()
    else:
        DATABASE.write_bytes(b"garbage" * 4096)
    assert main(["backup"]) == UNAVAILABLE
    assert "backups/" in capsys.readouterr().err
    assert copies(folder) == []


def test_recompute_nothing(capsys: Capture):
    """An empty database agrees with its facts."""
    assert main(["recompute"]) == OK
    assert capsys.readouterr().out == "0 closed rounds, 0 awards: the totals equal the fold.\n"


def test_recompute(folder: Path, capsys: Capture, monkeypatch: Patch, play: Play):
    """A total that is not what the facts say is named with exit status 1, and --repair puts it right."""
    monkeypatch.setenv("STUDYHALL_DATA_DIR", "data")
    (folder / "bank").mkdir()
    (folder / "bank" / "sums.yaml").write_text(SUMS)
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", "bank")
    assert (
        play("/quiz", "> Numbers are added one after another, and order does not change the result.", "/reveal") == OK
    )
    assert main(["recompute"]) == OK
    change("UPDATE total SET points = points + 1")
    capsys.readouterr()
    assert main(["recompute"]) == FOUND
    assert capsys.readouterr().out.endswith("1 closed round, 1 award: 1 difference found; --repair mends them.\n")
    assert main(["recompute", "--repair"]) == OK
    assert "1 difference mended." in capsys.readouterr().out
    assert main(["recompute"]) == OK


# What stops every subcommand


def test_ctrl_c(capsys: Capture, monkeypatch: Patch):
    """Who stops a command gets a line and the status that shells know, and no traceback; also where a thread is at work."""

    def stopped(*_: object, **__: object) -> str:
        signal.raise_signal(signal.SIGINT)
        return ""

    monkeypatch.setattr(logging.getLogger("asyncio"), "disabled", False)  # and so again after this
    monkeypatch.setattr("bot.store.recompute.compare", stopped)
    monkeypatch.setattr("json.dumps", stopped)
    for command in (["recompute"], ["manifest", "slack"]):
        assert main(command) == INTERRUPTED
        assert capsys.readouterr().err == "Stopped before it was done.\n"


def test_ctrl_c_after_a_start_in_silence(capsys: Capture):
    """While the modules are read Ctrl-C ends the process at once; from then on it is what stops a command with a line."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        assert main(["manifest", "slack"]) == OK
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().out


@pytest.mark.parametrize("command", ["run", "migrate", "recompute", "check"])
def test_bad_settings(capsys: Capture, monkeypatch: Patch, command: str):
    """Settings that cannot be used are all listed on stderr, and the exit status is 78."""
    monkeypatch.setenv("STUDYHALL_ZONE", "Mars/Base")
    monkeypatch.setenv("STUDYHALL_SED", "7")
    assert main([command]) == CONFIG
    title, *problems = capsys.readouterr().err.splitlines()
    assert title == "The settings cannot be used:"
    assert [problem.partition(":")[0].strip() for problem in problems] == ["STUDYHALL_SED", "STUDYHALL_ZONE"]


@pytest.mark.parametrize(("command", "status"), [("doctor", FOUND), ("run", CONFIG), ("check", CONFIG)])
def test_env_file_in_another_encoding(folder: Path, capsys: Capture, command: str, status: int):
    """A `.env` that is not UTF-8 is a sentence, and no traceback."""
    (folder / ".env").write_bytes(b"STUDYHALL_ZONE=Europe/Z\xfcrich\n")
    assert main([command]) == status
    shown = "".join(capsys.readouterr())
    assert ".env: not UTF-8; save it as UTF-8\n" in shown
    assert "rich" not in shown


@pytest.mark.parametrize("arguments", [["check"], ["check", "--schema"], ["doctor"], ["migrate"], ["recompute"]])
def test_closed_output(capsys: Capture, arguments: list[str]):
    """An output that nobody takes is a sentence on stderr and exit status 74."""
    with closed_output():
        assert main(arguments) == OUTPUT
    assert capsys.readouterr().err == "The output cannot be written: Broken pipe.\n"


def test_bad_content(folder: Path, capsys: Capture, monkeypatch: Patch, play: Play):
    """A bank that cannot be used stops the bot with each problem on stderr and exit status 78."""
    (folder / "sums.yaml").write_text(SUMS.replace("mid", "expert"))
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", ".")
    assert play("/help") == CONFIG
    err = capsys.readouterr().err
    assert err.startswith("The question bank cannot be used:\n")
    assert "sums.yaml:5: questions.0.level" in err


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("STUDYHALL_SLACK_BOT_TOKEN", ["STUDYHALL_SLACK_APP_TOKEN"]),
        ("STUDYHALL_SLACK_APP_TOKEN", ["STUDYHALL_SLACK_BOT_TOKEN"]),
        (
            "STUDYHALL_SLACK_SIGNING_SECRET",
            [f"STUDYHALL_SLACK_{name}" for name in ("CLIENT_ID", "CLIENT_SECRET", "ENCRYPTION_KEY")],
        ),
    ],
)
def test_half_a_platform(capsys: Capture, monkeypatch: Patch, play: Play, name: str, missing: list[str]):
    """Of credentials that need others those are named, and none is printed; the exit status is 78."""
    monkeypatch.setenv(name, "the-token-itself")
    assert play("/help") == CONFIG
    err = capsys.readouterr().err
    assert [line.partition(":")[0].strip() for line in err.splitlines()[1:]] == missing
    assert "the-token-itself" not in err


@pytest.mark.parametrize("token", ["xoxe.xoxb-1-the-token-itself", "xoxe-1-the-token-itself"])
def test_a_rotating_token(capsys: Capture, monkeypatch: Patch, play: Play, token: str):
    """A Slack token that ends after twelve hours is refused at the start, and by the doctor; where none is used it may stand."""
    monkeypatch.setenv("STUDYHALL_SLACK_BOT_TOKEN", token)
    monkeypatch.setenv("STUDYHALL_SLACK_SIGNING_SECRET", "s")
    words = "STUDYHALL_SLACK_BOT_TOKEN: ends after twelve hours, as the app rotates its tokens"
    assert play("/help") == CONFIG
    assert main(["doctor"]) == FOUND
    shown = capsys.readouterr()
    assert f"  {words}" in shown.err
    assert f"BAD  Slack: {words}" in shown.out
    assert "the-token-itself" not in shown.err + shown.out
    monkeypatch.setenv("STUDYHALL_SLACK_ENCRYPTION_KEY", Fernet.generate_key().decode())
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"STUDYHALL_SLACK_{name}", "1")
    assert access(Settings()).bot_token == ""


@pytest.mark.parametrize("address", ["http://quiz.example.org", "https://", "quiz.example.org"])
def test_a_manifest_for_an_address_that_slack_does_not_call(capsys: Capture, address: str):
    """Slack calls https:// alone: another address is refused with one that works, and no manifest is printed."""
    assert main(["manifest", "slack", "--url", address]) == CONFIG
    said = capsys.readouterr()
    assert (said.out, "https://quiz.example.org" in said.err) == ("", True)


def test_manifest(capsys: Capture):
    """The manifest is JSON that Slack's page takes: for a socket, and with an address for HTTP."""
    assert main(["manifest", "slack"]) == OK
    assert json.loads(capsys.readouterr().out)["settings"]["socket_mode_enabled"]
    assert main(["manifest", "slack", "--url", "https://quiz.example.org"]) == OK
    made = json.loads(capsys.readouterr().out)
    assert made["features"]["slash_commands"][0]["url"] == "https://quiz.example.org/slack/events"


@pytest.mark.parametrize(
    ("words", "rotates", "back"),
    [
        ([], False, None), (["--one-workspace"], False, None),
        (["--url", "https://quiz.example.org/"], True, ["https://quiz.example.org/slack/oauth_redirect"]),
        (["--url", "https://quiz.example.org", "--one-workspace"], False, None),
    ],
)  # fmt: skip
def test_only_tokens_that_are_renewed_rotate(capsys: Capture, words: list[str], rotates: bool, back: list[str] | None):
    """Tokens rotate, and Slack has where to go back to, only in the app that workspaces install for themselves."""
    assert main(["manifest", "slack", *words]) == OK
    made = json.loads(capsys.readouterr().out)
    assert made["settings"]["token_rotation_enabled"] is rotates
    assert made["oauth_config"].get("redirect_urls") == back
    assert made["settings"]["socket_mode_enabled"] is ("--url" not in words)


@pytest.mark.parametrize("command", ["migrate", "recompute"])
def test_already_running(capsys: Capture, command: str):
    """While another process has the database, the exit status is 75, and a sentence says what to do."""
    DATABASE.parent.mkdir()
    with filelock.FileLock(f"{DATABASE}.lock"):
        assert main([command]) == BUSY
    err = capsys.readouterr().err
    assert err.startswith(f"Another Studyhall is running on {DATABASE}.")
    assert "STUDYHALL_DATA_DIR" in err
    assert main([command]) == OK


def test_no_data_folder(folder: Path, capsys: Capture):
    """A data folder that cannot be made is a sentence on stderr and exit status 69."""
    (folder / "data").write_text("in the way")
    assert main(["migrate"]) == UNAVAILABLE
    assert "STUDYHALL_DATA_DIR" in capsys.readouterr().err


def test_newer_schema(capsys: Capture):
    """A database of a later version is left alone: a sentence on stderr and exit status 69."""
    main(["migrate"])
    change("UPDATE alembic_version SET version_num = '9999'")
    assert main(["migrate"]) == UNAVAILABLE
    assert "Start the newer version again" in capsys.readouterr().err


# doctor


def diagnosis(capsys: Capture) -> tuple[int, dict[str, tuple[str, str]]]:
    """Return the doctor's exit status, and the mark and the words of each finding."""
    capsys.readouterr()
    status = main(["doctor"])
    lines = re.findall(r"^(ok |BAD)  ([\w ]+): (.*)$", capsys.readouterr().out, flags=re.MULTILINE)
    return status, {what: (mark.strip(), words) for mark, what, words in lines}


@pytest.fixture
def _small_bank(folder: Path, monkeypatch: Patch) -> None:
    """Let the settings name a bank without a problem, on a day on which the time zones are not old either."""
    monkeypatch.setenv("STUDYHALL_START_AT", "2026-11-23T08:00:00Z")
    (folder / "bank").mkdir()
    (folder / "bank" / "sums.yaml").write_text(SUMS)
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", "bank")


@pytest.mark.usefixtures("_small_bank")
def test_doctor_at_first(folder: Path, capsys: Capture):
    """Before the first start all is well, there is no database yet, and looking makes none."""
    status, found = diagnosis(capsys)
    assert status == OK
    assert {mark for mark, _ in found.values()} == {"ok"}
    assert found["database"][1].startswith("none yet")
    assert found["question bank"][1] == "1 question in bank, 0 problems"
    assert not (folder / "data").exists()


@pytest.mark.usefixtures("_small_bank")
def test_doctor_later(capsys: Capture, monkeypatch: Patch, play: Play):
    """A database is reported with its schema and the next things that it will post, as of when the bot would begin."""
    main(["migrate"])
    status, found = diagnosis(capsys)
    assert status == OK
    assert found["database"][1].endswith("whole")
    assert found["schema"][0] == "ok"
    assert found["next post"][1].startswith("nothing is planned")
    monkeypatch.setenv("STUDYHALL_DATA_DIR", "data")
    play("/schedule set 09:00 Europe/Berlin daily")
    third = diagnosis(capsys)[1]["next post"]
    assert third == ("ok", "the question in #study-hall, Thu 26 Nov 2026 09:00 Europe/Berlin")


@pytest.mark.usefixtures("_small_bank")
def test_doctor_empty_file(capsys: Capture):
    """An empty file is a database that the first start fills: it is fine, and is left empty."""
    DATABASE.parent.mkdir()
    DATABASE.touch()
    status, found = diagnosis(capsys)
    assert status == OK
    assert found["database"] == ("ok", f"{DATABASE}, 0 kB, whole")
    assert found["schema"] == ("ok", "none yet; the first start makes it")
    assert DATABASE.stat().st_size == 0
    assert main(["migrate"]) == OK
    assert diagnosis(capsys)[0] == OK


@pytest.mark.usefixtures("_small_bank")
def test_doctor_token(capsys: Capture, monkeypatch: Patch):
    """A token that would keep the bot from starting is bad: what it lacks is named, and it is not printed."""
    monkeypatch.setenv("STUDYHALL_SLACK_APP_TOKEN", "the-token-itself")
    status, found = diagnosis(capsys)
    assert status == FOUND
    assert [what for what, (mark, _) in found.items() if mark == "BAD"] == ["Slack"]
    assert found["Slack"][1] == "STUDYHALL_SLACK_BOT_TOKEN: missing for Socket Mode; set it too"


def test_whoever_holds_is_started_no_more(capsys: Capture, monkeypatch: Patch):
    """With --hold a bot that somebody has to mend says so once, and ends with its status when it is told to."""
    monkeypatch.setenv("STUDYHALL_ZONE", "Mars/Base")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)  # it waits until the bot does
    assert main(["run", "--hold"]) == CONFIG
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert "STUDYHALL_ZONE: not an IANA time zone" in (said := capsys.readouterr().err)
    assert said.endswith("Mend it, and start again: until then I wait to be stopped.\n")


@pytest.mark.usefixtures("_small_bank")
def test_all_problems_at_once(capsys: Capture, monkeypatch: Patch, play: Play):
    """What a platform lacks is named together with a mistyped name, at the start and by the doctor."""
    monkeypatch.setenv("STUDYHALL_SLACK_APP_TOKEN", "the-token-itself")
    monkeypatch.setenv("STUDYHALL_ZON", "UTC")
    words = ["STUDYHALL_SLACK_BOT_TOKEN: missing for Socket Mode; set it too", "STUDYHALL_ZON: no such setting"]
    assert play("/help") == CONFIG
    assert main(["doctor"]) == FOUND
    shown = capsys.readouterr()
    assert [one for one in words if one not in shown.err or f"BAD  settings: {one}" not in shown.out] == []


@pytest.mark.usefixtures("_small_bank")
def test_doctor_damaged(capsys: Capture):
    """A damaged database is bad, and its copies are pointed at."""
    main(["migrate"])
    for suffix in ("-wal", "-shm"):
        DATABASE.with_name(DATABASE.name + suffix).unlink(missing_ok=True)
    DATABASE.write_bytes(b"garbage" * 4096)
    status, found = diagnosis(capsys)
    assert status == FOUND
    assert found["database"][0] == "BAD"
    assert "damaged" in found["database"][1]
    assert "backups/" in found["database"][1]
    assert "schema" not in found


@pytest.mark.usefixtures("_small_bank")
def test_doctor_newer(capsys: Capture):
    """A database of a later version is bad, and says which version to start."""
    main(["migrate"])
    change("UPDATE alembic_version SET version_num = '9999'")
    status, found = diagnosis(capsys)
    assert status == FOUND
    assert found["schema"][0] == "BAD"
    assert found["schema"][1].endswith("start the newer version again")


@pytest.mark.usefixtures("_small_bank")
def test_doctor_no_folder(folder: Path, capsys: Capture):
    """A data folder that cannot be written is bad, and the setting for another is named."""
    (folder / "data").write_text("in the way")
    status, found = diagnosis(capsys)
    assert status == FOUND
    assert found["data folder"] == ("BAD", "data cannot be written; make it so, or set STUDYHALL_DATA_DIR")


def test_doctor_bad_settings(capsys: Capture, monkeypatch: Patch):
    """Settings that cannot be read are the only findings."""
    monkeypatch.setenv("STUDYHALL_ZONE", "Mars/Base")
    assert main(["doctor"]) == FOUND
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("BAD  settings: STUDYHALL_ZONE: ")


def test_doctor_bad_content(capsys: Capture, monkeypatch: Patch):
    """A bank with problems is bad, and the command that names them is."""
    monkeypatch.setenv("STUDYHALL_CONTENT_DIR", "nowhere")
    status, found = diagnosis(capsys)
    assert status == FOUND
    assert found["question bank"] == ("BAD", "0 questions in nowhere, 1 problem; see python -m bot check")


# run


def test_script(folder: Path, capsys: Capture, play: Play):
    """A script on standard input is played in a world of its own, which is kept when it has ended."""
    assert play("/help", "/quit", "/never") == OK
    out = capsys.readouterr().out
    assert "What you can type" in out
    assert "/never" not in out
    assert (folder / "data" / "script.last" / "studyhall.db").exists()
    assert not (folder / "data" / "script").exists()
    assert not DATABASE.exists()


def test_script_again(capsys: Capture, play: Play):
    """A script plays the same each time, from the start."""
    script = ("/clock 2026-01-05 08:30 Europe/Berlin", "/quiz", "> something", "/reveal", "/leaderboard")
    assert play(*script) == OK
    first = capsys.readouterr().out.splitlines()[1:]
    assert play(*script) == OK
    assert capsys.readouterr().out.splitlines()[1:] == first
    assert len(first) > len(script)


def test_logs_afterwards(folder: Path, capsys: Capture, monkeypatch: Patch, play: Play):
    """A run that fails in its middle closes its log file, and what is logged after that goes to stderr."""
    monkeypatch.setenv("STUDYHALL_DATA_DIR", "hall")
    with closed_output():
        assert play("/help") == OUTPUT
    assert (folder / "hall" / "studyhall.log").exists()
    logging.getLogger("any").error("said afterwards")
    output, log_line = capsys.readouterr().err.splitlines()
    assert output == "The output cannot be written: Broken pipe."
    assert json.loads(log_line)["event"] == "said afterwards"
    assert main(["migrate"]) == OK  # the database was closed too


class Terminal(io.StringIO):
    """A standard input that says of itself that a person types there."""

    def isatty(self) -> bool:
        return True


def test_terminal(folder: Path, capsys: Capture, monkeypatch: Patch):
    """With a person at the keyboard, the chat is kept in the data folder, with a prompt and its history."""
    monkeypatch.setattr(sys, "stdin", Terminal())
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("/quiz\r/quit\r")
        assert main(["run"]) == OK
    out, err = capsys.readouterr()
    assert "Studyhall, in this terminal." in out
    assert err == ""
    kept = {path.name: path.read_bytes() for path in (folder / "data").iterdir() if path.is_file()}
    assert {"studyhall.db", "studyhall.log"} <= kept.keys()
    assert b"+/quiz\n" in kept["history"]
    assert b'"tag": "question:1"' in kept["chat.jsonl"]  # no card: what was said is not kept


@pytest.mark.parametrize("stdin", [None, os.devnull])
def test_nobody_types(folder: Path, capsys: Capture, monkeypatch: Patch, stdin: str | None):
    """Started in the background without a token, the bot says what to set, and does not begin a chat with nobody."""
    with Path(stdin or os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing if stdin else None)
        assert main(["run"]) == CONFIG
    assert "STUDYHALL_DISCORD_TOKEN, STUDYHALL_SLACK_BOT_TOKEN: not set" in capsys.readouterr().err
    assert not (folder / "data").exists()


def test_own_folder(folder: Path, monkeypatch: Patch, play: Play):
    """With STUDYHALL_DATA_DIR set, a script plays in that folder, and its log is there too."""
    monkeypatch.setenv("STUDYHALL_DATA_DIR", "hall")
    assert play("/quit") == OK
    assert {"studyhall.db", "studyhall.log"} <= {path.name for path in (folder / "hall").iterdir()}
    assert not (folder / "data").exists()


RUN = [sys.executable, "-m", "bot", "run"]


@pytest.mark.process
@pytest.mark.parametrize("encoding", ["utf-8:surrogateescape", "utf-8:strict", "latin-1"])
def test_script_in_another_encoding(folder: Path, encoding: str):
    """Bytes that are not UTF-8 are read as well as they can be, by whatever the machine reads them as."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    script = b"/help\xe9\n/as \xe9\n/quiz\n> answer: \xe9\xe9\n"
    done = subprocess.run(
        RUN, cwd=folder, env=environment, input=script, capture_output=True, timeout=PATIENCE, check=False
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (OK, b"")
    assert b"Did you mean /help?" in done.stdout
    assert b"Saved as attempt 1" in done.stdout


def test_a_path_that_is_taken(folder: Path, play: Play, capsys: pytest.CaptureFixture[str]):
    """A file or folder in the way of the bot's own is named, and not taken for a full output."""
    (folder / "data" / "script" / "studyhall.log").mkdir(parents=True)
    assert play("/quit") == UNAVAILABLE
    assert "studyhall.log: Is a directory" in capsys.readouterr().err


@pytest.mark.process
def test_sigterm(folder: Path):
    """SIGTERM ends the bot in order, with exit status 0, also while it waits for a line."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "STUDYHALL_DATA_DIR": "data"}
    with subprocess.Popen(
        RUN, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"/help\n")
        process.stdin.flush()
        assert b"/help" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (OK, b"")
    assert main(["migrate"]) == OK  # nothing holds the database any more


def test_a_folder_that_is_nearly_full(folder: Path):
    """Little room is a finding that says where, and what to do."""
    finding = doctor._folder(folder, least=10**30)
    assert not finding.fine
    assert "MB free in" in finding.words
    assert "STUDYHALL_DATA_DIR" in finding.words


def test_the_http_side_is_opened_where_a_port_is_set(capsys: Capture, monkeypatch: Patch, play: Play):
    """With a port the bot listens there while it runs; a port that is taken stops it with a sentence and status 69."""
    with contextlib.closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        monkeypatch.setenv("STUDYHALL_HTTP_PORT", str(other.getsockname()[1]))
        other.listen()
        assert play("/quit") == UNAVAILABLE
        assert "The HTTP side cannot listen on 127.0.0.1:" in capsys.readouterr().err
    assert play("/quit") == OK


def test_the_hall_is_opened_where_an_address_is_set(capsys: Capture, monkeypatch: Patch, play: Play):
    """With an address /hall gives a link to it while the bot runs; a port that is taken stops it with a sentence and status 69."""
    with contextlib.closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        monkeypatch.setenv("STUDYHALL_HALL_URL", f"http://127.0.0.1:{port}")
        other.listen()
        assert play("/quit") == UNAVAILABLE
        assert f"The hall cannot listen on 127.0.0.1:{port}." in capsys.readouterr().err
    assert play("/hall\n/quit") == OK
    assert f"http://127.0.0.1:{port}/in/" in capsys.readouterr().out


def test_an_opinion_is_asked_for_where_an_endpoint_is_set(monkeypatch: Patch, play: Play):
    """With an address and a model, with and without a key, the bot starts and closes what it opened for them."""
    monkeypatch.setenv("STUDYHALL_OPINION_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("STUDYHALL_OPINION_MODEL", "small")
    assert play("/quit") == OK
    monkeypatch.setenv("STUDYHALL_OPINION_KEY", "k")
    monkeypatch.setenv("STUDYHALL_OPINION", "help")
    assert play("/quit") == OK
