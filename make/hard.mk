# ---- What takes long ------------------------------------------------------------------------------------------------
# The parts of make check-hard. Each is a target of its own, and how long it goes on a setting, of the command line or the
# environment: ROUND=short tries all of it out in some minutes. Settings that other targets have too are a part's own here.
ifeq ($(ROUND),short)
MINUTES_OF_FUZZING ?= 1
KILLS ?= 5
HOSTILE ?= 20
ALLOCATIONS ?= some
RUNS ?= 1
READINGS ?= 60
PICTURES ?= 3
TRAININGS ?= 2
BULK_KILLS ?= 9
BULK_PICTURES ?= 5000
hard-sanitize hard-threads hard-valgrind: NATIVE_TESTS ?= parallel
hard-sanitize: SANITIZED_SCRIPTS = tests/cli/command_usage.test.mjs
else
MINUTES_OF_FUZZING ?= 30
KILLS ?= 50
HOSTILE ?= 500
ALLOCATIONS ?= all
RUNS ?= 5
READINGS ?= 2000
PICTURES ?= 50
TRAININGS ?= 20
BULK_KILLS ?= 30
BULK_PICTURES ?= 100000
endif

HARD_PARTS := hard-sanitize hard-threads hard-valgrind hard-memory hard-kills hard-bulk hard-mpi hard-hostile hard-times hard-fuzz hard-session
.PHONY: check-hard $(HARD_PARTS)

# $(1): what it does, $(2): how long that takes in a full round. Printed before it begins, once what it needs is built.
says = @echo "$@: $(1); $(if $(filter short,$(ROUND)),some minutes at most,$(2) in a full round)"
WHICH_TESTS = the native tests$(if $(NATIVE_TESTS), named \"$(NATIVE_TESTS)\")

check-hard: ## the long tests, about three hours: sanitizers, valgrind, kills, hostile files, fuzzing …
	@failed=; for part in $(HARD_PARTS); do begin=$$SECONDS; \
	  if $(MAKE) $$part; then echo "$$part: passed, $$((SECONDS - begin)) seconds"; \
	  else echo "$$part: FAILED after $$((SECONDS - begin)) seconds"; failed="$$failed $$part"; fi; done; \
	  [ -z "$$failed" ] || { echo "Failed:$$failed."; exit 1; }; echo "All of check-hard passed."

hard-sanitize:
	$(call says,$(WHICH_TESTS) and test files of the command line ($(words $(SANITIZED_SCRIPTS))) with the address and undefined sanitizers,15 minutes)
	$(MAKE) sanitize NATIVE_TESTS="$(NATIVE_TESTS)" SANITIZED_SCRIPTS="$(SANITIZED_SCRIPTS)"

# Kernels of one table are enough: threads meet above them. The sanitizer needs its addresses where it expects them.
THREADS_BUILD := build/threads
UNSHUFFLED = $(shell command -v setarch >/dev/null && echo setarch -R)
hard-threads: install-build
	$(call says,$(WHICH_TESTS) with the thread sanitizer,10 minutes)
	$(MAKE) BUILD=$(THREADS_BUILD) CFLAGS="-O1 -g -fsanitize=thread" $(THREADS_BUILD)/test_scrawl
	TSAN_OPTIONS=halt_on_error=1 $(UNSHUFFLED) $(THREADS_BUILD)/test_scrawl $(NATIVE_TESTS)

# Valgrind knows no AVX-512.
hard-valgrind: install-valgrind $(BUILD)/test_scrawl
	$(call says,$(WHICH_TESTS) in valgrind,15 minutes)
	valgrind --quiet --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite \
	  $(BUILD)/test_scrawl $(if $(filter sse2,$(KERNEL_TABLES)),--kernels sse2) $(NATIVE_TESTS)

hard-memory: $(BUILD)/scrawl $(BUILD)/test_scrawl
	$(call says,every allocation of the library and $(ALLOCATIONS) of the command line fail in turn,20 minutes)
	$(BUILD)/test_scrawl failed_allocation
	ALLOCATIONS_FAILING=$(ALLOCATIONS) SCRAWL_BUILD=$(BUILD) node --test tests/cli/command_memory.test.mjs

hard-kills: $(BUILD)/scrawl
	$(call says,$(KILLS) kills of a training at random moments,5 minutes)
	KILLS=$(KILLS) SCRAWL_BUILD=$(BUILD) node --test tests/hard/kills.mjs

hard-bulk: $(BUILD)/scrawl
	$(call says,$(BULK_KILLS) kills of predict at random moments and $(BULK_PICTURES) pictures in one run,10 minutes)
	BULK_KILLS=$(BULK_KILLS) BULK_PICTURES=600 SCRAWL_BUILD=$(BUILD) node --test tests/cli/command_bulk_resume.test.mjs
	BULK_PICTURES=$(BULK_PICTURES) SCRAWL_BUILD=$(BUILD) node --test tests/hard/bulk.mjs

hard-mpi: KILLS = $(if $(filter short,$(ROUND)),5,20)
hard-mpi: install-build
	$(MAKE) install-mpi || echo "MPI can't be installed here."
	$(call says,$(KILLS) kills each of a training and a reading among ranks of MPI,4 minutes)
	$(MAKE) all tested-mpi
	KILLS=$(KILLS) SCRAWL_BUILD=$(BUILD) node --test tests/hard/mpi.mjs

hard-hostile: install-build node_modules/.package-lock.json
	$(call says,$(HOSTILE) hostile files for each parser with sanitizers,15 minutes)
	$(MAKE) BUILD=build/sanitize CFLAGS="$(SANITIZERS)" build/sanitize/scrawl
	HOSTILE=$(HOSTILE) SCRAWL_BUILD=build/sanitize node --test tests/hard/hostile.mjs

hard-times: $(BUILD)/scrawl
	$(call says,pictures that are made to take long,5 minutes)
	RUNS=$(RUNS) SCRAWL_BUILD=$(BUILD) node --test tests/hard/times.mjs

hard-fuzz:
	$(call says,fuzzing of $(words $(FUZZ_TARGETS)) parsers (minutes in all: $(MINUTES_OF_FUZZING)),30 minutes)
	$(MAKE) fuzz FUZZ_SECONDS=$$(($(MINUTES_OF_FUZZING) * 60 / $(words $(FUZZ_TARGETS))))

hard-session: install-test web data
	$(call says,$(READINGS) readings$(,) $(PICTURES) large pictures and $(TRAININGS) trainings in one page,20 minutes)
	READINGS=$(READINGS) PICTURES=$(PICTURES) TRAININGS=$(TRAININGS) SCRAWL_BUILD=$(BUILD) node --test tests/hard/session.mjs
, := ,
