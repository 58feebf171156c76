# Quittance on a machine with make and Python 3.11, 3.12 or 3.13: nothing else is needed.

SHELL := /bin/sh
.DEFAULT_GOAL := help
# The environments install side by side.
MAKEFLAGS += --jobs=4
# Byte code is kept: without it each of the many processes that start here compiles all that it imports anew.
export PYTHONDONTWRITEBYTECODE :=

PORT ?= 8000
PARAMETERS ?= stacks/$(STACK).yaml
PYTHON := .venv/bin/python
# What ships is packaged by the Python that runs it, whatever the rest of the project runs on.
SHIPPED := 3.13
# Without --no-compile pip compiles thousands of modules that nobody imports.
PIP := -m pip install --disable-pip-version-check --no-compile -qq
# The same where a person waits: a line every ten packages, and all that pip says from its first error on.
COUNTING := -m pip install --disable-pip-version-check --no-compile --progress-bar off
TOLD = 2>&1 || echo FAILED; } | awk -v name=$(1) '/^Collecting / && ++n % 10 == 0 {print "  " name ": " n " packages"; fflush()} \
  /^Installing collected/ {print "  " name ": unpacking " n " packages"; fflush()} /^ *(ERROR|error)/ {told = 1} \
  /^FAILED$$/ {failed = 1} told {print > "/dev/stderr"} END {exit failed}'

RUN_READY := .venv/.run-installed .ministack/.installed
TEST_READY := .venv/.test-installed .ministack/.installed

# A stack of the account; with LOCAL=1 one that `make deploy-local` made; without a name that of `make run`.
WHICH_STACK = $(if $(STACK),--stack '$(STACK)' $(if $(REGION),--region '$(REGION)')) \
  $(if $(STACK),$(if $(LOCAL),--local $(PORT)),--local $(PORT))

# Nothing is asked of the network. Words without digits or capitals are names, or passwords of tests and demo, and
# what has spaces and no digits is a sentence, ten digits and a letter are an INE: no key looks like that. The detectors left out know keys of services that this project never talks to.
# What stays is argued in its line: `# pragma: allowlist secret`.
FOREIGN := Artifactory AzureStorageKey Cloudant DiscordBotToken GitLabToken IbmCloudIam IbmCosHmac Mailchimp Npm \
  OpenAI SendGrid Slack Softlayer SquareOAuth Stripe TelegramBotToken TwilioKey
SECRETS := -m detect_secrets.pre_commit_hook --no-verify --exclude-secrets '^([a-z_-]+|[^0-9]* [^0-9]*|[0-9]{10}[A-Za-z]{1,2})$$' \
  $(patsubst %,--disable-plugin %Detector,$(FOREIGN))

# Runs each candidate: a name that is found may still fail to start, or be too old, or lack venv.
define find_python
for candidate in $$PYTHON_TO_USE python3.13 python3.12 python3.11 python3 python; do \
  if $$candidate -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
  then found=$$candidate; break; fi; \
done; \
if [ -z "$$found" ]; then \
  echo "Quittance needs Python 3.11, 3.12 or 3.13 with its venv module, and found none." >&2; \
  echo "On Debian or Ubuntu: apt install python3 python3-venv. Elsewhere: https://www.python.org/downloads/" >&2; \
  exit 1; \
fi
endef

.PHONY: help
help: ## Show what there is
	@echo "Quittance. The two commands to know: make run, make test."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(RUN_READY) ## Serve the product on this machine until Ctrl-C (PORT=8000; EMPTY=1: nobody, no campaign)
	@exec $(PYTHON) -m infra.local $(PORT) $(if $(EMPTY),--empty)

.PHONY: test
test: $(TEST_READY) .wheels/.complete browser ## Run every test; domain, usecases and gateway at 100 % of branches
	@$(PYTHON) -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder --cov --cov-report= $(ARGS)
	@$(PYTHON) -m coverage report --fail-under=100 \
	  --include='chalicelib/domain/*,chalicelib/usecases/*,chalicelib/gateway/*'

