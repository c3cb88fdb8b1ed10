#!/usr/bin/env bash
# The README's run command as a user meets it: train, serve, ask; then again, with everything reused.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

artifacts=$(mktemp -d) log=$(mktemp)
server=
stop() {
  if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  server=
}
trap 'stop; rm -rf "$artifacts" "$log"' EXIT

serve() { # runs the product until it logs its URL; sets url
  ARTIFACTS=$artifacts PORT=0 node_modules/.bin/node cmd/run.ts >"$log" 2>&1 &
  server=$!
  url=
  for _ in $(seq 1200); do
    url=$(sed -nE 's/^serving (http[^ ]+).*/\1/p' "$log")
    [[ -n $url ]] && return
    kill -0 "$server" 2>/dev/null || { cat "$log"; echo "the run ended before it served"; exit 1; }
    sleep 0.1
  done
  cat "$log"; echo "not serving after two minutes"; exit 1
}

check() { # the artifacts, and what the server answers
  node_modules/.bin/node scripts/check-run.ts "$artifacts/aapl/aapl-sample" "$url"
}

make --no-print-directory install >/dev/null
serve
cat "$log"
check
stop

serve
[[ $(grep -c 'reused' "$log") == 4 ]] || { cat "$log"; echo "not every stage was reused"; exit 1; }
check >/dev/null
