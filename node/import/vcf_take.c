/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line: its alleles become variants, or are lost, and what is lost leaves a gap behind. A line
 * that is not taken is read all the same, because whose genotype there is not the reference decides
 * whom the loss concerns.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/extent.h"
#include "node/import/vcf_inside.h"
#include "node/store/variant.h"
#include "node/terms/alleles.h"
#include "proto/query/place.h"

/* A line in hand. */
struct take {
    struct vcf *vcf;
    const struct vcf_line *line;
    struct vcf_alts *alts;
    struct loss_place place; /* of which the line speaks */
    struct loss_place lost;  /* of which nothing is known where it is lost */
    unsigned offered;
    bool spanned; /* an allele that is stored meets all bases of REF */
    bool bases;   /* REF is spelled in bases */
    struct err *err;
};

bool vcf_judge_reference(struct vcf *vcf, struct err *err)
{
    assert(vcf);
    struct assembly_evidence evidence = {0};

    if (vcf->header.assembly == ASSEMBLY_GRCH37)
        evidence.bases37 = vcf->bases;
    else
        evidence.bases38 = vcf->bases;
    return assembly_judge(&evidence, vcf->header.assembly, err);
}

bool vcf_reject(struct vcf *vcf, enum reject_code code, const char *field, uint64_t units,
                struct err *err)
{
    assert(vcf);
    struct stream_reject item = {
        .line = lines_number(vcf->lines), .record = vcf->records, .field = field, .code = code};

    if (!reject_is_warning(code))
        vcf->closing.rejected += units;
    for (uint64_t i = 0; i < (reject_is_warning(code) ? 1 : units); i++)
        if (!stream_put_reject(vcf->job->out, &item, err))
            return false;
    return true;
}

/* ---- where --------------------------------------------------------------------------------------
 */

static struct allele allele_in_hand(const struct vcf *vcf)
{
    return (struct allele){.chromosome = (unsigned)vcf->chromosome,
                           .position = vcf->position,
                           .ref = vcf->ref,
                           .alt = vcf->alt};
}

static uint32_t unaligned(uint32_t start)
{
    return start > VCF_UNALIGNED_REACH ? start - VCF_UNALIGNED_REACH : 1;
}

/* Extends the place to the left, as far as this allele may really begin when it is an indel. */
static void reach_left(const struct vcf *vcf, const struct vcf_line *line, struct text_span alt,
                       struct loss_place *place)
{
    struct allele allele = allele_in_hand(vcf);
    uint32_t start;

    if (line->ref.length == alt.length) /* no indel */
        return;
    if (allele_set(&allele, line->ref.text, line->ref.length, alt.text, alt.length) != ALLELE_OK)
        return;
    if (allele_normalise(&allele, vcf->fasta) == ALLELE_REFERENCE)
        return;
    start = allele.position;
    if (allele_may_shift(&allele))
        start = unaligned(start);
    if (start < place->start)
        place->start = start;
}

/* What may be an indel has two bases at least from its start on (node/store/gap.h). */
static struct loss_place two_bases(const struct vcf *vcf, struct loss_place place, uint32_t start)
{
    if (place.end == start &&
        place.end < place_chromosome_length(vcf->header.assembly, vcf->chromosome))
        place.end++;
    return place;
}

/* The stretch that is lost when the line is lost. */
static struct loss_place place_of(const struct vcf *vcf, const struct vcf_line *line,
                                  const struct vcf_alts *alts, bool bases)
{
    uint32_t length = place_chromosome_length(vcf->header.assembly, vcf->chromosome);
    struct extent extent = extent_of(line, vcf->position, length);
    struct loss_place place = {(uint8_t)vcf->chromosome, extent.start, extent.end};
    bool unread = false; /* REF or ALT: it may have been an indel */

    for (unsigned i = 0; i < alts->n; i++) {
        unread |= alts->classes[i] == ALLELE_BAD || (!bases && alts->classes[i] == ALLELE_BASES);
        if (bases && alts->classes[i] == ALLELE_BASES)
            reach_left(vcf, line, alts->items[i], &place);
    }
    if (!unread)
        return place;
    if (unaligned(extent.start) < place.start)
        place.start = unaligned(extent.start);
    return two_bases(vcf, place, extent.start);
}

