"""What people mark in plain text by habit, as Markdown marks it, each line in its place: before notes are read as such.

A sign before right and wrong options, a letter below options that have none, words such as "Question" without a colon,
and questions that stand right below a list. Only where most of a text does so is it a habit.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Final

from bot.bank.exchange import shapes

_SIGNED: Final = re.compile(r"([+-])[ \t]*(?=\S)(?!\d)")
_QUESTION: Final = re.compile(r"(?:question|frage|pregunta|pergunta|вопрос)\s+(?=[^\W\d])", re.IGNORECASE)
_ANSWER: Final = re.compile(r"(?:answer|antwort|respuesta|resposta|ответ)\s+(?=\w)", re.IGNORECASE)
_LETTER: Final = re.compile(r"\W*(?:(?:(?:correct|right)\s+)?(?:answer|ans)\W*)?([a-h1-8])[.)]?", re.IGNORECASE)
_ITEM: Final = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s|\s+\S")
_LETTERED: Final = re.compile(r"\W?[A-Ha-h][.):\]]")
_OPENS: Final = re.compile(r"[^\W\d_]")
_MARKED: Final = re.compile(r"^(?:#{1,6}\s|```|~~~|\*\*|> |\|)", re.MULTILINE)
_FRONT: Final = 40  # lines of a page's front matter
_FRONT_QUESTION: Final = re.compile(r"question:[ \t]*[\"']?(.*?)[\"']?[ \t]*$")
_FRONT_ANSWER: Final = re.compile(r"(?:questions|answers?):")
_ASKED_BY_NUMBER: Final = re.compile(r"(\d{1,3})[.)] +([^\W\d_].*)")
_SKIPPED: Final = 4
_CHAIN: Final = 5  # questions that are numbered one after the other
_NUMBER: Final = re.compile(r"\s*\d{1,4}[.)]\s*")
_BUTTON: Final = re.compile(r"\s*(?:view|show|hide|see|reveal) (?:the )?answers?\s*", re.IGNORECASE)
_CONDITION: Final = re.compile(r"(?:if|you|have|will)\b", re.IGNORECASE)
_SHORT: Final = 20  # words of a way to ask
_LEAST: Final = 2
_MOSTLY: Final = 0.6
_NEARLY_ALL: Final = 0.8
_LETTERS: Final = "ABCDEFGH"
Span = tuple[int, int]


def marked(lines: Sequence[str]) -> list[str]:
    """Return lines with what habit marks in them as Markdown marks it; the same lines where there is none."""
    lines = _numbered(_answered_first(_numbers_alone(_asked_in_front(lines))))
    if _MARKED.search("\n".join(lines)):
        return _below_lists(lines)
    for habit in (_words, _signs, _letters, _apart):
        if (changed := habit(lines)) is not None:
            return changed
    return _below_lists(lines)


def _asked_in_front(lines: Sequence[str]) -> Sequence[str]:
    """Read a page whose front matter has the question, and whose body answers it."""
    end = next((n for n in range(1, min(len(lines), _FRONT)) if lines[n].rstrip() == "---"), 0)
    front = lines[1:end] if end and lines[0].rstrip() == "---" else []
    asked = [found for line in front if (found := _FRONT_QUESTION.match(line))]
    if len(asked) != 1 or not asked[0][1] or any(map(_FRONT_ANSWER.match, front)):
        return lines
    return [f"# Q: {asked[0][1]}", *[""] * end, *lines[end + 1 :]]


def _numbers_alone(lines: Sequence[str]) -> Sequence[str]:
    """Read a number on a line of its own above what asks, as pages that are copied have it."""
    places = [n for n, line in enumerate(lines[:-1]) if _NUMBER.fullmatch(line) and lines[n + 1].strip()]
    if len(places) <= _LEAST or sum(shapes.asks(lines[n + 1]) for n in places) < _MOSTLY * len(places):
        return lines
    out = ["" if _BUTTON.fullmatch(line) else line for line in lines]
    for place in places:
        out[place : place + 2] = ["", f"{lines[place].strip()} {lines[place + 1].strip()}"]
    return out


def _numbered(lines: Sequence[str]) -> Sequence[str]:
    """Read questions that are numbered one after the other, with answers of several paragraphs that are not indented."""
    numbers = {n: int(found[1]) for n, line in enumerate(lines) if (found := _ASKED_BY_NUMBER.match(line))}
    asking = [n for n in numbers if shapes.asks(lines[n]) or shapes.imperative(lines[n].partition(" ")[2])]
    firsts = [
        0,
        *(one for one, next_ in pairwise(asking) if (numbers[one], numbers[next_]) == (1, 2) and one != asking[0]),
    ]
    chains = pairwise([*firsts, len(lines)])
    places = [n for a, b in chains for n in _chain(numbers, [one for one in asking if a <= one < b])]
    spans = [*pairwise([*places, len(lines)])]
    headed = sum(line.startswith("#") and shapes.asks(line) for line in lines)
    if len(places) < max(_CHAIN, headed) or sum(_stands_apart(lines[a + 1 : b]) for a, b in spans) < _MOSTLY * len(
        places
    ):
        return lines
    out = [*lines]
    for place in places:
        out[place] = f"###### {lines[place]}"
    return out


def _chain(numbers: Mapping[int, int], asking: Iterable[int]) -> list[int]:
    """Return the lines that ask and have the next number each, with those between them of a number that is skipped."""
    chain: list[int] = []
    for place in asking:
        last = chain[-1] if chain else -1
        before = numbers[last] if chain else 0
        if not before < numbers[place] <= before + _SKIPPED:
            continue
        for wanted in range(before + 1, numbers[place]):
            between = [n for n, number in numbers.items() if number == wanted and chain[-1:] < [n] < [place]]
            chain += between[:1]
        chain.append(place)
    return chain


def _stands_apart(below: Sequence[str]) -> bool:
    """Whether below an empty line there is a line that is in no list."""
    return any(not above.strip() and _OPENS.match(line) for above, line in pairwise(below))


def _answered_first(lines: Sequence[str]) -> Sequence[str]:
    """Read “#Q” before a question, “^” before the answer right below it, and then the options, as a collection of trivia has it."""
    asked = [n for n, line in enumerate(lines) if line.startswith("#Q ")]
    if len(asked) < _LEAST:
        return lines
    out = [*lines]
    for start, end in pairwise([*asked, len(lines)]):
        said = next((n for n in range(start + 1, end) if lines[n].startswith("^ ")), end)
        last = next((n for n in range(said + 1, end) if not lines[n].strip()), end)
        _headed(out, start, said if said < end else start + 1, removing="#Q ")
        if said < end:
            out[said:last] = [*map(_option, lines[said + 1 : last]), f"Answer: {lines[said][2:].strip()}"]
    return out


