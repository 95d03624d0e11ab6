"""Whether a text in a question's thread is an attempt at all, or talk: thanks, a question back, a joke, “idk”.

An answer, however short or odd, must never be taken for talk. What people say beside answers is too manifold for rules, so it is
told by weights: of words and of two in a row, of how a text begins and ends, of how long it is, and of how many of its words the
question and its rubric know. They were fitted (`tests/grading/fit_talk.py`) to remarks and to short and odd answers by people who
had seen no rule of it, and stand in `content/talk.json`. Of a language that they do not know they say nothing.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import fsum, inf
from typing import Final

from bot.grading import choice
from bot.grading.glossary import lexicon
from bot.grading.instruction import is_instruction
from bot.grading.reading import corrected, read
from bot.grading.rubric import prepared
from bot.grading.weights import CONTENT, step, weights_in
from bot.grading.words import FUNCTION_WORDS
from bot.question import Question
from bot.text import fold

WEIGHTS: Final = CONTENT / "talk.json"
SURELY: Final = 2.0  # log odds from which a text is talk, unless it earns what an answer does
MAYBE: Final = -1.5  # and from which one that earns next to nothing is asked whether it was meant
_FAMILIAR: Final = 0.6  # share of a text's words that the weights must know
_MUCH: Final = 60  # stems of a question and its rubric, from which most answers have some of them
_CAUTION: Final = 1.4  # log odds less where there are fewer: such are notes, maybe on what the weights never saw
_OF_A_THING: Final = 2.5  # and less where a text speaks to nobody: so people answer, also what is far from the question
_MOST_WORDS: Final = 40  # a longer text is no chatter
_SLACK: Final = 4  # characters by which a text may be longer or shorter than what it says word by word
_ONE_OR_TWO: Final = 2
_BEGINS, _ENDS = 3, 2  # words of a text's beginning and end that count as such
_LONG: Final = (3, 6, 10, 16, 25)  # signs of a text
_SHARES: Final = (0.01, 0.15, 0.3)  # of a text's signs, those that the rubric knows
_POINTED: Final = re.compile(  # a link, a mention, a sign by its name, a command
    r"<(?:https?:|[@#!]|a?:\w+:)[^<>]*>|(?:https?://|www\.)\S+|(?<!\S)@[a-z]\w[\w.-]*|(?<!\S):[a-z0-9_+-]+:(?!\S)|^\s*/(?:quiz|hint|reveal|stats|help|leaderboard|question|schedule|settings)\b.*",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.!?\n…]+[.!?…]*")
_TELLS: Final = 3  # words of a sentence that is looked at by itself
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SIGN: Final = re.compile(
    r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[?!]|\.{2,}|…|[^\w\s.,;:'’\"()/\ufe0f\u200d\U0001f3fb-\U0001f3ff-]"
)
_POINTS: Final = "☞"
_AGAIN: Final = re.compile(r"(.)\1{2,}")
_GUESSES: Final = re.compile(
    r"\bi(?: would|['’]d)? (?:think|guess|believe|suppose|reckon|say)\b|\b(?:maybe|perhaps|probably|because)\b",
    re.IGNORECASE,
)
_MEANT: Final = re.compile(
    r"\b(?:my|first|second|third|last|next|wrong|right|an?|another|test|let me|number) (?:\w+ )?(?:answer|attempt|try|guess)\b"
    r"|\banswer (?:number|no\.?|#|for|is|would|by|from)|\banswer ?\d|^\W*answer\s*:|^\W*(?:my|your|the) answer\W*$",
    re.IGNORECASE,
)
_SPEAKS: Final = re.compile(  # to people, of oneself, of a day, or with feeling: what tells of a thing alone does not
    r"[?!…]|\.\.|[^\x00-\u2fff]|\b(?:i|i['’]?(?:m|ve|ll|d)|im|ive|me|my|mine|myself|we|we['’]?(?:re|ve|ll)|us|our|you|you['’]?(?:re|ve|ll)|u|ur|yours?|(?:any|some|every|no) ?(?:one|body)"
    r"|guys|folks|bot|team|bro|dude|man|mate|thanks?|thx|ty|cheers|congrats|nice|great|good|cool|lol|lmao|haha+|heh|hey|hi|hello|sorry|sry|oops|please|pls|wow|omg|ugh|hm+|um+|oh|ah|yeah|yep|nope"
    r"|ok|okay|wait|brb|afk|following|today|tomorrow|tonight|yesterday|morning|lunch|coffee|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|question|thread|channel|quiz|streak|leaderboard|points|hint|same|agreed?|pass|skip"
    r"|answer(?:ed|ing)|meeting|standup|typing|writing (?:it|this)|nvm|never ?mind|whats|what['’]s|who|this one|later|soon|above|back|gotta|gonna|hard|tough|tricky|easy|mobile|phone|here|now)\b"
    r"|<@|(?<!\S)@\w|https?://|^\s*/\w|(?<!\S):\w+:",
    re.IGNORECASE,
)
_WAITS: Final = re.compile(
    r"\W*(?:just |give me |gimme |wait,? |sorry,? )?(?:(?:an?|one|1|two|few) (?:sec|second|moment|min|minute)s?|(?:hold|hang) on)(?:,? (?:please|pls))?\W*",
    re.IGNORECASE,
)
_YES_OR_NO: Final = re.compile(
    r"(?:^|[.!?,:;] )(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|must|may|might)\b|true or false|\bor not\b",
    re.IGNORECASE,
)
_VERDICTS: Final = frozenset(("yes", "no", "yep", "yeah", "yup", "nope", "nah", "true", "false", "right", "correct", "never", "always"))  # fmt: skip

_SMALL_TALK: Final = frozenset(["a", "ack", "afk", "afternoon", "agreed", "ah", "aha", "ahh", "all", "almost", "already", "alright", "am", "and", "any", "anyone", "anyway", "argh", "at", "awesome", "aww", "back", "bad", "bbiab", "bbl", "beats", "bedtime", "bit", "boom", "bot", "boy", "brb", "brilliant", "bro", "btw", "bye", "cc", "cheers", "clue", "clueless", "congrats", "congratulations", "cool", "correct", "cu", "cya", "dammit", "damn", "dang", "day", "deal", "dear", "done", "dont", "dude", "dunno", "easy", "eek", "ehm", "em", "enjoy", "erm", "evening", "everybody", "everyone", "eww", "excellent", "fair", "fine", "folks", "fun", "funny", "fyi", "g2g", "gah", "gg", "gj", "glad", "gm", "gn", "go", "gonna", "good", "goodbye", "gosh", "got", "gotcha", "great", "gtg", "guess", "guys", "ha", "haha", "hahaha", "happy", "hard", "he", "heh", "hehe", "hello", "hey", "hi", "hiya", "hm", "hmm", "hmmm", "hooray", "huh", "hype", "i", "icymi", "idc", "idea", "idk", "ikr", "im", "indeed", "is", "it", "ive", "jk", "job", "joke", "just", "k", "kidding", "kk", "know", "lemme", "lets", "lgtm", "lmao", "lol", "lovely", "luck", "lucky", "man", "mate", "mb", "me", "meh", "mine", "monday", "morning", "my", "nah", "nailed", "neat", "never", "nevermind", "nice", "night", "nm", "nn", "no", "noice", "noob", "nope", "not", "noted", "np", "nvm", "of", "oh", "ok", "okay", "omg", "omw", "one", "only", "oof", "ooh", "oops", "ouch", "out", "pass", "pfft", "phew", "ping", "please", "pleasure", "pls", "plz", "pretty", "props", "question", "quiz", "really", "right", "rip", "rofl", "roger", "sad", "same", "see", "shame", "shoot", "shrug", "sigh", "skip", "skipping", "so", "sorry", "soz", "sry", "stumped", "sup", "sure", "tbc", "tbh", "team", "ten", "test", "testing", "tgif", "thank", "thanks", "that", "thats", "the", "there", "thinking", "this", "thx", "time", "tl", "tnx", "to", "today", "tomorrow", "too", "tough", "tricky", "true", "ttyl", "tuesday", "ty", "typing", "typo", "u", "uff", "ugh", "uh", "uh-oh", "uhm", "um", "umm", "understood", "ur", "us", "very", "wait", "wat", "we", "weekend", "welcome", "well", "whew", "whoa", "whoops", "wip", "woah", "woohoo", "woops", "worries", "wow", "wtf", "xd", "y", "ya", "yay", "yeah", "yep", "yes", "yesss", "yikes", "yo", "you", "youre", "yup", "zzz", "don't", "haven't", "i'm", "i've", "it's", "let's", "that's", "you're"])  # fmt: skip

_GIVES_UP: Final = re.compile(
    r"\b(?:idk|dunno|(?:no|zero) (?:idea|clue)|(?:don['’]?t|do not) (?:know|get|understand|remember)|not sure|stuck|stumped"
    r"|pass|skip|give up|help|hints?|mean|means|meant|can['’]?t (?:remember|recall|answer|say))\b",
    re.IGNORECASE,
)


def gives_up(talk: str) -> bool:
    """Whether talk is from somebody who would answer if they knew how: such a one is asked to, others are let talk."""
    return bool(_GIVES_UP.search(talk))


def reads_as_talk(question: Question, text: str) -> bool:
    """Whether each sentence of a text surely says nothing that is meant for an answer; what it earns may say otherwise."""
    words = _WORD.findall(_POINTED.sub(" ", text))
    if _answers(question, text, words):
        return False
    if _WAITS.fullmatch(text):
        return True
    if all(map(_is_small, words)):
        return not words or any(fold(word) not in FUNCTION_WORDS for word in words)
    return not _GUESSES.search(text) and all(leaning(question, part) > SURELY for part in _parts(text))


def _parts(text: str) -> Iterator[str]:
    """Yield a text, and each of its sentences that has enough words to be told from talk."""
    yield text
    sentences = _SENTENCE.findall(text)
    if len(sentences) > 1:
        yield from (part for part in sentences if len(part.split()) >= _TELLS)


def may_be_talk(question: Question, text: str) -> bool:
    """Whether a text, if it earns next to nothing, is rather talk than a wrong answer: who wrote it can tell."""
    return not _answers(question, text, _WORD.findall(text)) and leaning(question, text) > MAYBE


def _answers(question: Question, text: str, words: Sequence[str]) -> bool:
    """Whether a text is an answer by its length or its form, whatever its words are."""
    if len(words) > _MOST_WORDS or _MEANT.search(text) or choice.named(question, text) or is_instruction(text):
        return True
    return _says_what_is_asked_for(question, text, words)


def _says_what_is_asked_for(question: Question, text: str, words: Sequence[str]) -> bool:
    """Whether a yes or no answers the question, or a text is just what its rubric has, right or wrong."""
    said = [fold(word) for word in words]
    if _YES_OR_NO.search(question.question) and _VERDICTS.intersection(said):
        return True
    told = (text for point in question.key_points for text in (*point.phrasings, *point.says, *point.not_))
    known = (question.reference, *told, *(text for mistake in question.misconceptions for text in mistake.phrasings))
    alike = (one for one in known if abs(len(one) - len(text)) <= _SLACK)
    return any(said == [fold(word) for word in _WORD.findall(one)] for one in alike)


def _is_small(word: str) -> bool:
    word = fold(word).replace("’", "'")
    return word in _SMALL_TALK or bool(
        re.fullmatch(r"(?=a*h)[ah]+|l+o+l+|h+m+|m{2,}|u+h+|z{2,}|\w*(?:asdf|qwert|hjkl)\w*|n+o+|y+e+s+|(?:ha)+", word)
    )


def leaning(question: Question, text: str) -> float:
    """Return the log odds that a text is talk and no answer; least where the rubric knows all its words or the weights too few."""
    weights, signs = weights_in(WEIGHTS), signs_of(text)
    if _is_just_known(question, text) or sum(sign in weights for sign in signs) < _FAMILIAR * len(signs):
        return -inf
    caution = _CAUTION * (not _knows_much(question)) + _OF_A_THING * (not _SPEAKS.search(text))
    return fsum(weights.get(mark, 0.0) for mark in marks(question, text, signs)) - caution  # in whichever order


def _knows_much(question: Question) -> bool:
    return len(prepared(question).known.stems) >= _MUCH


def _is_just_known(question: Question, text: str) -> bool:
    """Whether a text is a word or two that the question's rubric knows."""
    rubric = prepared(question)
    words = [word.stem for word in read(text).words]
    return 0 < len(words) <= _ONE_OR_TWO and rubric.known.stems.among({*words} - lexicon().common) == {*words}


