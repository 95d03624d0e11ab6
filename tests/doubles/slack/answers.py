"""What the bot answers an interaction with: a view for its trigger, a message at its response_url, a file."""

import asyncio
import secrets
from typing import Any, Final

from tests.doubles.slack.messages import JSON, SlackError
from tests.doubles.slack.methods import Asked, method, rewrite, spoken, truth
from tests.doubles.slack.people import Interaction
from tests.doubles.slack.rules import check_message, check_view
from tests.doubles.slack.views import check_hash, check_new, find, push, replace, shown

USES: Final = 5
LASTS: Final = 1800.0  # seconds


def exchanged(asked: Asked, trigger_id: str) -> Interaction:
    """Take the trigger of an interaction, once and in time."""
    interaction = asked.team.world.interactions.get(trigger_id)
    if interaction is None or not (interaction.user.team is asked.team or _shared(asked, interaction)):
        raise SlackError("invalid_trigger_id")
    if interaction.exchanged:
        raise SlackError("exchanged_trigger_id")
    if asyncio.get_running_loop().time() - interaction.at > interaction.delivery.within:
        raise SlackError("expired_trigger_id")
    interaction.exchanged = True
    return interaction


def _shared(asked: Asked, interaction: Interaction) -> bool:
    """Whether something was pressed in a channel that the asking workspace shares."""
    place = interaction.channel.id if interaction.channel else ""
    return place in asked.world.shared and place in asked.team.channels


@method("views.open")
def open_view(asked: Asked, *, view: Any, trigger_id: str) -> JSON:
    """Open a modal."""
    check_new(asked.team, view)
    interaction = exchanged(asked, trigger_id)
    interaction.view = replace(interaction.user, view, by=asked.team)
    return {"view": interaction.view.payload()}


@method("views.push")
def push_view(asked: Asked, *, view: Any, trigger_id: str) -> JSON:
    """Open a modal above the one that is open."""
    check_new(asked.team, view)
    interaction = exchanged(asked, trigger_id)
    interaction.view = push(interaction.user, view)
    return {"view": interaction.view.payload()}


@method("views.update")
def update_view(
    asked: Asked, *, view: Any, view_id: str | None = None, external_id: str | None = None, hash: Any = None  # noqa: A002  Slack's name
) -> JSON:  # fmt: skip
    """Change an open modal."""
    check_view(view, "modal")
    found = find(asked.team, view_id, external_id)
    check_hash(found, hash)
    found.put(view)
    return {"view": found.payload()}


@method("views.publish")
def publish_view(asked: Asked, *, user_id: str, view: Any, hash: Any = None) -> JSON:  # noqa: A002  Slack's name
    """Show a person's App Home."""
    if not asked.team.app.home:
        raise SlackError("not_enabled")
    check_view(view, "home")
    user = asked.user(user_id)
    check_hash(user.home, hash)
    if user.home is None:
        user.home = shown(user, view)
    else:
        user.home.put(view)
    user.published += 1
    asked.world.happened()
    return {"view": user.home.payload()}


# ------------------------------------------------------------- response_url


def respond(interaction: Interaction, body: JSON) -> JSON:
    """Take a message that was posted to an interaction's response_url."""
    if interaction.uses >= USES:
        raise SlackError("used_url")
    if asyncio.get_running_loop().time() - interaction.at > LASTS:
        raise SlackError("expired_url")
    interaction.uses += 1
    said_back(interaction, body)
    return {"ok": True}


def said_back(interaction: Interaction, body: JSON) -> None:
    """Carry out the message in an acknowledgement or at a response_url."""
    text, blocks, original = body.get("text", ""), body.get("blocks"), interaction.message
    if truth(body.get("delete_original")) and original is not None:
        (original.channel.hidden.remove if original.viewer else original.channel.remove)(original)
        return
    check_message(text, blocks)
    if truth(body.get("replace_original")) and original is not None:
        rewrite(original, text, blocks)
        interaction.told.append(original)
    else:
        interaction.told.append(_new(interaction, body))
    interaction.user.team.world.happened()


def _new(interaction: Interaction, body: JSON) -> Any:
    user, channel = interaction.user, interaction.channel
    said = {"text": body.get("text", ""), "blocks": body.get("blocks") or [], "thread_ts": body.get("thread_ts")}
    if channel is None:
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if body.get("response_type") == "in_channel":
        return spoken(user.team, channel, **said)
    return user.shown(channel, **said)


# -------------------------------------------------------------------- files


@method("files.getUploadURLExternal", "files:write")
def upload_url(asked: Asked, *, filename: str, length: Any, alt_txt: str = "", snippet_type: Any = None) -> JSON:
    """Give out an address for a file."""
    file = asked.world.mark("F")
    ticket = secrets.token_hex(16)
    asked.team.files[file] = {
        "id": file, "name": filename, "size": int(length), "alt_txt": alt_txt, "ticket": ticket, "content": None,
    }  # fmt: skip
    return {"upload_url": f"{asked.world.home}/upload/v1/{asked.team.id}/{file}/{ticket}", "file_id": file}


def upload(file: JSON, content: bytes) -> None:
    """Take a file's content."""
    if len(content) != file["size"]:
        raise SlackError("length_mismatch")
    file["content"] = content


@method("files.completeUploadExternal", "files:write")
def complete_upload(
    asked: Asked, *, files: Any, channel_id: str | None = None, channels: str | None = None,
    initial_comment: str = "", thread_ts: str | None = None,
) -> JSON:  # fmt: skip
    """Share files that were uploaded."""
    told = [asked.team.files.get(one["id"]) for one in files]
    if not told or any(file is None or file["content"] is None for file in told):
        raise SlackError("file_not_found")
    for file, one in zip(told, files, strict=True):
        assert file is not None
        file["title"] = one.get("title", file["name"])
    listed = [_public(file) for file in told if file is not None]
    for name in [channel_id] if channel_id else (channels or "").split(",") if channels else []:
        place = asked.open_channel(name, thread=thread_ts)
        within = None if thread_ts in place.removed else thread_ts
        said: JSON = {"text": initial_comment, "thread_ts": within, "files": listed, "subtype": "file_share"}
        spoken(asked.team, place, **said)
    return {"files": listed}


@method("files.info", "files:read")
def file_info(asked: Asked, *, file: str) -> JSON:
    """Return what is known of a file."""
    if file not in asked.team.files:
        raise SlackError("file_not_found")
    return {"file": _public(asked.team.files[file])}


def kept(team: Any, name: str, content: bytes) -> JSON:
    """Keep a file that a person shares, and return it as others see it."""
    file = team.world.mark("F")
    team.files[file] = {
        "id": file, "name": name, "title": name, "size": len(content), "content": content, "ticket": "",
        "url_private_download": f"{team.world.home}/files/{team.id}/{file}/{name}",
    }  # fmt: skip
    return _public(team.files[file])


def downloaded(world: Any, path: str, token: Any) -> bytes | None:
    """Return a file's content for a token that may read it; None where Slack shows a page to sign in."""
    team, file, _ = path.split("/")
    if token is None or token.broken or token.team is not world.teams[team] or "files:read" not in token.scopes:
        return None
    content: bytes = world.teams[team].files[file]["content"]
    return content


def _public(file: JSON) -> JSON:
    """Return a file as others see it."""
    known = {key: value for key, value in file.items() if key not in {"ticket", "content"}}
    return known | {"mode": "hosted", "filetype": file["name"].rpartition(".")[2]}
