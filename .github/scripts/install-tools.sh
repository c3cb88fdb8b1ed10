#!/usr/bin/env bash
# Installs the programs that tests are left out without: actionlint by Go, shellcheck and promtool from Debian's or
# Ubuntu's packages. What is there stays.
set -euo pipefail
actionlint=v1.7.12

go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint"
bin=$(go env GOBIN)
bin=${bin:-$(go env GOPATH)/bin}
# Later steps of a job of GitHub Actions find it.
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