/* Has the line an allele that may be more than an exchange of a single base? */
static bool may_be_indel(const struct vcf_alts *alts, bool bases)
{
    if (!bases || alts->n == GENOTYPES_ALTS_MAX)
        return true;
    for (unsigned i = 0; i < alts->n; i++)
        if (alts->classes[i] != ALLELE_NONE && alts->classes[i] != ALLELE_STAR &&
            alts->classes[i] != ALLELE_ANY &&
            (alts->classes[i] != ALLELE_BASES || alts->items[i].length > 1))
            return true;
    return false;
}

static struct loss_place lost_of(const struct vcf *vcf, struct loss_place place, bool indel)
{
    return indel ? two_bases(vcf, place, place.start) : place;
}

/* The other ends of breakends: a point each, with the width of the first. */
static bool lose_mates(struct vcf *vcf, const struct vcf_line *line, const struct vcf_alts *alts,
                       struct err *err)
{
    struct text_span contig_name;
    uint32_t position;

    for (unsigned i = 0; i <= alts->n; i++) {
        struct contig contig;
        struct loss_place place;
        uint32_t length;

        if (!(i < alts->n ? extent_mate(alts->items[i], &contig_name, &position)
                          : extent_other(line, &contig_name, &position)))
            continue;
        contig = contig_of(contig_name.text, contig_name.length);
        length = place_chromosome_length(vcf->header.assembly, contig.chromosome);
        if (contig.kind != CONTIG_CHROMOSOME || !length || position > length)
            continue;
        place = (struct loss_place){(uint8_t)contig.chromosome, position, position};
        if (!loss_line(vcf->loss, &place, vcf->genotypes, GAP_STRUCTURAL, err))
            return false;
    }
    return true;
}

/* The first GENOTYPES_ALTS_MAX of them. */
static void split_alts(struct text_span column, struct vcf_alts *alts)
{
    const char *start = column.text, *end = column.text + column.length;

    alts->n = 0;
    alts->n_bases = 0;
    for (const char *p = start; p <= end && alts->n < GENOTYPES_ALTS_MAX; p++) {
        if (p < end && *p != ',')
            continue;
        alts->items[alts->n] = (struct text_span){start, (size_t)(p - start)};
        alts->classes[alts->n] = allele_class(start, (size_t)(p - start));
        alts->n_bases += alts->classes[alts->n] == ALLELE_BASES;
        alts->n++;
        start = p + 1;
    }
}

/* ---- one allele of a line whose genotypes were read ---------------------------------------------
 */

/* Gives a gap to the carriers of this allele and to those who may carry it. */
static bool lose_alt(struct take *take, unsigned alt, enum gap_reason reason)
{
    struct stream_site site = {0};
    bool any = take->alts->classes[alt] != ALLELE_BASES || take->alts->items[alt].length > 1;
    struct loss_place lost = lost_of(take->vcf, take->lost, any);

    site.calls = genotypes_calls(take->vcf->genotypes, alt, &site.calls_size);
    return loss_calls(take->vcf->loss, &lost, &site, reason, take->err);
}

static bool reject_alt(struct take *take, unsigned alt, enum reject_code code)
{
    return vcf_reject(take->vcf, code, "ALT", 1, take->err) && lose_alt(take, alt, GAP_REFUSED);
}

/* Is there a reference that has the chromosome? */
static bool is_aligned(const struct vcf *vcf)
{
    return vcf->fasta && fasta_length(vcf->fasta, (unsigned)vcf->chromosome);
}

/* Does the allele, trimmed and shifted as it is stored, meet all bases of REF? */
static bool spans(const struct take *take, const struct allele *allele)
{
    uint64_t position = take->vcf->position;

    return allele->position <= position &&
           allele->position + (uint64_t)allele->ref_length >= position + take->line->ref.length;
}

static bool offer(struct take *take, const struct allele *allele, unsigned alt)
{
    struct vcf *vcf = take->vcf;
    struct stream_site site = {.chromosome = (uint8_t)allele->chromosome,
                               .position = allele->position,
                               .ref = allele->ref,
                               .alt = allele->alt};
    bool merged;

    annotation_site(vcf->annotation, alt, &site);
    site.calls = genotypes_calls(vcf->genotypes, alt, &site.calls_size);
    site.fractions = genotypes_fractions(vcf->genotypes, alt, &site.fractions_size);
    if (!site_window_add(vcf->sites, &site, &merged, take->err))
        return false;
    vcf->closing.filtered[FILTER_DUPLICATE] += merged;
    vcf->closing.loss.unaligned += !is_aligned(vcf) && allele_may_shift(allele);
    take->offered++;
    take->spanned |= spans(take, allele);
    return true;
}

