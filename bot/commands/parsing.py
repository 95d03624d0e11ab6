"""From words to commands and back: typed lines, named options, and buttons' ids."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.bank.loading import Bank
from bot.commands import COMMANDS, MAX_ID, Command, Option, Reach, options_of, usage
from bot.commands.options import UNLINK
from bot.errors import BadValue, UnknownWord, UserError
from bot.text import clip, nearest

TWICE: Final = "One too many"
OUTDATED: Final = (
    "That is from another version of me than the one that runs. Type /help commands to see what there is now."
)
LINE: Final = "/"  # how the id of a button begins that stands for a line as it is typed


def parse(line: str, bank: Bank) -> Command:
    """Read a typed line without its slash, such as `leaderboard week diffusion`.

    Words are options by name (`reveal=17:00`) or by their shape. Raises UserError with a suggestion for an unknown
    command, topic or value, and with the line that was meant where that is plain. What is copied from Slack may hold the
    empty signs that keep a time there from being an emoji.
    """
    line = line.replace("\u200b", "")
    try:
        return _parsed(line, bank)
    except UserError as error:
        error.meant = _meant(line, error, bank)
        raise


def _parsed(line: str, bank: Bank) -> Command:
    command, words = _command(line.split())
    return _build(command, dict(_assign(command, words, bank)), bank)


def build(name: str, values: Mapping[str, str], bank: Bank) -> Command:
    """Make a command from its name and options that a platform has told apart already; it may know them of an older version."""
    if (command := _typed().get(name)) is None:
        raise UnknownWord(OUTDATED)
    try:
        return _build(command, values, bank)
    except UserError as error:
        error.meant = _meant(" ".join([name, *(f"{o}={word}" for o, word in values.items())]), error, bank)
        raise


def _meant(line: str, error: UserError, bank: Bank) -> str:
    """Return a line with the word in it that was meant; nothing where that is not plain, or where it is not all."""
    if (right := error.instead) is None:
        return ""
    written = rf"(?<![\w/]){re.escape(error.word)}(?![\w/])"
    corrected = " ".join(re.sub(written, lambda _: right, " ".join(line.split()), count=1, flags=re.IGNORECASE).split())
    try:
        _parsed(corrected, bank)
    except UserError:
        return ""
    return corrected


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


def from_id(spelled: str, bank: Bank, /, **extra: str) -> Command:
    """Read a button's id; `extra` holds what a form adds, such as the answer's text."""
    if spelled.startswith(LINE):
        return parse(spelled.removeprefix(LINE), bank)
    command, values = named_by(spelled), spelled.split(":")[1:]
    named = {o.name: v for o, v in zip(options_of(command), values, strict=False) if v}
    return _build(command, {**named, **extra}, bank)


def named_by(spelled: str) -> type[Command]:
    """Return the command that a button's id names, whatever its options are; raises UnknownWord."""
    if spelled.startswith(LINE):
        return _command(spelled.removeprefix(LINE).split())[0]
    name = spelled.partition(":")[0]
    command = {c.spec.name: c for c in COMMANDS if c.spec.reach is not Reach.DUE}.get(name)
    if command is None:
        raise UnknownWord("This button is from an older version. Ask the question again with /quiz.")
    return command


def _typed() -> dict[str, type[Command]]:
    return {name: c for c in COMMANDS if c.spec.reach is Reach.TYPED for name in c.spec.names}


def _command(words: list[str]) -> tuple[type[Command], list[str]]:
    """Return the command that the first one or two words name, and the words behind it."""
    commands = _typed()
    if [word.casefold() for word in words[:2]] == ["quiz", "live"]:  # as on Slack, where all stands behind /quiz
        words = words[1:]
    words = _spelled_out(words)
    for length in (2, 1):
        if command := commands.get(" ".join(words[:length]).casefold()):
            return command, words[length:]
    typed = " ".join(words[:1])
    near = nearest(typed, {name.partition(" ")[0] for name in commands})
    if known := [name.partition(" ")[2] for name in commands if name.startswith(f"{near} ")]:
        raise _strange_subcommand(words, str(near), known)
    hint = f"Did you mean /{near}?" if near else "Type /help commands to see them all."
    raise UnknownWord(f"I know no command /{clip(typed, 60)}. {hint}", word=typed, instead=near)


def _spelled_out(words: list[str]) -> list[str]:
    """Return what somebody means who types a group's name alone, or a setting's or an end's in its command's place."""
    match [word.casefold() for word in words]:
        case ["team" | "schedule" as group]:
            return [group, "list"]
        case ["notify"]:
            return ["settings"]
        case ["notify", "on" | "off" as switch]:
            return ["settings", f"notify={switch}"]
        case ["unlink"]:
            return ["link", f"action={UNLINK}"]
        case _:
            return words


