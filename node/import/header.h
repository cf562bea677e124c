#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header of a VCF: its assembly, its samples, and which INFO fields say something about genes,
 * consequences, ClinVar and population frequencies.
 *
 * The lines are parsed here, by ours. Sample names never leave this process. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/assembly.h"
#include "node/import/sample_origin.h"
#include "node/import/sv_caller.h"
#include "node/import/vep.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

struct lines;

#define HEADER_LINES_MAX 100000u
#define HEADER_KEYS_MAX 512u
#define HEADER_KEY_BYTES_MAX 63u
#define HEADER_SAMPLES_MAX 10000u /* default */
#define HEADER_SAMPLE_NAME_MAX 255u

enum info_role {
    INFO_ANNOTATION, /* the one that is read */
    INFO_UNREAD,     /* one of the others: told */
    INFO_CLINVAR,
    INFO_FREQUENCY,
};

/* Number of a field: whose its values are. */
enum info_count { INFO_COUNT_ANY, INFO_COUNT_ALTS, INFO_COUNT_ALLELES, INFO_COUNT_GENOTYPES };

struct info_key {
    char name[HEADER_KEY_BYTES_MAX + 1];
    uint8_t length;
    enum info_role role;
    enum info_count count;
    uint8_t annotation; /* INFO_ANNOTATION, INFO_UNREAD: which of header_annotations */
};

struct header {
    struct assembly_evidence evidence; /* what the header says of the assembly */
    enum ast_assembly assembly;        /* set by the reader, which has more evidence */
    struct sample_origin_marks origin; /* what it says of the origin of its calls */
    struct sv_caller_marks sv;         /* what it says of callers of structural variants */
    bool byte_order_mark;
    bool rcrs;       /* the mitochondrial contig has the length of rCRS */
    bool foreign_mt; /* the mitochondrial contig is not rCRS: its records are left out */
    char *columns;   /* the #CHROM line, cut at its tabs */
    const char **samples;
    uint32_t n_samples;
    struct info_key keys[HEADER_KEYS_MAX];
    size_t n_keys;
    uint64_t lengths;         /* bit n: some key is n bytes long */
    struct vep_format format; /* of the annotation that is read */
    bool has_annotation;
    bool has_af;
};

/*
 * The fields that annotators write, the best first. The first one that the header declares in a
 * known form is read; the operator is told that the others are not.
 */
#define HEADER_ANNOTATIONS 5
extern const char *const header_annotations[HEADER_ANNOTATIONS];

/* Reads up to and with the #CHROM line. Clear with header_clear() also on failure. */
bool header_read(struct header *header, struct lines *lines, uint32_t samples_max,
                 struct err *err) MUST_CHECK;
void header_clear(struct header *header);

/* The key's row, or NULL when it is of no interest. */
const struct info_key *header_key(const struct header *header, const char *name, size_t length);
