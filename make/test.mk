# ---- Tests ---------------------------------------------------------------------------------------------------------
.PHONY: test check test-parts test-native test-scripts sanitize fuzz fuzz-corpus
test: ## install what is missing and run every test; WITHOUT=page does without a browser
	$(MAKE) $(if $(filter page,$(WITHOUT)),install-build,install-test) install-consumers
	$(MAKE) install-mpi || echo "MPI can't be installed here."
	@echo "Building and testing everything: about ten minutes on two cores."
	$(MAKE) -j2 all web data tested-package tested-mpi $(BUILD)/test_scrawl $(REPLAYS) $(MEASURING)
	$(if $(filter page,$(WITHOUT)),,$(MAKE) install-browser)
	$(MAKE) install-lint || echo "The tools that read C and shell can't all be installed here."
	$(MAKE) -j2 test-parts; status=$$?; [ ! -e $(SKIPPED) ] || cat $(SKIPPED); exit $$status

# What was skipped, in a sentence, so that it stands last.
SKIPPED = $(BUILD)/skipped.txt

# Beside each other: the scripts, which take longest, begin first.
test-parts: test-scripts test-native lint-parts

FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS := $(FUZZ_TARGETS:fuzz_%=$(BUILD)/replay_%)

# What measures accuracy; not all of it is run by tests.
MEASURING := $(patsubst %,$(BUILD)/%,predict_without read_boxes train_without candidates_of_pages write_pages)

