"""The command line and the one composition root: settings -> resources -> App -> platforms, closed in reverse.

An adapter is imported where it is put together: each brings a library that a third of the start would go to.
"""
# ruff: noqa: PLC0415

import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback of what is being imported, which takes a second

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import os
import sys
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import structlog
from tzlocal import get_localzone_name

from bot import VERSION, log, settings
from bot.app import App
from bot.bank import loading
from bot.bank.team_banks import FOLDER, TeamBanks
from bot.cli import bank, doctor, evaluation, health, terminal, upkeep
from bot.cli.supervision import Keeper, refuse, until_signal
from bot.clock import Clock, SystemClock, begun_at
from bot.delivery import Delivery
from bot.errors import AlreadyRunning, ContentError, InfrastructureError, SettingsError
from bot.handlers.deps import Deps
from bot.handlers.grader import Grader
from bot.jobs import Jobs
from bot.ports import Meter, Platform, Unmetered
from bot.settings import Settings
from bot.store import opening
from bot.store.database import Database
from bot.store.hall import StoredVisits
from bot.store.inbox import StoredInbox
from bot.store.ledger import KEEP_EVENTS
from bot.store.migrate import HEAD
from bot.store.notebook import StoredNotebook
from bot.store.sessions import StoredSessions
from bot.vitals import Vitals

if TYPE_CHECKING:
    from adapters.services.opinion import ModelOpinion

