# Sourced by run.sh and test.sh: brings a bare Debian or Ubuntu to a complete .venv, and costs nothing the second time.
# Everything is written inside the project folder, but for what apt installs. Messages go to stderr, because stdout
# belongs to captions. Whatever stands in the way is one line with its cure, and exit code 2.
# shellcheck shell=sh

root=$(cd "$(dirname "$0")/.." && pwd -P)
venv=$root/.venv
cache=$root/.cache

# A sourced file shares its caller's arguments, so this shift is theirs too.
yes=no
if [ "${1-}" = --yes ]; then
    yes=yes
    shift
fi

# Somebody's own settings of these would put packages beside the environment, or other packages before it.
unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_USER

say() { printf 'captioner: %s\n' "$*" >&2; }

give_up() {
    say "$@"
    exit 2
}

# --- Python -----------------------------------------------------------------------------------------------------------

# Sets $python. Each name is run, not just found: a version manager's shim exists for versions that are not active.
# The base executable, because the python3 of an activated .venv would vanish when that .venv is made anew.
find_python() {
    for name in python3 python3.11 python3.12 python3.13; do
        python=$("$name" -c '
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13): sys.exit(1)
print(getattr(sys, "_base_executable", sys.executable))' 2>/dev/null) && return
    done
    found=$(python3 --version 2>/dev/null) || found="no Python"
    give_up "needs Python 3.11, 3.12 or 3.13, and found $found. Debian 12 and 13 and Ubuntu 24.04 have it:" \
        "sudo apt-get install python3 python3-venv. Elsewhere install python3.12 beside the one that is there."
}

# The wheels of Qt and of the speech engine are built for glibc 2.34. pip would only say "no matching distribution".
check_libc() {
    [ "$(uname)" = Linux ] || return 0
    libc=$("$python" -c '
import os
name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
if name != "glibc" or [int(part) for part in version.split(".")[:2]] < [2, 34]: print(name, version)' 2>/dev/null) ||
        libc=musl
    [ -z "$libc" ] || give_up "this system's C library ($libc) is not supported: it takes glibc 2.34 or newer," \
        "as in Debian 12 or Ubuntu 22.04."
}

# --- What the system must have ----------------------------------------------------------------------------------------

known() { apt-cache show "$1" >/dev/null 2>&1; }

# Prints the packages for lines of "what package [other name]": the first that apt knows, or else the oldest name,
# which newer systems still accept.
choose_packages() {
    while read -r _ candidates; do
        chosen=
        for candidate in $candidates; do
            chosen=$candidate
            if known "$candidate"; then break; fi
        done
        printf '%s\n' "$chosen"
    done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# Sets $as_root to what goes before a command that needs the rights. sudo may ask for a password only where somebody
# can type it.
find_rights() {
    as_root=
    [ "$(id -u)" -ne 0 ] || return 0
    command -v sudo >/dev/null || return 1
    if [ -t 0 ]; then as_root=sudo; else as_root="sudo -n"; fi
}

confirmed() {
    { [ "$yes" = no ] && [ -t 0 ] && [ -t 2 ]; } || return 0
    printf 'Install these with apt? [Y/n] ' >&2
    read -r answer || answer=n
    case $answer in '' | [Yy]*) return 0 ;; *) return 1 ;; esac
}

