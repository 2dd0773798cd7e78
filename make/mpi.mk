# ---- MPI -------------------------------------------------------------------------------------------------------------
# What lets processes that mpirun has started share the work is a shared object of its own, so that nothing else needs MPI.
MPICC ?= mpicc
MPI_OBJECT := $(BUILD)/scrawl-mpi.so

.PHONY: mpi
mpi: $(BUILD)/scrawl $(MPI_OBJECT) ## build the command line for several machines too, with MPICC (mpicc)

# Once it is there, it stays as new as the rest.
all: $(wildcard $(MPI_OBJECT))

# For the tests, where MPI is to be had.
.PHONY: tested-mpi
tested-mpi:
	if command -v $(firstword $(MPICC)) >/dev/null; then $(MAKE) mpi; fi

$(MPI_OBJECT): $(wildcard src/cli/mpi/*.[ch]) src/scrawl.h | check-mpi
	@$(call step,)
	@mkdir -p $(@D)
	$(MPICC) $(filter-out -MMD -MP,$(BUILD_FLAGS)) -D_GNU_SOURCE $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -shared -o $@ $(filter %.c,$^)