def _option(line: str) -> str:
    return f"- {line[0]}) {line[2:]}" if line[:1] in {*_LETTERS} and line[1:2] == " " else f"  {line}"


def _groups(lines: Sequence[str], least: int = 1) -> list[Span]:
    """Return where the lines stand that so many blank lines part."""
    ends = [
        (place[0], place[-1] + 1)
        for blank, some in groupby(range(len(lines)), key=lambda n: not lines[n].strip())
        if (place := list(some)) and blank and len(place) >= least
    ]
    starts = [0, *(end for _, end in ends)]
    spans = zip(starts, [*(start for start, _ in ends), len(lines)], strict=True)
    return [(a, b) for a, b in spans if any(map(str.strip, lines[a:b]))]


def _headed(out: list[str], start: int, end: int, *, removing: str = "") -> None:
    """Make some lines a heading on the first of them."""
    asked = " ".join(" ".join(out[start:end]).removeprefix(removing).split())
    out[start:end] = [f"## Q: {asked.lstrip('# ')}", *[""] * (end - start - 1)]


def _words(lines: Sequence[str]) -> list[str] | None:
    """Read “Question” and “Answer” at the start of lines, without a colon."""
    asked = [n for n, line in enumerate(lines) if _QUESTION.match(line)]
    answered = [n for n, line in enumerate(lines) if _ANSWER.match(line)]
    if len(asked) < _LEAST or len(answered) < _NEARLY_ALL * len(asked):
        return None
    out = [*lines]
    for place in asked:
        out[place] = _QUESTION.sub("Question: ", out[place], count=1)
    for place in answered:
        out[place] = _ANSWER.sub("Answer: ", out[place], count=1)
    return out


