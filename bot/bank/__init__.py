"""The question bank: read from topic files, checked, joined with a team's own, chosen from."""
