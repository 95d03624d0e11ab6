"""A study day on Slack from the schedule to the weekly board, with the bot as a process that is stopped and started in between.

What everybody sees is compared to the letter with tests/golden/slack_day.txt; WRITE_GOLDEN=1 writes that file anew.
"""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from adapters.slack.commands import manifest
from tests.doubles.fakes import FULL, HALF, WRONG
from tests.doubles.process import Bot, bot, write_bank
from tests.doubles.slack.messages import JSON, Channel, Message
from tests.doubles.slack.process import Study, start_at, study
from tests.doubles.slack.server import SlackServer
from tests.doubles.transcript import Seen, Transcript

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "slack_day.txt"
BERLIN: Final = ZoneInfo("Europe/Berlin")
FRIDAY: Final = "2035-11-23T{}+01:00"
LATER: Final = "Short wavelengths scatter most in the air."
PLAN: Final = "schedule set 09:00 Europe/Berlin mon-fri reveal=17:00 board=fri"
SIGNS: Final = {"memo": "📝", "warning": "⚠️"}
DATE: Final = re.compile(r"<!date\^(\d+)\^\{date_short_pretty\} at \{time\}\|[^>]*>")
NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def standing(at: Study) -> Iterator[Seen]:
    """Yield what stands anywhere, also what one person alone sees, in the order in which it was said."""
    places = [at.quiz, *(place for place in at.slack.team.channels.values() if place.direct)]
    there = [message for place in places for message in (*place.messages.values(), *place.hidden)]
    for message in sorted(there, key=lambda message: message.changed_ts or message.ts):
        if message.viewer is not at.lou:
            yield Seen(message.ts, f"{message.user.real_name} {_where(message)}", tuple(_message(message, at.slack)))


def _where(message: Message) -> str:
    place, where = message.channel, "in #quiz"
    if place.direct:
        where = f"to {place.direct.real_name} directly"
    elif message.thread_ts not in (None, message.ts):
        where = f"in the thread of the {place.messages[message.thread_ts].text.partition(' · ')[0].lower()}"
    return f"{where}, to {message.viewer.real_name} alone" if message.viewer else where


def _message(message: Message, slack: SlackServer) -> Iterator[str]:
    """Yield a message as a reader sees it."""
    yield from _blocks(message.blocks, slack) if message.blocks else filter(None, [_text(message.text, slack)])
    yield from (f"📎 {file['name']}, described as “{file.get('alt_txt')}”" for file in message.files)
    if message.reactions:
        yield " ".join(f"{SIGNS[name]} {len(people)}" for name, people in message.reactions.items())


def _blocks(blocks: Iterable[JSON], slack: SlackServer) -> Iterator[str]:
    for block in blocks:
        match block["type"]:
            case "header":
                yield f"# {_text(block['text']['text'], slack)}"
            case "section" if "fields" in block:
                yield " │ ".join(_text(one["text"], slack).replace("\n", " ") for one in block["fields"])
            case "section":
                yield _text(block["text"]["text"], slack)
            case "actions":
                yield " ".join(_button(one) for one in block["elements"])
            case "input":
                yield f"{block['label']['text']}: [{block['element']['max_length']} characters at most]"
            case other:
                raise AssertionError(f"a block that the transcript does not know: {other}")


def _button(one: JSON) -> str:
    label = one["text"]["text"]
    return f"[[{label}]]" if one.get("style") == "primary" else f"[{label}]"


def _text(text: str, slack: SlackServer) -> str:
    """Show words and instants as a reader in Berlin sees them."""

    def shown(found: re.Match[str]) -> str:
        instant = datetime.fromtimestamp(int(found[1]), BERLIN)
        days = (instant.date() - slack.now().astimezone(BERLIN).date()).days
        return f"{NEAR.get(days, f'{instant:%b %-d, %Y}')} at {instant:%H:%M}"

    return html.unescape(DATE.sub(shown, text))


