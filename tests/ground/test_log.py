"""Logs: one line an event, and no secret in any of them, whoever wrote it and wherever it stood."""

import io
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import log
from tests.conftest import CHATTY

KNOWN = "correct horse battery"  # stands for a secret from the settings
SHAPES = [
    "xoxb-" + "2345-6789-abcDEF",
    "xapp-" + "1-A12-345-abc",
    "M" * 24 + ".Gabc-_." + "x" * 38,
]


def configured(form: str = "json", level: str = "info", secrets: tuple[str, ...] = (KNOWN, "", "horse")) -> io.StringIO:
    stream = io.StringIO()
    log.configure(level=level, form=form, stream=stream, secrets=secrets)
    return stream


def only_line(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    return dict(json.loads(line))


def test_json():
    """An event is one line of JSON with its time, level and values, whatever characters these have."""
    stream = configured()
    structlog.get_logger("any").warning("round_closed", round=12, topic="µ\nσ", answers=[1, {"by": ("maya",)}])
    line = only_line(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "round_closed", "level": "warning", "round": 12, "topic": "µ\nσ", "answers": [1, {"by": ["maya"]}],
    }  # fmt: skip


def test_text():
    """The text format is one line for a person, without colours."""
    stream = configured(form="text")
    structlog.get_logger("any").info("round_closed", round=12)
    (line,) = stream.getvalue().splitlines()
    assert "[info" in line
    assert "round_closed" in line
    assert "round=12" in line
    assert "\x1b" not in line


def test_context():
    """What was bound to the context stands in every line."""
    stream = configured()
    with structlog.contextvars.bound_contextvars(incident="a1b2"):
        structlog.get_logger("any").info("round_closed")
    assert only_line(stream)["incident"] == "a1b2"


def test_level():
    """Nothing under the level is logged, and a chatty library nothing under a warning, nor of each wake-up in vain."""
    stream = configured(level="debug")
    for name in CHATTY:
        logging.getLogger(name).info("tick")
        logging.getLogger(name).error("tock")
    logging.getLogger("apscheduler").warning("skipped")
    logging.getLogger("alembic").warning("teck")
    logging.getLogger("other").debug("tack")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["tock"] * 3 + ["teck", "tack"]


def test_level_of_errors():
    """Who asks for errors alone is not given a chatty library's warnings."""
    stream = configured(level="error")
    logging.getLogger("alembic").warning("teck")
    assert stream.getvalue() == ""


def test_no_secrets_known():
    """Without a secret in the settings, events are left as they are."""
    stream = io.StringIO()
    log.configure(level="info", form="json", stream=stream)
    structlog.get_logger("any").info("round_closed", topic="gans")
    assert only_line(stream)["topic"] == "gans"


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("hidden", [KNOWN, *SHAPES])
def test_events(form: str, hidden: str):
    """A secret is hidden in an event's own words and in its values, also those inside of others."""
    stream = configured(form=form)
    nested = {"list": [hidden], "tuple": ({"deep": f"is {hidden}"},)}
    structlog.get_logger("any").info(f"it is {hidden}!", value=f"<{hidden}>", nested=nested)
    written = stream.getvalue()
    assert hidden not in written
    assert written.count("[hidden]") == 4
    assert "it is [hidden]!" in written


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("hidden", [KNOWN, *SHAPES])
def test_traces(form: str, hidden: str):
    """A secret is hidden in an exception's trace, and the rest of the trace is kept."""
    stream = configured(form=form)
    error = ValueError(f"cannot log in with {hidden}")
    structlog.get_logger("any").error("command_failed", exc_info=error)
    assert hidden not in stream.getvalue()
    assert "ValueError: cannot log in with [hidden]" in stream.getvalue()


@pytest.mark.parametrize("hidden", [KNOWN, *SHAPES])
def test_libraries(hidden: str):
    """A secret is hidden in the lines of libraries, in their arguments and their traces."""
    stream = configured()
    refused = ConnectionError(f"refused {hidden}")
    logging.getLogger("library").error("sent %s", {"header": hidden}, exc_info=refused)
    line = only_line(stream)
    assert hidden not in stream.getvalue()
    assert line["event"] == "sent {'header': '[hidden]'}"
    assert line["level"] == "error"
    assert "ConnectionError: refused [hidden]" in line["exception"]


@dataclass(frozen=True)
class Account:
    token: str


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("hidden", [KNOWN, *SHAPES])
@pytest.mark.parametrize(
    "wrap",
    [
        ValueError,
        lambda hidden: ConnectionError(111, hidden),
        lambda hidden: {hidden},
        lambda hidden: frozenset([hidden]),
        lambda hidden: hidden.encode(),
        lambda hidden: bytearray(hidden.encode()),
        lambda hidden: Path("/run") / hidden,
        lambda hidden: {hidden: 1},
        lambda hidden: {("a key", hidden): 1},
        lambda hidden: {"deep": [{hidden: {hidden}}]},
        Account,
    ],
)
def test_any_value(form: str, hidden: str, wrap: Callable[[str], Any]):
    """A secret is hidden in a value of any type: exceptions, sets, bytes, paths, keys, objects of one's own."""
    stream = configured(form=form)
    structlog.get_logger("any").info("looked", value=wrap(hidden), among=[wrap(hidden)])
    assert hidden not in stream.getvalue()
    assert stream.getvalue().count("[hidden]") >= 2


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_secret_with_odd_letters(form: str):
    """Quotes, backslashes and letters beyond ASCII in a secret do not let it out of bytes, sets or exceptions."""
    secret = "s\u00e9cret'x\\y"
    stream = configured(form=form, secrets=(secret,))
    structlog.get_logger("any").info("looked", a=secret.encode(), b={secret}, c=ValueError(secret), _private=secret)
    assert stream.getvalue().count("[hidden]") == 4
    assert "cret" not in stream.getvalue()


def test_plain_values():
    """Numbers, truth and nothing are logged as they are, and not as text."""
    stream = configured()
    structlog.get_logger("any").info("looked", count=3, share=0.5, fine=True, none=None)
    line = only_line(stream)
    assert [line[name] for name in ("count", "share", "fine", "none")] == [3, 0.5, True, None]


@pytest.mark.parametrize("hidden", [KNOWN, *SHAPES])
def test_positional_arguments(hidden: str):
    """Positional arguments are put into the event's words, and a secret among them is hidden."""
    stream = configured()
    structlog.get_logger("any").info("%s sent %d of %s", "maya", 3, {"header": hidden})
    line = only_line(stream)
    assert line["event"] == "maya sent 3 of {'header': '[hidden]'}"
    assert "positional_args" not in line


def test_percent():
    """Without arguments, a percent sign is only a sign."""
    stream = configured()
    structlog.get_logger("any").info("100% sure, %s")
    assert only_line(stream)["event"] == "100% sure, %s"


@pytest.mark.parametrize("form", ["json", "text"])
def test_stack(form: str):
    """A stack that was asked for is printed, with the line that asked."""
    stream = configured(form=form)
    structlog.get_logger("any").info("looked", stack_info=True)
    assert "Stack (most recent call last)" in stream.getvalue()
    assert "test_log.py" in stream.getvalue()
    assert "in test_stack" in stream.getvalue()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://maya:s3cr3t@db.example/hall", "postgresql://[hidden]@db.example/hall"),
        ("redis://:s3cr3t@h", "redis://[hidden]@h"),
        ("redis://:s3cr3t@h:6379/0", "redis://[hidden]@h:6379/0"),
        ("amqp://maya:s3/cr3t@h/hall", "amqp://[hidden]@h/hall"),
        ("amqp://maya:s3@cr3t@h/hall", "amqp://[hidden]@h/hall"),
        ("amqp://maya:/s3@/cr3t@h", "amqp://[hidden]@h"),
        ("cannot reach redis://:s3cr3t@h: refused", "cannot reach redis://[hidden]@h: refused"),
        ("redis://:s3cr3t@one postgresql://bo:s3cr3t@two", "redis://[hidden]@one postgresql://[hidden]@two"),
        ("https://db.example:8080/hall", "https://db.example:8080/hall"),
        ("https://db.example:8080/hall asks maya@db.example", "https://db.example:8080/hall asks maya@db.example"),
    ],
)
def test_addresses(address: str, shown: str):
    """The user and password in an address are hidden, the rest of it is not; an address without them stays whole."""
    stream = configured()
    structlog.get_logger("any").info(address, address=address, error=OSError(address))
    line = only_line(stream)
    assert (line["event"], line["address"]) == (shown, shown)
    assert shown in line["error"]
    assert "s3cr3t" not in stream.getvalue()


def test_longer_secret_first():
    """A secret that holds another one is hidden as a whole."""
    stream = configured()
    structlog.get_logger("any").info(f"{KNOWN}, horse")
    assert only_line(stream)["event"] == "[hidden], [hidden]"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A disk that takes no more loses lines of the log, and fills nobody's screen with why; a fault of our own is shown."""
    (tmp_path / "log").symlink_to("/dev/full")
    with log.kept(tmp_path / "log", level="info", form="json"):
        structlog.get_logger("any").info("round_closed")
        assert capsys.readouterr().err == ""
        logging.getLogger("any").info("%d", "no number")
        assert "Logging error" in capsys.readouterr().err
    structlog.get_logger("any").info("stopped")
    assert "stopped" in capsys.readouterr().err


def test_a_log_is_appended_to(tmp_path: Path):
    """A log in a file goes on where the last run left it, without what is secret."""
    for _ in range(2):
        with log.kept(tmp_path / "log", level="info", form="json", secrets=(KNOWN,)):
            structlog.get_logger("any").info(KNOWN)
    assert (tmp_path / "log").read_text().count("[hidden]") == 2
