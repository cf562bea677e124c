/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/variant.h"

#include <sodium.h>
#include <string.h>

#define INLINE_BASES_MAX 10
#define HASH_BITS 28
#define PLACELESS_BITS 58

static const char letters[] = "ACGT";

/* The two bits of a base, or -1. */
static int base_bits(char base)
{
    const char *at = base ? strchr(letters, base) : NULL;

    return at ? (int)(at - letters) : -1;
}

/* The length, when it is 1..INLINE_BASES_MAX - 1 bases of ACGT; else 0. */
static size_t short_length(const char *bases)
{
    size_t n = 0;

    while (bases[n]) {
        if (n == INLINE_BASES_MAX - 1 || base_bits(bases[n]) < 0)
            return 0;
        n++;
    }
    return n;
}

bool variant_is_short(const struct variant *variant)
{
    size_t ref = short_length(variant->ref);
    size_t alt = short_length(variant->alt);

    return variant->chromosome != CHROMOSOME_NONE && ref && alt && ref + alt <= INLINE_BASES_MAX;
}

static uint64_t inline_code(const struct variant *variant)
{
    size_t ref = short_length(variant->ref);
    size_t alt = short_length(variant->alt);
    uint64_t code = (uint64_t)ref << 24 | (uint64_t)alt << 20;

    for (size_t i = 0; i < ref + alt; i++) {
        char base = i < ref ? variant->ref[i] : variant->alt[i - ref];

        code |= (uint64_t)base_bits(base) << (18 - 2 * i);
    }
    return code;
}

static uint64_t hash_of(const struct variant *variant, uint8_t salt)
{
    crypto_generichash_state state;
    uint8_t key[crypto_generichash_KEYBYTES_MIN] = {salt};
    uint8_t hash[crypto_generichash_BYTES_MIN];
    uint64_t value = 0;

    crypto_generichash_init(&state, key, sizeof(key), sizeof(hash));
    crypto_generichash_update(&state, (const uint8_t *)variant->ref, strlen(variant->ref) + 1);
    crypto_generichash_update(&state, (const uint8_t *)variant->alt, strlen(variant->alt));
    crypto_generichash_final(&state, hash, sizeof(hash));
    for (int i = 0; i < 8; i++)
        value = value << 8 | hash[i];
    return value;
}

static bool in_range(const struct variant *variant, struct err *err)
{
    bool placeless = variant->chromosome == CHROMOSOME_NONE;

    if (!placeless && (variant->chromosome < 1 || variant->chromosome > CHROMOSOME_MT))
        return err_set(err, ERR_INVALID, "a chromosome is 1 to 25");
    if (!placeless && variant->assembly != VARIANT_GRCH37 && variant->assembly != VARIANT_GRCH38)
        return err_set(err, ERR_INVALID, "an assembly is GRCh37 or GRCh38");
    if (!placeless && (variant->position < 1 || variant->position > VARIANT_POSITION_MAX))
        return err_set(err, ERR_INVALID, "a position is 1 to %u", VARIANT_POSITION_MAX);
    if (strlen(variant->ref) > VARIANT_ALLELE_BYTES_MAX ||
        strlen(variant->alt) > VARIANT_ALLELE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "an allele has at most %d bytes",
                       VARIANT_ALLELE_BYTES_MAX);
    if (!variant->ref[0] || !variant->alt[0])
        return err_set(err, ERR_INVALID, "an allele is empty");
    return true;
}

bool variant_pack(const struct variant *variant, unsigned tag, uint64_t *vid, struct err *err)
{
    if (!in_range(variant, err))
        return false;
    if (variant->chromosome == CHROMOSOME_NONE) {
        *vid = (uint64_t)CHROMOSOME_NONE << PLACELESS_BITS |
               (hash_of(variant, (uint8_t)tag) & ((UINT64_C(1) << PLACELESS_BITS) - 1));
        return true;
    }
    *vid = variant_floor(variant->assembly, variant->chromosome, variant->position);
    if (variant_is_short(variant)) {
        *vid |= inline_code(variant);
        return true;
    }
    if (tag < 1 || tag >= VARIANT_TAGS)
        return err_set(err, ERR_INVALID, "a long allele has tag 1 to 3");
    *vid |= (uint64_t)tag << HASH_BITS |
            (hash_of(variant, (uint8_t)tag) & ((UINT64_C(1) << HASH_BITS) - 1));
    return true;
}

bool variant_unpack(uint64_t vid, struct variant *out, char bases[static VARIANT_BASES_BYTES])
{
    size_t ref = vid >> 24 & 15;
    size_t alt = vid >> 20 & 15;
    struct variant variant = {.assembly = vid_assembly(vid),
                              .chromosome = vid_chromosome(vid),
                              .position = vid_position(vid)};

    if (variant.chromosome == CHROMOSOME_NONE)
        variant = (struct variant){.chromosome = CHROMOSOME_NONE};
    if (variant.chromosome == CHROMOSOME_NONE || vid_tag(vid) != 0) {
        *out = variant;
        return true;
    }
    if (ref < 1 || alt < 1 || ref + alt > INLINE_BASES_MAX)
        return false;
    for (size_t i = 0; i < ref + alt; i++)
        bases[i < ref ? i : i + 1] = letters[vid >> (18 - 2 * i) & 3];
    bases[ref] = 0;
    bases[ref + 1 + alt] = 0;
    variant.ref = bases;
    variant.alt = bases + ref + 1;
    *out = variant;
    return true;
}

uint64_t variant_floor(uint8_t assembly, uint8_t chromosome, uint32_t position)
{
    /* added, not ORed, so that one past the last position is the start of the next chromosome */
    return ((uint64_t)(assembly == VARIANT_GRCH38) << 63) + ((uint64_t)chromosome << 58) +
           ((uint64_t)position << 30);
}

bool variant_may_shift(const struct variant *variant)
{
    size_t ref = strlen(variant->ref), alt = strlen(variant->alt);

    return ref != alt && variant->position > 1 && variant->ref[ref - 1] == variant->alt[alt - 1];
}

bool variant_is_indel(const struct variant *variant)
{
    size_t ref = strlen(variant->ref), alt = strlen(variant->alt);

    return ref != alt && (ref == 1 || alt == 1) &&
           (*variant->ref == *variant->alt || variant->ref[ref - 1] == variant->alt[alt - 1]);
}

bool variant_is_exchange(const struct variant *variant)
{
    return (variant->ref[1] || variant->alt[1]) && !variant_is_indel(variant) &&
           variant->alt[0] != '<';
}

const char *variant_indel_bases(const struct variant *variant, size_t *n)
{
    size_t ref = strlen(variant->ref), alt = strlen(variant->alt);

    *n = (ref > alt ? ref : alt) - 1;
    return (ref > alt ? variant->ref : variant->alt) + (*variant->ref == *variant->alt);
}

bool variant_may_equal(const struct variant *a, const struct variant *b)
{
    size_t a_ref = strlen(a->ref), a_alt = strlen(a->alt), n, m;
    size_t b_ref = strlen(b->ref), b_alt = strlen(b->alt);
    const char *x, *y;

    if (a_ref + b_alt != a_alt + b_ref || a_ref == a_alt)
        return false;
    if ((a_ref > 1 && a_alt > 1) || (b_ref > 1 && b_alt > 1))
        return true; /* bases are replaced too, so it cannot be decided */
    x = variant_indel_bases(a, &n);
    y = variant_indel_bases(b, &m);
    for (size_t shift = 0; shift < n; shift++)
        if (memcmp(x + shift, y, n - shift) == 0 && memcmp(x, y + n - shift, shift) == 0)
            return true;
    return false;
}
