"""A Studyhall on the loopback Slack, in process: the real adapter over a real socket, real SQLite, a clock moved by hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from cryptography.fernet import Fernet
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import Connection as StoreConnection
from sqlalchemy import Table

from adapters.slack.bolt import dispatched
from adapters.slack.commands import manifest
from adapters.slack.connection import Access, Connection
from adapters.slack.platform import SlackPlatform
from bot.app import App
from bot.bank.loading import Bank
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.handlers.deps import Deps
from bot.jobs import Jobs
from bot.ports import Ref
from bot.store.database import Database
from bot.store.inbox import StoredInbox
from bot.store.notebook import StoredNotebook
from tests.doubles import database
from tests.doubles.fakes import MONDAY, bank
from tests.doubles.loopback import PATIENCE
from tests.doubles.slack.browser import Browser
from tests.doubles.slack.members import Member
from tests.doubles.slack.messages import Channel, Message
from tests.doubles.slack.server import SlackServer

KEY = Fernet.generate_key().decode()


@dataclass
class SlackHall:
    """A Studyhall with its Slack: a channel, an organiser and a member."""

    slack: SlackServer
    db: Database
    clock: MovableClock
    questions: Bank
    access: Access
    quiz: Channel
    ada: Member
    maya: Member
    platform: SlackPlatform = field(init=False)
    app: App = field(init=False)
    jobs: Jobs = field(init=False)
    running: asyncio.Task[None] | None = None

    def put_together(self) -> None:
        """Make a new bot on the same database, not yet connected."""
        notebook, inbox = StoredNotebook(self.db), StoredInbox(self.db, self.clock)
        self.platform = SlackPlatform(self.access, notebook=notebook, inbox=inbox, clock=self.clock)
        deps = Deps(db=self.db, bank=self.questions, rng=Random(1))
        self.app = App(deps, clock=self.clock, delivery=Delivery(self.db, {self.platform.name: self.platform}))
        self.jobs = Jobs(self.app)

    async def start(self) -> None:
        """Connect, and wait until the bot listens and has read what was said: before that nothing is due."""
        self.running = asyncio.create_task(self.platform.run(self.app))
        await self.until(lambda: self.platform.ready("slack:any") and self.connection.past.known(self.slack.team.id))
        if not self.access.app_token:
            self.slack.http.url = f"{self.address}/slack/events"

    @property
    def address(self) -> str:
        """Where the bot takes requests over HTTP."""
        return f"http://127.0.0.1:{self.connection.port}"

    async def stop(self) -> None:
        """End the bot as a signal does."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
            self.running = None
        await self.platform.web.close()

    async def restart(self) -> None:
        """End the bot and start another one on the same database and the same Slack."""
        await self.stop()
        self.put_together()
        await self.start()

    @property
    def connection(self) -> Connection:
        """The bot's side of the connection."""
        assert self.platform.connection is not None
        return self.platform.connection

    async def until(self, true: Callable[[], Any]) -> Any:
        """Wait until something is so, and return it."""
        async with asyncio.timeout(PATIENCE):
            while not (found := true()):
                if self.running is not None and self.running.done():
                    self.running.result()
                await asyncio.sleep(0.01)
        return found

    async def later(self, **step: float) -> None:
        """Let time pass, for Slack and the bot alike, and do what falls due."""
        self.slack.later(**step)
        await self.jobs.tick()

    async def quiet(self) -> None:
        """Wait until nothing is being handled."""
        ears = self.connection.ears
        await self.until(lambda: not ears.asked and not ears.busy)

    async def asked(self, words: str = "mid") -> Message:
        """Let the organiser ask a question, and return its card."""
        before = len(self.quiz.by_bot())
        await self.ada.slash(self.quiz, words)
        await self.until(lambda: len(self.quiz.by_bot()) > before)
        await self.quiet()
        return self.quiz.by_bot()[before]

    async def reveal(self, member: Member, card: Message) -> None:
        """Let a member press Reveal, and mean it."""
        asked = await (await member.click(card, "Reveal")).answered()
        await member.click(asked, "Reveal to everybody")
        await self.quiet()

    async def send(self, body: Any) -> BoltResponse:
        """Send a recorded request through Bolt."""

        async def read() -> AsyncBoltRequest:
            return AsyncBoltRequest(body=body, mode="socket_mode")

        return await dispatched(self.connection.bolt, read())

    async def rows(self, table: Table) -> list[Any]:
        """Return all rows of a table."""

        def look(connection: StoreConnection) -> list[Any]:
            return list(connection.execute(table.select()).all())

        return await self.db.read(look)

    def ref(self, channel: Channel) -> Ref:
        """Return a channel's reference."""
        return f"slack:{channel.team.id}:{channel.id}"

    def member_ref(self, member: Member) -> Ref:
        """Return a member's reference."""
        return f"slack:{member.team.id}:member:{member.id}"

    def everything(self) -> str:
        """Return all that the bot has sent, as text."""
        return json.dumps([call.json for call in self.slack.calls], ensure_ascii=False)


@asynccontextmanager
async def slack_hall(
    folder: Path, *, questions: Bank | None = None, connected: bool = True, way: str = "socket", **access: Any
) -> AsyncIterator[SlackHall]:
    """Start a Studyhall on a folder's database, connected to a Slack of its own: over a socket, http, or http with oauth."""
    address = "" if way == "socket" else "https://quiz.example.org"
    async with SlackServer(start_at=MONDAY, manifest=manifest(address, one_workspace=way == "http")) as slack:
        ada, maya = slack.create_user("ada", admin=True), slack.create_user("maya")
        quiz = slack.team.create_channel("quiz")
        given = {
            "api": slack.api,
            "pause": 0.0,
            "again": (0.0, 0.0),
            "later": (0.01,),
            **_credentials(slack, way),
            **access,
        }
        async with database.opened(folder / "studyhall.db", now=MONDAY) as db:
            hall = SlackHall(slack, db, slack.clock, questions or bank(), Access(**given), quiz, ada, maya)
            hall.put_together()
            try:
                if connected:
                    await hall.start()
                else:
                    hall.platform.connect(hall.app)
                yield hall
            finally:
                await hall.stop()


async def sharing(several: SlackHall) -> Member:
    """Return somebody of another workspace that has the app too, and shares the channel."""
    other = several.slack.create_team("Other")
    zoe = several.slack.create_user("zoe", team=other, admin=True)
    for admin in (zoe, several.ada):
        await Browser(several.address).install(admin)
    several.slack.team.share(several.quiz, other)
    return zoe


def _credentials(slack: SlackServer, way: str) -> dict[str, Any]:
    if way == "socket":
        return {"bot_token": slack.token, "app_token": slack.app_token}
    http = {"signing_secret": slack.app.signing_secret, "port": 0}
    if way == "http":
        return {**http, "bot_token": slack.token}
    return {**http, "client": (slack.app.client_id, slack.app.client_secret), "keys": (KEY,)}
