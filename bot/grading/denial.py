"""What an answer says only to deny it (“I doubt that ...”, “people wrongly believe ...”, “None of this is true”).

Everything that is denied is blanked out, every offset kept, so that nothing of it can earn anything; a correction that
follows is heard.
"""

import re
from itertools import pairwise
from typing import Final

from bot.text import blanked

_THAT: Final = r"(?:,? [^.!?;,]{0,80},)?"
_AHEAD: Final = re.compile(
    rf"\b(?:(?:it|that|this)(?:['’]s| is| isn['’]t| was| would be)? ?(?:simply |just |plainly )?(?:not |never )?(?:at all )?"
    rf"(?:true|right|correct|the case|false|wrong|untrue|incorrect|a myth|a mistake|a misconception|a lie|nonsense)\b{_THAT}"
    r"(?: to (?:say|think|believe|claim|assume))?(?: that)?\b"
    r"|I (?:strongly |really |seriously )?(?:doubt|deny|don['’]?t (?:think|believe|agree)|do not (?:think|believe|agree)|disagree)(?: with the (?:idea|claim|view))?(?: that)?\b"
    r"|(?:people|many|some|beginners|students|you(?: might)?|one might|textbooks|folks|most)(?: \w+)? (?:wrongly|falsely|mistakenly|incorrectly|erroneously) (?:\w+)(?: that)?\b"
    r"|(?:contrary to|it is a (?:common )?(?:myth|misconception|mistake|error) (?:that|to))\b"
    r"|(?:the|a) (?:common |popular |widespread )?(?:myth|misconception|false belief|mistaken belief|wrong claim) (?:is |says |goes )?(?:that)?\b"
    r"|(?:wrong|false|incorrect|not true|untrue|myth|misconception)\s?:"
    r"|(?:the opposite|the reverse|the contrary)(?: of this| of that)?(?: (?:is|happens|holds|applies)(?: true| the case)?)?(?: of this| of that| of the following)?\s?:"
    r"|(?:there is|there['’]s) no (?:truth|evidence)(?: in the (?:claim|idea)| to the (?:claim|idea))? that\b"
    r"|(?:nobody|no one|none) (?:should|would|can) (?:say|claim|believe|think)(?: that)?\b)",
    re.IGNORECASE,
)  # fmt: skip
_BEHIND: Final = re.compile(
    r"(?:^|[.!?;:\n—–-])\s*+(?:but |and |in fact,? |actually,? |however,? |well,? |sorry,? )?"
    r"(?P<said>(?:none|nothing|not a word|no part|not one word) of (?:this|that|it|the above|what (?:i|was|is) (?:wrote|said|above))(?: here)? (?:is|was|holds|applies)(?: true| right| correct| the case)?"
    r"|(?:all|everything|every word|each word|each part|every part|most)(?: of)? ?(?:this|that|it|the above|above|of the above|i (?:just )?(?:said|wrote))?(?: here)? (?:is|was|are) (?:all |completely |entirely |totally |plainly |simply )?(?:wrong|false|untrue|incorrect|not true|nonsense|a lie|made up|a myth)"
    r"|(?:this|that|it|the above|the opposite|the reverse|the contrary|exactly the opposite|quite the opposite)(?:['’]s| is| was| are)? (?:all |completely |entirely |totally |of course |simply )*(?:wrong|false|untrue|incorrect|not true|not right|not correct|not the case|nonsense|a lie|the case|true|what happens|right|correct)"
    r"|(?:this|that|it) isn['’]?t (?:true|right|correct|the case|so)"
    r"|(?:not|just kidding|no)(?=[.!]?\s*$)"
    r"|(?:it is|it['’]s|this is|that is) not (?:the case|so|true|right|correct)(?: that (?:any of |all )?(?:this|that|it|the above)(?: (?:is|were|was)(?: true| so| the case)?| holds)?)?"
    r")\s*(?=[.!?,;\n]|$)",
    re.IGNORECASE,
)  # fmt: skip
_CORRECTION: Final = re.compile(
    r"(?:[.;,:!?–—-]\s{0,3})(?:but|rather|instead|actually|in fact|in truth|in reality|really|however|the truth)\b",
    re.IGNORECASE,
)
_LEAST_SAID, _SAME = 4, 0.8  # words of a sentence, and their share, from which it is what is denied elsewhere
_SENTENCE: Final = re.compile(r"[.!?;\n]+(?:\s|$)")
_BELIEF: Final = re.compile(r"misconception|myth|belief|mistake", re.IGNORECASE)  # what follows sets it right
_OPENING: Final = 12  # characters that may stand before an opening denial
_NEXT: Final = 12  # characters of the next sentence in which a correction may begin


def asserted(text: str) -> str:
    """Return the text with blanks for what it only denies, every offset as it was.

    A denial covers its sentence up to a correction; one that opens the answer and is not corrected covers all of it, and
    one that stands behind (“None of this is true.”) all that was said before.
    """
    whole = text
    for match in _BEHIND.finditer(whole):
        if text[: match.start()].strip() and _denies(match.group("said")):
            text = blanked(text, 0, match.end())
    done = 0
    for match in _AHEAD.finditer(text):
        if match.start() >= done and _denies(match.group()):
            start, done = _scope(match, text)
            done = _over_repeats(text, start, done)
            text = _without_repeats(blanked(text, start, done), whole[match.end() : done])
    return text


def _over_repeats(text: str, start: int, end: int) -> int:
    """Return the end of a denial, moved over sentences that say again what stands before it."""
    before = set(text[:start].lower().split())
    while said := set(text[end : _next(text, end)].lower().split()):
        if len(said) < _LEAST_SAID or len(said & before) < _SAME * len(said):
            break
        end = _next(text, end)
    return end


def _next(text: str, start: int) -> int:
    stop = _SENTENCE.search(text, start)
    return stop.end() if stop else len(text)


def _without_repeats(text: str, denied: str) -> str:
    """Blank the sentences that say what is denied elsewhere (“X. It is not the case that X”)."""
    words = set(denied.lower().split())
    edges = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
    for start, end in pairwise(edges):
        said = set(text[start:end].lower().split())
        if len(said) >= _LEAST_SAID and len(said & words) >= _SAME * len(said):
            text = blanked(text, start, end)
    return text


def _denies(words: str) -> bool:
    """Tell “it is not true that” and “it is false that” from “it is true that” and “it is not false that”."""
    nots = len(
        re.findall(r"\b(?:not|never|none|nothing|no|nobody|doubt|deny|disagree)\b|n['’]?t\b", words, re.IGNORECASE)
    )
    wrong = re.search(
        r"false|wrong|untrue|incorrect|myth|lie\b|nonsense|misconception|mistake|erroneous|opposite|reverse|contrary|made up|kidding|belief",
        words, re.IGNORECASE,
    )  # fmt: skip
    return (nots % 2 == 1) is not bool(wrong)


def _scope(match: re.Match[str], text: str) -> tuple[int, int]:
    """Return the stretch that a denial covers: its sentence up to a correction, or everything where it opens the answer."""
    stop = _SENTENCE.search(text, match.end())
    end = stop.end() if stop else len(text)
    if correction := _CORRECTION.search(text, match.end(), min(len(text), end + _NEXT)):
        return match.start(), min(end, correction.start())
    corrected = _BELIEF.search(match.group())
    return match.start(), len(text) if match.start() < _OPENING and not corrected else end
