"""The operator's defaults. Each can be set from the environment with the prefix EMSTRACK_, e.g. EMSTRACK_PORT=8080."""

# Where the rows live. SQLite needs no server; for several hosts: postgresql://user:password@host/database
DATABASE_URL = "sqlite:///instance/emstrack.sqlite3"

# Where uploaded files live; they are backed up with the database.
FILES_DIR = "instance/files"

# Signs the cookie of people who are not signed in yet. Empty: made once, kept in instance/secret_key.
SECRET_KEY = ""

# The language of the command line, and of pages before somebody chose one: es, en, pt, fr. Empty: LANG, then en.
LANGUAGE = ""

# Where `emstrack serve` listens. 127.0.0.1 is this computer only; 0.0.0.0 is everybody on the network.
HOST = "127.0.0.1"
PORT = 8000

# How many servers in front of this one (nginx, a load balancer) pass on who asks and how. 0: nobody is believed.
TRUSTED_PROXIES = 0

# The address that links in mails begin with. Empty: http://HOST:PORT
BASE_URL = ""

# Outgoing mail, e.g. smtp://user:password@mail.example.org:587. Empty: mail is off, and the admin page says so.
SMTP_URL = ""
MAIL_FROM = "emstrack@localhost"

# Threads of the web server. One process runs one thread of Python at a time: more of them only wait for each other
# (measured at 8 connections: the slowest twentieth of a site's pages took 269 ms with 8 threads, 163 ms with 4).
THREADS = 4

# Largest upload [MB], and what one file may cost the process that reads it.
MAX_UPLOAD_MB = 50
IMPORT_MEMORY_MB = 1024
IMPORT_SECONDS = 300

# Sign-in sessions end after so many hours without use, and after so many hours in all.
SESSION_IDLE_HOURS = 8
SESSION_HOURS = 168

# The cost of a password hash: argon2id memory [KiB] and passes.
PASSWORD_MEMORY_KIB = 19456
PASSWORD_PASSES = 2

# Public weather services a person may ask from a site's page: any of open_meteo and nasa_power. Empty: never asked.
# Open-Meteo's free service is for non-commercial use; the addresses may name a service of your own that answers alike.
WEATHER_SERVICES = "open_meteo nasa_power"
WEATHER_OPEN_METEO_URL = "https://archive-api.open-meteo.com/v1/archive"
WEATHER_NASA_POWER_URL = "https://power.larc.nasa.gov/api/temporal/daily/point"

# How long one answer of theirs may take [s].
WEATHER_TIMEOUT_SECONDS = 30
