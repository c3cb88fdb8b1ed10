#!/usr/bin/env bash
# Pushes a packaged chart and prints its digest in the registry, as an output of a step. If the chart exists already it must
# be identical and is kept, so that a job that failed after the push can run again.
# .github/scripts/push-chart.sh dist/bellwether-1.2.3.tgz oci://ghcr.io/owner/bellwether/charts
set -euo pipefail
file=$1 charts=$2 flags=("${@:3}")
name=$(basename "$file" .tgz)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if output=$(helm pull "$charts/bellwether" --version "${name#bellwether-}" --destination "$folder" "${flags[@]}" 2>&1); then
  cmp "$file" "$folder/$name.tgz" >&2 || { echo "a different chart with this version exists" >&2; exit 1; }
else
  # The registry denies access to packages that never existed.
  grep -qiE 'not found|(manifest|name) unknown|denied|forbidden|unauthorized' <<<"$output" || { echo "$output" >&2; exit 1; }
  output=$(helm push "$file" "$charts" "${flags[@]}" 2>&1) || { echo "$output" >&2; exit 1; }
fi
echo "$output" >&2
# Helm prints both on standard error.
digest=$(sed -nE 's/^Digest: (sha256:[0-9a-f]{64})$/\1/p' <<<"$output")
[[ -n $digest ]] || { echo "helm printed no digest" >&2; exit 1; }
echo "digest=$digest"