OK: Final = 0
FOUND: Final = 1  # a check found something
UNAVAILABLE: Final = 69  # sysexits: a resource cannot be had
OUTPUT: Final = 74  # sysexits: the output cannot be written
BUSY: Final = 75  # sysexits: try again later, another process runs
INTERRUPTED: Final = 130  # as a shell says it of what Ctrl-C ended
CONFIG: Final = 78  # sysexits: the settings or the bank are wrong
PATIENCE: Final = 35.0  # seconds in which a bot that was killed just now has lost its turn to write
STANDARD_OUTPUT: Final = 1  # its file descriptor


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return the exit status; every failure is a sentence on stderr, never a traceback."""
    asked = _parser().parse_args(arguments)
    zoneinfo.reset_tzpath(to=[])  # zones from the locked tzdata package, whatever the machine has
    gc.freeze()  # what was imported stays: collecting it again and again costs a third of a start and stop
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        status = int(asked.run(asked))
        sys.stdout.flush()
    except (SettingsError, ContentError) as error:
        refuse(error, hold=getattr(asked, "hold", False))
        status = CONFIG
    except InfrastructureError as error:
        print(getattr(error, "words", error), file=sys.stderr)
        status = BUSY if isinstance(error, AlreadyRunning) else UNAVAILABLE
    except OSError as error:
        status = _unwritten(error)
    except KeyboardInterrupt:
        logging.getLogger("asyncio").disabled = True  # what was given up in its middle is no news
        print("Stopped before it was done.", file=sys.stderr)
        status = INTERRUPTED
    return status


def _unwritten(error: OSError) -> int:
    """Say which file, or that standard output, cannot be written."""
    if error.filename is not None:
        print(f"{error.filename}: {error.strerror}. Move it away, or make it writable.", file=sys.stderr)
        return UNAVAILABLE
    print(f"The output cannot be written: {error.strerror}.", file=sys.stderr)
    # Otherwise Python tries, and fails, once more at its exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), STANDARD_OUTPUT)
    return OUTPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Studyhall: a quiz bot for teams that study together."
    )
    parser.add_argument("--version", action="version", version=f"Studyhall {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: object, summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(run=run)
        return command

    run = add("run", _run, "start the bot; with no token, a chat in this terminal")
    run.add_argument(
        "--hold",
        action="store_true",
        help="where settings or bank are wrong, wait to be stopped: for a supervisor that starts again whatever ends",
    )
    check = add("check", bank.check, "check a question bank and name every problem with its file and line")
    check.add_argument("folder", type=Path, nargs="?", help="folder of the topic files (default: the one that is set)")
    check.add_argument("--team", help="check the team's own questions instead, beside that bank")
    check.add_argument(
        "--hints", action="store_true", help="say besides what would grade better, such as a key point that is two"
    )
    check.add_argument("--schema", action="store_true", help="print the JSON Schema of a topic file instead")
    one = add("grade", evaluation.grade_one, "grade the answer on standard input, and explain the grade")
    one.add_argument("question", help="the question's id")
    one.add_argument("--why", action="store_true", help="say what the answer was held to be like, and what not")
    people = add("evaluate", evaluation.evaluate, "say how well the grader agrees with people's marks in a CSV file")
    people.add_argument("file", type=Path, help="the marked answers")
    people.epilog, people.formatter_class = evaluation.COLUMNS, argparse.RawDescriptionHelpFormatter
    bank.add_commands(add)
    add("doctor", _doctor, "say what is wrong with this installation, and how to mend it")
    add("health", _health, "say whether the bot that runs on the data folder is alive")
    upkeep.add_commands(add)
    manifest = add("manifest", _manifest, "print the manifest from which a platform makes its app")
    manifest.add_argument("platform", choices=["slack"])
    manifest.add_argument(
        "--url", default="", help="public https:// address of the bot, for HTTP in place of Socket Mode"
    )
    manifest.add_argument(
        "--one-workspace", action="store_true", help="over HTTP, serve one workspace with a token that you set"
    )
    return parser


def _run(_: argparse.Namespace) -> int:
    loaded = settings.load(_lacking)
    asyncio.run(_serve(loaded) if loaded.discord_token or loaded.slack else _serve_locally(loaded))
    return OK


def _lacking(loaded: Settings) -> Iterable[str]:
    """Return what the platforms lack that are meant."""
    if not loaded.slack:
        return ()
    from adapters.slack.connection import problems

    return problems(loaded)


async def _serve(loaded: Settings) -> None:
    """Run on the chat platforms whose tokens are set, until a signal comes."""
    log.configure(level=loaded.log_level, form=loaded.log_format, secrets=loaded.secrets, stream=sys.stderr)
    async with contextlib.AsyncExitStack() as stack:
        questions = loading.load(loaded.content_dir)
        gc.freeze()  # nor is the bank given up: looking through it made whoever waited just then wait a fifth of a second more
        clock = begun_at(loaded.start_at, running=True)
        shared = opening.opened(loaded, now=clock.now(), patience=PATIENCE, alone=False)
        database = await stack.enter_async_context(shared)
        platforms = [*_platforms(loaded, database, clock)]
        rng = Random(loaded.seed)  # noqa: S311  a choice of questions, no secret
        deps = await _deps(loaded, stack, db=database, bank=questions, rng=rng, clock=clock)
        jobs = await _jobs(loaded, stack, deps, platforms=platforms, clock=clock, folder=loaded.data_dir)
        jobs.tried = stack.enter_context(health.ended_when_hung())
        tell = structlog.get_logger(__name__)
        await opening.tell_of_left(loaded, lambda words: tell.warning("file_left", reason=words))
        tell.info("started", schema=HEAD, platforms=[one.name for one in platforms])
        keeper = Keeper(jobs.app, notebook=StoredNotebook(database), clock=clock)
        await until_signal({one.name: keeper.keep(one) for one in platforms}, jobs.waking())
        tell.info("stopped")


async def _deps(loaded: Settings, stack: contextlib.AsyncExitStack, *, clock: Clock, **resources: Any) -> Deps:
    grader = await stack.enter_async_context(Grader(loaded.graders).running())
    asked, helps = _opinion(loaded, clock, stack), loaded.opinion == "help"
    return Deps(
        **resources, zone=loaded.zone, teams=TeamBanks(loaded.data_dir / FOLDER), opinion=None if helps else asked,
        helper=asked if helps else None, opinions_a_day=loaded.opinions_a_day, answers_days=loaded.answers_days, hall=loaded.hall_url, grader=grader,
    )  # fmt: skip


async def _jobs(
    loaded: Settings, stack: contextlib.AsyncExitStack, deps: Deps, *, platforms: Sequence[Platform], clock: Clock,
    folder: Path,
) -> Jobs:  # fmt: skip
    """Put the App and its schedule together, and whatever watches them."""
    vitals = Vitals(deps.db, platforms, clock, sign=stack.enter_context(health.signs(folder)), folder=folder)
    meter = await stack.enter_async_context(_watched(loaded, vitals))
    delivery = Delivery(deps.db, {one.name: one for one in platforms}, meter)
    jobs = Jobs(App(deps, clock=clock, delivery=delivery, meter=meter), alive=vitals.beat)
    if loaded.hall_url:
        from adapters.hall import connection, pages

        hall = pages.Hall(jobs.app, StoredVisits(deps.db, clock), vitals, address=loaded.hall_url)
        await stack.enter_async_context(connection.serving(hall, loaded))
    return jobs


def _watched(loaded: Settings, vitals: Vitals) -> contextlib.AbstractAsyncContextManager[Meter]:
    """Open the HTTP side, where a port is set."""
    if loaded.http_port is None:
        return contextlib.nullcontext(Unmetered())
    from adapters.services import http

    return http.serving(loaded.http_host, loaded.http_port, vitals)


def _opinion(loaded: Settings, clock: Clock, stack: contextlib.AsyncExitStack) -> "ModelOpinion | None":
    """Return who gives second opinions, where an endpoint is set."""
    if not loaded.opinion_url:
        return None
    from adapters.services.opinion import Endpoint, ModelOpinion

    key = loaded.opinion_key.get_secret_value() if loaded.opinion_key else "none"
    asked = ModelOpinion(Endpoint(url=loaded.opinion_url, model=loaded.opinion_model, key=key), clock=clock)
    stack.push_async_callback(asked.close)
    return asked


def _platforms(loaded: Settings, database: Database, clock: Clock) -> Iterator[Platform]:
    """Yield the chat platforms whose tokens are set."""
    own: Any = {"notebook": StoredNotebook(database), "inbox": StoredInbox(database, clock), "clock": clock}
    if loaded.discord_token:
        from adapters.discord.connection import Access
        from adapters.discord.platform import DiscordPlatform

        given = Access(
            token=loaded.discord_token.get_secret_value(), api=loaded.discord_api, gateway=loaded.discord_gateway,
            guilds=loaded.discord_guilds, content=loaded.discord_message_content,
        )  # fmt: skip
        sessions = StoredSessions(database, DiscordPlatform.name) if database.holder else None
        yield DiscordPlatform(given, **own, sessions=sessions)
    if loaded.slack:
        from adapters.slack.connection import access
        from adapters.slack.platform import SlackPlatform

        yield SlackPlatform(access(loaded), **own)


async def _serve_locally(loaded: Settings) -> None:
    """Run the local platform until it is left, the script ends, or a signal comes."""
    from adapters.local.connection import nobody_types
    from adapters.local.deck import Deck
    from adapters.local.platform import LocalPlatform, look

    if nobody_types():
        words = "set the tokens of your platform, or give a chat's lines on standard input"
        raise SettingsError([f"STUDYHALL_DISCORD_TOKEN, STUDYHALL_SLACK_BOT_TOKEN: not set; {words}"])
    interactive = sys.stdin.isatty()
    own_world = terminal.folder(loaded, interactive=interactive)
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(own_world)
        questions = loading.load(loaded.content_dir)
        clock = begun_at(loaded.start_at, running=interactive)
        database = await stack.enter_async_context(opening.opened(loaded, folder=folder, now=clock.now()))
        stack.enter_context(terminal.logged_to(folder / "studyhall.log", loaded))

        async def travel(to: datetime) -> None:
            await jobs.travel(clock, to)

        zone = get_localzone_name() if interactive else loaded.zone
        deck = Deck(loaded.seed if interactive else loaded.seed or 0)
        shown = look(interactive=interactive, zone=zone)
        platform = LocalPlatform(folder, look=shown, clock=clock, deck=deck, travel=travel)
        kept = KEEP_EVENTS if interactive else None  # a script may be played again at any time
        deps = await _deps(loaded, stack, db=database, bank=questions, rng=deck, clock=clock, events_kept=kept)
        jobs = await _jobs(loaded, stack, deps, platforms=[platform], clock=clock, folder=folder)
        waking = jobs.waking() if interactive else health.pulse(jobs.alive)
        await until_signal({platform.name: platform.run(jobs.app)}, waking)


def _doctor(_: argparse.Namespace) -> int:
    from adapters.discord import doctor as of_discord
    from adapters.hall import doctor as of_hall
    from adapters.local import doctor as of_local
    from adapters.services import http
    from adapters.slack import doctor as of_slack

    discord = partial(of_discord.examine, roles=opening.roles)
    examiners = (of_local.examine, discord, of_slack.examine, http.examine, of_hall.examine)
    findings = asyncio.run(doctor.examine(now=SystemClock().now(), others=examiners, whole=_lacking))
    for finding in findings:
        print(finding)
    return OK if all(finding.fine for finding in findings) else FOUND


def _manifest(asked: argparse.Namespace) -> int:
    from adapters.slack.commands import manifest

    print(json.dumps(manifest(asked.url, one_workspace=asked.one_workspace), indent=2))
    return OK


def _health(_: argparse.Namespace) -> int:
    loaded, now = settings.load(), SystemClock().now()
    seen = asyncio.run(opening.survey(loaded)) if loaded.database_url else None
    problem = health.problem(loaded.data_dir, now=now, seen=seen)
    print(problem or health.alive(loaded.data_dir, now=now, seen=seen))
    return FOUND if problem else OK


if __name__ == "__main__":
    sys.exit(main())