.PHONY: check
check: $(TEST_READY) ## Check style, types, imports, security, secrets (ruff, mypy, import-linter, bandit, detect-secrets)
	@$(PYTHON) -m ruff format --check --quiet . || { echo "make format puts it right" >&2; exit 1; }
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m mypy
	@report=$$(.venv/bin/lint-imports --no-logo --no-cache) || { echo "$$report" >&2; exit 1; }
	@$(PYTHON) -m bandit --quiet --configfile pyproject.toml --recursive app.py chalicelib infra
	@files=$$(git ls-files) && echo "$$files" | xargs -n 110 -P 2 $(PYTHON) $(SECRETS)

.PHONY: format
format: $(TEST_READY) ## Lay out the code and put right what ruff can
	@$(PYTHON) -m ruff format --quiet .
	@$(PYTHON) -m ruff check --quiet --fix .

.PHONY: prove
prove: $(TEST_READY) .wheels/.complete ## Run every test with the counts of the promises (hours); MINUTES=30: histories for so long, then go on
	@$(if $(MINUTES),$(PYTHON) -m tests.proof.many_seeds $(MINUTES),PROVE=1 $(PYTHON) -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder $(ARGS))

.PHONY: rounds
rounds: $(TEST_READY) ## Play the rounds of P4 and P9 for MINUTES=30, then go on where it stopped; docs/proofs.md tells what ran
	@$(PYTHON) -m tests.long_runs.rounds $(or $(MINUTES),30)

.PHONY: mutants
mutants: .mutants/.installed ## Try mutants of domain, use cases and gateway for MINUTES=30 (OF='chalicelib.domain.plan.*'), then go on
	@.mutants/bin/python -m tests.long_runs.mutants $(or $(MINUTES),30) $(foreach each,$(OF),'$(each)')

.PHONY: fuzz
fuzz: .fuzz/.installed ## Fuzz what others send for MINUTES=30 in all (atheris), then go on; fails where one is found
	@.fuzz/bin/python -m tests.long_runs.fuzz $(or $(MINUTES),30)

.PHONY: audit
audit: $(RUN_READY) ## Verify trail, journal and batches of a stack (STACK= REGION= or LOCAL=1, or PORT=8000)
	@$(PYTHON) -m infra.audit verify $(WHICH_STACK)

.PHONY: restored
restored: $(RUN_READY) ## After a restored table was plugged in: numbers, trail, lost payments (STACK= REASON= EXPORT=file of the gateway)
	@$(PYTHON) -m infra.restored --reason '$(REASON)' $(if $(EXPORT),--export '$(EXPORT)') $(WHICH_STACK)

# What a person types is handed over by the environment, where an apostrophe is a letter like another.
.PHONY: brake
brake: $(RUN_READY) ## Stop debits, card payments or the portal (WHAT=debits|payments|portal REASON= SENTENCE= SENTENCE_EN=, STACK= …)
	@$(PYTHON) -m infra.brakes apply '$(WHAT)' --reason "$$REASON" --sentence "$$SENTENCE" --sentence-en "$$SENTENCE_EN" $(WHICH_STACK)

.PHONY: release-brake
release-brake: $(RUN_READY) ## Let it go on (WHAT=debits|payments|portal REASON=, STACK= REGION= or LOCAL=1, or PORT=8000)
	@$(PYTHON) -m infra.brakes release '$(WHAT)' --reason "$$REASON" $(WHICH_STACK)

.PHONY: brakes
brakes: $(RUN_READY) ## Say which brakes are on (STACK= REGION= or LOCAL=1, or PORT=8000)
	@$(PYTHON) -m infra.brakes show $(WHICH_STACK)

.PHONY: first-admin
first-admin: $(RUN_READY) ## Create the first administrator of an empty stack (EMAIL=, STACK= REGION= or LOCAL=1, or PORT=8000)
	@$(PYTHON) -m infra.first_admin --email '$(EMAIL)' --roles 'administrator $(ROLES)' $(if $(SECOND),--second '$(SECOND)' \
	  --second-roles '$(or $(SECOND_ROLES),auditor)') $(WHICH_STACK)

