"""What is found of an answer before anything of it is kept. Here and not with its handlers, so that a process which only grades reads no more than this."""

from bot.grading import Grade, grade, is_talk
from bot.question import Question


def graded_unless_talk(question: Question, text: str) -> Grade | None:
    """Return the grade of a text, which talk has none of."""
    graded = grade(question, text)
    return None if is_talk(question, text, graded) else graded
