/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text is parsed here and not by htslib: in a line of 2,548 samples the genotypes are all that
 * costs, and genotypes.c reads them where they stand; and the code that foreign bytes reach is
 * ours, small and fuzzed. (bcf_read alone takes five times as long as this whole reader.)
 */
#include "node/import/vcf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/bcf_columns.h"
#include "node/import/bed.h"
#include "node/import/extent.h"
#include "node/import/trial.h"
#include "node/import/vcf_column.h"
#include "node/import/vcf_inside.h"
#include "node/import/vcf_samples.h"
#include "node/terms/alleles.h"
#include "proto/query/place.h"
#include "proto/query/ploidy.h"

#define PROGRESS_BYTES (1u << 20)
#define PROGRESS_LINES 65536u
#define HARDLY_RECORDS                                                                             \
    20u /* a file of several samples needs so many records, because a single record may concern    \
           another sample alone */
#define X 23
#define Y 24
#define MT 25

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

static bool foreign(const struct vcf *vcf, struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "line %llu: the contig is a chromosome of another assembly than %s; lift the "
                   "file over, or call it again",
                   (unsigned long long)lines_number(vcf->lines),
                   place_assembly_name(vcf->header.assembly));
}

/* A file names its chromosomes in one way: chr1 and 1 would be two parts of one chromosome. */
static bool same_manner(struct vcf *vcf, const struct contig *contig, struct err *err)
{
    if (contig->chromosome == MT) /* only for MT both names are common in one file */
        return true;
    if (vcf->chr >= 0 && vcf->chr != contig->chr)
        return err_set(err, ERR_INVALID,
                       "line %llu: chromosomes are named in two ways, with \"chr\" and without; "
                       "rename one with bcftools annotate --rename-chrs and sort the file",
                       (unsigned long long)lines_number(vcf->lines));
    vcf->chr = contig->chr;
    return true;
}

/* hg19's mitochondrion has another sequence than GRCh37's, and another length. */
static bool is_foreign_mt(const struct vcf *vcf, const struct contig *contig)
{
    return contig->chromosome == MT &&
           (vcf->header.foreign_mt || contig->foreign_mt ||
            (vcf->header.assembly == ASSEMBLY_GRCH37 && contig->chr && !vcf->header.rcrs));
}

static bool leave_out_mt(struct vcf *vcf, bool own, struct err *err)
{
    struct loss_place whole = loss_chromosome(vcf->loss, MT);

    return loss_everybody(vcf->loss, &whole, GAP_LEFT_OUT, own, err);
}

static bool enter_contig(struct vcf *vcf, const struct contig *contig, struct err *err)
{
    if (contig->kind == CONTIG_FOREIGN ||
        (contig->assembly && contig->assembly != vcf->header.assembly))
        return foreign(vcf, err);
    if (contig->kind != CONTIG_CHROMOSOME)
        return true;
    if (!same_manner(vcf, contig, err))
        return false;
    if (contig->chromosome !=
        vcf->last) { /* lines of other contigs may stand between a chromosome's lines */
        if (vcf->seen >> contig->chromosome & 1)
            return unsorted(vcf, err);
        vcf->position = 0;
    }
    vcf->last = contig->chromosome;
    vcf->seen |= 1u << contig->chromosome;
    if (is_foreign_mt(vcf, contig))
        return vcf->header.foreign_mt || leave_out_mt(vcf, false, err);
    vcf->chromosome = contig->chromosome;
    return true;
}

static bool enter_chromosome(struct vcf *vcf, const struct vcf_line *line, struct err *err)
{
    struct text_span name = line->chromosome;

    if (name.length && name.length == vcf->name.length &&
        memcmp(name.text, vcf->name.text, name.length) == 0)
        return true;
    vcf->contig = contig_of(name.text, name.length);
    vcf->chromosome = 0;
    vcf->name = (struct text_span){vcf->name_text, 0};
    if (name.length < sizeof(vcf->name_text)) {
        memcpy(vcf->name_text, name.text, name.length);
        vcf->name.length = name.length;
    }
    return enter_contig(vcf, &vcf->contig, err);
}

/* ---- lines that are no place of ours ------------------------------------------------------------
 */

/* PLINK's chromosome 25 means a place on X that pairs with Y; some programs write 25 for the
 * mitochondrion. So both places are lost. */
