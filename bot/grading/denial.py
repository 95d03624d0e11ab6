"""What an answer says only to deny it (“I doubt that ...”, “people wrongly believe ...”, “None of this is true”).

Everything that is denied is blanked out, every offset kept, so that nothing of it can earn anything; a correction that
follows is heard.
"""

import re
from itertools import pairwise
from typing import Final

from bot.grading.refuted import SENTENCE, Judge, Side, announces, begin, is_own, own, unrefuted
from bot.text import blanked

_THAT: Final = r"(?:,? [^.!?;,]{0,80},)?"
_AHEAD: Final = re.compile(
    rf"\b(?:(?:it|that|this)(?:['’]s| is| isn['’]t| was| would be) (?:simply |just |plainly |also |equally )?(?:not |never )?(?:at all )?"
    rf"(?:true|right|correct|the case|so(?= that\b)|false|wrong|untrue|incorrect|a myth|a mistake|a misconception|a lie|nonsense)\b{_THAT}"
    r"(?: to (?:say|think|believe|claim|assume))?(?: that)?\b"
    r"|(?:nor|neither) (?:is|was) (?:it|that|this) (?:true|right|correct|the case)(?: that)?\b"
    r"|I (?:strongly |really |seriously )?(?:doubt|deny|don['’]?t (?:think|believe|agree)|do not (?:think|believe|agree)|disagree)(?: with the (?:idea|claim|view))?(?: that)?\b(?! (?:I|we)\b)"
    r"|(?:people|many|some|beginners|students|you(?: might)?|one might|textbooks|folks|most)(?: \w+)? (?:wrongly|falsely|mistakenly|incorrectly|erroneously) (?:\w+)(?: that)?\b"
    r"|(?:contrary to|it is a (?:common )?(?:myth|misconception|mistake|error) (?:that|to))\b"
    r"|(?:the|a) (?:common |popular |widespread )?(?:myth|misconception|false belief|mistaken belief|wrong claim) (?:is |says |goes )?(?:that)?\b"
    r"|(?P<label>wrong(?:ly)?|false(?:ly)?|incorrect(?:ly)?|mistakenly|erroneously|not true|untrue|myth|misconception)\s?:"
    r"|(?P<turn>the) (?:opposite|contrary|reverse(?! ?:))(?: of this| of that)?(?: (?:is|happens|holds|applies)(?: true| the case)?)?(?: of this| of that| of the following)?\s?:"
    r"|(?:nothing could|could(?:n['’]t| not)) be (?:further|farther) from the truth\b"
    r"|(?:none|nothing|not a word) of (?:what follows|the following) (?:is (?:true|right|correct)|holds|applies)\b"
    r"|(?:everything|all(?: that)?|what) I (?:write|wrote|say|said)(?: here| below| now)? is (?:the (?:opposite|reverse|contrary) of (?:the truth|what is true)|(?:all )?(?:wrong|false|untrue|a lie|made up))\b"
    r"|the (?:opposite|reverse|contrary) of (?:each|all|every|everything)[^.!?;:\n]{0,40} is (?:true|right|the case)\s?:"
    r"|(?:what follows|the following)(?: here)? is (?:all |complete |pure |just )?(?:wrong|false|untrue|incorrect|not true|nonsense|a lie|made up)\b"
    r"|(?:there is|there['’]s) no (?:truth|evidence)(?: in the (?:claim|idea)| to the (?:claim|idea))? that\b"
    r"|(?:nobody|no one|none) (?:should|would|can) (?:say|claim|believe|think)(?: that)?\b)",
    re.IGNORECASE,
)  # fmt: skip
_BEHIND: Final = re.compile(
    r"(?P<after>^|[.!?;:\n—–-])[^\S\n]*+(?:but |and |in (?:fact|truth),? |actually,? |however,? |well,? |sorry,? |nope,? |no,? |(?:just kidding|only joking),? |(?:on|at) (?:a )?(?:closer|second) (?:inspection|look),? )?"
    r"(?P<said>(?:none|nothing|not a word|no part|not one word) of (?:this|that|it|the above|what (?:i|was|is) (?:wrote|said|above))(?: here)? (?:is|was|holds|applies)(?: true| right| correct| the case)?"
    r"|(?:all|everything|every word|each word|each part|every part|most)(?: of)? ?(?:this|that|it|the above|above|of the above|i (?:just )?(?:said|wrote))?(?: here)? (?:is|was|are) (?:all |completely |entirely |totally |plainly |simply )?(?:wrong|false|untrue|incorrect|not true|nonsense|a lie|made up|a myth)"
    r"|(?:this|that|it|the above|the opposite|the reverse|the contrary|exactly the opposite|quite the opposite)(?:['’]s| is| was| are| turns out to be)? (?:all |completely |entirely |totally |of course |simply )*(?:wrong|false|untrue|incorrect|not true|not right|not correct|not the case|nonsense|a lie|the case|true|what happens|right|correct)"
    r"|(?:this|that|it) isn['’]?t (?:true|right|correct|the case|so)"
    r"|(?:not|just kidding|no|nope|no way|wrong|false|(?:wrong|false) (?:on (?:all|every) counts?|throughout|from (?:start|beginning) to end))(?=[.!]*\s*$)"
    r"|(?:it is|it['’]s|this is|that is) not (?:the case|so|true|right|correct)(?: that (?:any of |all )?(?:this|that|it|the above)(?: (?:is|were|was)(?: true| so| the case)?| holds)?)?"
    r")\s*(?=[.!?,;\n]|$)",
    re.IGNORECASE,
)  # fmt: skip
_WHOLE: Final = re.compile(
    r"none|nothing|not |no part|all|every|each|most", re.IGNORECASE
)  # of what was said is denied, and not the last of it
_BELIEVED: Final = re.compile(
    r"\b(?:some|many|most|people|others|one|you|beginners|students|textbooks|folks|they)\b[^.!?;\n]{0,30}"
    r"\b(?:say|says|said|think|thinks|believe|believes|claim|claims|assume|assumes|suppose|expect|hear|could|might)\b"
    r"|\b(?:naive|naively|intuitively|tempting|shortcut|first idea|beginners?|myth|misconception|seems?|sounds?|looks like|at first (?:glance|sight))\b|[“\"]|\?$",
    re.IGNORECASE,
)  # fmt: skip
_DASHES: Final = ("-", "–", "—")
_JEST: Final = re.compile(
    r"not\b|just kidding|no way|nope|wrong on|false on", re.IGNORECASE
)  # that takes all of it back
_COMPARED: Final = re.compile(r"contrary to\b", re.IGNORECASE)  # something, beside which the truth stands
_ASIDE: Final = re.compile(r"[,:;.!?\n]")
_FALSEHOOD: Final = re.compile(
    r"(?<!go )(?<!goes )(?<!gets )\b(?:false|wrong|untrue|incorrect|not true|not so|mistaken|other way a?round|disagree)\b",
    re.IGNORECASE,
)
_OF_ALL: Final = re.compile(r"\b(?:this|that|these|those|all|none|everything|it|following|above|I)\b", re.IGNORECASE)
_CROSSED: Final = re.compile(
    r"\b(?:myths?|nope|nonsense|rubbish|I no longer|by no means|not (?:one|a) word|none of (?:this|that|it|these))\b|[❌✗]",
    re.IGNORECASE,
)
_NEXT_TO_NOTHING: Final = 2  # words
_SHORT: Final = 8  # words of a sentence that may be about all the others
_CORRECTION: Final = re.compile(
    r"(?:[.;,:!?–—-]\s{0,3})(?:but|rather|instead|actually|in fact|in truth|in reality|really|however|the truth)\b"
    r"|\n\s{0,3}(?:right|correct|true|truth|fact)\s?:",
    re.IGNORECASE,
)
_LEAST_SAID, _SAME = 4, 0.8  # words of a sentence, and their share, from which it is what is denied elsewhere
_BELIEF: Final = re.compile(r"misconception|myth|belief|mistake", re.IGNORECASE)  # what follows sets it right
_OPENING: Final = 12  # characters that may stand before an opening denial
_NEXT: Final = 12  # characters of the next sentence in which a correction may begin


