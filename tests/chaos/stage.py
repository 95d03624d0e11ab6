"""One platform of a world: its server, its people, the way to the bots, and what was shown there before the week."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adapters.slack.commands import HTTP_PATH
from tests.chaos.books import SLOW
from tests.chaos.cast import HOSTS, Loopback, Replica
from tests.doubles.discord.server import DiscordServer
from tests.doubles.loopback import free_port
from tests.doubles.slack.http import Balancer
from tests.doubles.slack.server import SlackServer
from tests.soak.towns import DiscordTown, SlackTown, Town, shown

PATIENCE: Final = 4.0  # seconds in which a deferred answer comes
ACKNOWLEDGED: Final = 3.0  # as on the platforms: who answers to somebody that was killed presses again
PLAN: Final = "schedule set 09:00 UTC mon weekly=on board=mon board_at=09:00"
UNSAVED: Final = "Nothing of it was saved"


@dataclass
class Stage:
    """A platform with one channel and two members; over HTTP each process has a port behind one balancer."""

    loopback: Loopback
    town: Town
    ports: tuple[int, ...] = ()
    said: list[str] = field(default_factory=list)
    before: Counter[str] = field(default_factory=Counter)

    @property
    def place(self) -> Any:
        """The channel."""
        return self.town.channels[0]

    @property
    def new(self) -> Counter[str]:
        """What was posted in this week."""
        return shown(self.town, self.place) - self.before

    @property
    def way(self) -> tuple[str, ...]:
        """How the platform's events come, where it is not as by default."""
        return ("http",) if self.ports else ()

    def settings(self, number: int) -> dict[str, str]:
        """Return the settings with which a replica finds it, under a host by which the server knows who asks."""
        given = self.loopback.environment(*self.way)
        own = {name.removeprefix("STUDYHALL_"): value for name, value in given.items()}
        own |= {name: value.replace(HOSTS[0], HOSTS[number]) for name, value in own.items() if name.endswith("_API")}
        return own | ({"SLACK_PORT": str(self.ports[number])} if self.ports else {})

    def ready(self, replicas: list[Replica]) -> bool:
        """Whether all are connected that can be: of several one has Discord's only shard."""
        enough = any if self.town.name == "Discord" else all
        return enough(one.alive and f'"{self.town.name.lower()}_ready"' in one.log for one in replicas)

    async def plan(self) -> None:
        """Let the organiser set a schedule by the week."""
        if isinstance(self.town, SlackTown):
            await (await self.town.ada.slash(self.place, PLAN)).answered()
        else:
            how = {"at": "09:00", "zone": "UTC", "days": "mon", "weekly": "weekly", "board": "mon", "board_at": "09:00"}
            await self.town.ada.slash(self.place, "schedule set", **how)

    def begin_week(self, monday: datetime) -> None:
        """Note what is there already."""
        self.before = shown(self.town, self.place)
        self.move_to(monday)

    def move_to(self, instant: datetime) -> None:
        """Put the platform's clock to an instant."""
        clock: Any = self.loopback if hasattr(self.loopback, "move_to") else self.loopback.clock
        clock.move_to(instant)

    def cut(self) -> None:
        """Cut the connection over which the bots hear; over HTTP nothing comes through for a while."""
        if isinstance(self.loopback, SlackServer) and self.ports:
            self.loopback.http.cut(SLOW)
        else:
            self.town.cut()

    def retry(self) -> None:
        """Let the time come at which the platform delivers again."""
        if isinstance(self.loopback, SlackServer):
            self.loopback.retry()

    def give_up_deliveries(self) -> None:
        """Let no delivery be tried again in the next week: the platform does so for an hour."""
        for one in self.loopback.deliveries if isinstance(self.loopback, SlackServer) else []:
            if not one.acked:
                one.acknowledge(one.tries[-1], None)

    def refusals(self, member: Any) -> int:
        """Return how often a member was told that nothing is saved."""
        if isinstance(self.town, SlackTown):
            return sum(UNSAVED in one.words for one in member.private)
        assert isinstance(self.town, DiscordTown)
        there = self.town.discord.backend.messages.values()
        return sum(UNSAVED in str(one.embeds) for room in there for one in room.values())


async def stage(loopback: Loopback, *, replicas: int, http: bool) -> Stage:
    """Make a stage on a server that runs, and let the server be called by each replica's host."""
    town: Town = DiscordTown(loopback, 2) if isinstance(loopback, DiscordServer) else SlackTown(loopback, 2)
    del town.channels[1:]
    for host in HOSTS[2:replicas]:
        await loopback.listen(host)
    if isinstance(loopback, DiscordServer):
        loopback.patience, loopback.acknowledge_within = PATIENCE, ACKNOWLEDGED
    else:
        loopback.outbox.acknowledge_within = ACKNOWLEDGED
    if not (http and isinstance(loopback, SlackServer)):
        return Stage(loopback, town)
    made = Stage(loopback, town, tuple(free_port() for _ in range(replicas)))
    loopback.http.balancer = Balancer(*(f"http://127.0.0.1:{port}{HTTP_PATH}" for port in made.ports))
    loopback.http.url = loopback.http.balancer.urls[0]
    return made
