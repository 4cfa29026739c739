"""Readings in: by hand, by file, undone, with their history; and monthly values."""
