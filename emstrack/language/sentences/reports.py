"""Sentences of reports that are handed out."""

SENTENCES: dict[str, str] = {
    "report.nothing_adopted": "No baseline is adopted for {name} yet, so there is no saving to report. Adopt one on a "
    "meter’s page first.",
    "report.unknown_ending": "A report cannot be made as “{ending}”. Give the file one of these endings: {known}.",
    "report.too_many_readings": "This report rests on {count} readings, and a sheet holds {most}. Ask for the report "
    "of one organisation or one site, or for the PDF.",
    "report.several_sites": "Several organisations have a site called “{site}”. Name the organisation too, with --org.",
    "report.cannot_write": "The file {file} cannot be written: {reason}. Choose another folder or name.",
}
