"""Nothing leaks before the reveal, and nobody is pinged or fooled by what people write."""

import dataclasses
import json
from typing import Any, get_args

import pytest

from bot.cards import Card, Form
from bot.ports import Context
from bot.presenter.effects import Effect
from tests.doubles.fakes import FULL, SCHEDULE, WRONG, Hall, bank
from tests.doubles.hostile import HOSTILE, grams


def strings(value: Any) -> list[str]:
    """Return every string in a payload, however deep."""
    match value:
        case str():
            return [value]
        case dict():
            return [s for one in value.values() for s in strings(one)]
        case list() | tuple():
            return [s for one in value for s in strings(one)]
        case Card() | Form():
            return strings(dataclasses.asdict(value))
        case _:
            return []


async def test_no_payload_before_the_reveal_holds_the_answer(hall: Hall, capsys: pytest.CaptureFixture[str]):
    """No card, form, button or log before the reveal holds a reference, a key point, or eight words of either."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.types("maya", "/quiz principal")
    for round_id in (1, 2):
        for name, text in (("maya", "It is Rayleigh scattering."), ("bo", WRONG), ("ines", "no idea at all")):
            await hall.answers(name, text, round_id)
            await hall.presses(name, f"hint:{round_id}")
            await hall.presses(name, f"answer:{round_id}")
    for line in ("/help", "/stats", "/leaderboard all", "/settings", "/schedule list", "/schedule preview"):
        await hall.types("you", line)
    payloads: list[Any] = [m["card"] for m in hall.platform.server.messages.values()]
    payloads += [card for _, card in hall.platform.private + hall.platform.direct_messages + hall.platform.edits]
    payloads += [form for _, form in hall.platform.forms]
    sent = " \n".join([*strings(payloads), capsys.readouterr().out])
    questions = bank().questions.values()
    secrets = [q.reference for q in questions] + [m.statement for q in questions for m in q.misconceptions]
    assert [s for s in secrets if s in sent] == []
    assert "Short waves scatter most" not in sent
    assert not grams(sent) & set().union(*(grams(q.reference) for q in questions))


def test_the_corpus_is_large_enough():
    """At least sixty hostile strings are tried."""
    assert len(set(HOSTILE)) >= 60


async def test_hostile_names_and_answers_stay_plain_text(hall: Hall):
    """Whatever a name or an answer holds reaches cards as plain text, never as another block, action or tag."""
    await hall.types("maya", "/quiz mid")
    for number, text in enumerate(HOSTILE):
        name = f"memory:member:{number}"
        await hall.types(text or "x", "/settings share=on", member=name)
        await hall.answers(text or "x", f"{FULL} {text}", member=name)
        await hall.types(text or "x", "/stats", member=name)
    await hall.types("you", "/reveal")
    await hall.types("you", "/leaderboard all")
    for card in (m["card"] for m in hall.platform.server.messages.values()):
        assert {a.id.partition(":")[0] for a in card.actions} <= {"answer", "hint", "reveal", "more", "rate"}
    assert hall.tags() == ["question:1", "reveal:1"]
    shown = "".join(strings([card for _, card in hall.platform.private]))
    assert not set(shown) & set("\x00\x07\x1b\u202e\u2066\u2028\u200b")


async def test_an_export_is_json_whatever_was_written(hall: Hall):
    """Hostile answers come out of the export exactly as they were kept."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("bo", 'Rayleigh "quotes" \\ </script> {0} \n=cmd()')
    outcome = await hall.types("bo", "/privacy export")
    document = json.loads(outcome.document)  # type: ignore[union-attr]
    assert document["attempts"][0]["text"] == 'Rayleigh "quotes" \\ </script> {0} \n=cmd()'


def test_effects_and_contexts_are_values():
    """Effects and contexts are frozen: nothing on the way can change them."""
    kinds: list[Any] = [*get_args(Effect), Context, Card]
    assert [kind for kind in kinds if not kind.__dataclass_params__.frozen] == []
