"""What stands in a record's fields: words, options and which of them is right, several answers that are all accepted."""

import html
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from bot.bank.exchange import pages

_MAX_INNER: Final = 4  # of what holds a text
_TAG: Final = re.compile(r"</?(?:p|br|b|i|em|strong|code|pre|ul|ol|li|div|span|sub|sup|img)\b[^<>]*>", re.IGNORECASE)
_TEXT: Final = (
    "text",
    "value",
    "answer",
    "content",
    "label",
    "option",
    "name",
    "en",
    "txt",
    "body",
    "title",
    "answerText",
    "optionText",
    "answer_text",
    "option_text",
)
_QUOTED: Final = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.|'(?!\s*(?:,|$)))*)'")
_LETTERED: Final = re.compile(r"(?:^|(?<=[\s,;|]))[(]?[A-Ha-h][.):]\s*(?=\S)")
_NAMES_ONE: Final = re.compile(
    r"\W*(?:(?:option|choice|answer)\s*)?(?:[a-h]|\d{1,2})(?:\W+(?:and\W+)?(?:[a-h]|\d{1,2}))*\W*", re.IGNORECASE
)
_LEAST: Final = 2
_RIGHT: Final = ("correct", "is_correct", "isCorrect", "iscorrect", "right", "isRight", "isAnswer", "is_answer")


def words_of(value: Any, *, depth: int = 0) -> str:  # noqa: PLR0911  one line a kind of value
    """Return a value's words: entities and tags as what they stand for."""
    match value:
        case str():
            text = value.strip()
        case dict() | list() if depth > _MAX_INNER:
            return ""
        case dict():
            return words_of(next((value[name] for name in _TEXT if name in value), ""), depth=depth + 1)
        case list():
            return words_of(value[0], depth=depth + 1) if value else ""
        case bool():
            return "true" if value else "false"
        case _:
            return "" if value is None else str(value)
    if "%20" in text and " " not in text:
        text = unquote(text)
    if _TAG.search(text):
        return pages.words(text)
    return html.unescape(text) if "&" in text else text


def value_of(value: Any) -> Any:
    """Return a field's value with its words as a person reads them."""
    match value:
        case str() | dict():
            return words_of(value)
        case list():
            return [text for one in value if (text := words_of(one))]
        case _:
            return value


def listed(cell: str) -> dict[str, str]:
    """Return the options in a table's cell: a list as programs write it, letters, or what stands between signs."""
    inner = cell.strip()
    if inner[:1] == "[" and inner[-1:] == "]" and (quoted := [a or b for a, b in _QUOTED.findall(inner[1:-1])]):
        return options_of(quoted)[0]
    lettered = [part.strip(" ,;|\n") for part in _LETTERED.split(inner)]
    if len(lettered) > _LEAST and not lettered[0]:
        return options_of(lettered[1:])[0]
    return options_of(inner if re.search(r"[\n;|]", inner) else inner.split(","))[0]


def names_one(answer: str) -> bool:
    """Whether an answer is the letter or the number of an option, or several."""
    return _NAMES_ONE.fullmatch(answer) is not None


def options_of(options: Any) -> tuple[dict[str, str], list[str]]:
    """Return options by letter or name, and the words of those that are marked as right."""
    if isinstance(options, dict):
        return {str(name): words_of(words) for name, words in options.items()}, []
    parts = (
        [*map(marked, options)]
        if isinstance(options, list)
        else [part for part in re.split(r"\s*[\n;|]\s*", str(options)) if part]
    )
    found = {chr(ord("A") + n): re.sub(r"^[(]?[A-Ha-h][.):]\s+", "", words_of(one)) for n, one in enumerate(parts[:26])}
    return found, [words_of(one) for one in parts if isinstance(one, dict) and flag_of(one)]


def marked(option: Any) -> Any:
    """Return an option that is written as {"correct": its words} as others write it."""
    match option:
        case dict() if len(option) == 1 and next(iter(option)) in _RIGHT and flag_of(option) is False:
            return {"text": next(iter(option.values())), "correct": True}
        case _:
            return option


def flag_of(option: Mapping[str, Any]) -> bool | None:
    """Return whether an option is marked as right, or None where it does not say."""
    said = next((option[name] for name in _RIGHT if name in option), None)
    return None if said is None else str(said).casefold() in {"true", "1", "yes", "100"}


def index_of(answer: Any, options: Mapping[str, str], *, zero: bool) -> str:
    """Return the answer that is given as an option's number, as its words; any other as it is."""
    many = answer if isinstance(answer, list) else [answer]
    numbers = [number_of(one) for one in many]
    if (
        options
        and all(number is not None for number in numbers)
        and not any(words_of(one) in options.values() for one in many)
    ):
        places = [int(number or 0) - (not zero) for number in numbers]
        words = [*options.values()]
        return "; ".join(words[place] for place in places) if all(0 <= place < len(words) for place in places) else ""
    if isinstance(answer, list) and all(isinstance(one, str) for one in answer):
        return "; ".join(options.get(one.strip().upper(), words_of(one)) for one in answer)
    return words_of(answer)


def number_of(value: Any) -> int | None:
    """Return a value as the number of an option, if it is one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 1_000 else None  # noqa: PLR2004  no list of options is as long
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 3 else None  # noqa: PLR2004


def accepted_of(answers: list[str]) -> dict[str, Any]:
    """Return several answers, each of which is right, as one and a key point that any of them earns."""
    one, *others = dict.fromkeys(filter(None, answers)) or [""]
    phrasings = [text for text in (one, *others) if 1 < len(text) <= 200][:24]  # noqa: PLR2004  what a phrasing may have
    statement = one if len(one) > 2 else f"“{one}”"  # noqa: PLR2004  a statement's least length
    points = [{"id": "answer", "statement": statement[:400], "phrasings": phrasings}] if phrasings else None
    return {"answer": f"{one} (also: {'; '.join(others)})" if others else one, "key_points": points}
