"""Draws the README's pictures out of what the bot sends: `make pictures`, which needs chromium on the path.

One question, one member's answer and her grade, on each platform: Discord's embeds and Slack's blocks as their doubles
received them, set in HTML that looks like the platform, and the terminal as its own library draws it. And pages of the hall
in a team that plays for a week: the day, that question after its reveal, the board, the desk, an edit that is tried; and a month of
schedules.
"""

import asyncio
import base64
import html
import io
import re
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageChops
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text as Line

from adapters.local.inbound import Keyboard
from bot.bank import loading
from bot.bank.loading import Bank
from bot.store.schema import round_
from tests.doubles.chromium import Chromium, chromium
from tests.doubles.discord.hall import discord_hall
from tests.doubles.fakes import SCHEDULE, Hall
from tests.doubles.fakes import hall as start_hall
from tests.doubles.slack.hall import slack_hall
from tests.doubles.terminal import opened
from tests.doubles.visitor import Visited, visited

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "images"
QUESTION: Final = "diffusion-forward-reverse"
ANSWER: Final = (
    "Going forward you add a bit of gaussian noise at each timestep with a given beta schedule till nothing of the picture "
    "is left. For the way back you train a unet that predicts the noise, with MSE. At generation time you begin with "
    "random noise and denoise it iteratively, which is slow."
)
SHARES: Final = {"maya": 1.0, "ben": 0.3, "ida": 0.55, "noor": 0.8, "sam": 0.35}  # of the reference that each says
HALF: Final = "You add noise to the picture in many small steps, and a network learns to take it out again."
APPEAL: Final = "Taking the noise out again is what you do when you sample, so I said that too."
WIDTH: Final = 450  # of the two pages, in their own pixels
SCALE: Final = 2
COLUMNS: Final = 60  # of the terminal
EDGE: Final = 16

STYLE: Final = """
* { box-sizing: border-box; } body { margin: 0; padding: 16px; width: %dpx; font: 15px/1.46 %s; }
.row { display: flex; gap: 10px; margin-bottom: 14px; } .row > div:last-child { flex: 1; min-width: 0; }
.face { width: 40px; height: 40px; border-radius: var(--round); background: var(--face); color: #fff; font-weight: 700;
  display: flex; align-items: center; justify-content: center; flex: none; }
.maya .face { background: #c2528b; } .app { font-size: 10px; font-weight: 700; padding: 1px 5px; border-radius: 3px; }
.time { font-size: 12px; opacity: .65; font-weight: 400; } .alone { font-size: 12px; opacity: .7; margin-bottom: 2px; }
blockquote { margin: 4px 0; padding-left: 12px; border-left: 4px solid var(--bar); white-space: pre-line; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 16px; margin: 8px 0; } b { font-weight: 700; }
.head { font-weight: 700; font-size: 17px; } p { margin: 4px 0; white-space: pre-line; }
.buttons { display: flex; gap: 8px; margin-top: 8px; } .buttons span { padding: 5px 14px; font-weight: 600; font-size: 14px; }
"""
DISCORD: Final = """
body { background: #313338; color: #dbdee1; --round: 50%; --face: #5865f2; --bar: #4e5058; } b, .head, .name { color: #f2f3f5; }
.app { background: #5865f2; color: #fff; } .card { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 10px 14px; max-width: 470px; }
.head { font-size: 16px; } .foot { font-size: 12px; margin-top: 8px; } .buttons span { background: #4e5058; color: #fff; border-radius: 4px; }
.buttons .primary { background: #5865f2; }
"""
SLACK: Final = """
body { background: #fff; color: #1d1c1d; --round: 8px; --face: #4a154b; --bar: #ddd; } .app { background: #e8e8e8; color: #616061; }
.buttons span { border: 1px solid #bbb; border-radius: 8px; } .buttons .primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.private { background: #f8f8f8; margin: 0 -16px; padding: 8px 16px; }
"""