static bool lose_par(struct vcf *vcf, const struct vcf_line *line, struct err *err)
{
    uint32_t position = vcf_line_position(line);
    struct loss_place whole = loss_chromosome(vcf->loss, X);
    struct loss_place place = {X, position, position};

    if (!position || position > whole.end)
        return vcf_lose(vcf, line, &whole, GAP_LEFT_OUT, err);
    if (position <= place_chromosome_length(vcf->header.assembly, MT)) {
        whole = loss_chromosome(vcf->loss, MT);
        if (!vcf_lose(vcf, line, &whole, GAP_LEFT_OUT, err))
            return false;
        vcf->closing.loss.records_lost--; /* one record was lost at two places and counts once */
    }
    return vcf_lose(vcf, line, &place, GAP_LEFT_OUT, err);
}

/* A record of a mitochondrion that is not ours. When the header tells, all samples lose the
 * chromosome; otherwise the carriers of the record do. */
static bool lose_foreign_mt(struct vcf *vcf, const struct vcf_line *line, struct err *err)
{
    struct loss_place whole = loss_chromosome(vcf->loss, MT);

    if (!vcf->header.foreign_mt)
        return vcf_lose(vcf, line, &whole, GAP_LEFT_OUT, err);
    vcf->closing.loss.records_lost++;
    return true;
}

/*
 * A record on another sequence. When the sequence is known, nothing of our chromosomes is lost; an
 * unknown contig may be any of them.
 */
static bool take_off_contig(struct vcf *vcf, const struct vcf_line *line, uint64_t units,
                            struct err *err)
{
    struct loss_place anywhere = {0, 0, 0};

    vcf->closing.filtered[FILTER_OFF_CONTIG] += units;
    if (vcf->contig.kind == CONTIG_UNPLACED)
        return true;
    vcf->closing.loss.records++;
    if (vcf->contig.kind == CONTIG_PAR)
        return lose_par(vcf, line, err);
    if (vcf->contig.kind == CONTIG_CHROMOSOME) /* hg19's mitochondrion */
        return lose_foreign_mt(vcf, line, err);
    vcf->unresolved = true;
    return vcf_lose(vcf, line, &anywhere, GAP_REFUSED, err);
}

static bool past_the_end(const struct vcf *vcf, struct err *err)
{
    return err_set(
        err, ERR_INVALID,
        "line %llu: POS or END lies past the end of the chromosome: the file is not of %s; say "
        "the right one with --assembly, and mend the header",
        (unsigned long long)lines_number(vcf->lines), place_assembly_name(vcf->header.assembly));
}

/* Does a block end on the chromosome? A structural variant may be told beyond. */
static bool ends_within(const struct vcf *vcf, const struct vcf_line *line, uint32_t length)
{
    struct text_span text;
    uint32_t end;

    return !blocks_is(vcf->blocks, line) || !extent_info(line, "END", &text) ||
           !vcf_column_number(text, &end) || end <= length + 1;
}

/* POS is no number, or that of a telomere (0, or one past the last base). */
static bool take_no_position(struct vcf *vcf, const struct vcf_line *line, uint64_t units,
                             struct err *err)
{
    struct loss_place place = loss_chromosome(vcf->loss, vcf->chromosome);
    uint32_t position = vcf_line_position(line);

    if (position)
        place.start = place.end;
    vcf->closing.loss.records++;
    return vcf_reject(vcf, REJECT_VCF_POSITION, "POS", units, err) &&
           vcf_lose(vcf, line, &place, GAP_REFUSED, err);
}

/* Too few columns to have genotypes: a place at best. */
static bool take_broken(struct vcf *vcf, const char *text, size_t size, struct err *err)
{
    const char *tab = memchr(text, '\t', size);
    struct contig contig = contig_of(text, tab ? (size_t)(tab - text) : size);
    struct loss_place place = {0, 0, 0};

    if (lines_unfinished(vcf->lines))
        return err_set(err, ERR_INVALID,
                       "the file ends within line %llu: it was cut off; copy it again",
                       (unsigned long long)lines_number(vcf->lines));
    if (size && *text == '#')
        return err_set(err, ERR_INVALID,
                       "line %llu: a header inside the body: files were joined without care; join "
                       "them with bcftools concat",
                       (unsigned long long)lines_number(vcf->lines));
    if (contig.kind == CONTIG_CHROMOSOME)
        place = loss_chromosome(vcf->loss, contig.chromosome);
    vcf->closing.read++;
    vcf->closing.loss.records++;
    vcf->closing.loss.records_lost++;
    return vcf_reject(vcf, REJECT_VCF_COLUMNS, "line", 1, err) &&
           loss_everybody(vcf->loss, &place, GAP_REFUSED, true, err);
}

