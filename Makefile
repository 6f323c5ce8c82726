# make chat   set up, index seeds/, serve the chat
# make test   install what the tests need, then lint, types and every test
# make check  lint, types and the quick tests, within a minute on two cores
# make bench  measure speed and memory on this machine
# make bench-askers  measure many askers at the model: a lock against one queue that batches across them
# make bench-quality  measure retrieval, quotes and refusals on every set and layer; BEFORE=revision adds its weights
# make bench-courses  measure what each job of training brings to the network of BEFORE=revision
# make bench-archive  measure memory and time of indexing 1,000 to 100,000 articles
# make bench-copies  measure near-copies and learnt furniture: what is found, wrongly found, and what it costs
# make bench-guard  measure what reading files in child processes costs
# make torture  kill, starve and damage what is indexed, KILLS times in each way (else 100); then read mutated files of
#               every format, TORTURE_FILES of each (else 1,000)
# make bench-languages  measure languages found, sentences parted and search by words in 27 languages
# make bench-pages  measure text and bylines read from saved web pages
# make lock   write requirements.lock anew from pyproject.toml; UPGRADE=--upgrade takes the newest versions
# make audit  look the packages of requirements.lock up in the list of known weaknesses, where a network allows
# make train  train the small weights in qa/ anew (hours), from QA_EVAL_DATA and QA_EVAL_DATA/../train
# make teach  train the reading network from a larger teacher, best on a GPU (docs/training.md); TEACH_ROWS=200 tries it

PYTHON ?= python3
UPGRADE ?=
QA_EVAL_DATA ?= ../shared/eval
TRAINING ?= .qa/training
TRAIN_FROM := --eval $(QA_EVAL_DATA) --train $(QA_EVAL_DATA)/../train --work $(TRAINING)
BEFORE ?=
TEACH_ROWS ?=
TEACH_SECONDS ?= 0
TEACH := $(TRAINING)/$(if $(TEACH_ROWS),trial,travel)
BIN := .venv/bin
# A worker a core, each computing in one thread: more of them would only wait for each other.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
.PHONY: chat test check lock audit bench bench-archive bench-askers bench-copies bench-courses bench-guard bench-languages bench-pages bench-quality teach torture train clean
.DEFAULT_GOAL := chat

chat: .venv/installed
	$(BIN)/qa serve --articles seeds --open

test: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST)

check: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST) -m "not model and not browser and not slow"

bench: .venv/installed-for-tests
	$(BIN)/python tests/bench.py

bench-askers: .venv/installed-for-tests
	$(BIN)/python tests/bench_askers.py

bench-quality: .venv/installed-for-tests
	BEFORE=$(BEFORE) QA_EVAL_DATA=$(QA_EVAL_DATA) $(BIN)/python tests/bench_quality.py

bench-courses: .venv/installed-for-tests
	BEFORE=$(BEFORE) TRAINING=$(TRAINING) QA_EVAL_DATA=$(QA_EVAL_DATA) $(BIN)/python tests/bench_courses.py

bench-archive: .venv/installed-for-tests
	$(BIN)/python tests/bench_archive.py

bench-copies: .venv/installed-for-tests
	$(BIN)/python tests/bench_copies.py

bench-guard: .venv/installed-for-tests
	$(BIN)/python tests/bench_guard.py

torture: .venv/installed-for-tests
	$(BIN)/python tests/kills.py
	$(BIN)/python tests/torture.py

bench-languages: .venv/installed-for-tests
	$(BIN)/python tests/bench_languages.py

bench-pages: .venv/installed-for-tests
	QA_EVAL_DATA=$(QA_EVAL_DATA) $(BIN)/python tests/bench_pages.py

train: .venv/installed
	$(BIN)/python -m qa.training all $(TRAIN_FROM)

# A trial, of the first TEACH_ROWS questions, takes small steps, and leaves the package as it is.
teach: .venv/installed
	$(BIN)/python -m qa.training pack $(TRAIN_FROM) --into $(TEACH) $(if $(TEACH_ROWS),--questions $(TEACH_ROWS))
	mkdir -p $(TEACH)/job
	cp $(TEACH)/load-*/* $(TEACH)/job
	$(BIN)/python -m qa.training.teach --work $(TEACH)/job --out $(TEACH)/back \
		--seconds $(TEACH_SECONDS) $(TEACH_SECONDS) $(if $(TEACH_ROWS),--batch 8)
	$(BIN)/python -m qa.training land $(TEACH)/back $(if $(TEACH_ROWS),--into $(TEACH)/reader.safetensors)
	$(if $(TEACH_ROWS),,$(BIN)/python -m qa.training confidence $(TRAIN_FROM))

lock: .venv/installed
	$(PIP) install uv
	UPGRADE=$(UPGRADE) $(BIN)/python tests/lock.py

audit: .venv/installed
	@$(PIP) install pip-audit || { echo "NOT AUDITED: pip-audit cannot be installed here."; exit 1; }
	@$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes --progress-spinner off --requirement requirements.lock || \
		{ echo "NOT AUDITED, or weaknesses found: what stands above says which; auditing needs the internet."; exit 1; }

clean:
	rm -rf .venv .qa

.venv/installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Verbatim needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Verbatim into .venv; the first time takes a few minutes."
	$(PIP) install --upgrade pip
	sed '/^# Only the tests/,$$d' requirements.lock > .venv/requirements.lock
	$(PIP) install --no-deps --require-hashes --requirement .venv/requirements.lock
	@# All is there but what PyTorch's own build brings, which depends on where pip looks.
	$(PIP) install --editable .
	touch $@

.venv/installed-for-tests: .venv/installed
	$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python tests/chromium.py
	touch $@
