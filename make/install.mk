# ---- Installing ----------------------------------------------------------------------------------------------------
# The ABI's number stands in make/install/scrawl.map. It is that of ABI_SINCE and all versions after it.
ABI := $(shell sed -n 's/^SCRAWL_\([0-9]*\) {$$/\1/p' make/install/scrawl.map)
ABI_SINCE := 0.1.0
VERSION := $(shell sed -n 's/^.define SCRAWL_VERSION "\([^"]*\)".*/\1/p' src/scrawl.h)

# Where things go; DESTDIR stands for / meanwhile.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
BASHDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FISHDIR ?= $(DATADIR)/fish/vendor_completions.d

# A shared library with a version script takes a linker as Linux and the BSDs have it.
SHARED := $(if $(findstring darwin,$(MACHINE)),,libscrawl.so.$(ABI)$(VERSION:$(firstword $(subst ., ,$(VERSION)))%=%))
INSTALLED := $(SHARED:%=$(BUILD)/%) $(addprefix $(BUILD)/install/scrawl.,1 3 bash zsh fish)
all: $(INSTALLED)

.PHONY: install uninstall
install: all ## install into PREFIX (/usr/local), or DESTDIR/PREFIX
uninstall: ## remove what make install has put there
install uninstall: export DESTDIR := $(DESTDIR)
$(foreach name,PREFIX BINDIR LIBDIR INCLUDEDIR DATADIR MANDIR BASHDIR ZSHDIR FISHDIR,$(eval install uninstall: private export $(name) := $$($(name))))
install uninstall:
	BUILD=$(BUILD) VERSION=$(VERSION) ABI=$(ABI) ABI_SINCE=$(ABI_SINCE) SHARED=$(SHARED) MPI=$(wildcard $(MPI_OBJECT)) MODELS='$(SHIPPED_FILES)' \
	  POINTER_BYTES=$$(echo __SIZEOF_POINTER__ | $(CC) -E -P -) bash make/install.sh $@

ifneq (,$(SHARED))
$(BUILD)/$(SHARED): $(LIBRARY_OBJECTS) make/install/scrawl.map
	@$(call step,)
	$(CC) -shared $(CFLAGS) $(LDFLAGS) -Wl,-soname,libscrawl.so.$(ABI) -Wl,--version-script=make/install/scrawl.map \
	  -o $@ $(filter %.o,$^) $(LIBS)
endif

# Manuals and completions are made of the command line's own tables of options, and of scrawl.h.
$(BUILD)/install/syntax: $(BUILD)/scrawl
	@$(call step,)
	@mkdir -p $(@D)
	$< --list-syntax > $@

AWK_FILES = $(addprefix -f ,$(filter %.awk,$^))
DATE = $(shell sed -n 's/^.. \[[0-9.]*\] - \([0-9-]*\)$$/\1/p' CHANGELOG.md | head -n 1)
MANUAL_WORDS = -v version=$(VERSION) -v date=$(DATE)
$(BUILD)/install/scrawl.1: $(addprefix make/install/,text.awk syntax.awk manual.awk scrawl.1.in) $(BUILD)/install/syntax
	@$(call step,)
	awk $(MANUAL_WORDS) -v template=make/install/scrawl.1.in $(AWK_FILES) $(lastword $^) > $@

$(BUILD)/install/scrawl.3: $(addprefix make/install/,text.awk header.awk scrawl.3.in) src/scrawl.h
	@$(call step,)
	@mkdir -p $(@D)
	awk $(MANUAL_WORDS) -v template=make/install/scrawl.3.in $(AWK_FILES) src/scrawl.h > $@

$(BUILD)/install/scrawl.bash: make/install/scrawl.bash.in
$(BUILD)/install/scrawl.%: make/install/text.awk make/install/syntax.awk make/install/%.awk $(BUILD)/install/syntax
	@$(call step,)
	awk -v template=make/install/scrawl.$*.in $(AWK_FILES) $(BUILD)/install/syntax > $@
