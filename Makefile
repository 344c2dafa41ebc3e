# Every target works on a fresh clone with python3 and make: the tools go to .venv, nothing else is
# touched. A C compiler is used when there is one.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
# A changed build, or a changed source of the compiled form, means installing again: what is tested
# is never older than what is read.
SOURCES := pyproject.toml setup.py native_c.py autograd/_native.py autograd/_version.py \
  $(wildcard autograd/program/native/*.[ch] autograd/rules/forms/*.c) \
  $(shell $(PYTHON) -c "import runpy; print(*[name.replace('.', '/') + '.py' \
    for name in runpy.run_path('autograd/_native.py')['NATIVE_MODULES']])")
# The closing line of pytest is the last one printed: continuous integration reads it.
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help demo gallery docs test lint native bench clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

$(INSTALLED): $(SOURCES)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	@touch $@

demo: $(INSTALLED) ## draw an expression with its gradients, take the tour, train the two moons
	mkdir -p demo
	$(BIN)/dualgrad graph "(x+y)**2*z" x=1 y=2 z=-6 -o demo/graph.svg
	DUALGRAD_FIGURES=demo $(BIN)/dualgrad examples tour
	DUALGRAD_FIGURES=demo $(BIN)/dualgrad examples train_moons

gallery: $(INSTALLED) ## run all examples; gallery/index.html shows what they print and draw
	$(BIN)/dualgrad examples --all --output gallery

# Sphinx and what it brings get an environment of their own; signatures are those of the Python source.
.venv-docs/installed: $(SOURCES)
	test -x .venv-docs/bin/python || $(PYTHON) -m venv .venv-docs
	DUALGRAD_NATIVE=0 .venv-docs/bin/python -m pip install --quiet --editable ".[docs]"
	@touch $@

docs: .venv-docs/installed ## build the site: docs/_build/html/index.html
	rm -rf docs/reference/generated # a name that is gone leaves its page behind
	DUALGRAD_NATIVE=0 .venv-docs/bin/python -m sphinx -W --keep-going -n -q -b html docs docs/_build/html

# What uses Values as any user does, and so does not depend on the form, is tested once: in the
# compiled one, where that could be built. So are the rows' numbers, whose source is the same.
ONCE := $(addprefix --ignore=,nn tests/autograd/arrays tests/autograd/expression \
  tests/autograd/program/source tests/autograd/rules/test_floats.py \
  tests/autograd/rules/test_table.py tests/benchmarks tests/docs tests/examples tests/nn tests/viz \
  tests/test_typing.py viz)

test: $(INSTALLED) ## run all tests, compiled (where that could be built) and interpreted
	@if DUALGRAD_NATIVE= $(BIN)/python -c "import autograd, sys; sys.exit(not autograd.__native__)"; \
	then \
	  echo "== compiled form"; \
	  DUALGRAD_NATIVE=1 $(PYTEST) && \
	  echo "== interpreted form, without what does not depend on it" && \
	  DUALGRAD_NATIVE=0 $(PYTEST) $(ONCE); \
	else \
	  echo "== compiled form: not tested, the hot path is $$(cat build/native.txt)"; \
	  echo "== interpreted form"; \
	  DUALGRAD_NATIVE=0 $(PYTEST); \
	fi

lint: $(INSTALLED) ## check format, style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

native: ## build the compiled form and insist on it
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	DUALGRAD_NATIVE=1 $(BIN)/python -m pip install --quiet --editable ".[dev]"
	@touch $(INSTALLED)
	DUALGRAD_NATIVE=1 $(BIN)/python -c "import autograd; print('autograd.__native__ =', autograd.__native__)"

# The peers are large and only needed here: they get an environment of their own.
.venv-bench/installed: $(SOURCES) benchmarks/requirements.txt
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --editable . -r benchmarks/requirements.txt
	@touch $@

bench: .venv-bench/installed ## compare with micrograd, PyTorch, JAX, CasADi and plain numbers
	.venv-bench/bin/python benchmarks/eager.py
	.venv-bench/bin/python benchmarks/modes.py
	.venv-bench/bin/python benchmarks/training.py
	.venv-bench/bin/python benchmarks/program.py

clean: ## remove everything that the targets made
	rm -rf .venv .venv-bench .venv-docs docs/_build docs/gallery docs/reference/generated build dist demo figures gallery *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -f *.so autograd/*/*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
