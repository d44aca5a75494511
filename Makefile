# The only door: everything a person or CI does with this repository is a target here. `make help` lists them.
# What is given on the command line reaches the program: make run PORT=8080 DATA_DIR=/tmp/demo

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

SHARDS ?= 1
JOBS ?= $(shell nproc)
PYTHON := .venv/bin/python
export CMAKE_CXX_COMPILER_LAUNCHER ?= $(shell command -v ccache)
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1

.PHONY: help run build test check fmt bench clean image manifests mongo-up mongo-down cluster-up cluster-down e2e everything
.PHONY: mongo-binaries kubernetes-binaries gates-update build-all test-asan test-tsan fuzz install-build install-test install-check install-bench venv

help: ## list the targets
	@echo "make TARGET [VARIABLE=value …]"
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: build ## install what is needed, build, serve on port 5000 (PORT=… for another)
	@exec build/demo-app serve

build: install-build build/build.ninja ## leave build/demo-app
	@cmake --build build -j $(JOBS) --target demo-app

test: install-test build-all venv ## build and run every test; the last line sums them up
	@$(PYTHON) scripts/test_report.py --build build

check: install-check venv ## formatting, clang-tidy, include arrows, file sizes, scripts, manifests
	@cmake --preset release >/dev/null
	@cmake --build build --target git_commit >/dev/null
	@$(PYTHON) scripts/check.py

fmt: install-check venv ## format every source in place
	@git ls-files -z '*.cpp' '*.h' | xargs -0r clang-format-19 -i
	@.venv/bin/ruff format --quiet .
	@.venv/bin/ruff check --quiet --fix .

bench: install-bench build ## measure against nginx and Flask, write docs/benchmarks.md
	@bench/run

mongo-up: mongo-binaries build ## a sharded MongoDB on loopback (SHARDS=2 for two shards; MONGODB_BIN names mongod's folder)
	@python3 scripts/mongo_cluster.py up --shards $(SHARDS)

mongo-down: ## stop it; its data stay in data/mongo
	@python3 scripts/mongo_cluster.py down

manifests: ## render manifests/ from deploy/
	@python3 scripts/render_manifests.py

cluster-up: ## a real Kubernetes of three nodes on this machine (needs root; KUBECONFIG of another: uses that)
	@python3 scripts/kubernetes/cluster.py up

cluster-down: ## stop it, and throw away what is in it
	@python3 scripts/kubernetes/cluster.py down

e2e: install-test venv ## every documented command and promise, on that cluster (MONGODB_BIN names mongod's folder)
	@DEMO_E2E=1 $(PYTHON) -m pytest tests/e2e

everything: ## what CI runs and what it leaves out: every restart of e2e, and clients of openapi.json in four languages
	@$(MAKE) --keep-going DEMO_CLIENTS=1 check test test-asan test-tsan fuzz e2e

clean: ## remove what was built (data/ stays)
	@rm -rf build build-asan build-tsan build-fuzz .venv

image: ## build the container image demo-app:latest (docker or buildah)
	@scripts/image.sh

test-asan: install-test venv ## unit suites and part of the black-box tests under ASan and UBSan
	@scripts/test_sanitized.sh asan

test-tsan: install-test venv ## the same under TSan
	@scripts/test_sanitized.sh tsan

fuzz: install-check ## run each fuzz target for FUZZ_SECONDS (20)
	@scripts/fuzz.sh

gates-update: install-test build-all venv ## write the instructions a cached answer takes now to tests/gates
	@UPDATE_INSTRUCTIONS=1 $(PYTHON) -m pytest tests/gates/test_instructions.py

kubernetes-binaries:
	@scripts/install_packages.sh kubernetes
	@scripts/kubernetes/build.sh

mongo-binaries:
	@scripts/install_packages.sh mongo
	@python3 scripts/mongo_cluster.py check

build-all: build/build.ninja
	@cmake --build build -j $(JOBS)

build/build.ninja: | install-build
	@cmake --preset release

install-build:
	@scripts/install_packages.sh build

install-test:
	@scripts/install_packages.sh build test

install-check:
	@scripts/install_packages.sh build test check

install-bench:
	@scripts/install_packages.sh build bench

venv: .venv/ready

.venv/ready: tests/requirements.txt | install-test
	@rm -rf .venv
	@python3 -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.txt
	@touch $@
