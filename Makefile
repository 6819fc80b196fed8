# Every target works from a clean clone: what it needs is set up first.
BIN := .venv/bin
CODE := $(wildcard signout components policies toolchain bench __main__.py)

.DEFAULT_GOAL := help
.PHONY: help setup up down test test-clients test-aws check bench model docs lock

help: ## Shows this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1	\2/p' Makefile | expand -t 20

setup: ## Prepares everything the other targets need; does nothing when it is there
	@sh toolchain/setup.sh

up: setup ## Starts a sandboxed AWS, deploys the stack with the policy pack, demonstrates a sign-out
	@$(BIN)/python -m signout.sandbox.up

down: setup ## Removes all that `make up` made
	@$(BIN)/python -m signout.sandbox.down

test: check ## Runs every check and every test; ARGS="tests/iam -x" narrows it
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

test-clients: setup ## Tries every AWS client against the sandbox; REQUIRE=all fails where a client is missing
	$(BIN)/python -m pytest tests/clients -m "programs or not programs" $(ARGS)

test-aws: setup ## The same and more in an AWS account of yours: says what it costs, and asks (or CONFIRM=yes)
	@$(BIN)/python -m tests.clients.live $(ARGS)

check: setup ## Lint, format, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports

bench: setup ## Measures, side by side with the tools people use today
	@$(BIN)/python -m bench

model: setup ## Derives what is stored about Cognito, IAM and Lambda from the packages that are installed
	@$(BIN)/python -m signout.cognito.build_model
	@$(BIN)/python -m signout.iam.build_catalogue
	@$(BIN)/python -m tests.derive_aws_managed
	@$(BIN)/python -m tests.policies.derive_lambda_runtimes

docs: model ## Writes the pages that are made from code
	@$(BIN)/python -m policies.page

lock: setup ## Resolves the dependencies anew and writes their lock files; ARGS="--upgrade" takes newer versions
	@$(BIN)/python -m toolchain.lock $(ARGS)