.PHONY: import
import: $(RUN_READY) ## Import a file of students, or STAFF=1 (FILE=, DRY_RUN=1, EMAIL=, PORT=8000 or STACK= REGION=)
	@$(PYTHON) -m infra.import_people '$(FILE)' $(if $(STAFF),--staff) $(if $(DRY_RUN),--dry-run) $(if $(EMAIL),--email '$(EMAIL)') \
	  $(if $(STACK),--stack '$(STACK)' $(if $(REGION),--region '$(REGION)'),--local $(PORT))

.PHONY: deploy
deploy: $(RUN_READY) package ## Deploy: show what changes, ask, apply (STACK= STAGE=rehearsal or production, REGION=, YES=1)
	@$(PYTHON) -m infra.deploy --stack '$(STACK)' --stage '$(STAGE)' $(if $(REGION),--region '$(REGION)') \
	  $(if $(wildcard $(PARAMETERS)),--parameters '$(PARAMETERS)') $(if $(YES),--yes)

.PHONY: deploy-local
deploy-local: $(RUN_READY) .wheels/.complete ## Deploy onto the local AWS of `make run`, by the same path (PORT=8000)
	@rm -rf build/local
	@$(PYTHON) -m infra.cloud.package --any-python build/local
	@$(PYTHON) -m infra.deploy.local $(PORT) build/local

.PHONY: doctor
doctor: $(RUN_READY) ## Examine a stack, line by line (STACK= REGION=eu-west-3 TRY_ROLES=1 or LOCAL=1, or PORT=8000)
	@$(PYTHON) -m infra.doctor $(WHICH_STACK) $(if $(TRY_ROLES),--try-roles)

.PHONY: bench
bench: $(TEST_READY) .bench/.installed package ## Measure what ships, write docs/benchmarks.md, fail where a mark is missed (ARGS=sections)
	@$(PYTHON) -m infra.bench $(ARGS)

.PHONY: costs
costs: $(TEST_READY) ## Write docs/costs.md from what was counted; COUNT=1 plays a season in small and counts again
	@$(if $(COUNT),$(PYTHON) -m tests.infra.count_season infra/costs/counted.json)
	@$(PYTHON) -m infra.costs

# The same sources give the same bytes: templates are compiled in the order of a hash.
.PHONY: package
package: .ship/.wheels-complete ## Build what is deployed, in build/ (by Python 3.13, which ships)
	@echo "· Packaging for Python $(SHIPPED)"
	@rm -rf build
	@PYTHONHASHSEED=0 WHEELS=.ship/wheels .ship/bin/python -m infra.cloud.package build
	@ls -l build

.PHONY: template-check
template-check: .checkov/.installed package ## Examine the packaged template for weak settings (checkov; infra/cloud/checkov.yaml argues what is left)
	@.checkov/bin/checkov --config-file infra/cloud/checkov.yaml --file build/sam.yaml

.PHONY: reset
reset: $(RUN_READY) ## Bring back the demo's first state, running (PORT=8000) or not
	@$(PYTHON) -m infra.local --reset $(PORT)

.PHONY: clean
clean: ## Remove what make made: environments, packages, caches, the demo's state
	@rm -rf .venv .ministack .wheels .ship .bench .checkov .fuzz .mutants .quittance build .chalice/deployments .coverage* \
	  .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Tests of pages in a browser are skipped where none is: no test of the rest waits for it.
.PHONY: browser
browser: .venv/.browser-tried
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  echo "!! NO CHROMIUM: THE TESTS OF PAGES IN A BROWSER ARE SKIPPED (Debian: apt install chromium)" >&2

.PHONY: accessibility
accessibility: $(TEST_READY) browser ## Try the pages in a browser, and write what the accessibility statement tells
	@ACCESSIBILITY_FILE=chalicelib/portal/accessibility.json $(PYTHON) -m pytest -q tests/browser

