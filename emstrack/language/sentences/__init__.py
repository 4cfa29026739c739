"""The sentence of every finding and error, by code: what, where, how to mend it.

One module per area, each a dictionary `SENTENCES`; names in braces are the evidence. English here is the message id of
the catalogues.
"""

from emstrack.language.sentences import (
    accounts,
    audits,
    balances,
    baselines,
    case_studies,
    committees,
    dated_changes,
    engine,
    entry,
    files,
    financing,
    follow_ups,
    general,
    jobs,
    ledger,
    measures,
    programmes,
    readings,
    reports,
    savings,
    sites,
    verification,
    weather,
)
from emstrack.language.sentences.one import ONE

__all__ = ["ONE", "SENTENCES"]

_AREAS = (
    accounts,
    audits,
    balances,
    baselines,
    case_studies,
    committees,
    dated_changes,
    engine,
    entry,
    files,
    financing,
    follow_ups,
    general,
    jobs,
    ledger,
    measures,
    programmes,
    readings,
    reports,
    savings,
    sites,
    verification,
    weather,
)
SENTENCES: dict[str, str] = {}
for _area in _AREAS:
    _twice = SENTENCES.keys() & _area.SENTENCES.keys()
    if _twice:
        raise RuntimeError(f"two sentences for {sorted(_twice)}")
    SENTENCES |= _area.SENTENCES
