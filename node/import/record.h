#pragma once
/*
 * The record stream: what the confined reader of foreign files tells the process that owns the
 * store. Fixed, binary, ours; it carries keyed hashes and never a clear id.
 *
 * A reader writes with record_put_*(); the parent takes records off with record_next(), which
 * checks every one of them as if it came from an attacker: form, ranges, order, known numbers,
 * closed lists. Texts and arrays of a record read live until the next record_next(). Units of what
 * stands behind: positions are 1-based, dates days since 1970-01-01, frequencies 1e-9.
 *
 * Frame: u8 kind, varint length, payload; at most RECORD_BYTES_MAX. A stream ends with exactly one
 * RECORD_CLOSING or RECORD_FAILURE; anything behind it, or a stream without one, is an error. A
 * writer and a reader belong to one thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/rejects.h"
#include "node/store/person.h"
#include "proto/base/err.h"

#define RECORD_BYTES_MAX (1u << 20)
#define RECORD_SAMPLES_MAX (1u << 20) /* of one stream */
#define RECORD_CALLSETS_MAX 64u
#define RECORD_NOTES_MAX 64u /* genes of one variant */
#define RECORD_TEXT_MAX 255u /* gene, description, system, code, sample's assay */
#define RECORD_ALLELE_MAX 65535u
#define RECORD_POSITION_MAX ((1u << 28) - 1)
#define RECORD_NO_DATE INT32_MIN
#define RECORD_NO_AGE (-1)   /* age_days */
#define RECORD_NO_YEARS 255u /* age_fixed_years */
#define RECORD_NO_AF INT64_C(-1)
#define RECORD_NO_PLACE 31u /* chromosome of a variant without coordinates */

enum record_kind {
    RECORD_PERSON = 1,
    RECORD_EVENT,
    RECORD_CALLSET,
    RECORD_SAMPLE,
    RECORD_SITE,
    RECORD_INTERVAL,
    RECORD_UNIT,     /* one more of what the closing arithmetic counts begins (not for VCF) */
    RECORD_REJECT,   /* something of the file was not stored, or not understood */
    RECORD_PROGRESS, /* bytes of the inputs consumed */
    RECORD_CLOSING,  /* the reader's own arithmetic: the end of a good stream */
    RECORD_FAILURE,  /* the reader gave up: nothing is imported */
};

enum record_sex { SEX_UNKNOWN = 0, SEX_FEMALE = 1, SEX_MALE = 2, SEX_OTHER = 3 };

/* A person, or what this file knows of one: unknown fields leave the store's values alone. */
struct record_person {
    struct person_id pid;
    enum record_sex sex;
    uint16_t birth_year; /* 0 unknown */
    int32_t birth_date;  /* RECORD_NO_DATE */
    int32_t death_date;  /* RECORD_NO_DATE */
    uint8_t
        age_fixed_years; /* age at the last encounter where no birth is known; RECORD_NO_YEARS */
    bool deceased;
};

enum record_event_kind {
    EVENT_DIAGNOSIS = 1,
    EVENT_PHENOTYPE,
    EVENT_TREATMENT,
    EVENT_PROCEDURE,
    EVENT_OTHER,
};

/* A coded event; its person must have been put before. */
struct record_event {
    struct person_id pid;
    enum record_event_kind kind;
    const char *system; /* lower case: hp icd10 omim orpha mondo atc igsr ... */
    const char *code;   /* hp with its prefix, icd10 upper case without the dot */
    int32_t date;       /* RECORD_NO_DATE */
    int32_t age_days;   /* at the event; RECORD_NO_AGE */
    bool excluded;
};

/* What the calls behind it have in common; callsets are numbered 0, 1, ... as they are put. */
struct record_callset {
    uint8_t assembly; /* enum ast_assembly; 0: variants without coordinates only */
    bool has_af;      /* the file declares a population frequency: a variant without one has 0 */
    bool has_annotation;
    bool joint;        /* more than one sample was called together */
    bool judges_sites; /* a sample without a call at a site of this callset was judged reference */
};

/* Samples are numbered 0, 1, ... as they are put. */
struct record_sample {
    struct person_id pid;
    uint8_t name_hash[16]; /* keyed hash of the name, so that the same sample is known again */
    uint32_t callset;
};

enum record_call_code {
    CALL_NONE = 0,    /* not called here */
    CALL_HET = 1,     /* one copy */
    CALL_HOM = 2,     /* two copies */
    CALL_HEMI = 3,    /* haploid call of the allele */
    CALL_CARRIER = 4, /* carrier, zygosity unknown */
};

enum record_picked {
    PICKED_NONE = 0, /* no transcript: the gene is named by the source itself */
    PICKED_MANE_SELECT = 1,
    PICKED_MANE_PLUS_CLINICAL = 2,
    PICKED_CANONICAL = 3,
    PICKED_MOST_SEVERE = 4,
};