def _strange_subcommand(words: list[str], group: str, known: list[str]) -> UnknownWord:
    """Say which command of a group was meant, or which there are; the group's own name may be mistyped too."""
    typed = " ".join(words[:2])
    near = nearest(words[1], known) if len(words) > 1 else None
    hint = f"Did you mean /{group} {near}?" if near else f"Try one of: {', '.join(f'/{group} {k}' for k in known)}."
    meant = f"{group} {near}" if near else None
    return UnknownWord(f"I know no command /{clip(typed, 60)}. {hint}", word=typed, instead=meant)


def _assign(command: type[Command], words: Iterable[str], bank: Bank) -> Iterable[tuple[str, str]]:
    """Tell words apart into named options; each option takes one word, and one of words all that is left."""
    free = list(options_of(command))
    left = _paired(list(words), free, bank)
    while left:
        word = left.pop(0)
        name, equals, value = word.partition("=")
        named = _named(name, free) if equals else None
        option = named or _shaped(word, free, bank, only_rest=bool(equals))
        if option is None and left and (named := _named(word, free)):  # “quiet 22-8”
            option, value = named, left.pop(0)
        if option is None:
            raise _strange(command, word, free, bank)
        free.remove(option)
        said = value if named else word
        yield option.name, " ".join([said, *left]) if option.kind.rest else said
        left = [] if option.kind.rest else left


def _paired(words: list[str], options: list[Option], bank: Bank) -> list[str]:
    """Return the words with those put together that an option takes as one, such as “last week” or `period=last week`."""
    taking = [option for option in options if option.kind.pairs]
    most = max((option.kind.words for option in taking), default=1)
    at = 0
    while at + 1 < len(words):
        for count in range(min(most, len(words) - at), 1, -1):
            both = " ".join(words[at : at + count])
            fit = [option for option in taking if option.kind.words >= count]
            if any(option.kind.claims(both.removeprefix(f"{option.name}="), bank) for option in fit):
                words[at : at + count] = [both]
                break
        else:
            at += 1
    return words


def _named(name: str, free: list[Option]) -> Option | None:
    wanted = name.casefold().replace("-", "_")
    return next((o for o in free if o.name == wanted), None)


def _shaped(word: str, free: list[Option], bank: Bank, *, only_rest: bool = False) -> Option | None:
    """Return the option that a bare word fits; a word with a sign of equality in it is one only among free words."""
    return next((o for o in free if (o.kind.rest or not only_rest) and o.claims(word, bank)), None)


def _strange(command: type[Command], word: str, free: list[Option], bank: Bank) -> UnknownWord:
    """Say what to do with a word that fits no option: leave a second topic out, the nearest known word, else the usage."""
    known = {w: f"{o.name}={w}" if o.by_name_only else w for o in reversed(free) for w in o.kind.choices}
    known |= {f"{o.name}=": f"{o.name}=" for o in free}
    known |= {
        w: w for o in free if o.kind.pairs and o.kind.suggest and not o.by_name_only for w in o.kind.suggest(bank)
    }
    if any(o.kind.name == "topic" for o in free):
        known |= {w: w for name, topic in bank.topics.items() for w in (name, *topic.aliases)}
    if any(o.kind.name == "question" for o in free):
        known |= {w: w for w in bank.every}
    written, equals, value = word.partition("=")
    name = written.casefold().replace("-", "_")
    if not equals and (lacking := _named(written, free)):
        words = f"“{name}” needs a value. Type it as: {name}={lacking.kind.example}"
        return UnknownWord(words, word=word, instead=f"{name}={lacking.kind.example}")
    if any(o.name == name for o in options_of(command)):
        return UnknownWord(f"“{name}” is given twice. Give it once: {usage(command)}", heading=TWICE)
    if twice := _shaped(word, list(options_of(command)), bank):
        words = f"“{clip(word, 60)}” is one {twice.kind.name} more, and /{command.spec.name} takes one. Type it as: {usage(command)}"
        return UnknownWord(words, heading=TWICE, word=word, instead="")
    meant = known if not equals else {name: name for name in known if name.endswith("=")}
    near = meant.get(nearest(f"{written}=" if equals else word, meant, cutoff=70) or "")
    topics = f"The topics are: {', '.join(bank.topics)}. " if any(o.kind.name == "topic" for o in free) else ""
    hint = f"Did you mean “{near}”? " if near else topics
    words = f"I don't know what “{clip(word, 60)}” means here. {hint}Type it as: {usage(command)}"
    return UnknownWord(words, word=word, instead=f"{near}{value}" if near and near.endswith("=") else near)


def _build(command: type[Command], values: Mapping[str, str], bank: Bank) -> Command:
    known = {o.name: o for o in options_of(command)}
    if not values.keys() <= known.keys():
        raise UnknownWord(OUTDATED)
    if missing := [o.name for o in known.values() if o.required and o.name not in values]:
        raise BadValue(f"/{command.spec.name} needs {', '.join(missing)}. Type it as: {usage(command)}")
    read: dict[str, Any] = {name: known[name].kind.read(word, bank) for name, word in values.items()}
    return command(**read)
