"""`python -m bot check`, `import` and `export`. The bot itself runs without the libraries that the last two need."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot import settings
from bot.bank import loading
from bot.bank.team_banks import FOLDER, folder_of
from bot.clock import SystemClock
from bot.question import Level, json_schema
from bot.text import plural

ENDINGS: Final = {"csv": ".csv", "json": ".json", "anki": ".apkg", "anki-text": ".txt"}
Add = Callable[[str, object, str], argparse.ArgumentParser]


def add_commands(add: Add) -> None:
    """Declare the subcommands."""
    into = add(
        "import", _import, "make drafts of the questions in notes, tables or Anki's text, and report on every line"
    )
    into.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="Markdown or text, CSV, JSON, Anki's text export"
    )
    where = into.add_mutually_exclusive_group()
    where.add_argument("--out", type=Path, metavar="FOLDER", help="write topic files there (with neither: only report)")
    where.add_argument("--team", help="ask them in this team alone, such as slack:T024BE7LD")
    into.add_argument("--topic", default="", help="the topic of all (default: what the file says, else its name)")
    into.add_argument("--topic-from", choices=("file", "section"), default="file", help="section: a topic a heading")
    into.add_argument("--level", type=Level, choices=list(Level), default=Level.MID, help="where the file says none")
    words = "what a word or sign for difficulty means, such as tricky=principal; may be repeated"
    into.add_argument("--map", type=_mapped, action="append", default=[], metavar="WORD=LEVEL", help=words)
    out = add("export", _export, "write a bank as CSV, JSON or for Anki")
    out.add_argument("bank", type=Path, metavar="FOLDER-or-FILE", help="a folder of topic files, or one of them")
    out.add_argument("--format", choices=tuple(ENDINGS), required=True)
    out.add_argument("--out", type=Path, required=True, metavar="FILE")


def _mapped(text: str) -> tuple[str, Level]:
    word, _, level = text.rpartition("=")
    if not word.strip() or level not in list(Level):
        raise argparse.ArgumentTypeError(f"{text!r} is no WORD=LEVEL; the levels are {', '.join(Level)}")
    return word.strip(), Level(level)


def _import(asked: argparse.Namespace) -> int:
    from bot.cli import exchange  # noqa: PLC0415  a start of the bot need not wait for it

    return exchange.import_files(asked)


def _export(asked: argparse.Namespace) -> int:
    from bot.cli import exchange  # noqa: PLC0415  the same

    return exchange.export(asked, ending=ENDINGS[asked.format])


def check(asked: argparse.Namespace) -> int:
    """Check a bank, or a team's own beside it, and print every problem."""
    if asked.schema:
        print(json_schema(), end="")
        return 0
    folder, today = asked.folder or settings.load().content_dir, SystemClock().now().date()
    if asked.team is not None:
        own = folder_of(settings.load().data_dir / FOLDER, asked.team)
        checked = loading.check(own, today=today, beside=loading.load(folder))
    else:
        checked = loading.check(folder, today=today)
    for problem in (*checked.problems, *checked.notes):
        print(problem)
    notes = f", {plural(len(checked.notes), 'note')}" if checked.notes else ""
    print(f"{plural(checked.count, 'question')} read, {plural(len(checked.problems), 'problem')} found{notes}.")
    return 1 if checked.problems else 0
