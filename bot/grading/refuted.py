"""Statements that an answer names only to refute them: “M is a myth”, “A common mistake is to think that M”, “Some say M, but no”.

Each denies that statement alone. What may as well be a plain sentence (“the result is wrong”, “a trap: long chunks”) is
taken for a refutation only where the statement is held to be false.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum, auto
from itertools import pairwise
from typing import Final

from bot.text import blanked


class Side(Enum):
    """What a sentence alone says of a question's subject, as far as can be told."""

    TRUE = auto()  # or it cannot be told
    MISSED = auto()  # nearer to a near miss than to anything true
    FALSE = auto()  # and surely so
    ELSE = auto()  # nothing of it


Judge = Callable[[str], Side]

_ERRORS: Final = (Side.MISSED, Side.FALSE)
_SURELY: Final = r"(?:(?:just|only|simply|actually|really|plainly|clearly|of course|also|all|quite|completely|entirely|totally|always|usually|often|still|of course|sadly) ){0,2}"
_SUCH: Final = r"(?:(?:very|most|really|common|popular|widespread|frequent|typical|classic|usual|persistent|big|old|urban|general|naive|plain|pure|complete|total|first|well-known|beginner['’]?s?|rookie)(?:,| and)? ){0,3}"
_BELIEF: Final = r"(?:misconceptions?|myths?|fallac(?:y|ies)|misunderstandings?|(?:false|mistaken|wrong) (?:belief|idea|notion|assumption|claim)s?|legends?)"
_SLIP: Final = (
    r"(?:mistakes?|errors?|traps?|pitfalls?|confusions?|oversimplifications?|nonsense|rubbish|bullshit|lies?)"
)
_FALSE: Final = r"(?:wrong|false|untrue|incorrect|mistaken|in error|misguided)"
_TRUE: Final = r"(?:true|right|correct|so|the case|accurate|what happens|what it does|how it works|how this works)"
_SAY: Final = (
    r"(?:say|says|said|saying|think|thinks|thought|thinking|believe|believes|believed|believing|claim|claims|claimed|claiming|assume|assumes|assumed|assuming"
    r"|suppose|expect|expects|insist|insists|argue|argues|guess|imagine|write|writes|hear|state|states|conclude)"
)
_BEGINNERS: Final = r"(?:beginners|newcomers|novices|laymen|laypeople|juniors)"
_WHO: Final = rf"(?:some(?: people)?|many(?: people)?|most(?: people)?|people|others|one|you|we|I|{_BEGINNERS}|students|textbooks|blogs|tutorials|folks|they|everybody|everyone|somebody|someone)"
_HOW: Final = r"(?: (?:might|may|could|would|will|can|often|sometimes|commonly|usually|frequently|still|used|to|tend|naively|intuitively|initially|at|first|online|now|wrongly)){0,4}"
_END: Final = r"(?=\s*(?:[.,;:!\n()]|$)|\s+[–—-])"
_FOUND: Final = (
    rf"(?:not {_SURELY}{_TRUE}|{_SURELY}(?:not {_TRUE}|{_FALSE}|(?:an? |the )?{_SUCH}(?:{_BELIEF}|{_SLIP})))"
)
_IS: Final = r"(?:is|are|was|were|would be|turns? out to be|['’]s|['’]re)"
_DENIED: Final = (  # of a statement, by what is said of it
    rf"(?:{_IS} {_FOUND}|(?:is|are|was|were)n['’]?t {_SURELY}{_TRUE}"
    r"|(?:does not|doesn['’]?t|do not|don['’]?t) hold(?: up| true| water)?|miss(?:es)? the point|get(?:s)? it (?:wrong|backwards))"
)
_LEAD: Final = r"\W*(?:(?:note|remember|beware|careful|watch out|caution|warning|also|but|and|so|yet|finally|however|by the way|of course)\b,?:?(?: that)? ){0,2}"
_REPORT: Final = rf"\b{_WHO}{_HOW},? {_SAY}(?: that)?\b(?! so\b)"
_OPENED: Final = re.compile(  # by words that can only name an error
    rf"{_LEAD}(?:(?:it is |it['’]s |this is |that['’]s )?(?:an? |the |one |another )?{_SUCH}{_BELIEF}(?: here)?(?:\s?:| (?:is|says|goes|being|would be)(?: to {_SAY})?(?: that)?\b| (?:that|to {_SAY})\b)"
    rf"|(?:an? |the |one |another ){_SUCH}{_SLIP} (?:is|would be) (?:to {_SAY}|{_SAY}|that)\b(?: that\b)?"
    rf"|(?:it|that) (?:is|would be|was) {_SURELY}(?:an? )?{_SUCH}(?:{_SLIP}|naive|foolish|misleading) to {_SAY}(?: that)?\b)"
    r"|\s*(?:[-*•]\s)?(≠|!=|=/=|❌|✗|✘)(?=[^=])",  # a mark is for its line
    re.IGNORECASE,
)  # fmt: skip
_PERHAPS_OPENED: Final = re.compile(
    rf"{_LEAD}(?:(?:an? |the |one |another )?{_SUCH}{_SLIP}(?:\s?:| (?:is|would be)\b)"
    rf"|(?:an? |the )?{_SUCH}(?:wrong|false|naive|bad) (?:answer|idea|view|conclusion|reading)s?(?:\s?:| (?:is|would be)\b)"
    rf"|(?:naively,? )?{_BEGINNERS}{_HOW} {_SAY}(?: that)?\b"
    rf"|(?:it|that)(?: is|['’]s| would be| may be) (?:tempting|easy|natural|intuitive) to {_SAY}(?: that)?\b"
    rf"|{_FALSE} (?:would be|is|are)\b"
    r"|(?:not to be confused|(?:don['’]?t|do not) confuse (?:this|that|it|them)) with\s?:?)",
    re.IGNORECASE,
)  # fmt: skip
_TOLD: Final = re.compile(
    rf"{_REPORT}[^.!?;\n]{{3,200}}?(?:[,.;!]|\s[-–—])\s*(?:(?:but|and|which|yet|though|although|however),? )?"
    rf"(?:(?:(?:that|this|it|they|which|those|these|he|she|I|we)\b ?)?(?:{_DENIED}|was {_FALSE}|disagree|(?:do not|don['’]?t)(?: agree| think so)?)|no|nope|not so|{_FALSE}){_END}",
    re.IGNORECASE,
)  # fmt: skip
_CALLED: Final = re.compile(
    rf"(?:[”\"]? {_IS} {_SURELY}(?:an? |the )?{_SUCH}{_BELIEF}{_END}"
    rf"|\s?\((?:an? |that is |that['’]s )?(?:{_FALSE}|not {_TRUE}|{_BELIEF}|no|nope)[.!]?\)|\s*[❌✗✘]|\s[-–—]+\s?(?:no|nope|not so|not {_TRUE}|{_FALSE}){_END}"
    rf"|,? {_WHO}{_HOW} {_SAY},? (?:(?:but|and) )?(?:wrongly|falsely|mistakenly|incorrectly|erroneously|(?:it|that|they) {_DENIED}){_END})",
    re.IGNORECASE,
)  # fmt: skip
_PERHAPS_CALLED: Final = re.compile(rf"[”\"]? {_DENIED}{_END}", re.IGNORECASE)
_CLAIM: Final = re.compile(
    rf"{_LEAD}(?:contrary to [^,.;:!?\n]{{3,60}}, |(?:the )?(?:statement|claim|sentence|saying|idea|notion|belief|view|assumption|slogan)(?: that|:| (?=[“\"])) ?[“\"]?"
    rf"|that (?!(?:is|was|means|makes|would|will|can|may|leads|gives|has|does)\b)(?=\S+ \S+ \S)|(?:to say|saying|to think|thinking|to claim|claiming|to believe|believing)\b(?: that)?"
    rf"|(?:any|every|who|whoever)(?:one|body)? (?:who )?{_SAY}(?: that)?\b|[“\"])",
    re.IGNORECASE,
)  # fmt: skip
_ASKED: Final = re.compile(
    rf"\?\s*(?:no|nope|no way|not really|not at all|certainly not|of course not|never|hardly|nah|(?:it|that|this|they) (?:(?:does|do|is|are|can|would)(?:n['’]t| not)|cannot)|not {_TRUE}|{_FALSE}|(?:that|this|it)(?: (?:is|would be)|['’]s) {_FOUND})\s*(?=[.,!;:–—-]|$)",
    re.IGNORECASE,
)  # fmt: skip
_OF_THE_REST: Final = frozenset((  # words of no statement, but for others
    "all", "any", "most", "none", "everything", "every", "each", "of", "in", "on", "for", "at", "to", "from", "with", "the", "this", "that", "it", "is",
    "as", "these", "those", "above", "below", "here", "whole", "what", "i", "said", "wrote", "written", "very", "much", "answer", "answers", "text",
    "texts", "statement", "statements", "sentence", "sentences", "claim", "claims", "view", "views", "idea", "ideas", "explanation", "explanations",
    "description", "descriptions", "respect", "respects", "point", "points", "way", "ways", "word", "words", "part", "parts", "follow", "follows",
    "followed", "following",
))  # fmt: skip
_WORD: Final = re.compile(r"\w+")
_CORRECTED: Final = re.compile(
    r"[,:–—-]\s{0,3}(?:(?:but|rather|instead|actually|in fact|in truth|in reality|really|however|the truth|whereas)\b|(?:when|while|yet) (?:in fact|actually|really|in truth|in reality)\b)",
    re.IGNORECASE,
)  # fmt: skip
_COLON: Final = re.compile(r":\s")
_ANNOUNCES: Final = re.compile(
    r"\b(?:follow\w*|below|here|this|that|these|way|ways|so|thus|words|statements?|answers?|explanations?|descriptions?|texts?|sentences?|claims?)\W*$",
    re.IGNORECASE,
)  # what stands behind the colon
_OBJECT: Final = re.compile(
    r"^\W*(?:(?:with|about)\b|in (?:most|many|some|several|older|popular)\b)"
    r"|\b(?:is|are|was|were|can|could|will|would|should|must|does|do|needs?|works?|matters?)\b\s+\w"
    r"|\b(?:it|that|this|there)['’]s (?:(?:not|so|that|just|all|really|too|very|as|only) ){0,2}(?:simple|easy|hard|magic|trivial|obvious|complicated|difficult|enough|one|clear|useless|dead)\b",
    re.IGNORECASE,
)  # fmt: skip
_BROKEN: Final = re.compile(r",\s(?:and|but|while|whereas|so|yet)\s(?:that\s)?|:\s|\s[-–—]+\s")
SENTENCE: Final = re.compile(r"[.!?;\n]+(?:\s|$)")
_NEAR: Final = 1_000  # characters in which a sentence begins
_LEAST: Final = 2  # words of a statement
_HINTS: Final = (  # without one of which nothing is refuted, so that nothing is looked for
    "misconc", "myth", "fallac", "misunder", "legend", "mistak", "error", "trap", "pitfall", "confus", "simplif", "nonsense", "rubbish", "bullshit", " lie",
    "wrong", "false", "untrue", "incorrect", "misguid", "not true", "not right", "not corr", "not so", "not the case", "not acc", "not what", "not how", "n't true", "n’t true",
    "n't right", "n’t right", "n't corr", "n’t corr", "n't so", "n’t so", "n't the", "n’t the", "n't what", "n’t what", "n't how", "n’t how", "not hold", "n't hold", "n’t hold",
    "the point", "backwards", "naive", "foolish", "misleading", "tempting", "disagree", "n't agree", "n’t agree", "beginners", "newcomers", "novices", "laymen", "laypeople",
    "juniors", "≠", "!=", "=/=", "❌", "✗", "✘", "but no", "- no", "– no", "— no", "? no", "? never", "? certainly", "? of course", "? hardly", "? nah", "? it ", "? that ", "? this ", "? they ", "(no",
)  # fmt: skip


