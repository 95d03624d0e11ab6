"""What people call the columns of a table and the fields of a record, in several languages."""

import re
from collections.abc import Mapping
from typing import Final

ROLES: Final = frozenset((
    "question", "answer", "level", "topic", "hints", "reading", "tags", "explanation", "options", "wrong", "key_points", "skip",
))  # fmt: skip
_WORDS: Final[Mapping[str, str]] = {
    "question": "question questions q front prompt frage fragen pregunta preguntas pergunta perguntas domanda domande вопрос вопросы"
    " vraag fråga spørgsmål pytanie soru otázka 问题 題目 题目 質問 問題 질문 문제 题干 題幹 term terms word concept begriff término термин problem stem query instruction instructions",
    "answer": "answer answers a ans back reference solution response antwort antworten lösung musterlösung musterantwort lösungsvorschlag respuesta respuestas réponse reponse"
    " réponses resposta respostas risposta risposte ответ ответы antwoord svar odpowiedź cevap odpověď 答案 回答 解答 답변 답 정답 正解 参考答案 correct"
    " definition meaning definición definizione définition definição bedeutung определение значение output key",
    "level": "level difficulty seniority schwierigkeit schwierigkeitsgrad stufe niveau dificultad nivel niveau difficulté dificuldade difficoltà сложность уровень",
    "topic": "topic category subject deck thema kategorie fach tema categoría categoria sujet thème catégorie argomento тема категория section chapter",
    "hints": "hint hints tipp hinweis pista indice подсказка dica",
    "reading": "source sources reading quelle fuente source(s) источник fonte",
    "tags": "tags tag labels keywords etiquetas schlagwörter метки",
    "explanation": "explanation explanations rationale reason erklärung begründung explicación explication explicação spiegazione пояснение объяснение 해설 解析 feedback comment extra",
    "wrong": "wrong distractors",
    "options": "options choices alternatives optionen opciones opções варианты 보기 选项",
    "skip": "# no nr num number id index guid uuid nummer número номер key_id round value date show",
}
_LONGER: Final = {
    "correct answer": "answer", "right answer": "answer", "correct option": "answer", "correct choice": "answer", "correct index": "answer",
    "correct answers": "answer", "answer key": "answer", "answerkey": "answer", "correctanswer": "answer", "answer index": "answer", "correct answer index": "answer",
    "answer text": "answer", "sample answer": "answer", "model answer": "answer", "ideal answer": "answer", "reference answer": "answer",
    "respuesta correcta": "answer", "richtige antwort": "answer", "правильный ответ": "answer", "bonne réponse": "answer", "correct option index": "answer",
    "question text": "question", "question title": "question", "questiontext": "question",
    "incorrect answers": "wrong", "wrong answers": "wrong", "incorrectanswers": "wrong", "air date": "skip", "show number": "skip",
    "question id": "skip", "question number": "skip", "s no": "skip", "sl no": "skip", "sr no": "skip", "question type": "skip", "type": "skip", "time limit": "skip", "time limit sec": "skip", "image link": "skip",
    "answer explanation": "explanation", "key points": "", "response code": "skip",
}  # fmt: skip
WHOLE: Final[Mapping[str, str]] = {name: role for role, names in _WORDS.items() for name in names.split()} | _LONGER
PARTS: Final[Mapping[str, str]] = {
    word: role for word, role in WHOLE.items()
    if " " not in word and len(word) > 3 and role in {"question", "answer", "level", "topic", "explanation", "hints", "tags"}  # noqa: PLR2004
    and word not in {"back", "term", "terms", "word", "front", "output", "extra", "comment", "source", "section", "correct", "concept", "stem", "meaning", "instruction", "instructions"}
}  # fmt: skip
OPTION: Final = re.compile(
    r"(?:(?:option|choice|opt|answer|ans|distractor|alternative|opción|opcion|вариант|antwort|möglichkeit)\s*)?(?:[a-h]|[1-8])|(?:wrong|incorrect) (?:(?:answer|option|choice) )?[1-8]"
)
WRONG: Final = re.compile(r"(?:(?:wrong|incorrect|false) (?:(?:answer|option|choice) )?|distractor )(?:[a-h]|[1-8])")


def simple(name: str) -> str:
    """Return a name as it is looked up: small letters, and single blanks where words part."""
    apart = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", name.strip())
    apart = re.sub(r"\s*[-–(]\s*max\.? \d+ char\w*\)?|\(s\)", "", apart, flags=re.IGNORECASE)
    return " ".join(re.sub(r"[\s_\-:./()*?]+", " ", apart.casefold()).split()) or name.strip().casefold()
