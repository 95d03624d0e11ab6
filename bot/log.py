"""Logs: one line an event, as JSON or as text, with every secret taken out before it is written."""

import contextlib
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO

import structlog

_TOKENS: Final = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+"  # Slack
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # Discord
    r"|(?<=://)[^\s:/@]*:\S+(?=@)"  # a user and password in an address
)
_HIDDEN: Final = "[hidden]"
# Libraries that say too much; APScheduler warns of every wake-up during a long tick, and one too many or too few does nothing.
# Discord's logs what it receives: members' words stand in no log, whatever its level.
CHATTY: Final = {
    "apscheduler": logging.ERROR, "aiosqlite": logging.WARNING, "alembic": logging.WARNING, "discord": logging.INFO,
}  # fmt: skip
_INTERNAL: Final = frozenset(("_record", "_from_structlog"))  # structlog's own, gone before anything is written


def configure(*, level: str, form: str, stream: TextIO, secrets: Iterable[str] = ()) -> None:
    """Send the logs of the project and of its libraries to a stream."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _Redactor(secrets),
    ]
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for chatty, least in CHATTY.items():
        logging.getLogger(chatty).setLevel(max(least, logging.root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


@contextlib.contextmanager
def kept(path: Path, *, level: str, form: str, secrets: Iterable[str] = ()) -> Iterator[None]:
    """Append the logs to a file until the block ends, and send them to standard error after it."""
    path.touch(mode=0o600)
    with contextlib.suppress(PermissionError):  # it may be somebody else's, who lets us write
        path.chmod(0o600)  # also one that an earlier version made
    stream, secrets = path.open("a", encoding="utf-8"), tuple(secrets)
    configure(level=level, form=form, secrets=secrets, stream=stream)
    try:
        yield
    finally:
        configure(level=level, form=form, secrets=secrets, stream=sys.stderr)
        with contextlib.suppress(OSError):  # what a full disk does not take is lost
            stream.close()


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines to a stream; on a full disk they are lost, and nobody's screen is filled with why."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the library's name
        """Say what went wrong with a line, unless it is that the stream takes none."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


class _Redactor:
    """A processor that hides the secrets it was given, and whatever has the shape of a token."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted((re.escape(s) for s in secrets if s), key=len, reverse=True)
        self._known = re.compile("|".join(known)) if known else None

    def __call__(self, _: Any, __: str, event: Any) -> Any:
        return {key: value if key in _INTERNAL else self._hide(value) for key, value in event.items()}

    def _hide(self, value: Any) -> Any:
        match value:
            case str():
                value = self._known.sub(_HIDDEN, value) if self._known else value
                return _TOKENS.sub(_HIDDEN, value)
            case dict():
                return {self._hide(str(key)): self._hide(one) for key, one in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._hide(one) for one in value]
            case None | bool() | int() | float():
                return value
            case _:
                text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                return f"{type(value).__name__}: {self._hide(text)}"
