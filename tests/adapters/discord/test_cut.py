"""Discord cuts the connection on which an interaction is being acknowledged: what was asked for is carried out all the same."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from simcord.results import to_discord_message

from tests.doubles.fakes import FULL
from tests.doubles.loopback import ACKNOWLEDGED, PATIENCE, NotAcknowledged
from tests.soak.soak import START, Soak, soaking
from tests.soak.towns import DiscordTown, until

CALLBACK = "POST /interactions/*/*/callback"


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[tuple[Soak, DiscordTown]]:
    """Give a bot that has just posted its questions."""
    async with soaking(tmp_path, seed=1, rate=0, members=1) as soak:
        await soak.step(START.replace(hour=9, minute=0))
        (town,) = [one for one in soak.towns if isinstance(one, DiscordTown)]
        town.discord.acknowledge_within = ACKNOWLEDGED
        yield soak, town


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_form_counts_whose_acknowledgement_was_cut_off(asked: tuple[Soak, DiscordTown], *, accepted: bool):
    """An answer is kept and its grade told directly, whether or not Discord had heard that an answer would come."""
    soak, town = asked
    (member,), place = town.members, town.channels[0]
    opened = await member.click(to_discord_message(town.discord, town._card(place)), label="Answer")
    town.faults.drop(CALLBACK, accepted=accepted)
    town.discord.acknowledge_within = 1.0  # for what does not come
    with suppress(NotAcknowledged):
        await member.submit_modal(opened, {"text": FULL})
    assert await until(lambda: town.grades(member) == 1, within=PATIENCE)
    assert await soak.kept(FULL) == 1


async def test_an_acknowledgement_that_arrived_is_one(asked: tuple[Soak, DiscordTown]):
    """Where only Discord's answer was lost, the call that is made again is told so, and the member sees the grade in the channel."""
    _, town = asked
    (member,), place = town.members, town.channels[0]
    opened = await member.click(to_discord_message(town.discord, town._card(place)), label="Answer")
    town.faults.fail(CALLBACK, status=502, accepted=True)
    await member.submit_modal(opened, {"text": FULL})
    assert await until(lambda: town.grades(member) == 1, within=PATIENCE)
    assert not [one for one in town._by_bot(member.user.dm_channel.id) if one.embeds]


async def test_who_sends_a_form_again_has_one_attempt(asked: tuple[Soak, DiscordTown]):
    """A member whose form seemed to fail sends the same once more: it is kept once, and they are told that it counts once."""
    soak, town = asked
    (member,), place = town.members, town.channels[0]
    card = to_discord_message(town.discord, town._card(place))
    opened = [await member.click(card, label="Answer") for _ in range(2)]
    town.faults.drop(CALLBACK, accepted=False)
    town.discord.acknowledge_within = 1.0  # for what does not come
    with suppress(NotAcknowledged):
        await member.submit_modal(opened[0], {"text": FULL})
    town.discord.acknowledge_within = ACKNOWLEDGED
    await member.submit_modal(opened[1], {"text": FULL})
    assert await until(lambda: town.grades(member) == 2, within=PATIENCE)
    assert await soak.kept(FULL) == 1
    rooms = (member.user.dm_channel.id, place.id)
    told = [str(one.embeds) for room in rooms for one in town._by_bot(room)]
    assert sum("You sent the same words before" in words for words in told) == 1