def only() -> Bank:
    """Return a bank of the one question."""
    topic = next(t for t in loading.load(ROOT / "content").topics.values() if QUESTION in {q.id for q in t.questions})
    chosen = tuple(q for q in topic.questions if q.id == QUESTION)
    return Bank({topic.topic: topic.model_copy(update={"questions": chosen})})


async def terminal(folder: Path) -> str:
    """Return the terminal as SVG, without fonts from elsewhere."""
    console = Console(record=True, file=io.StringIO(), width=COLUMNS, force_terminal=True, color_system="truecolor")
    async with opened(folder, interactive=True, questions=only(), console=console) as (platform, app, _):

        async def lines(prompt: Callable[[], str], _: list[str]) -> AsyncGenerator[str, None]:
            console.export_text()  # which forgets the greeting
            for line in ("/quiz easy", "/as maya", f"> {ANSWER}"):
                console.print(Line.assemble((prompt(), "bold"), line))
                yield line

        platform.lines = lines  # type: ignore[method-assign,assignment]
        await Keyboard(app, platform).play()
    plain = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    code = plain.replace("    <!-- Generated with Rich https://www.textualize.io -->\n", "").replace(
        "Fira Code", "ui-monospace, Menlo, Consolas"
    )
    drawn = console.export_svg(title="make run", theme=MONOKAI, code_format=code, unique_id="studyhall")
    return re.sub(r"[ \t]+$", "", drawn, flags=re.MULTILINE)


async def discord(folder: Path) -> str:
    """Return Discord's channel as a page: the question's card, and what Maya alone is shown of her answer."""
    async with discord_hall(folder, questions=only()) as hall:
        await hall.ada.slash(hall.channel, "schedule set", at="09:00", days="daily", reveal="17:00")
        await hall.until(1, 9)
        asked, _ = hall.newest()
        done = await hall.answered(hall.maya, asked, ANSWER)
        graded = next(one for one in (*done.followups, done.response) if one is not None and one.ephemeral)
        asked, _ = hall.newest()
        rows = [
            _row("Studyhall", "9:00", _embed(asked)),
            _row("Studyhall", "9:05", f'{_embed(graded)}<div class="alone">👁 Only you can see this</div>'),
        ]
    return _page(DISCORD, "'gg sans','Noto Sans',sans-serif", rows)


def _embed(message: Any) -> str:
    (embed,) = message.embeds
    fields = "".join(f"<div><b>{_discord(f.name)}</b><br>{_discord(f.value)}</div>" for f in embed.fields)
    foot = (
        f'<div class="foot">{_discord(embed.footer.text)} • Today at {embed.timestamp:%H:%M}</div>'
        if embed.timestamp
        else ""
    )
    buttons = [(item.label, item.style.value == 1) for row in message.components for item in row.children]
    return (
        f'<div class="card" style="border-color: {embed.colour}"><div class="head">{_discord(embed.title)}</div>'
        f'{_paragraphs(_discord(embed.description or ""))}<div class="fields">{fields}</div>{foot}</div>{_buttons(buttons)}'
    )


def _discord(marked: str) -> str:
    """Return Discord's Markdown as HTML, as far as the cards have it."""
    words = re.sub(r"\\([^\w\s])", r"\1", html.escape(marked))
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", words)


async def slack(folder: Path) -> str:
    """Return Slack's channel as a page: the question's card, Maya's reply, and what she alone is shown of it."""
    async with slack_hall(folder, questions=only()) as hall:
        await hall.ada.slash(hall.quiz, "schedule set 09:00 UTC daily reveal=17:00")
        await hall.quiet()
        await hall.later(hours=1)
        asked = await hall.until(hall.quiz.by_bot)
        hall.maya.say(hall.quiz, ANSWER, thread=asked[0])
        graded = await hall.until(lambda: hall.maya.private)
        await hall.quiet()
        rows = [
            _row("Studyhall", "9:00", _blocks(hall.quiz.by_bot()[0].blocks)),
            _row("Maya", "9:05", f"<p>{html.escape(ANSWER)}</p>📝 1"),
            f'<div class="private"><div class="alone">👁 Only visible to you</div>{_row("Studyhall", "9:05", _blocks(graded[-1].blocks))}</div>',
        ]
    return _page(SLACK, "'Slack-Lato',Lato,'Noto Sans',sans-serif", rows)


