"""Sentences of the area: readings."""

SENTENCES: dict[str, str] = {}
