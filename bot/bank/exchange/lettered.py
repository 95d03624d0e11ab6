"""Options with letters in a document's blocks: each on a line of its own below its question, and the right one ticked."""

import operator
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final

from bot.bank.exchange import shapes
from bot.bank.exchange.markup import Block

_LISTS: Final = frozenset(("bullet_list", "ordered_list"))
_MARK: Final = r"\*{1,3}|_{1,3}|==|✅|✔️?|✓|☑️?|√|→|[-=]>"
_START: Final = re.compile(
    rf"(?<!\S)(?:[-+•][ \t]+)?(?:{_MARK})?[ \t]?[(\[]?(?P<letter>[A-Ha-h])(?P<end>[.):\]])\)?(?=[*_]|\s|$|(?<=[)])\S)",
    re.MULTILINE,
)
_TICKED: Final = re.compile(rf"^(?P<lead>\s*(?:[-+•]\s+)?)(?:{_MARK})\s?(?P<words>[(\[]?[A-Ha-h][.):\]].*)$")
_STRONG: Final = re.compile(
    r"^(?P<lead>\s*(?:[-+•]\s+)?[(\[]?[A-Ha-h][.):\]]\)?\s*)(?P<mark>\*\*|__|==)(?P<words>.+?)(?P=mark)\s*$"
)
_KEY: Final = re.compile(
    r"(?<=\s)(?=[*_]{0,2}(?:(?:(?:correct|right|richtige?|respuesta|правильный|правильна)\s+)?(?:answers?|ans|antwort|respuesta|réponse|resposta|risposta|ответ|정답|答案|正解|答え|الإجابة|الاجابة|الأجابة|الجواب|پاسخ|जवाब|उत्तर|উত্তর|תשובה|απάντηση|คำตอบ|đáp án|răspuns|răspunsul|përgjigja|odgovor|відповідь|отговор|answer key)(?:\s+is)?\s*[:：=–—-]|ans(?:wer)?\.\s))",
    re.IGNORECASE,
)  # fmt: skip
_SECOND: Final = re.compile(r"[Bb][.):\]]")  # where it is nowhere, there are no options
_ASKED: Final = re.compile(r"^\W{0,4}(?:#?\d{1,3}\s*[.):]|Q\s*\.?\s*\d+|Question\s+\d+)", re.IGNORECASE | re.MULTILINE)
_NAMED: Final = re.compile(r"[?？:…]\W*$|_{2,}|\.{3}")
_LEAST: Final = 2
_IN_A_LINE: Final = 3  # options, from which a line alone holds them
_SHORT: Final = 80  # characters of an option in such a line


