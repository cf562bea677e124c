/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text is parsed here and not by htslib: in a line of 2,548 samples the genotypes are all that
 * costs, and genotypes.c reads them where they stand; and the code that foreign bytes reach is
 * ours, small and fuzzed. (bcf_read alone takes five times as long as this whole reader.)
 */
#include "node/import/vcf.h"

#include <stdlib.h>
#include <string.h>

#include "node/import/alleles.h"
#include "node/import/annotation.h"
#include "node/import/bed.h"
#include "node/import/fasta.h"
#include "node/import/genotypes.h"
#include "node/import/header.h"
#include "node/import/lines.h"
#include "node/import/sites.h"
#include "node/import/vcf_line.h"
#include "node/import/vcf_samples.h"
#include "proto/query/place.h"

#define PROGRESS_BYTES (1u << 20)
#define PROGRESS_LINES 65536u
#define MT 25

struct vcf {
    struct run_job *job;
    const struct vcf_options *options;
    struct lines *lines;
    struct header header;
    struct fasta *fasta;
    struct genotypes *genotypes;
    struct sites *sites;
    struct annotation *annotation;
    struct stream_closing closing;
    uint64_t records;
    uint64_t progress;
    char *ref; /* of the allele in hand */
    char *alt;
    /* where the file is */
    struct text_span name; /* of the chromosome, as the file writes it: into name_text */
    char name_text[64];
    int chromosome; /* 0: none of ours */
    uint32_t position;
    uint32_t seen; /* chromosomes, a bit each */
};

/* The ALT column of a line, taken apart. */
struct alts {
    struct text_span items[GENOTYPES_ALTS_MAX];
    enum allele_class classes[GENOTYPES_ALTS_MAX];
    unsigned n;
    unsigned n_bases;
};

static bool reject(struct vcf *vcf, enum reject_code code, const char *field, uint64_t units,
                   struct err *err)
{
    struct stream_reject item = {
        .line = lines_number(vcf->lines), .record = vcf->records, .field = field, .code = code};

    if (!reject_is_warning(code))
        vcf->closing.rejected += units;
    for (uint64_t i = 0; i < (reject_is_warning(code) ? 1 : units); i++)
        if (!stream_put_reject(vcf->job->out, &item, err))
            return false;
    return true;
}

/* ---- place --------------------------------------------------------------------------------------
 */

static bool unsorted(struct vcf *vcf, struct err *err)
{
    return err_set(
        err, ERR_INVALID,
        "line %llu: the records are not sorted by chromosome and position; sort the file "
        "with bcftools sort",
        (unsigned long long)lines_number(vcf->lines));
}

static bool enter_chromosome(struct vcf *vcf, const struct vcf_line *line, struct err *err)
{
    struct text_span name = line->chromosome;
    int chromosome;

    if (name.length == vcf->name.length &&
        (!name.length || memcmp(name.text, vcf->name.text, name.length) == 0))
        return true;
    chromosome = chromosome_by_name(name.text, name.length);
    if (chromosome == MT && vcf->header.foreign_mt)
        chromosome = 0;
    vcf->chromosome = chromosome > 0 ? chromosome : 0;
    vcf->position = 0;
    vcf->name = (struct text_span){vcf->name_text, 0};
    if (name.length < sizeof(vcf->name_text)) {
        memcpy(vcf->name_text, name.text, name.length);
        vcf->name.length = name.length;
    }
    if (!vcf->chromosome)
        return true;
    if (vcf->seen >> vcf->chromosome & 1)
        return unsorted(vcf, err);
    vcf->seen |= 1u << vcf->chromosome;
    return true;
}

/* ---- one allele ---------------------------------------------------------------------------------
 */

static bool refuse_reference(struct vcf *vcf, struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "line %llu: REF is not what the reference of --fasta has there: the file is of "
                   "another assembly than that reference, or the FASTA is the wrong one",
                   (unsigned long long)lines_number(vcf->lines));
}

static bool offer(struct vcf *vcf, const struct allele *allele, unsigned alt, struct err *err)
{
    struct stream_site site = {.chromosome = (uint8_t)allele->chromosome,
                               .position = allele->position,
                               .ref = allele->ref,
                               .alt = allele->alt};
    bool merged;

    annotation_site(vcf->annotation, alt, &site);
    site.calls = genotypes_calls(vcf->genotypes, alt, &site.calls_size);
    if (!sites_add(vcf->sites, &site, &merged, err))
        return false;
    vcf->closing.filtered[FILTER_DUPLICATE] += merged;
    return true;
}

