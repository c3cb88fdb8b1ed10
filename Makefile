# Every target installs what it needs; Node >= 20 and make are all that must be there before.

.DEFAULT_GOAL := help
.PHONY: help install run train retrain test lint types verify generate unit format bench bench-operator build image \
	manifests dashboards chart-lint version kind-up kind-down deploy sample e2e e2e-image clean

# The scripts' own Node 24, from the npm package `node`, goes first.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# For the server's memory, and as cheap as it is large: uploads pass through buffers that die young, and a small
# young generation frees them sooner; glibc keeps freed memory in up to eight arenas a core, two hold the same work.
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

retrain: $(installed) ## Train on fresh bars of Yahoo (AAPL's sample where it is out of reach, unless REQUIRE_FRESH=true); check artifacts and API
	@node scripts/retrain.ts

test: $(installed) lint types verify unit ## Everything that proves a change: lint, types, generated files, tests

lint: $(installed) ## Lint, format and the fences between folders
	npm run --silent lint

types: $(installed) ## Type check
	npm run --silent types

generate: $(installed) ## Write the CRDs and the list of metrics from the code
	@node scripts/definitions.ts

verify: $(installed) ## Fail if a generated file is not as the schemas and the chart say
	@node scripts/definitions.ts --check
	@node scripts/manifests.ts --check

unit: $(installed) ## Tests
	npm test --silent

format: $(installed) ## Format and fix what can be fixed
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

manifests: $(installed) ## Write what is made from the chart: manifests/operator, the README's table of values
	@node scripts/manifests.ts

version: $(installed) ## Set the version of the next release, V=1.2.3, everywhere it stands (helm)
	@command -v helm >/dev/null || { echo "make version needs helm: manifests/operator states the version too" >&2; exit 1; }
	@node scripts/set-version.ts '$(V)'
	@node scripts/manifests.ts

PROMETHEUS ?= http://127.0.0.1:9090

dashboards: $(installed) ## Draw the Grafana dashboards into dist/dashboards, with what PROMETHEUS=http://127.0.0.1:9090 knows
	@node scripts/draw-dashboards.ts --prometheus $(PROMETHEUS) --out dist/dashboards

chart-lint: ## Lint the chart (helm)
	helm lint --strict charts/bellwether --kube-version 1.34.0

kind-up: image ## Create a cluster on this machine (kind) with the image in it
	kind create cluster --config manifests/kind/cluster.yaml
	kind load docker-image $(IMAGE) --name bellwether

kind-down: ## Delete that cluster
	kind delete cluster --name bellwether

namespace := bellwether-system

# The parts of IMAGE. Only after the last slash a colon begins a tag: before it, it is a port's.
name = $(firstword $(subst @, ,$(IMAGE)))
digest = $(word 2,$(subst @, ,$(IMAGE)))
tag = $(word 2,$(subst :, ,$(lastword $(subst /, ,$(name)))))
repository = $(if $(tag),$(patsubst %:$(tag),%,$(name)),$(name))

# Definitions that are there already, from an earlier release or by hand, become this release's.
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

sample: ## Train, prove and serve a first model in kubectl's cluster and namespace
	kubectl apply -f manifests/samples/aapl-sample.yaml
	kubectl wait --for=condition=Complete trainingrun/aapl --timeout 15m
	kubectl wait --for=condition=Ready model/aapl --timeout 5m
	kubectl get trainingruns,models

# The first two images must be in the cluster already, the third may be one that it can pull. A test has its own
# namespace and leaves nothing behind but the definitions.
# E2E_SHARED=true, in a cluster where others work: leaves out what changes things that are the whole cluster's.
export E2E_IMAGE ?= $(IMAGE)
export E2E_TEST_IMAGE ?= bellwether-test:dev
export E2E_PROMETHEUS_IMAGE ?= docker.io/prom/prometheus:v3.5.0

e2e: $(installed) ## End-to-end tests against the cluster in KUBECONFIG, with E2E_IMAGE and E2E_TEST_IMAGE in it (minutes)
	@kubectl apply --server-side --force-conflicts -f manifests/crds
	@mocha --timeout 900000 --reporter ./test/e2e/harness/reporter.ts 'test/e2e/*.test.ts'

e2e-image: $(installed) ## Build the image of the tests' stand-ins, on top of IMAGE, as E2E_TEST_IMAGE
	@node test/e2e/image/build.ts dist/e2e
	$(CONTAINER) build --tag $(E2E_TEST_IMAGE) --build-arg BELLWETHER_IMAGE=$(IMAGE) $(IMAGE_FLAGS) dist/e2e

clean: ## Remove artifacts and dependencies
	rm -rf artifacts dist node_modules
