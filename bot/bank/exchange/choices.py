"""Multiple choice: the right option's words and the explanation are the answer; the options stay with the question."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.bank.exchange import shapes

_BOX: Final = re.compile(
    r"^\s*(?:[-*+•]|\d{1,2}[.)])?\s*(?:\[(?P<box>[ xX✓✔]?)\]|(?P<tick>✅|☑️?|✔️?|❌|⬜|☐|🔘|○|●))\s*(?P<text>\S.*)$"
)
_BARE_BOX: Final = re.compile(r"\W*[xX✓✔]?\W*[A-H]?\W*")  # its words are the code below it
LETTER: Final = re.compile(
    r"^\s*(?:[-*+•]\s+)?[(\[]?(?P<letter>[A-Ha-h]|[1-8])(?:[.):\]]|\s[-–])\)?\s*(?P<text>\S.*)?$"
)
_RIGHT: Final = re.compile(
    r"\s*(?:✅|✔️?|☑️?|✓|√|(?:←|<?[-=]{1,2}|<).{0,3}(?:correct|right|answer)\W*|←.*|[(\[{]\s*(?:x|✓)\s*[)\]}]|\(\s*(?:correct|right|answer|richtig|correcta|верно)(?:\s+answer)?\s*\)|\*)\s*$",
    re.IGNORECASE,
)
_MARKING: Final = frozenset("✅✔☑✓√←<=-([{*")  # with one of which the sign of the right one begins
_SIGNS: Final = re.compile(r"[\W_]+")
_KEY: Final = re.compile(
    r"^\W*(?:(?:the|so|and|hence|therefore)\s+)*(?:(?:correct|right|best)\s+)?(?:answers?|ans|solution|option|choice|key|antwort|lösung|respuesta(?:\s+correcta)?"
    r"|réponse|resposta|risposta|ответ|правильный ответ|답|정답|答え|答案|正解|correct|الإجابة|الاجابة|الأجابة|الجواب|پاسخ|जवाब|उत्तर|উত্তর|תשובה|απάντηση|คำตอบ|đáp án|răspuns|răspunsul|përgjigja|odgovor|відповідь|отговор)(?:\s+(?:option|answer|choice|key|is|are))*\s*[:：.=–—-]*\s*(?P<rest>.*)$",
    re.IGNORECASE,
)  # fmt: skip
_LABEL: Final = re.compile(
    r"^\W*[^\W\d_]{2,16}(?:\s[^\W\d_]{2,16}){0,4}\s*[:：]\s*(?P<rest>[(\[]?[A-Ha-h][)\]]?)[\s*_.:]*$"
)  # in any language
_NAMED: Final = re.compile(
    r"^\W{0,6}(?:(?:option|choice|answer|letter)\s+)?(?P<letters>[A-Ha-h1-8](?:\s*(?:[,&/|;]|and|und|y|e)\s*[A-Ha-h1-8])*|(?-i:[A-H]{2,6}))(?![\w'’])(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
EXPLAINS: Final = re.compile(
    r"^(?:explanation|reason|why|erklärung|explicación|explication|пояснение|explanation)\s*[:：]\s*", re.IGNORECASE
)
_WHY: Final = re.compile(
    r"\s[*_(]{0,3}(?:explanation|reason|erklärung|explicación|explication|пояснение)\s*[:：]", re.IGNORECASE
)
_AFTER: Final = re.compile(r"^[\s.):,;–—*_-]+")  # what stands between a letter and what follows it
_ONE: Final = re.compile(r"(?<![A-Za-z0-9])[A-Ha-h1-8](?![A-Za-z0-9])")
_LEAST: Final = 2
_NEAR: Final = 3  # lines below the options, in which a letter is said
_LONGEST: Final = 20_000  # characters; a card holds no options beyond them
_MOST_STEM: Final = 1_200
_OPTIONS_IN: Final = 600  # characters of a question with its options


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question of multiple choice in its parts; without a right option there is no answer."""

    stem: str
    options: Mapping[str, str]
    right: Sequence[str]
    explanation: str

    @property
    def answer(self) -> str:
        """The right options' words, then why."""
        words = "; ".join(self.options[letter] for letter in self.right)
        return "\n\n".join(filter(None, (words, self.explanation if words else "")))

    def question(self, asked: str) -> str:
        """Return a question with what belongs to it, and with its options where all is short enough."""
        whole = "\n\n".join(filter(None, (asked, self.stem)))
        listed = "\n".join(f"{letter}: {words}" for letter, words in self.options.items())
        return f"{whole}\n\n{listed}" if len(whole) + len(listed) < _OPTIONS_IN else whole


def parted(answer: str) -> Choice | None:
    """Return what stands below a question as a choice, or None where there are no options."""
    return _parted(answer) if "\n" in answer and len(answer) < _LONGEST else None


def forget() -> None:
    """Let go of what was kept of a document's answers."""
    _parted.cache_clear()


