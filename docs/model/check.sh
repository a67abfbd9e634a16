#!/bin/sh
# Checks the models with Spin (Debian: apt-get install spin gcc), and that they can fail.
set -eu
models=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# run MODEL FLAGS: prints the number of errors
run() {
  model=$1
  shift
  spin "$@" -a "$models/$model" >/dev/null
  cc -w -O2 -DSAFETY -o pan pan.c
  ./pan -m1000000 | sed -n 's/.*errors: \([0-9]*\).*/\1/p'
}

[ "$(run park.pml)" = 0 ] || { echo "park.pml: a wake-up can be lost"; exit 1; }
for flag in NO_PRODUCER_FENCE NO_CONSUMER_FENCE; do
  [ "$(run park.pml "-D$flag")" != 0 ] || { echo "park.pml: $flag goes unnoticed"; exit 1; }
done
echo "park.pml: no wake-up is lost; without either fence one can be"

[ "$(run recovery.pml)" = 0 ] || { echo "recovery.pml: something synced can be lost, or torn"; exit 1; }
for flag in REUSE_EARLY NO_ZEROS; do
  [ "$(run recovery.pml "-D$flag")" != 0 ] || { echo "recovery.pml: $flag goes unnoticed"; exit 1; }
done
[ "$(run recovery.pml -DREACH)" != 0 ] || { echo "recovery.pml: nobody comes to the end"; exit 1; }
echo "recovery.pml: what was synced is not lost, nothing torn is read; without either rule it can be"

[ "$(run log.pml)" = 0 ] || { echo "log.pml: a command can be lost, seen twice or out of order"; exit 1; }
for flag in COMMIT_FIRST SKIP_REST; do
  [ "$(run log.pml "-D$flag")" != 0 ] || { echo "log.pml: $flag goes unnoticed"; exit 1; }
done
[ "$(run log.pml -DREACH)" != 0 ] || { echo "log.pml: nobody comes to the end after a death"; exit 1; }
echo "log.pml: all read the same commands, whoever is killed; without either rule they do not"
