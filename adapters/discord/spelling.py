"""The core's texts -> words as people type them on Discord: options by name, a command as a mention that can be clicked."""

import re
from collections.abc import Mapping
from typing import Final

from bot.bank.loading import Bank
from bot.commands import COMMANDS, Command, Option, Reach, offered, options, options_of

_TYPED: Final = {name: c for c in COMMANDS if c.spec.reach is Reach.TYPED for name in c.spec.names}
_NAMES: Final = "|".join(sorted(map(re.escape, _TYPED), key=len, reverse=True))
_NAMED: Final = rf"(?<![\w/<])/(?P<name>{_NAMES})(?![\w/-])"
_COMMAND: Final = re.compile(rf"{_NAMED}(?P<rest>(?: \[[^\]\n]*\])+|(?: [\w,:/=-]*[\w/](?=[ .,;:?!)\n]|$))*)")
_MENTIONED: Final = re.compile(_NAMED)
_EMPTY: Final = Bank({})
_ONLY_AS_SHOWN: Final = (
    options.MEMBER,
    options.TEXT,
    options.QUEUED,
    options.WORDS,
    options.FILE,
)  # they claim every word, so that only their example is one


def typed(words: str) -> str:
    """Return words in which every command is spelled as it is typed here: `/settings share:on`."""
    return _COMMAND.sub(_spelled, words)


def mentioned(escaped: str, commands: Mapping[str, int]) -> str:
    """Return escaped words in which a command is a mention that opens it, where Discord's id of it is known."""

    def mention(found: re.Match[str]) -> str:
        number = commands.get(found["name"].partition(" ")[0])
        return f"</{found['name']}:{number}>" if number else found[0]

    return _MENTIONED.sub(mention, escaped)


def _spelled(found: re.Match[str]) -> str:
    command, rest = _TYPED[found["name"]], found["rest"]
    if "[" in rest:
        return " ".join([f"/{found['name']}", *(f"[{option.name}]" for option in offered(command))])
    return f"/{found['name']}{''.join(_given(command, rest.split(' ')[1:]))}"


def _given(command: type[Command], words: list[str]) -> list[str]:
    """Return the words behind a command, each with its option's name as far as they are options."""
    free, said, prose = list(options_of(command)), list[str](), False
    for word in words:
        name, equals, value = word.partition("=")
        option = next((o for o in free if (o.name == name if equals else not prose and _claims(o, word))), None)
        if option is None:
            prose = True  # “share=on or off”: what follows are words, but for what is given by name
            said.append(f" {word}")
        else:
            free.remove(option)
            said.append(f" {option.name}:{value if equals else word}")
    return said


def _claims(option: Option, word: str) -> bool:
    return word == option.kind.example if option.kind in _ONLY_AS_SHOWN else option.claims(word, _EMPTY)