@lru_cache(maxsize=30_000)  # an answer is looked at while it grows, for a key, and when all are found
def _parted(answer: str) -> Choice | None:
    lines = answer.split("\n")
    return _by_box(lines) or _by_letter(lines)


def of_fields(options: Mapping[str, str], said: str, explanation: str = "") -> Choice:
    """Return a choice whose options stand in columns; what is right may be said by letter, number, name or words."""
    kept = {chr(ord("A") + n): words for n, words in enumerate(filter(None, options.values()))}
    named = {
        name.casefold(): chr(ord("A") + n) for n, (name, words) in enumerate((n, w) for n, w in options.items() if w)
    }
    words = said.strip()
    by_words = _called(words, kept)
    letter = named.get(words.casefold()) or (words.upper() if words.upper() in kept else "")
    if not by_words and not letter and (found := _NAMED.match(words)) and not found["rest"].strip(" .)"):
        return Choice(stem="", options=kept, right=_letters(found["letters"], kept), explanation=explanation)
    return Choice(stem="", options=kept, right=by_words or ([letter] if letter else []), explanation=explanation)


def _called(words: str, options: Mapping[str, str]) -> list[str]:
    """Return the options that consist of the same words, or of the same signs where there are none."""
    wanted = _spelled(words)
    return [letter for letter, option in options.items() if wanted == _spelled(option)]


def _spelled(text: str) -> str:
    return _SIGNS.sub(" ", text).strip().casefold() or text.strip()


def _by_box(lines: Sequence[str]) -> Choice | None:
    """Return options with a box each, the right ones ticked."""
    found = [(n, box) for n, line in enumerate(lines) if (box := _BOX.match(line))]
    if len(found) < _LEAST:
        return None
    ends = [*(n for n, _ in found[1:]), _end_of_box(lines, found[-1][0])]
    options = {
        chr(ord("A") + place): _option(box["text"], lines[n + 1 : ends[place]])
        for place, (n, box) in enumerate(found[:26])
    }
    ticked = [
        chr(ord("A") + n)
        for n, (_, box) in enumerate(found[:26])
        if (box["box"] or "").strip() or (box["tick"] or "")[:1] in {"✅", "☑", "✔", "●", "🔘"}
    ]
    if len(ticked) == len(found):
        return None  # a list of what was done, or is good
    options, right = _unmarked(_unlettered(options))
    after = "\n".join(lines[ends[-1] :]).strip()
    return Choice(
        stem=_stem(lines[: found[0][0]]), options=options, right=ticked or right, explanation=_explained(after)
    )


def _unlettered(options: Mapping[str, str]) -> Mapping[str, str]:
    """Return options in boxes without letters of their own."""
    found = [(letter, LETTER.match(words)) for letter, words in options.items()]
    if not all(own and own["letter"].upper() == letter and own["text"] for letter, own in found):
        return options
    return {letter: own["text"] for letter, own in found if own}


def _end_of_box(lines: Sequence[str], last: int) -> int:
    """Return where the last option ends: at the first line that is not indented as its own are."""
    coded = _coded(lines)
    for place in range(last + 1, len(lines)):
        own = coded[place] and _BARE_BOX.fullmatch(lines[last])
        if lines[place].strip() and not lines[place].startswith("  ") and not own:
            return place
    return len(lines)


def _coded(lines: Sequence[str]) -> list[bool]:
    """Return for each line whether it is one of code, or a fence of it."""
    inside, found = False, []
    if not any("```" in line or "~~~" in line for line in lines):
        return [False] * len(lines)
    for line in lines:
        fence = line.lstrip().startswith(("```", "~~~"))
        found.append(inside or fence)
        inside ^= fence
    return found


def _option(words: str, below: Sequence[str]) -> str:
    more = "\n".join(line.removeprefix("  ") for line in below).strip()
    return "\n".join(filter(None, (words.strip().lstrip(":").strip(), more)))


def _by_letter(lines: Sequence[str]) -> Choice | None:
    """Return options with a letter each, and the right one as the text below says it."""
    places = _run(lines)
    if len(places) < _LEAST:
        return None
    ends = [*places[1:], _end(lines, places[-1])]
    options: dict[str, str] = {}
    for start, end in zip(places, ends, strict=True):
        found = LETTER.match(lines[start])
        assert found is not None  # noqa: S101  that is how the places were found
        options[found["letter"].upper()] = "\n".join([found["text"] or "", *lines[start + 1 : end]]).strip()
    starred = "1" in options and any(words.endswith(" *") for words in options.values())  # “SELECT *” in a list
    options, marked = _unmarked(options) if not starred else (options, [])
    after = _from_label("\n".join(lines[ends[-1] :]).strip())
    right, explanation = said(after, options)
    keyed = _key(after.partition("\n")[0]) is not None
    if "1" in options and not (right and keyed) and not marked:
        return None  # a numbered list in an answer
    if not right and not marked and places[0] and after and not keyed:
        return None  # an answer that goes A, B, C
    return Choice(stem=_stem(lines[: places[0]]), options=options, right=right or marked, explanation=explanation)


