#!/bin/sh
# Installs what the tests need beside Python, where this machine lets us; says loudly what is missing otherwise.
want=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || want="$want postgresql"
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || want="$want chromium"
[ -z "$want" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing$want …"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $want fonts-dejavu-core; } >/dev/null 2>&1 && exit 0
fi
echo "*** Missing:$want. Their tests skip; install them for the whole suite. ***" >&2
[ -n "$EMSTRACK_TESTS_STRICT" ] && exit 1
exit 0
