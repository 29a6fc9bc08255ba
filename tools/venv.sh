#!/bin/sh
# Make a virtual environment in the folder named, with the first Python that is new enough.
# PYTHON names one to use instead.
set -u
folder=$1

for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python3.14 python}; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    # Debian keeps ensurepip in a package of its own, and venv fails half-way without it.
    if ! "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        lacking=$candidate
        continue
    fi
    echo "Making a virtual environment in $folder with $("$candidate" --version) ($candidate)"
    "$candidate" -m venv --clear "$folder" && exit 0
    rm -rf "$folder"
    echo "portal: $candidate could not make a virtual environment in $folder" >&2
    exit 1
done

if [ -n "${lacking:-}" ]; then
    echo "portal: $lacking has no venv module; install it (on Debian and Ubuntu: apt install python3-venv) and try again" >&2
else
    echo "portal: Python 3.11 or newer is needed and none was found; install one, or name it: make PYTHON=/path/to/python3" >&2
fi
exit 1