def unrefuted(text: str, judge: Judge) -> str:
    """Return a text with blanks for the statements that it refutes itself, every offset as it was."""
    if not _may_refute(text):
        return text
    whole = text
    for start, end in _refuted(whole, judge):
        text = blanked(text, start, end)
    return text


def begin(text: str, at: int) -> int:
    """Return where the sentence begins that goes on at a place."""
    near = max(0, at - _NEAR)
    return max((stop.end() for stop in SENTENCE.finditer(text, near, at)), default=near)


def _refuted(text: str, judge: Judge) -> Iterator[tuple[int, int]]:
    """Yield where a text tells what it refutes: what others say, what it asks, and what its sentences say is false."""
    yield from (match.span() for match in _TOLD.finditer(text))
    yield from ((begin(text, match.start()), match.end()) for match in _ASKED.finditer(text))
    stops = [stop.span() for stop in SENTENCE.finditer(text)]
    for (_, start), (end, _) in pairwise(((0, 0), *stops, (len(text), 0))):
        asks = text.startswith("?", end)
        if not asks and _may_refute(text[start:end]) and (found := _in_sentence(text[start:end], judge)):
            yield start + found[0], start + found[1]


def _may_refute(text: str) -> bool:
    low = text.lower()
    return any(hint in low for hint in _HINTS)


