PY ?= python3
V := .venv
B := $(V)/bin
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := 1
export PYTHONDONTWRITEBYTECODE :=
export PYTHONUTF8 := 1
.DEFAULT_GOAL := help
.PHONY: help run setup test tools sure fmt lint types contracts lock bench clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(V)/.run ## set up, load the demonstration, print its savings and the sign-in, serve the page
	@$(B)/emstrack demo

setup: $(V)/.dev ## everything a developer needs

$(V)/.python:
	@$(PY) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "emstrack needs Python 3.11 or newer; set PY=python3.x" >&2; exit 1; }
	@test -x $(B)/python || $(PY) -m venv $(V)
	@touch $@

define install
	@echo "Installing $(1) …"
	@( $(B)/python -m pip install -q --disable-pip-version-check "uv>=0.13" && $(B)/uv pip install -q --compile-bytecode --python $(B)/python --require-hashes -r $(1) ) 2>$(V)/install.log \
	  || $(B)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
	@echo "$(CURDIR)" > "$$($(B)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/emstrack-checkout.pth"
	@printf '#!%s\nimport sys\nfrom emstrack.cli import main\nsys.exit(main())\n' "$(CURDIR)/$(B)/python" > $(B)/emstrack && chmod +x $(B)/emstrack
endef

$(V)/.run: requirements.lock $(V)/.python
	$(call install,requirements.lock)
	@touch $@

$(V)/.dev: requirements-dev.lock $(V)/.python
	$(call install,requirements-dev.lock)
	@touch $(V)/.run $@

tools: ## PostgreSQL server binaries and Chromium for the tests, where this machine lets us install them
	@sh tests/install_tools.sh

test: $(V)/.dev tools ## everything: unit, both databases, browser, packaging, real files
	$(B)/ruff format --check .
	$(B)/ruff check .
	$(B)/lint-imports --no-cache
	$(B)/mypy
	$(B)/python -m pytest -n auto --dist loadgroup tests

sure: $(V)/.dev fmt lint types contracts ## format, lint, types, import contracts, tests
	$(B)/python -m pytest -n auto --dist loadgroup tests

fmt: $(V)/.dev ## format
	$(B)/ruff format .
	$(B)/ruff check -q --fix .

lint: $(V)/.dev ## lint
	$(B)/ruff check .

types: $(V)/.dev ## type-check
	$(B)/mypy

contracts: $(V)/.dev ## imports point one way
	$(B)/lint-imports --no-cache

lock: ## write both lock files anew from pyproject.toml
	$(B)/uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 -q --no-header -o requirements.lock
	$(B)/uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --extra dev --extra postgres -q --no-header -o requirements-dev.lock

bench: $(V)/.dev ## the benchmarks, each printing its ratio
	@for f in benchmarks/*.py; do $(B)/python $$f || exit 1; done

clean: ## forget the environment (instance/ with your data stays)
	rm -rf $(V) .pytest_cache .mypy_cache .ruff_cache
