"""Commands that a text names are spelled as people type them on Discord, and can be clicked."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from adapters.discord import render
from adapters.discord.spelling import mentioned, typed
from bot.cards import Card, Fields, Item, Items, Quote, Text
from bot.commands import COMMANDS, Reach, offered, usage
from tests.doubles.discord.hall import discord_hall, private

ROOT: Final = Path(__file__).parents[3]
ROOMS: Final = ("commands", "handlers", "presenter")
COMMAND: Final = re.compile(
    r"(?<![\w/])/(?:quiz|reveal|schedule|settings|privacy|leaderboard|stats|unsure|desk|question|audit|appeal|help)\b[^.;\n]*"
)
LOOSE: Final = re.compile(
    r"\w=\w|(?<![:-])\b\d\d:\d\d|(?<!:)\b[A-Z]\w+/[A-Z]|(?<![:\w])mon-fri|delete delete|hide o|\[\w+/"
)


def texts() -> Iterator[str]:
    """Yield every text in the core that names a command; what is put into it stands as a word."""
    for path in sorted(one for room in ROOMS for one in (ROOT / "bot" / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in (one for one in ast.walk(tree) if id(one) not in docs):
            said = "".join(map(part, node.values)) if isinstance(node, ast.JoinedStr) else part(node)
            if COMMAND.search(said):
                yield said


def part(node: ast.AST) -> str:
    """Return a text's part as written."""
    return (node.value if isinstance(node.value, str) else "") if isinstance(node, ast.Constant) else "word"


def test_every_text_names_its_commands_as_they_are_typed_here():
    """No text on Discord tells to type `option=value` or a value without its option's name."""
    said = [*texts(), *(usage(c) for c in COMMANDS if c.spec.reach is Reach.TYPED)]
    assert len(said) > 30
    spelled = [found for text in said for found in COMMAND.findall(typed(text))]
    assert [words for words in spelled if LOOSE.search(words)] == []


@pytest.mark.parametrize(
    ("words", "here"),
    [
        ("/settings share=on is yours to change.", "/settings share:on is yours to change."),
        ("(/privacy hide on or off)", "(/privacy hide switch:on or off)"),
        ("/settings appoint=name or dismiss=name", "/settings appoint:name or dismiss:name"),
        (
            "/schedule set 09:00 Europe/Berlin mon-fri reveal=17:00",
            "/schedule set at:09:00 zone:Europe/Berlin days:mon-fri reveal:17:00",
        ),
        ("/quiz [mid/senior/principal] [topic]: Ask", "/quiz [level] [topic]: Ask"),
        ("three asked with /quiz count on a day", "three asked with /quiz count on a day"),
        ("/quizzes, a/quiz and https://a.example/quiz", "/quizzes, a/quiz and https://a.example/quiz"),
    ],
)
def test_a_command_is_spelled_with_its_options_names(words: str, here: str):
    """What is typed in a line elsewhere has a name for each option here; the words around it stay as they are."""
    assert typed(words) == here


def test_every_option_of_the_help_is_called_by_its_name():
    """The help names each option as Discord does."""
    for command in COMMANDS:
        if command.spec.reach is Reach.TYPED:
            assert re.findall(r"\[(\w+)\]", typed(usage(command))) == [option.name for option in offered(command)]


def test_a_command_can_be_clicked_where_its_id_is_known():
    """In the bot's words a command is a mention that opens it; a title, somebody's words, and an unknown one are plain."""
    told = (Text("Type /stats."), Quote("Type /stats."), Items((Item("/schedule set board_at=17:00"),)))
    shown = render.card(
        Card(title="See /stats", blocks=(*told, Fields((("A", "/help"),)))), commands={"stats": 7, "help": 8}
    )
    (embed,) = shown.embeds
    assert embed.title == "See /stats"
    assert "Type </stats:7>." in str(embed.description)
    assert "> Type /stats." in str(embed.description)
    assert r"/schedule set board\_at:17:00" in str(embed.description)
    assert embed.fields[0].value == "</help:8>"
    assert mentioned("/schedule set", {"schedule": 3}) == "</schedule set:3>"


async def test_help_and_settings_on_discord(tmp_path: Path):
    """What members are told to type can be clicked, under the ids that Discord gave the commands."""
    async with discord_hall(tmp_path) as hall:
        known = {one["name"]: one["id"] for one in hall.env.backend.commands[None].values()}
        told = private(await hall.ada.slash(hall.channel, "help"))
        told += private(await hall.ada.slash(hall.channel, "help", about="commands"))
        assert f"</quiz:{known['quiz']}> \\[level\\] \\[topic\\]" in told
        assert f"</schedule set:{known['schedule']}> at:09:00 zone:Europe/Berlin days:mon-fri reveal:17:00" in told
        assert f"</settings:{known['settings']}> share:on or off" in private(
            await hall.maya.slash(hall.channel, "settings")
        )
