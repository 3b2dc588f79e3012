#!/bin/sh
# Has what builds the single file: the header and the library of the interpreter in .venv.
# An interpreter of one's own brings both; Debian's keeps them in packages, which root installs here.
set -eu

python=.venv/bin/python

has_all() {
    "$python" - <<'EOT'
import os, sysconfig as s
config = s.get_config_vars()
header = os.path.join(s.get_paths()["include"], "Python.h")
archive = os.path.join(config["LIBPL"], config["LIBRARY"])
shared = os.path.join(config["LIBDIR"], config["LDLIBRARY"])
raise SystemExit(not (os.path.exists(header) and (os.path.exists(archive) or os.path.exists(shared))))
EOT
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" >/dev/null 2>&1
}

has_all && exit 0
package=$("$python" -c 'import sys; print("libpython%d.%d-dev" % sys.version_info[:2])')
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "build: this Python has no Python.h or no libpython; install them (Debian: $package)" >&2
    exit 1
fi
echo "build: installing $package" >&2
apt install --no-install-recommends "$package" || { apt update && apt install --no-install-recommends "$package"; } || {
    echo "build: could not install $package" >&2
    exit 1
}
has_all || { echo "build: $package does not belong to this Python; use another (make PYTHON=…)" >&2; exit 1; }
