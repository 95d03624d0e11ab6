"""Records, tables, choices and odd documents: the forms that people's programs and habits give to a question."""
# ruff: noqa: RUF001  people ask in Russian too

import json
from pathlib import Path
from typing import Any, Final

import pytest

from bot.bank.exchange import reading, shapes
from bot.bank.exchange.levels import Levels

Pairs = list[tuple[str, str]]


def pairs(path: Path, content: str | bytes) -> Pairs:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(one.question, one.answer) for one in reading.read(path, Levels()).found]


OPTIONS: Final = "What is wind?\n\nA: air\nB: sea"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"quiz": {"sport": {"q1": {"question": "What is wind?", "options": ["air", "sea"], "answer": "air"}}}}, [(OPTIONS, "air")]),
        ([{"question": "What is wind?", "options": ["air", "sea"], "answer": 0}], [(OPTIONS, "air")]),
        ([{"question": "What is wind?", "options": ["sea", "air"], "answer": 2}], [("What is wind?\n\nA: sea\nB: air", "air")]),
        ([{"question": "What is wind?", "options": ["air", "sea"], "answer": 9}], [(OPTIONS, "")]),
        ([{"question": "What is wind?", "options": ["A. air", "B. sea"], "answer": ["A"]}], [(OPTIONS, "air")]),
        ([{"question": "What is wind?", "options": {"A": "air", "B": "sea"}, "answer": "A"}], [(OPTIONS, "air")]),
        ([{"question": "What is wind?", "options": "air|sea", "answer": "A"}], [(OPTIONS, "air")]),
        ([{"question": "What is wind?", "answers": [{"text": "air", "correct": True}, {"text": "sea", "correct": False}]}], [(OPTIONS, "air")]),
        ([{"question": "What is wind?", "answers": [{"text": "air", "correct": True}, {"text": "gas", "correct": True}]}], [("What is wind?", "air; gas")]),
        ({"data": [{"paragraphs": [{"qas": [{"question": "What is wind?", "answers": [{"text": "air"}]}]}]}]}, [("What is wind?", "air")]),
        ([{"question": {"text": "What is wind?"}, "answer": True}], [("What is wind?", "true")]),
        ([{"question": "Wind%20is%20air", "answer": "True"}], [("True or false: Wind is air", "True")]),
        ([{"question": "What is <b>wind</b>?", "answer": 7}], [("What is wind?", "7")]),
        ([["What is wind?", "air"], ["What is rain?", "water"]], [("What is wind?", "air"), ("What is rain?", "water")]),
        ({"What is wind?": "air", "What is rain?": "water"}, [("What is wind?", "air"), ("What is rain?", "water")]),
        ([{"term": "wind", "definition": "moving air"}], [("What is “wind”?", "moving air")]),
        ({f"wind {n}": "it is air that moves about" for n in "abcde"}, [(f"What is “wind {n}”?", "it is air that moves about") for n in "abcde"]),
        ([{"category": "AIR", "air_date": "2004", "question": "'It moves'", "value": "$200", "answer": "wind", "round": "1"}], [("'It moves'", "wind")]),
        ([{"question": "What is wind?", "explanation": "Air."}], [("What is wind?", "Air.")]),
        ({"questions": ["What is wind?", {}, None]}, [("What is wind?", "")]),
        ({"name": "a", "scripts": {"b": "c"}}, []),
        ([{"question": "", "answer": "air"}], []),
        ([{"question": "What is wind?", "answer": ["air", "moving air"]}], [("What is wind?", "air (also: moving air)")]),
        ([{"question": "What is wind?", "A": "air", "B": "sea", "answer": "A"}], [(OPTIONS, "air")]),
        ([{"question": "What is wind?", "answer": [[["air"]]]}, {"question": "Is wind air?", "answer": [True]}], [("What is wind?", "air"), ("Is wind air?", "true")]),
        ([{"question": "What is wind?", "answer": {"text": {"text": {"text": {"text": {"text": {"text": "air"}}}}}}}], [("What is wind?", "")]),
        ({"section": {"question": "What is wind?", "answer": "Air.", "items": [{"question": "What is rain?", "answer": None}]}}, [("What is wind?", "Air."), ("What is rain?", "")]),
    ],
)  # fmt: skip
def test_records(tmp_path: Path, data: Any, expected: Pairs):
    """Records are found at any depth; an option's number, letter or mark gives its words, and never stands as an answer."""
    assert pairs(tmp_path / "a.json", json.dumps(data)) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "question,A,B,answer\nWhat is wind?,air,sea,A\n", [(OPTIONS, "air")]),
        ("a.csv", "question,option1,option2,correct,explanation\nWhat is wind?,air,sea,1,It moves.\n", [(OPTIONS, "air\n\nIt moves.")]),
        ("a.csv", "question,option_a,option_b,answer\nWhat is wind?,air,sea,something else\n", [("What is wind?", "something else")]),
        ("a.csv", "question,option_a,option_b,answer\nWhat is wind?,air,sea,Z9\n", [(OPTIONS, "")]),
        ("a.csv", "question,remark\nWhat is wind?,It moves.\n", [("What is wind?", "It moves.")]),
        ("a.csv", "Q1,What is wind?,It is air that moves\nQ2,What is rain?,Water that falls\n", [("What is wind?", "It is air that moves"), ("What is rain?", "Water that falls")]),
        ("a.csv", "nr,ask,say\n1,What is wind?,It is air\n2,What is rain?,Water\n", [("What is wind?", "It is air"), ("What is rain?", "Water")]),
        ("a.csv", "wind,air that moves\nrain,water that falls\n", [("What is “wind”?", "air that moves"), ("What is “rain”?", "water that falls")]),
        ("a.txt", "question,answer\nWhat is wind?,air\n", [("What is wind?", "air")]),
        ("a.tsv", "question\tanswer\nWhat is wind?\tair\n", [("What is wind?", "air")]),
        ("a.csv", 'question, answer\n"What is wind?", "air"\n', [("What is wind?", "air")]),
        ("a.csv", "вопрос;ответ\nЧто такое ветер?;Это движение воздуха над землёй и морем\n".encode("cp1251"), [("Что такое ветер?", "Это движение воздуха над землёй и морем")]),
        ("a.csv", "question,answer\nWhat is wind?,air\n".encode("utf-16-be"), [("What is wind?", "air")]),
        ("a.html", "<nav>What is this?</nav><table><tr><th>Question<th>Answer<tr><td>What is wind?<td>air</table><script>x</script>", [("What is wind?", "air")]),
        ("a.html", "<dl><dt>What is wind?</dt><dd>air<br>that moves</dd></dl>", [("What is wind?", "air\nthat moves")]),
        ("a.html", "<details><summary>What is wind?</summary><pre>air</pre></details><hr><blockquote>so</blockquote>", [("What is wind?", "```\nair\n```")]),
        ("a.html", "<p><strong>What is wind?</strong></p><ul><li>air</li><li>x<sup>2</sup></li></ul>", [("What is wind?", "- air\n- x^2")]),
        ("a.html", "<table><tr><td><h3>What is wind?</h3><p>air <a href='#top'>up</a></td></tr></table>", [("What is wind?", "air [up](#top)")]),
        ("a.html", "<!-- so -->", []),
        ("a.md", "1. What is wind?\n\n   - [x] air\n   - [ ] sea\n\n   Because.\n", [(OPTIONS, "air\n\nBecause.")]),
        ("a.md", "### Q1. What is wind?\n\nA. air\nB. sea\n\nCorrect answer: A) air\n", [(OPTIONS, "air")]),
        ("a.md", "### Q1. What is wind?\n\n- a) air\n- b) sea\n\n**Answer:** air\n\n**Explanation:** It moves.\n", [(OPTIONS, "air\n\nIt moves.")]),
        ("a.md", "### What is wind?\n\n1. air\n2. sea\n\nNot so much more.\n", [("What is wind?", "1. air\n2. sea\n\nNot so much more.")]),
        ("a.md", "### What is wind?\n\n- Why so?\n- How come?\n", [("What is wind?\n- Why so?\n- How come?", "")]),
        ("a.md", "### What is wind?\n\n1. What a is?\n2. What b is?\n3. What c is?\n", [("What a is?", ""), ("What b is?", ""), ("What c is?", "")]),
        ("a.md", "What is wind? :: air\nWhat is rain? :: water\n", [("What is wind?", "air"), ("What is rain?", "water")]),
        ("a.md", "The wind is {{c1::air}} that {{c2::moves::does what}}.\n", [("Fill the gap: The wind is […] that moves.", "air"), ("Fill the gap: The wind is air that [does what].", "moves")]),
        ("a.md", "1. What is wind? It moves about.\n2. What is rain? Water falls.\n", [("What is wind?", "It moves about."), ("What is rain?", "Water falls.")]),
        ("a.md", "# What is wind\n\nAir that moves.\n\n## More of it\n\nIt blows.\n", [("What is wind", "Air that moves.\n\nMore of it:\n\nIt blows.")]),
        ("a.md", '<h3>What is wind?</h3>\n<p>air<br>that <b>moves</b>, see <a href="#x">x</a><img src="a b.png"></p>\n<ul>\n<li>so</li>\n</ul>\n<hr>\n', [("What is wind?", "air\nthat moves, see [x](#x)![](a%20b.png)\n\n- so")]),
        ("a.md", "<!-- a\nb --><dl><dt>What is wind?</dt><dd>air</dd></dl>\n", [("What is wind?", "air")]),
        ("a.rst", "====\nWind\n====\n\nWhat is wind?\n-------------\n\nSee `docs <http://x.example>`_::\n\n    code\n\nDone.\n", [("What is wind?", "See docs:\n\n```\n\n code\n\n```\n\nDone.")]),
        ("a.org", "#+TITLE: Wind\n* TODO What is wind? :air:\n:PROPERTIES:\n:ID: 1\n:END:\n#+begin_src\nx = 1\n#+end_src\n*Air*, [[x][so]]\n", [("What is wind?", "```\nx = 1\n```\n\nAir, so")]),
        ("a.csv", "question,explanation\nWhat is wind?,Air.\n", [("What is wind?", "Air.")]),
        ("a.csv", 'question,option_a,option_b,answer\nWhat is wind?,air,sea,Option A\nWhat moves?,air,sea,"A, B"\n', [(OPTIONS, "air"), ("What moves?\n\nA: air\nB: sea", "air; sea")]),
        ("a.csv", "topic,id,level,question\n\n,,,\n", []),
        ("a.txt", "#separator:tab\n#html:true\nWhat is wind?<script>x</script>\tair\n", [("What is wind?", "air")]),
        ("a.md", "| question | answer |\n|---|---|\n| [What is wind?](#a) | [1](#a) |\n", []),
        ("a.md", "## What is wind?\n\nAir.\n\n- [top](#top)\n- [next](#next)\n", [("What is wind?", "Air.")]),
        ("a.md", "## What is wind?\n\n<details>\n<summary>Answer</summary>\n\nAir.\n\n---\n\nIt moves.\n\n</details>\n", [("What is wind?", "Air.\n\nIt moves.")]),
        ("a.md", "## What is wind?\n\n<details>\nAir.\n</details>\n", [("What is wind?", "Air.")]),
        ("a.md", "<details>\n\nSo.\n\n<summary>What is wind?</summary>\n\nAir.\n</details>\n", [("What is wind?", "So.\n\nAir.")]),
        ("a.md", "## What is wind?\n\n<pre>x = 1</pre>\nand <b>a</b> or <b>b</b><b></b>.\n", [("What is wind?", "```\nx = 1\n```\n\nand a or b.")]),
        ("a.md", "Q1: Explain wind.\n\nAir.\n\nQ2: Explain rain.\n\nWater.\n", [("Explain wind.", "Air."), ("Explain rain.", "Water.")]),
        ("a.md", "Q: What is wind?\n\n### Answer\n\nAir.\n", [("What is wind?", "Air.")]),
        ("a.md", "# How does weather work?\n\n## What is wind?\n\nAir.\n\n## What is rain?\n\nWater.\n", [("What is wind?", "Air."), ("What is rain?", "Water.")]),
        ("a.md", "***What is wind?***\n\nAir & sea  \nthat move.\n", [("What is wind?", "Air & sea\nthat move.")]),
        ("a.md", "## What is wind?\n\n- [x] air\n- [ ] sea\n", [(OPTIONS, "air")]),
        ("a.md", "## What is wind?\n\nA) air\nB) sea\n\nAnswer:\n\nA\n", [(OPTIONS, "air")]),
        ("a.md", "## What is wind?\n\n- A) air\n- B) sea\n  - salty\n", [(f"{OPTIONS}\n  - salty", "")]),
        ("a.md", "## What is wind?\n\nA) air\nB) sea\n\nAnswer: C\n", [(OPTIONS, "")]),
        ("a.md", "## What is wind?\n\nA) air\nB) sea\n\nAnswer: 1\n", [(OPTIONS, "air")]),
        ("a.md", "## What is wind?\n\nAs follows:\n\nA. First there is air\nB. Then it moves\n\nThat is all there is to it.\n", [("What is wind?", "As follows:\n\nA. First there is air\nB. Then it moves\n\nThat is all there is to it.")]),
        ("a.ipynb", "{}", []),
        ("a.ipynb", '{"nbformat": 4, "cells": 1}', []),
    ],
)  # fmt: skip
def test_forms(tmp_path: Path, name: str, text: str | bytes, expected: Pairs):
    """Tables, choices and documents in the forms that people keep them in."""
    assert pairs(tmp_path / name, text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("## What is wind?\n\nIt moves.\n\n1. What is a?\n\nAir.\n\n2. What is b?\n\nSea.\n\n3. What is c?\n\nIce.\n", "its answer holds further questions"),
        ("## What is wind?\n\n> Who moves?\n>\n> How fast?\n>\n> Where to?\n>\n> So far.\n", "what stands below it are further questions"),
    ],
)  # fmt: skip
def test_further_questions(tmp_path: Path, text: str, why: str):
    """A question whose answer holds further questions is refused, and the remark says what to do."""
    path = tmp_path / "a.md"
    path.write_text(text)
    document = reading.read(path, Levels())
    assert document.found == []
    assert any(f"left out, question “What is wind?”: {why}" in remark.words for remark in document.remarks)