def apart(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return blocks with every question above its options, and each option on a line of its own."""
    found = [part for block in blocks for part in _apart(block)]
    for start, end in _neighbours(found):
        found[start:end] = _ticked_blocks(found[start:end])
    return tuple(found)


def _neighbours(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield where paragraphs stand that are an option each."""
    start = 0
    letters = [_letter(block) for block in blocks]
    for place, letter in enumerate([*letters, ""]):
        if place > start and letter and letters[start] and ord(letter) == ord(letters[start]) + place - start:
            continue
        if place - start >= _LEAST:
            yield start, place
        start = place


def _letter(block: Block) -> str:
    found = _START.match(block.content) if block.kind == "paragraph" and "\n" not in block.content else None
    return found["letter"] if found else ""


def _ticked_blocks(blocks: Sequence[Block]) -> list[Block]:
    lines = _ticked([block.content for block in blocks])
    return [replace(block, content=line) for block, line in zip(blocks, lines, strict=True)]


def offers(block: Block) -> bool:
    """Whether a block is options, or begins with some."""
    if block.kind in _LISTS:
        lines = [item.inside[0].content for item in islice(filter(_is_filled, block.inside), _LEAST)]
    elif block.kind == "paragraph" and "\n" in block.content:
        lines = block.content.split("\n", _LEAST)[:_LEAST]
    else:
        return False
    found = [_START.match(line.lstrip()) for line in lines]
    return [one["letter"] for one in found if one] in (["A", "B"], ["a", "b"])


def _is_filled(item: Block) -> bool:
    return bool(item.inside)


def answers(block: Block) -> bool:
    """Whether a block is options with the answer below them, or with the right one ticked."""
    return offers(block) and bool("✅" in block.content or _KEY.search(block.content))


def _apart(block: Block) -> list[Block]:
    if block.kind == "paragraph":
        return _parts(block)
    if not block.inside:
        return [block]
    if block.kind in _LISTS and offers(block):
        return _options(block)
    if block.kind in _LISTS and not any(map(_may_offer, block.inside)):
        return [block]
    inside = apart(block.inside)
    same = len(inside) == len(block.inside) and all(map(operator.is_, inside, block.inside))
    return [block if same else replace(block, inside=inside)]


def _may_offer(item: Block) -> bool:
    """Whether there may be options in a list's item: most are a paragraph without any."""
    return (
        len(item.inside) != 1
        or item.inside[0].kind != "paragraph"
        or _SECOND.search(item.inside[0].content) is not None
    )


def _options(block: Block) -> list[Block]:
    """Return a list of options with the right ones ticked, and apart from it the answer that stands in the last one."""
    items, below = [*block.inside], []
    if items[-1].inside and (key := _KEY.search(items[-1].inside[0].content)):
        last = items[-1].inside[0]
        items[-1] = replace(items[-1], inside=(_part(last, 0, key.start(), last.content[: key.start()].strip()),))
        rest = _part(last, key.start(), len(last.content), last.content[key.start() :])
        below = [rest, *block.inside[-1].inside[1:]]
    first = [item.inside[0] if item.inside else item for item in items]
    ticked = _ticked([one.content for one in first])
    if not below and ticked == [one.content for one in first]:
        return [block]
    items = [
        item
        if line == one.content or not item.inside
        else replace(item, inside=(replace(one, content=line), *item.inside[1:]))
        for item, one, line in zip(items, first, ticked, strict=True)
    ]
    return [replace(block, inside=tuple(items)), *below]


def _parts(block: Block) -> list[Block]:
    """Return a paragraph in parts: what asks, its options, what follows them, and so on."""
    found = _runs(block.content)
    starts = [0, *(run[-1].end() for run in found)]
    ends = [*(run[0].start() for run in found[1:]), len(block.content)]
    runs = [run for run, a, b in zip(found, starts, ends, strict=False) if _lists(block.content, run, a, b)]
    if not runs:
        return [block]
    parts: list[Block] = []
    end = 0
    for place, run in enumerate(runs):
        start, last, stop = run[0].start(), *_end(block.content, run, runs[place + 1 :])
        lines = [" ".join(block.content[a:b].split()) for a, b in pairwise([*(one.start() for one in run), last])]
        key = block.content[last:stop].strip()
        parts += _between(block, end, start)
        parts.append(_part(block, start, stop, "\n".join(filter(None, (*_ticked(lines), key)))))
        end = stop
    return [*parts, *_between(block, end, len(block.content))]


def _runs(text: str) -> list[list[re.Match[str]]]:
    """Return where A, B, C and so on stand in a text, one run a question."""
    runs: list[list[re.Match[str]]] = []
    if not _SECOND.search(text):
        return runs
    for found in _START.finditer(text):
        letter = found["letter"]
        if runs and ord(letter) == ord(runs[-1][-1]["letter"]) + 1:
            runs[-1].append(found)
        elif letter in {"A", "a"}:
            runs.append([found])
    return [run for run in runs if len(run) >= _LEAST]


def _lists(text: str, run: Sequence[re.Match[str]], start: int, end: int) -> bool:
    """Whether a run is options: each at the start of a line, or in one line where the words around say so."""
    if all(not text[max(start, text.rfind("\n", start, one.start()) + 1) : one.start()].strip() for one in run):
        return True
    before, after = text[start : run[0].start()].rpartition("\n\n")[2], text[run[-1].end() : end]
    if len(run) < _IN_A_LINE and (run[0]["end"] == "." or not _KEY.search(after)):
        return False
    short = all(b.start() - a.end() < _SHORT for a, b in pairwise(run))
    if not before.strip():
        return short and run[0]["letter"] == "A"
    return bool(_NAMED.search(before.rstrip(" *_")) and (_asks(before) or _KEY.search(after)))


def _asks(before: str) -> bool:
    return shapes.asks(before) or _ASKED.match(before.rpartition("\n")[2]) is not None


def _end(text: str, run: Sequence[re.Match[str]], others: Sequence[Sequence[re.Match[str]]]) -> tuple[int, int]:
    """Return where the last option ends, and the line that says the answer: below it, or with the next question."""
    start, until = run[-1].end(), others[0][0].start() if others else len(text)
    asked = _ASKED.search(text, start, until)
    line = text.find("\n", start, until) if others else -1
    if (key := _KEY.search(text, start, until)) and not (asked and asked.start() < key.start()):
        end = text.find("\n", key.start(), until)
        return key.start(), end if end >= 0 else until
    end = min(asked.start() if asked else until, line if line > 0 else until)
    return end, end


def _ticked(lines: Sequence[str]) -> list[str]:
    """Return options with a tick behind those that stand out, and without what made them do so."""
    found = [_TICKED.match(line) or _STRONG.match(line) for line in lines]
    tick = "" if all(found) else " ✅"
    return [
        f"{one['lead']}{_bare(one['words'])}{tick}" if one else line for one, line in zip(found, lines, strict=True)
    ]


def _bare(words: str) -> str:
    return words.strip().rstrip("*_=").rstrip().replace("**", "").replace(".*", ".").replace(")*", ")")


def _between(block: Block, start: int, end: int) -> Iterator[Block]:
    """Yield what stands between options: the end of one question, and the next one."""
    text = block.content[start:end]
    asked = [found.start() for found in _ASKED.finditer(text) if not start or found.start()]
    cut = asked[-1] if asked and end < len(block.content) else 0
    for a, b in pairwise((start, start + cut, end)):
        if words := block.content[a:b].strip():
            yield _part(block, a, b, words)


@lru_cache(maxsize=1)  # each part of a paragraph asks for the same
def _breaks(text: str) -> Sequence[int]:
    return [found.start() for found in re.finditer("\n", text)]


def _part(block: Block, start: int, end: int, content: str) -> Block:
    """Return a part of a paragraph with its lines."""
    while end > start and block.content[end - 1].isspace():
        end -= 1
    first, last = (block.first + bisect_left(_breaks(block.content), place) for place in (start, end))
    return replace(block, content=content, first=min(first, block.last), last=min(max(first, last), block.last))
