"""What is computed: pure functions on arrays of shape (meters, periods), one meter being the batch of one.

Never sees a session, a file or a clock. Each function cites its rule in docs/methods.md.
"""
