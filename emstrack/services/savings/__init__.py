"""Baselines and savings."""
