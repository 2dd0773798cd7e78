/* Matrix products: panels of b are packed so that they are read in order, tiles of c stay in registers. Included by
 * kernels_table.c only. */
#ifndef KERNELS_MULTIPLY_H
#define KERNELS_MULTIPLY_H

#include "vector.h"

enum {
    ROW_BLOCK = 96, /* rows of a that are packed together when a is transposed; a multiple of every TILE_ROWS */
    MOST_TILE_ROWS = TILE_ROWS * TILE_VECTORS,              /* of a tile that is one vector wide */
    FEW_ROWS = 4,                                           /* of narrow tiles at the lower edge, then one by one */
    ROW_PANELS = TILE_COLUMNS < 32 ? 32 / TILE_COLUMNS : 1, /* that one row of a meets together */
};

/* ---- One tile. `rows` and `vectors` are constants at every call, so that all loops over them unroll. ---- */

INLINE void tile_start(size_t rows, size_t vectors, const float *c, size_t c_stride, bool accumulate,
                       vector sums[][TILE_VECTORS])
{
    UNROLL
    for (size_t row = 0; row < rows; row++) {
        UNROLL
        for (size_t i = 0; i < vectors; i++)
            sums[row][i] = accumulate ? load(c + row * c_stride + i * VECTOR_FLOATS) : (vector){0};
    }
}

INLINE void tile_end(size_t rows, size_t vectors, float *c, size_t c_stride, vector sums[][TILE_VECTORS])
{
    UNROLL
    for (size_t row = 0; row < rows; row++) {
        UNROLL
        for (size_t i = 0; i < vectors; i++) store(c + row * c_stride + i * VECTOR_FLOATS, sums[row][i]);
    }
}

/* sums += one column of a (values a_row_stride apart) times one row of b. */
INLINE void tile_add(size_t rows, size_t vectors, const float *a, size_t a_row_stride, const float *b,
                     vector sums[][TILE_VECTORS])
{
    vector b_values[TILE_VECTORS];
    UNROLL
    for (size_t i = 0; i < vectors; i++) b_values[i] = load(b + i * VECTOR_FLOATS);
    UNROLL
    for (size_t row = 0; row < rows; row++) {
        vector factor = splat(a[row * a_row_stride]);
        UNROLL
        for (size_t i = 0; i < vectors; i++) sums[row][i] += factor * b_values[i];
    }
}

/* c[rows][vectors] (+)= a[rows][depth] * b[depth], rows of b being b_stride floats apart. */
INLINE void multiply_tile(size_t rows, size_t vectors, size_t depth, struct matrix a, const float *b, size_t b_stride,
                          float *c, size_t c_stride, bool accumulate)
{
    vector sums[MOST_TILE_ROWS][TILE_VECTORS];
    tile_start(rows, vectors, c, c_stride, accumulate, sums);
    size_t k = 0;
    for (; UNROLLED_DEPTH > 1 && k + UNROLLED_DEPTH <= depth; k += UNROLLED_DEPTH) {
        UNROLL
        for (size_t i = 0; i < UNROLLED_DEPTH; i++)
            tile_add(rows, vectors, a.values + (k + i) * a.column_stride, a.row_stride, b + (k + i) * b_stride, sums);
    }
    for (; k < depth; k++)
        tile_add(rows, vectors, a.values + k * a.column_stride, a.row_stride, b + k * b_stride, sums);
    tile_end(rows, vectors, c, c_stride, sums);
}

/* The rows left over at the lower edge: 0 .. TILE_ROWS - 1 of them. */
static void multiply_last_rows(size_t rows, size_t depth, struct matrix a, const float *b, size_t b_stride, float *c,
                               size_t c_stride, bool accumulate)
{
    _Static_assert(TILE_ROWS <= 6, "one case for each number of rows");
    switch (rows % TILE_ROWS) {
        case 1:
            multiply_tile(1, TILE_VECTORS, depth, a, b, b_stride, c, c_stride, accumulate);
            break;
        case 2:
            multiply_tile(2, TILE_VECTORS, depth, a, b, b_stride, c, c_stride, accumulate);
            break;
        case 3:
            multiply_tile(3, TILE_VECTORS, depth, a, b, b_stride, c, c_stride, accumulate);
            break;
        case 4:
            multiply_tile(4 % TILE_ROWS, TILE_VECTORS, depth, a, b, b_stride, c, c_stride, accumulate);
            break;
        case 5:
            multiply_tile(5 % TILE_ROWS, TILE_VECTORS, depth, a, b, b_stride, c, c_stride, accumulate);
            break;
        default:
            break;
    }
}

