/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A structural variant of a line and its carriers. How many copies there are differs by sample, so
 * carriers of different numbers carry different variants.
 */
#include <assert.h>
#include <string.h>

#include "node/import/vcf_column.h"
#include "node/import/vcf_inside.h"
#include "proto/query/place.h"
#include "proto/query/sv_type.h"

#define AUTOSOMES 22

static uint16_t copies_in(struct text_span value)
{
    uint32_t copies;

    return vcf_column_number(value, &copies) && copies <= STRUCTURAL_COPIES_MAX
               ? (uint16_t)copies
               : STRUCTURAL_COPIES_UNKNOWN;
}

/* Lists who carries the line's ALT; returns how many. */
static size_t list_carriers(struct vcf *vcf)
{
    struct stream_site site = {0};
    int64_t sample = -1;
    enum call_code code;
    size_t at = 0, n = 0;

    site.calls = genotypes_calls(vcf->genotypes, 0, &site.calls_size);
    while (at < site.calls_size && stream_call_next(&site, &at, &sample, &code))
        if (code != CALL_NONE)
            vcf->carriers[n++] = (struct vcf_carrier){(uint32_t)sample, STRUCTURAL_COPIES_UNKNOWN,
                                                      (uint8_t)code, false};
    return n;
}

/* Reads CN, where FORMAT has it. */
static bool read_copies(struct vcf *vcf, const struct vcf_line *line, struct vcf_carrier *carriers,
                        size_t n, struct err *err)
{
    struct text_span values[VCF_FIELDS];
    struct vcf_line spelled;
    struct vcf_fields fields;
    const char *p, *end;
    size_t at = 0;

    if (!vcf_spell(vcf, line, &spelled, err))
        return false;
    vcf_fields_find(spelled.format.text, spelled.format.length, 1u << FIELD_CN, &fields);
    if (!fields.has[FIELD_CN] || fields.twice)
        return true;
    p = spelled.samples.text;
    end = p + spelled.samples.length;
    for (uint32_t sample = 0; at < n && p <= end; sample++) {
        p = vcf_column_split(&fields, p, end, values) + 1;
        if (carriers[at].sample == sample)
            carriers[at++].copies = copies_in(values[FIELD_CN]);
    }
    return true;
}

/* More or fewer copies than usual: on autosomes than two. False where they are as many. */
static bool settle_type(const struct vcf *vcf, struct structural *variant)
{
    if (variant->type != SV_CNV || variant->copies == STRUCTURAL_COPIES_UNKNOWN)
        return true;
    if (vcf->chromosome <= AUTOSOMES && variant->copies == 2)
        return false;
    if (variant->copies == 0 || (vcf->chromosome <= AUTOSOMES && variant->copies == 1))
        variant->type = SV_DEL;
    else if (variant->copies > 2)
        variant->type = SV_DUP;
    return true;
}

/* Puts the carriers with as many copies as the one at number `from`. */
static bool put_alike(struct vcf *vcf, const struct structural *line, size_t from, size_t n,
                      bool *counted, struct err *err)
{
    struct vcf_carrier *carriers = vcf->carriers;
    struct stream_structural item = {.chromosome = (uint8_t)vcf->chromosome, .variant = *line};
    int64_t previous = -1;

    item.variant.copies = carriers[from].copies;
    for (size_t i = from; i < n; i++) {
        if (carriers[i].put || carriers[i].copies != item.variant.copies)
            continue;
        carriers[i].put = true;
        item.calls_size += stream_call_write(vcf->carrier_calls + item.calls_size, previous,
                                             carriers[i].sample, (enum call_code)carriers[i].code);
        previous = carriers[i].sample;
    }
    if (!settle_type(vcf, &item.variant))
        return true;
    item.calls = vcf->carrier_calls;
    item.uncounted = *counted;
    *counted = true;
    return stream_put_structural(vcf->job->out, &item, err);
}

static bool put_all(struct vcf *vcf, const struct vcf_line *line, const struct structural *variant,
                    bool counted, struct err *err)
{
    struct stream_structural none = {.chromosome = (uint8_t)vcf->chromosome, .variant = *variant};
    size_t n = list_carriers(vcf);

    if (n && !read_copies(vcf, line, vcf->carriers, n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!vcf->carriers[i].put && !put_alike(vcf, variant, i, n, &counted, err))
            return false;
    return counted || stream_put_structural(vcf->job->out, &none, err);
}

bool vcf_structural_symbol(struct vcf *vcf, const struct vcf_line *line,
                           const struct loss_place *place, bool *taken, struct err *err)
{
    assert(vcf && line && place && taken);
    uint32_t length = place_chromosome_length(vcf->header.assembly, vcf->chromosome);
    enum genotypes_fault fault;
    struct structural variant;
    uint32_t seen, ignored;

    *taken = false;
    if (!sv_line_read(line, vcf->position, length, &variant))
        return true;
    if (!vcf_genotypes(vcf, line, 1, false, &fault, err))
        return false;
    if (fault != GENOTYPES_OK)
        return true;
    if (!put_all(vcf, line, &variant, false, err) || !vcf_lose(vcf, line, place, GAP_CALLED, err))
        return false;
    *taken = true;
    vcf->structural++;
    genotypes_carriers(vcf->genotypes, &seen, &ignored);
    vcf->closing.loss.records_lost--; /* nothing of it is lost */
    vcf->closing.loss.carriers_lost -= seen;
    return true;
}

bool vcf_structural_bases(struct vcf *vcf, const struct vcf_line *line, struct err *err)
{
    assert(vcf && line);
    uint32_t length = place_chromosome_length(vcf->header.assembly, vcf->chromosome);
    struct structural variant;

    return !sv_line_told(line) || !sv_line_read(line, vcf->position, length, &variant) ||
           put_all(vcf, line, &variant, true, err);
}
