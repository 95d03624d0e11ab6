"""The local platform: a chat in the terminal, with a channel, threads, private replies and several members."""