/* c[rows][TILE_COLUMNS] (+)= a * b. */
static void multiply_rows(size_t rows, size_t depth, struct matrix a, const float *b, size_t b_stride, float *c,
                          size_t c_stride, bool accumulate)
{
    for (; rows >= TILE_ROWS; rows -= TILE_ROWS) {
        multiply_tile(TILE_ROWS, TILE_VECTORS, depth, a, b, b_stride, c, c_stride, accumulate);
        a.values += TILE_ROWS * a.row_stride;
        c += TILE_ROWS * c_stride;
    }
    multiply_last_rows(rows, depth, a, b, b_stride, c, c_stride, accumulate);
}

/* ---- Packing ---- */

/* to[count][TILE_COLUMNS] = from[count][columns], the missing columns zero; rows of `from` are row_stride apart. */
static void pack_rows(size_t count, size_t columns, const float *restrict from, size_t row_stride, float *restrict to)
{
    for (size_t k = 0; k < count; k++) {
        size_t i = 0;
        for (; i < columns; i++) to[k * TILE_COLUMNS + i] = from[k * row_stride + i];
        for (; i < TILE_COLUMNS; i++) to[k * TILE_COLUMNS + i] = 0;
    }
}

static void pack_full_rows(size_t count, const float *restrict from, size_t row_stride, float *restrict to)
{
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < TILE_VECTORS; i++)
            store(to + k * TILE_COLUMNS + i * VECTOR_FLOATS, load(from + k * row_stride + i * VECTOR_FLOATS));
}

/* A square that is transposed in registers: to[k][i] = from[i][k], rows from_stride and to_stride apart. */
#ifdef __AVX__
enum { SQUARE = 8 };
#else
enum { SQUARE = 4 };
#endif

typedef float side __attribute__((vector_size(SQUARE * sizeof(float))));
typedef float unaligned_side __attribute__((vector_size(SQUARE * sizeof(float)), aligned(sizeof(float)), may_alias));

