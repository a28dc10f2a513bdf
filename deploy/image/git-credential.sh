#!/bin/sh
# A credential helper that knows the one credential that is mounted, in the form that git reads:
# lines of username= and password=. It stores nothing.
# Usage: git-credential.sh <file> get
set -eu
if [ "$2" = get ]; then cat -- "$1"; fi
