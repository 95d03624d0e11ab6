# Two commands: `make run` and `make test`. Everything they need is made on first use.
.DEFAULT_GOAL := help
SHELL := /bin/sh
# Empty is unset: modules are compiled once, and not by each of the processes that the tests start.
export PYTHONDONTWRITEBYTECODE :=

# The first interpreter on the path that is new enough; name another with `make run PYTHON=...`.
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
VENV = .venv
BIN = $(VENV)/bin
AUDIT = build/audit
AXE = $(VENV)/axe
# Exactly what is locked: without --no-deps pip asks the index for what is newest today, also of names that are locked.
QUIET = --disable-pip-version-check --quiet
LOCKED = install --no-deps --require-hashes --only-binary=:all:
# $(call installed,folder with a python,files): install them there, then look whether anything is missing.
installed = $(1)/python -m pip $(QUIET) $(LOCKED) $(2) >&2 </dev/null && { $(1)/python -m pip --disable-pip-version-check check >&2 || \
  { echo "What is installed does not fit together. Where this folder is new, a lock file lacks something; else 'make clean' and again." >&2; exit 1; }; }

.PHONY: help run test quick test-postgresql test-dates doctor check lint scan image-test audit sbom bench soak chaos year wave pictures lock clean

help:
	@echo "make run     start the bot (with no token: a chat in this terminal)"
	@echo "make test    lint, types and tests with their coverage gates"
	@echo "make quick   lint, types and the tests that start no process of their own"
	@echo "make test-postgresql  the handlers' tests on PostgreSQL, where it is installed; two minutes"
	@echo "make test-dates  what meets the machine's clock, on other days and in other zones; needs faketime"
	@echo "make doctor  say what is wrong with this installation; print Discord's invite link"
	@echo "make check   check the question bank in content/"
	@echo "make scan    lint the Dockerfile, compose.yaml and the workflows"
	@echo "make image-test  build the container's image and try it; needs docker or podman"
	@echo "make audit   ask for known vulnerabilities of the locked requirements, and list them in build/sbom.json"
	@echo "make bench   print the benchmarks' ratios"
	@echo "make year    a virtual year of two teams that share people; every board and streak is reckoned again"
	@echo "make wave    the morning of 100,000 schedules in 24 zones against the platforms' limits; docs/scaling.md has its table"
	@echo "make soak    virtual weeks on both platforms at once, with faults at random; prints what became of them"
	@echo "make chaos   kill, stop, cut off and fill up real processes at named points, RUNS=100 times; prints what became of it"
	@echo "make pictures  draw the pictures in docs/images again; needs chromium"
	@echo "make lock    compile requirements/*.txt again"

run: $(VENV)/run
	@$(BIN)/python -m bot run

doctor: $(VENV)/run
	@$(BIN)/python -m bot doctor

check: $(VENV)/run
	@$(BIN)/python -m bot check content/

# One process more than there are cores: some tests wait for a process of their own.
WORKERS = $$(($$(getconf _NPROCESSORS_ONLN) + 1))

NO_SERVER = ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
  echo "PostgreSQL is not installed, so what runs on it is left out: on Debian or Ubuntu, apt install postgresql." >&2

test: $(VENV)/dev $(AXE) lint
	@$(NO_SERVER)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=15 --cov --cov-report= tests
	$(BIN)/python -m coverage report --include='bot/*' --fail-under=100
	$(BIN)/python -m coverage report --include='adapters/*' --fail-under=90

# What members and organisers do, once more on PostgreSQL: two minutes more, so apart from `make test`; CI does both.
test-postgresql: $(VENV)/dev
	@$(NO_SERVER)
	HANDLERS_ON_POSTGRESQL=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q tests/handlers -k postgresql

quick: $(VENV)/dev $(AXE) lint
	@$(NO_SERVER)
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m "not process" tests

# Days on which something is different, in UTC, each with a zone in which it is: Saturday, Sunday (there already Monday),
# the end of a month, the end of a year (there already the next), 29 February, and the minutes before the clocks go on and back.
DATES = 2026-11-28T06:00@UTC 2026-11-29T12:00@Pacific/Auckland 2027-04-30T23:50@Asia/Kolkata \
	2028-12-31T12:40@Pacific/Kiritimati 2028-02-29T09:00@America/St_Johns \
	2027-03-28T00:58@Europe/Berlin 2027-10-31T00:58@Europe/Berlin
