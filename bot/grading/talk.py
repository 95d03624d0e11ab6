"""Whether a text in a question's thread is an attempt at all, or talk: thanks, a question back, a joke, “idk”.

Only what surely is talk is taken for it: an answer, however short or odd, must never be. A text is talk when each of its
sentences is, and nothing in it earns anything.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.grading import choice
from bot.grading.glossary import lexicon
from bot.grading.reading import corrected, read
from bot.grading.rubric import prepared
from bot.grading.words import FUNCTION_WORDS
from bot.question import Question
from bot.text import fold

_SENTENCE: Final = re.compile(r"[^.!?\n…]+[.!?…]*")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_FEW: Final = 1  # words that belong to an answer, and may stand in talk
_IN_A_WORD: Final = 40  # characters of a key that talk may happen to be
_YES_OR_NO: Final = re.compile(
    r"(?:^|[.!?,:;] )(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|must|may|might)\b|true or false|\bor not\b",
    re.IGNORECASE,
)
_VERDICTS: Final = frozenset(("yes", "no", "yep", "yeah", "yup", "nope", "nah", "true", "false", "right", "correct", "never", "always"))  # fmt: skip
_A_REMARK: Final = 14  # words of a remark about oneself
_ONESELF: Final = re.compile(
    r"\b(?:i|i['’](?:m|ll|ve|d)|im|my|me|we|us|hey|hi|ugh|oh|oops|sorry|later|tonight)\b|\?\s*$", re.IGNORECASE
)
_GUESSES: Final = re.compile(
    r"\b(?:think|guess|believe|suppose|reckon|maybe|perhaps|probably|because|would say|it['’]?s|it is|they|answer)\b",
    re.IGNORECASE,
)
_MUCH: Final = 60  # stems of a question's words and rubric
_MOST_WORDS: Final = 40  # a longer text is no chatter

_SMALL_TALK: Final = frozenset(["a", "ack", "afternoon", "agreed", "ah", "aha", "ahh", "all", "almost", "already", "alright", "am", "and", "any", "anyone", "anyway", "argh", "at", "aww", "awesome", "back", "bad", "beats", "bedtime", "bit", "bot", "boy", "brb", "brilliant", "bro", "btw", "bye", "cheers", "clue", "clueless", "congrats", "congratulations", "cool", "correct", "cu", "cya", "dang", "day", "damn", "dear", "done", "dunno", "easy", "em", "enjoy", "erm", "evening", "everybody", "everyone", "excellent", "fair", "fine", "folks", "fun", "funny", "gg", "gj", "glad", "gm", "gn", "go", "gonna", "good", "goodbye", "gosh", "got", "great", "gotcha", "guess", "guys", "ha", "haha", "hahaha", "happy", "hard", "he", "heh", "hehe", "hello", "hey", "hi", "hm", "hmm", "hmmm", "hooray", "huh", "i", "icymi", "idc", "idea", "idk", "ikr", "indeed", "is", "it", "job", "joke", "just", "k", "kidding", "know", "lol", "lmao", "lovely", "luck", "lucky", "man", "mate", "me", "meh", "mine", "monday", "morning", "my", "nah", "neat", "never", "nevermind", "nice", "night", "no", "noice", "noob", "nope", "not", "np", "nvm", "of", "oh", "ok", "okay", "omg", "one", "only", "oof", "ooh", "oops", "ouch", "out", "pass", "pfft", "phew", "please", "pls", "plz", "pretty", "props", "question", "quiz", "really", "right", "rip", "rofl", "roger", "sad", "same", "see", "shame", "shoot", "shrug", "sigh", "skip", "skipping", "so", "sorry", "stumped", "sure", "team", "ten", "test", "testing", "tgif", "thank", "thanks", "that", "thats", "the", "there", "this", "thx", "time", "tl", "to", "today", "tomorrow", "too", "tough", "tricky", "true", "tuesday", "ty", "u", "ugh", "uh", "uhm", "um", "umm", "understood", "us", "very", "wait", "wat", "we", "weekend", "welcome", "well", "whew", "whoa", "wip", "woah", "woohoo", "wow", "wtf", "xd", "y", "ya", "yay", "yeah", "yep", "yes", "yikes", "yo", "you", "yup", "zzz", "i'm", "i've", "im", "ive", "don't", "dont", "that's", "it's", "let's", "lets"])  # fmt: skip

_ASKS_BACK: Final = re.compile(
    r"^(?:(?:hey|hi|sorry|wait|hm+|um+|so|and|but|ok(?:ay)?|please|pls|guys|folks|question|quick question|btw|dumb question|stupid question|silly question)[,:!.]?\s+)*"
    r"(?:what(?:['’]?s| is| are| does| do)?\b.{0,60}\b(?:mean|means|meant|stand for|stands for|even|here|supposed to|exactly|in this (?:context|question|case))\b"
    r"|what(?:['’]s| is| was) (?:this about|going on|up|the (?:question|deadline|time limit|answer|reference|score|point|hint)\b|a good (?:answer|score)|your answer)"
    r"|(?:can|could|would|will|may|might) (?:some(?:one|body)|any(?:one|body)|you|u|we|i|the bot)\b"
    r"|(?:does|did|has|is|was) any(?:one|body)\b|any(?:one|body) (?:else|got|know|knows|have|has|here|up)\b"
    r"|(?:when|where|how long|until when|till when|who) (?:is|are|was|do|does|did|can|will|have|has|should|would) (?:the (?:next|reveal|deadline|answer|question|hint|quiz|board|leaderboard|bot|link|paper|result|results)|this due|we|i|you)\b"
    r"|how (?:many|much|long) (?:attempts?|tries|points?|time|words?|characters?|hints?|chances|minutes|do (?:we|i) have|can (?:we|i)|should (?:we|i|it|the answer))\b|who (?:wrote|made|won|else|wants)\b"
    r"|(?:do|should|must|may|are|am|is) (?:we|i|you|they|it) (?:have to|need to|supposed to|allowed to|expected to|get|still|to answer|ok|okay|too late)\b"
    r"|(?:is|was|are) (?:this|that|it|there) (?:about|a trick|for|the same|a typo|on|counted|still|graded|due|too|any|some|ok|okay|supposed|related)\b"
    r"|which (?:chapter|paper|book|lecture|video|slide|session|one do you|level|kind|of these do)\b"
    r"|(?:wait|really|seriously|huh|what|why|how|who|when|where|wdym|eh|like what|such as|says who|why tho(?:ugh)?)$)",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_ABOUT_ONESELF: Final = re.compile(
    r"^(?:(?:sorry|hm+|ok(?:ay)?|well|oh|ah|argh|damn|lol|haha|yeah|nah|no|honestly|tbh|omg|ugh|phew|wow|man|thanks|hey|and|but|so|guys|folks)[,!. ]+)*"
    r"(?:i(?:['’]?ll| will| am going to|['’]m going to| gotta| have to| need to| must| should| wanna| want to| would like to|['’]d like to|['’]d love to| might| can| could)\s+"
    r"(?:\w+\s+){0,2}?(?:answer|come back|be back|look|read|re-?read|check|think|try|pass|skip|ask|go|google|do it|do this|write|study|learn|brush|revise|watch|sleep|get|finish|wait|reply|respond|take|say thanks|admit)\b"
    r"|i (?:really |honestly |just |totally |completely |always |never |still |often |absolutely )*(?:have no (?:idea|clue)|don['’]?t (?:know|get|understand|remember|have)|do not (?:know|get|understand|remember)|haven['’]?t|had no|have never|never heard|can['’]?t (?:remember|recall|answer|say)|cannot (?:remember|recall|answer|say)|forgot|forget|mix (?:up|them)|confuse|love|like|hate|enjoy|agree|disagree|give up|guessed|was (?:about to|going to|just)|am (?:lost|stuck|stumped|out|late|so|in|on|not sure what)|need (?:a|more|some) (?:hint|coffee|time|sleep)|got (?:this|it|that|asked|nothing)|missed|wish|wonder|remember (?:this|that|reading|seeing|when)|learned? (?:a lot|something|so|this)|read (?:about|this|that)|saw (?:this|that))\b"
    r"|(?:i['’]?m|im|i am) (?:not sure(?: (?:at all|about this(?: one)?|what (?:to|this)))?$|lost|stuck|stumped|out|late|busy|in a|on (?:the|my|a|it)|so |too |at |still|confused|curious|back|here|done|ready|afraid i|not (?:good|ready|here|following))"
    r"|(?:no|zero|not a) (?:idea|clue)\b|(?:not sure|dunno|idk|no comment|pass|skip|hint please|help)\b[^,]{0,12}$"
    r"|my (?:brain|head|coffee|answer (?:is|was) (?:the same|in|coming|above|below|wrong)|turn|bad|guess is as good)\b"
    r"|(?:we|let['’]?s|lets) (?:should|can|could|will|need to|talk|discuss|wait|see|meet|do|go|have|had|did|were|covered)\b[^.]{0,60}$"
    r"|(?:see|talk to|catch) (?:you|u|ya)\b|(?:brb|afk|back in|be right back|on it|working on it|coming)\b.{0,20}$)",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_PRAISE: Final = re.compile(
    r"^(?:(?:oh|ah|wow|ok(?:ay)?|haha|lol|hm+|well|yeah|yes|thanks|thank you|thx|guys|@\w+|man|hey)[,!. ]+)*"
    r"(?:(?:such |what |that['’]?s |this is |this was |that was |it['’]?s |really |very |super |another |quite |pretty )*(?:a |an )?(?:really |very |super |quite |pretty )*(?:good|great|nice|cool|hard|tough|tricky|easy|fun|interesting|excellent|lovely|brilliant|awesome|love|loved|funny|evil|mean|brutal|nasty|classic|solid|clever|neat)(?: and \w+)? (?:one|question|q|point|answer|answers|topic|stuff|work|job|quiz|explanation|catch|thread|morning|evening|night|day|luck|reminder|refresher|timing|to know|summary|start|week)\b"
    r"|(?:love|loved|like|liked|enjoy|enjoyed|hate|hated) (?:this|that|these|those|it|the|your|my|how)\b"
    r"|(?:thanks|thank you|thx|ty|cheers|kudos|congrats|congratulations|props|well done|good job|nice job|great job|good luck|happy|welcome)\b"
    r"|(?:this|that|today['’]?s|the|yesterday['’]?s|last week['’]?s) (?:question|bot|quiz|thread|channel|hint|card|reveal|leaderboard|streak)\b(?! (?:of|is that|is the|is a way))"
    r"|(?:so true|same here|same|me too|\+1|this\b$|exactly|agreed|agree|what (?:she|he|they|\w+) said|fair enough|good to know|makes sense|got it|interesting|mind blown|tl;?dr)\b.{0,30}$)",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip

_GIVES_UP: Final = re.compile(
    r"\b(?:idk|dunno|(?:no|zero) (?:idea|clue)|(?:don['’]?t|do not) (?:know|get|understand|remember)|not sure|stuck|stumped"
    r"|pass|skip|give up|help|hints?|mean|means|meant|can['’]?t (?:remember|recall|answer|say))\b",
    re.IGNORECASE,
)


def gives_up(talk: str) -> bool:
    """Whether talk is from somebody who would answer if they knew how: such a one is asked to, others are let talk."""
    return bool(_GIVES_UP.search(talk))


def is_talk(question: Question, text: str) -> bool:
    """Whether a text says nothing that could be meant for an answer; a copy of the question is not talk, but an attempt."""
    words = _WORD.findall(text)
    if len(words) > _MOST_WORDS or choice.named(question, text) or _answers_in_a_word(question, words):
        return False
    if all(map(_is_small, words)):
        return not words or any(fold(word) not in FUNCTION_WORDS for word in words)
    if len(words) <= _A_REMARK and _is_a_remark(question, text):
        return True
    parts = [part.strip(" .!?…\n-–—,:;()'\"*_~>") for part in _SENTENCE.findall(text)]
    return all(map(_is_chatter, filter(None, parts))) and (text.rstrip().endswith("?") or not _tells(question, text))


def _answers_in_a_word(question: Question, words: Sequence[str]) -> bool:
    """Whether a yes or no answers the question, or the words are just what it asks for."""
    said = [fold(word) for word in words]
    if _YES_OR_NO.search(question.question) and _VERDICTS.intersection(said):
        return True
    wanted = (question.reference, *(text for point in question.key_points for text in (*point.phrasings, *point.says)))
    return any(said == [fold(word) for word in _WORD.findall(text)] for text in wanted if len(text) <= _IN_A_WORD)


def _is_a_remark(question: Question, text: str) -> bool:
    """Whether a text speaks of oneself, or asks, and has no word of a question about which much is known, nor a guess."""
    if not _ONESELF.search(text) or _GUESSES.search(text):
        return False
    return len(prepared(question).known.stems) >= _MUCH and not _told(question, text)


def _is_chatter(sentence: str) -> bool:
    if all(map(_is_small, _WORD.findall(sentence))):
        return True
    return any(pattern.match(sentence) for pattern in (_ASKS_BACK, _ABOUT_ONESELF, _PRAISE))


def _is_small(word: str) -> bool:
    word = fold(word).replace("’", "'")
    return word in _SMALL_TALK or bool(re.fullmatch(r"(?:a*h+a*)+|l+o+l+|h+m+|z{2,}|n+o+|y+e+s+|(?:ha)+", word))


def _tells(question: Question, text: str) -> bool:
    """Whether words of an answer to the question stand in a text, beyond the question's own."""
    return len(_told(question, text) - prepared(question).asked) > _FEW


def _told(question: Question, text: str) -> set[str]:
    """Return what a text says that the question or its rubric know, without words that say little anywhere."""
    known = prepared(question).known
    told = {word.stem for word in corrected(read(text), known).content()}
    return told & known.stems - lexicon().common
