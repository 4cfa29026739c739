"""Catalogues, and the sentence of every finding and error by code; numbers, dates and money by locale.

Pages, command line, mail, PDF and JSON all speak through here; layers below an edge return codes and evidence.
"""