def asserted(text: str, judge: Judge = lambda _: Side.TRUE) -> str:
    """Return the text with blanks for what it only denies, every offset as it was.

    A denial covers its sentence up to a correction; one that opens the answer and is not corrected covers all of it where what its
    sentence denies `is_true`. One that stands behind covers all that was said before (“None of this is true.”), or the one
    sentence that tells what others think, or asks (“Some say ... That is wrong.”, “Is it ...? No.”).
    """
    whole = text
    text = unrefuted(whole, judge)
    for match in _BEHIND.finditer(text):
        if text[: match.start()].strip() and _denies(match.group("said")):
            text = blanked(text, _said_before(match, whole, text), match.end())
    done = 0
    for match in _AHEAD.finditer(text):
        if match.start() >= done and _denies(match.group()) and not _is_heading(match, text):
            start, done = _scope(match, text, judge)
            done = _over_repeats(text, start, done)
            text = _without_repeats(blanked(text, start, done), whole[match.end() : done])
    return text


def may_deny_all(text: str) -> bool:
    """Whether the first or the last of several sentences is short and speaks of something false: perhaps of all that is said beside it."""
    sentences = [sentence.split() for sentence in SENTENCE.split(text) if sentence.strip()]
    around = (sentences[0], sentences[-1]) if len(sentences) > 1 else ()
    return any(len(words) <= _SHORT and _is_of_all(" ".join(words)) for words in around)


