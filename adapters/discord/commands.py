"""The core's declarations <-> Discord: the commands it is told of, what comes back of them, and references."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import discord
import structlog
from discord import AppCommandOptionType, AppCommandType, InteractionType

from adapters.discord.render import action_of
from bot.bank.loading import Bank
from bot.commands import COMMANDS, Command, Option, Reach, options, options_of
from bot.commands.parsing import OUTDATED, build, from_id
from bot.errors import UnknownWord
from bot.ports import Ref

log = structlog.get_logger(__name__)
NAME: Final = "discord"
CHOICES: Final = 25
NO_ROLE: Final = "none"
OPTION_TEXT: Final = 100
MENU: Final[dict[str, Any]] = {  # under Apps in a message's menu: it opens the form of the question there
    "type": AppCommandType.message.value, "name": "Answer", "contexts": [0], "integration_types": [0],
}  # fmt: skip
KIND: Final = {
    options.MEMBER: AppCommandOptionType.user,
    options.ROLE: AppCommandOptionType.role,
    options.NUMBER: AppCommandOptionType.integer,
    options.FILE: AppCommandOptionType.attachment,
    options.BEST: AppCommandOptionType.integer,
}


def team_ref(guild: int) -> Ref:
    """Return a server's reference."""
    return f"{NAME}:{guild}"


def place_ref(guild: int, channel: int) -> Ref:
    """Return the reference of a channel or thread."""
    return f"{NAME}:{guild}:{channel}"


def message_ref(guild: int, channel: int, message: int) -> Ref:
    """Return a message's reference."""
    return f"{NAME}:{guild}:{channel}:{message}"


def member_ref(guild: int, user: int) -> Ref:
    """Return a member's reference, which is another one in each server."""
    return f"{NAME}:{guild}:member:{user}"


def role_ref(guild: int, role: int) -> Ref:
    """Return a role's reference."""
    return f"{NAME}:{guild}:role:{role}"


def follows(later: int, earlier: int, seconds: float) -> bool:
    """Whether the time between what two of Discord's ids stand for is no longer than some seconds."""
    return (discord.utils.snowflake_time(later) - discord.utils.snowflake_time(earlier)).total_seconds() <= seconds


def numbers(ref: Ref) -> list[int]:
    """Return the ids in a reference, the server's first."""
    return [int(part) for part in ref.split(":") if part.isdecimal()]


def command_tree(commands: Iterable[type[Command]] = COMMANDS) -> list[dict[str, Any]]:
    """Return the application commands that Discord is told of, made from the declarations."""
    tree: dict[str, dict[str, Any]] = {}
    for command in commands:
        if command.spec.reach is not Reach.TYPED:
            continue
        for whole in command.spec.names:
            _grow(tree, whole, command)
    return [*tree.values(), MENU]


def _grow(tree: dict[str, dict[str, Any]], whole: str, command: type[Command]) -> None:
    """Put a command into the tree under one of its names."""
    name, _, sub = whole.partition(" ")
    described = {"description": command.spec.summary[:OPTION_TEXT], "options": [*map(_option, _taken(command))]}
    if sub:
        part = {"type": AppCommandOptionType.subcommand.value, "name": sub, **described}
        group = tree.setdefault(name, _top(name, command, f"Studyhall: {name}", []))
        group["options"].append(part)
        if not command.spec.organiser:  # Discord shows a group to all or to none; the core refuses what is not theirs
            group["default_member_permissions"] = None
    else:
        tree[name] = _top(name, command, described["description"], described["options"])


def _taken(command: type[Command]) -> list[Option]:
    """Return the options that people are offered here: a file too, which nobody can type."""
    return [option for option in options_of(command) if option.offered or option.kind is options.FILE]


def _top(name: str, command: type[Command], description: Any, opts: Any) -> dict[str, Any]:
    manage = str(discord.Permissions(manage_guild=True).value) if command.spec.organiser else None
    return {
        "type": AppCommandType.chat_input.value, "name": name, "description": description, "options": opts,
        "default_member_permissions": manage, "contexts": [0], "integration_types": [0],
    }  # fmt: skip


def _option(option: Option) -> dict[str, Any]:
    kind = option.kind
    made: dict[str, Any] = {
        "type": KIND.get(kind, AppCommandOptionType.string).value,
        "name": option.name,
        "required": option.required,
        "description": f"{option.help}, e.g. {kind.example}"[:OPTION_TEXT],
    }
    if kind.choices:
        made["choices"] = [{"name": choice, "value": choice} for choice in kind.choices]
    elif kind.suggest:
        made["autocomplete"] = True
    return made


