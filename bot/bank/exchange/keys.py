"""A key: the answers to a document's questions by their numbers, where they stand together below them ("1. B 2. C")."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.bank.exchange import choices, shapes
from bot.bank.exchange.found import Found
from bot.bank.exchange.inline import plain
from bot.bank.exchange.markup import Block

Key = Mapping[int, str]
_TITLE: Final = re.compile(
    r"(?:(?:the|correct|right|quiz|test|exam|mcq|multiple choice)\s+){0,3}(?:answers?|solutions?|answer\s*keys?|keys?|answer sheet|lösungen|lösungsschlüssel|antworten"
    r"|respuestas|réponses|respostas|risposte|ответы|ключи?)(?:\s+(?:key|and explanations?|to .{1,60}))?",
    re.IGNORECASE,
)  # fmt: skip
_TITLED: Final = re.compile(rf"[\W_]*(?=[tcrqemaslk]|[^\x00-\x7f])(?:{_TITLE.pattern})", re.IGNORECASE)
_LISTED: Final = re.compile(rf"[\W_]*(?:{_TITLE.pattern}|(?:Q(?:uestion)?\s*\.?\s*)?\d)", re.IGNORECASE)
_MAY: Final = {"heading": _TITLED, "details": _TITLED, "paragraph": _LISTED}  # the kinds of blocks that may open a key
_START: Final = 120  # characters, in which it shows that a block is no key
_LETTERS: Final = r"[(\[]?(?P<letters>[A-Ha-h](?:\s*(?:,|&|and|und|/)\s*[A-Ha-h])*)[)\]]?(?!\w)"
_NUMBER: Final = r"[(#]?\s*(?:Q(?:uestion)?\s*\.?\s*)?(?P<number>\d{1,3})\s*[.):\-–—=→>]*\s*"
_ENTRY: Final = re.compile(rf"{_NUMBER}{_LETTERS}[.,;|\s]*", re.IGNORECASE)
_LINE: Final = re.compile(rf"\s*(?:[-*•]\s+)?{_NUMBER}{_LETTERS}(?P<more>[.):,;–—\s-].*)?$", re.IGNORECASE | re.DOTALL)
_ITEM: Final = re.compile(rf"{_LETTERS}(?P<more>[.):,;–—\s-].*)?$", re.IGNORECASE | re.DOTALL)
_SAYS: Final = "Answer: "
_UNTITLED: Final = 3  # entries, from which a line is a key without a title
_QUESTION: Final = re.compile(r"\W*(?:[^\W\d_]{1,12}\W{0,3})?(\d{1,3})(?!\w)")


def number_of(text: str) -> int:
    """Return the number that a question begins with, or 0."""
    found = _QUESTION.match(text)
    return int(found[1]) if found else 0


def read(content: Sequence[Block], place: int) -> tuple[Key, int]:
    """Return the key that begins at a place and where it ends; an empty one where none does."""
    block = content[place]
    if block.kind not in _MAY or not _MAY[block.kind].match(block.content[:_START]):
        return {}, place
    head, _, rest = _bare(block.content).partition("\n") if block.kind != "heading" else (_bare(block.content), "", "")
    title, _, own = head.partition(":")
    if not _TITLE.fullmatch(title.strip(" .:*_#")):
        found = _entries_in(_bare(block.content)) if block.kind == "paragraph" else {}
        return (found, place + 1) if len(found) >= _UNTITLED else ({}, place)
    text = "\n".join(filter(None, (own.strip(), rest.strip())))
    key = _entries_in(text)
    if text and not key and block.kind != "details":
        return {}, place
    below, end = (block.inside, 0) if block.kind == "details" else (content, place + 1)
    for part in below[end:]:
        if not (more := _entries(part)):
            break
        key, end = {**key, **more}, end + 1
    return (key, place + 1 if block.kind == "details" else end) if key else ({}, place)


def _bare(text: str) -> str:
    return "\n".join(shapes.bare(plain(line)) for line in text.split("\n"))


def _entries(block: Block) -> dict[int, str]:
    """Return the answers that a block lists, all of it; nothing where it holds anything else."""
    match block.kind:
        case "paragraph":
            return _entries_in(_bare(block.content))
        case "ordered_list":
            items = {block.number + n: " ".join(item.text.split()) for n, item in enumerate(block.inside)}
            return _entries_in("\n".join(f"{n}. {words}" for n, words in items.items())) or {
                block.number + n: item.text.strip() for n, item in enumerate(block.inside)
            }
        case "bullet_list":
            return _entries_in("\n".join(item.text.replace("\n", " ") for item in block.inside))
        case "table":
            return dict(_of_rows([[plain(cell).strip() for cell in cells] for _, cells in block.rows]))
        case _:
            return {}


def _entries_in(text: str) -> dict[int, str]:
    """Return the entries of which a text consists: one behind the other, or one a line with words behind it."""
    text = text.strip()
    found, end = {}, 0
    while entry := _ENTRY.match(text, end):
        found[int(entry["number"])], end = _said(entry["letters"]), entry.end()
    if end == len(text):
        return found
    lines = [_LINE.match(line) for line in text.split("\n") if line.strip()]
    return {int(one["number"]): _said(one["letters"], one["more"]) for one in lines if one} if all(lines) else {}


def _of_rows(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Yield a table's pairs of a number and letters; or those of one row with numbers above one with letters."""
    if len(rows) == 2 and all(map(str.isdigit, rows[0])) and all(map(_ITEM.fullmatch, rows[1])):  # noqa: PLR2004  numbers, letters
        rows = [[cell for pair in zip(*rows, strict=False) for cell in pair]]
    for row in rows:
        for number, words in zip(row[::2], row[1::2], strict=False):
            if re.fullmatch(r"\d{1,3}[.)]?", number) and (found := _ITEM.fullmatch(words)):
                yield int(number.rstrip(".)")), _said(found["letters"], found["more"])


def _said(letters: str, more: str | None = None) -> str:
    """Return an entry as it would stand below its question."""
    return f"{_SAYS}{letters.upper()} {(more or '').strip()}".rstrip()


def settle(found: Sequence[Found], key: Key) -> list[Found]:
    """Return questions with the answers that a key has for them, by their numbers; none where it does not fit them."""
    still = [n for n, one in enumerate(found) if _open(one)]
    numbers = [found[n].number for n in still]
    if not any(numbers) and len(still) == len(key):
        if len(key) < _UNTITLED and any(map(_is_text, key.values())):
            return []  # a list of a few in one answer
        places = dict(zip(sorted(key), still, strict=True))
    else:  # two questions of one number have a key each
        places = {number: n for number, n in zip(numbers, still, strict=True) if numbers.count(number) == 1}
    new = {places[number]: _answered(found[places[number]], said) for number, said in key.items() if number in places}
    fits = len(new) == len(key) or not any(map(_is_text, key.values()))
    changed = any(one is not found[n] for n, one in new.items())
    return [new.get(n, one) for n, one in enumerate(found)] if fits and changed else []


def _open(found: Found) -> bool:
    choice = choices.parted(found.answer)
    return not (choice.right if choice else found.answer)


def _is_text(said: str) -> bool:
    return not said.startswith(_SAYS)


def _answered(found: Found, said: str) -> Found:
    """Return a question with what a key says: a letter only where it has options, and words only where it has none."""
    if choice := choices.parted(found.answer):
        right = said if not _is_text(said) else _SAYS + said
        names = choices.said(right, choice.options)[0]
        return replace(found, answer=f"{found.answer}\n\n{right}") if names else found
    return replace(found, answer=said) if _is_text(said) else found