def card(place: Channel) -> Message:
    """Return the bot's newest card."""
    return place.by_bot()[-1]


async def answered(process: Bot, at: Study, names: str) -> None:
    """Wait until the question's card says who has answered."""
    await process.until(lambda: f"*Answered*\n{names}\n" in f"{card(at.quiz).words}\n")


async def typed(at: Study, script: Transcript, name: str, words: str) -> None:
    """Let somebody type a command, and look at what comes of it."""
    script.note(f"{name} types /quiz {words}")
    await (await getattr(at, name.lower()).slash(at.quiz, words)).answered()
    script.look()


async def play(process: Bot, at: Study, script: Transcript) -> None:
    """Let the members answer, in the thread and in the form."""
    await process.until(at.quiz.by_bot)
    asked = await at.open(process, at.quiz)
    at.maya.say(at.quiz, HALF, thread=asked)
    await process.until(lambda: at.maya.private)
    await answered(process, at, "Maya")
    script.look()
    script.note("Bo presses [Hint (−20 %)]")
    await (await at.bo.click(asked, "Hint (−20 %)")).answered()
    script.look()
    for text in (WRONG, FULL):
        script.note("Bo presses [Answer]")
        modal = await (await at.bo.click(asked, "Answer")).modal()
        ends = "[Cancel] [[Send]]"
        script.show("Form for Bo", [f"# {modal.body['title']['text']}", *_blocks(modal.blocks, at.slack), ends])
        script.note(f"Bo sends: {text}")
        await (await at.bo.submit({"text": text})).answered()
        script.look(past=asked.ts)  # the card names Bo once three seconds have passed since it named Maya
    await answered(process, at, "Maya, Bo")
    script.look()
    await home(at, script, "Bo")


async def home(at: Study, script: Transcript, name: str) -> None:
    """Let somebody open the App Home."""
    view = await getattr(at, name.lower()).open_home()
    script.show(f"The App Home of {name}", _blocks(view.blocks, at.slack))


async def end(process: Bot, at: Study, script: Transcript) -> None:
    """Wait for reveal and board, and let organiser and members ask where they stand."""
    await process.until(lambda: card(at.quiz).title.startswith("🟢 Weekly board") and card(at.quiz).replies)
    script.look()
    board: Any = card(at.quiz)
    for name, words in (("Ada", "leaderboard"), ("Maya", "stats"), ("Ada", "stats")):
        await typed(at, script, name, words)
    script.note("Bo presses [My place]")
    await (await at.bo.click(board, "My place")).answered()
    script.look()
    await home(at, script, "Maya")


async def test_a_day_from_the_schedule_to_the_board(tmp_path: Path):
    """What members see of a day is the golden file's, to the letter, although the bot was stopped twice on the way."""
    write_bank(tmp_path)
    async with SlackServer(manifest=manifest()) as slack:
        ines = slack.create_user("ines")
        at = study(slack)
        script = Transcript(lambda: standing(at))
        script.note("—— 08:30 ——")
        async with bot(slack, tmp_path, **start_at(slack, FRIDAY.format("08:30:00"))) as process:
            await slack.socket.connected()
            await typed(at, script, "Ada", PLAN)
            assert await process.stop() == 0
        script.note("—— 09:00, after a restart ——")
        async with bot(slack, tmp_path, **start_at(slack, FRIDAY.format("09:00:01"))) as process:
            await play(process, at, script)
            assert await process.stop() == 0
        script.note("—— 12:00, the bot is not running ——")
        start_at(slack, FRIDAY.format("12:00:00"))
        ines.say(at.quiz, LATER, thread=card(at.quiz))
        script.look()
        script.note("—— 17:00, the bot is back ——")
        async with bot(slack, tmp_path, **start_at(slack, FRIDAY.format("17:00:01"))) as process:
            await end(process, at, script)
            assert await process.stop() == 0
    script.compare(GOLDEN)
