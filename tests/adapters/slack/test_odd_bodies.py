"""What Slack has never sent so far: requests of another shape, and of no workspace, are one quiet line, and words where somebody waits."""

import copy
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from bot.store.schema import attempt
from tests.adapters.slack.test_requests import event, form, interaction, press, reply, slash
from tests.doubles.fakes import FULL, HALF
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.slack.messages import Message

ODD: Final[tuple[Any, ...]] = (None, 5, "x y:z", ["x"], {"x": 1}, {"id": []})
GONE: Final = object()


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give a bot whose requests are put into Bolt by hand."""
    async with slack_hall(tmp_path, connected=False) as running:
        running.slack.socket.enabled = False
        yield running


@pytest.fixture
async def connected(tmp_path: Path) -> AsyncIterator[SlackHall]:
    """Give a bot on a socket."""
    async with slack_hall(tmp_path) as running:
        yield running


def paths(body: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each field of a request."""
    for key, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield (*at, key)
        yield from paths(value, (*at, key))


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a request in which one field has another value, or none."""
    made = copy.deepcopy(body)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    if value is GONE:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return made


def requests(hall: SlackHall, card: Message) -> list[dict[str, Any]]:
    """Return one of each kind of request, with all that Slack sends in it."""
    said = reply(hall, card, HALF, files=[{"id": "F1", "name": "a.md", "size": 3}])
    edited = {"type": "message", "subtype": "message_changed", "channel": hall.quiz.id, "ts": "1795400009.000100"}
    alone = {
        "type": "message",
        "channel": hall.maya.direct.id,
        "channel_type": "im",
        "user": hall.maya.id,
        "ts": "1795400000.000200",
    }
    home = {"type": "app_home_opened", "user": hall.maya.id, "channel": hall.maya.direct.id, "tab": "home"}
    pressed = press(hall, card, "hint:1")
    pressed["message"] = {"ts": card.ts, "team": hall.slack.team.id, "text": "x"}
    shortcut = interaction(hall, "message_action", callback_id="answer", message={"ts": card.ts, "thread_ts": card.ts})
    events = [
        event(hall, **said), event(hall, **edited, message=said, previous_message={"text": "before"}),
        event(hall, **alone, text="help"), event(hall, **alone, text="", subtype="file_share", files=said["files"]),
        event(hall, type="app_mention", user=hall.maya.id, text="help", channel=hall.quiz.id, ts="1795400000.000300"),
        event(hall, **home), event(hall, type="tokens_revoked", tokens={"oauth": ["U1"]}), event(hall, type="app_uninstalled"),
    ]  # fmt: skip
    mine = {"authorizations": [{"team_id": hall.slack.team.id, "enterprise_id": None, "is_enterprise_install": False}]}
    asked = [slash(hall, "help"), pressed, form(hall, 1, FULL), {**shortcut, "channel": {"id": hall.quiz.id}}]
    return [*({**one, **mine} for one in events), *asked]


async def asked(hall: SlackHall) -> Message:
    await hall.send(slash(hall, "mid sky"))
    await hall.until(hall.quiz.by_bot)
    await hall.quiet()
    return hall.quiz.by_bot()[0]


async def test_whatever_has_another_type_is_one_quiet_line(hall: SlackHall):
    """Each field of each kind of request gone, or of each other type: no trace, one line at most that names the field and no word of it."""
    card = await asked(hall)
    numbers = iter(range(10**6))
    for body in requests(hall, card):
        for path in paths(body):
            for value in (GONE, *ODD):
                made = changed(body, path, value)
                for name in ("event_id", "trigger_id"):
                    if made.get(name) == body.get(name) and name in body:
                        made[name] = f"{name}{next(numbers)}"
                with capture_logs() as logs:
                    answer = await hall.send(made)
                    await hall.quiet()
                traces = [one for one in logs if one["log_level"] == "error" or one.get("exc_info")]
                assert (path, value, traces, answer.status in {200, 400, 404}) == (path, value, [], True)
                odd = [one for one in logs if one["event"] == "slack_request_odd"]
                assert len(odd) <= 1
                assert not any(words in str(odd) for words in (HALF, FULL, "x y:z"))


async def test_who_waits_for_an_answer_is_told(connected: SlackHall):
    """What cannot be read is said where the request came from, and else left to Slack, which shows that nothing came of it; no word is logged."""
    hall, card = connected, await connected.asked()
    told = {**press(hall, card, "hint:1"), "response_url": "no address"}
    typed = await hall.maya.slash(hall.quiz, "help")
    await hall.quiet()
    odd = {**typed.delivery.payload, "text": [HALF], "trigger_id": "7.7.x"}
    with capture_logs() as logs:
        assert (await hall.send(odd)).status == 200
        assert (await hall.send({**told, "actions": HALF})).status == 400
        assert (await hall.send({**form(hall, 1, FULL), "user": {}})).status == 400
        assert (await hall.send(event(hall, **{**reply(hall, card, HALF), "ts": 5}))).status == 200
    assert "cannot read what Slack sent me" in hall.maya.private[-1].words
    assert [(one["event"], one["field"]) for one in logs] == [
        ("slack_request_odd", field) for field in ("text", "actions", "user.id", "event.ts")
    ]
    assert await hall.rows(attempt) == []
