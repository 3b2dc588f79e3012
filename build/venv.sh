#!/bin/sh
# Makes the virtual environment .venv: build/venv.sh [PYTHON]
# PYTHON defaults to the first of python3.13, python3.12, python3.11, python3 on PATH that is new enough (3.11).
# An environment that another interpreter made is made again.
set -eu

directory=.venv

is_new_enough() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null
}

fail() {
    echo "venv: $*" >&2
    exit 1
}

find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    fail "no Python 3.11 or newer on PATH; install one, or name it: make PYTHON=/path/to/python3"
}

has_ensurepip() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# Debian keeps ensurepip in a package of its own, python3-venv.
install_ensurepip() {
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    command -v apt-get >/dev/null || fail "$1 has no ensurepip; install its venv module"
    [ "$(id -u)" = 0 ] || fail "$1 has no ensurepip; run: sudo apt-get install $package"
    echo "venv: installing $package" >&2
    apt_install "$package" || { apt-get -q update >/dev/null && apt_install "$package"; } ||
        fail "could not install $package; run: apt-get install $package"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install \
        --no-install-recommends "$1" >/dev/null 2>&1
}

# The interpreter itself, whether it is asked directly or through an environment.
identity() {
    "$1" -c 'import sys; print(sys.base_prefix, sys.version)' 2>/dev/null
}

is_made_with() {
    [ "$(identity "$directory/bin/python")" = "$(identity "$1")" ] &&
        "$directory/bin/python" -m pip --version >/dev/null 2>&1
}

python=${1:-$(find_python)}
is_new_enough "$python" || fail "$python is not Python 3.11 or newer"
if is_made_with "$python"; then
    exit 0
fi
has_ensurepip "$python" || install_ensurepip "$python"
rm -rf "$directory"
"$python" -m venv "$directory"
echo "venv: made $directory with $("$directory/bin/python" --version)"
