"""What is sent to Discord: inside every limit, without power, and without the answer before its time."""

import io
import re
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import fromstring

import discord
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord import render
from adapters.discord.commands import modal_texts
from adapters.drawing import chart
from bot import log
from bot.bank.loading import Bank
from bot.cards import (
    Action,
    Bar,
    Block,
    Card,
    Chart,
    Fields,
    File,
    Form,
    Item,
    Items,
    Place,
    Quote,
    Ranking,
    Text,
    Tone,
)
from bot.question import Level, Topic
from bot.text import safe
from tests.doubles.discord.hall import DiscordHall, bodies, discord_hall, texts
from tests.doubles.fakes import FULL, HALF, WRONG, bank, question
from tests.doubles.hostile import HOSTILE, grams

# Never looked through by Discord for mentions and links, nor are a modal's title and a picture's words.
PLAIN: Final = frozenset(("attachments", "name", "label", "custom_id", "filename", "url", "nonce"))
ACTIVE: Final = re.compile(
    r"<@[!&]?\d+>|<#\d+>|@(?:everyone|here)\b|</[^>\n]+:\d+>|<a?:\w+:\d+>|<id:\w+>|(?<!\\)\]\([a-z]+:", re.IGNORECASE
)
CHARACTERS: Final = st.characters(exclude_categories=())  # half characters too
WORDS: Final = st.one_of(
    st.text(CHARACTERS, max_size=60),
    st.builds(lambda part, times: (part * times)[:20_000], st.text(CHARACTERS, min_size=1, max_size=6), st.integers(1, 20_000)),
    st.sampled_from(HOSTILE),
)  # fmt: skip
INSTANTS: Final = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
NUMBERS: Final = st.integers(-(10**9), 10**9)
PLACES: Final = st.builds(
    Place, place=st.integers(1, 999), name=WORDS, points=NUMBERS, rounds=NUMBERS, streak=st.integers(0, 999),
    moved=st.none() | st.integers(-9, 9), you=st.booleans(),
)  # fmt: skip
BARS: Final = st.lists(st.builds(Bar, WORDS, st.integers(0, 10**9)), max_size=12).map(tuple)
BLOCKS: Final = st.one_of(
    st.builds(Text, WORDS),
    st.builds(Quote, WORDS, WORDS),
    st.builds(Fields, st.lists(st.tuples(WORDS, WORDS | INSTANTS), max_size=5).map(tuple)),
    st.builds(Items, st.lists(st.builds(Item, WORDS, st.none() | st.booleans()), max_size=5).map(tuple)),
    st.builds(Ranking, st.lists(PLACES, max_size=5).map(tuple)),
    st.builds(Chart, WORDS, BARS, WORDS),
    st.builds(File, st.just("a.json"), WORDS, WORDS),
)
IDS: Final = st.from_regex(r"[a-z]{1,20}(:[0-9]{1,12}){0,3}", fullmatch=True)
ACTIONS: Final = st.lists(st.builds(Action, WORDS, IDS, st.booleans()), max_size=5, unique_by=lambda one: one.id)
CARDS: Final = st.builds(
    Card, WORDS.map("A {}".format), st.lists(BLOCKS, max_size=6).map(tuple), ACTIONS.map(tuple), st.sampled_from(Tone)
)


def units(text: str) -> int:
    """Return a text's length as the strictest of Discord's clients counts it; fails for half characters."""
    return len(text.encode("utf-16-le")) // 2


def within(text: str | None, least: int, most: int) -> bool:
    return least <= units(text or "") <= most


def size(embed: discord.Embed) -> int:
    parts = [embed.title, embed.description, embed.footer.text, *(t for f in embed.fields for t in (f.name, f.value))]
    return sum(units(part or "") for part in parts)


def check_embed(embed: discord.Embed) -> None:
    assert embed.title or embed.description
    assert within(embed.title, 0, 256)
    assert within(embed.description, 0, 4096)
    assert within(embed.footer.text, 0, 2048)
    assert len(embed.fields) <= 25
    assert [f for f in embed.fields if not within(f.name, 1, 256) or not within(f.value, 1, 1024)] == []


@given(CARDS, st.sampled_from(["", "question:1", "board:123456789"]))
@example(Card("T", (Fields(tuple(("L" * 300, "v" * 2000) for _ in range(30))), Text("x" * 20_000))), "question:1")
@example(Card("T", (Text("\\" * 9000),)), "")
@example(Card("T", (Text("a" + " " * 9000 + "b"),)), "")
@example(Card("T", (Fields((("*" * 9000, datetime(2026, 1, 1, tzinfo=UTC)),)),)), "")
@example(Card("T", (File("a.json", "\ud800", "\udfff"),)), "")
@settings(max_examples=40)
def test_any_card_renders_inside_every_limit(card: Card, tag: str):
    """Whatever a card holds, Discord would take it: lengths, counts, ids, and whole characters."""
    shown = render.card(card, tag=tag)
    assert within(shown.content, 0, 2000)
    assert shown.content or shown.embeds
    assert len(shown.embeds) <= 10
    assert sum(map(size, shown.embeds)) <= 6000
    for embed in shown.embeds:
        check_embed(embed)
    ids = [custom_id for _, custom_id, _ in shown.buttons]
    assert len(set(ids)) == len(ids) <= 25
    assert [
        label for label, custom_id, _ in shown.buttons if not within(label, 1, 80) or not within(custom_id, 1, 100)
    ] == []
    assert render.tag_of(ids) == (tag if ids else "")
    assert [render.action_of(one) for one in ids] == [action.id for action in card.actions[:25]]
    for one in (*(file.description for file in shown.files), *(p.chart.description for p in shown.pictures)):
        assert within(render.described(one), 0, 1024)


