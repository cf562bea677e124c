#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random small world as its files: what is true of a few persons, and what sources say of it.
 *
 * Sources never contradict each other or the gene table: who carries a variant carries it in every
 * file that looks there, a source that states a kind in full states all of it, annotation names
 * every gene that spans a variant and no other. Otherwise taking one source away would rightly
 * change what the rest says. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/order/sheet.h"
#include "tests/synth/dice.h"

#define DRAFT_PERSONS_MAX 6
#define DRAFT_VARIANTS_MAX 10
#define DRAFT_GENES 5 /* the last one is in no table */
#define DRAFT_TERMS 7
#define DRAFT_ICD 4
#define DRAFT_QUESTION_BYTES 4096

struct draft_variant {
    unsigned chromosome; /* 1, or 23 for X */
    uint32_t position;   /* GRCh38; DRAFT_SHIFT less on GRCh37 */
    const char *ref;
    const char *alt[2]; /* [1] NULL: one allele */
    uint32_t length;    /* of a symbolic deletion; 0 */
    bool somatic;       /* in tumours only */
    bool in_parts;      /* may be written as two lines, of one base each */
    unsigned consequence[2];
    unsigned frequency[2];
    unsigned clinvar[2];
    bool stray; /* annotated in a gene that no table has */
};
#define DRAFT_SHIFT 1000

/* What an event of a person measured, or was answered. */
struct draft_measured {
    unsigned code;   /* draft_measured_codes */
    unsigned tenths; /* of mmol/L */
    unsigned unit;   /* 0 mmol/L, 1 umol/L */
    unsigned year;   /* 0: no day */
};
#define DRAFT_MEASURED_MAX 3
#define DRAFT_MEASURED_CODES 3 /* the last one has answers */

struct draft_person {
    unsigned sex;      /* 0 unknown, 1 female, 2 male */
    unsigned known_by; /* 0 nothing, 1 birth date, 2 birth year, 3 age */
    unsigned year, month, day;
    bool dead;
    bool alive;        /* said */
    unsigned icd;      /* bits */
    unsigned present;  /* bits of terms */
    unsigned excluded; /* bits of terms */
    unsigned dated;    /* bits of terms that the register dates */
    unsigned n_measured;
    struct draft_measured measured[DRAFT_MEASURED_MAX];
    uint8_t genotype[DRAFT_VARIANTS_MAX]; /* enum draft_genotype */
    unsigned share; /* on MT: of the reads that have the variant there, by draft_shares; 0: none */
};

enum draft_genotype { DRAFT_REF, DRAFT_HET, DRAFT_HOM, DRAFT_HET2, DRAFT_BOTH };

struct draft {
    struct dice dice;
    struct sheets sheets;
    size_t n_persons;
    struct draft_person persons[DRAFT_PERSONS_MAX];
    size_t n_variants;
    struct draft_variant variants[DRAFT_VARIANTS_MAX];
    bool has_hpo;     /* the whole side has it loaded */
    bool is_rich;     /* every other world: with values, tumours, and exchanges in parts */
    bool keeps_genes; /* both sides have the gene tables loaded */
    bool on_mt;       /* files list a variant on MT, with shares of reads */
};

#define DRAFT_SHARES 4
#define DRAFT_MT_POSITION 3243
extern const char *const draft_shares[DRAFT_SHARES];
extern const char *const draft_genes[DRAFT_GENES];
struct draft_span {
    unsigned chromosome;
    uint32_t start, end; /* GRCh38 */
};
extern const struct draft_span draft_spans[DRAFT_GENES - 1];
extern const char *const draft_terms[DRAFT_TERMS];
extern const unsigned draft_term_parents[DRAFT_TERMS]; /* bits */
#define DRAFT_ALIAS "HP:7777777"                       /* another spelling of draft_terms[3] */
extern const char *const draft_icd[DRAFT_ICD];
extern const char *const draft_measured_codes[DRAFT_MEASURED_CODES];

/* The world of a seed. */
void draft_make(struct draft *draft, struct arena *arena, uint64_t seed);
/* A question about it, into text. */
void draft_question(struct draft *draft, char text[static DRAFT_QUESTION_BYTES]);
/* About events in time: the questions of a draft that are drawn last. */
void draft_question_in_time(struct draft *draft, char text[static DRAFT_QUESTION_BYTES]);
/* Of one change: of one that may be written in parts, where there is such. */
void draft_question_of_change(struct draft *draft, char text[static DRAFT_QUESTION_BYTES]);
/* Of what is noted of one variant: its frequency, and most often its class in ClinVar. */
void draft_question_of_annotation(struct draft *draft, char text[static DRAFT_QUESTION_BYTES]);
/* About what events measured. */
void draft_question_of_values(struct draft *draft, char text[static DRAFT_QUESTION_BYTES]);
/* About both copies of a gene. */
void draft_question_of_hits(struct draft *draft, char text[static DRAFT_QUESTION_BYTES]);
/* About shares of reads, where on_mt is set. */
void draft_question_of_shares(struct draft *draft, char text[static DRAFT_QUESTION_BYTES]);

uint32_t draft_draw(struct draft *draft, uint32_t below);
bool draft_chance(struct draft *draft, unsigned percent);

/* The parts of draft_make(), a file each. */
void draft_genomes(struct draft *draft);
void draft_clinical(struct draft *draft);
void draft_events(struct draft *draft);
