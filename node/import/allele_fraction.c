/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/allele_fraction.h"

#include <assert.h>

#include "node/store/fraction.h"

#define DIGITS_FULL UINT64_C(10000000000000000) /* 17 digits of a decimal count; others are cut */
#define EXPONENT_ENOUGH 30                      /* 1e-30 is nothing */
#define NANO_DIGITS 9                           /* FRACTION_ONE is 1e9 */
#define READS_MAX 100000000

/* A decimal of 0 or more: digits that count, as a whole number, times ten to some power. */
struct decimal {
    uint64_t digits;
    int power;
};

static bool is_digit(const char *p, const char *end)
{
    return p < end && *p >= '0' && *p <= '9';
}

/* Adds the digits at *p; shift: what each of them makes of the power. False when there is none. */
static bool take_digits(const char **p, const char *end, int shift, struct decimal *decimal)
{
    const char *start = *p;

    for (; is_digit(*p, end); (*p)++) {
        if (decimal->digits >= DIGITS_FULL) {
            decimal->power += shift ? 0 : 1;
            continue;
        }
        decimal->digits = decimal->digits * 10 + (uint64_t)(**p - '0');
        decimal->power += shift;
    }
    return *p != start;
}

static bool take_exponent(const char **p, const char *end, struct decimal *decimal)
{
    bool minus = false;
    int exponent = 0;

    if (*p == end || (**p != 'e' && **p != 'E'))
        return true;
    (*p)++;
    if (*p < end && (**p == '-' || **p == '+'))
        minus = *(*p)++ == '-';
    if (!is_digit(*p, end))
        return false;
    for (; is_digit(*p, end); (*p)++)
        exponent = exponent < EXPONENT_ENOUGH ? exponent * 10 + (**p - '0') : exponent;
    decimal->power += minus ? -exponent : exponent;
    return true;
}

static bool read_decimal(struct text_span text, struct decimal *decimal)
{
    const char *p = text.text, *end;

    *decimal = (struct decimal){0};
    if (!text.length)
        return false;
    end = p + text.length;
    if (!take_digits(&p, end, 0, decimal))
        return false;
    if (p < end && *p == '.' && (p++, !take_digits(&p, end, -1, decimal)))
        return false;
    return take_exponent(&p, end, decimal) && p == end;
}

/* The step of digits times ten to the power, which is in 1e-9; unknown when it is above 1. */
static uint8_t code_of(struct decimal decimal)
{
    uint64_t nano = decimal.digits;

    for (; decimal.power < 0 && nano; decimal.power++)
        nano /= 10;
    for (; decimal.power > 0 && nano; decimal.power--) {
        if (nano > (uint64_t)FRACTION_ONE)
            return FRACTION_UNKNOWN;
        nano *= 10;
    }
    return nano > (uint64_t)FRACTION_ONE ? FRACTION_UNKNOWN : fraction_code((int64_t)nano);
}

/* The item of a list, and how many it has. */
static struct text_span item_of(struct text_span list, unsigned item, unsigned *n)
{
    struct text_span found = {0};
    size_t start = 0;

    *n = 0;
    for (size_t i = 0; i <= list.length; i++) {
        if (i < list.length && list.text[i] != ',')
            continue;
        if ((*n)++ == item)
            found = (struct text_span){list.text + start, i - start};
        start = i + 1;
    }
    return found;
}

static uint8_t of_af(struct text_span value, unsigned n_alts, unsigned alt)
{
    unsigned n;
    struct text_span item = item_of(value, alt, &n);
    struct decimal decimal;

    if (n != n_alts || !read_decimal(item, &decimal))
        return FRACTION_UNKNOWN;
    decimal.power += NANO_DIGITS;
    return code_of(decimal);
}

static uint8_t of_freq(struct text_span value, unsigned n_alts)
{
    struct decimal decimal;

    if (n_alts != 1 || !value.length || value.text[value.length - 1] != '%')
        return FRACTION_UNKNOWN;
    value.length--;
    if (!read_decimal(value, &decimal))
        return FRACTION_UNKNOWN;
    decimal.power += NANO_DIGITS - 2;
    return code_of(decimal);
}

static bool read_reads(struct text_span text, uint64_t *reads)
{
    *reads = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.text[i] < '0' || text.text[i] > '9')
            return false;
        *reads = *reads * 10 + (uint64_t)(text.text[i] - '0');
        if (*reads > READS_MAX)
            return false;
    }
    return text.length > 0;
}

static uint8_t of_ad(struct text_span value, unsigned n_alts, unsigned alt)
{
    uint64_t reads, sum = 0, with = 0;
    unsigned n = n_alts + 1;

    for (unsigned i = 0; i < n_alts + 1; i++) {
        if (!read_reads(item_of(value, i, &n), &reads) || n != n_alts + 1)
            return FRACTION_UNKNOWN;
        sum += reads;
        with = i == alt + 1 ? reads : with;
    }
    return sum ? fraction_code((int64_t)(with * (uint64_t)FRACTION_ONE / sum)) : FRACTION_UNKNOWN;
}

enum vcf_field allele_fraction_field(const struct vcf_fields *fields)
{
    static const enum vcf_field order[] = {FIELD_READS_AF, FIELD_FREQ, FIELD_AD};

    assert(fields);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (fields->has[order[i]])
            return order[i];
    return VCF_FIELDS;
}

uint8_t allele_fraction(enum vcf_field field, struct text_span value, unsigned n_alts, unsigned alt)
{
    assert(alt < n_alts);
    if (!value.length) /* the column does not have it */
        return FRACTION_UNKNOWN;
    switch (field) {
    case FIELD_READS_AF:
        return of_af(value, n_alts, alt);
    case FIELD_FREQ:
        return of_freq(value, n_alts);
    case FIELD_AD:
        return of_ad(value, n_alts, alt);
    default:
        return FRACTION_UNKNOWN;
    }
}
