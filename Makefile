# make run    set everything up and open the page
# make test   set up and run the tests
# make check  format, lint and types
# make eval   score the assistant on its gold questions, beside baselines
# make bench  latency, cold start, memory, ingest
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
export HF_HUB_OFFLINE ?= 1
export GRADIO_ANALYTICS_ENABLED ?= False

.PHONY: run test check eval bench ingest clean

run: $(VENV)/run.stamp
	$(BIN)/python -m ingest
	$(BIN)/python app.py

ingest: $(VENV)/run.stamp
	$(BIN)/python -m ingest

# In two processes, file by file in the order of tests/conftest.py.
test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

eval: $(VENV)/dev.stamp
	$(BIN)/python -m ingest
	$(BIN)/python -m eval run

bench: $(VENV)/dev.stamp
	$(BIN)/python -m ingest
	$(BIN)/python -m eval bench

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/run.stamp: requirements.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements.txt requirements-train.txt requirements-dev.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@ $(VENV)/run.stamp

clean:
	rm -rf $(VENV) .chuance artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis
