"""Fixtures for all tests: zones from the locked tzdata package, and a hall with a database of its own."""

import logging
import os
import shutil
import zoneinfo
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest
import structlog
from hypothesis import settings

from tests.doubles import database, postgresql
from tests.doubles.fakes import Hall
from tests.doubles.fakes import hall as start_hall

CONTENT: Final = Path(__file__).parents[1] / "content"
HERE: Final = Path(__file__).parent
UNCOVERED: Final = (
    "process",
    "project",
    "soak",
    "chaos",
)  # what they reach, others cover; tracing would double their time
COVERED: Final = ("test_serve", "test_discord_ending", "test_docs")  # but for what these call within their own process
# Rooms whose halls are played on both databases; the handlers take two minutes more, so they are by `make test-postgresql`, which CI runs too.
ON_BOTH: Final = ("hall", "store", *(["handlers"] if os.environ.get("HANDLERS_ON_POSTGRESQL") else []))
CHATTY = ("apscheduler", "aiosqlite", "alembic")  # loggers whose level the bot's configuration raises

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in `process/`, so that `make quick` can leave it out, and what counts for no coverage."""
    for item in items:
        room = item.path.relative_to(HERE).parts[0]
        if room == "process":
            item.add_marker(pytest.mark.process)
        if room in UNCOVERED and item.path.stem not in COVERED:
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session", autouse=True)
def _locked_zones() -> Iterator[None]:
    """Read time zones from the tzdata package, not from the machine."""
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath()


@pytest.fixture(scope="session")
def one_topic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a bank of one real topic, for whoever needs a good one: the whole takes a second to read and twenty to check."""
    folder = tmp_path_factory.mktemp("one-topic")
    shutil.copy(CONTENT / "vaes.yaml", folder)
    return folder


def pytest_sessionstart() -> None:
    """Leave no database out where both are wanted."""
    if os.environ.get("NEED_POSTGRESQL") and not postgresql.programs():
        pytest.exit("PostgreSQL is not installed, and NEED_POSTGRESQL is set", returncode=1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on both databases what plays in a hall: one without a server says so."""
    mark = metafunc.definition.get_closest_marker
    room = metafunc.definition.path.parent.name
    sign = "tmp_path" if room == "handlers" else "hall"  # with a folder some start halls of their own
    plays = room in ON_BOTH and sign in metafunc.fixturenames
    if (plays and not mark("sqlite")) or mark("both_stores"):
        there = "" if postgresql.programs() else "no PostgreSQL is installed"
        marks = [pytest.mark.skipif(bool(there), reason=there)]
        if room != "store":
            marks.append(pytest.mark.no_cover)  # the same once more: tracing would double its time
        metafunc.parametrize("store", ["sqlite", pytest.param("postgresql", marks=marks)], indirect=True)


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    """Give a PostgreSQL server."""
    binaries = postgresql.programs()
    assert binaries
    with postgresql.running(binaries) as running:
        yield running


@pytest.fixture(autouse=True)
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let databases be SQLite's, or for a test that is meant for both the second time PostgreSQL's."""
    name = getattr(request, "param", "sqlite")
    if name == "sqlite":
        yield name
    else:
        with database.on_postgresql(request.getfixturevalue("server")):
            yield name


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Give a running Studyhall on a Monday morning."""
    async with start_hall(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Put the process's logging back after each test."""
    loggers = [logging.getLogger(name) for name in (None, *CHATTY)]
    levels, handlers = [logger.level for logger in loggers], [*logging.root.handlers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    logging.root.handlers[:] = handlers
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _plain_tracebacks() -> None:
    """Log what fails in lines: structlog's own way draws every local value, which takes seconds."""
    *others, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])
