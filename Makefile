# Everything a contributor runs. Needs Python >= 3.11 and make; `e2e` needs Go as well.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready

.PHONY: help demo test lint e2e gen bench lock clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## the whole main job on Online Boutique, in .demo/ (no helm needed)
	@$(PY) -m scripts.demo

test: $(READY) ## all tests but the end-to-end ones
	@$(PY) -m tests.tools
	$(PY) -m pytest -q -n auto --dist loadfile

lint: $(READY) ## style, types, import layers, generated files fresh
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy chartgen scripts tests $(wildcard benchmarks)
	$(VENV)/bin/lint-imports
	$(PY) -m scripts.generate --check

e2e: $(READY) ## the end-to-end tests: a control plane, helmfile 1.x, kubeconform and more (builds them: needs Go)
	@$(PY) -m tests.tools
	@$(PY) -m tests.e2e.go_tools
	$(PY) -m pytest -q -m e2e -n 4 --dist loadfile --no-loadscope-reorder tests/e2e

gen: $(READY) ## the generated files: the chart's schema and values, the reference, the Kubernetes schemas
	$(PY) -m scripts.generate

bench: $(READY) ## chartgen beside what one would use instead
	@$(PY) -m tests.tools
	$(PY) benchmarks/run.py

# Pins stay as they are unless pyproject.toml asks for others; `make lock UPGRADE=--upgrade` takes the newest of all.
lock: $(READY) ## requirements/dev.txt, anew from pyproject.toml
	$(PY) -m uv pip compile -q --universal --python-version 3.11 --system-certs --generate-hashes --extra dev --extra embedded --extra stores --extra cosign \
	  --no-annotate --no-config --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  $(UPGRADE) -o requirements/dev.txt pyproject.toml

clean: ## takes away all that the above have made
	rm -rf $(VENV) .tools .demo dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The lock first, every package by its hash; then chartgen itself, editable, which needs nothing more from outside.
$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is " + sys.version.split()[0] + ", chartgen needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