/* Pairs of rows exchange halves: single values, then pairs of them, then fours (Eklundh 1972). */
INLINE void transpose_square(const float *from, size_t from_stride, float *to, size_t to_stride)
{
    side a[SQUARE], b[SQUARE];
    UNROLL
    for (size_t i = 0; i < SQUARE; i++) a[i] = *(const unaligned_side *)(from + i * from_stride);
#ifdef __AVX__
    UNROLL
    for (size_t i = 0; i < SQUARE; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    UNROLL
    for (size_t i = 0; i < SQUARE; i += 4) {
        a[i] = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        a[i + 1] = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        a[i + 2] = __builtin_shufflevector(b[i + 1], b[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
        a[i + 3] = __builtin_shufflevector(b[i + 1], b[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    UNROLL
    for (size_t i = 0; i < 4; i++) {
        b[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        b[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    UNROLL
    for (size_t i = 0; i < SQUARE; i++) *(unaligned_side *)(to + i * to_stride) = b[i];
#else
    UNROLL
    for (size_t i = 0; i < SQUARE; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 4, 1, 5);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 2, 6, 3, 7);
    }
    UNROLL
    for (size_t i = 0; i < 2; i++) {
        *(unaligned_side *)(to + 2 * i * to_stride) = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 4, 5);
        *(unaligned_side *)(to + (2 * i + 1) * to_stride) = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 6, 7);
    }
#endif
}

/* to[k][i] = from[i][k] for i < columns, k < count. Along some rows of `from` at a time: rows are often a power of two
 * apart, so that many of them don't stay in a cache side by side. */
static void transpose(size_t count, size_t columns, const float *restrict from, size_t from_stride, float *restrict to,
                      size_t to_stride)
{
    const size_t whole_columns = columns / SQUARE * SQUARE, whole_count = count / SQUARE * SQUARE;
    for (size_t i = 0; i < whole_columns; i += SQUARE)
        for (size_t k = 0; k < whole_count; k += SQUARE)
            transpose_square(from + i * from_stride + k, from_stride, to + k * to_stride + i, to_stride);
    for (size_t k = 0; k < count; k++)
        for (size_t i = k < whole_count ? whole_columns : 0; i < columns; i++)
            to[k * to_stride + i] = from[i * from_stride + k];
}

/* One panel: packed[depth][TILE_COLUMNS] = b[depth][columns], the missing columns zero. */
static void pack_panel(size_t depth, size_t columns, struct matrix b, float *packed)
{
    if (b.column_stride == 1 && columns == TILE_COLUMNS)
        pack_full_rows(depth, b.values, b.row_stride, packed);
    else if (b.column_stride == 1)
        pack_rows(depth, columns, b.values, b.row_stride, packed);
    else {
        if (columns < TILE_COLUMNS) memset(packed, 0, depth * TILE_COLUMNS * sizeof *packed);
        transpose(depth, columns, b.values, b.column_stride, packed, TILE_COLUMNS);
    }
}

static void pack(size_t depth, size_t columns, struct matrix b, float *packed)
{
    for (size_t column = 0; column < columns; column += TILE_COLUMNS, packed += depth * TILE_COLUMNS) {
        struct matrix part = b;
        part.values += column * b.column_stride;
        pack_panel(depth, columns - column < TILE_COLUMNS ? columns - column : TILE_COLUMNS, part, packed);
    }
}

/* ---- Whole products ---- */

/* A panel that may be narrower than a tile: then the result is made beside c and copied. */
static void multiply_panel(size_t rows, size_t columns, size_t depth, struct matrix a, const float *packed, float *c,
                           size_t c_stride, bool accumulate)
{
    if (columns == TILE_COLUMNS) {
        multiply_rows(rows, depth, a, packed, TILE_COLUMNS, c, c_stride, accumulate);
        return;
    }
    float beside[TILE_ROWS * TILE_COLUMNS] __attribute__((aligned(ALIGNMENT_BYTES))) = {0};
    for (size_t row = 0; row < rows; row += TILE_ROWS) {
        size_t count = rows - row < TILE_ROWS ? rows - row : TILE_ROWS;
        for (size_t i = 0; accumulate && i < count; i++)
            memcpy(beside + i * TILE_COLUMNS, c + (row + i) * c_stride, columns * sizeof *c);
        struct matrix part = a;
        part.values += row * a.row_stride;
        multiply_rows(count, depth, part, packed, TILE_COLUMNS, beside, TILE_COLUMNS, accumulate);
        for (size_t i = 0; i < count; i++)
            memcpy(c + (row + i) * c_stride, beside + i * TILE_COLUMNS, columns * sizeof *c);
    }
}

/* c[rows][vectors] (+)= a * b for fewer vectors (a constant at every call) than a tile has. */
INLINE void multiply_narrow(size_t vectors, size_t rows, size_t depth, struct matrix a, const float *b, size_t b_stride,
                            float *c, size_t c_stride, bool accumulate)
{
    const size_t tile_rows = vectors == 1 ? 2 * TILE_ROWS : TILE_ROWS;
    for (; rows >= tile_rows; rows -= tile_rows) {
        multiply_tile(tile_rows, vectors, depth, a, b, b_stride, c, c_stride, accumulate);
        a.values += tile_rows * a.row_stride;
        c += tile_rows * c_stride;
    }
    for (; rows >= FEW_ROWS; rows -= FEW_ROWS) {
        multiply_tile(FEW_ROWS, vectors, depth, a, b, b_stride, c, c_stride, accumulate);
        a.values += FEW_ROWS * a.row_stride;
        c += FEW_ROWS * c_stride;
    }
    for (; rows > 0; rows--) {
        multiply_tile(1, vectors, depth, a, b, b_stride, c, c_stride, accumulate);
        a.values += a.row_stride;
        c += c_stride;
    }
}

/* ---- One row of a: nothing of b is used twice, so that only what its factors call for is read ---- */

/* Where a row of a is not zero, from `first` on: behind a ReLU some of it is. Returns how many. */
static size_t list_factors(size_t first, size_t end, struct matrix a, uint32_t *places)
{
    size_t count = 0;
    for (size_t k = first; k < end; k++) {
        places[count] = (uint32_t)k;
        count += a.values[k * a.column_stride] != 0;
    }
    return count;
}

/* c[panels][vectors] (constants at every call) += the rows of b that a's factors at places[count] call for. */
INLINE void add_rows(size_t panels, size_t vectors, size_t count, const uint32_t *places, struct matrix a,
                     struct panels b, float *c)
{
    vector sums[ROW_PANELS][TILE_VECTORS];
    tile_start(panels, vectors, c, TILE_COLUMNS, true, sums);
    for (size_t k = 0; k < count; k++) {
        const float *factor = a.values + places[k] * a.column_stride, *row = b.values + places[k] * b.row_stride;
        UNROLL
        for (size_t i = 0; i < panels; i++) tile_add(1, vectors, factor, 0, row + i * b.panel_stride, sums + i);
    }
    tile_end(panels, vectors, c, TILE_COLUMNS, sums);
}

/* The same for fewer floats than a vector has. */
static void add_part_rows(size_t columns, size_t count, const uint32_t *places, struct matrix a, const float *b,
                          size_t b_stride, float *c)
{
    vector sum = load_part(c, columns);
    for (size_t k = 0; k < count; k++)
        sum += splat(a.values[places[k] * a.column_stride]) * load_part(b + places[k] * b_stride, columns);
    store_part(c, sum, columns);
}

static void multiply_one_row(size_t columns, size_t depth, struct matrix a, struct panels b, float *c, bool accumulate)
{
    uint32_t places[DEPTH_BLOCK];
    if (!accumulate) memset(c, 0, columns * sizeof *c);
    for (size_t first = 0; first < depth; first += DEPTH_BLOCK) {
        const size_t count = list_factors(first, depth - first < DEPTH_BLOCK ? depth : first + DEPTH_BLOCK, a, places);
        size_t column = 0;
        struct panels rest = b;
        for (; column + ROW_PANELS * TILE_COLUMNS <= columns; column += ROW_PANELS * TILE_COLUMNS) {
            add_rows(ROW_PANELS, TILE_VECTORS, count, places, a, rest, c + column);
            rest.values += ROW_PANELS * b.panel_stride;
        }
        for (; column + TILE_COLUMNS <= columns; column += TILE_COLUMNS, rest.values += b.panel_stride)
            add_rows(1, TILE_VECTORS, count, places, a, rest, c + column);
        for (; column + VECTOR_FLOATS <= columns; column += VECTOR_FLOATS, rest.values += VECTOR_FLOATS)
            add_rows(1, 1, count, places, a, rest, c + column);
        if (column < columns) add_part_rows(columns - column, count, places, a, rest.values, b.row_stride, c + column);
    }
}

static void multiply_panels(size_t rows, size_t columns, size_t depth, struct matrix a, struct panels b, float *c,
                            size_t c_stride, int accumulate)
{
    _Static_assert(TILE_VECTORS <= 4, "one case for each number of vectors");
    if (rows == 1) {
        multiply_one_row(columns, depth, a, b, c, accumulate);
        return;
    }
    for (; columns >= TILE_COLUMNS; columns -= TILE_COLUMNS, c += TILE_COLUMNS, b.values += b.panel_stride)
        multiply_rows(rows, depth, a, b.values, b.row_stride, c, c_stride, accumulate);
    const size_t vectors = columns / VECTOR_FLOATS;
    if (vectors == 1)
        multiply_narrow(1, rows, depth, a, b.values, b.row_stride, c, c_stride, accumulate);
    else if (vectors == 2 && TILE_VECTORS > 2)
        multiply_narrow(2, rows, depth, a, b.values, b.row_stride, c, c_stride, accumulate);
    else if (vectors == 3 && TILE_VECTORS > 3)
        multiply_narrow(3 % TILE_VECTORS, rows, depth, a, b.values, b.row_stride, c, c_stride, accumulate);
}

/* One block of depth, packing panels of b as they come. */
static void multiply_block(size_t rows, size_t columns, size_t depth, struct matrix a, struct matrix b, float *c,
                           size_t c_stride, bool accumulate)
{
    float packed[DEPTH_BLOCK * TILE_COLUMNS] __attribute__((aligned(ALIGNMENT_BYTES)));
    for (size_t column = 0; column < columns; column += TILE_COLUMNS) {
        size_t panel_columns = columns - column < TILE_COLUMNS ? columns - column : TILE_COLUMNS;
        struct matrix part = b;
        part.values += column * b.column_stride;
        pack_panel(depth, panel_columns, part, packed);
        multiply_panel(rows, panel_columns, depth, a, packed, c + column, c_stride, accumulate);
    }
}

/* The same with a transposed (its columns contiguous): blocks of its rows are transposed back first, because reading
 * down its rows would meet one cache set again and again. */
static void multiply_transposed_block(size_t rows, size_t columns, size_t depth, struct matrix a, struct matrix b,
                                      float *c, size_t c_stride, bool accumulate)
{
    float transposed[ROW_BLOCK * DEPTH_BLOCK] __attribute__((aligned(ALIGNMENT_BYTES)));
    for (size_t row = 0; row < rows; row += ROW_BLOCK) {
        size_t count = rows - row < ROW_BLOCK ? rows - row : ROW_BLOCK;
        transpose(count, depth, a.values + row, a.column_stride, transposed, depth);
        multiply_block(count, columns, depth, (struct matrix){transposed, depth, 1}, b, c + row * c_stride, c_stride,
                       accumulate);
    }
}

static void multiply_transposed(size_t rows, size_t columns, size_t depth, struct matrix a, struct panels b, float *c,
                                size_t c_stride)
{
    float transposed[ROW_BLOCK * DEPTH_BLOCK] __attribute__((aligned(ALIGNMENT_BYTES)));
    for (size_t row = 0; row < rows; row += ROW_BLOCK)
        for (size_t k = 0; k < depth; k += DEPTH_BLOCK) {
            const size_t count = rows - row < ROW_BLOCK ? rows - row : ROW_BLOCK;
            const size_t block = depth - k < DEPTH_BLOCK ? depth - k : DEPTH_BLOCK;
            const struct panels part = {b.values + k * b.row_stride, b.row_stride, b.panel_stride};
            transpose(count, block, a.values + row + k * a.column_stride, a.column_stride, transposed, block);
            multiply_panels(count, columns, block, (struct matrix){transposed, block, 1}, part, c + row * c_stride,
                            c_stride, k > 0);
        }
}

static void multiply(size_t rows, size_t columns, size_t depth, struct matrix a, struct matrix b, float *c,
                     size_t c_stride, int accumulate)
{
    if (rows == 1 && b.column_stride == 1) {
        multiply_one_row(columns, depth, a, (struct panels){b.values, b.row_stride, TILE_COLUMNS}, c, accumulate);
        return;
    }
    for (size_t k = 0; k < depth; k += DEPTH_BLOCK) {
        size_t block = depth - k < DEPTH_BLOCK ? depth - k : DEPTH_BLOCK;
        struct matrix a_part = a, b_part = b;
        a_part.values += k * a.column_stride;
        b_part.values += k * b.row_stride;
        (a.column_stride == 1 ? multiply_block : multiply_transposed_block)(rows, columns, block, a_part, b_part, c,
                                                                            c_stride, accumulate || k > 0);
    }
}

#endif