def _in_sentence(said: str, judge: Judge) -> tuple[int, int] | None:
    """Return what a sentence refutes of what it says, or nothing."""
    if opened := _OPENED.match(said):
        line = said.partition("\n")[0]
        return 0, _corrected(said if opened[1] is None else line, opened.end(), judge)
    called = _CALLED.search(said)
    start = _broken(said, called.start()) if called else 0
    if called and is_statement(said[start : called.start()]):
        return start, called.end()
    perhaps = _PERHAPS_CALLED.search(said)
    if perhaps and (claim := _CLAIM.match(said)) and claim.end() < perhaps.start():
        return 0, perhaps.end()
    return _perhaps(said, perhaps, judge)


def _perhaps(said: str, called: re.Match[str] | None, judge: Judge) -> tuple[int, int] | None:
    """Return what a sentence may refute, where that is false."""
    if opened := _PERHAPS_OPENED.match(said):
        colon = _COLON.search(said, opened.end())
        end = colon.start() if colon else _corrected(said, opened.end(), judge)
        if judge(said[opened.end() : end]) in _ERRORS:
            return 0, end
    start = _broken(said, called.start()) if called else 0
    if called and is_statement(said[start : called.start()]) and judge(said[start : called.start()]) in _ERRORS:
        return start, called.end()
    return None