def _is_of_all(sentence: str) -> bool:
    """Whether a short sentence calls something false that may be all the others: it names them, or next to nothing."""
    named = _OF_ALL.search(sentence) or len(sentence.split()) <= _NEXT_TO_NOTHING
    return bool(_CROSSED.search(sentence) or (named and _FALSEHOOD.search(sentence)))


def _said_before(match: re.Match[str], text: str, heard: str) -> int:
    """Return where that begins which a denial behind it denies: the sentence before it where others believe it or it is refuted, or all."""
    start = begin(text, match.start())
    if _WHOLE.match(match.group("said")):
        return 0
    beside = match.group("after") == ":" or (match.group("after") in _DASHES and not _JEST.match(match.group("said")))
    refuted = start and not heard[start : match.start()].strip()
    return start if beside or refuted or _BELIEVED.search(text[start : match.start() + 1]) else 0


def _is_heading(match: re.Match[str], text: str) -> bool:
    """Whether “wrong:” or “the opposite:” ends a sentence that says something else (“What goes wrong: ...”)."""
    before = text[begin(text, match.start()) : match.start()].split()
    return bool((match.group("label") and before) or (match.group("turn") and len(before) > 1))


def _over_repeats(text: str, start: int, end: int) -> int:
    """Return the end of a denial, moved over sentences that say again what stands before it."""
    before = set(text[:start].lower().split())
    while said := set(text[end : _next(text, end)].lower().split()):
        if len(said) < _LEAST_SAID or len(said & before) < _SAME * len(said):
            break
        end = _next(text, end)
    return end


def _next(text: str, start: int) -> int:
    stop = SENTENCE.search(text, start)
    return stop.end() if stop else len(text)


def _without_repeats(text: str, denied: str) -> str:
    """Blank the sentences that say what is denied elsewhere (“X. It is not the case that X”)."""
    words = set(denied.lower().split())
    edges = [0, *(m.end() for m in SENTENCE.finditer(text)), len(text)]
    for start, end in pairwise(edges):
        said = set(text[start:end].lower().split())
        if len(said) >= _LEAST_SAID and len(said & words) >= _SAME * len(said):
            text = blanked(text, start, end)
    return text


def _denies(words: str) -> bool:
    """Tell “it is not true that” and “it is false that” from “it is true that” and “it is not false that”."""
    nots = re.findall(
        r"\b(?:not|never|none|nothing|nope|nor|neither|no|nobody|doubt|deny|disagree)\b|n['’]t\b|\b(?:do|does|did|is|are|was|would|could|ca)nt\b",
        words,
        re.IGNORECASE,
    )
    turned = re.findall(r"\b(?:opposite|reverse|contrary)\b", words, re.IGNORECASE)
    wrong = re.search(
        r"false|wrong|untrue|incorrect|myth|lie\b|nonsense|misconception|mistake|erroneous|made up|kidding|belief",
        words, re.IGNORECASE,
    )  # fmt: skip
    return (len(nots) + len(turned) + bool(wrong)) % 2 == 1


def _scope(match: re.Match[str], text: str, judge: Judge) -> tuple[int, int]:
    """Return the stretch that a denial covers: its sentence up to a correction, or everything where it opens the answer."""
    if _COMPARED.match(match.group()):
        aside = _ASIDE.search(text, match.end())
        return match.start(), aside.end() if aside else len(text)
    stop = SENTENCE.search(text, match.end())
    end = stop.end() if stop else len(text)
    at_colon = 0 if match.group("label") else own(text, match.end(), end, judge)
    if correction := _CORRECTION.search(text, match.end(), min(len(text), end + _NEXT)):
        return match.start(), min(at_colon or end, correction.start())
    if at_colon:
        return match.start(), at_colon
    alone = match.start() >= _OPENING or _BELIEF.search(match.group()) or not _denies_all(match, text, end, judge)
    return match.start(), end if alone else len(text)


def _denies_all(match: re.Match[str], text: str, end: int, judge: Judge) -> bool:
    """Whether an opening denial is about all that follows: it says so, nothing else follows, or what its sentence denies is true."""
    frame, said = match.group(), text[match.end() : end]
    announced = (":" in frame and not match.group("label")) or said.startswith((":", ",")) or announces(said)
    return bool(announced or not text[end:].strip() or not is_own(said, judge))