def _run(lines: Sequence[str]) -> list[int]:
    """Return the first lines that go A, B, C, or 1, 2, 3."""
    places: list[int] = []
    wanted = ""
    coded = _coded(lines)
    for place, line in enumerate(lines):
        found = LETTER.match(line) if not coded[place] else None
        letter = found["letter"].upper() if found else ""
        if letter and letter == wanted and (not places or place - places[-1] < 30):  # noqa: PLR2004  lines of an option
            places.append(place)
        elif letter in {"A", "1"} and len(places) < _LEAST:
            places = [place]
        else:
            continue
        wanted = chr(ord(letter) + 1)
    return places


def _end(lines: Sequence[str], last: int) -> int:
    """Return where the last option ends: at a blank line, or where the answer is said."""
    for place in range(last + 1, len(lines)):
        if not lines[place].strip() or _KEY.match(lines[place]):
            return place
    return len(lines)


def _unmarked(options: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return options without the sign of the right one, and which have it."""
    right = [one for one, words in options.items() if not _MARKING.isdisjoint(words) and _RIGHT.search(words)]
    if not right or len(right) == len(options):
        return dict(options), []
    return {letter: _RIGHT.sub("", words) if letter in right else words for letter, words in options.items()}, right


def said(after: str, options: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the right options by what stands below them, and the explanation."""
    bare = EXPLAINS.sub("", after)
    head, _, below = (bare if _KEY.match(bare.partition("\n")[0]) else after).partition("\n")
    key = _key(head)
    rest = key["rest"].strip(" *_`") if key else head.strip()
    if key and not rest:
        rest, _, below = below.strip().partition("\n")
        rest = again["rest"].strip(" *_`") if (again := _key(rest)) else rest
    words, why = _before_why(rest)
    same = _called(words, options) if words else []
    if same:
        return same, _explained("\n".join(filter(None, (why, below))))
    found = _NAMED.match(rest)
    right = _letters(found["letters"], options) if found else []
    if not found or not right:
        return [], ""
    own = _AFTER.sub("", found["rest"])
    beyond = _beyond(own, [options[letter] for letter in right]) if own else ""
    alone = not own or found["rest"].lstrip("*_ ")[:1] in set("\n.):,;–—-")
    article = found["letters"] in {"a", "A"} and beyond == own and not why
    if not (alone or (key and not article)):
        return [], ""
    return right, _explained("\n".join(filter(None, (beyond, below))))


def _from_label(after: str) -> str:
    """Return what stands below options from the line on that says the letter, where that is one of the first."""
    lines = [line for line in after.split("\n") if line.strip()][:_NEAR]
    said = next((line for line in lines if _LABEL.match(line)), "")
    return after[after.index(said) :] if said else after


def _key(line: str) -> re.Match[str] | None:
    """Return a line that says the answer: by a word that is known, or by any word before a letter alone."""
    return _LABEL.match(line) or _KEY.match(line)


def _before_why(text: str) -> tuple[str, str]:
    """Return what a text says before the word that announces an explanation in it, and what follows from there on."""
    found = _WHY.search(text)
    return (text[: found.start()].rstrip(" *_."), text[found.start() :]) if found else (text.rstrip(" *_."), "")


def _beyond(text: str, options: Iterable[str]) -> str:
    """Return what a text says beyond an option that it begins with."""
    for words in options:
        rest = text[len(words) :] if words and text.casefold().startswith(words.casefold()) else "?"
        if re.match(r"$|[\s*_]*[.,;:)\n–—-]|\s+\(?(?:explanation|because|reason)\b", rest, re.IGNORECASE):
            return rest.lstrip(" .,;:)*_–—-")
    return "" if _spelled(text) in map(_spelled, options) else text


def _letters(text: str, options: Mapping[str, str]) -> list[str]:
    found = [letter.upper() for letter in _ONE.findall(text)]
    found = found or ([*text] if [*text] == sorted({*text}) else [])  # “BD”
    if found and all(letter in options for letter in found):
        return list(dict.fromkeys(found))
    if "1" in options:
        numbers = [str(ord(letter) - ord("A") + 1) for letter in found]
    else:
        numbers = [chr(ord("A") + int(letter) - 1) for letter in found if letter.isdigit()]
    return numbers if numbers and all(letter in options for letter in numbers) else []


def _explained(text: str) -> str:
    return EXPLAINS.sub("", text.strip().lstrip("-–—*_( ")).strip()


def _stem(lines: Sequence[str]) -> str:
    stem = "\n".join(lines).strip()
    return "" if len(stem) > _MOST_STEM or shapes.is_navigation(stem) else stem
