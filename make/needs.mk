# ---- What has to be there ------------------------------------------------------------------------------------------
# Each need is test=what:apt-package. check-* say what is missing; install-* install it where there is apt.
NATIVE_NEEDS := command=$(CC):gcc command=ar:binutils header=stdlib.h:libc6-dev header=zlib.h:zlib1g-dev header=stb/stb_image.h:libstb-dev
NODE_NEEDS := command=node:nodejs command=npm:npm
WASM_NEEDS := command=emcc:emscripten
BROWSER_NEEDS := browser=chromium:chromium
CLANG := clang-14
FUZZ_NEEDS := command=$(CLANG):$(CLANG) fuzzer=$(CLANG):libclang-rt-14-dev

define find_missing
missing=(); \
has() { case $$1 in \
  command=*) command -v "$${1#*=}" ;; \
  header=*) echo "#include <$${1#*=}>" | $(CC) -E - ;; \
  fuzzer=*) ls "$$("$${1#*=}" -print-resource-dir)"/lib/*/libclang_rt.fuzzer* ;; \
  browser=*) [ -n "$$CHROMIUM" ] || command -v chromium || command -v chromium-browser || command -v google-chrome || ls -d ~/.cache/ms-playwright/chromium* ;; \
  esac >/dev/null 2>&1; }; \
for need in $(1); do has "$${need%%:*}" || missing+=("$${need##*:}"); done
endef

# $(1): needs
define check_needs
@$(call find_missing,$(1)); [ $${#missing[@]} -eq 0 ] || { \
  echo "Scrawl can't be built yet. Missing, by Debian's and Ubuntu's names: $${missing[*]}"; \
  echo "  there:     sudo apt-get install $${missing[*]}"; \
  echo "  elsewhere: a C compiler (gcc or clang), zlib with headers, stb_image.h and stb_image_write.h in a folder named stb,"; \
  echo "             for the page also Node 18 or later and Emscripten (emcc on the PATH)"; exit 1; } >&2
endef

define install_needs
@$(call find_missing,$(1)); [ $${#missing[@]} -eq 0 ] && exit 0; \
command -v apt-get >/dev/null || { echo "Please install: $${missing[*]} (Debian's names)" >&2; exit 1; }; \
echo "Installing $${missing[*]}"; sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}"
endef

.PHONY: check-native check-node check-wasm install-build install-test install-fuzz
check-native: ; $(call check_needs,$(NATIVE_NEEDS))
check-node: ; $(call check_needs,$(NODE_NEEDS))
check-wasm: ; $(call check_needs,$(WASM_NEEDS))
install-build: ; $(call install_needs,$(NATIVE_NEEDS) $(NODE_NEEDS) $(WASM_NEEDS))
install-test: ; $(call install_needs,$(NATIVE_NEEDS) $(NODE_NEEDS) $(WASM_NEEDS) $(BROWSER_NEEDS))
install-fuzz: ; $(call install_needs,$(NATIVE_NEEDS) $(FUZZ_NEEDS))
