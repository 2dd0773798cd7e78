# ---- Style and mistakes that a reader of the sources finds --------------------------------------------------------
# Each tool is pinned: another version would ask for another form. A tool that isn't here and can't be installed is
# named, and its part left out. The lists may be overridden: tests/lint.test.mjs gives each part something broken.
CLANG_FORMAT := clang-format-14
CLANG_TIDY := clang-tidy-14
SHELLCHECK := shellcheck

LINTED_C := $(wildcard src/*.h src/*/*.[ch] src/*/*/*.[ch] tests/*/*.[ch] wasm/*.[ch] wasm/*/*/*.[ch])
# Headers are read with the sources that include them; parallel_wasm.c holds nothing outside WebAssembly.
# What speaks MPI is read where there is one.
MPI_INCLUDES = $(eval MPI_INCLUDES := $(shell $(MPICC) -show 2>/dev/null | tr ' ' '\n' | grep '^-I'))$(MPI_INCLUDES)
TIDIED_C = $(filter-out src/base/parallel_wasm.c $(if $(MPI_INCLUDES),,src/cli/mpi/%),$(filter %.c,$(LINTED_C)))
TIDY_FLAGS = $(MPI_INCLUDES) -D_GNU_SOURCE -std=gnu11 -Isrc -Itests/helpers -DKERNELS_TABLE=kernels_lint -DKERNELS_NAME=__FILE__
TIDY_AT_ONCE := 8
LINTED_SCRIPTS := .
TYPED_PROJECTS := wasm web web/tsconfig.service-worker.json
LINTED_SHELL := $(wildcard .ci/* make/*.sh tests/*.sh tests/*/*.sh)

# $(1): a tool. $(2): what it is for. $(3): the command
define lint_with
@if command -v $(1) >/dev/null; then $(3); else echo "Skipped: $(2), because $(1) is not installed."; fi
endef

.PHONY: lint lint-parts lint-format lint-tidy lint-scripts lint-types lint-shell format
lint: ## check form and types of all sources, and look for likely mistakes
	@$(MAKE) install-lint || echo "The tools that read C and shell can't all be installed here."
	@$(MAKE) -j2 lint-parts

lint-parts: lint-tidy lint-scripts lint-types lint-format lint-shell
	@echo "Lint is done."

lint-format:
	$(call lint_with,$(CLANG_FORMAT),the form of the C sources,$(CLANG_FORMAT) --dry-run -Werror $(LINTED_C))

lint-tidy:
	$(call lint_with,$(CLANG_TIDY),likely mistakes in the C sources,set -o pipefail; \
	  printf '%s\n' $(TIDIED_C) | xargs -P2 -n$(TIDY_AT_ONCE) sh -c '$(CLANG_TIDY) --quiet "$$@" -- $(TIDY_FLAGS)' tidy 2>&1 | \
	  sed '/^[0-9]* warning.* generated\.$$/d')

lint-scripts: node_modules/.package-lock.json
	npx --no-install eslint -c .eslint.config.mjs --max-warnings 0 $(LINTED_SCRIPTS)

lint-types: node_modules/.package-lock.json
	@set -e; for project in $(TYPED_PROJECTS); do npx --no-install tsc -p $$project; done

lint-shell:
	$(call lint_with,$(SHELLCHECK),the shell scripts,$(SHELLCHECK) $(LINTED_SHELL))

format: install-lint node_modules/.package-lock.json ## give C and JavaScript their form
	$(CLANG_FORMAT) -i $(LINTED_C)
	npx --no-install eslint -c .eslint.config.mjs --fix $(LINTED_SCRIPTS)
