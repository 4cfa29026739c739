"""Audits and what they rest on: plan, checklist, findings; mass and energy balances."""
