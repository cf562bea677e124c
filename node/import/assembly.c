/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/assembly.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/query/place.h"

#define MT 25
#define RCRS_BASES 16569u
#define LENGTH_UNKNOWN INT32_MAX

static const char *const names37[] = {"grch37", "hg19", "hs37", "b37", "g1k_v37", "assembly19"};
static const char *const names38[] = {"grch38", "hg38", "hs38", "b38", "assembly38"};

void assembly_contig(struct assembly_evidence *evidence, uint64_t line, const struct contig *contig,
                     uint64_t length)
{
    assert(evidence && contig);
    int chromosome = contig->chromosome;

    if (contig->kind == CONTIG_FOREIGN)
        evidence->line_other = line;
    if (contig->assembly == ASSEMBLY_GRCH37)
        evidence->line37 = line;
    if (contig->assembly == ASSEMBLY_GRCH38)
        evidence->line38 = line;
    evidence->foreign_mt |= contig->foreign_mt;
    if (length <= 1 || length == LENGTH_UNKNOWN || chromosome < 1)
        return;
    if (chromosome == MT) {
        evidence->rcrs |= length == RCRS_BASES;
        evidence->foreign_mt |= length != RCRS_BASES;
    } else if (length == place_chromosome_length(ASSEMBLY_GRCH37, chromosome)) {
        evidence->line37 = line;
    } else if (length == place_chromosome_length(ASSEMBLY_GRCH38, chromosome)) {
        evidence->line38 = line;
    } else {
        evidence->line_other = line;
    }
}

void assembly_fasta(struct assembly_evidence *evidence, int chromosome, uint64_t length)
{
    assert(evidence);
    if (chromosome == MT || !length)
        return;
    evidence->fasta37 |= length == place_chromosome_length(ASSEMBLY_GRCH37, chromosome);
    evidence->fasta38 |= length == place_chromosome_length(ASSEMBLY_GRCH38, chromosome);
}

/* As a word: "b38" is none in "lab38" and in "b380". */
static bool names_one(const char *const *names, size_t n, const char *text, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(names[i]);

        for (size_t at = 0; at + size <= length; at++)
            if (strncasecmp(text + at, names[i], size) == 0 &&
                (!at || !isalnum((unsigned char)text[at - 1])) &&
                (at + size == length || !isdigit((unsigned char)text[at + size])))
                return true;
    }
    return false;
}

/* Files and folders are named after whatever people like. */
static bool is_path(const char *text, size_t length)
{
    static const char *const ends[] = {".fa",   ".fasta", ".fna", ".fas", ".fai", ".2bit",
                                       ".dict", ".gz",    ".bgz", ".xz",  ".zip", ".txt"};

    if (memchr(text, '/', length) || memchr(text, '\\', length))
        return true;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t size = strlen(ends[i]);

        if (length >= size && strncasecmp(text + length - size, ends[i], size) == 0)
            return true;
    }
    return false;
}

void assembly_text(struct assembly_evidence *evidence, uint64_t line, const char *text,
                   size_t length)
{
    assert(evidence);
    bool is37 = names_one(names37, sizeof(names37) / sizeof(names37[0]), text, length);
    bool is38 = names_one(names38, sizeof(names38) / sizeof(names38[0]), text, length);

    if (is_path(text, length) || (is37 && is38)) /* both: such as the name of a lifted file */
        return;
    if (is37)
        evidence->line37 = line;
    if (is38)
        evidence->line38 = line;
}

static bool refuse_fasta(uint64_t line, enum ast_assembly fasta, enum ast_assembly said,
                         struct err *err)
{
    if (!line)
        return err_set(err, ERR_INVALID, "the reference of --fasta is %s, and --assembly says %s",
                       place_assembly_name(fasta), place_assembly_name(said));
    return err_set(err, ERR_INVALID, "header line %llu says %s, and the reference of --fasta is %s",
                   (unsigned long long)line, place_assembly_name(said), place_assembly_name(fasta));
}

static bool agrees_with_fasta(const struct assembly_evidence *evidence, enum ast_assembly wanted,
                              struct err *err)
{
    if (evidence->fasta37 && (evidence->line38 || wanted == ASSEMBLY_GRCH38))
        return refuse_fasta(evidence->line38, ASSEMBLY_GRCH37, ASSEMBLY_GRCH38, err);
    if (evidence->fasta38 && (evidence->line37 || wanted == ASSEMBLY_GRCH37))
        return refuse_fasta(evidence->line37, ASSEMBLY_GRCH38, ASSEMBLY_GRCH37, err);
    return true;
}

static bool refuse_wanted(uint64_t line, enum ast_assembly wanted, enum ast_assembly said,
                          struct err *err)
{
    return err_set(err, ERR_INVALID, "header line %llu says %s, and --assembly says %s",
                   (unsigned long long)line, place_assembly_name(said),
                   place_assembly_name(wanted));
}

static bool convicts(const struct assembly_bases *bases)
{
    return bases->differ * 100 > bases->compared * ASSEMBLY_DIFFER_PERCENT;
}

