# ---- What takes long ------------------------------------------------------------------------------------------------
# The parts of make check-hard. Each is a target of its own, and how long it goes on a setting: ROUND=short tries all of it
# out in some minutes.
ifeq ($(ROUND),short)
MINUTES_OF_FUZZING := 1
KILLS := 5
HOSTILE := 20
ALLOCATIONS := some
RUNS := 1
READINGS := 60
PICTURES := 3
TRAININGS := 2
NATIVE_TESTS := parallel
SANITIZED_SCRIPTS := tests/cli/command_usage.test.mjs
else
MINUTES_OF_FUZZING := 30
KILLS := 50
HOSTILE := 500
ALLOCATIONS := all
RUNS := 5
READINGS := 2000
PICTURES := 50
TRAININGS := 20
endif

HARD_PARTS := hard-sanitize hard-threads hard-valgrind hard-memory hard-kills hard-hostile hard-times hard-fuzz hard-session
.PHONY: check-hard $(HARD_PARTS)

# $(1): what it does and how long that takes. Printed first.
says = @echo "$@: $(1)"

check-hard: ## the long tests, about two hours: sanitizers, valgrind, kills, hostile files, fuzzing …
	@failed=; for part in $(HARD_PARTS); do begin=$$SECONDS; \
	  if $(MAKE) $$part; then echo "$$part: passed, $$((SECONDS - begin)) seconds"; \
	  else echo "$$part: FAILED after $$((SECONDS - begin)) seconds"; failed="$$failed $$part"; fi; done; \
	  [ -z "$$failed" ] || { echo "Failed:$$failed."; exit 1; }; echo "All of check-hard passed."

hard-sanitize:
	$(call says,the native tests and those of the command line with the address and undefined sanitizers; 15 minutes)
	$(MAKE) sanitize NATIVE_TESTS=$(NATIVE_TESTS) SANITIZED_SCRIPTS="$(SANITIZED_SCRIPTS)"

# Kernels of one table are enough: threads meet above them. The sanitizer needs its addresses where it expects them.
THREADS_BUILD := build/threads
UNSHUFFLED = $(shell command -v setarch >/dev/null && echo setarch -R)
hard-threads: install-build
	$(call says,the native tests with the thread sanitizer; half an hour)
	$(MAKE) BUILD=$(THREADS_BUILD) CFLAGS="-O1 -g -fsanitize=thread" $(THREADS_BUILD)/test_scrawl
	TSAN_OPTIONS=halt_on_error=1 $(UNSHUFFLED) $(THREADS_BUILD)/test_scrawl $(NATIVE_TESTS)

# Valgrind knows no AVX-512.
hard-valgrind: install-valgrind $(BUILD)/test_scrawl
	$(call says,the native tests in valgrind; 30 minutes)
	valgrind --quiet --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite \
	  $(BUILD)/test_scrawl $(if $(filter sse2,$(KERNEL_TABLES)),--kernels sse2) $(NATIVE_TESTS)

hard-memory: $(BUILD)/scrawl $(BUILD)/test_scrawl
	$(call says,every allocation of the library and of the command line fails in turn; 20 minutes)
	$(BUILD)/test_scrawl failed_allocation
	ALLOCATIONS_FAILING=$(ALLOCATIONS) SCRAWL_BUILD=$(BUILD) node --test tests/cli/command_memory.test.mjs

hard-kills: $(BUILD)/scrawl
	$(call says,$(KILLS) kills of a training at random moments; 5 minutes)
	KILLS=$(KILLS) SCRAWL_BUILD=$(BUILD) node --test tests/hard/kills.mjs

hard-hostile: install-build node_modules/.package-lock.json
	$(call says,$(HOSTILE) hostile files for each parser with sanitizers; 15 minutes)
	$(MAKE) BUILD=build/sanitize CFLAGS="$(SANITIZERS)" build/sanitize/scrawl
	HOSTILE=$(HOSTILE) SCRAWL_BUILD=build/sanitize node --test tests/hard/hostile.mjs

hard-times: $(BUILD)/scrawl
	$(call says,pictures that are made to take long; 5 minutes)
	RUNS=$(RUNS) SCRAWL_BUILD=$(BUILD) node --test tests/hard/times.mjs

hard-fuzz:
	$(call says,fuzzing of $(words $(FUZZ_TARGETS)) parsers; $(MINUTES_OF_FUZZING) minutes)
	$(MAKE) fuzz FUZZ_SECONDS=$$(($(MINUTES_OF_FUZZING) * 60 / $(words $(FUZZ_TARGETS))))

hard-session: install-test web data
	$(call says,$(READINGS) readings$(,) $(PICTURES) large pictures and $(TRAININGS) trainings in one page; 20 minutes)
	READINGS=$(READINGS) PICTURES=$(PICTURES) TRAININGS=$(TRAININGS) SCRAWL_BUILD=$(BUILD) node --test tests/hard/session.mjs
, := ,
