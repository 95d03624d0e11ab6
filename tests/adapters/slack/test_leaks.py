"""What leaves for Slack: nothing of the answer before the reveal, and no mention that a person wrote."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.connection import access
from bot.settings import Settings
from tests.adapters.slack.test_render import ACTIVE, OWN
from tests.doubles.fakes import FULL, WRONG, bank
from tests.doubles.hostile import HOSTILE, grams
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.hall.test_leaks import strings


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    async with slack_hall(tmp_path) as running:
        yield running


def sent(hall: SlackHall) -> list[str]:
    """Return every text in every request to Slack: blocks, words, metadata, ids, what views carry."""
    return [text for call in hall.slack.calls for text in strings(call.json)]


async def test_nothing_of_the_answer_leaves_before_the_reveal(hall: SlackHall, capsys: pytest.CaptureFixture[str]):
    """No request and no log line before the reveal holds a reference, a key point, or eight words of either."""
    card = await hall.asked("principal")
    for words in ("It is Rayleigh scattering.", WRONG, "no idea at all"):
        await hall.maya.say(hall.quiz, words, thread=card).heard()
    for label in ("Answer", "Hint (−20 %)", "Reveal"):
        await hall.maya.click(card, label)
    for words in ("help", "stats", "leaderboard all", "settings", "schedule list", "privacy export"):
        await hall.ada.slash(hall.quiz, words)
    await hall.quiet()
    await hall.maya.open_home()
    everything = " \n".join([*sent(hall), capsys.readouterr().out])
    questions = bank().questions.values()
    hidden = [q.reference for q in questions] + [m.statement for q in questions for m in q.misconceptions]
    assert [one for one in hidden if one in everything] == []
    assert "Short waves scatter most" not in everything
    assert not grams(everything) & set().union(*(grams(q.reference) for q in questions))


async def test_the_metadata_holds_the_tag_alone(hall: SlackHall):
    """Every app in the workspace can read a message's metadata, so there is nothing in it but our own tag."""
    card = await hall.asked()
    await hall.reveal(hall.ada, card)
    await hall.quiet()
    kept = [call.json["metadata"] for call in hall.slack.requests("chat.postMessage")]
    tags = re.findall(
        r'"tag": "([a-z]+:\d+)"', " ".join(one if isinstance(one, str) else str(one).replace("'", '"') for one in kept)
    )
    assert tags == ["question:1", "reveal:1"]


async def test_nobody_is_mentioned_by_what_people_write(hall: SlackHall):
    """Names, answers and typed words of every hostile sort reach Slack without power, in blocks and in words."""
    card = await hall.asked()
    for number, text in enumerate(HOSTILE[:30]):
        who = hall.slack.create_user(f"h{number}", display_name=text.strip() or "x")
        await who.say(hall.quiz, f"{text} {FULL}", thread=card).heard()
    for text in HOSTILE[:20]:
        if text.strip():
            await hall.maya.slash(hall.quiz, text.strip())
    await hall.quiet()
    await hall.ada.slash(hall.quiz, "settings share=on")
    await hall.quiet()
    await hall.reveal(hall.ada, card)
    await hall.quiet()
    await hall.ada.slash(hall.quiz, "leaderboard")
    await hall.quiet()
    assert [text for text in sent(hall) if ACTIVE.findall(OWN.sub("", text))] == []
    assert [text for text in sent(hall) if re.search(r"@(?:everyone|here|channel)\b", text, re.IGNORECASE)] == []
    assert all(call.json.get("link_names") in {False, "0", "false"} for call in hall.slack.requests("chat.*"))


def test_no_secret_shows_in_an_access():
    """What the access is made of is not printed with it."""
    given: dict[str, Any] = {
        f"slack_{name}": f"xoxb-{name}-secret" for name in ("bot_token", "app_token", "signing_secret")
    }
    assert "secret" not in repr(access(Settings(**given)))
