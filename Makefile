# Every target works from a clean clone: what it needs is set up first.
BIN := .venv/bin
CODE := $(wildcard signout components policies toolchain bench __main__.py)

.DEFAULT_GOAL := help
.PHONY: help setup up down test check bench docs model lock clean

help: ## Shows this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1	\2/p' Makefile | expand -t 14

setup: ## Prepares everything the other targets need; does nothing when it is there
	@sh toolchain/setup.sh

up: setup ## Starts a sandboxed AWS, deploys the stack with the policy pack, demonstrates a sign-out
	@$(BIN)/python -m signout.sandbox.up

down: setup ## Removes all that `make up` made
	@$(BIN)/python -m signout.sandbox.down

test: check ## Runs every check and every test; ARGS="tests/iam -x" narrows it
	$(BIN)/python -m pytest $(ARGS)

check: setup ## Lint, format, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports

lock: setup ## Resolves the dependencies anew and writes their lock files
	$(BIN)/python -m toolchain.lock $(ARGS)
