"""`python -m bot check`, `import` and `export`. The bot itself runs without the libraries that the last two need."""

import argparse
import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot import settings
from bot.bank import loading
from bot.bank.team_banks import FOLDER, folder_of
from bot.cli import questions
from bot.clock import SystemClock
from bot.errors import ContentError
from bot.question import Level, json_schema
from bot.store import opening
from bot.text import clip, nearest, plural

ENDINGS: Final = {"csv": ".csv", "json": ".json", "anki": ".apkg", "anki-text": ".txt", "markdown": ".md"}
ROLES: Final = ("question", "answer", "level", "topic", "hints", "reading", "tags", "explanation", "options", "skip")
_TEAM: Final = re.compile(r"(?:slack|discord|local|memory):\S+")
Add = Callable[[str, object, str], argparse.ArgumentParser]


def add_commands(add: Add) -> None:
    """Declare the subcommands."""
    into = add("import", _import, "make drafts of the questions in notes, tables or cards, and report what was found")
    kinds = "Markdown or text, HTML, notebooks, Org, reStructuredText, CSV, JSON, YAML, Anki's text export"
    into.add_argument("files", type=Path, nargs="+", metavar="FILE", help=kinds)
    where = into.add_mutually_exclusive_group()
    where.add_argument("--out", type=Path, metavar="FOLDER", help="write topic files there (with neither: only report)")
    where.add_argument("--team", help="into this team's own bank, such as slack:T024BE7LD")
    into.add_argument("--topic", default="", help="the topic of all (default: what the file says, else its name)")
    into.add_argument("--topic-from", choices=("file", "section"), default="file", help="section: a topic a heading")
    into.add_argument("--level", type=Level, choices=list(Level), default=Level.MID, help="where the file says none")
    words = "what a word or sign for difficulty means (tricky=principal), or what a column is (Frage=question); may be repeated"
    into.add_argument("--map", type=_mapped, action="append", default=[], metavar="WORD=MEANING", help=words)
    into.add_argument("--live", action="store_true", help="ask the drafts before a person has confirmed them")
    into.add_argument("--update", action="store_true", help="take over what changed in notes that were imported before")
    into.add_argument("--dry-run", action="store_true", help="write nothing, and show the first three questions")
    how = into.add_mutually_exclusive_group()
    how.add_argument("--verbose", action="store_true", help="report on every line")
    how.add_argument("--json", action="store_true", help="report as JSON")
    out = add("export", _export, "write a bank as CSV, JSON, Markdown or for Anki, or what teams taught the grader")
    out.add_argument(
        "bank", type=Path, nargs="?", metavar="FOLDER-or-FILE", help="a folder of topic files, or one of them"
    )
    out.add_argument("--format", choices=tuple(ENDINGS))
    out.add_argument("--out", type=Path, metavar="FILE")
    words = "instead of a bank, what teams taught the grader, as YAML for the maintainers of a bank"
    out.add_argument(
        "--team", help="instead of a bank, this team's own questions, with what it edited, taught and confirmed"
    )
    out.add_argument("--learned", action="store_true", help=words)
    look = add("questions", questions.questions, "list the questions that should be looked at, and why")
    look.add_argument("--team", help="of this team alone, such as slack:T024BE7LD")
    look.add_argument(
        "--test", action="store_true", help="say how often the grader agrees with the answers that organisers decided"
    )


def _mapped(text: str) -> tuple[str, str]:
    word, _, meaning = text.strip("“”\"'").rpartition("=")
    if not word.strip() or meaning not in {*Level, *ROLES}:
        words = f"{text!r} is no WORD=MEANING; the levels are {', '.join(Level)}, and columns are {', '.join(ROLES)}"
        raise argparse.ArgumentTypeError(words)
    return word.strip(), meaning


def _import(asked: argparse.Namespace) -> int:
    from bot.cli import exchange  # noqa: PLC0415  a start of the bot need not wait for it

    if asked.team is not None:
        _refuse_unknown(asked.team, [*asyncio.run(opening.teams(settings.load()))])
    return exchange.import_files(asked)


def _refuse_unknown(team: str, known: Sequence[str]) -> None:
    """Raise ContentError for a team that the bot does not know: what is imported for it would never be asked."""
    if team in known or (not known and _TEAM.fullmatch(team)):
        return
    close = nearest(team, known)
    words = f"; did you mean {close}?" if close else f"; known are {', '.join(known[:10])}" if known else ""
    raise ContentError(
        [
            f"There is no team {clip(team, 60)}{words or '. A team is its platform and its id there, such as slack:T024BE7LD'}"
        ]
    )


def _export(asked: argparse.Namespace) -> int:
    if asked.learned:
        return questions.learned(asked.out)
    needed = ("format", "out") if asked.team else ("bank", "format", "out")
    if lacking := [name for name in needed if getattr(asked, name) is None]:
        raise ContentError([f"export needs {', '.join(lacking)}; or --learned, for what teams taught the grader"])
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
        checked = loading.check(own, today=today, beside=loading.load(folder), hinted=asked.hints)
    else:
        checked = loading.check(folder, today=today, hinted=asked.hints)
    for problem in (*checked.problems, *checked.notes, *checked.hints):
        print(problem)
    notes = f", {plural(len(checked.notes), 'note')}" if checked.notes else ""
    notes += f", {plural(len(checked.hints), 'hint')}" if checked.hints else ""
    print(f"{plural(checked.count, 'question')} read, {plural(len(checked.problems), 'problem')} found{notes}.")
    return 1 if checked.problems else 0