static bool take_bases(struct take *take, unsigned i)
{
    const struct vcf_line *line = take->line;
    struct allele allele = allele_in_hand(take->vcf);
    enum allele_fault fault = allele_set(&allele, line->ref.text, line->ref.length,
                                         take->alts->items[i].text, take->alts->items[i].length);

    if (fault == ALLELE_OK)
        fault = allele_normalise(&allele, take->vcf->fasta);
    switch (fault) {
    case ALLELE_OK:
        return offer(take, &allele, i);
    case ALLELE_SAME:
        return reject_alt(take, i, REJECT_VCF_ALLELE);
    case ALLELE_LONG:
        return reject_alt(take, i, REJECT_VCF_ALLELE_LENGTH);
    case ALLELE_SHIFT:
        return reject_alt(take, i, REJECT_VCF_SHIFT);
    case ALLELE_REFERENCE:
        break;
    }
    return reject_alt(take, i, REJECT_VCF_REFERENCE);
}

static bool filter_alt(struct take *take, unsigned i, enum filter_reason filter,
                       enum gap_reason reason)
{
    take->vcf->closing.filtered[filter]++;
    return lose_alt(take, i, reason);
}

static bool take_alt(struct take *take, unsigned i)
{
    switch (take->alts->classes[i]) {
    case ALLELE_BASES:
        return take_bases(take, i);
    case ALLELE_SYMBOLIC:
        return filter_alt(take, i, FILTER_SYMBOLIC, GAP_STRUCTURAL);
    case ALLELE_BREAKEND:
        return filter_alt(take, i, FILTER_BREAKEND, GAP_STRUCTURAL);
    case ALLELE_ANY:
        return filter_alt(take, i, FILTER_SYMBOLIC, GAP_REFUSED);
    case ALLELE_STAR: /* the line of the deletion upstream tells of it */
        take->vcf->closing.filtered[FILTER_STAR]++;
        return true;
    case ALLELE_NONE: /* beside others it has a number, which a genotype may name */
        if (take->alts->n > 1)
            return filter_alt(take, i, FILTER_NO_ALT, GAP_REFUSED);
        take->vcf->closing.filtered[FILTER_NO_ALT]++;
        return true;
    case ALLELE_BAD:
        break;
    }
    return reject_alt(take, i, REJECT_VCF_ALLELE);
}

/* ---- one line -----------------------------------------------------------------------------------
 */

static bool warn(struct vcf *vcf, struct err *err)
{
    struct annotation_warning warning;

    while (annotation_warning_next(vcf->annotation, &warning))
        if (!vcf_reject(vcf, warning.code, warning.field, 1, err))
            return false;
    return true;
}

static bool annotate(struct take *take)
{
    struct vcf *vcf = take->vcf;
    const struct info_key *key;
    struct text_span value;
    size_t at = 0;

    if (!annotation_begin(vcf->annotation, take->line->ref, take->alts->items, take->alts->n))
        return err_memory(take->err);
    while (vcf_line_info(take->line, &vcf->header, &at, &key, &value))
        annotation_take(vcf->annotation, key, value);
    annotation_end(vcf->annotation);
    return true;
}

/* The genotypes of a line could not be read: alleles of bases are rejected, other alleles are
 * filtered, and the whole line is lost. */
static bool lose_columns(struct take *take, enum genotypes_fault fault)
{
    bool columns = fault == GENOTYPES_COLUMNS;
    struct vcf *vcf = take->vcf;

    for (unsigned i = 0; i < take->alts->n; i++) {
        enum allele_class class = take->alts->classes[i];

        if (class == ALLELE_STAR)
            vcf->closing.filtered[FILTER_STAR]++;
        else if (class == ALLELE_NONE)
            vcf->closing.filtered[FILTER_NO_ALT]++;
        else if (class == ALLELE_BREAKEND)
            vcf->closing.filtered[FILTER_BREAKEND]++;
        else if (class == ALLELE_SYMBOLIC || class == ALLELE_ANY)
            vcf->closing.filtered[FILTER_SYMBOLIC]++;
        else if (!vcf_reject(vcf, columns ? REJECT_VCF_COLUMNS : REJECT_VCF_GENOTYPE,
                             columns ? "samples" : "FORMAT", 1, take->err))
            return false;
    }
    vcf->closing.loss.records_lost++;
    return loss_everybody(vcf->loss, &take->lost, GAP_REFUSED, true, take->err);
}