def _blocks(blocks: Iterable[dict[str, Any]]) -> str:
    return "".join(part for block in blocks for part in _block(block))


def _block(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f'<div class="head">{_slack(block["text"]["text"])}</div>'
        case "section" if "fields" in block:
            fields = "".join(f"<div>{_slack(one['text']).replace(chr(10), '<br>')}</div>" for one in block["fields"])
            yield f'<div class="fields">{fields}</div>'
        case "section":
            yield _paragraphs(_slack(block["text"]["text"]))
        case "actions":
            yield _buttons((one["text"]["text"], one.get("style") == "primary") for one in block["elements"])
        case other:
            raise AssertionError(f"a block that the picture does not know: {other}")


def _slack(marked: str) -> str:
    """Return Slack's mrkdwn, which is escaped already, as HTML."""
    words = re.sub(
        r"<!date\^(\d+)\^[^>]*>", lambda found: f"today at {datetime.fromtimestamp(int(found[1]), UTC):%H:%M}", marked
    )
    return re.sub(r"(?<!\w)\*(.+?)\*", r"<b>\1</b>", words.replace("\u200b", ""))


def _paragraphs(words: str) -> str:
    """Set lines that are quoted apart from those that are not."""
    parts = re.split(r"((?:^(?:&gt;|>) ?.*\n?)+)", words, flags=re.MULTILINE)
    quoted = (re.sub(r"^(?:&gt;|>) ?", "", part, flags=re.MULTILINE).strip() for part in parts[1::2])
    plain = (f"<p>{part.strip()}</p>" if part.strip() else "" for part in parts[0::2])
    return "".join(
        f"{before}<blockquote>{quote}</blockquote>" if quote else before
        for before, quote in zip(plain, [*quoted, ""], strict=True)
    )


def _buttons(labels: Iterable[tuple[str, bool]]) -> str:
    drawn = "".join(
        f'<span class="{"primary" if first else ""}">{html.escape(label)}</span>' for label, first in labels
    )
    return f'<div class="buttons">{drawn}</div>' if drawn else ""


def _row(name: str, time: str, inside: str) -> str:
    app = ' <span class="app">APP</span>' if name == "Studyhall" else ""
    head = f'<b class="name">{name}</b>{app} <span class="time">{time}</span>'
    return f'<div class="row {name.lower()}"><div class="face">{name[0]}</div><div>{head}{inside}</div></div>'


def _page(style: str, font: str, rows: Iterable[str]) -> str:
    return f"<!doctype html><meta charset=utf-8><style>{STYLE % (WIDTH, font)}{style}</style>{''.join(rows)}"


def shoot(page: str, target: Path) -> None:
    """Let chromium draw a page, and cut off what is empty below it."""
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder) / "page.html", Path(folder) / "shot.png"
        source.write_text(page, encoding="utf-8")
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--screenshot={shot}",
             f"--window-size={WIDTH},1200", f"--force-device-scale-factor={SCALE}", source.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
        drawn = Image.open(shot).convert("RGB")
    ground = Image.new("RGB", drawn.size, drawn.getpixel((0, 0)))
    bottom = (ImageChops.difference(drawn, ground).getbbox() or (0, 0, 0, 0))[3]
    drawn.crop((0, 0, drawn.width, bottom + EDGE)).quantize(128).save(target, optimize=True)


def topic() -> Bank:
    """Return the whole topic of the question."""
    return Bank(
        {t.topic: t for t in loading.load(ROOT / "content").topics.values() if QUESTION in {q.id for q in t.questions}}
    )


