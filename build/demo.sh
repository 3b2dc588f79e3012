#!/bin/sh
# Shows vexec's main job without any server: secrets in files become variables of a program, which then is
# the very process that vexec was. Ends with an error if what it shows is not so.
set -eu
cd "$(dirname "$0")/.."

secrets=$(mktemp -d)
trap 'rm -rf "$secrets"' EXIT
od -An -N12 -tx1 /dev/urandom | tr -d ' \n' >"$secrets/DB_PASSWORD"
printf 'eu-west-1\n' >"$secrets/REGION"

echo "1. A directory of secret files, as podman, Docker and Kubernetes mount them:"
for file in "$secrets"/*; do echo "     ${file##*/}"; done

echo "2. What the container's environment says:"
from="file:$secrets"
url="postgres://app:\${vexec:file:$secrets/DB_PASSWORD}@db/app"
echo "     VEXEC_FROM=file:/run/secrets"
echo "     DB_URL=postgres://app:\${vexec:file:/run/secrets/DB_PASSWORD}@db/app"

echo "3. vexec -- target"
# a shell that execs vexec, which execs the target: one process, three programs
# shellcheck disable=SC2016
out=$(env -i PATH=/usr/bin:/bin VEXEC_FROM="$from" DB_URL="$url" sh -c '
  echo "before: pid $$, $(readlink /proc/$$/exe)"
  exec .venv/bin/vexec -- sh -c "echo \"after:  pid \$\$, \$(readlink /proc/\$\$/exe)\"; env"
')
echo "$out" | sed -n 's/^/     /; /before:\|after:/p'
echo "   The target's whole environment (the secret value shortened):"
echo "$out" | sed '/^before:\|^after:\|^PWD=\|^_=\|^SHLVL=/d; s/[0-9a-f]\{20\}/…/g; s/^/     /' | sort

fail() { echo "demo: $1" >&2; exit 1; }
password=$(cat "$secrets/DB_PASSWORD")
before=$(echo "$out" | sed -n 's/^before: pid \([0-9]*\),.*/\1/p')
after=$(echo "$out" | sed -n 's/^after:  pid \([0-9]*\),.*/\1/p')
[ -n "$before" ] && [ "$before" = "$after" ] || fail "the target has another PID: $before, $after"
echo "$out" | grep -qx "DB_PASSWORD=$password" || fail "DB_PASSWORD did not arrive"
echo "$out" | grep -qx "REGION=eu-west-1" || fail "REGION did not arrive"
echo "$out" | grep -qx "DB_URL=postgres://app:$password@db/app" || fail "DB_URL did not arrive"
! echo "$out" | grep -q VEXEC_ || fail "a variable of vexec is left"
echo "4. Same PID before and after, and nothing of vexec is left in the environment."
