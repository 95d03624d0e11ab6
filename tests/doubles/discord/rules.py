"""What Discord refuses in a command, an embed or a button, and simcord lets pass: each is a 50035 that names the place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from simcord.backend.errors import invalid_form_body
from simcord.components import walk_components

COMMANDS: Final = 100
ENTRIES: Final = 25  # options of a command, choices of an option
NAME: Final = 32
DESCRIPTION: Final = 100
CHOICE: Final = 100
WHOLE: Final = 8000
SUBCOMMAND: Final = 1
GROUP: Final = 2
COMPLETED: Final = (3, 4, 10)  # kinds of options that may be completed or chosen: text and numbers
CHAT_INPUT: Final = 1

Json = Mapping[str, Any]


def check_commands(commands: Sequence[Json]) -> None:
    """Refuse a command tree that Discord would refuse."""
    _check(len(commands) <= COMMANDS, "commands", f"Must be {COMMANDS} or fewer in length.")
    _check_unique(commands, "commands")
    for command in commands:
        if command.get("type", CHAT_INPUT) == CHAT_INPUT:
            _check_named(command, str(command.get("name")))
            _check_options(command, str(command.get("name")), depth=0)
            whole = sum(map(len, _texts(command)))
            _check(whole <= WHOLE, str(command["name"]), f"has {whole} characters in all, {WHOLE} are allowed")


def check_message(body: Json) -> None:
    """Refuse an embed field or a button that says nothing."""
    for number, embed in enumerate(body.get("embeds") or []):
        for field in embed.get("fields") or []:
            for key in ("name", "value"):
                _check(str(field.get(key) or "").strip(), f"embeds[{number}].fields.{key}", "This field is required")
    for component in walk_components(body.get("components") or []):
        if component.get("type") == 2 and component.get("style") != 6:
            _check(
                component.get("label") or component.get("emoji"), "components", "A button must have a label or emoji"
            )


def _check_named(item: Json, path: str) -> None:
    name, description = str(item.get("name", "")), str(item.get("description", ""))
    _check(1 <= len(name) <= NAME, path, f"name: Must be between 1 and {NAME} in length.")
    proper = all(c.isalnum() or c in "-_'" for c in name) and name == name.lower()
    _check(proper, path, "name: Application command names are lowercase letters, digits, - and _")
    _check(1 <= len(description) <= DESCRIPTION, path, f"description: Must be between 1 and {DESCRIPTION} in length.")


def _check_options(item: Json, path: str, *, depth: int) -> None:
    options = item.get("options") or []
    _check(len(options) <= ENTRIES, path, f"options: Must be {ENTRIES} or fewer in length.")
    _check_unique(options, path)
    nested = [option["type"] in (SUBCOMMAND, GROUP) for option in options]
    _check(all(nested) or not any(nested), path, "options: Sub-commands and other options are exclusive")
    needed = [bool(option.get("required")) for option in options]
    _check(
        needed == sorted(needed, reverse=True),
        path,
        "options: Required options must be placed before non-required options",
    )
    for option in options:
        _check_option(option, f"{path} {option.get('name')}", depth=depth)


def _check_option(option: Json, path: str, *, depth: int) -> None:
    _check_named(option, path)
    if (kind := option["type"]) in (SUBCOMMAND, GROUP):
        _check(depth == 0 or (depth == 1 and kind == SUBCOMMAND), path, "Sub-commands are nested too deeply")
        _check_options(option, path, depth=depth + (1 if kind == GROUP else 2))
        return
    choices = option.get("choices") or []
    _check(kind in COMPLETED or not (choices or option.get("autocomplete")), path, "This kind has no choices")
    _check(not (choices and option.get("autocomplete")), path, "choices and autocomplete are exclusive")
    _check(len(choices) <= ENTRIES, path, f"choices: Must be {ENTRIES} or fewer in length.")
    _check_unique(choices, path)
    for choice in choices:
        lengths = (len(choice["name"]), len(str(choice["value"])))
        _check(
            all(1 <= length <= CHOICE for length in lengths),
            path,
            f"choices: Must be between 1 and {CHOICE} in length.",
        )


def _check_unique(items: Sequence[Json], path: str) -> None:
    names = [item.get("name") for item in items]
    _check(len(set(names)) == len(names), path, "name: Names must be unique")


def _texts(item: Json) -> Iterator[str]:
    yield from (str(item[key]) for key in ("name", "description", "value") if key in item)
    for inner in [*(item.get("options") or []), *(item.get("choices") or [])]:
        yield from _texts(inner)


def _check(right: object, path: str, refusal: str) -> None:
    if not right:
        raise invalid_form_body(f"{path}: {refusal}")
