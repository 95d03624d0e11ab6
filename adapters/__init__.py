"""One folder a chat platform, each with the same files: inbound.py, render.py, platform.py."""
