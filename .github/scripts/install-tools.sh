#!/usr/bin/env bash
# Installs the programs without which tests are skipped: actionlint with Go, shellcheck and promtool from Debian's or
# Ubuntu's packages. Programs that are installed already are kept.
set -euo pipefail
actionlint=v1.7.12

go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint"
bin=$(go env GOBIN)
bin=${bin:-$(go env GOPATH)/bin}
# For later steps of a GitHub Actions job.
if [[ -n ${GITHUB_PATH:-} ]]; then echo "$bin" >>"$GITHUB_PATH"; fi

packages=()
command -v shellcheck >/dev/null || packages+=(shellcheck)
command -v promtool >/dev/null || packages+=(prometheus)
if ((${#packages[@]} > 0)); then
  root=()
  if [[ $(id -u) != 0 ]]; then root=(sudo); fi
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "${packages[@]}"
fi
