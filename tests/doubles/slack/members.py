"""What people do on the loopback Slack: each act returns what the bot answered, as soon as it has acknowledged it."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.doubles.loopback import PATIENCE
from tests.doubles.slack.answers import kept, said_back
from tests.doubles.slack.keeping import Keeper
from tests.doubles.slack.messages import JSON, CannotDo, Channel, Message, as_typed, elements_of
from tests.doubles.slack.people import Interaction
from tests.doubles.slack.rules import check_view
from tests.doubles.slack.views import View, push
from tests.doubles.slack.world import Team

CHOSEN: Final = frozenset({"static_select", "radio_buttons"})


@dataclass(eq=False, repr=False)
class Member(Keeper):
    """A person who uses Slack's own program."""

    # ---------------------------------------------------------------- saying

    def say(  # noqa: PLR0913  each is one thing that may be otherwise
        self, channel: Channel, text: str, *, thread: Message | None = None, broadcast: bool = False,
        files: Mapping[str, bytes] | None = None, deliver: bool = True, told_by: Team | None = None,
    ) -> Message:  # fmt: skip
        """Say something; it is in the history at once, and the bot is told unless `deliver` is off.

        In a channel that is shared the mention of any workspace's bot is told of, by whichever workspace Slack takes.
        """
        if channel.archived or (channel.private and self.id not in channel.members):
            raise CannotDo(f"{self.name} cannot write in #{channel.name}")
        channel.members.add(self.id)
        subtype = "file_share" if files else "thread_broadcast" if broadcast else None
        listed = [kept(self.team, name, content) for name, content in (files or {}).items()]
        said = Message(
            channel, self, as_typed(text), thread_ts=thread.ts if thread else None, subtype=subtype, files=listed
        )
        channel.add(said)
        event = said.payload() | {"client_msg_id": secrets.token_hex(8), "blocks": _rich(said.text)}
        said.deliveries = self.team.announce(event, channel=channel, send=deliver)
        bots = [team.bot.mention for team in self.team.world.teams.values() if channel.id in team.channels]
        if any(bot in text for bot in bots) and not channel.direct:
            named = event | {"type": "app_mention"}
            said.deliveries += (told_by or self.team).announce(named, channel=channel, send=deliver)
        return said

    def tell(self, text: str, **how: Any) -> Message:
        """Say something to the bot alone."""
        return self.say(self.direct, text, **how)

    def edit(self, message: Message, text: str) -> None:
        """Change what this person has said."""
        before = message.payload()
        message.text = as_typed(text)
        message.edited = {"user": self.id, "ts": self.team.world.ts()}
        message.channel.changed(message, "message_changed", before=before)

    def delete(self, message: Message) -> None:
        """Take back what this person has said."""
        message.channel.remove(message)

    def react(self, message: Message, sign: str) -> None:
        """Put a sign to a message."""
        self.put_sign(message, sign)

    # ---------------------------------------------------------------- acting

    async def slash(self, channel: Channel, text: str = "", *, command: str = "/quiz") -> Interaction:
        """Type the command; Slack has no commands in threads."""
        if self.team.app.commands is not None and command not in self.team.app.commands:
            raise CannotDo(f"{command} is not a command of this app")
        done = self._begin("slash_commands", {}, channel=channel)
        place = {"channel_id": channel.id, "channel_name": "directmessage" if channel.direct else channel.name}
        who = {"user_id": self.id, "user_name": self.name, "team_id": self.team.id, "team_domain": self.team.name}
        own = {"command": command, "text": self._named_in(text.strip()), "api_app_id": self.team.app.id}
        own |= {"token": self.team.app.verification, "is_enterprise_install": "false"}
        answer = await self._finish(done, own | place | who)
        if isinstance(answer, dict) and answer:
            said_back(done, answer)
        return done

    async def click(
        self,
        surface: Message | View,
        label: str | None = None,
        *,
        action_id: str | None = None,
        value: str | None = None,
    ) -> Interaction:
        """Press a button, by its label, action id or value."""
        wanted = {"text": label, "action_id": action_id, "value": value}
        for block_id, one in elements_of(surface.blocks):
            own = {**one, "text": one.get("text", {}).get("text")}
            if one["type"] == "button" and all(own.get(key) == w for key, w in wanted.items() if w is not None):
                picked: JSON = {key: one[key] for key in ("text", "value", "style") if key in one}
                return await self._act(surface, block_id, one, picked)
        raise CannotDo(f"there is no such button among {surface.buttons}")

    async def select(self, surface: Message | View, value: str, *, action_id: str | None = None) -> Interaction:
        """Choose an option."""
        for block_id, one in elements_of(surface.blocks):
            option = next((o for o in one.get("options", []) if o["value"] == value), None)
            if option and action_id in (None, one["action_id"]):
                return await self._act(surface, block_id, one, {"selected_option": option})
        raise CannotDo(f"there is no option {value}")

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Interaction:
        """Use a shortcut, of a message or a global one."""
        if self.team.app.shortcuts is not None and callback_id not in self.team.app.shortcuts:
            raise CannotDo(f"{callback_id} is not a shortcut of this app")
        own: JSON = {"type": "message_action" if message else "shortcut", "callback_id": callback_id}
        own["action_ts"] = self.team.world.ts()
        done = self._begin("interactive", own, channel=message.channel if message else None, message=message)
        if message is not None:
            own |= {"message_ts": message.ts, "message": message.payload(), "channel": _named(message.channel)}
        await self._finish(done, own)
        return done

    async def submit(self, fields: Mapping[str, str | None], view: View | None = None) -> Interaction:
        """Fill a modal in, its fields by the ids of their blocks or actions or by their labels, and send it off."""
        shown = view or self.modal
        if shown is None or shown not in self.modals or not shown.body.get("submit"):
            raise CannotDo(f"{self.name} has no form before them")
        shown.state = _filled(shown, dict(fields))
        own: JSON = {"type": "view_submission", "view": shown.payload(), "response_urls": []}
        done = self._begin("interactive", own)
        answer = await self._finish(done, own)
        self._after(done, shown, answer or {})
        return done

    async def close(self) -> Interaction | None:
        """Close the modal."""
        shown = self.modals.pop()
        self.team.views.pop(shown.id)
        if not shown.body.get("notify_on_close"):
            return None
        own: JSON = {"type": "view_closed", "view": shown.payload(), "is_cleared": False}
        done = self._begin("interactive", own)
        await self._finish(done, own)
        return done

    async def open_home(self, *, within: float = PATIENCE) -> View:
        """Open the App Home, and return what the bot shows there."""
        before = self.published
        event = {"type": "app_home_opened", "user": self.id, "tab": "home", "channel": self.direct.id}
        told = self.team.announce(event | ({"view": self.home.payload()} if self.home else {}))
        if not (told and self.team.app.home):
            raise CannotDo("the app has no App Home, or does not ask to be told that it is opened")
        await self.team.world.wait_for(lambda: self.published > before, within=within)
        assert self.home is not None
        return self.home

    # ------------------------------------------------------------- underneath

    def _named_in(self, text: str) -> str:
        """Return a command's words: mentions carry the names too."""
        for user in self.team.users.values():
            text = text.replace(user.mention, f"<@{user.id}|{user.name}>")
        return as_typed(text)

    async def _act(self, surface: Message | View, block_id: str, element: JSON, picked: JSON) -> Interaction:
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id, **picked}
        action["action_ts"] = self.team.world.ts()
        own: JSON = {"type": "block_actions", "actions": [action]}
        if isinstance(surface, View):
            done = self._begin("interactive", own)
            own |= {"container": {"type": "view", "view_id": surface.id}, "view": surface.payload()}
        else:
            self._check_sees(surface)
            done = self._begin("interactive", own, channel=surface.channel, message=surface)
            own |= _on_message(surface)
        await self._finish(done, own)
        return done

    def _check_sees(self, message: Message) -> None:
        there = message.ts in message.channel.messages or message in message.channel.hidden
        if not there or message.viewer not in {None, self}:
            raise CannotDo(f"{self.name} does not see this message")

    def _begin(
        self, kind: str, payload: JSON, *, channel: Channel | None = None, message: Message | None = None
    ) -> Interaction:
        if channel is not None and self.id not in channel.members:
            raise CannotDo(f"{self.name} is not in #{channel.name}")
        world = self.team.world
        trigger = f"{world.mark('1')}.{self.team.id}.{secrets.token_hex(8)}"
        delivery = world.delivery(kind, payload, self.team)
        at, ts = asyncio.get_running_loop().time(), world.ts()
        done = Interaction(self, delivery, trigger, at, ts, channel=channel, message=message)
        world.interactions[trigger] = done
        return done

    async def _finish(self, done: Interaction, own: JSON) -> Any:
        """Deliver an interaction; return what the acknowledgement carries."""
        common: JSON = {"trigger_id": done.trigger_id}
        if done.delivery.kind == "interactive":
            user = {"id": self.id, "username": self.name, "name": self.name, "team_id": self.team.id}
            common |= {"user": user, "team": self.team.short, "api_app_id": self.team.app.id, "enterprise": None}
            common |= {"token": self.team.app.verification, "is_enterprise_install": False}
        if done.channel is not None:
            common["response_url"] = f"{self.team.world.home}/actions/{self.team.id}/{done.trigger_id}"
        done.delivery.payload = own | common
        self.team.world.send(done.delivery)
        answer = await done.delivery.answer()
        done.ack_seconds = await done.delivery.acknowledged()
        return answer

    def _after(self, done: Interaction, shown: View, answer: JSON) -> None:
        """Do with the modal what the acknowledgement says; with nothing it closes."""
        match answer.get("response_action"):
            case "errors":
                done.errors = answer["errors"]
                if strangers := set(done.errors) - set(shown.inputs):
                    raise CannotDo(f"errors at {strangers}, which are no input blocks: Slack shows nothing")
                if not done.errors:
                    raise CannotDo("an acknowledgement with errors that names none")
            case "update":
                check_view(answer["view"], "modal")
                shown.put(answer["view"])
                done.view = shown
            case "push":
                check_view(answer["view"], "modal")
                done.view = push(self, answer["view"])
            case "clear":
                self._leave(*self.modals)
            case None:
                self._leave(shown)
            case other:
                raise CannotDo(f"Slack knows no response_action {other}")
        self.team.world.happened()

    def _leave(self, *views: View) -> None:
        for view in views:
            self.modals.remove(view)
            self.team.views.pop(view.id)


