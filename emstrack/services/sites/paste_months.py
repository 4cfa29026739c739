"""Monthly means pasted from a table, made into a canonical file: looked at, imported and taken back as any other."""

from __future__ import annotations

import csv
import io
import re

from emstrack.domain.errors import RefusedError

_LINE = re.compile(r"(?P<month>.*?\S)[\t;|]+\s*(?P<mean>[-−+]?\d[\d.,]*)\s*(?:°?\s*C)?", re.IGNORECASE)
_SPACED = re.compile(r"(?P<month>.*?\S)\s*[,:]?\s+(?P<mean>[-−+]?\d[\d.,]*)\s*(?:°?\s*C)?", re.IGNORECASE)
HEADER = ("station", "month", "mean_c", "station_name", "latitude", "longitude", "elevation_m")


def months_as_file(station: str, text: str, place: tuple[float | None, float | None, float | None]) -> bytes:
    """Return a file of the months pasted; what each line means in detail is the reader's to judge.

    Raises
    ------
    RefusedError
        ``station.name_missing``, ``months.nothing_pasted``, ``months.line_unclear`` naming the line.
    """
    name = " ".join(station.split())
    if not name:
        raise RefusedError("station.name_missing", field="station")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise RefusedError("months.nothing_pasted", field="months")
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    facts = ("", *("" if value is None else repr(value) for value in place))
    for number, line in lines:
        found = _LINE.fullmatch(line) or _SPACED.fullmatch(line)
        if found is None:
            if number == lines[0][0] and not re.search(r"\d{4}", line):
                continue  # the table's own header
            raise RefusedError("months.line_unclear", row=number, text=line[:60], field="months")
        writer.writerow((name, found["month"].strip(" ,:\t;|"), found["mean"].replace("−", "-"), *facts))
    return stream.getvalue().encode()
