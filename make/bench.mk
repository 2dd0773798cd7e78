# ---- Measurements --------------------------------------------------------------------------------------------------
.PHONY: bench bench-peers bench-mpi bench-programs bench-mpi-programs
bench: install-test ## measure training and reading, natively and in wasm, into build/bench.json
	$(MAKE) all wasm data bench-programs
	SCRAWL_BUILD=$(BUILD) node tests/bench/bench.mjs

bench-peers: install-test ## measure others' libraries beside Scrawl; DIR=FOLDER takes about 7 GB of them
	@[ -n "$(DIR)" ] || { echo "Say where the peers may be installed: make bench-peers DIR=/some/folder" >&2; exit 2; }
	$(MAKE) all wasm data bench-programs
	SCRAWL_BUILD=$(BUILD) node tests/bench/bench_peers.mjs "$(DIR)" $(OPTIONS)

bench-mpi: install-build install-mpi ## measure training among MPI's ranks: speed, traffic, links
	$(MAKE) all mpi data bench-mpi-programs
	SCRAWL_BUILD=$(BUILD) node tests/bench/mpi.mjs $(OPTIONS)

# What the measurements run. In wasm they run from a folder that the page's server can serve.
BENCH_SITE := index.html main.js measure.js sampling.js worker.js
bench-programs: $(BUILD)/bench $(BUILD)/bench_products $(BUILD)/bench_site/peak.wasm $(if $(RELAXED_CLANG),$(BUILD)/bench_site/peak-relaxed.wasm) $(BENCH_SITE:%=$(BUILD)/bench_site/%)

$(BUILD)/bench: $(OBJECT)/tests/bench/bench.o $(KERNEL_TABLES:%=$(OBJECT)/tests/bench/peak_%.o) $(BUILD)/libscrawl.a
	@$(call step,$@)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

bench-mpi-programs: $(BUILD)/bench $(BUILD)/bench_share $(BUILD)/bench_exchange

$(BUILD)/bench_share: $(OBJECT)/tests/bench/share.o $(BUILD)/libscrawl.a
	@$(call step,$@)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/bench_exchange: $(OBJECT)/tests/bench/exchange.o
	@$(call step,$@)
	$(CC) $(CFLAGS) -o $@ $^ $(DL)

# It looks inside the library.
$(BUILD)/bench_products: $(OBJECT)/tests/bench/products.o $(OBJECT)/libinside.a
	@$(call step,$@)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(KERNEL_TABLES:%=$(OBJECT)/tests/bench/peak_%.o): $(OBJECT)/tests/bench/peak_%.o: tests/bench/peak.c | check-native
	@$(call step,$< for $*)
	@mkdir -p $(@D)
	$(CC) $(BUILD_FLAGS) $(CFLAGS) $(FLAGS_$*) $(FLOAT_FLAGS) -DPEAK_FUNCTION=peak_$* -c -o $@ $<

$(BUILD)/bench_site/peak.wasm: tests/bench/peak.c tests/bench/peak.h | check-wasm
	@$(call step,$@)
	@mkdir -p $(@D)
	$(EMCC) -std=gnu11 -O3 -msimd128 -DPEAK_FUNCTION=peak_wasm --no-entry -sSTANDALONE_WASM \
	  -sEXPORTED_FUNCTIONS=_peak_wasm -Wl,--export=__heap_base -o $@ $<

# The same by the compiler of the kernels with relaxed SIMD.
$(BUILD)/bench_site/peak-relaxed.wasm: tests/bench/peak.c tests/bench/peak.h | check-wasm
	@$(call step,$@)
	@mkdir -p $(@D)
	$(RELAXED_CLANG) $(WASM_TARGET) -std=gnu11 -O3 -msimd128 -mrelaxed-simd -ffp-contract=fast -DPEAK_FUNCTION=peak_wasm -nostdlib --no-wasm-opt \
	  -Wl,--no-entry,--initial-memory=1048576,--export=peak_wasm,--export=__heap_base -o $@ $<

$(BUILD)/bench_site/%: tests/bench/site/%
	@mkdir -p $(@D)
	cp $< $@
