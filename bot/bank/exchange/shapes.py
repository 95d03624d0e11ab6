"""What a line of a document looks like: a question, its number, an answer's first word, a link that leads nowhere."""

import re
import unicodedata
from typing import Final

from bot.bank.exchange import ways
from bot.bank.exchange.openings import Opening

NUMBER: Final = re.compile(
    r"^(?:\(?(?:\d+(?:\.\d+)*)\s*[.):]\)?\s+|#?\d+\s*[-–—]\s+|#\d+\s+|\d+[.)](?=[^\W\d]))(?=\S)", re.IGNORECASE
)
BARE_NUMBER: Final = re.compile(r"^\d+\s+(?=\S)")
ASKED: Final = Opening(
    r"^(?:(?:question|frage|pregunta|pergunta|domanda|вопрос|soru|pytanie|spørgsmål|vraag|fråga|otázka|kérdés|pitanje|问题|問題|问)\s*#?(?:\d+[a-z]?)?\s*[.):：–—-]+\)?\s*"
    r"|(?:question|frage|pregunta|pergunta|вопрос)\s*#?\d+\s+"
    r"|Q\s*[.#]?\s*\d+(?:\.\d+)*\s*[.):：–—-]*\)?\s+|Q\s*[.):：-]\)?\s*|q\s*[:：]\s*|Q\d+[.):：-]\)?)(?=\S)",
    "question|frage|pregunta|pergunta|domanda|soru|pytanie|spørgsmål|vraag|fråga|otázka|kérdés|pitanje",
)  # fmt: skip
_NAMES: Final = (
    r"answers?|ans|discussion|solution|response|antwort|lösung|loesung|respuesta|réponse|reponse|resposta|risposta"
    r"|soluzione|solución|ответ|відповідь|odpowiedź|cevap|antwoord|svar|vastaus|válasz|atbilde|odpověď|jawaban|答え|答案|回答|解答|答|정답|답"
    r"|الإجابة|الاجابة|الأجابة|الجواب|پاسخ|जवाब|उत्तर|উত্তর|תשובה|απάντηση|คำตอบ|đáp án|răspuns|răspunsul|përgjigja|odgovor|отговор"
)
_BEFORE: Final = "sample|model|short|reference|correct|right|possible|the|my|suggested|expected|good"
MARKER: Final = Opening(
    rf"^(?:[-•*]\s+)?(?:(?:{_BEFORE})\s+){{0,2}}"
    rf"(?:(?:{_NAMES})\s*\d*\s*[:：]|a\s*\d*\s*[:：]|a\s*\d+\s*[.)]|(?:{_NAMES})\s+[–—-]|(?:answer|ans)\s*\d*\s*[.)](?=\s))(?:[:：]?\s*={{5,}})?\s*",
    _NAMES, _BEFORE,
)  # fmt: skip
_PRESS: Final = "click|tap|press"
_SHOW: Final = (
    "see|show|view|reveal|check|expand|toggle|open|display|get|read|hide|the|my|sample"
    "|model|short|correct|possible|suggested|expected|your|full|detailed|strong|senior|level|ideal|best|reference"
)
_HEADING: Final = Opening(
    rf"(?:(?:{_PRESS})\s+(?:here\s+)?(?:to\s+|for\s+)?)?(?:(?:{_SHOW})\s+){{0,3}}"
    rf"(?:(?:{_NAMES})(?:\s*\d+)?(?:\s*(?:and|&|\+|/)\s*explanations?)?|explanation|spoiler|a)(?:\s+here)?",
    _NAMES, _PRESS, _SHOW, "explanation|spoiler|a",
)  # fmt: skip
_HIDING: Final = re.compile(rf"(?:(?:click|show|see|reveal|view|the|to)\s+)*(?:{_NAMES})", re.IGNORECASE)
_COVER: Final = re.compile(
    r"(?:(?:click|tap|press|show|see|read|view|expand|toggle|open|me|here|to|for)\s*)*(?:details|more|me|here|expand|show|open|toggle|code)?",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(rf"(?<![\s*_])[\s*_]+(?:(?:correct\s+)?(?:{_NAMES})|A)\s*\d*\s*[:：]\s+(?=\S)")
_ASKING: Final = frozenset((
    "what", "why", "how", "when", "where", "which", "who", "whom", "whose", "explain", "describe", "compare", "contrast",
    "derive", "discuss", "define", "distinguish", "give", "list", "name", "outline", "design", "walk", "tell", "summarize",
    "summarise", "prove", "show", "sketch", "can", "could", "is", "are", "do", "does", "did", "should", "would", "what's",
    "implement", "write", "reverse", "assume", "suppose", "given", "find", "calculate", "compute", "estimate", "talk",
    "create", "build", "consider", "differentiate", "difference", "differences", "have", "has", "will", "if", "in", "you",
    "identify", "mention", "state", "illustrate", "justify", "elaborate", "demonstrate", "convert", "determine", "check",
    "print", "sort", "merge", "count", "remove", "return", "imagine", "draw", "detect", "solve", "propose", "choose",
    "provide", "please", "was", "wer", "wie", "warum", "wann", "wo", "welche", "welcher", "welches", "erkläre", "nenne", "beschreibe",
    "qué", "cómo", "por", "cuál", "cuándo", "quién", "dónde", "explica", "que", "quel", "quelle", "comment", "pourquoi",
    "qu'est", "quand", "où", "o", "como", "qual", "quais", "quando", "cosa", "come", "perché", "что", "как", "почему",
    "зачем", "какие", "какой", "какая", "чем", "когда", "где", "кто", "объясните", "расскажите", "назовите",
))  # fmt: skip
_ORDERS: Final = frozenset(
    ("explain", "describe", "define", "discuss", "derive", "compare", "implement", "differentiate", "contrast")
)
_STARTING: Final = _ASKING | _ORDERS
_FURTHER: Final = frozenset((
    "explain", "why", "how", "justify", "give", "describe", "discuss", "provide", "use", "assume", "show", "write", "and",
    "if", "please", "hint", "choose", "select", "list", "name", "compare", "what", "which", "prove", "derive", "can", "note",
    "is", "are", "do", "does", "for", "mention", "suppose", "answer", "elaborate", "state", "or", "when", "where", "who",
))  # fmt: skip
_NO_QUESTION: Final = (
    r"contents?|table of contents?|examples?(?:\s*[-–:(].*)?|toc|index|papers?|books?|videos?|articles?|blogs?(?: posts?)?|courses?|tutorials?|tools?|slides|glossary|agenda|action items|introduction|intro|overview|summary|conclusions?|references?|resources?|links?|licen[cs]e"
    r"|contribut(?:ing|ors?|ions?)|about(?: .*)?|readme|prerequisites?|credits?|acknowledge?ments?|further reading|see also|faq"
    r"|questions?(?: (?:and|&) answers?)?|answers?|solutions?|notes?|how to (?:contribute.*|use(?: this.*)?)|changelog|disclaimer|back to .*|author.*|support.*"
)  # fmt: skip
_OF_QUESTIONS: Final = re.compile(
    r"(?:[\w&/+#.()-]+\s+){1,6}questions?(?: (?:and|&) answers?)?(?:\s*\(?\d+\s*[-–]\s*\d+\)?)?", re.IGNORECASE
)
_LABEL: Final = re.compile(r"(?!q)[a-z]{1,4}[-_ #]?\d+", re.IGNORECASE)
_RULE: Final = re.compile(r"(?:[QA]\s*[:：]{0,2}\s*)?[=_~*#+-]{5,}\s*", re.IGNORECASE)
_ASIDE: Final = re.compile(
    r"(?:(?:possible|related|common|typical|likely|more)\s+)*(?:follow[\s-]*ups?(?:\s+questions?)?|further questions|related questions"
    r"|sources?|references?|credits?|further reading|출처|(?:weak|bad|wrong|poor|junior)(?:[\s-]level)?\s+answers?|why (?:the|this|it) (?:weak |bad |wrong )?(?:answer )?(?:fails?|is (?:weak|bad|wrong))|red flags?)",
    re.IGNORECASE,
)
_TASK: Final = re.compile(
    r"(?:(?:the|interview|actual|main|full)\s+)?(?:question|scenario|situation|task|problem(?: statement)?)",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"[*_]{0,2}(?:category|topic|subject|theme|chapter|difficulty|level|points|tags|source|type|id|round|kategorie|thema|niveau)[*_]{0,2}\s*[:：]",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"!?\[(?:[^\[\]]|!?\[[^\[\]]*\](?:\([^()\s]*\))?){0,300}\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"]*\")?\)"
)
_TARGET: Final = re.compile(
    r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\]){1,400})\]\(((?:https?://|#|\.{0,2}/|mailto:|www\.)[^()\s]*(?:\([^()\s]*\)[^()\s]*)?|[^()\s]+\.(?:md|html?))(?:\s+\"[^\"]*\")?\)"
)
_TOP: Final = re.compile(
    r"(?:back|return|go|jump|zurück|volver|наверх|вверх|retour|voltar)\b.{0,40}|(?:view|see|read|show)\s+(?:the\s+)?(?:answers?|solution|more)\b.{0,30}|\W*(?:top|up|home|next|previous|prev|contents|toc|index|nach oben|arriba)\b.{0,20}",
    re.IGNORECASE,
)
_WAY: Final = re.compile(
    r"\W*(?:back|return|go|jump|zurück|volver|наверх|вверх|retour|voltar|(?:view|see|read|show)\s+(?:the\s+)?(?:answer|solution|more)|top|up|home|next|prev|contents|toc|index|nach|arriba)",
    re.IGNORECASE,
)
_UNLINKED: Final = re.compile(  # “Up” and “Go Daddy” are answers
    r"\s*[*_\[(]*(?:[⬆↑↥▲⇧🔝^]|(?:back|return|go|jump)\s+to\b|(?:view|see|read|show)\s+(?:the\s+)?(?:answers?|solution|more)\s+(?:on|in|at|here)\b|zurück\s+(?:nach|zum?)\b|nach oben|volver\s+a|retour\s|voltar\s|наверх|вверх)",
    re.IGNORECASE,
)
_SIGNS_IN: Final = re.compile(r"[^\w\s]+")
_BLANK: Final = re.compile(r"[\s*_]")
_BETWEEN: Final = re.compile(r"[\W_]+")
_WORD: Final = re.compile(r"[\w'’]+")
_ASIDE_ASKED: Final = re.compile(r"[?？]\s*\([^()]{1,60}\)$")
_START: Final = 120  # characters in which an answer's first word stands
_MARKING: Final = frozenset("*_`\\")
_NO_EMPHASIS: Final = str.maketrans("", "", "*_`\\")
_SECTION: Final = Opening(_NO_QUESTION, _NO_QUESTION)
_LONGEST_HEADING: Final = 80
_LONGEST_WAY: Final = 60  # characters of "back to the top" where it is no link
_LONGEST_LINK: Final = 2_000
_LEAST_WORDS: Final = 3  # of a question without a question mark
_MARKS: Final = ("?", "？", "؟", "?*", "?”", '?"', "?)", "?»", "?'")
_SIGNS: Final = frozenset(("So", "Sk", "Mn", "Me", "Cf", "Zs", "Co"))


def marks_an_answer(text: str) -> bool:
    """Whether a stretch of Markdown begins with a word such as "Answer:"."""
    text = text[:_START]
    if not _MARKING.isdisjoint(text):
        text = text.translate(_NO_EMPHASIS)
    return MARKER.match(bare(text)) is not None


def unannounced(text: str) -> str:
    """Return an answer without the word that announces it, also where that is emphasised and the mark's end is lost."""
    text = bare(text)
    inner = text.lstrip("*_ ")
    if inner != text and (mark := MARKER.match(inner)):
        return inner[mark.end() :].rstrip("*_ ")
    mark = MARKER.match(text)
    return text[mark.end() :] if mark else text


def bare(text: str) -> str:
    """Return a text without the signs and blanks at its ends."""
    if text.isascii():
        return text.strip()
    start, end = 0, len(text)
    while start < end and _sign(text[start]):
        start += 1
    while end > start and _sign(text[end - 1]):
        end -= 1
    return text[start:end]


def _sign(char: str) -> bool:
    return (not char.isascii() and unicodedata.category(char) in _SIGNS) or char.isspace()


def numbered(text: str) -> tuple[str, bool, bool]:
    """Return a text without its number, whether it had one, and whether the text says itself that it asks ("Q1:")."""
    text = bare(text)
    number = None if text[:1].isalpha() else NUMBER.match(text)
    rest = bare(text[number.end() :]) if number else text
    if asked := ASKED.match(rest):
        return bare(rest[asked.end() :]), True, True
    return rest, number is not None, False


def asks(text: str) -> bool:
    """Whether a text ends as a question does."""
    return text.rstrip(" *_`:").endswith(_MARKS) or (")" in text[-2:] and bool(_ASIDE_ASKED.search(text[-70:])))


def imperative(text: str) -> bool:
    """Whether a text starts as questions without a question mark do."""
    text = text[:200].casefold()
    first = _WORD.search(text)
    asking = first is not None and first[0].replace("’", "'") in _STARTING
    if not (asking or "vs" in text or "versus" in text or "difference between" in text):
        return False  # as most
    words = _WORD.findall(text.replace("’", "'"))
    if len(words) > 1 and (words[0] in _ORDERS or (len(words) >= _LEAST_WORDS and words[0] in _ASKING)):
        return True
    return "vs" in words or "versus" in words or "difference between" in text


def starts_asking(text: str) -> bool:
    """Whether a title's first word is one that asks."""
    first = re.match(r"[\w'’]+", text.casefold())
    return first is not None and first[0].replace("’", "'").removesuffix("'s") in _ASKING and " " in text


def names_a_section(text: str) -> bool:
    """Whether a heading is one that documents have beside their questions."""
    words = bare(text).strip(" :.#*")
    return bool(_SECTION.fullmatch(words)) or _names_questions(words) or is_label(words)


def may_be_asked(text: str) -> bool:
    """Whether words that name a section are asked, where they stand behind “Q:”: “About how many are there?”."""
    words = bare(text).strip(" :.#*")
    return any(map(str.isalpha, words)) and not _names_questions(words)


def _names_questions(words: str) -> bool:
    """Whether a heading says which questions stand below it: “Basic Interview Questions (1-10)”."""
    of_them = words.casefold().endswith(("questions", "answers", ")")) and _OF_QUESTIONS.fullmatch(words)
    return bool(of_them) and not starts_asking(words)


def is_label(text: str) -> bool:
    """Whether a heading is only a mark by which another place refers to it: “ID12”."""
    return text[-1:].isdigit() and _LABEL.fullmatch(text) is not None


def is_rule(text: str) -> bool:
    """Whether a paragraph is a line drawn between questions, maybe with the letter of one of its sides."""
    return text[-3:] in {"===", "---", "___", "***", "~~~", "###", "+++"} and _RULE.fullmatch(text) is not None


def is_answer_heading(text: str) -> bool:
    """Whether a heading or a summary only says that the answer follows."""
    may = len(text) <= _LONGEST_HEADING and not text[:1].isdigit() and _HEADING.may(text)
    return may and _HEADING.fullmatch(_BETWEEN.sub(" ", text).strip()) is not None


def hides(kind: str, summary: str) -> bool:
    """Whether a block hides the answer, and not a longer one."""
    return kind == "details" and _HIDING.fullmatch(_BETWEEN.sub(" ", summary).strip()) is not None


def is_aside(text: str) -> bool:
    """Whether a heading within an answer announces what is none of it: further questions, or how not to answer."""
    return len(text) <= _LONGEST_HEADING and bool(_ASIDE.fullmatch(bare(text).strip(" :.*")))


def is_task(text: str) -> bool:
    """Whether a heading below a question's title announces the question itself."""
    return len(text) <= _LONGEST_HEADING and bool(_TASK.fullmatch(bare(text).strip(" :.*")))


def is_cover(text: str) -> bool:
    """Whether a summary only says that something is hidden under it."""
    return is_answer_heading(text) or (
        len(text) <= _LONGEST_HEADING and bool(_COVER.fullmatch(_BETWEEN.sub(" ", text).strip()))
    )


def is_about(text: str) -> bool:
    """Whether lines above a question only say what kind it is of: “Category: rivers”."""
    return all(map(_ABOUT.match, text.split("\n")))


def is_navigation(text: str) -> bool:
    """Whether a paragraph is only a way to another place: anchors, badges, a link back to the top."""
    text = text.strip()
    if not text or len(text) > _LONGEST_LINK or "\n\n" in text:
        return False
    linked = "](" in text
    if not linked and len(text) > _LONGEST_WAY and "://" not in text:
        return False
    if (linked or _UNLINKED.match(text)) and _WAY.match(text) and _TOP.fullmatch(_SIGNS_IN.sub(" ", text).strip()):
        return True
    address = ("." in text or "://" in text) and ways.ADDRESS.fullmatch(text) is not None
    if address or not linked or not any(map(str.isalnum, ways.without(text))):
        return address or linked
    rest = _LINK.sub("", text)
    if rest == text or any(char.isalnum() for char in rest):
        return False
    return "](#" in text or text.startswith("[![") or bool(_TOP.search(text[:60]))


def is_only_anchor(text: str) -> bool:
    """Whether a line is an entry of a table of contents: a link to an anchor, and nothing else."""
    if "](#" not in text:
        return False
    rest = _LINK.sub("", text[:1_000])
    return not any(char.isalpha() for char in rest)


def unlinked(text: str) -> str:
    """Return a text with links' words in the place of links, and without pictures."""
    if "](" not in text:
        return text
    text = ways.without(re.sub(r"!\[[^\[\]]{0,300}\]\([^()\s]*\)", "", text))
    return _TARGET.sub(lambda found: found.group(1), text).strip()


def inline_answer(text: str) -> tuple[str, str]:
    """Return a line's question and the answer behind a word such as "A:" in it, or the line and nothing."""
    colon = max(text.rfind(":"), text.rfind("："))  # the pattern is slow
    found = _INLINE.search(text) if colon > 0 and _BLANK.search(text, 0, colon) else None
    return (text[: found.start()].rstrip(), text[found.end() :]) if found else (text, "")


def glued(text: str) -> tuple[str, str]:
    """Return the question at a text's start and the sentence that follows in it, if that is no part of the question."""
    end = text.find("? ")
    rest = text[end + 2 :].strip() if end > 0 else ""
    first = re.match(r"\W*(\w+)", rest)
    if (
        not first
        or asks(rest)
        or rest.startswith("(")
        or "?" in rest
        or first[1].casefold() in _FURTHER
        or imperative(rest)
    ):
        return text, ""
    return text[: end + 1], rest
