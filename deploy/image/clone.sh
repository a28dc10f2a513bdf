#!/bin/sh
# Makes the clone that the reconciler follows, where there is none yet.
# Usage: clone.sh <address> <folder>
set -eu
address=$1
folder=$2
if [ ! -d "$folder/.git" ]; then
  # A clone that was cut off has another name and is made anew.
  rm -rf -- "$folder.part"
  git clone --quiet -- "$address" "$folder.part"
  mv -- "$folder.part" "$folder"
fi
git -C "$folder" remote set-url origin "$address"
