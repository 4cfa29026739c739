"""Savings at the boundary of what was changed (IPMVP retrofit isolation; docs/methods.md, M-13).

A formula per worksheet and its band by propagation; every formula takes arrays.
"""
