"""Somebody else's file becomes columns of typed rows, with findings for everything that was not as expected.

No database, no guessing: what is not understood is reported where it stands.
"""