/* The line was taken without the genotypes that cannot be read: told once a line. */
static bool tell_unreadable(struct take *take)
{
    struct vcf *vcf = take->vcf;
    struct stream_reject item = {.line = lines_number(vcf->lines),
                                 .record = vcf->records,
                                 .field = "GT",
                                 .code = REJECT_VCF_GENOTYPE,
                                 .item = true};

    return genotypes_unreadable(vcf->genotypes) == 0 ||
           stream_put_reject(vcf->job->out, &item, take->err);
}

/* True when the line names a change, whether anybody carries it or not. Otherwise it only states
 * the reference. */
static bool speaks_of_a_change(const struct take *take)
{
    for (unsigned i = 0; i < take->alts->n; i++) {
        enum allele_class class = take->alts->classes[i];

        if (class != ALLELE_NONE && class != ALLELE_STAR && class != ALLELE_ANY)
            return true;
    }
    return false;
}

static bool count_line(struct take *take)
{
    struct stream_loss *loss = &take->vcf->closing.loss;
    uint32_t seen, lost;

    genotypes_carriers(take->vcf->genotypes, &seen, &lost);
    loss->carriers += seen;
    loss->carriers_lost += take->offered ? lost : seen;
    loss->records_lost += !take->offered && (seen || speaks_of_a_change(take));
    return true;
}

/* Blocks are read from text. */
static bool put_blocks(struct take *take, bool block, bool *called)
{
    struct vcf *vcf = take->vcf;
    struct vcf_line spelled;

    return vcf_spell(vcf, take->line, &spelled, take->err) &&
           blocks_line(vcf->blocks, &spelled, &take->place, block, called, take->err);
}

/* Where nothing is stored that meets all bases of REF, no call says who was not called there. */
static bool put_doubts(struct take *take)
{
    struct vcf *vcf = take->vcf;

    return take->spanned
               ? loss_doubts(vcf->loss, &take->lost, vcf->genotypes, take->err)
               : loss_line(vcf->loss, &take->lost, vcf->genotypes, GAP_REFUSED, take->err);
}

/* A line whose ALT is "." has no allele but the reference. */
static bool has_no_alt(const struct vcf_alts *alts)
{
    return alts->n == 1 && alts->classes[0] == ALLELE_NONE;
}

static bool take_alts(struct take *take)
{
    struct vcf *vcf = take->vcf;
    unsigned n_alts = has_no_alt(take->alts) ? 0 : take->alts->n;
    enum genotypes_fault fault;
    bool called;

    if (!vcf_genotypes(vcf, take->line, n_alts, false, &fault, take->err))
        return false;
    if (fault != GENOTYPES_OK)
        return lose_columns(take, fault);
    if (take->alts->n_bases && !annotate(take))
        return false;
    for (unsigned i = 0; i < take->alts->n; i++)
        if (!take_alt(take, i))
            return false;
    if (take->offered && take->alts->n == 1 && !vcf_structural_bases(vcf, take->line, take->err))
        return false;
    if (!put_doubts(take) || !count_line(take) || !tell_unreadable(take))
        return false;
    if (blocks_seen(vcf->blocks) && !put_blocks(take, false, &called))
        return false;
    return !take->alts->n_bases || warn(vcf, take->err);
}

/* A line with structural alleles only: a variant that can be read is put, else nothing. */
static bool take_structural(struct take *take)
{
    struct vcf *vcf = take->vcf;
    bool taken = false;

    if (take->alts->n == 1 &&
        !vcf_structural_symbol(vcf, take->line, &take->lost, &taken, take->err))
        return false;
    if (taken)
        return lose_mates(vcf, take->line, take->alts, take->err);
    for (unsigned i = 0; i < take->alts->n; i++)
        vcf->closing.filtered[take->alts->classes[i] == ALLELE_BREAKEND ? FILTER_BREAKEND
                                                                        : FILTER_SYMBOLIC]++;
    return vcf_lose(vcf, take->line, &take->lost, GAP_STRUCTURAL, take->err) &&
           lose_mates(vcf, take->line, take->alts, take->err);
}

