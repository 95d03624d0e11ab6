"""Options that are lettered in another script: their letters become A, B, C, also where the answer names one of them.

Only what goes in an alphabet's order is a list of options, and only behind it does a letter alone name one: “в” is a word too.
"""

# ruff: noqa: RUF001  letters of other scripts are meant
import re
from collections.abc import Iterator, Sequence
from typing import Final

ALPHABETS: Final = (
    "АБВГДЕЖЗ", "ΑΒΓΔΕΖΗΘ", "אבגדהוזח", "أبجدهوزح", "ابجدهوزح", "کخگغ", "কখগঘঙচছজ", "कखगघङचछज", "アイウエオカキク", "甲乙丙丁戊己庚辛",
    "가나다라마바사아", "ㄱㄴㄷㄹㅁㅂㅅㅇ", "กขคงจฉชซ", "აბგდევზთ", "①②③④⑤⑥⑦⑧", "ＡＢＣＤＥＦＧＨ", "ⒶⒷⒸⒹⒺⒻⒼⒽ",
)  # fmt: skip
_LATIN: Final = "ABCDEFGH"
_OPENING: Final = r"(?P<lead>\s*(?:[-*+•]\s+)?[*_]{0,2}[(\[（]?)"
_ENDED: Final = r"(?P<end>\s?[.)\]:：）、．]|\s[-–—](?=\s)|(?<=[①-⑧Ⓐ-Ⓗ]))"
_FAR: Final = 12  # lines between two options
_NEAR: Final = 4  # lines with words below the last, in which the answer is said
_LEAST: Final = 2
_NAMED: Final = r"(?P<lead>(?:^|[:：=–—-]|\s)\s*[*_]{{0,2}}[(\[（«“\"]?)(?P<letter>[{letters}])(?P<end>(?=[)\]）»”\".,、]|[*_]{{0,2}}\s*$))"


def as_latin(text: str) -> str:
    """Return a text with the letters of its options as A to H."""
    if text.isascii():
        return text
    lines = text.split("\n")
    for letters in ALPHABETS:
        if letters[0] in text or letters[0].casefold() in text:
            _mend(lines, letters)
    return "\n".join(lines)


def _mend(lines: list[str], letters: str) -> None:
    known = {letter: _LATIN[n] for n, letter in enumerate(letters)}
    known |= {letter.casefold(): latin for letter, latin in known.items()}
    option = re.compile(rf"^{_OPENING}(?P<letter>[{''.join(known)}]){_ENDED}(?=\s*\S)")
    named = re.compile(_NAMED.format(letters="".join(known)))
    for run in _runs([option.match(line) for line in lines], known):
        for place in run:
            lines[place] = option.sub(lambda found: _changed(found, known), lines[place])
        for place in _below(lines, run[-1]):
            lines[place] = named.sub(lambda found: _changed(found, known), lines[place], count=1)


def _changed(found: re.Match[str], known: dict[str, str]) -> str:
    return (
        f"{found['lead']}{known[found['letter']]}{found['end'].strip() or ('.' if found.re.pattern[0] == '^' else '')}"
    )


def _runs(found: Sequence[re.Match[str] | None], known: dict[str, str]) -> Iterator[list[int]]:
    """Yield the lines of options that go in the alphabet's order from its first letter on."""
    run: list[int] = []
    for place, one in enumerate(found):
        if one is None:
            continue
        latin = known[one["letter"]]
        if run and latin == _LATIN[len(run) : len(run) + 1] and place - run[-1] <= _FAR:
            run.append(place)
        else:
            if len(run) >= _LEAST:
                yield run
            run = [place] if latin == "A" else []
    if len(run) >= _LEAST:
        yield run


def _below(lines: Sequence[str], last: int) -> list[int]:
    """Return the first lines with words below the last option."""
    return [n for n in range(last + 1, min(last + 1 + _FAR, len(lines))) if lines[n].strip()][:_NEAR]
