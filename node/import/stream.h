#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record stream: what the confined reader of foreign files tells the process that owns the
 * store. Fixed, binary, ours; it carries keyed hashes and never a clear id.
 *
 * A reader writes with stream_put_*(); the parent takes off what comes with stream_next(), which
 * checks every item as if it came from an attacker: form, ranges, order, known numbers, closed
 * lists. Texts and arrays of an item read live until the next stream_next(). Positions are 1-based,
 * frequencies 1e-9, dates and ages as in node/store/person.h.
 *
 * Order: intervals of the declared assay; units, each with its events behind it; then each callset
 * with its samples and behind them its sites, structural variants and gaps. Rejects and progress
 * anywhere. The end is exactly one STREAM_CLOSING or STREAM_FAILURE. Frame: u8 kind, u32 length
 * (little endian), payload of at most STREAM_ITEM_MAX bytes. A writer and a reader belong to one
 * thread.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "node/import/rejects.h"
#include "node/store/assay.h"
#include "node/store/call_code.h"
#include "node/store/entry.h"
#include "node/store/fraction.h"
#include "node/store/gap.h"
#include "node/store/note.h"
#include "node/store/person.h"
#include "node/store/structural.h"
#include "proto/base/err.h"
#include "proto/base/varint.h"
#include "proto/query/code.h"
#include "proto/query/sample_type.h"

#define STREAM_ITEM_MAX (1u << 20)
#define STREAM_UNITS_MAX (1u << 24)
#define STREAM_SAMPLES_MAX (1u << 20) /* of one callset */
#define STREAM_CALLSETS_MAX 64u
#define STREAM_NOTES_MAX 65u /* genes of one variant, and what is said outside of all */
#define STREAM_ALLELE_MAX 65535u
#define STREAM_NO_AF INT64_C(-1)
#define STREAM_NO_PLACE 31u /* chromosome of a variant without coordinates */

enum stream_kind {
    STREAM_INTERVAL = 1,
    STREAM_UNIT,
    STREAM_EVENT,
    STREAM_CALLSET,
    STREAM_SAMPLE,
    STREAM_SITE,
    STREAM_STRUCTURAL,
    STREAM_GAP,      /* a stretch of which the file could not tell something of some samples */
    STREAM_REJECT,   /* something of the file was not stored, or not understood */
    STREAM_PROGRESS, /* bytes of the inputs consumed */
    STREAM_CLOSING,  /* the reader's own arithmetic: the end of a good stream */
    STREAM_FAILURE,  /* the reader gave up: nothing is imported */
};

/*
 * What one phenopacket, one row, or one sample of a VCF says about a person. It becomes an entry of
 * the store (node/store/entry.h), with its facts and consent; the events that follow it on the
 * stream belong to it. Units are numbered 0, 1, ... as they are put.
 */
struct stream_unit {
    struct person_id person;
    struct entry_key key; /* keyed hash: the same thing delivered again */
    uint8_t content[32];  /* BLAKE2b-256 of what it says; all zero: the run's own identity */
    struct person_facts facts;
    struct consent consent;
    struct entry_key peer; /* of a sample: the same in all its files; all zero: none */
    struct entry_key
        source;     /* of the file, when no other file may replace the unit; all zero: any may */
    uint32_t input; /* the number of the input that says it, from 0 */
    uint64_t record;
    uint64_t line;  /* 0: a format without lines */
    bool uncounted; /* what is left of a record that counts as rejected */
    bool aside;     /* entry_aside() */
};

/* What a unit on the stream has beside person, key, content and facts. */
enum stream_unit_has {
    STREAM_UNIT_UNCOUNTED = 1,
    STREAM_UNIT_ASIDE = 2,
    STREAM_UNIT_CONSENT = 4,
    STREAM_UNIT_PEER = 8,
    STREAM_UNIT_SOURCE = 16,
    STREAM_UNIT_PLACE = 32, /* input, record and line */
};

