"""What things are and what is allowed.

Standard library only; no input or output, no clock (today is an argument). Imported by everything, imports nothing.
"""
