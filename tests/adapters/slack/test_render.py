"""Cards on Slack: whatever a card holds fits into Slack's limits, has no power in its markup, and is told in words too."""

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.views import View

from adapters.slack import render
from bot.cards import Action, Bar, Card, Chart, Fields, File, Form, Item, Items, Place, Quote, Ranking, Text, Tone
from bot.text import safe
from tests.adapters.test_platform_contract import EVERYTHING
from tests.doubles.hostile import HOSTILE

# An active mark in a payload: Slack's own brackets. Dates are ours, and nobody else can make one.
ACTIVE = re.compile(r"<(?![^>]*\u200b)[@#!a-z][^>]*>", re.IGNORECASE)
# A mark that may begin or end formatting: broken by nothing, and no underscore between two letters or digits.
POWERFUL = re.compile(r"(?:[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))(?!\u200b)")
OWN = re.compile(r"<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[\w ,:]+ UTC>")
TEXTS = st.one_of(
    st.text(max_size=300),
    st.sampled_from(HOSTILE),
    st.text(min_size=2000, max_size=9000),
    st.text("&<>*\n", min_size=1000),
)
SHORT = st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE))
BLOCKS = st.one_of(
    st.builds(Text, TEXTS),
    st.builds(Quote, TEXTS, SHORT),
    st.builds(Fields, st.lists(st.tuples(SHORT, st.one_of(TEXTS, st.just(datetime(2026, 11, 23, tzinfo=UTC)))), max_size=14).map(tuple)),
    st.builds(Items, st.lists(st.builds(Item, TEXTS, st.sampled_from([True, False, None])), max_size=12).map(tuple)),
    st.builds(
        Ranking,
        st.lists(
            st.builds(Place, place=st.integers(1, 99), name=SHORT, points=st.integers(0, 10**9), rounds=st.integers(0, 999),
                      streak=st.integers(0, 99), moved=st.sampled_from([None, 0, 3, -2]), you=st.booleans()),
            max_size=11,
        ).map(tuple),
    ),
    st.builds(Chart, SHORT, st.lists(st.builds(Bar, SHORT, st.integers(-1, 10**6)), min_size=1, max_size=10).map(tuple), TEXTS),
    st.builds(File, SHORT, SHORT, TEXTS),
)  # fmt: skip
ACTIONS = st.lists(
    st.builds(Action, SHORT, st.from_regex(r"[a-z]{1,20}:[0-9]{1,9}", fullmatch=True), st.booleans()), max_size=30
)
CARDS = st.builds(
    Card, title=SHORT, blocks=st.lists(BLOCKS, max_size=60).map(tuple), actions=ACTIONS.map(tuple), tone=st.sampled_from(Tone)
)  # fmt: skip


def texts(value: Any) -> Iterator[str]:
    """Yield every text that Slack shows, with its kind before it."""
    if isinstance(value, dict):
        if value.get("type") in {"mrkdwn", "plain_text"}:
            yield value["text"]
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def check(blocks: list[dict[str, Any]]) -> None:
    """Hold blocks to Slack's models and to our own total."""
    parsed = SlackBlock.parse_all(blocks)
    assert [one.type for one in parsed] == [made["type"] for made in blocks]
    for one in parsed:
        one.validate_json()
    assert len(blocks) <= render.BLOCKS
    assert sum(map(len, texts(blocks))) <= render.TOTAL + 200
    for text in texts(blocks):
        assert 0 < len(text) <= render.SECTION
        assert not ACTIVE.findall(OWN.sub("", text))
    verbatim = [
        t for b in blocks for t in ([b["text"]] if "text" in b else b.get("fields", [])) if t["type"] == "mrkdwn"
    ]
    assert all(text["verbatim"] for text in verbatim)


@settings(max_examples=60)
@given(CARDS)
def test_any_card_fits(card: Card):
    """Whatever a card holds, its blocks pass Slack's own models, stay within all limits and mention nobody."""
    made = render.card(card)
    check(made.blocks)
    assert len(made.text) <= render.FALLBACK
    assert not ACTIVE.findall(OWN.sub("", made.text))
    home = render.home(card, "{}")
    View(**home).validate_json()


def test_who_wants_to_be_mentioned_is():
    """A card mentions the members who asked for it, under its heading, and nobody whom another platform knows."""
    shown = render.card(Card("Board", (Text("words"),), mentions=("slack:T1:member:U1", "discord:1:member:2")))
    assert [one["type"] for one in shown.blocks] == ["header", "context", "section"]
    assert shown.blocks[1]["elements"][0]["text"] == "<@U1>"


