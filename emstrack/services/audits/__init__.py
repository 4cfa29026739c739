"""Audits and what follows: findings, balances, recommendations, measures, and what is looked at again."""
