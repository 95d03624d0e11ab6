"""Nothing wrong gets in: what was found is looked at again as a whole, and refused or mended before it becomes a draft."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.bank.exchange import choices, shapes, ways
from bot.bank.exchange.embedded import CLOSE, OPEN, OWN, SUMMARY
from bot.bank.exchange.found import Document, Found, Remark
from bot.text import clip

_FURTHER: Final = 3  # lines of an answer that ask
_SHARE: Final = 0.5
_WORDS: Final = re.compile(r"\w+")
_LISTED: Final = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")
_ALONE: Final = re.compile(r"^- (?:\[[ xX]\] )?")  # the mark of a list's only item
_MANY_PARTS: Final = 6
_LONGEST: Final = 600  # characters of a question
_MOSTLY: Final = 0.5
_TO_COME: Final = re.compile(
    r"\W*(?:(?:your )?answer (?:goes )?here|(?:answer )?coming soon|to ?do|tbd|tba)\W*", re.IGNORECASE
)
_DANGLING: Final = re.compile(r"(?:\d{1,3}[.)]\s*|#+\s*)?[^\n.?!`|]{1,60}:")  # it opens what stands elsewhere
_NUMBERED: Final = re.compile(
    r"^\s*(?:Q(?:uestion)?\s*\d+\s*[.:)]|\*{0,2}\d+[.)]\*{0,2}\s+[^\n]{3,300}\?\s*$)", re.IGNORECASE
)


def sound(document: Document) -> None:
    """Mend or refuse a document's questions, with a remark on each that is refused."""
    split = _is_glued_throughout(document.found)
    kept: list[Found] = []
    for taken in document.found:
        found = _with_parts(_chosen(_readable(taken)))
        question, rest = shapes.glued(found.question) if not found.answer else (found.question, "")
        if rest and split:
            kept.append(replace(found, question=question, answer=rest))
        elif why := _wrong(found, rest):
            words = f"left out, question “{clip(found.question, 60)}”: {why}"
            document.remarks.append(Remark(found.first, found.last, words, understood=False))
        else:
            answer = _cleaned(found.answer)
            answer = "" if ways.is_repeated(answer, found.question) else answer
            kept.append(found if answer == found.answer else replace(found, answer=answer))
    document.found = _once(kept, document)


def _readable(found: Found) -> Found:
    """Return a question without the readers' own signs, which broken markup can leave in it."""
    if OPEN in (both := found.question + found.answer) or CLOSE in both or SUMMARY in both:
        return replace(found, question=found.question.translate(OWN), answer=found.answer.translate(OWN))
    return found


def _is_glued_throughout(found: Iterable[Found]) -> bool:
    """Whether the answers stand on the questions' own lines in most of a document."""
    glued = [bool(shapes.glued(one.question)[1]) for one in found if not one.answer]
    return sum(glued) > 1 and sum(glued) > _MOSTLY * len(glued)


def _wrong(found: Found, rest: str) -> str:
    if rest:
        return "its answer stands on the same line; put the answer on a line of its own, or behind “Answer:”"
    lines = [line for line in found.answer.split("\n") if line.strip()]
    asking = sum(_asks(line) for line in lines)
    if asking >= _FURTHER and asking >= _SHARE * len(lines):
        return "what stands below it are further questions; give each a heading or a number of its own"
    if sum(bool(_NUMBERED.match(line)) for line in lines) >= _FURTHER:
        return "its answer holds further questions; give each a heading or a number of its own"
    return ""


def _with_parts(found: Found) -> Found:
    """Return a question below which only questions stand with those as its parts, where they are few."""
    lines = [line for line in found.answer.split("\n") if line.strip()]
    few = 0 < len(lines) < _MANY_PARTS and all(_asks(line) and _LISTED.match(line) for line in lines)
    if not few or len(found.question) + len(found.answer) > _LONGEST or any(map(_NUMBERED.match, lines)):
        return found
    return replace(found, question="\n".join((found.question, *lines)), answer="")


def _asks(line: str) -> bool:
    return line.rstrip(" *_").endswith("?")


def _cleaned(answer: str) -> str:
    """Return an answer without lines at its ends that lead elsewhere or only separate."""
    if not answer:
        return answer
    parts = answer.split("\n\n")
    while parts and (not any(map(_tells, parts[-1])) or shapes.is_navigation(parts[-1])):
        parts.pop()
    while parts and (not any(map(_tells, parts[0])) or shapes.is_navigation(parts[0])):
        del parts[0]
    while len(parts) > 1 and _DANGLING.fullmatch(parts[-1]):
        parts.pop()
    lines = parts.pop().split("\n") if parts else []
    while lines and shapes.is_navigation(lines[-1]):  # right below a list it is of its last item
        lines.pop()
    text = "\n\n".join([*parts, "\n".join(lines)]).strip()
    text = _ALONE.sub("", text) if "\n" not in text and text[:1] == "-" else text
    if _TO_COME.fullmatch(text):
        return ""
    return "" if len(text.split()) <= 1 and text != "A" and shapes.is_answer_heading(text) else text


def _tells(char: str) -> bool:
    """Whether a character says something: a letter or a digit, or a sign that an answer may consist of."""
    return char.isalnum() or char in "+*/%&|^~!?<>=@\\$(){}[]"


def _chosen(found: Found) -> Found:
    """Return a question of multiple choice with its right answer; any other as it is."""
    choice = choices.parted(found.answer) if found.answer else None
    if choice is None:
        inner = choices.parted(found.question.partition("\n")[2]) if "\n" in found.question else None
        return (
            found
            if inner is None or found.answer
            else replace(found, question=inner.question(found.question.partition("\n")[0]), answer=inner.answer)
        )
    return replace(found, question=choice.question(found.question), answer=choice.answer)


def _once(found: Iterable[Found], document: Document) -> list[Found]:
    """Return each question once: an entry of a list of contents goes where the question stands with its answer."""
    keyed = [(_key(one), one) for one in found]
    answered = {key for key, one in keyed if one.answer}
    kept: list[Found] = []
    done: set[tuple[str, str]] = set()
    for key, one in keyed:
        again = (key, one.answer) in done or (not one.answer and key in answered)
        done.add((key, one.answer))
        if again:
            document.remarks.append(
                Remark(one.first, one.last, f"“{clip(one.question, 60)}” stands elsewhere with its answer")
            )
        else:
            kept.append(one)
    return kept


def _key(found: Found) -> str:
    return " ".join(_WORDS.findall(found.question.casefold())) or found.question