async def played(hall: Hall) -> None:
    """Let a team have a week of questions, of which the first is the pictures' own, and an appeal against its grade."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", f"/schedule queue {QUESTION} 2026-11-23")
    every = topic().questions
    for day in range(4):
        await hall.until(11, 23 + day, 9, 1)
        ((asked, named),) = (await hall.rows(round_, "id", "question_id"))[-1:]
        words = every[named].reference.split()
        for name, share in SHARES.items():
            said = " ".join(words[: round(len(words) * share)])
            own = {"maya": ANSWER, "ben": HALF}.get(name, said) if named == QUESTION else said
            await hall.answers(name, own, asked)
        await hall.until(11, 23 + day, 17, 1)
    await hall.presses("ben", "appeal-send:2", APPEAL)
    await hall.until(11, 27, 9, 1)


async def pages(folder: Path) -> dict[str, bytes]:
    """Return pages of the hall by the names of their pictures: those of a member, then those of an organiser."""
    async with (
        start_hall(folder, questions=topic()) as hall,
        visited(hall) as there,
        chromium(folder / "browser") as browser,
    ):
        await played(hall)
        drawn: dict[str, bytes] = {}

        async def draws(name: str, path: str, tall: int) -> None:
            if path:
                await browser.goes(f"{there.address}{path}")
            drawn[name] = await seen(browser, tall=tall)

        await enters(browser, there, "maya")
        await draws("hall-today", "/", 660)
        await draws("hall", "/question/1", 820)
        await draws("hall-board", "/board?period=all", 790)
        await enters(browser, there, "you")
        await draws("hall-desk", "/desk", 1270)
        await browser.goes(f"{there.address}/questions/{QUESTION}")
        await browser.presses("Edit")
        await browser.types("samples", ANSWER)
        await browser.presses("Try")
        await draws("hall-editor", "", 1000)
    return drawn


async def month(folder: Path) -> bytes:
    """Return the hall's calendar of a month with two schedules, a day of it open."""
    async with (
        start_hall(folder, questions=loading.load(ROOT / "content")) as hall,
        visited(hall) as there,
        chromium(folder / "browser") as browser,
    ):
        evenings = {"channel": "memory:channel:evenings", "channel_name": "evenings"}
        await hall.types("you", "/schedule set 09:00 Europe/Berlin mon-fri reveal=08:30 holidays=DE-BY")
        await hall.types("you", "/schedule set 18:00 Europe/Berlin mon,thu days_off=2026-12-24", **evenings)
        await hall.until(12, 2, 12)
        await hall.types("you", "/schedule skip 2026-12-11")
        await hall.types("you", f"/schedule queue {QUESTION} 2026-12-08")
        await enters(browser, there, "you")
        await browser.goes(f"{there.address}/schedule")
        await browser.opens("09:00 #hall, change 3 December")
        await browser.sees("document.activeElement.blur()")
        return await seen(browser)


async def enters(browser: Chromium, there: Visited, name: str) -> None:
    """Let a member in by a link."""
    await browser.goes(await there.link(name))
    await browser.presses("Come in")


async def seen(browser: Chromium, *, tall: int = 820) -> bytes:
    """Return the page as a browser shows it, from its top on."""
    await browser.screen(1080, tall, "light")
    await browser.sees("scrollTo(0, 0)")
    shown = await browser.call("Page.captureScreenshot", format="png")
    return base64.b64decode(shown["data"])


def main() -> None:
    """Draw all of them."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a", "b", "c", "d", "e"):
            (Path(folder) / name).mkdir()
        (FOLDER / "terminal.svg").write_text(asyncio.run(terminal(Path(folder) / "a")), encoding="utf-8")
        drawn = asyncio.run(pages(Path(folder) / "d"))
        drawn["hall-schedule"] = asyncio.run(month(Path(folder) / "e"))
        for name, shown in drawn.items():
            Image.open(io.BytesIO(shown)).convert("RGB").quantize(128).save(FOLDER / f"{name}.png", optimize=True)
        shoot(asyncio.run(discord(Path(folder) / "b")), FOLDER / "discord.png")
        shoot(asyncio.run(slack(Path(folder) / "c")), FOLDER / "slack.png")


if __name__ == "__main__":
    main()
