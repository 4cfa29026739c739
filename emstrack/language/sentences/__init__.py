"""The sentence of every finding and error, by code: what, where, how to mend it.

One module per area, each a dictionary `SENTENCES`; names in braces are the evidence. English here is the message id of
the catalogues.
"""

from emstrack.language.sentences import (
    accounts,
    audits,
    baselines,
    entry,
    files,
    general,
    jobs,
    readings,
    reports,
    savings,
    sites,
)
from emstrack.language.sentences.one import ONE

__all__ = ["ONE", "SENTENCES"]

SENTENCES: dict[str, str] = {}
for _area in (general, accounts, audits, baselines, entry, files, jobs, readings, reports, savings, sites):
    _twice = SENTENCES.keys() & _area.SENTENCES.keys()
    if _twice:
        raise RuntimeError(f"two sentences for {sorted(_twice)}")
    SENTENCES |= _area.SENTENCES
