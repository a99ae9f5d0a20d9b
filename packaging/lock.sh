#!/bin/sh
# Makes app.txt and dev.txt anew from app.in and dev.in. What is pinned stays as it is unless its .in file rules it out.
# Usage: sh packaging/lock.sh [UV OPTION ...]     such as --upgrade, or --upgrade-package numpy
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
cache=$(dirname "$here")/.cache
UV_CACHE_DIR=$cache/uv
export UV_CACHE_DIR

if [ -x "$here/../.venv/bin/uv" ]; then
    uv=$here/../.venv/bin/uv
elif ! uv=$(command -v uv); then
    uv=$cache/uv-venv/bin/uv
    if [ ! -x "$uv" ]; then
        rm -rf "$cache/uv-venv"
        python3 -m venv "$cache/uv-venv"
        PIP_CACHE_DIR=$cache/pip "$cache/uv-venv/bin/python" -m pip install --quiet uv
    fi
fi

# In this folder and with bare file names, so that no path of this machine gets into the files.
cd "$here"
for name in app dev; do
    "$uv" pip compile --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --quiet "$@" "$name.in" -o "$name.txt"
    # uv repeats an index only when it is told to; this is the net below that.
    if grep -nE '://|^ *-[^-]|^--| @ |/' "$name.txt"; then
        echo "packaging/lock.sh: the lines above of $name.txt name a place; only versions and hashes belong there" >&2
        exit 1
    fi
done
