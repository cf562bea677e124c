#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small random world, known to the last bit, and the same world as a real snapshot.
 *
 * world_make() invents persons, assays, files, variants, a terminology and a gene table from a seed
 * and puts them through store and publish; world_question() invents a question about it. What a
 * question means is in naive.h, which shares no code with the node. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/evaluate/asked_of.h"
#include "node/store/gap.h"
#include "node/store/person.h"
#include "node/store/variant.h"

#define WORLD_PERSONS_MAX 96
#define WORLD_VARIANTS 16
#define WORLD_FILES_MAX 5
#define WORLD_GENES 4 /* A B C are in the table, D is not */
#define WORLD_SPANS 2
#define WORLD_TERMS 9
#define WORLD_ASSAYS 4
#define WORLD_DISEASES 5
#define WORLD_NOTES_MAX 2
#define WORLD_REGION "12"
#define WORLD_YEAR 2026

enum genotype { GENO_REF, GENO_HET, GENO_HOM, GENO_HEMI, GENO_CARRIER };

struct world_person {
    unsigned sex;      /* 0 unknown, 1 female, 2 male, 3 other */
    int age;           /* -1 unknown */
    int birth_year;    /* 0 unknown */
    bool dead_end;     /* withdrawn: must never be counted */
    uint32_t present;  /* bits of terms */
    uint32_t excluded; /* bits of terms */
    unsigned icd;      /* bits of world_icd */
    unsigned group;    /* igsr: 0 none, 1 GBR, 2 FIN */
    unsigned atc;      /* treatments: bits of world_atc */
    /* When: the first day, 0 for a record without one, and another day, 0 for none. */
    int32_t icd_days[4][2];
    int32_t atc_days[3][2];
    unsigned disease; /* permits research on world_diseases[disease - 1] alone; 0: nothing said */
    unsigned stated;  /* bits of world_delivered: its sources say all of it */
    unsigned lost;    /* bits of world_delivered: something of it could not be read */
    bool lost_any;    /* a diagnosis of whatever system */
    uint32_t refused; /* bits of terms: refused, though their codes were read */
    unsigned refused_icd;
    unsigned validity; /* of that permission, an index of world_validity */
    uint8_t genotype[WORLD_VARIANTS];
    uint32_t tumour; /* bits of variants that its tumour has */
};

struct world_note {
    int gene; /* -1: a note without a gene; worlds made by hand alone have one */
    uint64_t consequences;
    uint32_t clinvar;
};

struct world_variant {
    struct variant name;
    uint64_t vid;
    struct world_note notes[WORLD_NOTES_MAX];
    size_t n_notes;
    int64_t af_nano;   /* -1: no value */
    bool has_notes;    /* some file has said them */
    bool full_notes;   /* with consequences and ClinVar */
    bool incomplete;   /* it may lie in genes that they do not name */
    bool part_clinvar; /* ClinVar may say more */
};

struct world_assay {
    const char *name;
    uint8_t assembly;
    bool whole;
    uint32_t start; /* chromosome 1 */
    uint32_t end;
};

/* What a sample's file could not tell, on chromosome 1 of the file's assembly. */
struct world_gap {
    uint32_t start; /* 0: none */
    uint32_t end;
    enum gap_reason reason;
    bool own; /* it rests on the sample's own record */
};

struct world_file {
    uint8_t assembly;
    bool has_af;
    bool has_annotation;
    bool judges;
    bool somatic;                     /* its samples are of tumours */
    int32_t taken[WORLD_PERSONS_MAX]; /* the day of the sample; 0: not known */
    const int64_t *shares;            /* of reads, a person; NULL: what world_share() invents */
    uint32_t sites;                   /* bits of variants */
    bool has_person[WORLD_PERSONS_MAX];
    int assay[WORLD_PERSONS_MAX];        /* of the sample; -1 */
    uint32_t no_call[WORLD_PERSONS_MAX]; /* bits of variants */
    struct world_gap gap[WORLD_PERSONS_MAX];
};

struct store;

struct world {
    uint64_t seed; /* moves as numbers are drawn */
    size_t n_persons;
    struct world_person persons[WORLD_PERSONS_MAX];
    size_t n_files;
    struct world_file files[WORLD_FILES_MAX];
    struct world_variant variants[WORLD_VARIANTS + 1]; /* the last: nobody's, for naive.c */
    bool has_hpo;
    bool has_genes;
    const char *reference; /* chromosome 1 of GRCh38 from its first base on; NULL: none is loaded */
    unsigned undelivered;  /* bits of world_delivered that the region does not declare */
    /* the real thing */
    char folder[64];
    struct arena *arena;
    struct snapshot *snapshot;
    struct population *population;
    struct limits limits;
    bool fixed_work; /* for world_asked_of() */
    bool has_tumours;
};

/* Worlds that world_make() invents have tumours, and world_question() asks for origins. */
extern bool world_with_tumours;
/* world_origin.c: makes some files those of tumours, without a draw. */
void world_tumours(struct world *world);
/* The share of reads that a tumour's sample has of a variant, in 1e-9; -1: its file does not say.
 */
int64_t world_share(const struct world *world, size_t file, size_t person, int variant);
/* Of the person's sample in the file; PERSON_NO_DATE: not known. */
int32_t world_taken(const struct world_file *file, size_t person);
/* As world_view() of tumours, with the samples of the person that were taken on this day alone. */
void world_view_day(const struct world *world, size_t person, int32_t day, struct world *view);
/* The same world as who sees one origin alone sees it. */
void world_view(const struct world *world, bool somatic, struct world *view);

extern const struct world_assay world_assays[WORLD_ASSAYS];
extern const char *const world_genes[WORLD_GENES];
/* On GRCh38:1; 0 where not in the table. C has two loci. */
extern const uint32_t world_gene_spans[WORLD_GENES][WORLD_SPANS][2];
extern const char *const world_terms[WORLD_TERMS];     /* the last one is in no release */
extern const uint32_t world_term_parents[WORLD_TERMS]; /* bits */
extern const char *const world_icd[4];
extern const char *const world_atc[3];
#define WORLD_DELIVERED 4
extern const struct world_delivery {
    enum event_kind kind;
    const char *system;
} world_delivered[WORLD_DELIVERED];
extern const char *const world_diseases[WORLD_DISEASES];

/* Permissions that begin and end about WORLD_TODAY; PERSON_NO_DATE: no beginning, no end. */
#define WORLD_TODAY 20000
#define WORLD_VALIDITIES 5
struct world_validity {
    int32_t from, to;
    bool holds; /* on WORLD_TODAY */
};
extern const struct world_validity world_validity[WORLD_VALIDITIES];

/* Does research on disease d cover who permits research on disease c alone? Said by hand. */
bool world_disease_under(const struct world *world, unsigned d, unsigned c);
/* The world's person with this id. */
size_t world_person_of(const struct person_id *id);

/* Invents the days of the person's events, without a draw. */
void world_days(const struct world *world, struct world_person *p);
void world_make(struct world *world, uint64_t seed);
/* The real thing of a world that was filled by hand. */
void world_build(struct world *world);
/* world->reference as terms load fasta leaves it, but for the length of the chromosome. */
void world_put_reference(const struct world *world, struct store *store);
void world_clear(struct world *world);
struct asked_of world_asked_of(struct world *world);

uint32_t world_draw(struct world *world, uint32_t below);
/* A question as text, into text of size bytes. */
void world_question(struct world *world, char *text, size_t size);
