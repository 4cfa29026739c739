"""Sentences that belong to no one area."""

SENTENCES = {
    "period.not_a_month": "“{text}” is not a month between 1950 and 2100. Write it as 2025-03.",
    "period.not_a_period": "“{text}” is not a period. Write 2024-01:2024-12 (both months included) or "
    "2024-01-15:2025-01-15 (the last day is not included).",
    "period.backward": "The period ends ({end}) before it starts ({start}). Swap the two dates.",
    "settings.not_a_number": "{setting} has to be a whole number, not “{value}”.",
    "database.behind": "The database is older than this version ({current}, wanted {wanted}). Run `emstrack migrate`, "
    "which makes a backup first.",
    "database.ahead": "The database is newer than this version ({current}). Install the newer emstrack again, or "
    "restore the backup made before the upgrade.",
    "database.cannot_open": "The database {url} cannot be opened: {reason}.",
    "database.busy": "Somebody else is writing just now. Try again in a few seconds; nothing was lost.",
    "scope.missing": "No organisation was chosen for this. Name one.",
    "record.not_found": "There is no such {thing} here, or it is not yours to see.",
    "record.not_allowed": "Your role does not allow this. Ask an administrator of your organisation.",
    "record.changed_meanwhile": "Somebody changed this meanwhile. Yours: {mine}. Theirs: {theirs}. "
    "Choose which one holds.",
}