/* What the calls that follow on the stream have in common. */
struct stream_callset {
    uint8_t assembly; /* enum ast_assembly; 0: variants without coordinates only */
    bool has_af;      /* population frequencies are declared: a variant without one has 0 */
    bool has_annotation;
    bool judges_sites; /* a sample without a call at a site was judged and has the reference */
    unsigned judged;   /* types of structural variants, as bits of proto/query/sv_type.h */
};

/* Samples of a callset are numbered 0, 1, ... as they are put. */
struct stream_sample {
    uint32_t unit; /* whose */
    enum sample_type type;
    bool silent; /* the file says nothing of it that is stored: the normal of a somatic file */
    const char *tissue; /* a code, as code_print() writes it; NULL: not known */
    int32_t taken;      /* PERSON_NO_DATE */
};

/*
 * One variant, normalised, and its calls, in the callset put last. Where it has a place,
 * chromosomes never come back and positions do not fall; a pair of alleles comes once.
 * STREAM_NO_PLACE: position 0, ref the gene, alt the description.
 */
struct stream_site {
    uint8_t chromosome; /* 1..22, 23 = X, 24 = Y, 25 = MT */
    uint32_t position;
    const char *ref; /* ACGTN, upper case */
    const char *alt;
    int64_t af_nano;          /* STREAM_NO_AF */
    const struct note *notes; /* gene "" for a variant between genes */
    uint32_t n_notes;
    const uint8_t *calls; /* by stream_call_write() */
    size_t calls_size;
    uint32_t n_calls;         /* set by stream_next(): without those of CALL_NONE */
    const uint8_t *fractions; /* of each of those: node/store/fraction.h */
    size_t fractions_size;    /* their number, or 0: they are not known */
};

/* A structural variant and who carries it; samples that are not called are in gaps. They come in
 * any order. */
struct stream_structural {
    uint8_t chromosome;
    struct structural variant;
    bool uncounted; /* another item of its allele counts, or the site of its bases */
    const uint8_t *calls;
    size_t calls_size;
};

/* A stretch of which the file could not tell something of some samples. Its calls are CALL_CARRIER
 * or CALL_NONE (node/store/gap.h). Gaps come in any order. */
struct stream_gap {
    uint8_t chromosome;
    uint32_t start;
    uint32_t end;
    enum gap_reason reason;
    const uint8_t *calls;
    size_t calls_size;
};

struct stream_reject {
    uint32_t input; /* which of the inputs, from 0 */
    uint64_t line;  /* 0 where the format has none */
    uint64_t record;
    const char *field; /* a column or a JSON path: letters, digits, "_.-[]/" */
    enum reject_code code;
    bool item; /* rejects.h */
};

/* How much of a file of genotypes was not taken. */
struct stream_loss {
    uint64_t records; /* lines that say something of alleles, blocks of the reference left out */
    uint64_t records_lost;
    uint64_t carriers; /* genotypes with an alternative allele */
    uint64_t carriers_lost;
    uint64_t unaligned; /* indels that were stored and may have another, left-aligned spelling */
};

/* read = offered + filtered + rejected; offered = the sites and counted structural variants, or the
 * units, put on the stream. */
struct stream_closing {
    uint64_t read;
    uint64_t offered;
    uint64_t filtered[FILTER_REASONS];
    uint64_t rejected;
    struct stream_loss loss;
    uint32_t blocks; /* chromosomes that a gVCF's blocks speak of, a bit each */
};

/* All of 1..22 and X: a gVCF of the whole genome, and not of some chromosomes. */
static inline bool stream_blocks_whole(uint32_t blocks)
{
    return (blocks & 0xfffffe) == 0xfffffe;
}

struct stream_item {
    enum stream_kind kind;
    union {
        struct assay_interval interval; /* of the declared assay: in order, not overlapping */
        struct stream_unit unit;
        struct event event; /* of the unit put last */
        struct stream_callset callset;
        struct stream_sample sample;
        struct stream_site site;
        struct stream_structural structural;
        struct stream_gap gap;
        struct stream_reject reject;
        uint64_t progress;
        struct stream_closing closing;
        struct err failure;
    };
};

struct stream_writer;

