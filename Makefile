# Needs Python 3.11 or newer, pip and make. Every target makes .venv and installs what it lacks.
#
#   make demo [LEDGER=PATH]   the tour, on made-up customers or on your own ledger; LANGUAGE=zh: in Chinese
#   make test [ARGS=...]      the test suite: quick, complete, and the same at every run
#   make wide                 the property tests with more than five times the examples, the same at every run
#   make explore              the property tests with new seeds [EXPLORE_SECONDS=300 EXAMPLES=100]
#   make check                style, types, the import contracts, code in docs, coverage
#   make bench                speed, against the peers
#   make docs                 the manual, into site/
#   make clean                what the others made; .venv stays (make distclean takes it too)

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install
# Money, arithmetic and policy: every line and every branch has an example of its own. What hypothesis
# draws does not count: a line that is reached by what happened to be drawn is proved by luck.
WHOLE := */creditkit/money.py,*/creditkit/_arithmetic.py,*/creditkit/policy/*

PARALLEL := -n auto --maxprocesses 8 --dist worksteal
EXPLORE_SECONDS ?= 300
EXAMPLES ?= 100

# What is compiled is kept, also where the environment says not to (as images of containers do): or
# every process of every run would compile the tests anew, which takes longer than most of them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test wide explore check style types house words doctest coverage docs bench clean distclean
.DEFAULT_GOAL := test

# ------------------------------------------------------------------------------------- targets

demo: .venv/.core
	$(BIN)/python examples/demo.py$(if $(LEDGER), --ledger "$(LEDGER)")$(if $(filter zh%,$(LANGUAGE)), --lang zh)

# Nothing that differs from run to run has a part in these, so that who changed nothing sees no change.
test wide coverage: export PYTHONHASHSEED := 0

test: .venv/.test
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

wide: .venv/.test
	HYPOTHESIS_PROFILE=ci $(BIN)/python -m pytest $(PARALLEL) -m hypothesis $(ARGS)

explore: .venv/.test
	$(BIN)/python -m tests.explore --seconds $(EXPLORE_SECONDS) --examples $(EXAMPLES) $(ARGS)

check: style types house words doctest docs coverage

style: .venv/.check
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/.check
	$(BIN)/mypy
	$(BIN)/pyright --warnings

house: .venv/.check
	$(BIN)/lint-imports

words: .venv/.check
	$(BIN)/codespell

doctest: .venv/.check
	$(BIN)/python -m pytest --doctest-modules src README.md docs --ignore-glob='docs/*.py'

coverage: .venv/.check
	$(BIN)/python -m pytest --quiet $(PARALLEL) -m 'not hypothesis' --cov --cov-report=term
	$(BIN)/coverage report --fail-under=100 --include='$(WHOLE)'

docs: .venv/.check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: .venv/.bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf site build dist htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache \
	    .import_linter_cache .hypothesis .benchmarks
	find src tests docs examples benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean
	rm -rf .venv

# ------------------------------------------------------------- .venv, one stamp for each set-up

EXTRAS_core :=
EXTRAS_test := [test]
EXTRAS_check := [test,check,frames]
EXTRAS_bench := [bench]

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'creditkit needs Python 3.11 or newer: make PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.core .venv/.test .venv/.check .venv/.bench: .venv/.%: pyproject.toml | $(BIN)/python
	@echo 'Installing creditkit$(EXTRAS_$*) into .venv'
	@$(PIP) --editable '.$(EXTRAS_$*)'
	@touch $@ .venv/.core $(if $(filter check,$*),.venv/.test)
