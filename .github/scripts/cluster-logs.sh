#!/usr/bin/env bash
# Collects the state of the kind cluster after failed end-to-end tests: .github/scripts/cluster-logs.sh FOLDER
# The objects of a failed test's namespace are in the tests' own log.
set -uo pipefail
folder=$1
mkdir -p "$folder"

kind export logs "$folder/kind" --name bellwether
kubectl get events --all-namespaces --sort-by=.lastTimestamp >"$folder/events.txt"
for kind in trainingruns models jobs pods deployments; do
  kubectl get "$kind" --all-namespaces --output=yaml >"$folder/$kind.yaml"
done