static uint64_t count_units(struct text_span alt)
{
    uint64_t n = 1;

    for (size_t i = 0; i < alt.length; i++)
        n += alt.text[i] == ',';
    return n;
}

/*
 * Takes a line apart. The samples of a BCF record are read as text where a text in the record holds
 * tabs, so that the samples begin elsewhere, and where they are not as many as the header has.
 */
static bool split(struct vcf *vcf, const char *text, size_t size, struct vcf_line *line,
                  bool *whole, struct err *err)
{
    const struct bcf_columns *columns = lines_columns(vcf->lines);
    char *spelled;

    *whole = vcf_line_split(text, size, line);
    if (!columns)
        return true;
    if (*whole && !line->samples.length && columns->n_samples == vcf->header.n_samples) {
        line->columns = columns;
        return true;
    }
    if (!lines_spell(vcf->lines, &spelled, &size, err))
        return false;
    *whole = vcf_line_split(spelled, size, line);
    return true;
}

/*
 * A variant that was called in the pseudo-autosomal part of Y may as well lie on X, where it is
 * asked for: whom the record concerns lose the place on X.
 */
static bool lose_on_x(struct vcf *vcf, const struct vcf_line *line, struct err *err)
{
    uint32_t on_x = ploidy_on_x(vcf->header.assembly, vcf->position);
    struct loss_place whole = loss_chromosome(vcf->loss, X), place = {X, on_x, on_x};
    enum genotypes_fault fault;
    struct extent extent;

    if (vcf->chromosome != Y || !on_x || blocks_is(vcf->blocks, line) || *line->alt.text == '.')
        return true;
    extent = extent_of(line, vcf->position, place_chromosome_length(vcf->header.assembly, Y));
    place.start -= vcf->position - extent.start; /* the number on X is never lower than on Y */
    place.end += extent.end - vcf->position;
    place.end += place.end == place.start && line->alt.length > 1; /* an indel: node/store/gap.h */
    if (place.end > whole.end)
        place.end = whole.end;
    if (!vcf_genotypes(vcf, line, (unsigned)count_units(line->alt), true, &fault, err))
        return false;
    if (fault != GENOTYPES_OK)
        return loss_everybody(vcf->loss, &place, GAP_LEFT_OUT, true, err);
    return loss_line(vcf->loss, &place, vcf->genotypes, GAP_LEFT_OUT, err);
}

