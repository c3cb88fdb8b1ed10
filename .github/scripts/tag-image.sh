#!/usr/bin/env bash
# Gives an image that was pushed by its digest a tag, which never moves: .github/scripts/tag-image.sh IMAGE DIGEST TAG
set -euo pipefail
image=$1 digest=$2 tag=$3

tagged() { docker buildx imagetools inspect "$image:$tag" --format '{{ .Manifest.Digest }}'; }

if ! said=$(tagged 2>&1); then
  grep -qi 'not found' <<<"$said" || { echo "$said" >&2; exit 1; }
  # An index of several platforms is copied as it is.
  docker buildx imagetools create --tag "$image:$tag" "$image@$digest"
  said=$(tagged)
fi
[[ $said == "$digest" ]] || { echo "$image:$tag is $said, not $digest" >&2; exit 1; }
