# ---- The page ------------------------------------------------------------------------------------------------------
.PHONY: web serve
# What the page asks for only when it trains or teaches, or lists models; gzip takes a while.
SITE_MODELS := $(wildcard models/small.safetensors models/best.safetensors)
# None of those: it reads nothing, and pictures alone are searched with it.
SITE_FINDER := $(wildcard models/finder.safetensors)
$(BUILD)/site_data/models.json: web/site/site-data.mjs $(BUILD)/mnist/verified $(SITE_MODELS) | wasm
	@$(call step,$(@D))
	rm -rf $(@D)
	node web/site/site-data.mjs $(BUILD)/wasm $(BUILD)/mnist $(@D) $(SITE_MODELS)

web: wasm $(BUILD)/site_data/models.json ## build the static site in build/web
	node web/site/build-site.mjs $(BUILD)/wasm $(BUILD)/site_data $(BUILD)/web $(SITE_MODELS) $(SITE_FINDER)

serve: check-port ## install what is missing, build everything, serve the page at http://localhost:8080
	$(MAKE) install-build
	@echo "Building the command line and the page: a few minutes the first time."
	$(MAKE) -j2 all web
	PORT=$(PORT) node web/site/serve.mjs
