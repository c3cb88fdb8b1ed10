# Every target installs what it needs. Prerequisites: Node >= 20 and make.

.DEFAULT_GOAL := help
.PHONY: help install run train retrain test lint types verify generate unit faults format bench bench-operator build \
	image manifests dashboards chart-lint version audit kind-up kind-down deploy sample e2e e2e-image chaos soak fuzz clean

# The npm package `node` provides Node 24; it comes first on the PATH.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# Keeps the server's memory small: uploads use short-lived buffers, which a small young generation frees sooner, and glibc
# keeps freed memory in up to eight arenas per core, where two are enough.
run: export NODE_OPTIONS := --max-semi-space-size=2
run: export MALLOC_ARENA_MAX := 2

installed := node_modules/.package-lock.json

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "settings of run, train and retrain, as in 'make run SYMBOL=MSFT START=2015-01-01':"
	@node -e "import('./src/local/settings.ts').then(m => { for (const [k, v] of Object.entries(m.localVariables)) console.log('  ' + k.padEnd(14) + v) })" 2>/dev/null || echo "  ('make install' first)"

$(installed): package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

install: $(installed) ## Install the locked dependencies

run: $(installed) ## Train on the embedded AAPL sample (or SYMBOL=...), show results, serve API and page
	@node cmd/run.ts

train: $(installed) ## The same without serving
	@SERVE=false node cmd/run.ts

retrain: $(installed) ## Train on current bars from Yahoo (the sample if unreachable, unless REQUIRE_FRESH=true); check artifacts and API
	@node scripts/retrain.ts

test: $(installed) lint types verify unit ## Lint, types, generated files and tests

lint: $(installed) ## Lint rules (layers between folders included) and format
	npm run --silent lint

types: $(installed) ## Type check
	npm run --silent types

generate: $(installed) ## Write the CRDs, the API reference and the list of metrics
	@node scripts/definitions.ts

verify: $(installed) ## Fail if a generated file is out of date
	@node scripts/definitions.ts --check
	@node scripts/manifests.ts --check

unit: $(installed) ## Tests
	npm test --silent

audit: $(installed) ## Ask the npm registry for known vulnerabilities of the programs' packages
	@node scripts/audit.ts

faults: $(installed) ## Every fault at every point of the operator's stories, simulated; writes docs/reliability.md (minutes)
	@node test/controller/faults/main.ts

format: $(installed) ## Format, and apply automatic fixes
	npm run --silent format

