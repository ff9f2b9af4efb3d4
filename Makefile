# One target per intent; CI uses them unchanged. Everything is installed into .venv, nothing into the system.
PYTHON ?= python3
BIN := .venv/bin
DOCS_LANGUAGE ?= ru
SIZES ?= 10000 1000000 10000000
REPEATS ?= 3
LINT_DATA := METANPROM_CLIENTS=target/lint/data/metanprom_demo.csv BANK_SCROOGE_CLIENTS=target/lint/data/bank_scrooge_demo.csv \
	BANK_CHURN_DATABASE=data/build/lint.duckdb DBT_TARGET_PATH=target/lint
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := install --no-compile --no-deps --require-hashes

# What a user gives is never part of a command: taken as it stands, and read by recipes from their environment.
GIVEN := TO DOCS_LANGUAGE NOTE SIZES REPEATS
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)

.PHONY: help build setup-mcp setup-postgres setup-spark demo demo-months publish export rollback verify metrics superset docs dashboard test test-slow test-bi test-spark test-duckdb-versions lint typecheck \
	chromium pytest bench pages lock clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/run.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "bank_churn needs Python 3.11 or newer; name it: make build PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) $(LOCKED) -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@echo "Adding the development tools to .venv (once)"
	@$(PIP) $(LOCKED) -r requirements-dev.txt
	@touch $@

.venv/spark.stamp: requirements-spark.txt .venv/run.stamp
	@echo "Adding Apache Spark to .venv (once, about 700 MB)"
	@$(PIP) $(LOCKED) -r requirements-spark.txt
	@touch $@

setup-spark: .venv/spark.stamp  ## set up Apache Spark, for those who outgrow one machine (needs Java 17 or newer)
	@$(BIN)/python -m bank_churn.spark.setup

build: .venv/run.stamp  ## set up, build and test the database, publish it (demo data unless METANPROM_CLIENTS / BANK_SCROOGE_CLIENTS are set)
	@$(BIN)/bank_churn build

setup-postgres: .venv/run.stamp  ## add what reading a table in Postgres needs (METANPROM_CLIENTS=postgresql://...)
	@$(PIP) $(LOCKED) -r requirements-postgres.txt

setup-mcp: .venv/run.stamp  ## add what `bank_churn mcp` needs
	@$(PIP) $(LOCKED) -r requirements-mcp.txt

demo: .venv/run.stamp  ## generate the demo extracts anew
	@$(BIN)/bank_churn demo

demo-months: .venv/run.stamp  ## generate a year of demo extracts, with the truth they were made from, and build them
	@$(BIN)/bank_churn demo --months 13 --rows 3000
	@METANPROM_CLIENTS=data/raw/demo/months/metanprom METANPROM_HOLDINGS=data/raw/demo/months/metanprom_holdings BANK_SCROOGE_CLIENTS=data/raw/demo/months/bank_scrooge \
		$(BIN)/bank_churn build --database data/build/months.duckdb --target-path target/months --output data/published/months \
		--vars '{portfolios: {metanprom: {snapshots: file_name, holdings: {form: file, products: [current_account, debit_card, credit_card, deposit, consumer_loan, mortgage, insurance, funds]}}, bank_scrooge: {snapshots: file_name}}}'

publish: .venv/run.stamp  ## publish the last green build again
	@$(BIN)/bank_churn publish

export: .venv/run.stamp  ## write the parquet files and Excel workbooks of what is published again
	@$(BIN)/bank_churn export

rollback: .venv/run.stamp  ## put the publication before the current one back in place (or that of TO=id)
	@$(BIN)/bank_churn rollback $(if $(TO),--to "$$TO")

verify: .venv/run.stamp  ## compare every published and kept file with its manifest
	@$(BIN)/bank_churn verify

metrics: build .venv/dev.stamp  ## validate the semantic layer, run every metric and saved query
	@$(BIN)/python -m bank_churn.commands.metrics

superset: .venv/run.stamp  ## a dashboard for Apache Superset to import, in DOCS_LANGUAGE (ru or en)
	@$(BIN)/bank_churn superset --language "$$DOCS_LANGUAGE"

docs: build  ## one static page of documentation in DOCS_LANGUAGE (ru or en)
	@$(BIN)/bank_churn docs --language "$$DOCS_LANGUAGE"

dashboard: .venv/run.stamp  ## the dashboard of what is published, one page per language (make build makes it too)
	@$(BIN)/bank_churn dashboard

# Style and tests one after the other, each on two cores: beside each other both took a quarter longer than that.
test: .venv/dev.stamp  ## every check: build, lint, types, tests, documentation
	@$(MAKE) --no-print-directory --jobs 2 --keep-going lint typecheck; checked=$$?; \
	$(MAKE) --no-print-directory pytest && exit $$checked

# The dbt templater passes over macros, so what they write is linted where it was compiled to.
MACRO_RULES := capitalisation.keywords,capitalisation.functions,capitalisation.identifiers,capitalisation.literals,\
	aliasing,convention,ambiguous.distinct,ambiguous.union,ambiguous.join,references.consistent