def signs_of(text: str) -> list[str]:
    """Return a text's words as they are written, and its marks: numbers as 0, what points elsewhere as a hand, smileys as one."""
    return [_sign(match.group()) for match in _SIGN.finditer(_POINTED.sub(f" {_POINTS} ", text))]


def _sign(written: str) -> str:
    if written[0].isdigit():
        return "0"
    if written[0].isalpha():
        return _AGAIN.sub(r"\1\1", fold(written).replace("’", "'"))
    if written[0] in ".…":
        return "…"
    return "☺" if unicodedata.category(written[0]) == "So" and written != _POINTS else written


def marks(question: Question, text: str, signs: Sequence[str]) -> Iterator[str]:
    """Yield all of a text that has a weight, each once."""
    edged = ("^", *signs, "$")
    yield from {*signs, *map(" ".join, pairwise(edged))}
    yield from {f"<{sign}" for sign in signs[:_BEGINS]} | {f"{sign}>" for sign in signs[-_ENDS:]}
    yield f"#long {step(len(signs), _LONG)}"
    yield from _known(question, text, max(1, len(signs)))
    yield ""


def _known(question: Question, text: str, signs: int) -> Iterator[str]:
    """Yield how many of a text's words the question and its rubric know; a short rubric knows few of any answer's."""
    rubric = prepared(question)
    words = {word.stem for word in corrected(read(text), rubric.known).content()}
    found = rubric.known.stems.among(words - lexicon().common)
    asked = len(found & rubric.asked)
    told = len(found) - asked
    much = "" if _knows_much(question) else "little "
    yield f"#{much}told {min(told, 4)}"
    yield f"#{much}asked {step(asked / signs, _SHARES)}"
    yield f"#{much}share {step(told / signs, _SHARES)}"