@given(WORDS, WORDS, st.integers(1, 9000))
@settings(max_examples=60)
def test_any_form_and_thread_name_fit(title: str, prompt: str, length: int):
    """A form's title, question and input, and a thread's name, are inside Discord's limits and never empty."""
    name = render.thread_name(title)
    assert within(name, 1, 100)
    assert name.strip()
    made = render.form(Form(title=f"T{title}", prompt=prompt, submit="submit:1", max_length=length)).to_dict()
    assert within(made["title"], 1, 45)
    above, below = made["components"]
    assert within(above["content"], 1, 4000)
    assert within(below["label"], 1, 45)
    assert 1 <= below["component"]["max_length"] <= 4000


@given(WORDS, st.integers(2, 300))
@settings(max_examples=60)
def test_fitting_keeps_the_beginning(text: str, limit: int):
    """What fits is left as it is; what does not is cut to its beginning with an ellipsis, never through a character."""
    plain = safe(text)
    fitted = render.fit(plain, limit)
    assert units(fitted) <= limit
    assert fitted == plain if units(plain) <= limit else plain.startswith(fitted.removesuffix("…"))


@given(WORDS)
@settings(max_examples=60)
@example("@everyone @here <@1> <@&1> <#1> </quiz:1> [a](http://x.y)")
def test_escaped_text_has_no_power(text: str):
    """Nothing that is escaped mentions, links, or begins a heading, a list or a quotation."""
    assert ACTIVE.findall(render.escape(text)) == []
    assert re.findall(r"^\s*(?:[>#+-]|\d+\.)", render.escape(text), re.MULTILINE) == []


def test_the_corpus_is_tried_everywhere():
    """At least sixty hostile strings have no power in any block, title or form."""
    assert len(set(HOSTILE)) >= 60
    for text in HOSTILE:
        place = Place(place=1, name=text, points=1, rounds=1)
        blocks: tuple[Block, ...] = (
            Text(text), Quote(text, text), Fields(((text, text),)), Items((Item(text),)), Ranking((place,)), File("a", "b", text)
        )  # fmt: skip
        for shown in (render.card(Card(text, blocks)), render.card(Card(text))):
            said = texts([shown.content, *(embed.to_dict() for embed in shown.embeds)])
            assert [one for one in said if ACTIVE.search(one)] == [], text
        form = render.form(Form(title="T", prompt=text, submit="submit:1", max_length=9)).to_dict()
        assert not ACTIVE.search(form["components"][0]["content"]), text


def hostile_bank() -> Bank:
    """Return a bank whose every word is hostile."""
    words = "\n".join(one for one in HOSTILE if len(one) < 60 and not re.search(r"[\ud800-\udfff]", one))
    texts_ = {"question": words, "reference": words, "hints": (words, "Think."), "reading": (words,)}

    def hostile(number: int, level: Level) -> Any:
        base = question(number, level)
        points = tuple(
            point.model_copy(update={"statement": f"{words} {n}"}) for n, point in enumerate(base.key_points)
        )
        return base.model_copy(update={**texts_, "key_points": points})

    questions = tuple(hostile(n, level) for level in Level for n in range(2))
    topic = Topic(topic="sky", title="Sky", questions=(question(1),)).model_copy(
        update={"title": "@everyone <@1> [a](http://x.y)", "questions": questions}
    )
    return Bank({"sky": topic})