/* Writes to fd (borrowed) in pieces of at least 64 KiB. */
bool stream_writer_open(int fd, struct stream_writer **out, struct err *err) MUST_CHECK;
void stream_writer_close(struct stream_writer *writer);

bool stream_put_interval(struct stream_writer *writer, const struct assay_interval *interval,
                         struct err *err) MUST_CHECK;
bool stream_put_unit(struct stream_writer *writer, const struct stream_unit *unit,
                     struct err *err) MUST_CHECK;
bool stream_put_event(struct stream_writer *writer, const struct event *event,
                      struct err *err) MUST_CHECK;
bool stream_put_callset(struct stream_writer *writer, const struct stream_callset *callset,
                        struct err *err) MUST_CHECK;
bool stream_put_sample(struct stream_writer *writer, const struct stream_sample *sample,
                       struct err *err) MUST_CHECK;
bool stream_put_site(struct stream_writer *writer, const struct stream_site *site,
                     struct err *err) MUST_CHECK;
bool stream_put_structural(struct stream_writer *writer, const struct stream_structural *item,
                           struct err *err) MUST_CHECK;
bool stream_put_gap(struct stream_writer *writer, const struct stream_gap *gap,
                    struct err *err) MUST_CHECK;
bool stream_put_reject(struct stream_writer *writer, const struct stream_reject *reject,
                       struct err *err) MUST_CHECK;
bool stream_put_progress(struct stream_writer *writer, uint64_t bytes, struct err *err) MUST_CHECK;
/* The last item; flushes. */
bool stream_put_closing(struct stream_writer *writer, const struct stream_closing *closing,
                        struct err *err) MUST_CHECK;
bool stream_put_failure(struct stream_writer *writer, const struct err *failure,
                        struct err *err) MUST_CHECK;

/*
 * Calls of one site: varint((sample - previous - 1) * 8 + code), the first sample's previous being
 * -1. Samples rise. Returns the bytes written, at most STREAM_CALL_MAX.
 */
#define STREAM_CALL_MAX 5u
static inline size_t stream_call_write(uint8_t *out, int64_t previous, uint32_t sample,
                                       enum call_code code)
{
    uint64_t value = ((uint64_t)(sample - previous - 1) << 3) | (uint64_t)code;

    assert((int64_t)sample > previous && sample < STREAM_SAMPLES_MAX);
    return (size_t)(varint_write(out, value) - out);
}

/* The next call of a site at *at; *sample is the previous one, and starts at -1. */
static inline bool stream_call_next(const struct stream_site *site, size_t *at, int64_t *sample,
                                    enum call_code *code)
{
    const uint8_t *from = site->calls + *at, *next = from + 1;
    size_t left = site->calls_size - *at;
    uint64_t value;

    if (left && *from < 128) /* nearly all */
        value = *from;
    else
        next = varint_read(from, from + (left < STREAM_CALL_MAX ? left : STREAM_CALL_MAX), &value);
    if (!next)
        return false;
    *at += (size_t)(next - from);
    *sample += (int64_t)(value >> 3) + 1;
    *code = (enum call_code)(value & 7);
    return (value & 7) < CALL_CODES;
}

/* The share of reads of the call that stream_call_next() gave last; *n: of how many it was asked.
 */
static inline uint8_t stream_fraction_next(const struct stream_site *site, enum call_code code,
                                           size_t *n)
{
    bool known = code != CALL_NONE && *n < site->fractions_size;

    return known ? site->fractions[(*n)++] : FRACTION_UNKNOWN;
}

struct stream_reader;

/* Reads from fd (borrowed). */
bool stream_reader_open(int fd, struct stream_reader **out, struct err *err) MUST_CHECK;
void stream_reader_close(struct stream_reader *reader);
/*
 * The next item; *end is true, and the item not set, once the stream has ended behind its closing
 * or failure. A stream that breaks off is ERR_UNAVAILABLE; one that breaks the rules above is
 * ERR_INTERNAL, as only a reader gone wrong writes it.
 */
bool stream_next(struct stream_reader *reader, struct stream_item *item, bool *end,
                 struct err *err) MUST_CHECK;
