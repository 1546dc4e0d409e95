# Certdesk: every command of the project. `make help` lists them.

version := $(shell .ci/version)
tools   := build/tools
tooldir := -C internal/tools -o ../../$(tools)/

# What customers run. The checked program is the same but for migrated_fynedo: without it Fyne logs
# "Error in Fyne call thread" when work for the window is done elsewhere, and the tests look for that.
checked := no_animations,no_emoji,no_metadata
release := migrated_fynedo,$(checked)
export CERTDESK_RELEASE_TAGS := $(release)
# What tests run: no OpenGL, no display, no fonts of this computer.
export CERTDESK_TEST_TAGS := ci,no_glfw,no_emoji,no_animations

export PATH := $(CURDIR)/$(tools):$(PATH)

.DEFAULT_GOAL := help

## For users

run: build ## Build the app and open it; without a display, drive it through its journey unattended
	@.ci/open

build: setup-build ## Build the app: build/certdesk
	go build -tags $(release) -trimpath -ldflags "-s -w -X main.version=$(version)" -o build/certdesk ./app

## For developers

test: ## Run every check: linters, tests with the race detector, fuzzing, the app in a real window
	@.ci/test

interop: setup-test ## Open the files that Certdesk makes with the programs that will read them
	go test -count=1 -tags $(CERTDESK_TEST_TAGS) -v \
		-run 'Reader|Algorithms|Structure|Attributes|Make|Joining|Mail|Servers|Keytool|Table|Signs' ./internal/export/... ./internal/destination ./internal/install

interop-windows: setup-windows ## Run what only Windows compiles, with Wine: its stores, keyring and clipboard
	@.ci/interop-windows

lint: setup-test $(tools)/golangci-lint ## Check the code, the arrows between its rooms, and the scripts
	@.ci/lint

format: $(tools)/golangci-lint ## Lay the code out as the linter wants it
	golangci-lint fmt

generate: $(tools)/oapi-codegen ## Write the generated code anew
	go generate ./...

fuzz: setup-build ## Fuzz everything that is read from outside, 60 seconds each (SECONDS=…)
	@.ci/fuzz $(or $(SECONDS),60)

screens: setup-build ## Draw every screen and state into build/screens/
	@.ci/screens

bench: setup-bench build ## Measure: benchmarks, then the window against XCA and a bare Fyne window
	@.ci/bench

journey: setup-test build ## Drive the app through its journey on a virtual display: build/journey/
	@.ci/journey

clean: ## Remove what make has built
	rm -rf build

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^## / {print "\n" substr($$0, 4)} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

# Parts of the above.

build-checked: setup-build
	go build -tags $(checked) -trimpath -ldflags "-s -w -X main.version=$(version)" -o build/certdesk-checked ./app

test-code: setup-test $(tools)/pebble
	.ci/keyring .ci/code

test-generated: $(tools)/oapi-codegen
	@.ci/generated

test-window: setup-test build build-checked
	@.ci/window

setup-build setup-test setup-bench setup-windows:
	@.ci/setup $(@:setup-%=%)

$(tools)/golangci-lint: internal/tools/go.mod
	go build $(tooldir) github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(tools)/gofumpt: internal/tools/go.mod
	go build $(tooldir) mvdan.cc/gofumpt

$(tools)/oapi-codegen: internal/tools/go.mod
	go build $(tooldir) github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen

$(tools)/pebble: internal/tools/go.mod
	go build $(tooldir) github.com/letsencrypt/pebble/v2/cmd/pebble github.com/letsencrypt/pebble/v2/cmd/pebble-challtestsrv

$(tools)/zlint: internal/tools/go.mod
	go build $(tooldir) github.com/zmap/zlint/v3/cmd/zlint

$(tools)/fyne: internal/tools/go.mod
	go build $(tooldir) fyne.io/tools/cmd/fyne

.PHONY: run build build-checked test interop interop-windows test-code test-generated test-window lint format generate fuzz screens bench \
	journey clean help setup-build setup-test setup-bench setup-windows
