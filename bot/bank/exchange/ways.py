"""Links at a text's end that only lead on to where the answer is: “[Learn from here](...)”, “[Video](...) and [Blog](...)”."""

import re
from typing import Final

ADDRESS: Final = re.compile(
    r"(?:\[[^\[\]]{0,30}\]\.?\s*)?(?:url:\s*)?<?(?:https?://|www\.)[^\s<>]+>?\.?", re.IGNORECASE
)
_LINK: Final = re.compile(r"(?<!!)\[([^\[\]]{1,200})\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)[\s.\])*_]*$")
_HERE: Final = re.compile(
    r"(?:^|[\s(–—-]+)(?:learn|read|watch)(?:\s+more)?(?:\s+from)?(?:\s+here\s*:?|\s*:)\s*$", re.IGNORECASE
)
_LEADING: Final = frozenset(
    [
        "learn",
        "read",
        "watch",
        "see",
        "find",
        "look",
        "check",
        "click",
        "it",
        "this",
        "more",
        "from",
        "on",
        "out",
        "at",
        "the",
        "full",
        "video",
        "blog",
        "article",
        "post",
        "link",
        "here",
        "src",
        "source",
    ]
)
_WORDS: Final = re.compile(r"(?:^|[.\n(–—:-])([^.\n(–—:-]*)$")
_BETWEEN: Final = re.compile(r"(?:[\s\[(,;|&–—:-]|\b(?:and|or)\s)+$", re.IGNORECASE)
_STEM: Final = 5  # letters of a word that tell it from others
_LONGEST: Final = 1_000  # characters of links at an end
_MOST: Final = 10  # of them


def without(text: str) -> str:
    """Return a text without the links at its end that only lead on, and without the words that announce them."""
    head, end = text[:-_LONGEST], text[-_LONGEST:]
    for _ in range(_MOST):
        if not (found := _last(end)):
            break
        before = end[: found.start()]
        if here := _HERE.search(before):
            end = before[: here.start()]
        elif _leads(found[1]) or repeats(found[1], before):
            end = _announced(_BETWEEN.sub("", before))
        else:
            break
    return head + end


def _last(text: str) -> re.Match[str] | None:
    """Return the link with which a text ends."""
    start = text.rfind("[", 0, max(text.rfind("]("), 0))
    return _LINK.match(text, start) if start >= 0 else None


def repeats(words: str, asked: str) -> bool:
    """Whether the words of a link are those of what is asked: it leads to an answer, and is none."""
    known = {word[:_STEM] for word in _split(asked)}
    return len(known) > 1 and known.issuperset(word[:_STEM] for word in _split(words))


def is_repeated(answer: str, asked: str) -> bool:
    """Whether an answer is but a link with the words of what is asked."""
    link = _LINK.fullmatch(answer.strip()) if "](" in answer else None
    return link is not None and repeats(link[1], asked)


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _announced(text: str) -> str:
    """Return a text without words at its end that only announce a link."""
    last = _WORDS.search(text)
    return text[: last.start()].rstrip(" (–—:-") if last and _leads(last[1]) else text


def _leads(words: str) -> bool:
    return _LEADING.issuperset(_split(words))
