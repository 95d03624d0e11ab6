"""What stands behind the subcommands of `python -m bot`. They print; what they call returns what it has."""