def holds(there: Any, wanted: Any) -> bool:
    """Whether what Discord has is what it was told; it adds keys of its own, and leaves out what is empty or false."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(holds(there.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list) and wanted:
        same = isinstance(there, list) and len(there) == len(wanted)
        return same and all(map(holds, there, wanted))
    return bool(there == wanted) or (not there and not wanted)


def by_name(tree: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return commands in the order of their names, for Discord keeps none."""
    return sorted(tree, key=lambda command: str(command["name"]))


def tree_hash(tree: Sequence[Mapping[str, Any]]) -> str:
    """Return what changes when the commands do."""
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()


def sent(interaction: discord.Interaction[Any]) -> Mapping[str, Any]:
    """Return what an interaction brings; nothing where that is no object, as Discord promises."""
    data: Any = interaction.data
    return data if isinstance(data, Mapping) else {}


def is_typed(interaction: discord.Interaction[Any]) -> bool:
    """Whether an interaction is a command that somebody typed, and no button, form or entry of a message's menu."""
    slash = sent(interaction).get("type") == AppCommandType.chat_input.value
    return interaction.type is InteractionType.application_command and slash


@contextmanager
def legible() -> Iterator[None]:
    """Read what Discord sent; raises UnknownWord where that has another shape than it has today."""
    try:
        yield
    except (AttributeError, LookupError, StopIteration, TypeError, ValueError) as error:
        log.warning("interaction_not_understood", reason=repr(error))
        raise UnknownWord(OUTDATED) from error


def typed_command(data: Mapping[str, Any], guild: int, bank: Bank) -> Command:
    """Read a slash command; raises UserError for a value that cannot be read."""
    with legible():
        name, given = _leaf(data)
        values = {str(o["name"]): _value(o, guild) for o in given}
    return build(name, values, bank)


def pressed_command(data: Mapping[str, Any], bank: Bank) -> Command:
    """Read a button, or a form with what was written into it; raises UserError for what cannot be read."""
    with legible():
        action, written = action_of(data["custom_id"]), modal_texts(data.get("components", ()))
    return from_id(action, bank, **written)


def _value(given: Mapping[str, Any], guild: int) -> str:
    """Return an option's value as the core reads it; the role of everybody is none."""
    if given["type"] == AppCommandOptionType.user.value:
        return member_ref(guild, given["value"])
    if given["type"] == AppCommandOptionType.role.value:
        return NO_ROLE if int(given["value"]) == guild else role_ref(guild, given["value"])
    return str(given["value"])


def opens_form(data: Mapping[str, Any]) -> bool:
    """Whether a slash command is answered with a form, which Discord takes as the very first answer alone."""
    name, _ = _leaf(data)
    return any(name in command.spec.names and command.spec.form for command in COMMANDS)


def named(data: Mapping[str, Any], guild: int) -> dict[Ref, str]:
    """Return the people and roles that a slash command names, by reference, with the names that are shown here; bots are none."""
    resolved = data.get("resolved") or {}
    members = resolved.get("members") or {}
    people = {number: user for number, user in (resolved.get("users") or {}).items() if not user.get("bot")}
    roles = {role_ref(guild, number): str(role["name"]) for number, role in (resolved.get("roles") or {}).items()}
    return roles | {
        member_ref(guild, number): _shown(user, members.get(number) or {}) for number, user in people.items()
    }


def _shown(user: Mapping[str, Any], member: Mapping[str, Any]) -> str:
    return str(member.get("nick") or user.get("global_name") or user["username"])


def _leaf(data: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Return a command's whole name, and the options given."""
    given = data.get("options", [])
    if given and given[0]["type"] == AppCommandOptionType.subcommand.value:
        return f"{data['name']} {given[0]['name']}", given[0].get("options", [])
    return str(data["name"]), given


def completions(data: Mapping[str, Any], bank: Bank) -> list[discord.app_commands.Choice[str]]:
    """Return what may be meant by the option that is being typed, each with what it means."""
    name, given = _leaf(data)
    command = next(c for c in COMMANDS if name in c.spec.names)
    focused = next(o for o in given if o.get("focused"))
    kind = next(o.kind for o in options_of(command) if o.name == focused["name"])
    found = options.suggestions(kind, str(focused["value"]), bank, most=CHOICES)
    return [_choice(value, meant) for value, meant in found.items() if len(value) <= OPTION_TEXT]


def _choice(value: str, meant: str) -> discord.app_commands.Choice[str]:
    name = f"{value} ({meant})" if meant else value
    return discord.app_commands.Choice(name=name if len(name) <= OPTION_TEXT else value, value=value)


def modal_texts(components: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what was typed into a form's fields, by name, in whichever rows or labels Discord has put them."""
    found: dict[str, str] = {}
    for component in components:
        inner = [component["component"]] if "component" in component else component.get("components", [])
        if "value" in component:
            found[str(component["custom_id"])] = str(component["value"])
        found |= modal_texts(inner)
    return found
