#!/usr/bin/env bash
# Pushes a packaged chart and prints the digest it has there, as an output of a step. A chart that is there already stays,
# and has to be the same: so a job that failed after the push can run again.
# .github/scripts/push-chart.sh dist/bellwether-1.2.3.tgz oci://ghcr.io/owner/bellwether/charts
set -euo pipefail
file=$1 charts=$2 flags=("${@:3}")
name=$(basename "$file" .tgz)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if said=$(helm pull "$charts/bellwether" --version "${name#bellwether-}" --destination "$folder" "${flags[@]}" 2>&1); then
  cmp "$file" "$folder/$name.tgz" >&2 || { echo "another chart has this version" >&2; exit 1; }
else
  # The registry denies whatever has never been there.
  grep -qiE 'not found|(manifest|name) unknown|denied|forbidden|unauthorized' <<<"$said" || { echo "$said" >&2; exit 1; }
  said=$(helm push "$file" "$charts" "${flags[@]}" 2>&1) || { echo "$said" >&2; exit 1; }
fi
echo "$said" >&2
# Helm tells of both on standard error.
digest=$(sed -nE 's/^Digest: (sha256:[0-9a-f]{64})$/\1/p' <<<"$said")
[[ -n $digest ]] || { echo "helm named no digest" >&2; exit 1; }
echo "digest=$digest"
