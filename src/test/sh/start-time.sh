#!/bin/sh
# Measures how long one request to a running node takes: by the start script of the distribution with its archive of
# classes, and as "java -jar" of a jar. Prints the medians of alternating runs, and their ratio.
#
#   src/test/sh/start-time.sh [RUNS] [JAR]
#
# RUNS is the number of runs of each (default: 15), JAR what "java -jar" runs (default: the jar of the distribution; to
# compare with another version, give its jar). JAVA_HOME says by which Java (default: the one on the PATH).
# "mvn -DskipTests package" comes before.
set -eu

runs=${1:-15}
root=$(cd "$(dirname "$0")/../../.." && pwd)
set -- "$root"/target/dist/vertx-ipc-cli-*/ "${2:-}"
dist=${1%/}
jar=${2:-$dist/lib/vertx-ipc-cli.jar}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
[ -x "$dist/bin/vertx-ipc" ] || {
  echo "no $dist/bin/vertx-ipc: run mvn -DskipTests package" >&2
  exit 1
}

work=$(mktemp -d)
node=
end() {
  [ -z "$node" ] || kill "$node" 2>/dev/null || true
  [ -z "$node" ] || wait "$node" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM

# A node that answers; a link that does so needs no code. cat returns each line as it is.
cat >"$work/node.json" <<EOF
{"bus": {"name": "start-time", "directory": "$work/buses", "exports": ["echo"]},
 "links": [{"type": "pipe", "command": ["cat"], "send": "echo", "codec": "lines", "reply": "turn"}]}
EOF
"$java" -jar "$dist/lib/vertx-ipc-cli.jar" run "$work/node.json" 2>"$work/node.log" &
node=$!

XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
one() {
  if [ "$1" = script ]; then
    "$dist/bin/vertx-ipc" request start-time echo '"x"' --directory "$work/buses" --wait 30
  else
    "$java" -jar "$jar" request start-time echo '"x"' --directory "$work/buses" --wait 30
  fi
}

# Neither the making of the archive nor what the kernel reads from the disk for the first time is measured.
VERTX_IPC_ARCHIVE=now one script >/dev/null
one jar >/dev/null

i=0
while [ "$i" -lt "$runs" ]; do
  for what in jar script; do
    begin=$(date +%s%N)
    one "$what" >"$work/reply"
    end=$(date +%s%N)
    [ "$(cat "$work/reply")" = '"x"' ] || {
      echo "wrong reply: $(cat "$work/reply")" >&2
      exit 1
    }
    echo $(((end - begin) / 1000)) >>"$work/$what"
  done
  i=$((i + 1))
done

median() { sort -n "$work/$1" | sed -n "$(((runs + 1) / 2))p"; }
of_jar=$(median jar)
of_script=$(median script)
"$java" -version 2>&1 | head -n 1
awk -v jar="$of_jar" -v script="$of_script" -v runs="$runs" 'BEGIN {
  printf "medians of %d runs: java -jar %.3f s, bin/vertx-ipc %.3f s, ratio %.2f\n",
    runs, jar / 1e6, script / 1e6, script / jar
}'