bool assembly_is_told(const struct assembly_evidence *evidence)
{
    assert(evidence);
    return evidence->line37 || evidence->line38 || evidence->fasta37 != evidence->fasta38;
}

static const struct assembly_bases *bases_of(const struct assembly_evidence *evidence,
                                             enum ast_assembly assembly)
{
    return assembly == ASSEMBLY_GRCH37 ? &evidence->bases37 : &evidence->bases38;
}

static bool acquits(const struct assembly_evidence *evidence, enum ast_assembly assembly)
{
    const struct assembly_bases *bases = bases_of(evidence, assembly);

    return bases->compared >= ASSEMBLY_COMPARED_LEAST && !convicts(bases);
}

/* Writes in how many records REF differs from a reference: ", and from GRCh38's in 0 of 400".
 * Writes nothing when none was compared. */
static void say_bases(const struct assembly_evidence *evidence, enum ast_assembly assembly,
                      char text[static 96])
{
    const struct assembly_bases *bases = bases_of(evidence, assembly);

    *text = 0;
    if (bases->compared)
        (void)snprintf(text, 96, ", and from that of %s in %llu of %llu",
                       place_assembly_name(assembly), (unsigned long long)bases->differ,
                       (unsigned long long)bases->compared);
}

static bool refuse_bases(const struct assembly_evidence *evidence, enum ast_assembly assembly,
                         struct err *err)
{
    enum ast_assembly other = assembly == ASSEMBLY_GRCH37 ? ASSEMBLY_GRCH38 : ASSEMBLY_GRCH37;
    const struct assembly_bases *bases = bases_of(evidence, assembly);
    char more[96];

    say_bases(evidence, other, more);
    return err_set(err, ERR_INVALID,
                   "REF differs from the reference of %s in %llu of %llu records%s: the file is of "
                   "another assembly, or broken; say the right one with --assembly, and mend the "
                   "header",
                   place_assembly_name(assembly), (unsigned long long)bases->differ,
                   (unsigned long long)bases->compared, more);
}

bool assembly_judge(const struct assembly_evidence *evidence, enum ast_assembly assembly,
                    struct err *err)
{
    return !convicts(bases_of(evidence, assembly)) || refuse_bases(evidence, assembly, err);
}

/* The one assembly whose reference the records agree with. */
static bool decide_by_bases(const struct assembly_evidence *evidence, enum ast_assembly *assembly,
                            struct err *err)
{
    bool is37 = acquits(evidence, ASSEMBLY_GRCH37), is38 = acquits(evidence, ASSEMBLY_GRCH38);

    if (is37 != is38) {
        *assembly = is37 ? ASSEMBLY_GRCH37 : ASSEMBLY_GRCH38;
        return true;
    }
    if (convicts(&evidence->bases38))
        return refuse_bases(evidence, ASSEMBLY_GRCH38, err);
    if (convicts(&evidence->bases37))
        return refuse_bases(evidence, ASSEMBLY_GRCH37, err);
    return err_set(err, ERR_INVALID,
                   "neither contig lengths nor an assembly in ##reference or ##contig tell the "
                   "assembly (the name of a file does not), nor do bases of a loaded reference; "
                   "say it with --assembly GRCh37 or --assembly GRCh38");
}

bool assembly_decide(const struct assembly_evidence *evidence, enum ast_assembly wanted,
                     enum ast_assembly *assembly, struct err *err)
{
    assert(evidence);
    enum ast_assembly said;

    if (evidence->line_other)
        return err_set(err, ERR_INVALID,
                       "header line %llu: the contig's length is neither GRCh37's nor GRCh38's; "
                       "other assemblies are not taken",
                       (unsigned long long)evidence->line_other);
    if (evidence->line37 && evidence->line38)
        return err_set(err, ERR_INVALID,
                       "the header contradicts itself: line %llu says GRCh37, line %llu GRCh38",
                       (unsigned long long)evidence->line37, (unsigned long long)evidence->line38);
    if (evidence->line37 && wanted == ASSEMBLY_GRCH38)
        return refuse_wanted(evidence->line37, wanted, ASSEMBLY_GRCH37, err);
    if (evidence->line38 && wanted == ASSEMBLY_GRCH37)
        return refuse_wanted(evidence->line38, wanted, ASSEMBLY_GRCH38, err);
    if (evidence->fasta37 != evidence->fasta38) {
        if (!agrees_with_fasta(evidence, wanted, err))
            return false;
        *assembly = evidence->fasta37 ? ASSEMBLY_GRCH37 : ASSEMBLY_GRCH38;
        return true;
    }
    if (!evidence->line37 && !evidence->line38 && wanted == ASSEMBLY_UNKNOWN)
        return decide_by_bases(evidence, assembly, err);
    said = evidence->line37 ? ASSEMBLY_GRCH37 : evidence->line38 ? ASSEMBLY_GRCH38 : wanted;
    if (!assembly_judge(evidence, said, err))
        return false;
    *assembly = said;
    return true;
}
