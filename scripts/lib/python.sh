# Finds a Python and has it make or refresh .venv; sourced by scripts/run and scripts/test.
# shellcheck shell=bash

# make_environment ROOT [--dev]
make_environment() {
    local root=$1 python
    shift
    for python in python3.13 python3.12 python3.11 python3; do
        # -I: whatever PYTHON… variables say, this is about the bare interpreter.
        if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$python" -I "$root/scripts/environment.py" "$@"
            return
        fi
    done
    echo "Python 3.11 or newer is missing; on Debian: apt-get install python3 python3-venv" >&2
    return 1
}