def _signs(lines: Sequence[str]) -> list[str] | None:
    """Read options of which a plus marks the right ones and a minus the wrong ones."""
    runs = [*_runs(lines, lambda line: _SIGNED.match(line) is not None or line.startswith("("))]
    both = [(a, b) for a, b in runs if {"+", "-"} <= {line[0] for line in lines[a:b]}]
    if len(both) < _LEAST or len(both) < _MOSTLY * len(runs):
        return None
    out = [*lines]
    above = 0
    for start, end in runs:
        first = next((n for n in range(above, start) if lines[n].strip()), start)
        _headed(out, first, start) if first < start else None
        out[start:end] = [_SIGNED.sub(_box, one) for one in lines[start:end]]
        above = end
    return out


def _box(sign: re.Match[str]) -> str:
    return "- [x] " if sign[1] == "+" else "- [ ] "


def _runs(lines: Sequence[str], fits: Callable[[str], bool]) -> Iterator[Span]:
    for good, some in groupby(range(len(lines)), key=lambda n: fits(lines[n])):
        place = list(some)
        if good:
            yield place[0], place[-1] + 1


def _letters(lines: Sequence[str]) -> list[str] | None:
    """Read a question, options without letters, and below them the letter or the number of the right one."""
    groups = _groups(lines)
    found = [(a, b, said) for a, b in groups if (said := _said(lines[a:b]))]
    if len(found) < _LEAST or len(found) < _NEARLY_ALL * len(groups):
        return None
    out = [*lines]
    for start, end, said in found:
        _headed(out, start, start + 1)
        out[start + 1 : end - 1] = [
            f"- {_LETTERS[n]}) {one.strip()}" for n, one in enumerate(lines[start + 1 : end - 1])
        ]
        out[end - 1] = f"Answer: {said}"
    return out


def _said(group: Sequence[str]) -> str:
    """Return the letter of the right option of a group, or nothing where it is none of that kind."""
    found = _LETTER.fullmatch(group[-1].strip())
    options = group[1:-1]
    if not found or not _LEAST <= len(options) <= len(_LETTERS):
        return ""
    if any(_ITEM.match(one) or _LETTERED.match(one) for one in options):
        return ""
    letter = found[1].upper() if found[1].isalpha() else _LETTERS[int(found[1]) - 1]
    return letter if letter in _LETTERS[: len(options)] else ""


def _apart(lines: Sequence[str]) -> list[str] | None:
    """Read questions that more blank lines part from each other than an answer's paragraphs."""
    groups = _groups(lines, _LEAST)
    firsts = [(start, next((n for n in range(start, end) if not lines[n].strip()), end), end) for start, end in groups]
    asking = sum(shapes.asks(lines[stop - 1]) or shapes.imperative(lines[start]) for start, stop, _ in firsts)
    whole = sum(stop < end for _, stop, end in firsts)
    if len(groups) <= _LEAST or min(asking, whole) < _MOSTLY * len(groups):
        return None
    out = [*lines]
    for start, stop, end in firsts:
        if any(map(shapes.asks, lines[start:stop])) or _orders(lines[start]):
            asked = next((n + 1 for n in range(start, stop) if shapes.asks(lines[n]) or lines[n].endswith(".")), stop)
            if stop < end and _asks_again(lines[asked:stop]):
                out[asked:stop] = [""] * (stop - asked)
            _headed(out, start, asked)
    return out


def _orders(line: str) -> bool:
    return shapes.imperative(line) and not _CONDITION.match(line)


def _asks_again(lines: Sequence[str]) -> bool:
    """Whether lines right below a question are other ways to ask it, as people list them for a bot."""
    short = sum(len(line.split()) < _SHORT and line.rstrip()[-1:] not in {".", ":", ";"} for line in lines)
    return len(lines) > _LEAST and short > _NEARLY_ALL * len(lines)


def _below_lists(lines: Sequence[str]) -> list[str]:
    """Read questions right below another's list, which would be part of its last item."""
    asking = [n for n, line in enumerate(lines) if _OPENS.match(line) and shapes.asks(line)]
    below = [n for n in asking if n and _ITEM.match(lines[n - 1]) and not lines[n].endswith(":")]
    if len(below) < _LEAST:
        return [*lines]
    out = [*lines]
    for place in asking:
        out[place] = f"###### {lines[place]}"
    return out