def said(value: Any) -> list[str]:
    """Return the strings of a payload that Discord looks through for mentions and links."""
    if isinstance(value, dict):
        return [text for name, one in value.items() if name not in PLAIN for text in said(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in said(one)]
    return [value] if isinstance(value, str) else []


async def test_hostile_words_reach_nobody(tmp_path: Path):
    """As question, answer, name, topic, channel or mistyped word, nothing hostile is active in any payload, and none pings."""
    async with discord_hall(tmp_path, questions=hostile_bank()) as hall:
        hall.env.backend.edit_channel(hall.channel.id, {"name": "@everyone <@1> [a](http://x.y)"})
        await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily", board="thu")
        await hall.until(1, 9)
        card, thread = hall.newest()
        for number, text in enumerate(HOSTILE[::3]):
            await hall.maya.slash(hall.channel, "quiz", topic=text[:300] or "x")
            if number % 4 == 0:
                member = hall.guild.add_member(hall.env.create_user(f"m{number}"), nick=text[:32] or "x")
                await member.slash(hall.channel, "settings", share="on")
                await hall.answered(member, card, f"{FULL} {text}")
                await member.send(thread, f"{text} {HALF}")
                await member.slash(hall.channel, "stats")
                await hall.ada.slash(hall.channel, "stats", member=member)
        await hall.ada.click(card, custom_id="hint:1")
        await hall.until(1, 17, 1)
        await hall.ada.slash(hall.channel, "leaderboard", period="all")
        hall.env.backend.delete_channel(hall.channel.id)
        await hall.until(2, 12)
        payloads = bodies(hall)
        assert len(payloads) > 80
        own = re.compile(
            rf"</(?:{'|'.join(hall.platform.shards.main.commands)})(?: \w+)?:\d+>"
        )  # clicked, they open a command
        assert [text for body in payloads for text in said(body) if ACTIVE.search(own.sub("", text))] == []
        carriers = [body for body in payloads if "content" in body or "embeds" in body]
        assert [body for body in carriers if body["allowed_mentions"]["parse"]] == []
        assert hall.ada.user.dm_channel.history()


async def before_the_reveal(hall: DiscordHall) -> None:
    """Let members do everything that can be done with an open question."""
    await hall.ada.slash(hall.channel, "schedule set", at="09:00", zone="UTC", days="daily")
    await hall.until(1, 9)
    await hall.asked("principal")
    for thread in hall.channel.threads:
        card = next(message for message in hall.channel.history() if message.id == thread.id)
        for text in (HALF, WRONG, "nothing of the kind"):
            await hall.answered(hall.maya, card, text)
            await hall.ada.send(thread, text)
            await hall.ada.click(card, label="Hint (−20 %)")
        own = [message for message in thread.history() if message.author.bot]
        await hall.ada.click(own[-1], label="See my grade")
    for name in ("help", "stats", "leaderboard", "settings", "privacy export"):
        await hall.maya.slash(hall.channel, name)
    for name in ("schedule list", "schedule preview"):
        await hall.ada.slash(hall.channel, name)
    for word in ("", "s", "sky", "ray"):
        await hall.maya.autocomplete(hall.channel, "quiz", "topic", word)
    hall.env.inject_error("POST", "/channels/*/messages", status=500)
    await hall.maya.slash(hall.channel, "quiz", level="mid")


@pytest.fixture
def logged() -> io.StringIO:
    """Give what the bot logs, as it does in earnest, every detail of it."""
    stream = io.StringIO()
    log.configure(level="debug", form="json", stream=stream)
    return stream


async def test_no_payload_before_the_reveal_holds_the_answer(tmp_path: Path, logged: io.StringIO):
    """No message, form, id, picture's words, completion or log line holds the reference, a key point, or eight words of them."""
    async with discord_hall(tmp_path) as hall:
        await before_the_reveal(hall)
        shown = " \n".join([*texts(bodies(hall)), logged.getvalue()])
        questions = bank().questions.values()
        secrets = {q.reference for q in questions} | {m.statement for q in questions for m in q.misconceptions}
        assert [one for one in secrets if one in shown] == []
        assert "Short waves scatter most" not in shown
        assert not grams(shown) & set().union(*(grams(q.reference) for q in questions))
        await hall.revealed(hall.ada, hall.newest()[0])
        assert any(one in "\n".join(texts(bodies(hall))) for one in secrets)  # so that this test would see a leak


@pytest.mark.parametrize(
    "bars",
    [(), (Bar("maya", 0),), tuple(Bar(f"member {n}", n) for n in range(60)), tuple(Bar(one, 3) for one in HOSTILE)],
    ids=["none", "zero", "many", "hostile"],
)
def test_any_chart_is_drawn(bars: tuple[Bar, ...]):
    """A chart is a PNG as high as its bars need, whatever the names are: markup, other scripts, half characters."""
    drawn = chart.png(Chart("Points", bars, "Words."))
    width, height = struct.unpack(">II", drawn[16:24])
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert width == 720
    assert height == chart.ROW * len(bars) + 48
    assert discord.File(io.BytesIO(drawn), render.CHART_FILE).filename == "chart.png"


@pytest.mark.parametrize(("name", "shown"), [("<b>&amp;", "<b>&amp;"), ("</svg>", "</svg>"), ("a\nb\x00\ud800", "a b")])
def test_names_with_markup_are_names(name: str, shown: str):
    """A name that looks like markup is drawn as it is written, and the drawing says in words what it shows."""
    drawn = fromstring(chart.svg(Chart("Points", (Bar(name, 1), Bar("maya", 2)), "Bars of a < b.")))  # noqa: S314  ours
    told = [one.text for one in drawn.iter() if one.text]
    assert told == ["Points", "Bars of a < b.", shown, "1", "maya", "2", "Points"]


def test_a_forms_texts_are_found_wherever_they_stand():
    """Discord puts a form's texts into rows or labels; each is known by its field's name, and where there is none, none is found."""
    field, other = {"custom_id": "text", "value": "words"}, {"custom_id": "other", "value": "x"}
    assert modal_texts([{"type": 10}, {"type": 18, "component": field}]) == {"text": "words"}
    assert modal_texts([{"type": 1, "components": [other, field]}]) == {"other": "x", "text": "words"}
    assert modal_texts([]) == {}