# The line for somebody with the rights. dnf and zypper find a library by its file name, so no second table of names.
print_line() {
    sudo=
    if [ "$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then sudo="sudo "; fi
    if command -v apt-get >/dev/null; then
        line="${sudo}apt-get update && ${sudo}apt-get install --yes --no-install-recommends $packages"
    elif manager=$(command -v dnf || command -v zypper); then
        line="$sudo$(basename "$manager") install $(printf '%s\n' "$lacking" | awk '
            $1 == "venv" { print "python3-pip"; next }
            $1 == "font" { print "dejavu-sans-fonts"; next }
            $1 ~ /\.so\./ { printf "\047%s()(64bit)\047\n", $1; next }
            { print "/usr/bin/" $1 }' | tr '\n' ' ' | sed 's/ $//')"
    else
        say "these are the names on Debian and Ubuntu; your system's may differ"
        line="apt-get install $packages"
    fi
    printf '    %s\n' "$line" >&2
}

# $1: run or test.
install_system() {
    lacking=$("$python" "$root/packaging/missing.py" "$1")
    [ -n "$lacking" ] || return 0
    packages=$(printf '%s\n' "$lacking" | choose_packages)
    say "needs from the system: $packages"
    if ! command -v apt-get >/dev/null || ! find_rights || ! confirmed || ! $as_root true 2>/dev/null; then
        say "install them as an administrator with the line below, then run this again"
        print_line
        exit 2
    fi
    say "installing them with apt; this may take a minute"
    # A third-party source that is out of reach must not stop the rest: install says what is really wrong.
    updated=$($as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update 2>&1 </dev/null) || true
    packages=$(printf '%s\n' "$lacking" | choose_packages) # again: a fresh system knew no names before the update
    if known fonts-inter; then packages="$packages fonts-inter"; fi # the look of the windows; they do without it
    # A fresh Ubuntu updates itself after its first boot, and holds apt's lock meanwhile.
    # shellcheck disable=SC2086 # one word a package; sudo -n is two
    output=$($as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends \
        -o DPkg::Lock::Timeout=300 $packages 2>&1 </dev/null) || explain apt "$updated
$output"
    lacking=$("$python" "$root/packaging/missing.py" "$1")
    [ -z "$lacking" ] || give_up "apt installed its packages, but these are still missing:" \
        "$(printf '%s\n' "$lacking" | cut -d ' ' -f 1 | tr '\n' ' ')"
}

# --- What went wrong --------------------------------------------------------------------------------------------------

# $1: who failed; $2: all that it said. Ends with one line for the causes that are known, else with its last lines.
explain() {
    case $2 in
    *"No space left"* | *"not enough free space"* | *"don't have enough free space"* | *"Disk quota exceeded"*)
        give_up "the disk is full. Free 2 GB where $root is, then run this again."
        ;;
    *"Could not get lock"* | *"Unable to acquire the dpkg"* | *"Unable to lock"*)
        give_up "another program is installing packages. Wait until it is done, then run this again."
        ;;
    *CERTIFICATE_VERIFY_FAILED* | *"certificate verify failed"*)
        give_up "a certificate on the way to the package index is not trusted. Behind a company proxy," \
            "set PIP_CERT to the company's CA file, then run this again."
        ;;
    *"Temporary failure"* | *"Could not resolve"* | *NewConnectionError* | *NameResolutionError* | *ConnectTimeout* | \
        *"Network is unreachable"* | *"Connection refused"* | *ReadTimeout* | *"Read timed out"* | *ProxyError* | \
        *"Connection reset"* | *"Connection aborted"* | *"Could not connect"* | *"Max retries exceeded"*)
        give_up "$1 cannot reach the network. Check the connection (and the proxy setting, if it goes through one)," \
            "then run this again."
        ;;
    *"DO NOT MATCH THE HASHES"*)
        give_up "a package arrived changed, and was not installed. Run this again; if it stays so," \
            "something on the way alters downloads."
        ;;
    *"No matching distribution"*)
        give_up "a package has no build for this machine ($(uname -sm), $("$python" --version)): " \
            "$(printf '%s\n' "$2" | grep -m 1 'No matching distribution')"
        ;;
    esac
    # Some, like venv, do not pass on why they failed.
    if [ "$(df -Pk "$root" | awk 'NR == 2 { print $4 }')" -lt 50000 ]; then explain "$1" "No space left"; fi
    printf '%s\n' "$2" | tail -n 8 >&2
    give_up "$1 failed, and said the above. When that is put right, run this again."
}

# --- The environment --------------------------------------------------------------------------------------------------

# What the environment is bound to (its scripts name this folder), and then what it was made from.
# $1: app or dev. dev contains app.
stamp() {
    printf '%s\n%s\n' "$root" "$("$venv/bin/python" --version 2>&1)"
    cksum <"$root/pyproject.toml"
    cksum <"$root/packaging/app.txt"
    if [ "$1" = dev ]; then cksum <"$root/packaging/dev.txt"; fi
}

