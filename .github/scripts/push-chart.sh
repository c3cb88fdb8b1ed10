#!/usr/bin/env bash
# Pushes a packaged chart and prints the digest it has there, as an output of a step:
# .github/scripts/push-chart.sh dist/bellwether-1.2.3.tgz oci://ghcr.io/owner/bellwether/charts
set -euo pipefail

# Helm tells of a push on standard error.
said=$(helm push "$@" 2>&1) || { echo "$said" >&2; exit 1; }
echo "$said" >&2
digest=$(sed -nE 's/^Digest: (sha256:[0-9a-f]{64})$/\1/p' <<<"$said")
[[ -n $digest ]] || { echo "helm push named no digest" >&2; exit 1; }
echo "digest=$digest"