# What needs neither a browser nor Emscripten, and is quick.
SLOW_SCRIPTS := tests/cli/command_bulk_resume.test.mjs tests/cli/command_checkpoint.test.mjs tests/cli/command_memory.test.mjs tests/cli/command_pictures.test.mjs tests/cli/command_resume.test.mjs tests/cli/command_train.test.mjs tests/lint.test.mjs
QUICK_SCRIPTS := $(filter-out $(SLOW_SCRIPTS),$(wildcard tests/*.test.mjs tests/cli/*.test.mjs))
check: check-native check-node ## build, and run what a change needs at once, in less than two minutes
	$(MAKE) -j2 all data $(BUILD)/test_scrawl
	$(MAKE) -j2 test-native lint-types
	SCRAWL_BUILD=$(BUILD) node --test $(QUICK_SCRIPTS)
	@echo "Checked: the build, the native tests, the types and the quick scripts. make test runs everything."

# tests/ has the rooms of src/; what the tests share lies in tests/helpers.
TEST_SOURCES := $(wildcard $(addsuffix *.c,$(sort $(dir $(LIBRARY_SOURCES:src/%=tests/%))) tests/helpers/))
$(OBJECT)/tests/%.o: BUILD_FLAGS += -Itests/helpers

# So that tests/helpers/allocations.c can make allocations fail.
$(TEST_SOURCES:%.c=$(OBJECT)/%.o): | check-c-tests
WRAPPED := malloc calloc realloc aligned_alloc strdup free
$(BUILD)/test_scrawl: $(TEST_SOURCES:%.c=$(OBJECT)/%.o) $(OBJECT)/libinside.a
	@$(call step,)
	$(CC) $(CFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(LIBS)

# The command line's predict with rules switched off, for tests/accuracy/ablation.mjs.
CLI_OBJECTS := $(patsubst %.c,$(OBJECT)/%.o,$(filter-out src/cli/main.c,$(CLI_SOURCES)))
$(BUILD)/predict_without: $(OBJECT)/tests/accuracy/predict_without.o $(OBJECT)/tests/accuracy/detector_alone.o $(CLI_OBJECTS) $(OBJECT)/libinside.a
	@$(call step,)
	$(CC) $(CFLAGS) -Wl,--wrap=scrawl_predict_picture -o $@ $^ $(COMMAND_LIBS)

# The command line's train on pages without some elements: see tests/accuracy/train_without.c.
$(BUILD)/train_without: $(OBJECT)/tests/accuracy/train_without.o $(CLI_OBJECTS) $(OBJECT)/libinside.a
	@$(call step,)
	$(CC) $(CFLAGS) -Wl,--wrap=page_make -o $@ $^ $(COMMAND_LIBS)

# What tests/accuracy/boxes.mjs asks.
$(BUILD)/read_boxes: $(OBJECT)/tests/accuracy/read_boxes.o $(CLI_OBJECTS) $(OBJECT)/libinside.a
	@$(call step,)
	$(CC) $(CFLAGS) -o $@ $^ $(COMMAND_LIBS)

# Made pages with their labels, for developers: see tests/accuracy/write_pages.c.
$(BUILD)/write_pages: $(OBJECT)/tests/accuracy/write_pages.o $(OBJECT)/libinside.a
	@$(call step,)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# For targets that look into the command line; of an archive, only what is asked for is linked.
$(OBJECT)/libcommand.a: $(CLI_OBJECTS)
	@$(call step,)
	rm -f $@
	$(AR) rcs $@ $^

# Each fuzz target once more without the fuzzer, over the inputs that it has found worth keeping.
FUZZ_CORPUS := tests/fuzz/corpus
$(BUILD)/replay_%: $(OBJECT)/tests/fuzz/fuzz_%.o $(OBJECT)/tests/fuzz/replay.o $(OBJECT)/libcommand.a $(OBJECT)/libinside.a
	@$(call step,)
	$(CC) $(CFLAGS) -o $@ $^ $(COMMAND_LIBS)

# The whole suite runs on every table of kernels that this processor has. NATIVE_TESTS: a part of the tests' names.
test-native: $(BUILD)/test_scrawl $(REPLAYS)
	@for target in $(FUZZ_TARGETS); do $(BUILD)/replay_$${target#fuzz_} $(FUZZ_CORPUS)/$$target || exit 1; done
	@ran=0; for table in $(KERNEL_TABLES); do \
	  if $(BUILD)/test_scrawl --can-run $$table; then \
	    echo "$$table:"; $(BUILD)/test_scrawl --kernels $$table $(NATIVE_TESTS) || exit 1; ran=1; fi; done; [ $$ran = 1 ]

test-scripts: node_modules/.package-lock.json
	SCRAWL_BUILD=$(BUILD) WITHOUT=$(WITHOUT) node tests/run_tests.mjs --note $(SKIPPED) $(wildcard tests/*.test.mjs tests/*/*.test.mjs)

SANITIZED_SCRIPTS = $(wildcard tests/cli/*.test.mjs)
SANITIZERS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
sanitize: install-build ## run the native tests under ASan and UBSan
	$(MAKE) BUILD=build/sanitize CFLAGS="$(SANITIZERS)" build/sanitize/scrawl build/sanitize/test_scrawl data test-native
	SCRAWL_BUILD=build/sanitize node --test $(SANITIZED_SCRIPTS)

FUZZ_SECONDS ?= 60
fuzz: install-fuzz ## fuzz every parser for FUZZ_SECONDS each, with clang
	$(MAKE) BUILD=build/fuzz -j2 CC=$(CLANG) CFLAGS="$(SANITIZERS) -fsanitize=fuzzer-no-link" build/fuzz/object/libcommand.a build/fuzz/object/libinside.a
	@set -e; for target in $(FUZZ_TARGETS); do mkdir -p build/fuzz/corpus/$$target $(FUZZ_CORPUS)/$$target; \
	  $(CLANG) $(SANITIZERS) -fsanitize=fuzzer -Isrc -o build/fuzz/$$target tests/fuzz/$$target.c build/fuzz/object/libcommand.a build/fuzz/object/libinside.a $(LIBS); \
	  build/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix=build/fuzz/$$target- build/fuzz/corpus/$$target $(FUZZ_CORPUS)/$$target; done

# Few and small: they stand in the repository.
fuzz-corpus: fuzz ## fuzz, then keep the smallest inputs that reach everything in tests/fuzz/corpus
	@set -e; for target in $(FUZZ_TARGETS); do rm -rf build/fuzz/kept; mkdir -p build/fuzz/kept $(FUZZ_CORPUS)/$$target; \
	  case $$target in $(FUZZ_LARGE)) longest=16384;; *) longest=512;; esac; \
	  build/fuzz/$$target -merge=1 -max_len=$$longest build/fuzz/kept build/fuzz/corpus/$$target $(FUZZ_CORPUS)/$$target; \
	  rm -f $(FUZZ_CORPUS)/$$target/*; \
	  ls -Sr build/fuzz/kept | head -n $(FUZZ_KEPT) | while read -r name; do cp build/fuzz/kept/$$name $(FUZZ_CORPUS)/$$target/; done; done
FUZZ_KEPT := 40
# Formats of which 512 bytes say nothing.
FUZZ_LARGE := fuzz_hdf5|fuzz_keras|fuzz_onnx

# What speaks for and against the candidates of made pages, for tests/accuracy/fit_acceptance.mjs.
$(BUILD)/candidates_of_pages: $(OBJECT)/tests/accuracy/candidates_of_pages.o $(OBJECT)/libinside.a
	@$(call step,)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
