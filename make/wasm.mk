# ---- The wasm module -----------------------------------------------------------------------------------------------
# Debian's Emscripten finds its acorn only with this NODE_PATH; elsewhere it does no harm.
EMCC := NODE_PATH=/usr/share/nodejs emcc
# By rooms: the kernels and what makes a picture grey are built for speed, ink and layers for size first, all the rest for
# size alone: visitors download it. Every browser that has SIMD has the other two features.
WASM_HOT_ROOMS := kernels picture
WASM_WARM_ROOMS := ink layers
# Of the rooms built for speed, what is no faster for it, and the decoder, which is large.
WASM_WARM_FILES := $(foreach file,grey_input local_contrast narrow_levels picture picture_bmp_rle picture_format polarity scale stb_image,src/picture/$(file).o)
# Of the rooms built for size first, what is no slower when it is built for size alone.
WASM_COLD_FILES := $(foreach file,ink/strokes layers/upsample,src/$(file).o)
# emcc passes -mllvm -disable-lsr, a choice for size, to each compilation, and nothing undoes it: the products lose a quarter of
# their speed by it. So emcc's own clang compiles the kernels itself; WASM_CLANG= leaves them to emcc, as happens
# where that clang isn't found.
WASM_CLANG = $(eval WASM_CLANG := $(shell bash make/needs.sh wasm-clang))$(WASM_CLANG)
WASM_TARGET = --target=wasm32-unknown-emscripten --sysroot=$(EMSCRIPTEN_SYSROOT)
EMSCRIPTEN_SYSROOT = $(eval EMSCRIPTEN_SYSROOT := $(shell em-config CACHE)/sysroot)$(EMSCRIPTEN_SYSROOT)
WASM_OBJECT := $(OBJECT)/wasm
WASM_HOT := -O2 -mllvm -unroll-runtime=false -mllvm -unroll-threshold=90
WASM_FEATURES := -msimd128 -mnontrapping-fptoint -msign-ext
WASM_FLAGS := -std=gnu11 $(LOOP_FLAGS) $(filter-out -Wmissing-prototypes,$(WARNINGS)) $(WASM_FEATURES) -Isrc -I$(BUILD)/include -DKERNELS_TABLE=kernels_wasm -DKERNELS_NAME='"wasm-simd128"'
# Large functions that are called in one place stay functions, in all files: within others their many variables compress worse.
WASM_INLINE := --one-caller-inline-max-function-size=200
WASM_LINK := -Oz -sBINARYEN_EXTRA_PASSES=$(WASM_INLINE) $(WASM_FEATURES) --no-entry -sSTANDALONE_WASM -sALLOW_MEMORY_GROWTH -sINITIAL_MEMORY=16MB -sMAXIMUM_MEMORY=2GB -sTOTAL_STACK=1MB \
  -sMALLOC=emmalloc
