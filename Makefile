# Scrawl. `make help` lists the targets; README.md says more.
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL := /bin/bash

BUILD := build
# Unless one is asked for, a compiler that can compile Scrawl.
COMPILER_ORIGIN := $(origin CC)
CC := $(if $(filter default,$(COMPILER_ORIGIN)),$(shell CC= bash make/needs.sh compiler),$(CC))
CFLAGS := -O3 -g
LIBS := -lz -lpthread -lm
# Of the command line, which loads scrawl-mpi.so: older C libraries have that in a library of its own.
COMMAND_LIBS = $(LIBS) $(DL)
DL = $(eval DL := $(shell echo 'void *dlopen(const char *, int); int main(void) { return !dlopen("", 0); }' | \
  $(CC) -x c -o /dev/null - 2>/dev/null || echo -ldl))$(DL)
PORT ?= 8080
WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes
MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
# A square root is not asked for errno, nor a comparison for exceptions: either keeps a loop from being vectorised.
LOOP_FLAGS := -fno-math-errno -fno-trapping-math
# Code for shared libraries, which show only what scrawl.h declares.
BUILD_FLAGS = -std=gnu11 -fPIC -fvisibility=hidden $(LOOP_FLAGS) $(WARNINGS) -Isrc -MMD -MP

include make/progress.mk

# ---- The library and the command line ----------------------------------------------------------------------------
# kernels_table.c is compiled once per instruction set, kernels_select.c knows the tables by the same names.
ifneq (,$(findstring x86_64,$(MACHINE)))
KERNEL_TABLES := avx512 avx2 sse2
else
KERNEL_TABLES := baseline
endif
FLAGS_avx512 := -mavx512f -mavx512vl -mavx512bw -mavx512dq -mfma -mprefer-vector-width=512
FLAGS_avx2 := -mavx2 -mfma
FLAGS_sse2 := -msse2
# A product and a sum are rounded together, always: newer gccs leave that out in short chains, and a row alone would give
# other bytes than among others. clang does no such thing.
FLOAT_FLAGS := -ffp-contract=fast $(if $(filter __clang__,$(shell echo __clang__ | $(CC) -E -P - 2>/dev/null)),--param=avoid-fma-max-bits=0)

# The rooms of src/ are its folders; the command line is apart from the library.
CLI_SOURCES := $(wildcard src/cli/*.c src/cli/draw/*.c)
LIBRARY_SOURCES := $(filter-out $(CLI_SOURCES),$(wildcard src/*/*.c))
OBJECT := $(BUILD)/object
LIBRARY_OBJECTS := $(patsubst %.c,$(OBJECT)/%.o,$(filter-out src/kernels/kernels_table.c,$(LIBRARY_SOURCES))) \
  $(KERNEL_TABLES:%=$(OBJECT)/src/kernels/kernels_%.o)
ifneq (baseline,$(KERNEL_TABLES))
$(OBJECT)/src/kernels/kernels_select.o: BUILD_FLAGS += -DKERNELS_OF_X86_64
endif
# The first one is the default of the command line; the page loads small.
SHIPPED_MODELS := best small finder

.PHONY: all
all: $(BUILD)/scrawl $(BUILD)/libscrawl.a ## build the command line and the library

$(OBJECT)/%.o: %.c | check-native
	@$(call step,$<)
	@mkdir -p $(@D)
	$(CC) $(BUILD_FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# stb's own warnings are not ours to mend.
$(OBJECT)/src/picture/stb_image.o: WARNINGS := -w

$(KERNEL_TABLES:%=$(OBJECT)/src/kernels/kernels_%.o): $(OBJECT)/src/kernels/kernels_%.o: src/kernels/kernels_table.c | check-native
	@$(call step,$< for $*)
	@mkdir -p $(@D)
	$(CC) $(BUILD_FLAGS) -Wno-psabi $(CPPFLAGS) $(CFLAGS) $(FLAGS_$*) $(FLOAT_FLAGS) \
	  -DKERNELS_TABLE=kernels_$* -DKERNELS_NAME='"$*"' -c -o $@ $<

# One object in which only scrawl_* is visible, so that no name of ours meets one of a program's.
$(BUILD)/libscrawl.a: $(LIBRARY_OBJECTS)
	@$(call step,)
	rm -f $@
	$(LD) -r -o $(OBJECT)/libscrawl.o $^
	! command -v $(OBJCOPY) >/dev/null || $(OBJCOPY) --wildcard --keep-global-symbol='scrawl_*' $(OBJECT)/libscrawl.o
	$(AR) rcs $@ $(OBJECT)/libscrawl.o
OBJCOPY := objcopy

# The same with every name visible, for the tests of what lies inside.
$(OBJECT)/libinside.a: $(LIBRARY_OBJECTS)
	@$(call step,)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/scrawl: $(CLI_SOURCES:%.c=$(OBJECT)/%.o) $(BUILD)/libscrawl.a
	@$(call step,)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(COMMAND_LIBS)

# The shipped models become a list in the program; without any it asks for --model.
SHIPPED_FILES := $(wildcard $(SHIPPED_MODELS:%=models/%.safetensors))
$(BUILD)/shipped_models.inc: $(SHIPPED_FILES)
	@$(call step,)
	@mkdir -p $(@D)
	{ for file in $^; do \
	    echo "static const unsigned char $$(basename $$file .safetensors)[] = {"; \
	    od -An -v -tu1 $$file | sed 's/  */,/g; s/^,//; s/$$/,/'; echo '};'; done; \
	  echo 'const struct shipped_model shipped_models[] = {'; \
	  for file in $^; do name=$$(basename $$file .safetensors); echo "{\"$$name\", $$name, sizeof $$name},"; done; \
	  echo '{0}};'; } > $@

$(OBJECT)/src/cli/shipped_models.o: $(BUILD)/shipped_models.inc
$(OBJECT)/src/cli/shipped_models.o: BUILD_FLAGS += -DSHIPPED_MODELS='"shipped_models.inc"' -I$(BUILD)

-include $(shell [ -d $(BUILD) ] && find $(BUILD) -name '*.d')

include make/needs.mk make/mpi.mk make/lint.mk make/wasm.mk make/package.mk make/web.mk make/data.mk make/test.mk make/hard.mk make/bench.mk make/interop.mk make/pictures.mk make/install.mk

# ---- The rest ------------------------------------------------------------------------------------------------------
.PHONY: clean help
clean: ## remove build/
	rm -rf build

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
