#!/usr/bin/env bash
# Requests generated from the OpenAPI document, sent to a server on this machine: no 5xx but those that the document
# states, and status, content type, headers and body as it states. Needs Python 3.10 and pip; with SCHEMATHESIS, the
# program is not installed. SEED and MAX_SECONDS change the search.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
folder=$(mktemp -d)
server=
stop() {
  [[ -z $server ]] || kill -KILL "$server" || true
  rm -rf "$folder"
}
trap stop EXIT

program=${SCHEMATHESIS:-$folder/venv/bin/schemathesis}
if [[ -z ${SCHEMATHESIS:-} ]] &&
  ! { python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet 'schemathesis==4.32.5'; }; then
  echo "== NO SCHEMATHESIS: the API was NOT fuzzed. Python 3.10 with venv, pip and a package index are needed."
  [[ ${REQUIRE_FUZZ:-} != true ]] || exit 1
  exit 0
fi

# Its model goes to the same folder.
TMPDIR=$folder node test/fuzz/serve.ts "$folder/openapi.json" >"$folder/url" &
server=$!
for ((i = 0; i < 600; i++)); do
  [[ -s $folder/url ]] && break
  kill -0 "$server"
  sleep 0.1
done
url=$(<"$folder/url")

# In the temporary folder, since it keeps a cache in the working directory.
cd "$folder"
"$program" run "$folder/openapi.json" --url "$url" --seed "${SEED:-1}" --max-time "${MAX_SECONDS:-60}" \
  --phases examples,coverage,fuzzing --max-examples 50 --max-response-time 10 --warnings off \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance \
  --generation-database none --no-color
curl --silent --fail --max-time 10 "$url/health" >/dev/null
