"""Moodle's GIFT: each question's words with a block in braces behind them, in which "=" stands before what is right."""

import re
from typing import Any, Final

from bot.bank.exchange import choices, columns
from bot.bank.exchange.found import Document, Remark
from bot.bank.exchange.levels import Levels

_COMMENT: Final = re.compile(r"^[ \t]*(?://|\$CATEGORY:).*$", re.MULTILINE)
_BLOCK: Final = re.compile(r"(?<!\\)\{((?:[^{}\\]|\\.)*)\}", re.DOTALL)
_TITLE: Final = re.compile(r"^\s*(?:::(?:[^:\n]|:(?!:)){0,300}::)?\s*(?:\[\w+\])?\s*")
_PART: Final = re.compile(
    r"(?P<sign>[=~])\s*(?:%(?P<share>-?[\d.]+)%)?\s*(?P<words>(?:[^=~#\\]|\\.)*)(?:#(?:[^=~\\]|\\.)*)?"
)
_ESCAPED: Final = re.compile(r"\\([\\~=#{}:])")
_LONGEST: Final = 3_000  # characters of a question
_WHETHER: Final = {"T": "True", "TRUE": "True", "F": "False", "FALSE": "False"}


def read(text: str, levels: Levels) -> Document:
    """Return the questions of a file in GIFT; those whose answers are pairs, numbers or an essay stay without one, or are left out."""
    document = Document(shape="GIFT")
    text = _COMMENT.sub("", text)
    line, end = 1, 0
    for found in _BLOCK.finditer(text):
        between = text[end : found.start()]
        asked = between.rpartition("\n\n")[2]
        after = text[found.end() : found.end() + _LONGEST].partition("\n")[0]
        line, end = line + text.count("\n", end, found.end()), found.end()
        within = bool(document.found or document.remarks) and "\n" not in between
        fields = (
            {} if within or "{" in after or len(asked) > _LONGEST else _fields(asked, found[1].strip(), after.strip())
        )
        if fields:
            columns.take(fields, document, levels, first=line, last=line)
        else:
            words = "left out: pairs, numbers and several gaps in a sentence are not read"
            document.remarks.append(Remark(line, line, words, understood=False))
    return document


def _fields(asked: str, block: str, after: str) -> dict[str, Any]:
    """Return a question's fields, or nothing where its block is of another kind; what follows it makes it a gap."""
    question = " ".join(_plain(f"{_TITLE.sub('', asked)}{' ___ ' if after else ''}{after}").split())
    if whether := _WHETHER.get(block.partition("#")[0].strip().upper()):
        return {"question": f"True or false: {question}", "answer": whether}
    if not block:
        return {"question": question}
    parts = [
        (one["sign"] == "=" or float(one["share"] or 0) > 0, _plain(one["words"])) for one in _PART.finditer(block)
    ]
    if not parts or block[0] not in "=~" or any("->" in words for _, words in parts):
        return {}
    right = [words for good, words in parts if good]
    if len(right) == len(parts):
        return {"question": question, "answer": f"{right[0]} (also: {'; '.join(right[1:])})" if right[1:] else right[0]}
    options = {chr(ord("A") + n): words for n, (_, words) in enumerate(parts[:26])}
    choice = choices.of_fields(options, "")
    return {"question": choice.question(question), "answer": "; ".join(right)}


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", re.sub(r"</?[a-z]\w{0,9}>|&nbsp;", " ", text)).strip()