stamped() { [ -f "$venv/$1.stamp" ] && [ "$(cat "$venv/$1.stamp")" = "$(stamp "$1")" ]; }

# A folder without stamp was left half-made, by venv (which leaves half a folder when it fails), by pip or by a
# power cut; one with another path or Python was moved or outlived an upgrade. Neither is worth mending.
reusable() {
    for made in "$venv/app.stamp" "$venv/dev.stamp"; do
        if [ -f "$made" ] && [ "$(head -n 2 "$made")" = "$(stamp app | head -n 2)" ]; then return 0; fi
    done
    return 1
}

# $1: what to call it if it fails; the rest: the command. Not in /tmp: that may be small, and is not ours.
attempt() {
    who=$1
    shift
    output=$(
        export PIP_CACHE_DIR="$cache/pip" TMPDIR="$cache/tmp"
        "$@" 2>&1 </dev/null 9>&-
    ) || explain "$who" "$output"
}

pip() { "$venv/bin/python" -m pip --quiet --no-input --disable-pip-version-check "$@"; }

# A download of minutes without a sign looks like a crash. sleep holds none of our files open, so whoever
# reads our output sees its end with our end. clean_up removes the folder; kill -0 is for when we were killed.
report_progress() {
    while sleep 15 >/dev/null 2>&1 && [ -d "$cache/tmp" ] && kill -0 $$ 2>/dev/null; do
        say "still installing, $(du -sm "$venv" "$cache" 2>/dev/null | awk '{ sum += $1 } END { print sum }') MB so far"
    done
}

check_writable() {
    for folder in "$root" "$cache" "$venv"; do
        [ ! -e "$folder" ] || [ -w "$folder" ] ||
            give_up "cannot write in $folder. Copy the project to a folder of your own, and run it there."
    done
}

# Runs however this script ends: a half-made environment is not left to fill the disk. What pip has downloaded stays.
clean_up() {
    if [ -n "${progress-}" ]; then kill "$progress" 2>/dev/null || true; fi
    rm -rf "$cache/tmp"
    [ -f "$venv/app.stamp" ] || rm -rf "$venv"
}

# $1: app or dev.
make_environment() {
    check_writable
    mkdir -p "$cache"
    # Of two that start at once the second waits, and finds the work done.
    exec 9>"$cache/setup.lock"
    if command -v flock >/dev/null && ! flock -n 9; then
        say "another set-up of this project is running; waiting for it"
        flock 9
    fi
    if stamped "$1"; then
        exec 9>&-
        return 0
    fi

    rm -rf "$cache/tmp"
    mkdir -p "$cache/tmp" || explain mkdir "No space left"
    # Before the traps: a child that was killed while it still had ours would live on, and keep our output open.
    report_progress 9>&- &
    progress=$!
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    if ! reusable; then
        say "making .venv with $("$python" --version)"
        rm -rf "$venv"
        attempt venv "$python" -m venv --prompt captioner "$venv"
    fi
    rm -f "$venv/app.stamp" "$venv/dev.stamp"
    made_from=$(stamp "$1") # before pip, in case a file changes meanwhile
    say "installing $(grep -c == "$root/packaging/$1.txt") packages into .venv; about a minute on a fast line"
    # No source packages: building one would fetch tools that no lock names.
    attempt pip pip install --require-hashes --only-binary :all: -r "$root/packaging/$1.txt"
    attempt pip pip install --no-deps --no-build-isolation -e "$root"
    # The first start is then as fast as the later ones, also where Python may write no bytecode.
    "$venv/bin/python" -m compileall -q "$root/captioner" >&2 || :
    if [ "$1" = dev ]; then stamp app >"$venv/app.stamp"; fi
    printf '%s\n' "$made_from" >"$venv/$1.stamp"
    clean_up
    trap - EXIT INT TERM HUP
    exec 9>&-
    say "ready"
}

# $1: app or dev; $2: run or test.
set_up() {
    python=$venv/bin/python
    if ! stamped "$1"; then
        find_python
        check_libc
    fi
    install_system "$2"
    if ! stamped "$1"; then make_environment "$1"; fi
}
