"""Logs: one line an event, and no secret in any of them, whoever wrote it and wherever it stood."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import log

KNOWN = "correct horse battery"  # stands for a secret from the settings
SHAPES = [
    "xoxb-" + "2345-6789-abcDEF",
    "xapp-" + "1-A12-345-abc",
    "M" * 24 + ".Gabc-_." + "x" * 38,
]
CHATTY = ("apscheduler", "aiosqlite", "alembic")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Put the process's logging back after a test."""
    loggers = [logging.getLogger(name) for name in (None, *CHATTY)]
    levels, handlers = [logger.level for logger in loggers], [*logging.root.handlers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    logging.root.handlers[:] = handlers
    structlog.reset_defaults()


def configured(form: str = "json", level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    log.configure(level=level, form=form, stream=stream, secrets=[KNOWN, "", "horse"])
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
    """Nothing under the level is logged, and a chatty library nothing under a warning."""
    stream = configured(level="debug")
    for name in CHATTY:
        logging.getLogger(name).info("tick")
        logging.getLogger(name).warning("tock")
    logging.getLogger("other").debug("tack")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["tock"] * 3 + ["tack"]


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


def test_addresses():
    """The user and password in an address are hidden, the rest of it is not; an address without them stays whole."""
    stream = configured()
    address, plain = "postgresql://maya:s3cr3t@db.example/hall", "https://db.example:8080/hall"
    structlog.get_logger("any").info("opened", address=address, plain=plain)
    line = only_line(stream)
    assert line["address"] == "postgresql://[hidden]@db.example/hall"
    assert line["plain"] == plain


def test_longer_secret_first():
    """A secret that holds another one is hidden as a whole."""
    stream = configured()
    structlog.get_logger("any").info(f"{KNOWN}, horse")
    assert only_line(stream)["event"] == "[hidden], [hidden]"
