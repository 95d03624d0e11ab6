"""Notes as apps and people keep them: what one would expect of each is taken, whole, and nothing else."""

from pathlib import Path
from typing import Final

import pytest

from bot.bank.exchange import reading
from bot.bank.exchange.levels import Levels
from bot.errors import ContentError

Pairs = list[tuple[str, str]]
QUEUES: Final[Pairs] = [("What is a queue?", "First in, first out."), ("What is a stack?", "Last in, first out.")]
RED: Final = "Which planet is red?\n\nA: Mars\nB: Venus\nC: Jupiter"

KEPT: Final[list[tuple[str, str, Pairs]]] = [
    ("database.csv", 'Name,Tags,Answer,Status,Created\nWhat is a queue?,cs,"First in, first out.",Done,"March 3, 2024 9:12 AM"\nWhat is a stack?,cs,"Last in, first out.",Open,"March 4, 2024 9:12 AM"\n', QUEUES),
    ("choices.csv", "Which planet is red?,Mars,Venus,Jupiter,A\nWhat is 3 * 3?,6,9,a very long wrong one,B\n", [(RED, "Mars"), ("What is 3 * 3?\n\nA: 6\nB: 9\nC: a very long wrong one", "9")]),
    ("zero.csv", "Which planet is red?,Mars,Venus,Jupiter,0\nWhat is 3 * 3?,6,9,12,1\n", [(RED, ""), ("What is 3 * 3?\n\nA: 6\nB: 9\nC: 12", "")]),
    ("letters.csv", "What is wind?,moving air,q\nWhat is rain?,falling water,z\n", [("What is wind?", "moving air"), ("What is rain?", "falling water")]),
    ("game.csv", 'Question - max 120 characters,Answer 1 - max 75 characters,Answer 2 - max 75 characters,Answer 3 - max 75 characters,Time limit (sec),Correct answer(s)\nWhich planet is red?,Mars,Venus,Jupiter,20,1\nWhich are even?,2,3,4,30,"1,3"\n', [(RED, "Mars"), ("Which are even?\n\nA: 2\nB: 3\nC: 4", "2; 4")]),
    ("german.csv", "Nr.;Frage;Musterlösung;Schwierigkeitsgrad\n1;Was ist eine Schlange?;Eine Reihe, die wartet.;leicht\n", [("Was ist eine Schlange?", "Eine Reihe, die wartet.")]),
    ("callouts.md", "# Queues\n\n> [!question] What is a queue?\n> First in, first out.\n\n> [!faq]- What is a stack?\n>\n> Last in, first out.\n\n> [!note]\n> See the book.\n", QUEUES),
    ("spaced.md", "#flashcards/cs\n\nWhat is a queue?::First in, first out.\nStack:::Last in, first out.\n\nWhat is a heap?\n?\nA tree.\n<!--SR:!2024-05-01,3,250-->\n", [("What is a queue?", "First in, first out."), ("What is “Stack”?", "Last in, first out."), ("What is a heap?", "A tree.")]),
    ("items.md", "- What is a queue? >> First in, first out.\n- Stack :: Last in, first out.\n", [("What is a queue?", "First in, first out."), ("What is “Stack”?", "Last in, first out.")]),
    ("not_all.md", "- Stack :: Last in, first out.\n- A line.\n", []),
    ("outline.md", "- Lines\n  - What is a queue?\n    - First in, first out.\n  - What is a stack? #card\n    id:: 65a\n    collapsed:: true\n    - Last in, first out.\n- Trees\n  - Heap\n", QUEUES),
    ("agenda.md", "- Disk\n  - Is it full?\n- Holidays\n", []),
    ("ruled.md", "# What is a queue?\n---\nFirst in, first out.\n\n# What is a stack?\n---\nLast in, first out.\n", QUEUES),
    ("pairs.md", "| **What is a queue?** | First in, first out. |\n|---|---|\n| **What is a stack?** | Last in, first out. |\n", QUEUES),
    ("sizes.md", "| Model | Use |\n|---|---|\n| small | when speed counts most |\n| large | when quality counts most |\n", []),
    ("tables.md", "<table>\n<tr><th>Question</th><th>Answer</th></tr>\n<tr><td>What is a queue?</td><td>First in, first out.</td></tr>\n<tr><td>What is a stack?</td><td>Last in,\nfirst out.</td></tr>\n</table>\n\n<table><tr><td>a picture</td></tr></table>\n", QUEUES),
    ("glossary.md", "# Words\n\n**Queue**: a line in which the first leaves first.\n\n- **Stack** – a pile of which the last leaves first.\n\nHeap\n: a tree with the least on top.\n", [("What is “Queue”?", "a line in which the first leaves first."), ("What is “Stack”?", "a pile of which the last leaves first."), ("What is “Heap”?", "a tree with the least on top.")]),
    ("facts.md", "**Status**: open\n\n**Owner**: Ana\n\n**Due**: on Friday\n", []),
    ("labels.txt", "Category: lines\nQuestion: What is a queue?\nAnswer: First in, first out.\n\nCategory: piles\nQuestion: What is a stack?\nAnswer: Last in, first out.\n", QUEUES),
    ("reading.md", "## [What is a queue?](https://example.org/q)\n\n## [What is a stack?](https://example.org/s)\n\n## Papers\n\n- [One](https://example.org/p.pdf)\n", [("What is a queue?", ""), ("What is a stack?", "")]),
    ("lost.md", "Spørgsmål: What is a queue?\n**Svar: First in, first out.\n\nSpørgsmål: What is a stack?\n**Svar: Last in, first out.**\n", QUEUES),
    ("table_of_tasks.md", "|Name|Objective & Instructions|Solution|\n|---|---|---|\n|One|[Exercise](a.md)|[Solution](b.md)|\n", []),
    ("code.md", "1. ### What is a queue?\n\n   In code:\n\n   ```py\n   if q:\n       q.popleft()\n   ```\n", [("What is a queue?", "In code:\n\n```py\nif q:\n    q.popleft()\n```")]),
    ("office.htm", "<html><body><p><b>1. What is a queue?<o:p></o:p></b></p><p>First in, first out.<o:p></o:p></p><p><o:p>&nbsp;</o:p></p></body></html>", QUEUES[:1]),
    ("unfolding.html", "<html><body><div><button>What is a queue?</button></div><div><p>First in, first out.</p></div><button>Share</button><table><tr><th>Question</th><th>Answer</th></tr><tr><td>What is a stack?</td><td><p>Last in,</p><p>first out.</p></td></tr></table></body></html>", QUEUES),
    ("chat.jsonl", '{"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "What is a queue?"}, {"role": "assistant", "content": "First in, first out."}]}\n{"conversations": [{"from": "human", "value": "What is a stack?"}, {"from": "gpt", "value": "Last in, first out."}]}\n', QUEUES),
    ("intents.json", '{"intents": [{"tag": "hi", "patterns": ["Hi"], "responses": ["Hello!"]}, {"tag": "queue", "patterns": ["queues", "What is a queue?"], "responses": ["First in, first out."]}]}', QUEUES[:1]),
    ("stems.jsonl", '{"id": "x", "question": {"stem": "Which planet is red?", "choices": [{"text": "Mars", "label": "A"}, {"text": "Venus", "label": "B"}, {"text": "Jupiter", "label": "C"}]}, "answerKey": "A"}\n', [(RED, "Mars")]),
    ("passages.json", '{"data": [{"paragraphs": [{"context": "It is long.", "qas": [{"question": "How long is it?", "answers": [{"text": "two metres", "answer_start": 1}, {"text": "2 m", "answer_start": 1}]}]}]}]}', [("How long is it?", "two metres (also: 2 m)")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "pairs"), KEPT)
def test_kept(tmp_path: Path, name: str, text: str, pairs: Pairs):
    """Each export and each habit gives its questions with their answers; what only looks like them gives none."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert [(one.question, one.answer) for one in reading.read(path, Levels()).found] == pairs


@pytest.mark.parametrize("name", ["quiz.xml", "quiz.txt"])
def test_a_quiz_in_xml(tmp_path: Path, name: str):
    """The XML of learning platforms is refused by its name, and by how it begins."""
    path = tmp_path / name
    path.write_text('<?xml version="1.0"?>\n<quiz><question><text>What is a queue?</text></question></quiz>\n')
    with pytest.raises(ContentError, match="XML: export the questions as CSV"):
        reading.read(path, Levels())
