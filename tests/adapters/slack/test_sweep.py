"""A fault befalls each method of Slack's once on one day: nothing is lost or doubled, and nobody reads of it in vain."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from adapters.slack import connection
from adapters.slack.commands import METHODS
from bot.bank.team_banks import TeamBanks
from bot.store.schema import attempt
from tests.doubles.fakes import FULL, HALF
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.slack.messages import Message

NOTES: Final = (Path(__file__).parents[2] / "golden" / "weather.md").read_bytes()
# And what is called beside the methods: where a command is answered, files' own addresses, and the socket's.
ROUTES: Final = sorted({*METHODS, "actions", "files", "upload", "apps.connections.open"})
TOLD_MAYA: Final = ["🟡 Partly there: 50 of 100", "🟢 Correct: 100 of 100", "Your data", ""]  # the last is the file
TOLD_ADA: Final = ["🟢 The daily question is set", "🟢 3 drafts taken", "🟢 Revealed"]


@pytest.mark.parametrize("fault", ["500", "500 late", "429", "cut"])
async def test_each_method_fails_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str):
    """Whatever befalls each call once, before or after it was carried out, the day is as it would have been, and quiet in the log."""
    monkeypatch.setattr(connection, "AGAIN_SECONDS", (0.0,))
    with capture_logs() as logs:
        async with slack_hall(tmp_path, way="socket") as hall:
            for route in ROUTES:
                befall(hall, route, fault)
            card = await lived(hall, tmp_path / "banks")
            assert [one.route for one in hall.slack.faults._waiting] == []
            assert {call.path for call in hall.slack.calls} == set(ROUTES)
            await nothing_lost_or_doubled(hall, card, late="late" in fault)
    assert [one for one in logs if one["log_level"] in {"error", "critical"} or one.get("exc_info")] == []


def befall(hall: SlackHall, route: str, fault: str) -> None:
    """Let a fault wait for the next call of a method."""
    kind, _, late = fault.partition(" ")
    if kind == "429":
        hall.slack.faults.limit(route, retry_after=0)
        if route == "chat.postMessage":  # or nothing would have to be looked for
            hall.slack.faults.fail(route, status=500, accepted=True)
    elif kind == "cut":
        hall.slack.faults.drop(route, accepted=bool(late))
    else:
        hall.slack.faults.fail(route, status=500, accepted=bool(late))


async def lived(hall: SlackHall, notes: Path) -> Message:
    """Live through a day that calls every method; return the card of its question."""
    await hall.ada.slash(hall.quiz, "schedule set 09:00 mon-fri reveal=17:00")
    await hall.quiet()
    for step in ({"hours": 1, "minutes": 1}, *[{"seconds": 40}] * 3):
        await hall.later(**step)
    (card,) = hall.quiz.by_bot()
    await hall.restart()
    hall.app.deps = replace(hall.app.deps, teams=TeamBanks(notes))
    await hall.maya.say(hall.quiz, HALF, thread=card).heard()
    await (await hall.maya.click(card, "Answer")).modal()
    await hall.maya.submit({"text": FULL})
    await hall.maya.slash(hall.quiz, "privacy export")
    hall.ada.tell("", files={"weather.md": NOTES})
    await hall.maya.open_home()
    await hall.quiet()
    await hall.later(hours=8)
    await hall.later(minutes=3)
    hall.quiz.remove(await hall.asked("senior"))
    await hall.ada.slash(hall.quiz, "reveal")
    await hall.quiet()
    return card


async def nothing_lost_or_doubled(hall: SlackHall, card: Message, *, late: bool) -> None:
    """Compare the day with what it is without a fault; what only one member is told may come twice, where nobody knows that it came."""
    assert sorted([one.text for one in await hall.rows(attempt)]) == sorted([HALF, FULL])
    question, alone = hall.quiz.by_bot()
    assert question.title == "Question of the day · The sea · mid"
    assert alone.title.startswith("🟢 The answer · ")
    assert "Why does the daytime look blue" in alone.words
    assert [one.title for one in card.replies] == ["", "🟢 The answer · The sea · mid"]
    assert card.replies[0].reactions == {"memo": [hall.slack.team.bot.id]}
    assert all(words in card.words for words in ("Closed: the answer is in the thread.", "Maya"))
    once = set if late else sorted
    for member, told in ((hall.maya, TOLD_MAYA), (hall.ada, TOLD_ADA)):
        assert once([one.title for one in (*member.private, *member.direct.by_bot())]) == once(told)