# Its build is there for what models ask of tables while they are compiled: few clients, no tests, and settings as in .sqlfluff, or dbt
# reads all anew.
SMALL_MODEL := {churn_model_folds: 2, churn_model_bags: 2, churn_model_pairs: 2, churn_model_triples: 1, \
	portfolios: {metanprom: {snapshots: "2026-01-31"}, bank_scrooge: {snapshots: "2026-01-31"}}}
lint: .venv/dev.stamp  ## style of Python and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/bank_churn demo --rows 2000 --output target/lint/data >/dev/null
	@$(LINT_DATA) $(BIN)/dbt --quiet build --resource-type seed --resource-type model --vars '$(SMALL_MODEL)'
	@$(LINT_DATA) $(BIN)/python python/lint_sql.py lint models tests/singular analysis --processes 2 --disable-progress-bar
	@$(BIN)/python python/written_by_macros.py target/lint >target/lint/written_by_macros.txt
	@xargs <target/lint/written_by_macros.txt $(BIN)/python python/lint_sql.py lint \
		--templater raw --rules $(subst $() ,,$(MACRO_RULES)) --processes 2 --disable-progress-bar

typecheck: .venv/dev.stamp  ## static types, and what is unsafe in Python
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml python
	@$(BIN)/mypy

# The dashboard is tested in the system's browser; without one those tests are skipped and say so.
CHROMIUM := chromium chromium-browser google-chrome
chromium:
	@for name in $(CHROMIUM); do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing chromium for the dashboard's tests (once)"; \
		apt-get update -qq && apt-get install -y -qq chromium fonts-noto-core >/dev/null; \
	fi || echo "No chromium here: the dashboard's browser tests will be skipped"

pytest: .venv/dev.stamp chromium  ## Python tests, among them whole builds
	@$(BIN)/pytest -m "not slow and not bi and not spark" -n 2 --dist loadfile --no-loadscope-reorder

test-slow: .venv/dev.stamp  ## checks too slow for every push
	@$(BIN)/pytest -m slow

test-duckdb-versions: .venv/dev.stamp  ## the published files in old and new versions of DuckDB, each in its own environment
	@$(BIN)/pytest -m slow tests/python/test_duckdb_versions.py

.venv-superset/run.stamp: tests/python/bi/requirements.txt
	@echo "Setting up .venv-superset (once, about 900 MB)"
	@test -x .venv-superset/bin/python || $(PYTHON) -m venv .venv-superset
	@.venv-superset/bin/python -m pip --disable-pip-version-check --quiet $(LOCKED) \
		-r tests/python/bi/requirements.txt
	@touch $@

test-bi: .venv/dev.stamp .venv-superset/run.stamp  ## a real Apache Superset reads, imports and shows what is published
	@$(BIN)/pytest -m bi tests/python/bi

test-spark: .venv/dev.stamp .venv/spark.stamp  ## both engines build the same extracts; every public mart must be equal
	@$(BIN)/pytest -m spark tests/python/spark

.venv/bench.stamp: requirements-bench.txt .venv/run.stamp
	@echo "Adding the benchmark's tools to .venv (once)"
	@$(PIP) $(LOCKED) -r requirements-bench.txt
	@touch $@

bench: .venv/bench.stamp  ## the build beside a script by hand, polars and pandas: SIZES="10000 1000000" REPEATS=3 NOTE="..."
	@$(BIN)/python python/benchmarks/bench.py --sizes $$SIZES --repeats "$$REPEATS" $(if $(NOTE),--note "$$NOTE")

pages: .venv/run.stamp  ## write the lists of the documentation's pages anew (settings, commands)
	@$(BIN)/python -m bank_churn.commands.pages

lock:  ## resolve the pinned requirements anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-strip-extras --no-header -q -o requirements-dev.txt
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-strip-extras --no-header -q -c requirements-dev.txt -o requirements.txt
	uv pip compile pyproject.toml --extra spark --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-strip-extras --no-header -q -c requirements-dev.txt \
		-o requirements-spark.txt
	uv pip compile pyproject.toml --extra bench --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-strip-extras --no-header -q -c requirements-dev.txt -o requirements-bench.txt
	grep -oE '"psycopg[^"]+"' pyproject.toml | tail -1 | tr -d '"' | uv pip compile - --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-strip-extras --no-header -q -c requirements-dev.txt -o requirements-postgres.txt
	grep -oE '"mcp==[^"]+"' pyproject.toml | tr -d '"' | uv pip compile - --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-strip-extras --no-header -q -c requirements-dev.txt -o requirements-mcp.txt
	uv pip compile tests/python/bi/requirements.in --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-strip-extras --no-header -q -o tests/python/bi/requirements.txt

clean:  ## remove everything that is generated, the environment included
	rm -rf .venv .venv-superset data target logs
