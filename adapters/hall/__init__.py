"""The hall: a team's web page, for who comes in by a link from chat. It is no chat platform: it asks, and answers on the page.

The path of one request::

    connection.py   listens, with limits, and puts the same headers on everything
    inbound.py      who is it, is it really from our own page -> a command for App.handle, with a page to answer on
    pages.py        what came of it -> which template is filled in with what
    render.py       cards and pages -> HTML; every string is escaped
"""
