#!/usr/bin/env bash
# Prints the first part of the release notes: image and chart by digest, and how to install them.
# Environment: VERSION, IMAGE, IMAGE_DIGEST, CHART and CHART_DIGEST, and GitHub's own variables.
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
