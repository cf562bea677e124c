#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the VCF reader, for its files: vcf.c (the file, chromosomes and places), vcf_take.c
 * (what one line says), vcf_genotypes.c (whose it is) and vcf_structural.c (structural variants).
 */
#include "node/import/annotation.h"
#include "node/import/blocks.h"
#include "node/import/genotypes.h"
#include "node/import/header.h"
#include "node/import/lines.h"
#include "node/import/loss.h"
#include "node/import/role_check.h"
#include "node/import/site_window.h"
#include "node/import/sv_line.h"
#include "node/import/vcf.h"
#include "node/import/vcf_line.h"
#include "node/terms/alleles.h"
#include "node/terms/contig.h"
#include "node/terms/fasta.h"
#include "proto/base/bytes.h"

/* An indel that was not left-aligned, and is not stored, may begin so many bases further left. */
#define VCF_UNALIGNED_REACH 1000u
/* The file is refused before its end when so many records differ from the reference and they are
 * half of those compared. */
#define VCF_DIFFER_EARLY 1000u

/* The ALT column of a line, taken apart. */
struct vcf_alts {
    struct text_span items[GENOTYPES_ALTS_MAX];
    enum allele_class classes[GENOTYPES_ALTS_MAX];
    unsigned n;
    unsigned n_bases;
};

/* Who carries the structural variant in hand. */
struct vcf_carrier {
    uint32_t sample;
    uint16_t copies;
    uint8_t code;
    bool put;
};

struct vcf {
    struct run_job *job;
    const struct vcf_options *options;
    struct lines *lines;
    struct header header;
    struct fasta *fasta;         /* of --fasta, or the loaded one of the file's assembly; or NULL */
    struct fasta *references[3]; /* the loaded ones, by assembly */
    struct assembly_bases bases; /* of the records compared with fasta */
    bool placeless;              /* nothing but a chrM whose sequence is not known */
    struct genotypes *genotypes;
    struct site_window *sites;
    struct annotation *annotation;
    struct loss *loss;
    struct blocks *blocks;
    struct stream_closing closing;
    uint64_t structural; /* records whose structural variant was put, and which have no other */
    uint64_t records;
    uint64_t progress;
    struct vcf_alts
        alts;  /* of the line in hand; kept here, because clearing it costs as much as a line */
    char *ref; /* of the allele in hand */
    char *alt;
    struct bytes spelled;         /* genotypes of the line in hand, where it has none of its own */
    struct vcf_carrier *carriers; /* of a structural variant: room for all samples */
    uint8_t *carrier_calls;       /* likewise, in the form of stream_structural */
    struct role_check roles;
    bool somatic;    /* the file's calls are those of its tumours (sample_origin.h) */
    bool genotyped;  /* some line has had genotypes */
    bool lacks;      /* some line had no genotypes, and needed them */
    bool called;     /* some genotype was called */
    bool unresolved; /* a record lies on a contig that nothing here knows */
    /* where the file is */
    struct text_span name; /* of the contig, as the file writes it: into name_text */
    char name_text[64];
    struct contig contig;
    int chromosome; /* 0: none of ours */
    int last;       /* chromosome of the last line that has one; its position is below */
    uint32_t position;
    uint32_t seen; /* chromosomes, a bit each */
    int8_t chr;    /* how the file names them: 1 with "chr", 0 without, -1 not seen yet */
};

/* Reports a fault of the present line that costs `units` units; a warning costs none. */
bool vcf_reject(struct vcf *vcf, enum reject_code code, const char *field, uint64_t units,
                struct err *err) MUST_CHECK;
/*
 * A line of one of our chromosomes, at vcf->position. units: its alternative alleles, already
 * counted as read.
 */
bool vcf_take(struct vcf *vcf, const struct vcf_line *line, uint64_t units,
              struct err *err) MUST_CHECK;
/* Refuses the file when too many of the records compared so far differ from the reference. */
bool vcf_judge_reference(struct vcf *vcf, struct err *err) MUST_CHECK;
/* Reads the genotypes of a line. lost: nothing of it is taken. */
bool vcf_genotypes(struct vcf *vcf, const struct vcf_line *line, unsigned n_alts, bool lost,
                   enum genotypes_fault *fault, struct err *err) MUST_CHECK;
/* The line with its samples as text. */
bool vcf_spell(struct vcf *vcf, const struct vcf_line *line, struct vcf_line *spelled,
               struct err *err) MUST_CHECK;
/*
 * Puts the structural variant of a line whose only ALT is symbolic, its carriers, and what they say
 * of small variants: nothing. *taken is false where nothing was put: the line says none, or has no
 * genotypes that can be read.
 */
bool vcf_structural_symbol(struct vcf *vcf, const struct vcf_line *line,
                           const struct loss_place *place, bool *taken, struct err *err) MUST_CHECK;
/* Puts that of a line of bases, whose genotypes were read and whose site was put. */
bool vcf_structural_bases(struct vcf *vcf, const struct vcf_line *line, struct err *err) MUST_CHECK;
/* Notes that a whole line is lost: its samples get a gap at the place. Does not count units. */
bool vcf_lose(struct vcf *vcf, const struct vcf_line *line, const struct loss_place *place,
              enum gap_reason reason, struct err *err) MUST_CHECK;