static bool take_alt(struct vcf *vcf, const struct vcf_line *line, const struct alts *alts,
                     unsigned i, struct err *err)
{
    struct allele allele = {.chromosome = (unsigned)vcf->chromosome,
                            .position = vcf->position,
                            .ref = vcf->ref,
                            .alt = vcf->alt};
    enum allele_fault fault = allele_set(&allele, line->ref.text, line->ref.length,
                                         alts->items[i].text, alts->items[i].length);

    if (fault == ALLELE_OK)
        fault = allele_normalise(&allele, vcf->fasta);
    switch (fault) {
    case ALLELE_OK:
        return offer(vcf, &allele, i, err);
    case ALLELE_SAME:
        return reject(vcf, REJECT_VCF_ALLELE, "ALT", 1, err);
    case ALLELE_LONG:
        return reject(vcf, REJECT_VCF_ALLELE_LENGTH, "ALT", 1, err);
    case ALLELE_SHIFT:
        return reject(vcf, REJECT_VCF_SHIFT, "ALT", 1, err);
    case ALLELE_REFERENCE:
        break;
    }
    return refuse_reference(vcf, err);
}

static bool take_class(struct vcf *vcf, enum allele_class class, struct err *err)
{
    switch (class) {
    case ALLELE_SYMBOLIC:
        vcf->closing.filtered[FILTER_SYMBOLIC]++;
        return true;
    case ALLELE_BREAKEND:
        vcf->closing.filtered[FILTER_BREAKEND]++;
        return true;
    case ALLELE_STAR:
        vcf->closing.filtered[FILTER_STAR]++;
        return true;
    case ALLELE_NONE:
        vcf->closing.filtered[FILTER_NO_ALT]++;
        return true;
    case ALLELE_BASES:
    case ALLELE_BAD:
        break;
    }
    return reject(vcf, REJECT_VCF_ALLELE, "ALT", 1, err);
}

/* ---- one line -----------------------------------------------------------------------------------
 */

static unsigned count_alts(struct text_span alt)
{
    unsigned n = 1;

    for (size_t i = 0; i < alt.length; i++)
        n += alt.text[i] == ',';
    return n;
}

static void split_alts(struct text_span column, struct alts *alts)
{
    const char *start = column.text, *end = column.text + column.length;

    alts->n = 0;
    alts->n_bases = 0;
    for (const char *p = start; p <= end; p++) {
        if (p < end && *p != ',')
            continue;
        alts->items[alts->n] = (struct text_span){start, (size_t)(p - start)};
        alts->classes[alts->n] = allele_class(start, (size_t)(p - start));
        alts->n_bases += alts->classes[alts->n] == ALLELE_BASES;
        alts->n++;
        start = p + 1;
    }
}

static bool take_genotypes(struct vcf *vcf, const struct vcf_line *line, const struct alts *alts,
                           bool *taken, struct err *err)
{
    enum genotypes_fault fault =
        genotypes_read(vcf->genotypes, line->format.text, line->format.length, line->samples.text,
                       line->samples.length, alts->n);

    *taken = fault == GENOTYPES_OK;
    switch (fault) {
    case GENOTYPES_OK:
        return true;
    case GENOTYPES_COLUMNS:
        return reject(vcf, REJECT_VCF_COLUMNS, "samples", alts->n_bases, err);
    case GENOTYPES_NO_GT:
        return reject(vcf, REJECT_VCF_GENOTYPE, "FORMAT", alts->n_bases, err);
    case GENOTYPES_FORM:
        return reject(vcf, REJECT_VCF_GENOTYPE, "GT", alts->n_bases, err);
    case GENOTYPES_MEMORY:
        break;
    }
    return err_memory(err);
}

static bool warn(struct vcf *vcf, struct err *err)
{
    struct annotation_warning warning;

    while (annotation_warning_next(vcf->annotation, &warning))
        if (!reject(vcf, warning.code, warning.field, 1, err))
            return false;
    return true;
}

static bool annotate(struct vcf *vcf, const struct vcf_line *line, const struct alts *alts)
{
    const struct info_key *key;
    struct text_span value;
    size_t at = 0;

    if (!annotation_begin(vcf->annotation, line->ref, alts->items, alts->n))
        return false;
    while (vcf_line_info(line, &vcf->header, &at, &key, &value))
        annotation_take(vcf->annotation, key, value);
    annotation_end(vcf->annotation);
    return true;
}

static bool take_alts(struct vcf *vcf, const struct vcf_line *line, struct err *err)
{
    struct alts alts;
    bool taken = false;

    split_alts(line->alt, &alts);
    if (alts.n_bases && !take_genotypes(vcf, line, &alts, &taken, err))
        return false;
    if (taken && !annotate(vcf, line, &alts))
        return err_memory(err);
    for (unsigned i = 0; i < alts.n; i++) {
        if (alts.classes[i] != ALLELE_BASES) {
            if (!take_class(vcf, alts.classes[i], err))
                return false;
        } else if (taken && !take_alt(vcf, line, &alts, i, err)) {
            return false;
        }
    }
    return !taken || warn(vcf, err);
}

static bool take_place(struct vcf *vcf, const struct vcf_line *line, uint64_t units, bool *ours,
                       struct err *err)
{
    uint32_t position = vcf_line_position(line);

