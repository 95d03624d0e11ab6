"""No text keeps a regular expression busy for ever: what a pattern repeats can be taken apart in one way only.

Where the pieces of a repetition can be put together in two ways, as `(a*h+a*)+` can for “haha”, a text of thirty pieces has
a billion ways, and all are tried before a match is given up. Whether pieces can be told apart is decided by the algorithm of
Sardinas and Patterson; each piece of a pattern is written out as a few examples.
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

import pytest

from bot.bank.exchange.openings import Opening
from bot.grading import is_talk
from tests.doubles.fakes import question

ROOT: Final = Path(__file__).parents[2]
MOST: Final = 400  # examples of a piece
OFTEN: Final = 15  # repetitions from which on it matters
CATEGORIES: Final = {
    kinds.CATEGORY_DIGIT: "1", kinds.CATEGORY_WORD: "a1", kinds.CATEGORY_SPACE: " ",
    kinds.CATEGORY_NOT_DIGIT: "a ~", kinds.CATEGORY_NOT_WORD: " ~", kinds.CATEGORY_NOT_SPACE: "a1~",
}  # fmt: skip
REPEATS: Final = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)
USES: Final = {"compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"}


def patterns() -> Iterator[tuple[str, str, int]]:
    """Yield each pattern of the source, with where it stands and its flags."""
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]):
        calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
        written = (call for call in calls if _is_re(call.func) and call.args and isinstance(call.args[0], ast.Constant))
        yield from ((f"{path.relative_to(ROOT)}:{call.lineno}", str(call.args[0].value), 0) for call in written)  # type: ignore[attr-defined]
        if path.name != "__main__.py" and "migrations" not in path.parts:
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            yield from _compiled(f"{path.relative_to(ROOT)}", vars(module))


def _is_re(function: Any) -> bool:
    return getattr(function, "attr", "") in USES and getattr(getattr(function, "value", None), "id", "") == "re"


def _compiled(where: str, held: Any, depth: int = 0) -> Iterator[tuple[str, str, int]]:
    """Yield the patterns that a module's names hold, also inside of lists and tables."""
    held = held.pattern if isinstance(held, Opening) else held
    if isinstance(held, re.Pattern) and isinstance(held.pattern, str):
        yield where, held.pattern, held.flags & re.VERBOSE
    elif isinstance(held, dict | list | tuple | set | frozenset) and depth < 4:
        for one in held.values() if isinstance(held, dict) else held:
            yield from _compiled(where, one, depth + 1)


def repeated(parts: Any) -> Iterator[Any]:
    """Yield what a pattern repeats, however deep."""
    for kind, value in parts:
        if kind in REPEATS and value[1] > OFTEN:
            yield value[2]
        for inner in _inside(kind, value):
            yield from repeated(inner)


def _inside(kind: Any, value: Any) -> Sequence[Any]:
    if kind in {*REPEATS, kinds.POSSESSIVE_REPEAT}:
        return [value[2]]
    if kind is kinds.BRANCH:
        return list(value[1])
    return (
        [value[-1]]
        if kind in {kinds.SUBPATTERN, kinds.ASSERT, kinds.ASSERT_NOT}
        else [value]
        if kind is kinds.ATOMIC_GROUP
        else []
    )


def examples(parts: Any) -> set[str]:
    """Return a few texts that a part of a pattern takes."""
    found = {""}
    for kind, value in parts:
        found = {before + one for before in found for one in _of(kind, value)}
        found = set(sorted(found, key=lambda text: (len(text), text))[:MOST])
    return found


def _of(kind: Any, value: Any) -> set[str]:
    """Return examples of one part."""
    if kind in {*REPEATS, kinds.POSSESSIVE_REPEAT}:
        return _counted(*value)
    if kind in SINGLE:
        return SINGLE[kind](value)
    inner = set().union(*map(examples, _inside(kind, value)))
    if kind is kinds.ATOMIC_GROUP:
        return {max(inner, key=len)}  # it gives nothing of it back
    return {""} if kind in {kinds.ASSERT, kinds.ASSERT_NOT} else inner or {""}


def _chosen(items: Any) -> set[str]:
    """Return a few of the characters of a class."""
    taken, but = set(), False
    for kind, value in items:
        if kind is kinds.NEGATE:
            but = True
        elif kind is kinds.CATEGORY:
            taken |= {*CATEGORIES[value]}
        else:
            ends = (value, value) if kind is kinds.LITERAL else value
            taken |= {chr(ends[0]), chr(ends[1]), *(one for one in "a1" if ends[0] <= ord(one) <= ends[1])}
    return {*"a1 ,.~\n"} - taken if but else taken


SINGLE: Final[Mapping[Any, Callable[[Any], set[str]]]] = {
    kinds.LITERAL: lambda value: {chr(value)}, kinds.NOT_LITERAL: lambda value: {*"a 1~"} - {chr(value)},
    kinds.ANY: lambda _: {*"a 1~"}, kinds.IN: _chosen, kinds.GROUPREF: lambda _: {"\0"},
}  # fmt: skip


def _counted(least: int, most: int, piece: Any) -> set[str]:
    ones, made, found = sorted(examples(piece))[:60], {""}, set()
    for count in range(min(least + 2, most) + 1):
        found |= made if count >= least else set()
        made = {before + one for before in sorted(made)[:60] for one in ones}
    return found


def told_apart(pieces: set[str]) -> bool:
    """Whether whatever is put together of pieces can be taken apart in one way (Sardinas and Patterson)."""
    code = pieces - {""}
    rests, seen = _rests(code, code), set[str]()
    while rests and not rests & code:
        seen |= rests
        rests = (_rests(code, rests) | _rests(rests, code)) - seen
    return not rests


def _rests(starts: set[str], texts: set[str]) -> set[str]:
    """Return what is left of texts behind others with which they begin."""
    return {text[len(one) :] for one in starts for text in texts if text != one and text.startswith(one)}


@pytest.mark.parametrize(("pieces", "one_way"), [("ab", True), ("a ab b", False), ("1 11", False), ("0 01 11", True)])
def test_pieces_are_told_apart(pieces: str, one_way: bool):
    """What the algorithm is known for: “ab” is a and b, or ab; after 0, 01 and 11 one knows in the end."""
    assert told_apart({*(pieces.split() if " " in pieces else pieces)}) is one_way


@pytest.mark.parametrize("bad", [r"(?:a*h+a*)+", r"(?:\d{1,2} ?)*x", r"(?:a few|few|an? )*", r"(\w+\s?)+"])
def test_what_would_run_for_ever_is_found(bad: str):
    """Each of these was in the source once, or is of their kind."""
    assert not all(told_apart(examples(piece)) for piece in repeated(parser.parse(bad)))


def test_every_pattern_ends_soon():
    """No pattern of the source repeats what can be taken apart in two ways."""
    found = list(patterns())
    assert len(found) > 200
    bad = {
        f"{where}: {pattern[:60]}"
        for where, pattern, flags in found
        if not all(told_apart(examples(piece)) for piece in repeated(parser.parse(pattern, flags)))
    }
    assert bad == set()


@pytest.mark.parametrize(
    "text", ["1" * 400, "h" * 60 + "x", "ha" * 40 + "x", "a few " * 40 + "x", "12 " * 60 + "x", "no" * 60]
)
def test_no_text_keeps_the_grader_busy(text: str):
    """Digits, laughter and small words without end are looked at once; that this test ends is what it shows."""
    assert is_talk(question(1), text) in {True, False}
