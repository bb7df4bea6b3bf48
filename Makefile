# One command to scan, one to test. Everything happens in $(VENV); nothing else on the machine is touched.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: scan test lint train clean

scan: $(VENV)/.base  ## install tipscan and scan the example adverts
	$(BIN)/tipscan scan examples/adverts.jsonl -o findings.jsonl; test $$? -le 1
	@echo; echo "findings.jsonl holds one finding a line. The first advert, explained:"; echo
	@head -1 examples/adverts.jsonl | $(BIN)/python -c "import json,sys; print(json.loads(sys.stdin.readline())['text'])" | $(BIN)/tipscan check -

test: $(VENV)/.dev lint  ## install tipscan with its test tools and run every check
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

train: $(VENV)/.train  ## rebuild the model from the shared data and the corpus; see training/README.md
	$(BIN)/python -m training.sources --shared $(SHARED) --folds evaluation/folds.json
	$(BIN)/python -m training.run --shared $(SHARED) --output build/first --resume
	$(BIN)/python -m training.run --shared $(SHARED) --from build/first --output build/accurate --epochs 2 --rate 6e-5 --resume
	$(BIN)/python -m training.export build/accurate --output models/accurate
	$(BIN)/python -m training.fuse build/accurate --bundle models/accurate --shared $(SHARED)
	$(BIN)/python -m evaluation.run --shared $(SHARED)
	$(BIN)/python -m evaluation.run --shared $(SHARED) --fold test
	$(BIN)/python -m evaluation.parity --shared $(SHARED) --float build/accurate/model.float.onnx
	$(BIN)/python -m training.card build/accurate --bundle models/accurate

SHARED ?= ../shared/data

$(VENV)/.base: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

$(VENV)/.train: $(VENV)/.base
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[train]'
	@touch $@

clean:
	rm -rf $(VENV) build dist findings.*
