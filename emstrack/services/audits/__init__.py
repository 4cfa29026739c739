"""Audits: planned, walked with a checklist, findings written and followed until they are closed."""
