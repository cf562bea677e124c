/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/assembly.h"

#include <string.h>
#include <strings.h>

#include "proto/query/place.h"

#define MT 25
#define RCRS_BASES 16569u

static const char *const names37[] = {"grch37", "hg19", "hs37", "b37", "g1k_v37", "assembly19"};
static const char *const names38[] = {"grch38", "hg38", "hs38", "b38", "assembly38"};

void assembly_contig(struct assembly_evidence *evidence, uint64_t line, int chromosome,
                     uint64_t length)
{
    if (!length || chromosome < 1)
        return;
    if (chromosome == MT)
        evidence->foreign_mt |= length != RCRS_BASES;
    else if (length == chromosome_length(ASSEMBLY_GRCH37, chromosome))
        evidence->line37 = line;
    else if (length == chromosome_length(ASSEMBLY_GRCH38, chromosome))
        evidence->line38 = line;
    else
        evidence->line_other = line;
}

static bool names_one(const char *const *names, size_t n, const char *text, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(names[i]);

        for (size_t at = 0; at + size <= length; at++)
            if (strncasecmp(text + at, names[i], size) == 0)
                return true;
    }
    return false;
}

void assembly_text(struct assembly_evidence *evidence, uint64_t line, const char *text,
                   size_t length)
{
    bool is37 = names_one(names37, sizeof(names37) / sizeof(names37[0]), text, length);
    bool is38 = names_one(names38, sizeof(names38) / sizeof(names38[0]), text, length);

    if (is37 && is38) /* such as the path of a lifted file */
        return;
    if (is37)
        evidence->line37 = line;
    if (is38)
        evidence->line38 = line;
}

static bool refuse_wanted(uint64_t line, enum ast_assembly wanted, enum ast_assembly said,
                          struct err *err)
{
    return err_set(err, ERR_INVALID, "header line %llu says %s, and --assembly says %s",
                   (unsigned long long)line, assembly_name(said), assembly_name(wanted));
}

bool assembly_decide(const struct assembly_evidence *evidence, enum ast_assembly wanted,
                     enum ast_assembly *assembly, struct err *err)
{
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
    if (!evidence->line37 && !evidence->line38 && wanted == ASSEMBLY_UNKNOWN)
        return err_set(err, ERR_INVALID,
                       "neither contig lengths nor ##reference tell the assembly; say it with "
                       "--assembly GRCh37 or --assembly GRCh38");
    *assembly = evidence->line37 ? ASSEMBLY_GRCH37 : evidence->line38 ? ASSEMBLY_GRCH38 : wanted;
    return true;
}
