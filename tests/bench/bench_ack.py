"""How long Slack waits for its acknowledgement when 1,000 answers come at once, against a bare Bolt app that stores nothing.

Both take the same requests through `AsyncApp.async_dispatch`, as a socket hands them over. Ours are on the disk (WAL,
synchronous=FULL) before the acknowledgement; the floor's only listener does nothing. Handling comes after acknowledging
and is left out of both.
"""

import asyncio
import time
from itertools import count
from pathlib import Path
from typing import Any, Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.store.inbox import StoredInbox
from tests.bench.measure import folder, ratio, size, spread
from tests.doubles.fakes import FULL
from tests.doubles.slack.hall import slack_hall
from tests.doubles.slack.messages import Message

REPETITIONS: Final = size(5, 1)
AT_ONCE: Final = size(1000, 20)
numbers: Final = count(1)


def request(card: Message) -> AsyncBoltRequest:
    """Return the next reply in a question's thread, as Slack delivers it."""
    number, team = next(numbers), card.channel.team.id
    place = {"channel": card.channel.id, "thread_ts": card.ts, "ts": f"1795400000.{number:06d}"}
    said = {"type": "message", "user": f"U{number}", "text": FULL, **place}
    own = [{"team_id": team, "user_id": "UBOT", "is_bot": True}]
    body = {"type": "event_callback", "team_id": team, "event_id": f"Ev{number}", "authorizations": own, "event": said}
    return AsyncBoltRequest(body=body, mode="socket_mode")


async def burst(app: AsyncApp, card: Message) -> tuple[float, float]:
    """Hand over all at once, and return the milliseconds until half and 99 of 100 were acknowledged."""
    requests = [request(card) for _ in range(AT_ONCE)]
    start = time.perf_counter()

    async def one(asked: AsyncBoltRequest) -> float:
        answer = await app.async_dispatch(asked)
        assert answer.status == 200
        return (time.perf_counter() - start) * 1000

    taken = sorted(await asyncio.gather(*map(one, requests)))
    return taken[AT_ONCE // 2], taken[AT_ONCE * 99 // 100]


def bare() -> AsyncApp:
    """Return a Bolt app that hears messages and does nothing."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-", bot_user_id="UBOT", bot_id="B1")

    app = AsyncApp(authorize=authorize)

    @app.event("message")
    async def heard(event: Any) -> None:
        """Do nothing."""

    return app


async def main() -> None:
    """Print the figures."""
    with folder() as where:
        async with slack_hall(Path(where)) as hall:
            card = await hall.asked()

            async def nothing(*_: Any, **__: Any) -> None:
                """Leave what comes after the acknowledgement out."""

            hall.connection.ears.work = nothing  # type: ignore[method-assign]
            apps = (hall.connection.bolt, bare())
            for app in apps:
                await burst(app, card)
            figures = [[await burst(app, card) for app in apps] for _ in range(REPETITIONS)]
            assert len(await StoredInbox(hall.db, hall.clock).waiting("slack")) == (1 + REPETITIONS) * AT_ONCE
    for place, name in enumerate(("p50", "p99")):
        ours, floor = ([run[who][place] for run in figures] for who in (0, 1))
        print(f"acknowledged {name}  {spread(ours, 'ms')}; bare Bolt {spread(floor, 'ms')}; {ratio(ours, floor)}")


if __name__ == "__main__":
    asyncio.run(main())
