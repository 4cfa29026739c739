"""Organisations, people, sign-in, roles, links."""
