"""From words to commands and back: typed lines, named options, and buttons' ids."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.bank.loading import Bank
from bot.commands import COMMANDS, MAX_ID, Command, Option, Reach, options_of, usage
from bot.errors import BadValue, UnknownWord
from bot.text import clip, nearest


def parse(line: str, bank: Bank) -> Command:
    """Read a typed line without its slash, such as `leaderboard week diffusion`.

    Words are options by name (`reveal=17:00`) or by their shape. Raises UserError with a suggestion for an unknown
    command, topic or value.
    """
    command, words = _command(line.split())
    return _build(command, dict(_assign(command, words, bank)), bank)


def build(name: str, values: Mapping[str, str], bank: Bank) -> Command:
    """Make a command from its name and options that a platform has told apart already."""
    return _build(_typed()[name], values, bank)


def to_id(command: Command) -> str:
    """Spell a command of numbers and words as a button's id of at most 100 characters: `hint:12`; None is left empty."""
    values = ["" if (v := getattr(command, o.name)) is None else str(v) for o in options_of(type(command))]
    if wrong := [value for value in values if ":" in value]:
        message = f"a button's id cannot hold {wrong[0]!r}"
        raise ValueError(message)
    spelled = ":".join([command.spec.name, *values]).rstrip(":")
    if len(spelled) > MAX_ID:
        message = f"a button's id has at most {MAX_ID} characters: {spelled}"
        raise ValueError(message)
    return spelled


def from_id(spelled: str, bank: Bank, **extra: str) -> Command:
    """Read a button's id; `extra` holds what a form adds, such as the answer's text."""
    command, values = named_by(spelled), spelled.split(":")[1:]
    named = {o.name: v for o, v in zip(options_of(command), values, strict=False) if v}
    return _build(command, {**named, **extra}, bank)


def named_by(spelled: str) -> type[Command]:
    """Return the command that a button's id names, whatever its options are; raises UnknownWord."""
    name = spelled.partition(":")[0]
    command = {c.spec.name: c for c in COMMANDS if c.spec.reach is not Reach.DUE}.get(name)
    if command is None:
        raise UnknownWord("This button is from an older version. Ask the question again with /quiz.")
    return command


def _typed() -> dict[str, type[Command]]:
    return {c.spec.name: c for c in COMMANDS if c.spec.reach is Reach.TYPED}


def _command(words: list[str]) -> tuple[type[Command], list[str]]:
    """Return the command that the first one or two words name, and the words behind it."""
    commands = _typed()
    for length in (2, 1):
        if command := commands.get(" ".join(words[:length]).casefold()):
            return command, words[length:]
    if words and (group := [name for name in commands if name.startswith(f"{words[0].casefold()} ")]):
        raise UnknownWord(_strange_subcommand(words, [name.partition(" ")[2] for name in group]))
    typed = " ".join(words[:1])
    near = nearest(typed, commands)
    hint = f"Did you mean /{near}?" if near else "Type /help to see them all."
    raise UnknownWord(f"I know no command /{clip(typed, 60)}. {hint}")


def _strange_subcommand(words: list[str], known: list[str]) -> str:
    group = words[0].casefold()
    near = nearest(words[1], known) if len(words) > 1 else None
    hint = f"Did you mean /{group} {near}?" if near else f"Try one of: {', '.join(f'/{group} {k}' for k in known)}."
    return f"I know no command /{clip(' '.join(words[:2]), 60)}. {hint}"


def _assign(command: type[Command], words: Iterable[str], bank: Bank) -> Iterable[tuple[str, str]]:
    """Tell words apart into named options; each option takes one word."""
    free = list(options_of(command))
    for word in _paired(list(words), free, bank):
        name, equals, value = word.partition("=")
        option = _named(name, free) if equals else _shaped(word, free, bank)
        if option is None:
            raise UnknownWord(_strange(command, word, free, bank))
        free.remove(option)
        yield option.name, value if equals else word


def _paired(words: list[str], options: list[Option], bank: Bank) -> list[str]:
    """Return the words with those put together that an option takes as one, such as “last week” or `period=last week`."""
    taking = [option for option in options if option.kind.pairs]
    at = 0
    while taking and at + 1 < len(words):
        both = f"{words[at]} {words[at + 1]}"
        if any(option.kind.claims(both.removeprefix(f"{option.name}="), bank) for option in taking):
            words[at : at + 2] = [both]
        at += 1
    return words


def _named(name: str, free: list[Option]) -> Option | None:
    wanted = name.casefold().replace("-", "_")
    return next((o for o in free if o.name == wanted), None)


def _shaped(word: str, free: list[Option], bank: Bank) -> Option | None:
    return next((o for o in free if o.kind.claims(word, bank)), None)


def _strange(command: type[Command], word: str, free: list[Option], bank: Bank) -> str:
    """Say what to do with a word that fits no option: the nearest level, topic or option, else the usage."""
    known = [w for o in free for w in (*o.kind.choices, f"{o.name}=")]
    known += [w for o in free if o.kind.pairs and o.kind.suggest for w in o.kind.suggest(bank)]
    if any(o.kind.name == "topic" for o in free):
        known += [w for name, topic in bank.topics.items() for w in (name, *topic.aliases)]
    name = word.partition("=")[0].casefold().replace("-", "_")
    if any(o.name == name for o in options_of(command)):
        return f"“{name}” is given twice. Give it once: {usage(command)}"
    near = nearest(word, known, cutoff=70)
    hint = f"Did you mean “{near}”? " if near else ""
    return f"I don't know what “{clip(word, 60)}” means here. {hint}Type it as: {usage(command)}"


def _build(command: type[Command], values: Mapping[str, str], bank: Bank) -> Command:
    known = {o.name: o for o in options_of(command)}
    if missing := [o.name for o in known.values() if o.required and o.name not in values]:
        raise BadValue(f"/{command.spec.name} needs {', '.join(missing)}. Type it as: {usage(command)}")
    read: dict[str, Any] = {name: known[name].kind.read(word, bank) for name, word in values.items()}
    return command(**read)
