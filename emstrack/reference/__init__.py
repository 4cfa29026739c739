"""Cited tables as CSV, each row with source, year and basis, and the one loader that reads them."""