    *ours = false;
    if (!enter_chromosome(vcf, line, err))
        return false;
    if (!vcf->chromosome) {
        vcf->closing.filtered[FILTER_OFF_CONTIG] += units;
        return true;
    }
    if (!position || position > chromosome_length(vcf->header.assembly, vcf->chromosome))
        return reject(vcf, REJECT_VCF_POSITION, "POS", units, err);
    if (position < vcf->position)
        return unsorted(vcf, err);
    vcf->position = position;
    *ours = true;
    return true;
}

static bool take_record(struct vcf *vcf, const char *text, size_t size, struct err *err)
{
    struct vcf_line line;
    uint64_t units;
    bool ours;

    vcf->records++;
    if (!vcf_line_split(text, size, &line)) {
        vcf->closing.read++;
        return reject(vcf, REJECT_VCF_COLUMNS, "line", 1, err);
    }
    units = count_alts(line.alt);
    vcf->closing.read += units;
    if (!take_place(vcf, &line, units, &ours, err))
        return false;
    if (!ours)
        return true;
    if (!vcf_line_passed(&line, vcf->options->keep_filters, vcf->options->n_keep_filters)) {
        vcf->closing.filtered[FILTER_COLUMN] += units;
        return true;
    }
    if (units > GENOTYPES_ALTS_MAX)
        return reject(vcf, REJECT_VCF_ALLELES_TOO_MANY, "ALT", units, err);
    if (allele_class(line.ref.text, line.ref.length) != ALLELE_BASES)
        return reject(vcf, REJECT_VCF_ALLELE, "REF", units, err);
    return sites_advance(vcf->sites, (uint8_t)vcf->chromosome, vcf->position, err) &&
           take_alts(vcf, &line, err);
}

/* ---- the file -----------------------------------------------------------------------------------
 */

static bool report_progress(struct vcf *vcf, struct err *err)
{
    uint64_t consumed = lines_consumed(vcf->lines);

    if (consumed - vcf->progress < PROGRESS_BYTES && vcf->records % PROGRESS_LINES)
        return true;
    vcf->progress = consumed;
    return stream_put_progress(vcf->job->out, consumed, err);
}

static bool read_records(struct vcf *vcf, struct err *err)
{
    char *line;
    size_t size;

    for (;;) {
        if (!lines_next(vcf->lines, &line, &size, err))
            return false;
        if (!line)
            break;
        if (!take_record(vcf, line, size, err) || !report_progress(vcf, err))
            return false;
    }
    if (!sites_finish(vcf->sites, err))
        return false;
    vcf->closing.offered = sites_offered(vcf->sites);
    return stream_put_closing(vcf->job->out, &vcf->closing, err);
}

static bool put_intervals(struct vcf *vcf, struct err *err)
{
    struct bed bed;
    bool ok;

    if (vcf->options->bed == VCF_NO_INPUT)
        return true;
    ok = bed_read(&bed, vcf->job->inputs[vcf->options->bed].fd, vcf->header.assembly, err);
    for (size_t i = 0; ok && i < bed.n; i++)
        ok = stream_put_interval(vcf->job->out, &bed.intervals[i], err);
    bed_clear(&bed);
    return ok;
}

static bool open_fasta(struct vcf *vcf, struct err *err)
{
    const struct vcf_options *options = vcf->options;

    if (options->fasta == VCF_NO_INPUT)
        return true;
    return fasta_open(vcf->job->inputs[options->fasta].fd,
                      vcf->job->inputs[options->fasta_index].fd, &vcf->fasta, err);
}

static bool open_parts(struct vcf *vcf, struct err *err)
{
    const struct run_input *file = &vcf->job->inputs[0];
    uint32_t window = vcf->options->fasta == VCF_NO_INPUT ? 0 : ALLELE_SHIFT_MAX;

    vcf->ref = malloc(ALLELE_BASES_MAX + 1);
    vcf->alt = malloc(ALLELE_BASES_MAX + 1);
    if (!vcf->ref || !vcf->alt)
        return err_memory(err);
    return lines_open(file->fd, file->bytes, vcf->options->inflation_max, &vcf->lines, err) &&
           header_read(&vcf->header, vcf->lines, vcf->options->assembly, vcf->options->samples_max,
                       err) &&
           open_fasta(vcf, err) && put_intervals(vcf, err) &&
           vcf_samples_put(&vcf->header, vcf->job, err) &&
           genotypes_open(vcf->header.n_samples, &vcf->genotypes, err) &&
           sites_open(vcf->job->out, window, &vcf->sites, err) &&
           annotation_open(&vcf->header, &vcf->annotation, err);
}

bool vcf_read(struct run_job *job, struct err *err)
{
    struct vcf vcf = {.job = job, .options = job->options};
    bool ok = open_parts(&vcf, err) && read_records(&vcf, err);

    annotation_close(vcf.annotation);
    sites_close(vcf.sites);
    genotypes_close(vcf.genotypes);
    fasta_close(vcf.fasta);
    header_clear(&vcf.header);
    lines_close(vcf.lines);
    free(vcf.ref);
    free(vcf.alt);
    return ok;
}
