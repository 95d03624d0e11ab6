"""Whether a text in a question's thread is an attempt at all, or talk: thanks, a question back, a joke, “idk”.

Only what surely is talk is taken for it: an answer, however short or odd, must never be. A text is talk when each of its
sentences is, and nothing in it earns anything. What is recognised are kinds: small talk word by word, what begins as people
begin who wait, have slipped, ask back or praise, pauses of which the question knows nothing, and remarks in plain words of
which it knows next to none. Links, mentions and signs say nothing by themselves.
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
from bot.text import fold, stem

_SENTENCE: Final = re.compile(r"[^.!?\n…]+[.!?…]*")
_EDGES: Final = " .!?…\n-–—,:;()'\"*_~>"
_POINTED: Final = re.compile(  # a link, a mention, a sign by its name, a command
    r"<(?:https?:|[@#!]|a?:\w+:)[^<>]*>|(?:https?://|www\.)\S+|(?<!\S)@[a-z]\w[\w.-]*|(?<!\S):[a-z0-9_+-]+:(?!\S)|^\s*/(?:quiz|hint|reveal|stats|help|leaderboard|question|schedule|settings)\b.*",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_FEW: Final = 1  # words that belong to an answer, and may stand in talk
_SOME: Final = 2  # and in a question what something is
_IN_A_WORD: Final = 40  # characters of a key that talk may happen to be
_IN_A_NUMBER: Final = 3  # digits of a number that talk may have, of points or minutes
_YES_OR_NO: Final = re.compile(
    r"(?:^|[.!?,:;] )(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|must|may|might)\b|true or false|\bor not\b",
    re.IGNORECASE,
)
_VERDICTS: Final = frozenset(("yes", "no", "yep", "yeah", "yup", "nope", "nah", "true", "false", "right", "correct", "never", "always"))  # fmt: skip
_A_REMARK: Final = 14  # words of a remark about oneself
_ONESELF: Final = re.compile(
    r"\b(?:i|i['’](?:m|ll|ve|d)|im|my|me|we|us|hey|hi|ugh|oh|oops|sorry|later|tonight)\b|\?\s*$", re.IGNORECASE
)
_EXCLAIMS: Final = re.compile(
    r"^\W*(?:wait(?=\W*$|[,.!…-])|sorry|sry|soz|oops|whoops|please|pls|thanks|hey|hi|yay|ouch|boom|first(?=!)|lol|haha|omg|wow|damn|argh|ugh|h+m+|u+m+)\b|(?:^|[\s,.!])(?:i(?=\s+(?!would|then|first|['’]d)[a-z])|i['’](?:m|ve|ll)|im|me)\b",
    re.IGNORECASE,
)
_GUESSES: Final = re.compile(
    r"\b(?:think|guess|believe|suppose|reckon|maybe|perhaps|probably|because|would say|it['’]?s|it is|they|answer)\b",
    re.IGNORECASE,
)
_GUESSED: Final = re.compile(
    r"\b(?:think|thought|guess|believe|suppose|reckon|maybe|perhaps|probably|because|would say|(?:the|my) answer (?:is|would|:))\b",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"[\"“”«»][^\"“”]*[\"“”]")
_TO_PEOPLE: Final = re.compile(  # whom one speaks to, or of oneself: so people also answer
    r"\b(?<!['’])(?:i|im|ive|ill|me|my|mine|myself|we|us|our|hey|hi|hello|guys|folks|everybody|any(?:one|body)|some(?:one|body)|wording|phrasing|rephrase|typo)\b|^(?!it['’]?s\b)(?:who|why|how|what|which|where|when|is|are|does|do|did|can|could)\b.*\?\W*$|!{2,}",
    re.IGNORECASE,
)
_AMONG_PEOPLE: Final = re.compile(  # what belongs to a day and a room with people in it: so nobody answers
    r"\b(?:bot|today|tomorrow|tonight|yesterday|this (?:morning|week)|afternoon|weekend|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|lunch|coffee|dinner|breakfast|beer|meetings?|mtg|standup|office"
    r"|my (?:desk|phone|kid|cat|dog|head|last message)|vacation|on (?:call|holiday)|wfh|slack|discord|channel|thread|dm|(?:that|the|my) grad(?:e|er|ing)|leaderboard|streak|quiz|brb|afk|thanks?|thx|thnx|ty|sorry|sry|oops|whoops"
    r"|congrats|wow|woah|whoa|o{2,}h|ugh|omg|da+mn|haha+|lmao|wtf|smh|ngl|rn|u+m+|appreciate|dude|bro|swamped|slammed|homework|memes?|experts|seriously|come on|good luck|ignore my|who (?:let|writes|wrote|made|sets?|has) (?:the|th[ei]se|this)|(?:way|far) too (?:easy|hard)|always so|in the kitchen|gotta|how was|not supposed to (?:go|be) (?:here|there)|by chatgpt|go go)\b|^\W*\d+ points\b|¯|^\*[^*]+\*$|<@|(?<!\S)@[a-z]\w|^\s*\*\w+\W*$",
    re.IGNORECASE,
)
_ASKS_WHICH: Final = re.compile(  # what is meant, as people ask who write
    r"^\W*(?:(?:wait|bot|quick q\w*|sorry|so|ok|hm+|u+m+|hey)[\s,.:]+)*(?:(?:do|does|did|is|are|can|should)\b|(?:what|which)\b(?=.*\?)).{0,90}\b(?:you|u|it|we|this|that|question|word(?:ing)?|[\"“”]\w+[\"“”])\b.{0,60}\b(?:mean|means|meant|refer|exactly|want|assum\w+|ask(?:s|ing)|separate|count\w*|in this context|talking about)\b",
    re.IGNORECASE,
)
_MUCH: Final = 60  # stems of a question's words and rubric
_MOST_WORDS: Final = 40  # a longer text is no chatter

_SMALL_TALK: Final = frozenset(["a", "ack", "afk", "afternoon", "agreed", "ah", "aha", "ahh", "all", "almost", "already", "alright", "am", "and", "any", "anyone", "anyway", "argh", "at", "awesome", "aww", "back", "bad", "bbiab", "bbl", "beats", "bedtime", "bit", "boom", "bot", "boy", "brb", "brilliant", "bro", "btw", "bye", "cc", "cheers", "clue", "clueless", "congrats", "congratulations", "cool", "correct", "cu", "cya", "dammit", "damn", "dang", "day", "deal", "dear", "done", "dont", "dude", "dunno", "easy", "eek", "ehm", "em", "enjoy", "erm", "evening", "everybody", "everyone", "eww", "excellent", "fair", "fine", "folks", "fun", "funny", "fyi", "g2g", "gah", "gg", "gj", "glad", "gm", "gn", "go", "gonna", "good", "goodbye", "gosh", "got", "gotcha", "great", "gtg", "guess", "guys", "ha", "haha", "hahaha", "happy", "hard", "he", "heh", "hehe", "hello", "hey", "hi", "hiya", "hm", "hmm", "hmmm", "hooray", "huh", "hype", "i", "icymi", "idc", "idea", "idk", "ikr", "im", "indeed", "is", "it", "ive", "jk", "job", "joke", "just", "k", "kidding", "kk", "know", "lemme", "lets", "lgtm", "lmao", "lol", "lovely", "luck", "lucky", "man", "mate", "mb", "me", "meh", "mine", "monday", "morning", "my", "nah", "nailed", "neat", "never", "nevermind", "nice", "night", "nm", "nn", "no", "noice", "noob", "nope", "not", "noted", "np", "nvm", "of", "oh", "ok", "okay", "omg", "omw", "one", "only", "oof", "ooh", "oops", "ouch", "out", "pass", "pfft", "phew", "ping", "please", "pleasure", "pls", "plz", "pretty", "props", "question", "quiz", "really", "right", "rip", "rofl", "roger", "sad", "same", "see", "shame", "shoot", "shrug", "sigh", "skip", "skipping", "so", "sorry", "soz", "sry", "stumped", "sup", "sure", "tbc", "tbh", "team", "ten", "test", "testing", "tgif", "thank", "thanks", "that", "thats", "the", "there", "thinking", "this", "thx", "time", "tl", "tnx", "to", "today", "tomorrow", "too", "tough", "tricky", "true", "ttyl", "tuesday", "ty", "typing", "typo", "u", "uff", "ugh", "uh", "uh-oh", "uhm", "um", "umm", "understood", "ur", "us", "very", "wait", "wat", "we", "weekend", "welcome", "well", "whew", "whoa", "whoops", "wip", "woah", "woohoo", "woops", "worries", "wow", "wtf", "xd", "y", "ya", "yay", "yeah", "yep", "yes", "yesss", "yikes", "yo", "you", "youre", "yup", "zzz", "don't", "haven't", "i'm", "i've", "it's", "let's", "that's", "you're"])  # fmt: skip
_LIFE: Final = frozenset(["accident", "accidentally", "autocorrect", "banana", "battery", "bed", "beer", "breakfast", "busy", "channel", "checking", "clicked", "coffee", "commute", "dinner", "disregard", "doorbell", "exhausted", "feeling", "friday", "hang", "hangover", "headache", "holiday", "homework", "hungry", "hurry", "ignore", "leaderboard", "lunch", "midnight", "misclick", "notes", "reconnecting", "saturday", "scratch", "sleep", "sleepy", "soon", "spam", "spoiler", "squad", "standup", "streak", "sunday", "thread", "thursday", "tired", "tongue", "tonight", "wake", "weather", "wednesday", "week", "wifi", "wrote", "zoom"])  # fmt: skip
_PLAIN: Final = frozenset(["above", "again", "ago", "annoying", "answer", "answered", "answering", "anything", "asked", "asking", "attempt", "attempts", "baby", "be", "been", "boss", "brain", "break", "call", "came", "cannot", "cant", "card", "cat", "chat", "check", "class", "close", "colleague", "coming", "confused", "copied", "crash", "cut", "deleted", "didnt", "doctor", "dog", "doing", "double", "early", "edit", "edited", "else", "enough", "ever", "everything", "exam", "few", "find", "finger", "fingers", "finish", "first", "follow", "forgot", "forgotten", "found", "fridge", "full", "game", "gave", "getting", "glasses", "goes", "going", "gone", "grade", "graded", "grading", "guessing", "half", "harder", "harsh", "head", "hear", "heard", "here", "hint", "hints", "hold", "home", "hope", "hour", "hours", "impossible", "internet", "itself", "keyboard", "kid", "kids", "kitchen", "laptop", "last", "late", "later", "laugh", "lecture", "left", "lesson", "like", "link", "links", "literally", "little", "loading", "looked", "looking", "looks", "lost", "matter", "maybe", "meant", "message", "messages", "min", "minds", "mins", "minute", "minutes", "misread", "miss", "missed", "moment", "mute", "name", "need", "new", "next", "nobody", "nothing", "notice", "now", "office", "once", "open", "over", "paste", "pasted", "phone", "points", "possible", "post", "posted", "posting", "press", "pressed", "private", "privately", "public", "put", "quick", "quickly", "read", "reading", "ready", "remember", "remembered", "replied", "reply", "reveal", "room", "run", "running", "said", "saying", "score", "screen", "sec", "second", "seconds", "send", "sense", "sent", "short", "sick", "somebody", "someone", "something", "somewhere", "start", "started", "starts", "still", "stop", "strict", "stuck", "study", "stuff", "such", "supposed", "tab", "talk", "talking", "tell", "terrible", "thing", "things", "thought", "thumb", "till", "together", "told", "top", "tried", "try", "trying", "turn", "twice", "type", "typed", "typing", "unfair", "until", "up", "video", "vote", "waiting", "walk", "walked", "walks", "wants", "way", "weird", "what", "while", "whole", "why", "win", "window", "without", "won", "wonder", "words", "worst", "writes", "writing", "wrong", "yesterday", "yet", "aren't", "can't", "couldn't", "didn't", "hadn't", "hasn't", "here's", "i'd", "i'll", "isn't", "shouldn't", "there's", "wasn't", "weren't", "what's", "where's", "who's", "won't", "wouldn't", "you'd"])  # fmt: skip

_OPENERS: Final = re.compile(
    r"^(?:(?:hey|hi|hello|sorry|sry|soz|apologies|wait|hm+|um+|uh+m*|ah+|oh+|argh+|ugh|ouch|oof|oops|whoops|wow|whoa|yay|phew|haha|lol|omg|damn|man|well|ok(?:ay)?|yeah|yes|nah|no"
    r"|so|and|but|also|honestly|tbh|btw|fyi|edit|please|pls|thanks|thank you|thx|guys|folks|all|everyone|everybody|team|(?:a )?(?:quick|dumb|stupid|silly)? ?question)"
    r"(?:[,!:.;)]+\s*|\s+[-–—]+\s*|\s+|$))+",
    re.IGNORECASE,
)  # fmt: skip
_ASKS_BACK: Final = re.compile(
    r"(?:what(?:['’]?s| is| are| does| do)?\b.{0,60}\b(?:mean|means|meant|stand for|stands for|even|here|supposed to|exactly|in this (?:context|question|case))\b"
    r"|what['’]?s an? \w+(?: \w+)?$|what(?:['’]s| is| was) (?:this about|going on|up|the (?:question|deadline|time limit|answer|reference|score|point|hint)\b|a good (?:answer|score)|your answer)"
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
_WHAT: Final = re.compile(r"(?:what|who|which|when|where|why|how|whose)(?:['’]?(?:s|re|d|ll))?\b", re.IGNORECASE)
_OF_PEOPLE: Final = re.compile(
    r"(?:is|are|am|was|were|do|does|did|have|has|can|could|should|shall|may|must|will|would|any)(?:n['’]?t)?"
    r" (?:we|i|you|u|they|this|that|these|it|there|any(?:one|body)|some(?:one|body)|every(?:one|body)|hints?|the (?:bot|question|answer|quiz|reveal|card|hint|board|grades?|grading|score|channel|thread|deadline))\b",
    re.IGNORECASE,
)  # fmt: skip
_SURELY: Final = re.compile(  # whatever the question knows
    r"(?:(?:hold|hang) on\b|(?:just|give me|gimme|wait) (?:an?|one|two|\d+) (?:sec(?:ond)?|moment|min(?:ute)?|bit)s?(?= please|$|,)|(?:an?|one) (?:sec|moment|min)\b|(?:let me|lemme) (?:just |first |quickly )?(?:think|see|check|look|try|read|re-?read|google|sleep)\b"
    r"|still (?:thinking|working|typing)\b|thinking$|(?:(?:i['’]?ll|i will|will|be|gonna) )*(?:right )?back(?: (?:now|later|soon|in (?:an?|\d+)\b.{0,8}))?$|(?:i['’]?ll|i will|will|gonna|maybe) (?:answer|reply|do|try|write|post|finish|come back|be back)\b.{0,12}\b(?:later|tonight|tomorrow|soon)$|(?:writing|typing|checking|reading|looking) (?:it |this |on |at |in |up )*(?:now|my (?:notes?|phone|mobile|answer|reply|book))$|on (?:mobile|my phone)$|(?:need|gimme|give me) (?:an?|one|\d{1,2})(?: (?:min(?:ute)?|moment|sec(?:ond)?)s?)?$|busy (?:now|rn|atm|today)$|hold please|please hold$|hold that thought|note to self|(?:brain|head) is \w+ing|(?:to be continued|(?:more|answer) (?:in a|soon|later|tomorrow|tonight|coming))\b|(?:gotta|got to) (?:run|go|take this)\b|never ?mind$|never ?mind[, ]+(?:i|found|got|all|it)\b|nvm\b"
    r"|(?:this is |that was |in |posted in |went to )?(?:the )?wrong (?:button|key|channel|thread|window|chat|tab|room|person|place|server|group|conversation)\b|(?:(?:please|pls|just) )*(?:ignore|disregard|forget|scratch) (?:that|this|me|my|mine|what i|the (?:last|above))\b|please (?:ignore|disregard|delete)\b"
    r"|(?:(?:that|this|it|mine) )?(?:one )?(?:was |is )?(?:not |only )?(?:meant )?for (?:someone|somebody|another|a different) (?:else|question|channel|thread|chat|person)\b|not meant for (?:here|this)\b|(?:didn['’]?t|did not) mean to (?:send|post|write|type|press|hit|answer)\b|(?:meant|wanted) to (?:post|send|write) (?:this|that|it)\b"
    r"|(?:my |the )?(?:autocorrect|copy ?paste(?: fail)?|fat fingers?|double post|sent|posted|hit enter|pressed enter|submitted|deleted|typo)\b(?=.{0,30}\b(?:early|soon|accident|mistake|twice|sorry|fail|fixed|oops|privately|again|above|already)\b)"
    r"|(?:just )?(?:answered|sent|done)\b.{0,10} (?:privately|in private|above|already)\b|answered$|trying again$|(?:it['’]?s |it is )?on the tip of my|(?:never|not) heard of (?:it|this|that|him|them)\b|no chance$|can['’]?t be bothered)[^:;]{0,30}$",
    re.IGNORECASE,
)  # fmt: skip
_PAUSES: Final = re.compile(  # where the question knows none of it
    r"(?:(?:i['’]?m|im|i am|i was|still|just|now|currently|busy) )*(?:typ|writ|draft|compos|think|read|check|look|googl|search|edit|fix|work|load|continu)ing"
    r"(?: (?:it|this|that|something|typos?|about|on|up|into|now|first|again|here|too|my|some|a|in|for|the paper|the book|the question|sec|bit|moment|minute|notes|answer|reply|phone|mobile))*$"
    r"|(?:(?:in|just|only|for|need|needs|give me|gimme|wait|back|be back|be there|brb|few|another|couple of|some|more|one|two|five|ten|an?|(?>\d{1,2})) ?)*(?:sec(?:ond)?|moment|min(?:ute)?|minute|time)s?(?: (?:please|pls|more|to think|first))*$"
    r"|(?:(?:i['’]?ll|i will|will|gonna|going to|be|right|answer|reply|do|try|come|continue|finish|it|this|that|on mobile|on my phone|maybe|again|not|back|meeting|now|,) ?)*(?:back|later|tonight|tomorrow|soon|now|then|yet|today)(?: (?:then|today|now|in \d{1,2}|again))*$"
    r"|(?:(?:i|i['’]?m|have|had|got|gotta|getting|taking|take|need|there['’]?s|some(?:one|body)(?:['’]?s)?|at|in|on|an?|the|my|this|that|another|quick|incoming|bio|phone|to|go|be|late) )+(?:phone|call|meeting|door|doorbell|train|bus|road|mobile|keyboard|break|party|go|think)(?: (?:now|again|first|coming(?: in)?|please|later|think))*$"
    r"|(?:(?:sorry|sry|soz|ugh|argh|brb|sec|hold on|hang on|one sec|wait)[,.! -]+)+(?:(?:my|the|an?|got|incoming|work) )*(?:phone|call|meeting|door|doorbell|kids?|dog|cat|baby|boss|train|bus|delivery|lunch|dinner)(?: (?:call|now|again))*$"
    r"|(?:call|kid|dog|cat|baby|boss|door|part \d)\b.{0,12}\b(?:coming(?: in)?|barking|calling|crying|keyboard)$"
    r"|(?:go ahead|(?:you|u) (?:go )?first|after you|(?:please )?(?:hold|wait)(?: please| that thought)?|stand ?by|bear with me|(?:just )?testing[ ,\d]*|mis-?clicked|late again|note to self|taking notes)$",
    re.IGNORECASE,
)  # fmt: skip
_ABOUT_ONESELF: Final = re.compile(
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
    r"(?:(?:such |what |that['’]?s |this is |this was |that was |it['’]?s |really |very |super |another |quite |pretty )*(?:a |an )?(?:really |very |super |quite |pretty )*(?:good|great|nice|cool|hard|tough|tricky|easy|fun|interesting|excellent|lovely|brilliant|awesome|love|loved|funny|evil|mean|brutal|nasty|classic|solid|clever|neat)(?: and \w+)? (?:one|question|q|point|answer|answers|topic|stuff|work|job|quiz|explanation|catch|thread|morning|evening|night|day|luck|reminder|refresher|timing|to know|summary|start|week)\b"
    r"|(?:love|loved|like|liked|enjoy|enjoyed|hate|hated) (?:this|that|these|those|it|the|your|my|how)\b"
    r"|(?:thanks|thank you|thx|ty|cheers|kudos|congrats|congratulations|props|well done|good job|nice job|great job|good luck|happy|welcome)\b"
    r"|(?:this|that|today['’]?s|the|yesterday['’]?s|last week['’]?s) (?:question|bot|quiz|thread|channel|hint|card|reveal|leaderboard|streak)\b(?= (?:is|was|looks|seems|gets|got|made|makes|again|today|really|rocks?|sucks?|hates?|loves?|needs?|likes?|bot)\b|['’]s\b|$)(?! (?:of|is that|is the|is a way))"
    r"|(?:so close|so annoying|no problem|no worries|my pleasure|(?:(?:so |very |that was |this is )?(?:harsh|unfair|brutal)|not fair)|these (?:get|are getting) (?:harder|tougher|easier|longer)|(?:that|it|this) makes sense(?: now)?|this one(?:['’]?s| is| was) (?:so |too |really )?(?:hard|tough|easy|tricky|mean|evil|fun))\b.{0,20}$"
    r"|(?:so true|same(?= here| for me|$)|me too|\+1|this\b$|exactly|agreed|agree|what (?:she|he|they|\w+) said|fair enough|good to know|makes sense|got it|interesting|mind blown|tl;?dr)\b.{0,30}$)",
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
    said = _POINTED.sub(" ", text)
    words = _WORD.findall(said)
    if len(words) > _MOST_WORDS or choice.named(question, text) or _answers_in_a_word(question, words):
        return False
    if all(map(_is_small, words)):
        return not words or any(fold(word) not in FUNCTION_WORDS for word in words)
    if _is_among_people(question, said):
        return True
    if len(words) <= _A_REMARK and (_asks_others(question, said) or _is_a_remark(question, said, pointed=said != text)):
        return True
    parts = [part.strip(_EDGES) for part in _SENTENCE.findall(said)]
    parts = [part for part in parts if part and not _matches(part, _SURELY) and not _pauses(question, part)]
    return all(map(_is_chatter, parts)) and (not parts or said.rstrip().endswith("?") or not _tells(question, said))


def _answers_in_a_word(question: Question, words: Sequence[str]) -> bool:
    """Whether a yes or no answers the question, or the words are just what it asks for."""
    said = [fold(word) for word in words]
    if _YES_OR_NO.search(question.question) and _VERDICTS.intersection(said):
        return True
    told = (text for point in question.key_points for text in (*point.phrasings, *point.says, *point.not_))
    wanted = (question.reference, *told, *(text for mistake in question.misconceptions for text in mistake.phrasings))
    return any(said == [fold(word) for word in _WORD.findall(text)] for text in wanted if len(text) <= _IN_A_WORD)


def _asks_others(question: Question, text: str) -> bool:
    """Whether a text asks people something: about them, or what something is, and what is asked for is no question."""
    parts = [_OPENERS.sub("", part.strip()) for part in _SENTENCE.findall(text) if part.strip(_EDGES)]
    if "?" in question.reference or not all(part.endswith("?") for part in parts):
        return False
    told = len(_told(question, text) - prepared(question).asked)
    return all(_WHAT.match(part) or (not told and _OF_PEOPLE.match(part)) for part in parts) and told <= _SOME


def _is_a_remark(question: Question, said: str, *, pointed: bool) -> bool:
    """Whether a text, by what is known of its question, tells of oneself or of a day among people, and guesses nothing."""
    if len(prepared(question).known.stems) < _MUCH or _GUESSES.search(said):
        return False
    return _is_of_life(question, said, pointed=pointed) or _is_of_oneself(question, said)


def _is_among_people(question: Question, said: str) -> bool:
    """Whether a text speaks to people, or of their day, and has no word of an answer, or asks what is meant; a guess says so."""
    bare = _QUOTED.sub(" ", said)
    to_people, among, asks = _TO_PEOPLE.search(bare), _AMONG_PEOPLE.search(bare), _ASKS_WHICH.search(said)
    if not (to_people or among or asks):  # most answers: what they tell need not be read once more
        return False
    if len(prepared(question).known.stems) < _MUCH or _GUESSED.search(said):
        return False
    told = _told(question, said)
    beyond = len(told - prepared(question).asked)
    if not beyond and len(told) <= _FEW and to_people:
        return True
    if len(told) <= _SOME and beyond <= _FEW and among:
        return True
    return beyond <= _SOME and bool(asks)


def _is_of_life(question: Question, said: str, *, pointed: bool) -> bool:
    """Whether a text has but plain words and those of people who chat, of which the question knows one at most."""
    words = [fold(word).replace("’", "'") for word in _WORD.findall(said)]
    if not all(map(_is_plain, words)):
        return False
    told = _told(question, said)
    chats = pointed or _EXCLAIMS.search(said) or any(word in _LIFE and stem(word) not in told for word in words)
    return len(told) <= _FEW and bool(chats)


def _is_of_oneself(question: Question, text: str) -> bool:
    """Whether a text speaks of oneself, or asks, and has no word of the question."""
    return bool(_ONESELF.search(text)) and not _told(question, text)


def _pauses(question: Question, sentence: str) -> bool:
    """Whether a sentence says that somebody is away for a while, or about to answer; what its question knows of is an answer."""
    return _matches(sentence, _PAUSES) and not _told(question, sentence)


def _is_chatter(sentence: str) -> bool:
    if all(map(_is_small, _WORD.findall(sentence))):
        return True
    return _matches(sentence, _ASKS_BACK, _ABOUT_ONESELF, _PRAISE)


def _matches(sentence: str, *patterns: re.Pattern[str]) -> bool:
    """Whether a sentence begins as one of the patterns does, maybe behind “sorry,” and its like."""
    said = {sentence, _OPENERS.sub("", sentence)}
    return any(pattern.match(one) for pattern in patterns for one in said)


def _is_small(word: str) -> bool:
    word = fold(word).replace("’", "'")
    return word in _SMALL_TALK or bool(
        re.fullmatch(r"(?=a*h)[ah]+|l+o+l+|h+m+|m{2,}|u+h+|z{2,}|\w*(?:asdf|qwert|hjkl)\w*|n+o+|y+e+s+|(?:ha)+", word)
    )


def _is_plain(word: str) -> bool:
    """Whether a word tells little: one that everybody uses, or a small number."""
    return (
        word in _LIFE or word in _PLAIN or word in FUNCTION_WORDS or stem(word) in lexicon().common or _is_small(word)
        or (word.isdecimal() and len(word) <= _IN_A_NUMBER)
    )  # fmt: skip


def _tells(question: Question, text: str) -> bool:
    """Whether words of an answer to the question stand in a text, beyond the question's own."""
    return len(_told(question, text) - prepared(question).asked) > _FEW


def _told(question: Question, text: str) -> set[str]:
    """Return what a text says that the question or its rubric know, without words that say little anywhere."""
    known = prepared(question).known
    told = {word.stem for word in corrected(read(text), known).content()}
    return told & known.stems - lexicon().common
