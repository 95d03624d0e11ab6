"""The shape of what Slack sends, as far as it is read: what has another one is turned away before anything reads it. Pure."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

Id = Annotated[
    str, StringConstraints(pattern=r"^[\w.-]+$")
]  # of a channel, a person, a message; references are made of it
Maybe = Annotated[str, StringConstraints(pattern=r"^[\w.-]*$")] | None
Words = str | None


class _Shape(BaseModel):
    """Something in a request; what else is in it is not looked at."""

    model_config = ConfigDict(strict=True, extra="ignore")


class _File(_Shape):
    id: Id
    name: Words = None
    size: int | None = None


class _Said(_Shape):
    """A message, in an event of it or in one of its change."""

    ts: Id
    user: Maybe = None
    text: Words = None
    thread_ts: Maybe = None
    subtype: Words = None
    files: list[_File] | None = None


class _Before(_Shape):
    text: Words = None


class _Message(_Said):
    channel: Id
    channel_type: Words = None
    message: _Said | None = None
    previous_message: _Before | None = None


class _Mention(_Shape):
    channel: Id
    user: Maybe = None
    text: Words = None
    thread_ts: Maybe = None


class _HomeOpened(_Shape):
    channel: Id
    user: Id
    tab: Words = None


class _Tokens(_Shape):
    bot: list[str] | None = None


class _Revoked(_Shape):
    tokens: _Tokens | None = None


class _Named(_Shape):
    """A person, a channel."""

    id: Id


class _Team(_Shape):
    id: Maybe = None


class _Authorization(_Shape):
    team_id: Maybe = None


class _Request(_Shape):
    """Anything that Slack sends."""

    type: Words = None
    team_id: Maybe = None
    team: _Team | None = None
    authorizations: list[_Authorization] | None = None
    event_id: Id | None = None
    trigger_id: Id | None = None
    response_url: Words = None


class _Kind(_Shape):
    type: Id


class _Event(_Request):
    event_id: Id
    event: _Kind


class _Typed(_Request):
    command: str
    text: str = ""
    channel_id: Id
    channel_name: Words = None
    user_id: Id


class _Button(_Shape):
    value: Words = None


class _Shown(_Shape):
    """A message that something was pressed on, or where."""

    ts: Maybe = None
    message_ts: Maybe = None
    thread_ts: Maybe = None
    team: Maybe = None


class _Asking(_Request):
    user: _Named


class _Home(_Shape):
    app_installed_team_id: Maybe = None


class _Press(_Asking):
    actions: list[_Button]
    channel: _Named | None = None
    container: _Shown | None = None
    message: _Shown | None = None
    view: _Home | None = None


class _Chosen(_Shown):
    ts: Id


class _Shortcut(_Asking):
    channel: _Named
    message: _Chosen


class _State(_Shape):
    values: dict[str, dict[str, dict[str, Any]]]


class _View(_Home):
    id: Id
    hash: Maybe = None
    state: _State


class _Submission(_Asking):
    view: _View


_REQUESTS: Final[Mapping[str | None, type[_Request]]] = {
    "event_callback": _Event, "block_actions": _Press, "message_action": _Shortcut, "view_submission": _Submission,
}  # fmt: skip
_EVENTS: Final[Mapping[str, type[_Shape]]] = {
    "message": _Message, "app_mention": _Mention, "app_home_opened": _HomeOpened, "tokens_revoked": _Revoked,
}  # fmt: skip


def wrong(body: Mapping[str, Any]) -> str:
    """Return the way to the first field that is missing or of another type, and none of its words; empty where all is well."""
    if field := _misfit(_Request, body):
        return field
    kind = _Typed if "command" in body else _Event if "event_id" in body else _REQUESTS.get(body.get("type"), _Request)
    if kind is not _Event:
        return _misfit(kind, body)
    return _misfit(_Event, body) or _misfit(_EVENTS.get(body["event"]["type"], _Shape), body["event"], "event")


def _misfit(shape: type[_Shape], body: Mapping[str, Any], *way: str) -> str:
    try:
        shape.model_validate(body)
    except ValidationError as error:
        return ".".join(map(str, (*way, *error.errors(include_input=False)[0]["loc"])))
    return ""
