# ---- The npm package -----------------------------------------------------------------------------------------------
# What build/wasm has, with a package.json of its own whose version is this project's. Nothing is published. Folders of wasm/
# stay folders.
.PHONY: package tested-package
PACKAGE := scrawl-digits
PACKAGE_VERSION = $(eval PACKAGE_VERSION := $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json))$(PACKAGE_VERSION)
PACKAGE_FOLDER = $(BUILD)/package/$(PACKAGE)
PACKAGE_OWN := $(filter-out wasm/package/package.json,$(wildcard wasm/package/*))
PACKAGE_FILES = $(WASM_FILES:%=%.wasm) $(WASM_SCRIPTS:wasm/%=%) $(SHIPPED_FILES:models/%=%)
WITHOUT_PACKAGE := A package has all builds of the module: install a clang 19 or later that makes WebAssembly (Debian: clang-22 and lld-22).

package: $(BUILD)/package/$(PACKAGE)-$(PACKAGE_VERSION).tgz ## pack the npm package scrawl-digits, in build/package

# Nothing where it can't be made: then its tests are skipped.
tested-package: $(if $(RELAXED_CLANG),package)

$(BUILD)/package/$(PACKAGE)-$(PACKAGE_VERSION).tgz: $(addprefix $(BUILD)/wasm/,$(PACKAGE_FILES)) make/package.mk wasm/package/package.json $(PACKAGE_OWN) package.json LICENSE
	@$(call step,$@)
	@$(if $(RELAXED_CLANG),:,echo '$(WITHOUT_PACKAGE)'; exit 1)
	rm -rf $(BUILD)/package
	mkdir -p $(PACKAGE_FOLDER)
	tar -C $(BUILD)/wasm -cf - $(PACKAGE_FILES) | tar -C $(PACKAGE_FOLDER) -xf -
	cp $(PACKAGE_OWN) LICENSE $(PACKAGE_FOLDER)
	sed 's/"VERSION"/"$(PACKAGE_VERSION)"/' wasm/package/package.json > $(PACKAGE_FOLDER)/package.json
	find $(PACKAGE_FOLDER) -type f -exec chmod 644 {} +
	cd $(PACKAGE_FOLDER) && npm pack --silent --ignore-scripts --pack-destination .. > /dev/null
