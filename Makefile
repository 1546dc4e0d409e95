# Certdesk: every command of the project. `make help` lists them.
export PATH := $(CURDIR)/build/tools:$(PATH)

generate: build/tools/oapi-codegen
	go generate ./...

build/tools/oapi-codegen: internal/tools/go.mod
	go build -C internal/tools -o ../../build/tools/ github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen

.PHONY: generate