.PHONY: screenshots
screenshots: $(TEST_READY) browser ## Take the pictures of docs/screenshots, from a stack of its own
	@$(PYTHON) -m tests.browser.screenshots docs/screenshots

.venv/.browser-tried: .venv/.created
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "· Installing chromium (apt)"; \
	  { apt-get update -qq && apt-get install --yes -qq --no-install-recommends chromium; } >/dev/null 2>&1 || true; \
	fi
	@touch $@

.venv/.created:
	@$(find_python); echo "· Creating .venv with $$($$found --version)"; $$found -m venv --clear .venv
	@touch $@

.venv/.run-installed: .venv/.created requirements.txt infra/local/requirements.txt infra/constraints.txt
	@echo "· Installing what runs (.venv)"
	@{ $(PYTHON) $(COUNTING) -r infra/local/requirements.txt $(call TOLD,.venv)
	@touch $@

.venv/.test-installed: .venv/.run-installed tests/requirements.txt
	@echo "· Installing what tests (.venv)"
	@{ $(PYTHON) $(COUNTING) -r tests/requirements.txt $(call TOLD,.venv)
	@touch $@

.ministack/.installed: infra/local/ministack.txt
	@$(find_python); echo "· Installing the local AWS (.ministack)"; $$found -m venv --clear .ministack
	@{ .ministack/bin/python $(COUNTING) -r infra/local/ministack.txt $(call TOLD,.ministack)
	@touch $@

.ship/.wheels-complete: requirements.txt infra/local/requirements.txt infra/constraints.txt infra/cloud/wheels.py
	@found=; for candidate in $$PYTHON_TO_SHIP python$(SHIPPED) python3 python; do \
	  if $$candidate -c 'import sys, venv, ensurepip; sys.exit("%d.%d" % sys.version_info[:2] != "$(SHIPPED)")' 2>/dev/null; \
	  then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "What ships is packaged by Python $(SHIPPED), and none was found. Install it, or name it:" >&2; \
	  echo "make package PYTHON_TO_SHIP=/path/to/python$(SHIPPED)" >&2; \
	  exit 1; \
	fi; \
	echo "· Installing what packages, with $$($$found --version) (.ship)"; $$found -m venv --clear .ship
	@.ship/bin/python $(PIP) -r infra/local/requirements.txt
	@.ship/bin/python -m infra.cloud.wheels .ship/wheels
	@touch $@

.wheels/.complete: .venv/.run-installed requirements.txt infra/constraints.txt infra/cloud/wheels.py
	@echo "· Fetching the wheels of the package (.wheels)"
	@rm -rf .wheels
	@$(PYTHON) -m infra.cloud.wheels .wheels
	@touch $@

# Other libraries that draw an invoice: they are measured, and never ship.
.bench/.installed: infra/bench/rivals/requirements.txt infra/constraints.txt
	@$(find_python); echo "· Installing what invoices are compared with (.bench)"; $$found -m venv --clear .bench
	@.bench/bin/python $(PIP) -r infra/bench/rivals/requirements.txt
	@touch $@

# In an environment of its own: it pins other versions of what the project uses.
.checkov/.installed:
	@$(find_python); echo "· Installing checkov"; $$found -m venv --clear .checkov
	@.checkov/bin/python $(PIP) checkov==3.3.30
	@touch $@

# What was tried is kept in these two folders, so they are never cleared.
.fuzz/.installed: infra/local/requirements.txt infra/constraints.txt
	@$(find_python); echo "· Installing what fuzzes (.fuzz)"; $$found -m venv .fuzz
	@.fuzz/bin/python $(PIP) -r infra/local/requirements.txt atheris==3.0.0
	@touch $@

.mutants/.installed: tests/requirements.txt infra/constraints.txt
	@$(find_python); echo "· Installing what mutates (.mutants)"; $$found -m venv .mutants
	@.mutants/bin/python $(PIP) -r tests/requirements.txt mutmut==3.8.1
	@touch $@
