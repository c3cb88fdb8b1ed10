#!/usr/bin/env bash
# Fails if a release, image or chart of this version exists: none of them is ever replaced.
# Environment: VERSION, IMAGE, GH_TOKEN and GitHub's own variables.
set -euo pipefail

absent() { # what, how the answer says that it is not there, command...
  local what=$1 pattern=$2 output
  if output=$("${@:3}" 2>&1); then
    echo "$what exists already: choose a new version" >&2
    exit 1
  fi
  grep -qiE "$pattern" <<<"$output" || { echo "cannot find out whether $what exists: $output" >&2; exit 1; }
}

absent "release ${GITHUB_REF_NAME:?}" 'release not found' \
  gh release view "$GITHUB_REF_NAME" --repo "${GITHUB_REPOSITORY:?}"
for name in "${IMAGE:?}" "$IMAGE/charts/bellwether"; do
  # The registry denies access to packages that never existed.
  absent "$name:${VERSION:?}" 'not found|(manifest|name) unknown|denied|forbidden|unauthorized' docker buildx imagetools inspect --raw "$name:$VERSION"
done
