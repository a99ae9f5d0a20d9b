#!/bin/sh
# Runs every check, after doing whatever set-up this machine still needs. All of them run, even after one has failed.
# Usage: sh packaging/test.sh [--yes] [PYTEST ARGUMENT ...]     --yes: install missing system packages without asking
set -eu
. "$(dirname "$0")/setup.sh"

set_up dev test
cd "$root"
PATH=$venv/bin:$PATH

# A home of its own, thrown away, so that nothing that is tested can leave anything in the person's.
scratch=$cache/home
rm -rf "$scratch"
mkdir -p "$scratch"
export HOME="$scratch" XDG_DATA_HOME="$scratch/data" XDG_CONFIG_HOME="$scratch/config"
export XDG_CACHE_HOME="$scratch/cache" XDG_STATE_HOME="$scratch/state"
# pyright comes whole in its wheel; this keeps it from asking the network whether there is a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS=1 PYRIGHT_PYTHON_CACHE_DIR="$cache/pyright"
export RUFF_CACHE_DIR="$cache/ruff" HYPOTHESIS_STORAGE_DIRECTORY="$cache/hypothesis"

failed=
check() {
    printf '\n== %s\n' "$1"
    heading=$1
    shift
    "$@" || failed="$failed, $heading"
}

# import-linter does not look into a folder without __init__.py, so its rules would not hold there.
every_folder_is_a_package() {
    lonely=$(find captioner -name '*.py' -exec dirname {} + | sort -u | while read -r folder; do
        [ -f "$folder/__init__.py" ] || echo "$folder has no __init__.py"
    done)
    [ -z "$lonely" ] || { printf '%s\n' "$lonely" && false; }
}

check "ruff format" ruff format --check .
check "ruff" ruff check .
check "pyright" pyright
check "import-linter" lint-imports --no-cache
check "packages" every_folder_is_a_package
check "pytest" python -m pytest -o cache_dir="$cache/pytest" "$@"

if [ -n "$failed" ]; then
    printf '\nfailed: %s\n' "${failed#, }"
    exit 1
fi
