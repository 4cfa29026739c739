"""Sentences of the scheduler, mail, backups and the contributor's month."""

SENTENCES: dict[str, str] = {
    "mail.not_an_address": "EMSTRACK_SMTP_URL is not a mail server's address. Write it as "
    "smtp://user:password@mail.example.org:587, or smtps://… for port 465.",
    "mail.server_away": "The mail server {host} cannot be reached: {reason}. Mails wait and are tried again "
    "by themselves.",
    "contribution.closed": "This link is no longer open. Wait for next month's mail, or ask the person who looks after "
    "these figures.",
    "contribution.not_a_day": "“{text}” is not a day. Choose the first and the last day of the bill.",
    "scheduler.not_a_moment": "“{text}” is not a moment. Write it as 2026-12-03T08:00 or 2026-12-03T08:00-05:00.",
    "backup.exists": "{path} is there already, and a backup is never overwritten. Name another file.",
    "backup.no_file": "No file was chosen. Choose the .tar.gz file that emstrack made.",
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
    "doctor.python": "Python {version}.",
    "doctor.time_zones": "Time zones are known.",
    "doctor.time_zones_missing": "Time zones are not known to this computer. Install the tzdata package again.",
    "doctor.secret_key": "The secret key is kept for this user only.",
    "doctor.secret_key_later": "The secret key is made when pages are first served.",
    "doctor.secret_key_short": "EMSTRACK_SECRET_KEY is shorter than 32 characters. Set a longer random one.",
    "doctor.secret_key_open": "Others on this computer can read {path}. Run `chmod 600 {path}`.",
    "doctor.files": "Uploaded files go to {path}.",
    "doctor.files_closed": "Nothing can be written to {path} ({reason}). Let the user who runs emstrack write there.",
    "doctor.room": "{mb} MB are free.",
    "doctor.room_short": "Only {mb} MB are free. Make room before the disk is full.",
    "doctor.mail": "The mail server {host} answers.",
    "doctor.mail_off": "No mail is sent: EMSTRACK_SMTP_URL is not set. Links for passwords come from "
    "`emstrack user reset-link`.",
    "doctor.backup": "The last backup was made at {at}.",
    "doctor.backup_never": "No backup has been made yet. The scheduler makes one each night; "
    "`emstrack backup create` makes one now.",
    "doctor.backup_old": "The last nightly backup is of {at}. See that `emstrack serve` or `emstrack scheduler run` "
    "is running.",
    "doctor.database_empty": "The database is empty. `emstrack serve` sets it up.",
    "doctor.revision": "The database is up to date ({revision}).",
    "doctor.sqlite": "SQLite {version}, journal {mode}.",
    "doctor.sqlite_slow": "SQLite {version} has a defect in its write-ahead log, so the slower journal is used. "
    "Install the pysqlite3 package.",
    "doctor.sqlite_loses_rows": "SQLite {version} may lose rows in its write-ahead log, and that log is in use. "
    "Install the pysqlite3 package and start again.",
    "doctor.foreign_keys": "The database refuses rows that point nowhere.",
    "doctor.foreign_keys_off": "The database takes rows that point nowhere. Report this.",
    "doctor.sound": "The database file is sound.",
    "doctor.unsound": "The database file is damaged ({reason}). Stop emstrack and restore a backup.",
    "doctor.postgresql": "PostgreSQL {version}.",
    "doctor.role": "The database keeps tenants apart for this role.",
    "doctor.role_too_mighty": "The database role is a superuser or bypasses row security, so that the database "
    "itself does not keep tenants apart. Use a plain role that owns the tables.",
    "doctor.scheduler": "The scheduler was seen at {last}.",
    "doctor.scheduler_never": "The scheduler has never run here. `emstrack serve` runs it beside the page.",
    "doctor.scheduler_silent": "The scheduler is silent since {since}: no mails, no backups. Start `emstrack serve` or "
    "`emstrack scheduler run`.",
    "doctor.work": "No work is failing.",
    "doctor.work_failing": "{n} pieces of work are failing, first {kind} ({reason}).",
    "doctor.mails_failed": "{n} mails of the last two days did not go out. The administration page lists them.",
    "doctor.deploy_no_https": "EMSTRACK_BASE_URL does not begin with https://. Put a server with a certificate in "
    "front and set its address.",
    "doctor.deploy_mail_starttls": "Mail is encrypted where its server offers it. smtps:// makes sure.",
    "doctor.deploy_no_mail": "People cannot get their invitations and password links: set EMSTRACK_SMTP_URL.",
    "doctor.deploy_cheap_passwords": "Password hashes are set cheaper than is safe. Remove "
    "EMSTRACK_PASSWORD_MEMORY_KIB and EMSTRACK_PASSWORD_PASSES.",
    "doctor.deploy_mail_from": "Mails come from an address at localhost, which most servers refuse. Set "
    "EMSTRACK_MAIL_FROM.",
    "doctor.deploy_proxies": "{count} server(s) in front are believed about who asks. More than there are lets people "
    "forge their address.",
    "doctor.deploy_no_proxies": "https is served by something in front, and its word about who asks is not taken, so "
    "everybody looks like one address. Set EMSTRACK_TRUSTED_PROXIES to the number of servers in front.",
    "doctor.deploy_open_host": "Pages are served on {host} without encryption. Let only the server in front "
    "reach them.",
    "doctor.deploy_world_writable": "Everybody on this computer can write to {path}. Run `chmod o-w {path}`.",
}
