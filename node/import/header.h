#pragma once
/*
 * The header of a VCF: its assembly, its samples, and which INFO fields say something about genes,
 * consequences, ClinVar and population frequencies.
 *
 * The lines are parsed here, by ours. Sample names never leave this process. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/assembly.h"
#include "node/import/vep.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

struct lines;

#define HEADER_LINES_MAX 100000u
#define HEADER_KEYS_MAX 512u
#define HEADER_KEY_BYTES_MAX 63u
#define HEADER_SAMPLES_MAX 10000u /* default */
#define HEADER_SAMPLE_NAME_MAX 255u

enum info_role { INFO_CSQ, INFO_ANN, INFO_CLINVAR, INFO_FREQUENCY };

struct info_key {
    char name[HEADER_KEY_BYTES_MAX + 1];
    uint8_t length;
    enum info_role role;
    bool per_alt; /* Number=A: the i-th value is of the i-th allele */
};

struct header {
    enum ast_assembly assembly;
    bool foreign_mt; /* the mitochondrial contig is not rCRS: its records are left out */
    char *columns;   /* the #CHROM line, cut at its tabs */
    const char **samples;
    uint32_t n_samples;
    struct info_key keys[HEADER_KEYS_MAX];
    size_t n_keys;
    uint64_t lengths; /* bit n: some key is n bytes long */
    bool has_csq;
    bool has_ann;
    struct vep_format csq;
    struct vep_format ann;
    bool has_af;
    bool has_annotation;
};

/* Reads up to and with the #CHROM line. Clear with header_clear() also on failure. */
bool header_read(struct header *header, struct lines *lines, enum ast_assembly wanted,
                 uint32_t samples_max, struct err *err) MUST_CHECK;
void header_clear(struct header *header);

/* The key's row, or NULL when it is of no interest. */
const struct info_key *header_key(const struct header *header, const char *name, size_t length);