# Faketime moves the monotonic clock along; told to leave it alone (DONT_FAKE_MONOTONIC) it breaks what sleeps.
DATED = tests/process tests/adapters tests/doubles tests/cli tests/hall tests/ground tests/bank tests/project/test_docs.py
test-dates: $(VENV)/dev
	@command -v faketime >/dev/null || { echo "make test-dates needs faketime: on Debian or Ubuntu, apt install faketime." >&2; exit 1; }
	@for one in $(DATES); do day=$${one%@*}; zone=$${one#*@}; echo "On $$day UTC, in $$zone:"; \
	  TZ=$$zone faketime -f "$$(printf %+d $$(($$(date -u -d "$$day" +%s) - $$(date +%s))))" \
	  $(BIN)/python -m pytest -n auto --dist worksteal -q $(DATED) || exit 1; done

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

scan: $(VENV)/dev
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/zizmor --offline --quiet .github

# ENGINE names docker or podman, with options of its own; BUILD and RUN are options of its build and run.
image-test: $(VENV)/dev
	$(BIN)/python -m pytest tests/project/image_runs.py

audit: $(AUDIT)/installed sbom
	$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements/run.txt

sbom: $(AUDIT)/installed
	$(AUDIT)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file build/sbom.json requirements/run.txt

bench: $(VENV)/dev
	@for b in tests/bench/bench_*.py; do PYTHONPATH=. $(BIN)/python $$b || exit 1; done

year: $(VENV)/dev
	@PYTHONPATH=. $(BIN)/python -m tests.soak.year

wave: $(VENV)/dev
	@PYTHONPATH=. $(BIN)/python -m tests.soak.wave

# SOAK holds options: make soak SOAK="--weeks 8 --seed 3"
soak: $(VENV)/dev
	@PYTHONPATH=. $(BIN)/python tests/soak/soak.py $(SOAK)

# Each kind of run as often as any other, from a seed; ONLY names what a run must have: make chaos RUNS=20 ONLY="PostgreSQL,killed"
RUNS = 100
SEED = 1
chaos: $(VENV)/dev
	@$(NO_SERVER)
	@PYTHONPATH=. $(BIN)/python -m tests.chaos.chaos --runs $(RUNS) --seed $(SEED) --only "$(ONLY)"

pictures: $(VENV)/dev
	@PYTHONPATH=. $(BIN)/python tests/project/pictures.py

# Stamps: a changed lock file installs again. Progress goes to stderr, so that a script's output stays its own.
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Studyhall needs Python 3.11 or newer on the path (or make run PYTHON=/path/to/python3)." >&2; exit 1; }
	@echo "Making the virtual environment in $(VENV) ..." >&2
	@"$(PYTHON)" -m venv $(VENV) >&2 </dev/null || { rm -rf $(VENV); \
	  echo "The venv module is missing: on Debian or Ubuntu, apt install python3-venv." >&2; exit 1; }

$(VENV)/run: requirements/run.txt | $(VENV)/bin/python
	@echo "Installing the locked requirements ..." >&2
	@$(call installed,$(BIN),-r requirements/run.txt)
	@touch $@

$(VENV)/dev: requirements/run.txt requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing the locked development requirements ..." >&2
	@$(call installed,$(BIN),-r requirements/run.txt -r requirements/dev.txt)
	@touch $(VENV)/run $@

# What is a script for a browser, and no part of the environment.
$(AXE): requirements/axe.txt | $(VENV)/bin/python
	@$(call installed,$(BIN),--upgrade --target $@ -r $<)
	@touch $@

# The tools of an audit bring much of their own, so they do not share the bot's environment.
$(AUDIT)/installed: requirements/audit.txt | $(VENV)/bin/python
	@$(BIN)/python -m venv $(AUDIT)
	@$(call installed,$(AUDIT)/bin,-r requirements/audit.txt)
	@touch $@

# uv resolves once for every platform and Python from 3.11 on; the files carry names, versions and hashes, no address.
UV = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url
lock: | $(VENV)/bin/python
	@$(BIN)/python -m pip $(QUIET) install uv
	$(UV) pyproject.toml -o requirements/run.txt
	$(UV) --group dev -c requirements/run.txt -o requirements/dev.txt
	$(UV) --no-deps --group axe -o requirements/axe.txt
	$(UV) --group audit -c requirements/run.txt -o requirements/audit.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .coverage build
