#!/usr/bin/env bash
# Writes what failed end-to-end tests left in the kind cluster into a folder: .github/scripts/cluster-logs.sh FOLDER
# What was in a failed test's namespace, the log of the tests has.
set -uo pipefail
folder=$1
mkdir -p "$folder"

kind export logs "$folder/kind" --name bellwether
kubectl get events --all-namespaces --sort-by=.lastTimestamp >"$folder/events.txt"
for kind in trainingruns models jobs pods deployments; do
  kubectl get "$kind" --all-namespaces --output=yaml >"$folder/$kind.yaml"
done
