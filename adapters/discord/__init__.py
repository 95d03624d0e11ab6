"""Discord: slash commands, buttons, modals and threads, over discord.py."""
