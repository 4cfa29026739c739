"""Audits, their findings, and what follows: recommendations, measures, their money, and how a saving is verified."""