static bool take_record(struct vcf *vcf, const char *text, size_t size, struct err *err)
{
    struct vcf_line line;
    uint32_t position, length;
    uint64_t units;
    bool whole;

    vcf->records++;
    if (!split(vcf, text, size, &line, &whole, err))
        return false;
    if ((size && *text == '#') || !whole)
        return take_broken(vcf, text, size, err);
    units = count_units(line.alt);
    vcf->closing.read += units;
    if (!enter_chromosome(vcf, &line, err))
        return false;
    if (!vcf->chromosome)
        return take_off_contig(vcf, &line, units, err);
    position = vcf_line_position(&line);
    length = place_chromosome_length(vcf->header.assembly, vcf->chromosome);
    if (position > length + 1 || !ends_within(vcf, &line, length))
        return past_the_end(vcf, err);
    if (!position || position > length)
        return take_no_position(vcf, &line, units, err);
    if (position < vcf->position)
        return unsorted(vcf, err);
    vcf->position = position;
    return vcf_take(vcf, &line, units, err) && lose_on_x(vcf, &line, err);
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

static bool refuse_without_genotypes(const struct vcf *vcf, struct err *err)
{
    if (!vcf->genotyped && vcf->lacks)
        return err_set(err, ERR_INVALID,
                       "the file has %u samples and no genotypes (no GT in FORMAT): whose its "
                       "variants are it does not say; call them, or import a file a sample",
                       vcf->header.n_samples);
    return err_set(err, ERR_INVALID,
                   "a gVCF of %u samples that was not genotyped (every GT is missing): run "
                   "GenotypeGVCFs, or import a gVCF a sample",
                   vcf->header.n_samples);
}

/*
 * True for a file of which nothing or nearly nothing was taken, so that it tells nothing about the
 * rest of the genome either. In a file of several persons this follows from lines that may concern
 * others, so it is not a person's own record. lost: so many of its records were not taken.
 */
static bool is_hardly_taken(const struct vcf *vcf, uint64_t lost)
{
    return !blocks_seen(vcf->blocks) && lost && lost * 10 >= vcf->closing.loss.records * 9 &&
           (vcf->header.n_samples == 1 || lost >= HARDLY_RECORDS);
}

/* Records of structural variants alone tell nothing about small ones. */
static bool judge_taken(struct vcf *vcf, struct err *err)
{
    uint64_t lost = vcf->closing.loss.records_lost;
    struct loss_place anywhere = {0, 0, 0};

    if (is_hardly_taken(vcf, lost) || vcf->placeless)
        return loss_everybody(vcf->loss, &anywhere, GAP_REFUSED, false, err);
    return !is_hardly_taken(vcf, lost + vcf->structural) ||
           loss_everybody(vcf->loss, &anywhere, GAP_CALLED, false, err);
}

static bool judge_file(struct vcf *vcf, struct err *err)
{
    if (!vcf_judge_reference(vcf, err) || !role_check_judge(&vcf->roles, err))
        return false;
    if (vcf->header.n_samples > 1 &&
        ((!vcf->genotyped && vcf->lacks) ||
         (blocks_seen(vcf->blocks) && !vcf->called && !vcf->genotyped)))
        return refuse_without_genotypes(vcf, err);
    return judge_taken(vcf, err);
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
    if (!site_window_finish(vcf->sites, err) ||
        !blocks_finish(vcf->blocks, &vcf->closing.blocks, err))
        return false;
    vcf->closing.offered = site_window_offered(vcf->sites) + vcf->structural;
    if (!judge_file(vcf, err))
        return false;
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

/* The reference of --fasta, or else those that are loaded. */
static bool open_references(struct vcf *vcf, struct err *err)
{
    const struct vcf_options *options = vcf->options;
    const struct run_input *inputs = vcf->job->inputs;

    if (options->fasta != VCF_NO_INPUT)
        return fasta_open(inputs[options->fasta].fd, inputs[options->fasta_index].fd, &vcf->fasta,
                          err);
    for (int i = ASSEMBLY_GRCH37; i <= ASSEMBLY_GRCH38; i++)
        if (options->references[i] &&
            !fasta_open(inputs[options->references[i]].fd, inputs[options->references[i] + 1].fd,
                        &vcf->references[i], err))
            return false;
    return true;
}

static void close_references(struct vcf *vcf)
{
    bool own = vcf->fasta && vcf->fasta != vcf->references[ASSEMBLY_GRCH37] &&
               vcf->fasta != vcf->references[ASSEMBLY_GRCH38];

    if (own)
        fasta_close(vcf->fasta);
    for (int i = ASSEMBLY_GRCH37; i <= ASSEMBLY_GRCH38; i++)
        fasta_close(vcf->references[i]);
}

/* What the header, the references and the records say, together. */
static bool settle_assembly(struct vcf *vcf, const struct trial *trial, struct err *err)
{
    struct assembly_evidence *evidence = &vcf->header.evidence;
    enum ast_assembly wanted = vcf->options->assembly;

    /* Each line of a chrM whose length is not told is left out, on whichever assembly. */
    vcf->placeless = trial->only_chrm && !vcf->header.rcrs && !assembly_is_told(evidence) &&
                     wanted == ASSEMBLY_UNKNOWN && !vcf->fasta;
    for (unsigned i = 1; vcf->fasta && i < MT; i++)
        assembly_fasta(evidence, (int)i, fasta_length(vcf->fasta, i));
    evidence->bases37 = trial->bases[ASSEMBLY_GRCH37];
    evidence->bases38 = trial->bases[ASSEMBLY_GRCH38];
    if (vcf->placeless) {
        vcf->header.assembly = ASSEMBLY_GRCH37;
        vcf->header.foreign_mt = true;
        return true;
    }
    if (!assembly_decide(evidence, wanted, &vcf->header.assembly, err))
        return false;
    if (!vcf->fasta)
        vcf->fasta = vcf->references[vcf->header.assembly];
    return true;
}

static bool open_readers(struct vcf *vcf, struct err *err)
{
    const struct vcf_options *options = vcf->options;
    struct genotypes_rules rules = {.keep_filters = options->keep_filters,
                                    .n_keep_filters = options->n_keep_filters,
                                    .depth = options->depth,
                                    .quality = options->quality};
    struct blocks_rules block_rules = {.keep_filters = options->keep_filters,
                                       .n_keep_filters = options->n_keep_filters,
                                       .depth = options->block_depth,
                                       .quality = options->block_quality};
    uint32_t window = vcf->fasta ? ALLELE_SHIFT_MAX : 0;
    uint32_t n_samples = vcf->header.n_samples;

    vcf->carriers = calloc((size_t)n_samples + 1, sizeof(*vcf->carriers));
    vcf->carrier_calls = malloc(((size_t)n_samples + 1) * STREAM_CALL_MAX);
    if (!vcf->carriers || !vcf->carrier_calls)
        return err_memory(err);
    return genotypes_open(n_samples, &rules, &vcf->genotypes, err) &&
           loss_open(vcf->job->out, n_samples, vcf->header.assembly, &vcf->loss, err) &&
           blocks_open(vcf->loss, n_samples, &block_rules, &vcf->blocks, err) &&
           site_window_open(vcf->job->out, window, &vcf->sites, err) &&
           annotation_open(&vcf->header, &vcf->annotation, err);
}

static bool open_parts(struct vcf *vcf, struct err *err)
{
    const struct run_input *file = &vcf->job->inputs[0];
    const struct vcf_options *options = vcf->options;
    struct trial trial = {0};

    vcf->ref = malloc(ALLELE_BASES_MAX + 1);
    vcf->alt = malloc(ALLELE_BASES_MAX + 1);
    if (!vcf->ref || !vcf->alt)
        return err_memory(err);
    return open_references(vcf, err) &&
           trial_read(file, options->inflation_max, vcf->references, &trial, err) &&
           lines_open(file->fd, file->bytes, options->inflation_max, &vcf->lines, err) &&
           header_read(&vcf->header, vcf->lines, options->samples_max, err) &&
           settle_assembly(vcf, &trial, err) && put_intervals(vcf, err) &&
           vcf_samples_put(&vcf->header, vcf->job, &vcf->somatic, &vcf->roles, err) &&
           open_readers(vcf, err);
}

/* What the header says of the whole file, before its first line. */
static bool begin(struct vcf *vcf, struct err *err)
{
    if (vcf->header.byte_order_mark && !vcf_reject(vcf, REJECT_BYTE_ORDER_MARK, "header", 1, err))
        return false;
    return !vcf->header.foreign_mt || leave_out_mt(vcf, true, err);
}

bool vcf_import(struct run_job *job, struct err *err)
{
    assert(job);
    struct vcf vcf = {.job = job, .options = job->options, .chr = -1};
    bool ok = open_parts(&vcf, err) && begin(&vcf, err) && read_records(&vcf, err);

    annotation_close(vcf.annotation);
    site_window_close(vcf.sites);
    blocks_close(vcf.blocks);
    loss_close(vcf.loss);
    genotypes_close(vcf.genotypes);
    close_references(&vcf);
    header_clear(&vcf.header);
    lines_close(vcf.lines);
    bytes_clear(&vcf.spelled);
    free(vcf.carriers);
    free(vcf.carrier_calls);
    free(vcf.ref);
    free(vcf.alt);
    return ok;
}

void vcf_describe(const struct vcf_options *options, char *text, size_t size)
{
    assert(options);
    int n = snprintf(text, size,
                     "assembly=%d;persons=%d;bed=%d;fasta=%d;dp=%u;gq=%u;bdp=%u;bgq=%u;keep=",
                     options->assembly, options->persons != VCF_NO_INPUT,
                     options->bed != VCF_NO_INPUT, options->fasta != VCF_NO_INPUT, options->depth,
                     options->quality, options->block_depth, options->block_quality);

    for (size_t i = 0; i < options->n_keep_filters && n >= 0 && (size_t)n < size; i++)
        n += snprintf(text + n, size - (size_t)n, "%s,", options->keep_filters[i]);
    if (options->beside && n >= 0 && (size_t)n < size)
        n += snprintf(text + n, size - (size_t)n, ";beside");
    if (options->origin && n >= 0 && (size_t)n < size)
        (void)snprintf(text + n, size - (size_t)n, ";origin=%d", options->origin);
}
