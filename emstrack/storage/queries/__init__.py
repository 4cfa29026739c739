"""Reads that more than one service needs; each takes a session that has a scope."""
