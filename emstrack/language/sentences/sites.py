"""Sentences of the area: sites."""

SENTENCES: dict[str, str] = {}
