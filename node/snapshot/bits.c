#include "node/snapshot/bits.h"

#include <string.h>

/* clang 14 has no target_clones for these; there the plain build is used. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_CPU                                                                               \
    __attribute__((target_clones("arch=icelake-server", "avx2", "popcnt", "default")))
#else
#define FOR_EACH_CPU
#endif

static inline uint64_t word_at(const uint8_t *bytes, size_t i)
{
    uint64_t word;

    memcpy(&word, bytes + 8 * i, sizeof(word));
    return word;
}

FOR_EACH_CPU uint32_t bits_count(const uint64_t *words, size_t n_words)
{
    uint64_t n = 0;

    for (size_t i = 0; i < n_words; i++)
        n += (uint64_t)__builtin_popcountll(words[i]);
    return (uint32_t)n;
}

FOR_EACH_CPU uint32_t bits_count_and(const uint8_t *bytes, const uint64_t *cohort, size_t n_words)
{
    uint64_t n = 0;

    for (size_t i = 0; i < n_words; i++)
        n += (uint64_t)__builtin_popcountll(word_at(bytes, i) & cohort[i]);
    return (uint32_t)n;
}

FOR_EACH_CPU void bits_or(uint64_t *words, const uint8_t *bytes, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++)
        words[i] |= word_at(bytes, i);
}

FOR_EACH_CPU void bits_clear(uint64_t *words, const uint8_t *bytes, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++)
        words[i] &= ~word_at(bytes, i);
}

bool bits_cover(const uint64_t *words, const uint64_t *until, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++)
        if (until[i] & ~words[i])
            return false;
    return true;
}