struct record_note {
    const char *gene;      /* "" for a variant between genes */
    uint64_t consequences; /* bits of proto/query/vocabulary.h; 0 unknown */
    uint32_t clinvar;      /* bits of proto/query/vocabulary.h; 0 none */
    enum record_picked picked_by;
};

/*
 * One variant, normalised, and its calls. A sample that is not among the calls is judged reference
 * where the callset judges its sites, and is not said anything about otherwise.
 * chromosome RECORD_NO_PLACE: position 0, ref "", alt the description, notes[0].gene the gene.
 * Sites of a callset that judges come in order: chromosomes never come back, positions do not fall.
 */
struct record_site {
    uint32_t callset;
    uint8_t chromosome; /* 1..22, 23 = X, 24 = Y, 25 = MT */
    uint32_t position;
    const char *ref; /* ACGTN, upper case */
    const char *alt;
    int64_t af_nano; /* RECORD_NO_AF */
    const struct record_note *notes;
    uint32_t n_notes;
    const uint8_t *calls; /* by record_calls_add() */
    size_t calls_size;
};

/* Covered stretch of the declared assay, 1-based, inclusive; in order, not overlapping. */
struct record_interval {
    uint8_t chromosome;
    uint32_t start;
    uint32_t end;
};

struct record_reject {
    uint32_t input; /* which of the inputs, from 0 */
    uint64_t line;  /* 0 where the format has none */
    uint64_t record;
    const char *field; /* a column or a JSON path: letters, digits, "_.-[]/" */
    enum reject_code code;
};

struct record_closing {
    uint64_t read; /* what the file held, in units */
    uint64_t offered;
    uint64_t filtered[FILTER_REASONS];
    uint64_t rejected;
};

struct record {
    enum record_kind kind;
    union {
        struct record_person person;
        struct record_event event;
        struct record_callset callset;
        struct record_sample sample;
        struct record_site site;
        struct record_interval interval;
        struct record_reject reject;
        uint64_t progress;
        struct record_closing closing;
        struct err failure;
    };
};

struct record_writer;

/* Writes to fd (borrowed) in pieces of at least 64 KiB. */
bool record_writer_open(int fd, struct record_writer **out, struct err *err) MUST_CHECK;
void record_writer_close(struct record_writer *writer);

bool record_put_person(struct record_writer *writer, const struct record_person *person,
                       struct err *err) MUST_CHECK;
bool record_put_event(struct record_writer *writer, const struct record_event *event,
                      struct err *err) MUST_CHECK;
bool record_put_callset(struct record_writer *writer, const struct record_callset *callset,
                        struct err *err) MUST_CHECK;
bool record_put_sample(struct record_writer *writer, const struct record_sample *sample,
                       struct err *err) MUST_CHECK;
bool record_put_site(struct record_writer *writer, const struct record_site *site,
                     struct err *err) MUST_CHECK;
bool record_put_interval(struct record_writer *writer, const struct record_interval *interval,
                         struct err *err) MUST_CHECK;
bool record_put_unit(struct record_writer *writer, struct err *err) MUST_CHECK;
bool record_put_reject(struct record_writer *writer, const struct record_reject *reject,
                       struct err *err) MUST_CHECK;
bool record_put_progress(struct record_writer *writer, uint64_t bytes, struct err *err) MUST_CHECK;
/* The last record; flushes. */
bool record_put_closing(struct record_writer *writer, const struct record_closing *closing,
                        struct err *err) MUST_CHECK;
bool record_put_failure(struct record_writer *writer, const struct err *failure,
                        struct err *err) MUST_CHECK;

/*
 * Calls of one site: varint(sample - previous - 1) * 8 + code, the first sample's previous being
 * -1. Samples rise. out has room for RECORD_CALL_BYTES_MAX; returns the bytes written.
 */
#define RECORD_CALL_BYTES_MAX 5u
size_t record_call_write(uint8_t out[static RECORD_CALL_BYTES_MAX], int64_t previous,
                         uint32_t sample, enum record_call_code code);
/* The next call of a site at *at; *sample holds the previous one, and starts at -1. */
bool record_call_next(const struct record_site *site, size_t *at, int64_t *sample,
                      enum record_call_code *code);

struct record_reader;

/* Reads from fd (borrowed). */
bool record_reader_open(int fd, struct record_reader **out, struct err *err) MUST_CHECK;
void record_reader_close(struct record_reader *reader);
/*
 * The next record. After RECORD_CLOSING or RECORD_FAILURE there is none: *end is true once the
 * stream has ended behind it. A stream that breaks off is ERR_UNAVAILABLE; one that breaks the
 * rules above is ERR_INTERNAL, as only a reader gone wrong writes it.
 */
bool record_next(struct record_reader *reader, struct record *record, bool *end,
                 struct err *err) MUST_CHECK;