def test_a_long_list_below_words(tmp_path: Path):
    """What stands above a long list is read as ever, and the list stays whole in the answer."""
    items = "\n".join(f"- wind {n}" for n in range(250))
    assert pairs(tmp_path / "a.md", f"## What is wind?\n\nAir:\n\n{items}\n") == [("What is wind?", f"Air:\n\n{items}")]


def test_a_long_gap_text(tmp_path: Path):
    """A text with gaps that no card could hold stays one question, which is refused as too long."""
    text = "The {{c1::wind}} " + "blows " * 4_000
    ((question, answer),) = pairs(tmp_path / "a.txt", f"#separator:tab\n#notetype:Cloze\n{text}\tx\n")
    assert (question, answer) == (text.strip(), "")


@pytest.mark.parametrize(
    ("text", "is_way"),
    [("[Docs](#docs) | [Chat](#chat)", True), ("[![build](badge.svg)](ci)", True), ("[Wind](wind.md) moves.", False)],
)
def test_ways_elsewhere(text: str, *, is_way: bool):
    """A paragraph of nothing but links within the page, or badges, is no text; a sentence with a link is."""
    assert shapes.is_navigation(text) is is_way


def test_a_summary_on_a_line_of_its_own(tmp_path: Path):
    """What stands under a summary that has blank lines around it is the answer."""
    text = "## What is wind?\n\n<details>\n<summary>\n\nAnswer\n\n</summary>\n\nAir that moves.\n\n</details>\n"
    assert pairs(tmp_path / "a.md", text) == [("What is wind?", "Air that moves.")]


def test_a_list_of_questions_below_bold_words(tmp_path: Path):
    """A list in which most items ask is a list of questions, whatever bold line stands above it."""
    text = "**What is wind?**\n\n1. Who moves?\n\n   Air.\n\n2. How fast?\n\n   Slow.\n\n3. Where to?\n\n   East.\n"
    found = pairs(tmp_path / "a.md", text)
    assert found[-3:] == [("Who moves?", "Air."), ("How fast?", "Slow."), ("Where to?", "East.")]
