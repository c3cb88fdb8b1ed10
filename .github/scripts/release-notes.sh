#!/usr/bin/env bash
# Prints what begins a release's notes: the image and the chart by their digests, and how to install them.
# Takes VERSION, IMAGE, IMAGE_DIGEST, CHART and CHART_DIGEST, and GitHub's own variables.
set -euo pipefail

repository=${GITHUB_SERVER_URL:?}/${GITHUB_REPOSITORY:?}
cat <<NOTES
    helm install bellwether oci://${CHART:?} --version ${VERSION:?} --namespace bellwether-system --create-namespace

| | |
|---|---|
| image | \`${IMAGE:?}:$VERSION@${IMAGE_DIGEST:?}\` |
| chart | \`oci://$CHART:$VERSION@${CHART_DIGEST:?}\` |

Both are signed, and carry their provenance; the image has a bill of materials for each platform.
[How to verify them]($repository/blob/v$VERSION/docs/release.md#verify)
NOTES
