"""How people mark questions by habit: in plain text, in tables and records of their own programs, in pages and long notes."""

from pathlib import Path
from typing import Final

import pytest

from bot.bank.exchange import reading
from bot.bank.exchange.levels import Levels

Pairs = list[tuple[str, str]]
WIND: Final = "What is wind?\n\nA: air\nB: sea"
RAIN: Final = "What is rain?\n\nA: sand\nB: water"

# fmt: off
HABITS: Final[list[tuple[str, str, str, Pairs]]] = [
    ("words without a colon", "a.txt", "Question What is wind?\nAnswer air\n\nQuestion What is rain?\nAnswer water\n",
     [("What is wind?", "air"), ("What is rain?", "water")]),
    ("plus and minus", "a.txt", "Wind is:\n+ air\n- sea\nRain, seen\nfrom below:\n- sand\n(in deserts)\n+ water\n",
     [("Wind is:\n\nA: air\nB: sea", "air"), ("Rain, seen from below:\n\nA: sand (in deserts)\nB: water", "water")]),
    ("a list with plus and minus", "a.txt", "What is wind?\n- air\n- it moves\n\nWhat is rain?\n+ water\n+ it falls\n",
     [("What is wind?", "- air\n- it moves"), ("What is rain?", "- water\n- it falls")]),
    ("a letter below", "a.txt", "What is wind?\nair\nsea\na\n\nWhat is rain?\nsand\nwater\nAnswer: 2\n", [(WIND, "air"), (RAIN, "water")]),
    ("a letter too far", "a.txt", "What is wind?\nair\nsea\nh\n\nWhat is rain?\nsand\nwater\nh\n",
     [("What is wind?", "air\nsea\nh"), ("What is rain?", "sand\nwater\nh")]),
    ("blank lines", "a.txt", "What is wind?\n\nAir.\n\nIt moves.\n\n\nExplain the rain of spring.\n\nWater.\n\n\nOutput:\n3\n\n\nGive a name\nfor it.\n\nFog.\n\n\nIf so, ask.\n",
     [("What is wind?", "Air.\n\nIt moves."), ("Explain the rain of spring.", "Water.\n\nOutput: 3"), ("Give a name for it.", "Fog.\n\nIf so, ask.")]),
    ("ways to ask", "a.txt", "What is wind?\nwind\nwhat wind is\ntell me of wind\n\nAir.\n\n\nWhat is rain?\n\nWater.\n\n\nWhat is fog?\n\nA cloud.\n",
     [("What is wind?", "Air."), ("What is rain?", "Water."), ("What is fog?", "A cloud.")]),
    ("below a list", "a.md", "What is wind?\n- air\nWhat is rain?\n- water\nWhat is fog?\n- a cloud\n",
     [("What is wind?", "air"), ("What is rain?", "water"), ("What is fog?", "a cloud")]),
    ("steps are no questions", "a.md", "# Steps\n\n1. Take a node and mark it\n2. If there is none left, stop\n3. Repeat both\n\nThen look at it.\n", []),
    ("options in a cell", "a.csv", "question,options,answer\nWhat is wind?,air|sea,0\nWhat is rain?,sand|water,1\n", [(WIND, "air"), (RAIN, "water")]),
    ("a list in a cell", "a.csv", "question,choices,answer\nWhat is wind?,\"['air', 'sea']\",air\nWhat is rain?,\"[\"\"sand\"\", \"\"water\"\"]\",B\n", [(WIND, "air"), (RAIN, "water")]),
    ("letters in a cell", "a.csv", 'question,options,answer\nWhat is wind?,A) air B) sea,A\nWhat is rain?,"sand, water",B\n', [(WIND, "air"), (RAIN, "water")]),
    ("options from zero", "a.csv", "question,answer1,answer2,correct_answer\nWhat is wind?,air,sea,0\nWhat is rain?,sand,water,1\n", [(WIND, "air"), (RAIN, "water")]),
    ("wrong ones", "a.csv", "question,correct_answer,incorrect_answer_1,incorrect_answer_2\nHow many?,4,3,5\nWhat is rain?,H2O,air,sea\n",
     [("How many?\n\nA: 3\nB: 4\nC: 5", "4"), ("What is rain?\n\nA: air\nB: H2O\nC: sea", "H2O")]),
    ("the right one last", "a.csv", "question,optionA,optionB,answer\nWhat is wind,sand,sea,air\nWhich year,1918,1939,1945\n",
     [("What is wind\n\nA: air\nB: sand\nC: sea", "air"), ("Which year\n\nA: 1918\nB: 1939\nC: 1945", "1945")]),
    ("one of the answers", "a.yaml", "- question: What is wind?\n  answers: [air, sea]\n  correct: air\n- question: What is rain?\n  answers: [sand, water]\n  correct: 1\n", [(WIND, "air"), (RAIN, "water")]),
    ("the right one named", "a.yaml", "- q: What is wind?\n  a: [correct: air, sea]\n- q: What is rain?\n  a: [sand, correct: water]\n", [(WIND, "air"), (RAIN, "water")]),
    ("a text with options", "a.json", '[{"text": "Wind is:", "options": [{"letter": "a", "txt": "air"}, {"letter": "b", "txt": "sea"}], "answer": "a"}]', [("Wind is:\n\nA: air\nB: sea", "air")]),
    ("a bold term", "a.txt", "**leaf** - A node without children\n**pruning** - Removing branches that fit noise\n",
     [("What is “leaf”?", "A node without children"), ("What is “pruning”?", "Removing branches that fit noise")]),
    ("a class of a page", "a.html", ('<html><body><div class="faq-item"><div class="faq-question">What is wind?</div><div>Air.</div></div>'
     '<div class="question"><p>Not this</p></div></body></html>'), [("What is wind?", "Air.\nNot this")]),
    ("a button", "a.html", "<html><body><button>ما هي الريح؟</button><p>هواء</p></body></html>", [("ما هي الريح؟", "هواء")]),
    ("a long form", "a.md", ("## Question 1: The wind\n\n### Scenario\n\nIt blows.\n\n### Interview Question\n\nWhere from?\n\n### Strong Senior-Level Answer\n\nFrom the sea.\n\n### Why\n\nIt is cold there.\n\n"
     "### Common Weak Answer\n\nFrom trees.\n\n### Follow-Up Questions\n\n1. And by night?\n2. And in winter?\n3. And now?\n\n## Question 2: The rain\n\n### Question\n\nWhy?\n\n### Answer\n\nClouds.\n"),
     [("The wind\n\nIt blows.\n\nWhere from?", "From the sea.\n\nWhy:\n\nIt is cold there."), ("The rain\n\nWhy?", "Clouds.")]),
    ("gift", "a.gift", ("// rain\n$CATEGORY: sky\n\n::Q1:: What is wind? {\n  =air#yes\n  ~sea\n}\n\nRain is \\{wet\\}. {T}\n\nWhat is fog? {=a cloud =mist}\n\nWhat is ice? {=water}\n\nExplain the sky. {}\n\n"
     "Match. {=a -> b =c -> d}\n\nHow many? {#3}\n\n::Q2::Which blow? {~%50%air ~%50%storm ~%-100%sea}\n\nIt {=falls ~flies} from clouds.\n\nIt {=a} and {=b}.\n"),
     [(WIND, "air"), ("True or false: Rain is {wet}.", "True"), ("What is fog?", "a cloud (also: mist)"), ("What is ice?", "water"), ("Explain the sky.", ""),
      ("Which blow?\n\nA: air\nB: storm\nC: sea", "air; storm"), ("It ___ from clouds.\n\nA: falls\nB: flies", "falls")]),
    ("aiken", "a.txt", "What is wind?\nA. air\nB. sea\nANSWER: A\n\nWhat is rain?\nA) sand\nB) water\nANSWER: B\n", [(WIND, "air"), (RAIN, "water")]),
    ("a way to the answer", "a.csv", "question,answer\nWhat is wind?,\"Air<br><a href='x'>view answer on the site</a>\"\nWhat is rain?,Water<br>falls\nWhat is fog?,Cloud<br>low\n",
     [("What is wind?", "Air"), ("What is rain?", "Water\nfalls"), ("What is fog?", "Cloud\nlow")]),
]
# fmt: on


@pytest.mark.parametrize(("name", "content", "pairs"), [one[1:] for one in HABITS], ids=[one[0] for one in HABITS])
def test_habits(tmp_path: Path, name: str, content: str, pairs: Pairs):
    """What a habit marks as the question, the options and the right one is read so."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert [(one.question, one.answer) for one in reading.read(path, Levels()).found] == pairs
