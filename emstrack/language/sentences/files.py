"""Sentences of the area: files."""

SENTENCES: dict[str, str] = {}
