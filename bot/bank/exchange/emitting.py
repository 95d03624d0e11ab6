"""Plain data as the text of a topic file, letter for letter as PyYAML's emitter would write it, in a quarter to an eighth of its time.

Most texts need nothing but a place: those are written here. Whatever is odd (quotation marks, blanks at an end, a word that
means a number or a truth) is left to the emitter, alone, as wide as its place leaves it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import yaml

_LONG: Final = 100  # characters, from which a text is folded
_WIDTH: Final = 116
_ODD_BREAKS: Final = frozenset("\x85\u2028\u2029")
_WIDE = "\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_BARE: Final = re.compile(f'[A-Za-z{_WIDE}](?:[ -"$-9;-~{_WIDE}]*[!-"$-9;-~{_WIDE}])?')  # no colon, no hash
_MEANING: Final = re.compile(r"(?:yes|no|true|false|on|off|null)", re.IGNORECASE)
_SEEN: Final = re.compile(f"[\n\x20-\x7e{_WIDE}]+")
_BLANKS: Final = re.compile(r" \n|  | $|^ |^\n|\n$")


class _Dumper(yaml.SafeDumper):
    """Writes lists below their name, indented, and long texts over several lines."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)


def _styled(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if _ODD_BREAKS.intersection(text):
        style: str | None = '"'  # the only one that keeps them apart
    else:
        style = "|" if "\n" in text else ">" if len(text) > _LONG else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _styled)


def dumped(data: Mapping[str, Any]) -> str:
    """Return names with their values as YAML."""
    return "".join(f"{line}\n" for line in _mapping(data, 0))


def emitted(data: Any, *, width: int = _WIDTH) -> str:
    """Return data as PyYAML's own emitter writes it."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width)


def _mapping(data: Mapping[str, Any], indent: int) -> Iterator[str]:
    """Yield the lines of names with their values."""
    for name, value in data.items():
        match value:
            case dict() if value:
                yield f"{' ' * indent}{name}:"
                yield from _mapping(value, indent + 2)
            case list() if value:
                yield f"{' ' * indent}{name}:"
                yield from _items(value, indent + 2)
            case _:
                yield from _value(f"{name}:", value, indent, {name: value})


def _items(values: Sequence[Any], indent: int) -> Iterator[str]:
    """Yield the lines of a list, a dash before each of its items."""
    for value in values:
        match value:
            case dict() if value:
                first, *rest = _mapping(value, indent + 2)
                yield f"{' ' * indent}- {first.lstrip(' ')}"
                yield from rest
            case _:
                yield from _value("-", value, indent, [value])


def _value(head: str, value: Any, indent: int, alone: Any) -> Iterator[str]:
    """Yield the lines of a text, a number or a date behind its name or dash."""
    if isinstance(value, str) and (written := _text(value, indent + len(head) + 1, indent + 2)):
        yield f"{' ' * indent}{head} {written}"
    elif isinstance(value, bool | date):
        yield f"{' ' * indent}{head} {str(value).lower()}"
    else:
        written = emitted(alone, width=_WIDTH - indent).removesuffix("\n")
        lines = written.removesuffix("\n...").split("\n")  # which ends a document whose last text ends in empty lines
        yield from (f"{' ' * indent}{line}" if line else "" for line in lines)


def _text(text: str, column: int, indent: int) -> str:
    """Return a text as it stands from a column on, with its other lines indented; nothing where it is odd."""
    if len(text) <= _LONG and _BARE.fullmatch(text):
        return text if column + len(text) <= _WIDTH and not _MEANING.fullmatch(text) else ""
    if not _SEEN.fullmatch(text) or _BLANKS.search(text):
        return ""
    if "\n" in text:
        return "|-\n" + "\n".join(f"{' ' * indent}{line}" if line else "" for line in text.split("\n"))
    return ">-\n" + "\n".join(_folded(text, indent)) if len(text) > _LONG else ""


def _folded(text: str, indent: int) -> Iterator[str]:
    """Yield the lines of a long text: each ends with the word that passes the width."""
    words: list[str] = []
    column = indent - 1
    for word in text.split(" "):
        if column > _WIDTH:
            yield f"{' ' * indent}{' '.join(words)}"
            words, column = [], indent - 1
        words.append(word)
        column += len(word) + 1
    yield f"{' ' * indent}{' '.join(words)}"