@settings(max_examples=60)
@given(SHORT, TEXTS)
def test_any_form_fits(title: str, prompt: str):
    """Whatever is asked, the form passes Slack's own models and has room for an answer."""
    made = render.form(Form(title=title, prompt=prompt, submit="submit:1", max_length=4000), '{"channel": "C1"}')
    View(**made).validate_json()
    check(made["blocks"])
    assert len(made["title"]["text"]) <= render.MODAL_TITLE
    assert made["blocks"][-1]["element"]["max_length"] == render.INPUT


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_mentions_anybody(text: str):
    """Nothing that a person writes is a mention, a link, a date or a mark once it is escaped."""
    shown = render.escape(text)
    assert not ACTIVE.findall(shown)
    assert not re.search(r"@(?:everyone|here|channel)", shown, re.IGNORECASE)
    assert not POWERFUL.search(shown)
    assert "<" not in shown
    assert not ACTIVE.findall(render.words(text, 300))


PIECES = [
    *"ab1é_*~` <>&:/.\n\u200b\u017f", "@everyone", "@Here", "@channel", "<!channel>", "<@U1>", "<#C1|quiz>", "snake_case",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_formats_itself(text: str):
    """Whatever marks a member writes, none has power, nobody is mentioned, and every letter is still there."""
    shown = render.escape(text)
    assert not POWERFUL.search(shown)
    assert not ACTIVE.findall(shown)
    assert not re.search(r"@(?:everyone|here|channel)", shown, re.IGNORECASE)
    assert html.unescape(shown).replace("\u200b", "") == safe(text).replace("\u200b", "")


@pytest.mark.parametrize("text", ["d_k", "snake_case_name", "https://example.org/merge_requests/1?x_y=2"])
def test_what_is_no_mark_can_be_copied(text: str):
    """An underscore within a word is left as it is, so that names and addresses can be copied and searched."""
    assert render.escape(text) == text


def test_every_block_is_told_in_words():
    """Who cannot see blocks reads title and every block in the text; a chart by its description."""
    made = render.card(EVERYTHING)
    for words in (
        "A title",
        "A paragraph.",
        "maya:\nLine one\nline two",
        "Label: value",
        "✅ done",
        "❌ not",
        "• neither",
    ):
        assert words in made.text
    for words in (
        "🥇 maya (you) · 1 point · 1 question · 🔥 2 · ▲1",
        "4. bo",
        "▼2",
        "· new",
        "Bar chart of points",
        "📎 data.json (2 bytes",
    ):
        assert words in made.text
    assert "*" not in made.text


def test_dates_are_the_readers_own():
    """An instant is Slack's own date, with the time in UTC for programs that know none."""
    made = render.moment(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    assert made == "<!date^1795420800^{date_short_pretty} at {time}|Mon 23 Nov 2026, 08:00 UTC>"
    assert OWN.fullmatch(made)


def test_a_title_alone_is_a_message():
    """A card of a title alone is one section, with its buttons if there are any."""
    made = render.card(Card(title="Saved as *attempt* 1", actions=(Action("See", "grade:1"),)))
    assert [block["type"] for block in made.blocks] == ["section", "actions"]
    assert made.blocks[1]["elements"] == [
        {"type": "button", "text": {"type": "plain_text", "text": "See", "emoji": False}, "action_id": "grade:1"}
    ]


def test_a_drawn_chart_is_not_written_too():
    """Where the chart goes up as a picture the blocks do without its bars, and the words keep its description."""
    chart = Chart("Points", (Bar("maya", 3), Bar("bo", 0)), "Bar chart.")
    card = Card(title="Board", blocks=(chart, Text("below")))
    assert "█" in json.dumps(render.card(card).blocks, ensure_ascii=False)
    drawn = render.card(card, drawn=True)
    assert "█" not in json.dumps(drawn.blocks, ensure_ascii=False)
    assert ("Bar chart." in drawn.text, drawn.charts) == (True, (chart,))


def test_what_exceeds_the_whole_is_cut_with_a_sign():
    """A card that is too long ends with an ellipsis, and keeps its buttons."""
    card = Card(title="Long", blocks=tuple(Text("word " * 500) for _ in range(9)), actions=(Action("Go", "grade:1"),))
    blocks = render.card(card).blocks
    assert blocks[-1]["type"] == "actions"
    assert blocks[-2]["elements"][0]["text"] == "…"


@pytest.mark.parametrize(
    ("text", "limit", "fitted"), [("ab&amp;cd", 6, "ab…"), ("ab&amp;cd", 9, "ab&amp;cd"), ("a b c", 4, "a b…")]
)
def test_a_cut_spares_no_half_sign(text: str, limit: int, fitted: str):
    """Text is cut between signs, never inside an escaped one."""
    assert render.fit(text, limit) == fitted
