# ---- Proofs with others' own software --------------------------------------------------------------------------------
# Keras, PyTorch and ONNX Runtime read our files and write theirs: tests/interop. They are installed outside the repository.
.PHONY: test-interop
INTEROP_VENV = $(abspath $(DIR))/venv
INTEROP_PROOFS := $(wildcard tests/interop/prove_*.py)
test-interop: install-test ## prove model files with Keras, PyTorch and ONNX Runtime; DIR=FOLDER takes about 4 GB of them
	@[ -n "$(DIR)" ] || { echo "Say where they may be installed: make test-interop DIR=/some/folder" >&2; exit 2; }
	$(MAKE) all wasm data
	[ -x "$(INTEROP_VENV)/bin/python" ] || python3 -m venv "$(INTEROP_VENV)"
	"$(INTEROP_VENV)/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/interop/requirements.txt
	@failed=; for proof in $(INTEROP_PROOFS); do \
	  echo "$$proof:"; SCRAWL_BUILD=$(BUILD) KERAS_BACKEND=torch "$(INTEROP_VENV)/bin/python" $$proof || failed="$$failed $$proof"; done; \
	  echo "tests/interop/prove_onnxruntime.mjs:"; \
	  SCRAWL_BUILD=$(BUILD) node tests/interop/prove_onnxruntime.mjs "$(abspath $(DIR))" || failed="$$failed prove_onnxruntime.mjs"; \
	  [ -z "$$failed" ] || { echo "Failed:$$failed"; exit 1; }; echo "All proofs hold."