def _on_message(message: Message) -> JSON:
    """Return the part of a click that tells where it was; Slack does not show the bot an ephemeral message."""
    container: JSON = {"type": "message", "message_ts": message.ts, "channel_id": message.channel.id}
    container["is_ephemeral"] = message.viewer is not None
    if top := message.payload().get("thread_ts"):  # also of a message that has replies
        container["thread_ts"] = top
    own: JSON = {"container": container, "channel": _named(message.channel), "state": {"values": {}}}
    return own if message.viewer else own | {"message": message.payload()}


def _named(channel: Channel) -> JSON:
    return {"id": channel.id, "name": "directmessage" if channel.direct else channel.name}


def _filled(view: View, fields: dict[str, str | None]) -> JSON:
    """Return a form's values; what the form itself forbids never leaves it."""
    values: JSON = {}
    for block_id, block in view.inputs.items():
        element = block["element"]
        names = (block_id, element["action_id"], block["label"]["text"])
        given = next((fields.pop(name) for name in names if name in fields), _initial(element))
        _check(block, given)
        values[block_id] = {element["action_id"]: {"type": element["type"], **_value(element, given)}}
    if fields:
        raise CannotDo(f"the form has no field {', '.join(fields)}, but {', '.join(view.inputs)}")
    return values


def _initial(element: JSON) -> str | None:
    option = element.get("initial_option")
    found: str | None = option["value"] if option else element.get("initial_value")
    return found


def _check(block: JSON, given: str | None) -> None:
    element, label = block["element"], block["label"]["text"]
    if not given and not block.get("optional"):
        raise CannotDo(f"{label}: please complete this required field")
    if given and len(given) > element.get("max_length", 3000):
        raise CannotDo(f"{label}: longer than {element.get('max_length', 3000)} characters")
    if given and len(given) < element.get("min_length", 0):
        raise CannotDo(f"{label}: shorter than {element['min_length']} characters")


def _value(element: JSON, given: str | None) -> JSON:
    if element["type"] in CHOSEN:
        options = {option["value"]: option for option in element["options"]}
        if given is not None and given not in options:
            raise CannotDo(f"there is no option {given} among {', '.join(options)}")
        return {"selected_option": options[given] if given is not None else None}
    if element["type"] != "plain_text_input":
        raise NotImplementedError(f"filling in a {element['type']}")
    return {"value": given or None}


def _rich(text: str) -> list[JSON]:
    """Return the block that Slack makes of what a person typed."""
    inside = [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]
    return [{"type": "rich_text", "block_id": "typed", "elements": inside}]
