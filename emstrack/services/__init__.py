"""A file per use case in a folder per area: plain functions (session, …, *, today).

No Flask, no commit, no sentence.
"""
