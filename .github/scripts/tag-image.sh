#!/usr/bin/env bash
# Tags an image that was pushed by digest. A tag never moves: .github/scripts/tag-image.sh IMAGE DIGEST TAG
set -euo pipefail
image=$1 digest=$2 tag=$3

tagged() { docker buildx imagetools inspect "$image:$tag" --format '{{ .Manifest.Digest }}'; }

if ! output=$(tagged 2>&1); then
  grep -qi 'not found' <<<"$output" || { echo "$output" >&2; exit 1; }
  # An image index is copied unchanged.
  docker buildx imagetools create --tag "$image:$tag" "$image@$digest"
  output=$(tagged)
fi
[[ $output == "$digest" ]] || { echo "$image:$tag is $output, not $digest" >&2; exit 1; }
