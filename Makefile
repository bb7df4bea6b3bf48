# One command to scan, one to test. Everything happens in $(VENV); nothing else on the machine is touched.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: scan test lint docs train measure figures cards gate speed clean

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
	$(BIN)/codespell README.md CONTRIBUTING.md CHANGELOG.md mkdocs.yml docs

docs: $(VENV)/.docs  ## build the documentation site into build/site
	$(BIN)/python -m mkdocs build --strict

train: $(VENV)/.train  ## rebuild the models from the shared data and the corpus; see training/README.md
	$(BIN)/python -m training.sources --shared $(SHARED) --folds evaluation/folds.json
	$(BIN)/python -m training.run --shared $(SHARED) $(LICENCES) --output build/first --resume
	$(BIN)/python -m training.run --shared $(SHARED) $(LICENCES) --from build/first --output build/second --epochs 3 --rate 1.5e-4 --seed 8 --resume
	$(BIN)/python -m training.run --shared $(SHARED) $(LICENCES) --from build/second --output build/accurate --epochs 3 --rate 1.5e-4 --seed 9 --resume
	$(BIN)/python -m training.export build/accurate --output models/accurate
	$(BIN)/python -m training.fuse build/accurate --bundle models/accurate --shared $(SHARED)
	$(BIN)/python -m evaluation.parity --float build/accurate/model.float.onnx
	$(BIN)/python -m training.distill --teacher models/accurate --shared $(SHARED) $(LICENCES) --output build/fast --resume
	$(BIN)/python -m training.export build/fast --output models/fast
	$(BIN)/python -m training.fuse build/fast --bundle models/fast --shared $(SHARED)
	$(BIN)/python -m training.cascade --models models --shared $(SHARED)
	$(BIN)/python -m training.licences --shared $(SHARED) --without unknown
	$(MAKE) figures cards gate

measure: figures gate  ## measure the shipped models again and hold them against the floors

figures: $(VENV)/.train  ## metrics, report, robustness, fairness, cascade, rules, agreement
	$(BIN)/python -m evaluation.robustness
	$(BIN)/python -m evaluation.fairness --shared $(SHARED)
	$(BIN)/python -m evaluation.cascade --shared $(SHARED)
	$(BIN)/python -m evaluation.rules --shared $(SHARED)
	$(BIN)/python -m evaluation.agreement
	$(BIN)/python -m evaluation.run --shared $(SHARED)

cards: $(VENV)/.train  ## write the model cards, of what the training runs in build/ say of themselves
	$(BIN)/python -m training.card build/accurate --bundle models/accurate
	$(BIN)/python -m training.card build/fast --bundle models/fast

gate: $(VENV)/.train  ## hold the figures against their floors
	$(BIN)/python -m evaluation.gate

speed: $(VENV)/.train  ## measure speed and memory beside other tools; wants a quiet machine
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[bench]'
	$(BIN)/python -m evaluation.speed --shared $(SHARED)

# LICENCES = --without-licence unknown leaves sources out
LICENCES ?=
SHARED ?= ../shared/data

$(VENV)/.base: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

$(VENV)/.docs: $(VENV)/.base
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[docs]'
	@touch $@

$(VENV)/.train: $(VENV)/.base
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[train]'
	@touch $@

clean:
	rm -rf $(VENV) build dist findings.*