WASM_SCRIPTS := $(wildcard wasm/*.js wasm/*.d.ts wasm/element/*.js wasm/element/*.d.ts)
# Other programs' model files are for a module of their own, scrawl-exchange.wasm, which is fetched when one comes. In
# wasm/instead/ROOM stands what is linked in place of src/ROOM: in the modules that read and train, which all visitors
# download, a way in for safetensors alone; in the other one, which only converts, a table without kernels.
WASM_LEFT_OUT := $(filter-out src/exchange/file_kind.c,$(wildcard src/exchange/*.c src/hdf5/*.c))
WASM_SOURCES := $(filter-out $(WASM_LEFT_OUT),$(LIBRARY_SOURCES)) $(wildcard wasm/*.c) wasm/instead/exchange/formats.c
WASM_EXCHANGE_SOURCES := $(filter-out src/kernels/kernels_table.c,$(LIBRARY_SOURCES)) wasm/elementary.c wasm/instead/kernels/kernels_table.c
# The second build is for instances that share a memory, which whoever loads it has to make: threads.js names the same
# limits. Only with -pthread clang leaves atomic operations atomic; the pool is our own, and the C runtime, which serves
# one instance alone, stays the one without threads. Each instance's stack is where its stack pointer, a name of the
# linker's, is set to.
WASM_THREADS_OBJECT := $(OBJECT)/wasm_threads
WASM_THREADS_LINK := -Wl,--shared-memory,--no-check-features,--import-memory,--max-memory=2147418112,--export=__stack_pointer
# Two more files for browsers with relaxed SIMD: their kernels multiply and add in one instruction. A newer clang than Debian's
# Emscripten has makes these and links them with all other objects and Emscripten's libraries, and npm's wasm-opt makes the
# files smaller by a sixth. RELAXED_CLANG= leaves them out, as happens where there is no such clang.
RELAXED_CLANG = $(eval RELAXED_CLANG := $(shell bash make/needs.sh relaxed-clang))$(RELAXED_CLANG)
RELAXED_FLAGS := -mrelaxed-simd -ffp-contract=fast -UKERNELS_NAME -DKERNELS_NAME='"wasm-relaxed-simd"'
RELAXED_KERNELS := src/kernels/kernels_relaxed.o
RELAXED_LIBRARIES = $(EMSCRIPTEN_SYSROOT)/lib/wasm32-emscripten
RELAXED_LINK = $(WASM_TARGET) -nostdlib -Wl,--stack-first,-z,stack-size=1048576,--initial-memory=16777216,--strip-debug,--import-undefined,--entry=_initialize \
  $(RELAXED_MEMORY) $(shell sed -n 's/.*"_\(.*\)".*/-Wl,--export=\1/p' wasm/exported_functions.json)
RELAXED_MEMORY := -Wl,--max-memory=2147483648
# As emcc takes them for a module without JavaScript.
RELAXED_RUNTIME = $(RELAXED_LIBRARIES)/crt1_reactor.o -L$(RELAXED_LIBRARIES) -lstandalonewasm-memgrow -lc -lemmalloc -lcompiler_rt
WASM_OPT := node_modules/.bin/wasm-opt
WASM_SHRINK := -Oz $(WASM_INLINE) --zero-filled-memory --strip-producers --strip-target-features --enable-simd --enable-relaxed-simd --enable-nontrapping-float-to-int \
  --enable-sign-ext --enable-bulk-memory --enable-mutable-globals
WASM_FILES = scrawl scrawl-threads scrawl-exchange $(if $(RELAXED_CLANG),scrawl-relaxed scrawl-relaxed-threads)
WITHOUT_RELAXED := No clang 19 or later that makes WebAssembly (Debian: clang-22 and lld-22): the files with relaxed SIMD are left out.

.PHONY: wasm
wasm: $(WASM_FILES:%=$(BUILD)/wasm/%.wasm) $(WASM_SCRIPTS:wasm/%=$(BUILD)/wasm/%) $(SHIPPED_FILES:models/%=$(BUILD)/wasm/%) ## build the wasm module with its JavaScript, in build/wasm
	@$(if $(RELAXED_CLANG),:,rm -f $(BUILD)/wasm/scrawl-relaxed*.wasm; echo '$(WITHOUT_RELAXED)')

$(BUILD)/wasm/scrawl.wasm: $(WASM_SOURCES:%.c=$(WASM_OBJECT)/%.o)
$(BUILD)/wasm/scrawl-threads.wasm: $(WASM_SOURCES:%.c=$(WASM_THREADS_OBJECT)/%.o)
$(BUILD)/wasm/scrawl-threads.wasm: WASM_LINK += $(WASM_THREADS_LINK)
$(BUILD)/wasm/scrawl-exchange.wasm: $(WASM_EXCHANGE_SOURCES:%.c=$(WASM_OBJECT)/%.o) wasm/exported_functions_exchange.json
$(BUILD)/wasm/scrawl.wasm $(BUILD)/wasm/scrawl-threads.wasm: wasm/exported_functions.json
$(BUILD)/wasm/scrawl.wasm $(BUILD)/wasm/scrawl-threads.wasm $(BUILD)/wasm/scrawl-exchange.wasm:
	@$(call step,$@)
	@mkdir -p $(@D)
	$(EMCC) $(WASM_LINK) -sEXPORTED_FUNCTIONS=@$(CURDIR)/$(filter %.json,$^) -o $@ $(filter %.o,$^)

# In place of the other kernels.
$(BUILD)/wasm/scrawl-relaxed.wasm: $(WASM_OBJECT)/$(RELAXED_KERNELS) $(filter-out %/kernels_table.o,$(WASM_SOURCES:%.c=$(WASM_OBJECT)/%.o))
$(BUILD)/wasm/scrawl-relaxed-threads.wasm: $(WASM_THREADS_OBJECT)/$(RELAXED_KERNELS) $(filter-out %/kernels_table.o,$(WASM_SOURCES:%.c=$(WASM_THREADS_OBJECT)/%.o))
$(BUILD)/wasm/scrawl-relaxed-threads.wasm: RELAXED_MEMORY := $(WASM_THREADS_LINK)
$(BUILD)/wasm/scrawl-relaxed-threads.wasm: WASM_SHRINK += --enable-threads
$(BUILD)/wasm/scrawl-relaxed.wasm $(BUILD)/wasm/scrawl-relaxed-threads.wasm: wasm/exported_functions.json node_modules/.package-lock.json
	@$(call step,$@)
	@mkdir -p $(@D)
	$(RELAXED_CLANG) $(RELAXED_LINK) -o $@ $(filter %.o,$^) $(RELAXED_RUNTIME)
	$(WASM_OPT) $(WASM_SHRINK) $@ -o $@

# $(1): a room. $(2): how its sources are optimised.
define optimize_room
$(WASM_OBJECT)/src/$(1)/%.o $(WASM_THREADS_OBJECT)/src/$(1)/%.o: WASM_OPTIMIZE := $(2)
endef
$(foreach room,$(WASM_HOT_ROOMS),$(eval $(call optimize_room,$(room),$(WASM_HOT))))
$(foreach room,$(WASM_WARM_ROOMS),$(eval $(call optimize_room,$(room),-Os)))
$(WASM_WARM_FILES:%=$(WASM_OBJECT)/%) $(WASM_WARM_FILES:%=$(WASM_THREADS_OBJECT)/%): WASM_OPTIMIZE := -Os
$(WASM_COLD_FILES:%=$(WASM_OBJECT)/%) $(WASM_COLD_FILES:%=$(WASM_THREADS_OBJECT)/%): WASM_OPTIMIZE := -Oz
WASM_OPTIMIZE := -Oz
$(WASM_OBJECT)/src/kernels/%.o $(WASM_THREADS_OBJECT)/src/kernels/%.o: WASM_COMPILER = $(if $(WASM_CLANG),$(WASM_CLANG) $(WASM_TARGET),$(EMCC))
WASM_COMPILER = $(EMCC)

comma := ,
# $(1): which of the two builds.
define compile_for_wasm
	@$(call step,$< for WebAssembly$(1))
	@mkdir -p $(@D)
	$(WASM_COMPILER) $(WASM_FLAGS) $(WASM_OPTIMIZE) -c -o $@ $<
endef

$(WASM_OBJECT)/%.o: %.c $(wildcard src/*.h src/*/*.h) $(BUILD)/include/stb | check-wasm
	$(call compile_for_wasm)

$(WASM_THREADS_OBJECT)/%.o: WASM_FLAGS += -pthread
$(WASM_THREADS_OBJECT)/%.o: %.c $(wildcard src/*.h src/*/*.h) $(BUILD)/include/stb | check-wasm
	$(call compile_for_wasm,$(comma) with threads)

$(WASM_OBJECT)/$(RELAXED_KERNELS) $(WASM_THREADS_OBJECT)/$(RELAXED_KERNELS): WASM_COMPILER = $(RELAXED_CLANG) $(WASM_TARGET)
$(WASM_OBJECT)/$(RELAXED_KERNELS) $(WASM_THREADS_OBJECT)/$(RELAXED_KERNELS): WASM_FLAGS += $(RELAXED_FLAGS)
$(WASM_OBJECT)/$(RELAXED_KERNELS) $(WASM_THREADS_OBJECT)/$(RELAXED_KERNELS): %.o: src/kernels/kernels_table.c $(wildcard src/*.h src/*/*.h) | check-wasm
	$(call compile_for_wasm, with relaxed SIMD)

# emcc doesn't look into the system's header folder, where stb_image.h lies.
$(BUILD)/include/stb: | check-native
	@mkdir -p $(@D)
	ln -sfn "$$(dirname "$$(echo '#include <stb/stb_image.h>' | $(CC) -M -E - | tr ' ' '\n' | grep -m1 'stb_image\.h')")" $@

# Whether it is worth asking for the files with relaxed SIMD.
$(BUILD)/wasm/builds.js: wasm/builds.js $(if $(RELAXED_CLANG),$(BUILD)/wasm/scrawl-relaxed.wasm)
	@mkdir -p $(@D)
	sed 's/^const HAS_RELAXED = true;$$/const HAS_RELAXED = $(if $(RELAXED_CLANG),true,false);/' $< > $@

$(BUILD)/wasm/%: wasm/%
	@mkdir -p $(@D)
	cp $< $@

$(BUILD)/wasm/%.safetensors: models/%.safetensors
	@mkdir -p $(@D)
	cp $< $@
