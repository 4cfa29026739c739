"""Sentences of the area: savings."""

SENTENCES: dict[str, str] = {}
