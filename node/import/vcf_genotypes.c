/* SPDX-License-Identifier: Apache-2.0 */
/* The genotypes of a line, from whatever a file has of them, and the loss of a line. */
#include <assert.h>

#include "node/import/tiers.h"
#include "node/import/vcf_inside.h"
#include "node/store/variant.h"
#include "proto/query/place.h"
#include "proto/query/ploidy.h"

bool vcf_spell(struct vcf *vcf, const struct vcf_line *line, struct vcf_line *spelled,
               struct err *err)
{
    assert(vcf && line && spelled);
    size_t size;
    char *text;

    *spelled = *line;
    if (!line->columns)
        return true;
    if (!lines_spell(vcf->lines, &text, &size, err))
        return false;
    return vcf_line_split(text, size, spelled) ||
           err_set(err, ERR_INTERNAL, "a record has no columns as text");
}

/* Takes the genotypes of a caller that writes none from what it writes instead. */
static bool spell_tiers(struct vcf *vcf, const struct vcf_line *line, struct genotypes_line *of,
                        struct err *err)
{
    struct vcf_line spelled;

    if (!vcf_spell(vcf, line, &spelled, err))
        return false;
    if (!tiers_spell(&spelled, of->n_alts, &vcf->spelled))
        return err_memory(err);
    of->columns = NULL;
    of->format = (struct text_span){TIERS_FORMAT, sizeof(TIERS_FORMAT) - 1};
    of->samples = (struct text_span){(const char *)vcf->spelled.data, vcf->spelled.size};
    return true;
}

/* Shares of reads are read from text. */
static bool spell_samples(struct vcf *vcf, const struct vcf_line *line, struct genotypes_line *of,
                          struct err *err)
{
    struct vcf_line spelled;

    if (!vcf_spell(vcf, line, &spelled, err))
        return false;
    of->columns = NULL;
    of->format = spelled.format;
    of->samples = spelled.samples;
    return true;
}

bool vcf_genotypes(struct vcf *vcf, const struct vcf_line *line, unsigned n_alts, bool lost,
                   enum genotypes_fault *fault, struct err *err)
{
    assert(vcf && line);
    struct genotypes_line of = {
        .format = line->format,
        .samples = line->samples,
        .columns = line->columns,
        .n_alts = n_alts,
        .two_copies = vcf->chromosome && ploidy_at(vcf->header.assembly, (uint8_t)vcf->chromosome,
                                                   vcf->position) == PLOIDY_TWO,
        .lost = lost};

    /* In the pseudo-autosomal regions some tools write one copy and some two. */
    of.two_copies &= vcf->chromosome < 23;
    of.fractions = !lost && (vcf->somatic || vcf->chromosome == CHROMOSOME_MT);
    if (tiers_has(line->format) && !spell_tiers(vcf, line, &of, err))
        return false;
    if (of.fractions && of.columns && !spell_samples(vcf, line, &of, err))
        return false;
    *fault = genotypes_read(vcf->genotypes, &of);
    if (*fault == GENOTYPES_MEMORY)
        return err_memory(err);
    vcf->genotyped |= *fault == GENOTYPES_OK;
    if (vcf->roles.pair && *fault == GENOTYPES_OK &&
        sample_origin_line(line->info.text, line->info.length))
        role_check_line(&vcf->roles, vcf->genotypes, n_alts, lost);
    vcf->lacks |= *fault == GENOTYPES_NO_GT;
    if (*fault == GENOTYPES_COLUMNS && lines_unfinished(vcf->lines))
        return err_set(err, ERR_INVALID,
                       "the file ends within line %llu: it was cut off; copy it again",
                       (unsigned long long)lines_number(vcf->lines));
    return true;
}

static unsigned count_alts(struct text_span alt)
{
    unsigned n = 1;

    for (size_t i = 0; i < alt.length; i++)
        n += alt.text[i] == ',';
    return n;
}

bool vcf_lose(struct vcf *vcf, const struct vcf_line *line, const struct loss_place *place,
              enum gap_reason reason, struct err *err)
{
    assert(vcf && line);
    struct stream_loss *loss = &vcf->closing.loss;
    enum genotypes_fault fault;
    uint32_t seen, ignored;

    loss->records_lost++;
    if (!vcf_genotypes(vcf, line, count_alts(line->alt), true, &fault, err))
        return false;
    genotypes_carriers(vcf->genotypes, &seen, &ignored);
    loss->carriers += seen;
    loss->carriers_lost += seen;
    if (fault != GENOTYPES_OK)
        return loss_everybody(vcf->loss, place, reason, true, err);
    return loss_line(vcf->loss, place, vcf->genotypes, reason, err);
}
