"""What is in a request from Slack: which delivery it is, whether it asks for anything, where it came from. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from adapters.slack.commands import NAME, SHORTCUT
from bot.bank.loading import Bank
from bot.commands import Command, OpenAnswerForm
from bot.commands.parsing import LINE, from_id, named_by
from bot.errors import UserError

Body = Mapping[str, Any]
WRITTEN: Final = frozenset({"", "thread_broadcast", "file_share"})  # subtypes of messages that a person wrote
EDITED: Final = f"{NAME}:edited:"  # an edited reply is mentioned once, however often it is edited
SAID: Final = f"{NAME}:said:"  # how the ids of replies in threads begin, and of forms
FORM: Final = f"{NAME}:view:"
ANSWERS: Final = (SAID, FORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something was asked: a channel, and the message at the top of the thread if it was in one."""

    channel: str
    thread: str = ""

    @property
    def kept(self) -> str:
        """The place as a form carries it there and back."""
        return json.dumps({"channel": self.channel, "thread": self.thread})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of a request while it is being handled: where its answer may go, and how."""

    trigger: str = ""
    answer_to: str = ""
    thread: str = ""  # in which the answer is shown; one without replies shows none
    home: bool = False


def delivery_of(body: Body) -> str:
    """Return the id that Slack repeats when it delivers again; empty for what is no delivery.

    A reply in a thread goes by the message's own id, for it may be heard, and read afterwards as well. A form that seemed to fail
    stays open: sent again as it is it is the same, and with other words it is another.
    """
    if event := body.get("event_id"):
        said = body["event"]
        if is_edited(said):
            return f"{EDITED}{said['channel']}:{said['message']['ts']}"
        is_reply = said["type"] == "message" and is_said(said)
        return said_id(said["channel"], said["ts"]) if is_reply else f"{NAME}:event:{event}"
    if body.get("type") == "view_submission":
        return _sent(body["view"])
    return f"{NAME}:trigger:{trigger}" if (trigger := body.get("trigger_id")) else ""


def _sent(view: Body) -> str:
    """Return the id of a form as it was filled in; what was written cannot be read from it."""
    words = blake2b(repr(sorted(written(view).items())).encode(), digest_size=8, key=view["id"].encode()[:64])
    return f"{FORM}{view['id']}:{view.get('hash', '')}:{words.hexdigest()}"


def said_id(channel: str, ts: str) -> str:
    """Return the id of what was said in a thread."""
    return f"{SAID}{channel}:{ts}"


def said_at(ts: str) -> float:
    """Return when a message was said, in seconds; long ago for what is no instant."""
    try:
        return float(ts)
    except ValueError:
        return 0.0


def worth_handling(body: Body) -> bool:
    """Whether a delivery asks for anything: of what is said only replies by people do, and what they write to me alone."""
    kind = body.get("type")
    if kind != "event_callback":
        shortcut = kind == "message_action" and body.get("callback_id") == SHORTCUT
        return "command" in body or kind in {"block_actions", "view_submission"} or shortcut
    event = body["event"]
    if event["type"] == "message":
        return any(asks(event) for asks in (is_said, is_typed, is_shared, is_edited, is_wordless))
    if event["type"] == "app_home_opened":
        return bool(event.get("tab", "home") == "home")
    if event["type"] == "app_mention":
        return bool(event.get("user")) and not event.get("bot_id")
    return event["type"] in {"app_uninstalled", "tokens_revoked"}


def is_said(message: Body) -> bool:
    """Whether a message is a reply in a thread that a person wrote; news of an edit or a deletion is not one."""
    return _is_reply(message) and bool((message.get("text") or "").strip())


def is_wordless(message: Body) -> bool:
    """Whether a message is a reply in a thread that has files and no words."""
    return _is_reply(message) and bool(message.get("files")) and not (message.get("text") or "").strip()


def _is_reply(message: Body) -> bool:
    return bool(
        message.get("user")
        and not message.get("bot_id")
        and message.get("subtype", "") in WRITTEN
        and message.get("thread_ts", message["ts"]) != message["ts"]
    )


def is_edited(event: Body) -> bool:
    """Whether an event tells that a person wrote a reply anew; links that are unfolded leave its words as they are."""
    if event["type"] != "message" or event.get("subtype") != "message_changed":
        return False
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    return is_said(now) and now["text"] != before.get("text", now["text"])


def is_typed(message: Body) -> bool:
    """Whether a person wrote a message to me alone, outside of a thread: it is read as a command."""
    alone = message.get("channel_type") == "im" and not message.get("thread_ts") and not message.get("subtype")
    return bool(alone and message.get("user") and not message.get("bot_id"))


def is_shared(message: Body) -> bool:
    """Whether a person sent me a file, alone and outside of a thread."""
    alone = (
        message.get("channel_type") == "im" and not message.get("thread_ts") and message.get("subtype") == "file_share"
    )
    return bool(alone and message.get("files") and message.get("user") and not message.get("bot_id"))


def replied_in(message: Body) -> str:
    """Return the thread that a message is a reply in; the one at its top stands in the channel, and is seen there."""
    top = str(message.get("thread_ts") or "")
    return "" if top == message.get("ts", message.get("message_ts")) else top


def spot_of(body: Body) -> Spot | None:
    """Return where an interaction came from; a form and the App Home carry it with them, None where that cannot be read."""
    if "command" in body:
        return Spot(channel=body["channel_id"])
    if body["type"] == "message_action":
        message = body["message"]
        return Spot(channel=body["channel"]["id"], thread=message.get("thread_ts") or message["ts"])
    if channel := (body.get("channel") or {}).get("id"):
        return Spot(channel=channel, thread=replied_in(body.get("container") or {}))
    return _carried(body.get("view") or {})


def _carried(view: Body) -> Spot | None:
    try:
        kept = json.loads(view["private_metadata"])
        return Spot(channel=str(kept["channel"]), thread=str(kept["thread"]))
    except (LookupError, TypeError, ValueError):
        return None


def thread_of(body: Body) -> Spot | None:
    """Return the thread in which something was said, or edited; None for all else."""
    event = body.get("event") or {}
    if event.get("type") not in {"message", "app_mention"}:
        return None
    said = event["message"] if is_edited(event) else event
    return Spot(channel=event["channel"], thread=said["thread_ts"]) if said.get("thread_ts") else None


def among_people(body: Body) -> bool:
    """Whether a command was typed in direct messages, between a few people or with me."""
    name = str(body.get("channel_name") or "")
    return name == "directmessage" or name.startswith("mpdm-")


def opens_form(body: Body) -> bool:
    """Whether a delivery is answered with a form; it is asked before anything is read, so its name has to tell."""
    if body.get("type") == "message_action":
        return OpenAnswerForm.spec.form
    asked = f"{LINE}{body.get('text', '')}" if "command" in body else _button(body)
    try:
        return bool(asked) and named_by(asked).spec.form
    except UserError:
        return False


def pressed(body: Body, bank: Bank) -> Command:
    """Return the command behind a button, a form or the message shortcut."""
    if body["type"] == "block_actions":
        return from_id(_button(body), bank)
    if body["type"] == "view_submission":
        return from_id(str(body["view"].get("callback_id")), bank, **written(body["view"]))
    return OpenAnswerForm()


def _button(body: Body) -> str:
    actions = body.get("actions") if body.get("type") == "block_actions" else ()
    return str(actions[0].get("action_id")) if actions else ""


def shown_by(body: Body) -> str:
    """Return the workspace in which I showed what was pressed: my buttons carry it, messages of older versions name it."""
    if body.get("type") != "block_actions":
        return ""
    carried = body["actions"][0].get("value") if body["actions"] else ""
    return carried or (body.get("message") or {}).get("team") or ""


def under(body: Body, team: str) -> Body:
    """Return a delivery as one of another workspace than Slack names."""
    return {**{name: one for name, one in body.items() if name not in {"authorizations", "team"}}, "team_id": team}


def written(view: Body) -> dict[str, str]:
    """Return what was typed into a form's fields, by name."""
    inputs = (field for block in view["state"]["values"].values() for field in block.items())
    return {name: str(field.get("value") or "") for name, field in inputs}


def unfinished(body: Body) -> dict[str, Any] | None:
    """Return what Slack shows in a form that was sent without a word, which it then keeps open."""
    if body.get("type") != "view_submission":
        return None
    empty = [name for name, text in written(body["view"]).items() if not text.strip()]
    errors = dict.fromkeys(empty, "Write a sentence or two.")
    return {"response_action": "errors", "errors": errors} if empty else None


def signed(message: Body, me: str) -> bool:
    """Whether a message has a reaction of mine."""
    return any(me in reaction.get("users", ()) for reaction in message.get("reactions", ()))