static bool is_structural(const struct vcf_alts *alts)
{
    for (unsigned i = 0; i < alts->n; i++)
        if (alts->classes[i] != ALLELE_SYMBOLIC && alts->classes[i] != ALLELE_BREAKEND)
            return false;
    return true;
}

static bool take_block(struct take *take)
{
    struct vcf *vcf = take->vcf;
    bool called = false;

    vcf->closing.filtered[*take->line->alt.text == '.' ? FILTER_NO_ALT : FILTER_SYMBOLIC]++;
    if (!put_blocks(take, true, &called))
        return false;
    vcf->called |= called;
    return true;
}

/* Rejects a line that fails its FILTER or has a form that is not taken. */
static bool lose_line(struct take *take, enum reject_code code, const char *field, uint64_t units)
{
    return vcf_reject(take->vcf, code, field, units, take->err) &&
           vcf_lose(take->vcf, take->line, &take->lost, GAP_REFUSED, take->err);
}

/* Compares REF with the reference, where there is one and the line has something to store. */
static bool compare(struct take *take, enum fasta_match *match)
{
    struct vcf *vcf = take->vcf;

    *match = FASTA_SILENT;
    if (!vcf->fasta || !take->alts->n_bases)
        return true;
    *match = fasta_compare(vcf->fasta, (unsigned)vcf->chromosome, vcf->position,
                           take->line->ref.text, take->line->ref.length);
    vcf->bases.compared += *match != FASTA_SILENT;
    vcf->bases.differ += *match == FASTA_DIFFERS;
    return vcf->bases.differ < VCF_DIFFER_EARLY || vcf->bases.differ * 2 < vcf->bases.compared ||
           vcf_judge_reference(vcf, take->err);
}

bool vcf_take(struct vcf *vcf, const struct vcf_line *line, uint64_t units, struct err *err)
{
    assert(vcf && line);
    struct take take = {.vcf = vcf, .line = line, .alts = &vcf->alts, .err = err};
    enum fasta_match match;

    split_alts(line->alt, take.alts);
    take.bases = allele_class(line->ref.text, line->ref.length) == ALLELE_BASES;
    take.place = place_of(vcf, line, take.alts, take.bases);
    take.lost = lost_of(vcf, take.place, may_be_indel(take.alts, take.bases));
    if (blocks_is(vcf->blocks, line)) {
        genotypes_raise(vcf->genotypes, vcf->options->block_depth, vcf->options->block_quality);
        return take_block(&take);
    }
    vcf->closing.loss.records += take.alts->n > 1 || take.alts->classes[0] != ALLELE_NONE;
    if (!vcf_line_passed(line, vcf->options->keep_filters, vcf->options->n_keep_filters)) {
        vcf->closing.filtered[FILTER_COLUMN] += units;
        return vcf_lose(vcf, line, &take.lost, GAP_FILTERED, err) &&
               lose_mates(vcf, line, take.alts, err);
    }
    if (vcf->somatic && !sample_origin_line(line->info.text, line->info.length)) {
        vcf->closing.filtered[FILTER_ORIGIN] += units;
        return vcf_lose(vcf, line, &take.lost, GAP_FILTERED, err) &&
               lose_mates(vcf, line, take.alts, err);
    }
    if (units > GENOTYPES_ALTS_MAX)
        return lose_line(&take, REJECT_VCF_ALLELES_TOO_MANY, "ALT", units);
    if (!take.bases)
        return lose_line(&take, REJECT_VCF_ALLELE, "REF", units);
    if (!compare(&take, &match))
        return false;
    if (match == FASTA_DIFFERS)
        return lose_line(&take, REJECT_VCF_REFERENCE, "REF", units);
    if (!site_window_advance(vcf->sites, (uint8_t)vcf->chromosome, vcf->position, err))
        return false;
    return is_structural(take.alts) ? take_structural(&take) : take_alts(&take);
}
