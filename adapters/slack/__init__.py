"""Slack: one slash command, buttons, forms, threads and the App Home, over slack_bolt and slack_sdk.

The path of one delivery, in one direction::

    a socket that the bot opened, or a signed request over HTTP
      connection.py (socket.py)   stays connected, over either way
      bolt.py                     checks signatures, reads requests
      inbound.py (requests.py)    written down, acknowledged, then handled: a command and its context
      turns.py                    acknowledging goes first, and no workspace waits for another

    hearing.py, past.py           notice what was not delivered, and read it
    web.py (errors.py, oauth.py, pages.py)  calls: whose token, how often, and what an error means
"""
