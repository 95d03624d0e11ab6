"""The core's declarations <-> Slack: the manifest, the words behind the one slash command, and references."""

import html
import re
from typing import Any, Final
from urllib.parse import urlsplit

from bot.bank.loading import Bank
from bot.commands import COMMANDS, AskQuestion, Command, OpenAnswerForm, Reach, SetSchedule, ShowHelp
from bot.commands.parsing import parse
from bot.errors import Refused, SettingsError, UnknownWord
from bot.ports import Ref
from bot.question import Level
from bot.text import nearest

NAME: Final = "slack"
SLASH: Final = "/quiz"
SHORTCUT: Final = OpenAnswerForm.spec.name  # the message shortcut's id
HTTP_PATH: Final = "/slack/events"
INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"

# The events that are heard, each with the scope that Slack asks for.
EVENTS: Final = {
    "app_home_opened": "", "app_mention": "app_mentions:read", "app_uninstalled": "",
    "message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history",
    "tokens_revoked": "",
}  # fmt: skip
# The methods that are called, each with the scopes that Slack asks for.
METHODS: Final = {
    "auth.test": (), "chat.postEphemeral": ("chat:write",), "chat.postMessage": ("chat:write",),
    "chat.delete": ("chat:write",), "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read"), "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"), "files.info": ("files:read",),
    "files.getUploadURLExternal": ("files:write",), "files.completeUploadExternal": ("files:write",),
    "reactions.add": ("reactions:write",), "users.info": ("users:read",), "views.open": (), "views.publish": (),
}  # fmt: skip
SCOPES: Final = tuple(
    sorted({"commands", *filter(None, EVENTS.values()), *(scope for scopes in METHODS.values() for scope in scopes)})
)
GREETINGS: Final = frozenset({
    "good morning", "hallo", "hello", "hello there", "hey", "hey there", "hi", "hi there", "moin", "start", "thank you", "thanks",
})  # fmt: skip
_TYPED: Final = [name for c in COMMANDS if c.spec.reach is Reach.TYPED for name in c.spec.names]
_GROUPS: Final = sorted({name.partition(" ")[0] for name in _TYPED})
_BEHIND: Final = "|".join(name for name in _GROUPS if f"/{name}" != SLASH)
_TYPED_ELSEWHERE: Final = re.compile(rf"(?<![\w/])/(?=(?:{_BEHIND})\b)|(?<=no command )/(?!quiz\b)")
_MENTION: Final = re.compile(r"<@([UW]\w+)(?:\|[^>]*)?>")
_MARKED: Final = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def team_ref(team: str) -> Ref:
    """Return a workspace's reference."""
    return f"{NAME}:{team}"


def channel_ref(team: str, channel: str) -> Ref:
    """Return a channel's reference."""
    return f"{NAME}:{team}:{channel}"


def message_ref(team: str, channel: str, ts: str) -> Ref:
    """Return a message's reference."""
    return f"{NAME}:{team}:{channel}:{ts}"


def thread_ref(team: str, channel: str, ts: str) -> Ref:
    """Return the reference of the thread under a message."""
    return f"{NAME}:{team}:{channel}:thread:{ts}"


def member_ref(team: str, user: str) -> Ref:
    """Return a member's reference, which is another one in each workspace."""
    return f"{NAME}:{team}:member:{user}"


def parts(ref: Ref) -> tuple[str, str, str]:
    """Return a reference's workspace, its channel or user, and its message or thread; what it lacks is empty."""
    team, *rest = ref.split(":")[1:]
    given = [part for part in rest if part not in {"member", "thread"}]
    return team, *(*given, "", "")[:2]  # type: ignore[return-value]  # always three


def addressed(text: str, me: str) -> str:
    """Return what a message to me asks for: what follows my name; help where that is nothing, or a greeting."""
    _, named, after = text.partition(f"<@{me}>")
    words = after if named else text
    said = " ".join("".join(one if one.isalnum() else " " for one in words).casefold().split())
    return ShowHelp.spec.name if not said or said in GREETINGS else words


def read(line: str, team: str, bank: Bank, *, heard: bool = True) -> Command:
    """Read what is typed after the slash command or a mention; raises UserError with the nearest word that is known.

    Where answers would not be `heard` no question is asked or planned.
    """
    command = _read(plain(_MENTION.sub(lambda m: member_ref(team, m[1]), line)).strip(), bank)
    if not heard and isinstance(command, AskQuestion | SetSchedule):
        raise Refused(
            "I hear no answers in messages between people: use a channel, and invite me there with /invite @Studyhall.",
            heading="Not here",
        )
    return command


def _read(line: str, bank: Bank) -> Command:
    first = line.split(maxsplit=1)[0].casefold() if line else ""
    if first in _GROUPS:
        return parse(line, bank)
    try:
        return parse(f"{AskQuestion.spec.name} {line}", bank)
    except UnknownWord:
        if nearest(first, [*_GROUPS, *Level, *_topic_words(bank)]) in _GROUPS:
            return parse(line, bank)  # which says which command was meant
        raise


def _topic_words(bank: Bank) -> list[str]:
    return [word for name, topic in bank.topics.items() for word in (name, *topic.aliases)]


def typed(words: str) -> str:
    """Return words in which every command is spelled as it is typed here: behind the one slash command."""
    return _TYPED_ELSEWHERE.sub(f"{SLASH} ", words)


def plain(text: str) -> str:
    """Return a message's text as its author saw it: mentions and links by their names, without Slack's marks."""
    return html.unescape(_MARKED.sub(_seen, text))


def _seen(mark: re.Match[str]) -> str:
    sign, target, label = mark[1], mark[2], mark[3]
    return f"{'' if sign == '!' and label else sign.replace('!', '@')}{label or target}"


def manifest(address: str = "", *, one_workspace: bool = False) -> dict[str, Any]:
    """Return the app's manifest: for Socket Mode, or with a public address for HTTP, with several workspaces or one; raises SettingsError.

    Only where workspaces install the app for themselves do its tokens rotate: a token that an operator sets stays as it is.
    """
    if address and not (address.startswith("https://") and urlsplit(address).hostname):
        raise SettingsError(
            [f"--url {address}: Slack calls no such address; write one such as https://quiz.example.org"]
        )
    address = address.rstrip("/")
    several = bool(address) and not one_workspace
    events = {"url": address + HTTP_PATH} if address else {}
    request = {"request_url": address + HTTP_PATH} if address else {}
    command = {
        "command": SLASH,
        **events,
        "description": "Questions to study together",
        "should_escape": True,
        "usage_hint": f"[level] [topic], or one of: {', '.join(name for name in _GROUPS if f'/{name}' != SLASH)}",
    }
    shortcut = {
        "name": "Answer",
        "type": "message",
        "callback_id": SHORTCUT,
        "description": "Answer this question in a private form",
    }
    return {
        "display_information": {
            "name": "Studyhall", "description": "A question of the day, honest grades, weekly boards", "background_color": "#2c2d30",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Studyhall", "always_online": True},
            "slash_commands": [command],
            "shortcuts": [shortcut],
        },
        "oauth_config": {
            **({"redirect_urls": [address + REDIRECT_PATH]} if several else {}),
            "scopes": {"bot": [*SCOPES]},
        },
        "settings": {
            "event_subscriptions": {**request, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": several,
        },
    }  # fmt: skip
