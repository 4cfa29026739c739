"""Programmes: many sites on one road; for now the illustrative one."""
