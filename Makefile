# make demo | run | setup | test | format | bench | build | lock
PYTHON := .venv/bin/python

.PHONY: demo run setup develop test check format bench build lock screenshot

demo: setup
	.venv/bin/triage demo

run: setup
	$(PYTHON) -m triage

setup:
	@.ci/setup run

develop:
	@.ci/setup develop

test: develop check
	QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -n 2 --dist worksteal

check: develop
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

format: develop
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

bench: develop
	$(PYTHON) bench/table.py

build: develop
	$(PYTHON) -m PyInstaller --noconfirm --log-level WARN build.spec
	$(PYTHON) bench/built.py dist/sigap

screenshot: develop
	$(PYTHON) bench/screenshot.py

# Needs uv. Both locks hold for Linux and Windows, Python 3.11 to 3.13.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra build -o .ci/run.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra build --extra develop -o .ci/develop.lock
