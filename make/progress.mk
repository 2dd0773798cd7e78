# ---- What make shows -----------------------------------------------------------------------------------------------
# A line for each step, such as "[37/174] src/network/segments.c"; V=1 shows the commands too. How many steps there are
# is found by going through them once without doing anything.
MAKEFLAGS += --no-print-directory
ifndef V
.SILENT:
endif

# $(1): what the step makes. Belongs into each recipe that takes a while.
step = $(if $(COUNTING),: counted,$(eval STEPS += step)printf '[%s/%s] %s\n' '$(words $(STEPS))' '$(STEP_COUNT)' '$(or $(1),$@)')
STEP_COUNT = $(eval STEP_COUNT := $(shell MAKEFLAGS= $(MAKE) -n $(MAKEOVERRIDES) COUNTING=1 $(MAKECMDGOALS) 2>/dev/null | grep -c '^: counted'))$(STEP_COUNT)
