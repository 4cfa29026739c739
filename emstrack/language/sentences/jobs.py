"""Sentences of the scheduler, mail, backups and the contributor's month."""

SENTENCES: dict[str, str] = {
    "mail.not_an_address": "EMSTRACK_SMTP_URL is not a mail server's address. Write it as "
    "smtp://user:password@mail.example.org:587, or smtps://… for port 465.",
    "mail.server_away": "The mail server {host} cannot be reached: {reason}. Mails wait and are tried again "
    "by themselves.",
    "contribution.closed": "This link is no longer open. Wait for next month's mail, or ask the person who looks after "
    "these figures.",
    "contribution.saved_by_another": "Somebody has entered this meter's figures meanwhile; they stay as they are.",
    "scheduler.not_a_moment": "“{text}” is not a moment. Write it as 2026-12-03T08:00 or 2026-12-03T08:00-05:00.",
    "backup.exists": "{path} is there already, and a backup is never overwritten. Name another file.",
    "backup.not_found": "There is no file {path}. Check the name.",
    "backup.not_one": "{path} is not a backup made by emstrack. Choose the .tar.gz file that `emstrack backup create` "
    "wrote.",
    "backup.damaged": "This backup is damaged at {what} ({reason}). Nothing was changed. Take an older backup.",
    "backup.newer": "This backup was made by a newer emstrack ({version}). Install that version first. Nothing was "
    "changed.",
    "backup.newer_format": "This backup was made by a newer emstrack ({version}). Install that version first. Nothing "
    "was changed.",
    "backup.other_database": "This backup holds a {found} database, and this installation uses another kind. Set "
    "EMSTRACK_DATABASE_URL to one of that kind.",
    "backup.scheduler_runs": "emstrack is running on this database. Stop `emstrack serve` first, then restore.",
    "backup.no_tool": "{tool} is needed for backups of PostgreSQL and was not found. Install the PostgreSQL client "
    "programs.",
    "backup.tool_failed": "{tool} did not succeed: {reason}. Nothing was changed.",
}
