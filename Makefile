# make demo | run | setup | test | format | bench | hostile | validate | survive | build | lock
PYTHON := .venv/bin/python

.PHONY: demo run setup develop test check format bench hostile validate survive build lock screenshots

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

# Evidence made to do harm: what the tests hold of it, then damaged forms of every file system that can be built here, crafted files, every
# extractor over damaged copies, and ten minutes of guided search where atheris is installed (`pip install atheris`).
hostile: develop
	QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -m hostile -n 2 --dist worksteal
	$(PYTHON) bench/damage.py --seeds 4
	$(PYTHON) bench/fuzz.py --rounds 100
	if $(PYTHON) -c "import atheris" 2>/dev/null; then $(PYTHON) bench/guided.py --minutes 10; else echo "atheris is not installed: no guided search"; fi

# Needs root for the file systems that are mounted; what cannot be built is said row by row.
validate: develop
	$(PYTHON) bench/deleted.py --write docs/validation.md

survive: develop
	$(PYTHON) bench/offline.py
	$(PYTHON) bench/kills.py --rounds 200

build: develop
	$(PYTHON) -m PyInstaller --noconfirm --log-level WARN build.spec
	$(PYTHON) bench/built.py dist/sigap

screenshots: develop
	$(PYTHON) bench/screenshot.py

# Needs uv. Both locks hold for Linux and Windows, Python 3.11 to 3.13.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra build -o .ci/run.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra build --extra develop -o .ci/develop.lock
