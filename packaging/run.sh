#!/bin/sh
# Starts captioner, after doing whatever set-up this machine still needs.
# Usage: sh packaging/run.sh [--yes] [VERB ...]     --yes: install missing system packages without asking
set -eu
. "$(dirname "$0")/setup.sh"

set_up app run

# Without a display there is no window to open: show in the terminal what it does.
if [ $# -eq 0 ] && [ -z "${DISPLAY-}${WAYLAND_DISPLAY-}" ] && [ "$(uname)" != Darwin ]; then set -- demo; fi
# exec, so that a signal to this script reaches the program.
exec "$venv/bin/captioner" "$@"
