#!/usr/bin/env bash
# Fails where a release, an image or a chart of this version is there already: none of them is ever replaced.
# Takes VERSION, IMAGE, GH_TOKEN and GitHub's own variables.
set -euo pipefail

absent() { # what, how the answer says that it is not there, command...
  local what=$1 pattern=$2 said
  if said=$("${@:3}" 2>&1); then
    echo "$what is there already: a release needs a version of its own" >&2
    exit 1
  fi
  grep -qiE "$pattern" <<<"$said" || { echo "whether there is $what: $said" >&2; exit 1; }
}

absent "release ${GITHUB_REF_NAME:?}" 'release not found' \
  gh release view "$GITHUB_REF_NAME" --repo "${GITHUB_REPOSITORY:?}"
for name in "${IMAGE:?}" "$IMAGE/charts/bellwether"; do
  # The registry denies whatever has never been there.
  absent "$name:${VERSION:?}" 'not found|(manifest|name) unknown|denied|forbidden|unauthorized' docker buildx imagetools inspect --raw "$name:$VERSION"
done
