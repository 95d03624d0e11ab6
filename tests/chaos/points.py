"""The named points of a week at which something befalls the bot: each is a request to the platform that is held back there."""

from dataclasses import dataclass
from typing import Final, Protocol

from bot.store.migrate import HEAD
from tests.chaos.books import Books
from tests.doubles.loopback import PATIENCE, Hold
from tests.soak.towns import KINDS, AnyFaults

SLACK_POST: Final = "chat.postMessage"
DISCORD_POST: Final = "POST /channels/*/messages"
BEGINS: Final = "a start: connecting"
WRITER: Final = "an answer: waits to be written"


class Held(Protocol):
    """What the bot waits for at a point."""

    host: str

    async def arrived(self, *, within: float = PATIENCE) -> None:
        """Wait until the bot is there."""
        ...

    def release(self) -> None:
        """Let it go on."""
        ...

    def lose(self) -> None:
        """Let what it waits for come to nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of the week; `accepted`: the platform has done what it was asked, and the bot does not know."""

    name: str
    slack: str
    discord: str
    says: str = ""
    accepted: bool = False
    statement: str = ""  # of the migrations, before which the bot is held

    def hold(self, faults: AnyFaults, platform: str) -> Hold:
        """Hold the bot there when it comes."""
        route = self.slack if platform == "Slack" else self.discord
        return faults.hold(route, accepted=self.accepted, says=self.says)


class Writing:
    """The point at which no request is held, but the database itself: nobody may write until it is let go."""

    host = ""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._arrived, self._released = Hold(), Hold()

    async def begin(self) -> None:
        """Take the database, once a member is about to answer."""
        await self._books.take()

    def begun(self) -> None:
        """Note that the answer is said: from now on the bot waits, or will."""
        self._arrived._arrived.set()

    async def arrived(self, *, within: float = PATIENCE) -> None:
        """Wait until it has been said."""
        await self._arrived.arrived(within=within)

    def release(self) -> None:
        """Let everybody write."""
        self._books.let_go()

    lose = release


UPGRADE: Final = "an upgrade: "


def _upgrade(name: str, statement: str) -> Point:
    return Point(f"{UPGRADE}{name}", "", "", statement=statement)


def _posts(kind: str, what: str) -> tuple[Point, Point]:
    return (
        Point(f"{what}: not posted yet", SLACK_POST, DISCORD_POST, KINDS[kind]),
        Point(f"{what}: posted, not noted", SLACK_POST, DISCORD_POST, KINDS[kind], accepted=True),
    )


POINTS: Final = (
    Point(BEGINS, "auth.test", "GET /gateway/bot"),
    *_posts("reveal", "the reveal"),
    Point("last week's card: being closed", "chat.update", "PATCH /channels/*/messages/*"),
    *_posts("board", "the board"),
    *_posts("question", "the question"),
    Point(WRITER, "", ""),
    Point("an answer: saved, no sign yet", "reactions.add", "PUT /channels/*/reactions/*"),
    Point("a grade: told, not noted", "chat.postEphemeral", "POST /webhooks/*", accepted=True),
    Point("a form: shown, not sent", "views.open", "POST /interactions/*/*/callback", accepted=True),
)
# In a week that begins with a database of an older version.
UPGRADES: Final = (
    _upgrade("looked at", "SELECT version_num"),
    _upgrade("nothing changed", "CREATE TABLE|ALTER TABLE"),
    _upgrade("half done", "ALTER TABLE message"),
    _upgrade("made, not committed", f"UPDATE alembic_version SET version_num='{HEAD}'"),  # noqa: S608  our own words
    Point(f"{UPGRADE}committed, connecting", "auth.test", "GET /gateway/bot"),
)
