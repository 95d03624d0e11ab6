"""Slack: one slash command, buttons, forms, threads and the App Home, over slack_bolt and slack_sdk."""
