#!/bin/sh
# Finds a Python that is new enough and hands over to setup.py. PYTHON=/path/to/python chooses one.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ] && ! new_enough "$PYTHON"; then
    echo "error: PYTHON is \"$PYTHON\"; expected the path of a Python 3.11 or newer" >&2
    exit 1
fi
for python in "${PYTHON:-.venv/bin/python}" python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$python"; then
        exec "$python" toolchain/setup.py
    fi
done
echo "error: Python 3.11 or newer is needed, and python3 is $(python3 --version 2>&1 || true)" >&2
echo "hint: install it (Debian, Ubuntu: apt install python3 python3-venv), or PYTHON=/path/to/python make setup" >&2
exit 1
