"""Sentences of the area: accounts."""

SENTENCES: dict[str, str] = {}
