/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stream of a release is ChaCha20 under BLAKE2b(K_noise, "rikstal-noise-v1" noise_key), and
 * each cell has a fixed place in it: cell i uses bytes 16 i .. 16 i + 15. So neither the number of
 * cells nor the order of evaluation changes the noise of a cell.
 */
#include "node/privacy/noise.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "node/privacy/cells_inside.h"
#include "node/privacy/noise_table.h"

#define NOISE_DOMAIN "rikstal-noise-v1"
#define CELL_BYTES 16
#define BATCH_CELLS 64 /* a multiple of the 4 cells in a block of ChaCha20 */
#define BLOCK_BYTES 64

struct noise {
    uint8_t key[NOISE_KEY_BYTES];
};

bool noise_new(const uint8_t key[static NOISE_KEY_BYTES], struct noise **out, struct err *err)
{
    struct noise *noise = sodium_malloc(sizeof(*noise));

    if (!noise)
        return err_set(err, ERR_INTERNAL, "no locked memory for the noise key");
    memcpy(noise->key, key, NOISE_KEY_BYTES);
    *out = noise;
    return true;
}

void noise_free(struct noise *noise)
{
    sodium_free(noise); /* wipes */
}

static void stream_key(const struct noise *noise, const uint8_t noise_key[static 32],
                       uint8_t key[static crypto_stream_chacha20_ietf_KEYBYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, noise->key, NOISE_KEY_BYTES,
                            crypto_stream_chacha20_ietf_KEYBYTES);
    crypto_generichash_update(&state, (const uint8_t *)NOISE_DOMAIN, sizeof(NOISE_DOMAIN) - 1);
    crypto_generichash_update(&state, noise_key, 32);
    crypto_generichash_final(&state, key, crypto_stream_chacha20_ietf_KEYBYTES);
    sodium_memzero(&state, sizeof(state));
}

static uint64_t load_u64(const uint8_t *bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

/*
 * Adds modulo 2^64: this cannot overflow, needs no branch on the value, and is the arithmetic of
 * masks.
 */
static int64_t noised(int64_t value, int32_t noise)
{
    return (int64_t)((uint64_t)value + (uint64_t)(int64_t)noise);
}

/* What the cells of a release are noised by: a table for each grade. */
struct draw_tables {
    const struct measure *measure;
    const struct noise_table *table[MEASURE_GRADES];
};

static bool tables_find(const struct noise_draw *draw, const struct measure *measure,
                        struct draw_tables *out, struct err *err)
{
    out->measure = measure;
    for (int grade = 0; grade < MEASURE_GRADES; grade++) {
        uint32_t sigma = measure_sigma(measure, draw->sigma, (enum measure_grade)grade);

        out->table[grade] = noise_table_find(sigma, draw->shares);
        if (!out->table[grade])
            return err_set(err, ERR_INTERNAL, "no noise table for sigma %u in %u shares", sigma,
                           draw->shares);
    }
    return true;
}

/* Opens the n cells from number `at` on. Which table a cell has follows from the question alone. */
static void open_batch(const struct draw_tables *tables, size_t at, const uint8_t *stream,
                       const int64_t *value, int64_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint8_t *bits = stream + i * CELL_BYTES;
        enum measure_grade grade = measure_cell_grade(tables->measure, (uint32_t)(at + i));

        out[at + i] = noised(value[at + i], noise_table_sample(tables->table[grade], load_u64(bits),
                                                               load_u64(bits + 8)));
    }
}

bool noise_open(const struct noise *noise, const struct noise_draw *draw,
                const struct measure *measure, const struct cells *cells, int64_t *out,
                struct err *err)
{
    assert(draw && measure && cells);
    static const uint8_t zero[BATCH_CELLS * CELL_BYTES];
    static const uint8_t nonce[crypto_stream_chacha20_ietf_NONCEBYTES];
    struct draw_tables tables;
    uint8_t key[crypto_stream_chacha20_ietf_KEYBYTES];
    uint8_t stream[BATCH_CELLS * CELL_BYTES];

    if (cells->n != measure->n_cells || !measure_is_declared(measure))
        return err_set(err, ERR_INTERNAL, "the cells are not those that the measure declares");
    if (!tables_find(draw, measure, &tables, err))
        return false;
    stream_key(noise, draw->noise_key, key);
    for (size_t at = 0; at < cells->n; at += BATCH_CELLS) {
        size_t n = cells->n - at < BATCH_CELLS ? cells->n - at : BATCH_CELLS;
        uint32_t block = (uint32_t)(at * CELL_BYTES / BLOCK_BYTES);

        crypto_stream_chacha20_ietf_xor_ic(stream, zero, sizeof(stream), nonce, block, key);
        open_batch(&tables, at, stream, cells->value, out, n);
    }
    sodium_memzero(key, sizeof(key));
    sodium_memzero(stream, sizeof(stream));
    return true;
}
