# ---- What has to be there ------------------------------------------------------------------------------------------
# make/needs.sh finds it and says what is missing; install-* installs it where there is apt.
# Node may come into this folder only while make runs.
export PATH := $(abspath $(BUILD)/node/node_modules/.bin):$(PATH)
NEEDS = @BUILD=$(BUILD) V=$(V) CC="$(if $(filter default,$(COMPILER_ORIGIN)),,$(CC))" \
  MPICC="$(MPICC)" CLANG_FORMAT=$(CLANG_FORMAT) CLANG_TIDY=$(CLANG_TIDY) SHELLCHECK=$(SHELLCHECK) bash make/needs.sh
# Looked for when it is first used: it takes a second.
CLANG = $(eval CLANG := $(shell bash make/needs.sh clang))$(CLANG)

.PHONY: check-native check-node check-wasm check-c-tests check-mpi check-port install-build install-test install-consumers install-mpi install-browser install-fuzz install-valgrind install-lint
check-native: ; $(NEEDS) check native
check-node: ; $(NEEDS) check node
check-wasm: ; $(NEEDS) check wasm
check-c-tests: ; $(NEEDS) check c_tests
check-mpi: ; $(NEEDS) check mpi
check-port: ; $(NEEDS) port "$(PORT)"
install-build: ; $(NEEDS) install native node wasm relaxed
install-test: ; $(NEEDS) install native node wasm relaxed browser
install-consumers: ; $(NEEDS) install consumers
install-mpi: ; $(NEEDS) install mpi mpirun
install-browser: node_modules/.package-lock.json ; $(NEEDS) install-browser
install-fuzz: ; $(NEEDS) install fuzz native
install-valgrind: ; $(NEEDS) install valgrind native
install-lint: ; $(NEEDS) install lint