bench: $(installed) ## Every benchmark without a cluster: ratios, measured side by side (minutes)
	@set -e; for file in bench/*.ts; do echo "== $$file"; node $$file; done

bench-operator: $(installed) ## The operator's benchmarks in the cluster of KUBECONFIG, with BENCH_IMAGE in it (minutes)
	@set -e; for file in bench/operator/*.ts; do echo "== $$file"; node $$file; done

build: $(installed) ## Bundle every program into dist/
	@node scripts/build.ts

CONTAINER ?= docker
IMAGE ?= bellwether:dev
REVISION ?= $(shell git rev-parse --short HEAD 2>/dev/null || echo unknown)

image: ## Build the image, with CONTAINER=docker, podman or buildah, as IMAGE=bellwether:dev
	$(CONTAINER) build --tag $(IMAGE) --build-arg REVISION=$(REVISION) $(IMAGE_FLAGS) .

manifests: $(installed) ## Generate the chart's dashboards and docs, manifests/operator and manifests/monitoring/rules.yaml
	@node scripts/manifests.ts

version: $(installed) ## Set the version of the next release, V=1.2.3, in every file that has it (helm)
	@command -v helm >/dev/null || { echo "make version needs helm: manifests/operator states the version too" >&2; exit 1; }
	@node scripts/set-version.ts '$(V)'
	@node scripts/manifests.ts

PROMETHEUS ?= http://127.0.0.1:9090
GRAFANA_IMAGE ?= docker.io/grafana/grafana:11.6.0

dashboards: ## Show the dashboards in a Grafana at http://127.0.0.1:3000, with data of PROMETHEUS=http://127.0.0.1:9090
	$(CONTAINER) run --rm --network host --env PROMETHEUS=$(PROMETHEUS) --env GF_SERVER_HTTP_ADDR=127.0.0.1 \
	  --env GF_AUTH_ANONYMOUS_ENABLED=true --env GF_AUTH_ANONYMOUS_ORG_ROLE=Admin \
	  --volume $(CURDIR)/manifests/monitoring/grafana:/etc/grafana/provisioning:ro \
	  --volume $(CURDIR)/charts/bellwether/dashboards:/dashboards:ro $(GRAFANA_IMAGE)

chart-lint: ## Lint the chart (helm)
	helm lint --strict charts/bellwether --kube-version 1.34.0

kind-up: image ## Create a cluster on this machine (kind) with the image in it
	kind create cluster --config manifests/kind/cluster.yaml
	kind load docker-image $(IMAGE) --name bellwether

kind-down: ## Delete that cluster
	kind delete cluster --name bellwether

namespace := bellwether-system

# The parts of IMAGE. A colon before the last slash belongs to a port, one after it begins the tag.
name = $(firstword $(subst @, ,$(IMAGE)))
digest = $(word 2,$(subst @, ,$(IMAGE)))
tag = $(word 2,$(subst :, ,$(lastword $(subst /, ,$(name)))))
repository = $(if $(tag),$(patsubst %:$(tag),%,$(name)),$(name))

# --take-ownership: adopts CRDs that an earlier release or a person installed.
deploy: ## Install or upgrade the operator in kubectl's cluster: by helm, else by kubectl apply -k manifests
ifneq ($(shell command -v helm 2>/dev/null),)
	helm upgrade bellwether charts/bellwether --install --namespace $(namespace) --create-namespace \
	  --set-string image.repository=$(repository),image.tag=$(or $(tag),latest),image.digest=$(digest) \
	  --take-ownership --wait --timeout 5m $(HELM_FLAGS)
else
	$(if $(filter-out bellwether:dev,$(IMAGE)),$(error without helm, manifests/kustomization.yaml names the image, not IMAGE))
	$(if $(HELM_FLAGS),$(error without helm, nothing takes HELM_FLAGS))
	kubectl apply --server-side -k manifests
	kubectl rollout status deployment/bellwether --namespace $(namespace) --timeout 5m
endif

sample: ## Train and serve a first model in kubectl's cluster and namespace
	kubectl apply -f manifests/samples/aapl-sample.yaml
	kubectl wait --for=condition=Complete trainingrun/aapl --timeout 15m
	kubectl wait --for=condition=Ready model/aapl --timeout 5m
	kubectl get trainingruns,models

# The first two images must be in the cluster, the third may be pulled. Each test uses its own namespace; only the CRDs
# remain. E2E_SHARED=true, for a shared cluster, skips tests that change cluster-wide objects.
export E2E_IMAGE ?= $(IMAGE)
export E2E_TEST_IMAGE ?= bellwether-test:dev
export E2E_PROMETHEUS_IMAGE ?= docker.io/prom/prometheus:v3.5.0

e2e: $(installed) ## End-to-end tests against the cluster in KUBECONFIG, with E2E_IMAGE and E2E_TEST_IMAGE in it (minutes)
	@kubectl apply --server-side --force-conflicts -f manifests/crds
	@mocha --timeout 900000 --reporter ./test/e2e/harness/reporter.ts 'test/e2e/*.test.ts'

fuzz: $(installed) ## Send requests generated from the OpenAPI document to a local server (Python 3.10, pip; REQUIRE_FUZZ=true)
	@test/fuzz/schemathesis.sh

chaos: $(installed) ## Inject CHAOS_FAULTS=500 faults within CHAOS_MINUTES=55 into the cluster of KUBECONFIG; write docs/reliability.md
	@kubectl apply --server-side --force-conflicts -f manifests/crds
	@CHAOS_FAULTS=$${CHAOS_FAULTS:-500} CHAOS_MINUTES=$${CHAOS_MINUTES:-55} CHAOS_REPORT=true node test/chaos/main.ts

soak: $(installed) ## Memory of operator and server in SOAK_MINUTES=60 under load and faults; write docs/reliability.md
	@kubectl apply --server-side --force-conflicts -f manifests/crds
	@node test/chaos/soak/main.ts

e2e-image: $(installed) ## Build the image with the tests' fake stages and servers, based on IMAGE, as E2E_TEST_IMAGE
	@node test/e2e/image/build.ts dist/e2e
	$(CONTAINER) build --tag $(E2E_TEST_IMAGE) --build-arg BELLWETHER_IMAGE=$(IMAGE) $(IMAGE_FLAGS) dist/e2e

clean: ## Remove artifacts and dependencies
	rm -rf artifacts dist node_modules
