#!/bin/bash
# Checks that sources include only downward in the layers below, and that the library uses no stdio. First it checks
# itself on small broken trees. Usage: tests/check_includes.sh [ROOT]
set -euo pipefail

# Top to bottom. A file may include its own header and what stands in a row below; src/cli and wasm only scrawl.h and
# their own folder's headers; src/kernels, which only kernels.c includes, kernels.h and each other.
layers='
checkpoint
recognize trainer inspect
stages
split_digits
model_file evaluate training_options
model
network optimizer training_images
workspace derived fold
runs
architecture
convolution_winograd convolution_direct convolution_depthwise batchnorm
patches
calibrate idx training_notes
layers dataset augment synthesize touching
group_strokes
find_digits
turn
cuts cut_out rulings
passages
terrain
clear_lines
straight_lines
chains
grouping stroke_geometry
pieces silhouettes strokes shapes lines upright filled_boxes shadow_edges enclosures blank_paper
components fit_input
ink reduce
paper polarity stroke_width
kernels_select picture safetensors schedule presets
kernels picture_bmp_rle picture_format stb_image json grey byte_source
parallel_wasm metadata
stb_image_pixels half fingerprint memory random parallel otsu box shades mask found_digits
text
status
scrawl
'
outside='stb_image.h' # quoted includes that no folder of ours holds

complain() {
    echo "$1" >&2
    complaints=$((complaints + 1))
}

includes_of() {
    sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$1"
}

# The row of a name, counted from the top; nothing for an unknown one.
row_of() {
    echo "$layers" | awk -v name="$1" '{ for (i = 1; i <= NF; i++) if ($i == name) print NR }'
}

check_library_file() {
    local file=$1 name row include target
    name=$(basename "${file%.*}")
    row=$(row_of "$name")
    [ -n "$row" ] || { complain "$file is in no layer: give it a place in tests/check_includes.sh"; return 0; }
    for include in $(includes_of "$file"); do
        [ "$include" != "$outside" ] || continue
        case $include in kernels/*.h)
            [ "$name" = kernels ] || complain "$file includes $include, which belongs to kernels.c"
            continue ;;
        esac
        target=$(row_of "${include%.h}")
        if [ -z "$target" ]; then
            complain "$file includes $include, which is in no layer"
        elif [ "$target" -le "$row" ] && [ "${include%.h}" != "$name" ]; then
            complain "$file includes $include, which is not below it"
        fi
    done
    ! grep -q '#[[:space:]]*include[[:space:]]*<stdio\.h>' "$file" || complain "$file includes <stdio.h>"
}

# $2: how scrawl.h is reached from the file's folder.
check_outer_file() {
    local file=$1 scrawl=$2 include
    for include in $(includes_of "$file"); do
        case $include in
            scrawl.h | "$scrawl") ;;
            */*) complain "$file includes $include, which is not scrawl.h" ;;
            *) [ -f "$(dirname "$file")/$include" ] || complain "$file includes $include, which is not in its folder" ;;
        esac
    done
}

# Says what is wrong in the tree at $1; fails then, or when there is nothing to check.
check_tree() {
    local root=$1 file checked=0
    complaints=0
    for file in "$root"/src/*.[ch]; do
        [ -f "$file" ] || continue
        check_library_file "$file"
        checked=$((checked + 1))
    done
    for file in "$root"/src/kernels/*.[ch]; do [ ! -f "$file" ] || check_outer_file "$file" ../kernels.h; done
    for file in "$root"/src/cli/*.[ch]; do [ ! -f "$file" ] || check_outer_file "$file" ../scrawl.h; done
    for file in "$root"/wasm/*.[ch]; do [ ! -f "$file" ] || check_outer_file "$file" ../src/scrawl.h; done
    [ "$checked" -gt 0 ] || complain "there is no source in $root/src"
    [ "$complaints" -eq 0 ]
}

# A tree of one file $1 with the line $2 beside right ones: check_tree must say $3 ("passes" or "fails").
expect() {
    local path=$1 line=$2 expected=$3 tree result=passes
    tree=$(mktemp -d)
    mkdir -p "$tree/src/cli" "$tree/wasm"
    echo '#include "kernels.h"' > "$tree/src/layers.c"
    echo '#include "report.h"' > "$tree/src/cli/main.c"
    touch "$tree/src/cli/report.h"
    echo "$line" > "$tree/$path"
    check_tree "$tree" 2> /dev/null || result=fails
    rm -r "$tree"
    [ "$result" = "$expected" ] || { echo "check_includes: $line in $path $result" >&2; exit 1; }
}

check_self() {
    expect src/kernels.c '#include "kernels.h"' passes
    expect src/kernels.c '#include "layers.h"' fails
    expect src/kernels.c '  #  include "layers.h" // hidden' fails
    expect src/optimizer.c '#include "network.h"' fails
    expect src/network.h '#include "workspace.h"' passes
    expect src/architecture.h '#include "layers.h"' passes
    expect src/network.h '#include "model.h"' fails
    expect src/network.c '#include "cli/report.h"' fails
    expect src/network.c '#include <stdio.h>' fails
    expect src/unheard_of.c '' fails
    expect src/unheard_of.h '' fails
    expect src/cli/report.c '#include "../scrawl.h"' passes
    expect src/cli/report.c '#include "../network.h"' fails
    expect src/cli/report.c '#include "network.h"' fails
    expect wasm/bindings.c '#include "../src/scrawl.h"' passes
    expect wasm/bindings.c '#include "../src/network.h"' fails
    if check_tree /nonexistent 2> /dev/null; then echo "check_includes: an empty tree passes" >&2; exit 1; fi
}

check_self
check_tree "${1:-$(dirname "$0")/..}" || { echo "Includes must go downward: see tests/check_includes.sh" >&2; exit 1; }