def _corrected(said: str, start: int, judge: Judge) -> int:
    """Return where a sentence sets right what it refutes, or ends."""
    correction = _CORRECTED.search(said, start)
    end = correction.start() if correction else len(said)
    return own(said, start, end, judge) or end


def own(text: str, start: int, end: int, judge: Judge) -> int:
    """Return where what is denied ends at a colon, where it is not what stands behind that, nor true; or nothing."""
    colon = _COLON.search(text, start, end)
    said = text[start : colon.start()] if colon else ""
    return colon.end() if colon and _OBJECT.search(said) and is_own(said, judge) else 0


def is_own(said: str, judge: Judge) -> bool:
    """Whether what is denied is an error, or something of its own that the answer does not say (“it is simple”, “with the usual advice”)."""
    if not is_statement(said) or _ANNOUNCES.search(said):
        return False
    side = judge(said)
    return side is Side.FALSE or (side is Side.ELSE and _OBJECT.search(said) is not None)


def announces(said: str) -> bool:
    """Whether words before a colon only stand for what follows it."""
    colon = _COLON.search(said)
    before = said[: colon.start()] if colon else ""
    return colon is not None and (not is_statement(before) or _ANNOUNCES.search(before) is not None)


def _broken(said: str, end: int) -> int:
    """Return where the last part of a sentence begins."""
    return max((stop.end() for stop in _BROKEN.finditer(said, 0, end)), default=0)


def is_statement(said: str) -> bool:
    """Whether words say something, and do not only stand for what is said beside them (“all of this”)."""
    words = _WORD.findall(said.lower())
    return len(said.split()) >= _LEAST and not all(word in _OF_THE_REST or word.endswith("ly") for word in words)
