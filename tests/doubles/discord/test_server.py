"""The loopback Discord keeps its promises to a bare discord.py client, which is what the tests of the bot build on."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands, ui
from simcord.builders import ChannelHandle, GuildHandle

from tests.doubles.discord.server import DiscordServer
from tests.doubles.loopback import Bucket, NotAcknowledged

MESSAGES = "POST /channels/*/messages"


class Form(ui.Modal, title="Your answer"):
    """A form of one field, that says back what was written."""

    words: ui.TextInput[Any] = ui.TextInput(label="Words", custom_id="words", max_length=40)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"You wrote: {self.words.value}", ephemeral=True)


class Card(ui.View):
    """Two buttons that work after a restart: one opens the form, one answers late and twice."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Answer", custom_id="answer")
    async def answer(self, interaction: discord.Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Form())

    @ui.button(label="Hint", custom_id="hint")
    async def hint(self, interaction: discord.Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.followup.send("A hint.", ephemeral=True)
        await interaction.followup.send("Another.", ephemeral=True)


@app_commands.command(description="Say something back.")
async def echo(interaction: discord.Interaction[Any], words: str, silent: bool = False) -> None:
    """Answer after deferring, or never."""
    interaction.client.asked.append(interaction)
    if not silent:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(words)


@echo.autocomplete("words")
async def propose(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Propose what was typed, twice."""
    return [app_commands.Choice(name=typed * 2, value=typed * 2)]


class Bare(discord.AutoShardedClient):
    """A discord.py client that answers what it is asked, and remembers it."""

    def __init__(self, *, content: bool = True, **options: Any) -> None:
        intents = discord.Intents(guilds=True, messages=True, message_content=content)
        super().__init__(
            intents=intents, guild_ready_timeout=0.0, allowed_mentions=discord.AllowedMentions.none(), **options
        )
        self.heard: list[str] = []
        self.asked: list[discord.Interaction[Any]] = []
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(echo)

    async def setup_hook(self) -> None:
        self.add_view(Card())
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once; discord.py would wait five seconds between shards."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        self.heard.append(message.content)
        if isinstance(message.channel, discord.Thread):
            await message.add_reaction("👀")


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    """Give a running server that this process's discord.py finds."""
    async with DiscordServer() as running:
        monkeypatch.setattr(discord.http.Route, "BASE", running.api)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(running.gateway.url))
        running.create_guild("Study").create_text_channel("quiz")
        yield running


@pytest.fixture
def quiz(server: DiscordServer) -> ChannelHandle:
    return server.guild.channels["quiz"]


@asynccontextmanager
async def online(server: DiscordServer, **options: Any) -> AsyncIterator[Bare]:
    """Give a bare bot that is connected."""
    async with Bare(**options) as bot, asyncio.TaskGroup() as group:
        group.create_task(bot.start(server.token))
        await server.gateway.connected()
        await bot.wait_until_ready()  # before it has heard of its session, it can resume none
        try:
            yield bot
        finally:
            await bot.close()


def member(server: DiscordServer, name: str = "maya"):
    return server.guild.add_member(server.create_user(name))


async def test_a_command_is_deferred_and_answered(server: DiscordServer, quiz: ChannelHandle):
    """Whoever uses a command gets the deferred answer in private, and the test learns how fast it was acknowledged."""
    async with online(server):
        shown = await member(server).slash(quiz, "echo", words="hello")
    assert shown.response is not None
    assert (shown.response.content, shown.response.ephemeral) == ("hello", True)
    assert server.ack_seconds(shown) > 0
    callback = server.requests("POST /interactions/*/callback")[0]
    assert (callback.json["type"], callback.status) == (5, 200)


async def test_an_option_is_completed_while_it_is_typed(server: DiscordServer, quiz: ChannelHandle):
    """Autocomplete returns the choices the bot offered."""
    async with online(server):
        assert await member(server).autocomplete(quiz, "echo", "words", "ab") == [{"name": "abab", "value": "abab"}]


async def test_silence_is_a_failed_interaction(server: DiscordServer, quiz: ChannelHandle):
    """A bot that does not acknowledge in time (three seconds on Discord) has failed its member."""
    server.acknowledge_within = 0.2
    async with online(server):
        with pytest.raises(NotAcknowledged, match="did not respond"):
            await member(server).slash(quiz, "echo", words="hello", silent=True)


async def test_a_button_opens_a_form_and_the_form_is_answered(server: DiscordServer, quiz: ChannelHandle):
    """A click shows the modal, its submission is checked against the field's limits and answered."""
    maya = member(server)
    async with online(server) as bot:
        await send(bot, quiz, "Ready?", view=Card())
    async with online(server):  # the buttons of a process that is gone
        card = quiz.history()[-1]
        shown = await maya.click(card, label="Answer")
        assert shown.modal is not None
        assert shown.modal["title"] == "Your answer"
        done = await maya.submit_modal(shown, {"words": "attention"})
        hint = await maya.click(card, custom_id="hint")
        assert (await server.followup(hint, 2)).content == "Another."
    assert done.response is not None
    assert (done.response.content, done.response.ephemeral) == ("You wrote: attention", True)


async def test_a_reply_in_a_thread_is_heard_as_often_as_it_is_delivered(server: DiscordServer, quiz: ChannelHandle):
    """A member's message in the bot's thread reaches it with its words, and again on demand."""
    async with online(server) as bot:
        question = await (await text_channel(bot, quiz)).send("Why?")
        await question.create_thread(name="Why?")
        said = await member(server).send(quiz.threads[0], "because")
        server.gateway.redeliver("MESSAGE_CREATE", times=2)
        await server.request("PUT /channels/*/reactions/*/@me", 3)
        assert bot.heard == ["because"] * 3
    assert [str(r.emoji) for r in quiz.threads[0].history()[-1].reactions] == ["👀"]
    assert quiz.threads[0].history()[-1].id == said.id


async def test_words_are_withheld_without_the_intent(server: DiscordServer, quiz: ChannelHandle):
    """Without the Message Content intent a message arrives empty, unless it mentions the bot."""
    maya = member(server)
    async with online(server, content=False) as bot:
        await maya.send(quiz, "to everybody")
        await maya.send(quiz, f"<@{server.backend.bot_user.id}> to you")
        await maya.slash(quiz, "echo", words="after both")
        assert bot.heard == ["", f"<@{server.backend.bot_user.id}> to you"]


async def test_a_refused_intent_and_a_wrong_token_end_the_login(server: DiscordServer):
    """An intent that is switched off closes with 4014, a wrong token is refused with 401."""
    server.gateway.approved.message_content = False
    async with Bare() as bot:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await bot.start(server.token)
    async with Bare() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.start("something else")
    assert len(server.gateway.identifies) == 1


@pytest.mark.parametrize("cut", ["drop", "close", "op 7", "op 9"])
async def test_a_lost_connection_is_resumed(server: DiscordServer, quiz: ChannelHandle, cut: str):
    """After a cut the bot resumes and hears what was said meanwhile, once."""
    gateway, maya = server.gateway, member(server)
    levers: dict[str, Callable[[], None]] = {
        "drop": gateway.drop,
        "close": lambda: gateway.close(4000),
        "op 7": gateway.reconnect,
        "op 9": lambda: gateway.invalidate(resumable=True),
    }
    async with online(server) as bot:
        levers[cut]()
        await maya.send(quiz, "in between")
        await gateway.resumed()
        await maya.slash(quiz, "echo", words="after it")
        assert bot.heard == ["in between"]
    assert (len(gateway.identifies), len(gateway.resumes)) == (1, 1)


async def test_an_invalid_session_is_begun_anew(server: DiscordServer, quiz: ChannelHandle):
    """After op 9 the bot identifies again; what was said meanwhile stands only in the history."""
    async with online(server) as bot:
        server.gateway.invalidate()
        await member(server).send(quiz, "in between")
        await server.gateway.identified(2)
        await member(server, "bo").slash(quiz, "echo", words="after it")
        assert bot.heard == []
        history = bot.get_partial_messageable(quiz.id).history()
        assert [m.content async for m in history] == ["in between"]
    assert server.gateway.resumes == []


async def test_a_zombie_connection_is_given_up(server: DiscordServer, quiz: ChannelHandle):
    """When heartbeats are no longer acknowledged, the bot leaves the connection and resumes on a new one."""
    server.gateway.heartbeat_seconds = 0.1
    async with online(server, heartbeat_timeout=0.5) as bot:
        server.gateway.freeze()
        await member(server).send(quiz, "into the silence")
        await server.gateway.resumed()
        await server.wait_for(lambda: bot.heard == ["into the silence"])
    assert server.gateway.heartbeats > 1


async def send(bot: discord.Client, quiz: ChannelHandle, text: str, **options: Any) -> discord.Message:
    """Send as the bot, through discord.py."""
    return await bot.get_partial_messageable(quiz.id).send(text, **options)


async def text_channel(bot: discord.Client, quiz: ChannelHandle) -> discord.TextChannel:
    """Fetch a channel as the bot."""
    channel = await bot.fetch_channel(quiz.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_a_rate_limit_is_waited_out(server: DiscordServer, quiz: ChannelHandle):
    """After a 429 the next request comes when Retry-After is over, and not before."""
    server.faults.limit(MESSAGES, retry_after=0.5)
    async with online(server) as bot:
        await send(bot, quiz, "hello")
    first, second = server.requests(MESSAGES)
    assert (first.status, second.status) == (429, 200)
    assert second.at - first.at >= 0.5


async def test_a_narrow_bucket_is_announced_and_enforced(server: DiscordServer, quiz: ChannelHandle):
    """Discord.py paces itself by the bucket's headers, so that no request is one too many."""
    server.limits.set(MESSAGES, 2, 0.4)
    async with online(server) as bot:
        await asyncio.gather(*[send(bot, quiz, str(number)) for number in range(4)])
    times = [call.at for call in server.requests(MESSAGES)]
    assert [call.status for call in server.requests(MESSAGES)] == [200] * 4
    assert times[2] - times[0] >= 0.4


async def test_the_global_limit_binds_all_but_interactions(server: DiscordServer, quiz: ChannelHandle):
    """Beyond the global limit every route answers 429, save the answers to interactions."""
    async with online(server) as bot:
        await send(bot, quiz, "first")
        server.limits.everywhere = Bucket(0, 0.3)  # it is used up, however long what follows takes
        late = asyncio.create_task(send(bot, quiz, "second"))
        refused = await server.request(MESSAGES, 2)
        assert (await member(server).slash(quiz, "echo", words="in time")).acknowledged
        server.limits.everywhere = Bucket(1, 0.3)
        await late
    assert refused.status == 429
    assert server.requests(MESSAGES)[2].at - refused.at > 0.1


@pytest.mark.parametrize(("lost", "accepted"), [("502", True), ("cut off", True), ("cut off", False)])
async def test_an_answer_that_was_lost_doubles_nothing(
    server: DiscordServer, quiz: ChannelHandle, lost: str, accepted: bool
):
    """A message that was taken before its answer was lost is not created again under the same nonce."""
    lever = server.faults.fail if lost == "502" else server.faults.drop
    lever(MESSAGES, accepted=accepted)
    async with online(server) as bot:
        with contextlib.suppress(aiohttp.ServerDisconnectedError):  # a 502 is tried again by discord.py itself
            await send(bot, quiz, "the question", nonce="round-1")
            assert lost == "502"
        assert len(quiz.history()) == int(accepted)
        again = await send(bot, quiz, "the question", nonce="round-1")
        other = await send(bot, quiz, "the next question", nonce="round-2")
    assert [(m.id, m.content) for m in quiz.history()] == [(again.id, "the question"), (other.id, "the next question")]


async def test_a_nonce_is_forgotten_after_minutes(server: DiscordServer, quiz: ChannelHandle):
    """Within five minutes a nonce stands for its message, later it makes a new one; it is at most 25 characters long."""
    async with online(server) as bot:
        first = await send(bot, quiz, "hello", nonce="once")
        assert (await send(bot, quiz, "hello", nonce="once")).id == first.id
        server.backend.advance_clock(301)
        assert (await send(bot, quiz, "hello", nonce="once")).id != first.id
        with pytest.raises(discord.HTTPException, match="nonce"):
            await send(bot, quiz, "hello", nonce="x" * 26)


async def test_a_request_is_held_until_it_is_released(server: DiscordServer, quiz: ChannelHandle):
    """A held request has reached Discord, and is carried out when the test lets it go."""
    held = server.faults.hold(MESSAGES)
    async with online(server) as bot, asyncio.TaskGroup() as group:
        sending = group.create_task(send(bot, quiz, "hello"))
        await held.arrived()
        assert quiz.history() == []
        held.release()
        assert (await sending).content == "hello"


async def test_a_server_that_was_away_is_found_again(server: DiscordServer, quiz: ChannelHandle):
    """After an outage the server is there at the same address, with all that was said."""
    address = server.api
    await server.stop()
    await member(server).send(quiz, "is anybody there?")
    await server.start()
    assert server.api == address
    async with online(server) as bot:
        history = bot.get_partial_messageable(quiz.id).history()
        assert [m.content async for m in history] == ["is anybody there?"]


async def test_a_missing_permission_is_refused_by_its_code(server: DiscordServer):
    """Without a permission the bot gets 50013, without sight of the channel 50001."""
    everyone = server.guild.default_role
    deny = discord.PermissionOverwrite
    me = server.guild.roles["TestBot"]
    quiet = server.guild.create_text_channel("quiet", overwrites={me: deny(send_messages=False)})
    plain = server.guild.create_text_channel("plain", overwrites={me: deny(embed_links=False, attach_files=False)})
    secret = server.guild.create_text_channel(
        "secret", overwrites={everyone: deny(view_channel=False), me: deny(view_channel=False)}
    )
    file = discord.File(io.BytesIO(b"chart"), "board.png", description="A chart.")
    async with online(server) as bot:
        for channel, options, code in (
            (quiet, {}, 50013),
            (plain, {"embed": discord.Embed(title="Board")}, 50013),
            (plain, {"file": file}, 50013),
            (secret, {}, 50001),
        ):
            with pytest.raises(discord.Forbidden) as refused:
                await send(bot, channel, "hello", **options)
            assert refused.value.code == code


async def test_a_file_is_kept_with_its_description(server: DiscordServer, quiz: ChannelHandle):
    """A picture arrives in the message with its name, its bytes and its alt text."""
    async with online(server) as bot:
        file = discord.File(io.BytesIO(b"chart"), "board.png", description="A chart.")
        sent = await send(bot, quiz, "The board", file=file, embed=discord.Embed(title="Board"))
    kept = quiz.history()[-1].attachments[0]
    assert (kept.filename, kept.description, kept.size) == ("board.png", "A chart.", 5)
    assert sent.attachments[0].url == kept.url


async def test_the_bot_learns_where_it_stands(server: DiscordServer):
    """The bot can ask for its application, its guilds with its permissions, and the starts it has left."""
    async with online(server) as bot:
        info = await bot.application_info()
        assert info.flags.gateway_message_content_limited
        guilds = await bot.http.get_guilds(limit=10)
        granted = discord.Permissions(int(guilds[0]["permissions"]))
        assert (granted.create_public_threads, granted.manage_threads) == (True, False)
        assert (await bot.fetch_session_start_limits()).remaining == 999


async def test_a_member_is_reached_directly(server: DiscordServer):
    """A direct message reaches the member and the answer reaches the bot; a member may refuse them."""
    maya = member(server)
    async with online(server) as bot:
        user = await bot.fetch_user(maya.id)
        await user.send("Your grade.")
        await maya.user.send_dm("Thank you.")
        server.inject_error(
            "POST", "/channels/*/messages", status=403, code=50007, message="Cannot send messages to this user"
        )
        with pytest.raises(discord.Forbidden):
            await user.send("Are you there?")
        await server.wait_for(lambda: bot.heard == ["Thank you."])
    assert [m.content for m in maya.user.dm_channel.history()] == ["Your grade.", "Thank you."]


async def test_a_page_of_history_begins_where_it_is_asked_to(server: DiscordServer, quiz: ChannelHandle):
    """Whoever reads on from a message reads every one after it, however many there are."""
    maya = member(server)
    said = [await maya.send(quiz, str(number)) for number in range(120)]
    async with online(server) as bot:
        history = bot.get_partial_messageable(quiz.id).history(limit=None, after=said[4])
        assert [message.content async for message in history] == [str(number) for number in range(5, 120)]


async def test_a_token_runs_out_after_fifteen_minutes(server: DiscordServer, quiz: ChannelHandle):
    """A quarter of an hour after a click its token answers 401, code 50027."""
    async with online(server) as bot:
        await member(server).slash(quiz, "echo", words="hello")
        server.backend.advance_clock(901)
        with pytest.raises(discord.HTTPException) as late:
            await bot.asked[0].followup.send("Too late.")
    assert (late.value.status, late.value.code) == (401, 50027)


ODD: list[dict[str, Any]] = [
    {"name": "Quiz", "description": "A capital letter."},
    {"name": "quiz", "description": ""},
    {"name": "quiz", "description": "x" * 101},
    {
        "name": "quiz",
        "description": "No type of its own.",
        "options": [{"type": 5, "name": "a", "description": "b", "autocomplete": True}],
    },
    {
        "name": "quiz",
        "description": "Too many.",
        "options": [{"type": 3, "name": f"a{n}", "description": "b"} for n in range(26)],
    },
    {
        "name": "quiz",
        "description": "The wrong order.",
        "options": [
            {"type": 3, "name": "a", "description": "b"},
            {"type": 3, "name": "c", "description": "d", "required": True},
        ],
    },
    {
        "name": "quiz",
        "description": "Both.",
        "options": [{"type": 1, "name": "a", "description": "b"}, {"type": 3, "name": "c", "description": "d"}],
    },
]


@pytest.mark.parametrize("command", ODD)
async def test_a_command_against_the_rules_is_refused(server: DiscordServer, command: dict[str, Any]):
    """Discord refuses the whole tree for one command that breaks its rules."""
    async with Bare() as bot:
        await bot.login(server.token)
        assert bot.application_id is not None
        with pytest.raises(discord.HTTPException) as refused:
            await bot.http.bulk_upsert_global_commands(bot.application_id, [command])
    assert refused.value.code == 50035


async def test_guilds_are_dealt_to_shards(server: DiscordServer):
    """Each shard identifies for itself and hears its own guilds only."""
    server.gateway.shards = 2
    second = server.backend.create_guild("Another", shard_id=1 - (server.guild.id >> 22) % 2, shard_count=2)
    async with online(server) as bot:
        for guild in (server.guild, GuildHandle(server, second)):
            maya = guild.add_member(server.create_user("maya"))
            assert (await maya.slash(guild.create_text_channel("talk"), "echo", words="here")).acknowledged
        assert {guild.shard_id for guild in bot.guilds} == {0, 1}
    assert [data["shard"] for data in server.gateway.identifies] == [[0, 2], [1, 2]]


async def test_what_the_server_lacks_fails_the_test(monkeypatch: pytest.MonkeyPatch):
    """A route that nobody has written is an error of the test run, and not a success."""
    server = DiscordServer()
    await server.start()
    monkeypatch.setattr(discord.http.Route, "BASE", server.api)
    async with Bare() as bot:
        await bot.login(server.token)
        with pytest.raises(discord.DiscordServerError):
            await bot.http.request(discord.http.Route("GET", "/weather"))
    with pytest.raises(ExceptionGroup, match="lacks") as lacking:
        await server.__aexit__(None, None, None)
    assert "GET /weather" in str(lacking.value.exceptions[0])
