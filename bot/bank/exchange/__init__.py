"""Questions from and to other forms: a team's notes, tables, JSON and Anki in, the bank out again.

::

    commands.py  `python -m bot import` and `export`
    a file       reading.py    which shape is it?
      notes.py, tables.py, records.py, anki.py    what stands where: questions found, and remarks on every other line
    drafts.py    what was found -> drafts of questions, their key points proposed
    writing.py   topics -> topic files
    records.py, anki.py    topics -> CSV, JSON, Anki
"""
