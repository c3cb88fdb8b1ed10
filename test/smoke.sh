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

serve() { # runs the product until it says where it serves; sets url
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

expect() { # what, pattern, text
  grep -qE "$2" <<<"$3" || { echo "$1: expected $2, got: ${3:0:400}"; exit 1; }
}

make --no-print-directory install >/dev/null
serve
cat "$log"
expect health '"status":"ready"' "$(curl -fsS "$url/health")"
indicators=$(curl -fsS "$url/model/history" | node_modules/.bin/node -e '
  let text = ""; process.stdin.on("data", d => (text += d)).on("end", () => console.log(JSON.stringify(JSON.parse(text).latest.indicators)))')
expect predict '"risk_level":[012]' "$(curl -fsS -H 'content-type: application/json' -d "$indicators" "$url/predict")"
expect refusal '"code"' "$(curl -sS -H 'content-type: application/json' -d '{}' "$url/predict")"
bars="$artifacts/aapl/aapl-sample/fetch/bars.csv"
lines=$(curl -fsS -H 'accept: text/csv' -H 'content-type: text/csv' --data-binary @"$bars" "$url/predict_batch" | wc -l)
((lines == $(wc -l <"$bars"))) || { echo "predict_batch: $lines lines for $(wc -l <"$bars")"; exit 1; }
expect metrics 'bellwether_model_info\{' "$(curl -fsS "$url/metrics")"
expect page '<title>' "$(curl -fsS "$url/")"
expect openapi '"openapi"' "$(curl -fsS "$url/openapi.json")"
stop

serve
[[ $(grep -c 'reused' "$log") == 4 ]] || { cat "$log"; echo "not every stage was reused"; exit 1; }
expect "health again" '"status":"ready"' "$(curl -fsS "$url/health")"
