#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published snapshot: read-only, immutable, indexed, whole or not at all.
 *
 * A manifest, named by its BLAKE2b-256 and checked against it at open, lists segment files
 * (likewise named and checked). Persons are dense ordinals within a segment of at most
 * SEGMENT_PERSONS_MAX; a set of persons is a plain bitset of one segment, SEGMENT_WORDS(n) words,
 * bit i of word i / 64. Counts are summed over segments. What an older segment says of a person
 * that was replaced or withdrawn is hidden by `alive`: every set must be ANDed with it once, at the
 * end.
 *
 * The snapshot owns all that it returns by pointer. Nothing here writes. One thread a snapshot.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/snapshot/sizes.h"
#include "node/store/person.h"
#include "node/store/variant.h"
#include "proto/base/err.h"

struct snapshot;
struct segment;

#define SEGMENT_PERSONS_MAX 16384
#define SEGMENT_WORDS(n_persons) (((size_t)(n_persons) + 63) / 64)
#define SEGMENT_WORDS_MAX SEGMENT_WORDS(SEGMENT_PERSONS_MAX)

/*
 * Opens the snapshot that folder/current names (folder = D/snapshot). In the manifest's order it
 * hashes files of SNAPSHOT_HASHED_BYTES together; of what is beyond it checks size and form only.
 */
#define SNAPSHOT_HASHED_BYTES (UINT64_C(1) << 30)
enum snapshot_check {
    SNAPSHOT_HASH_ALL, /* a process that stays: each file is read and hashed */
    SNAPSHOT_HASH_NEW, /* a process of one question: files that verified.h remembers are not */
};
bool snapshot_open(const char *folder, enum snapshot_check check, struct snapshot **out,
                   struct err *err) MUST_CHECK;
/* Accepts NULL and half-built. */
void snapshot_close(struct snapshot *snapshot);

/* For one walk: a block that was passed is not kept for the next question. */
void snapshot_keep_few(struct snapshot *snapshot);

/*
 * From here on only declared assays say who was tested, and carriers: for figures that leave. Which
 * sites a file lists depends on whom it holds. A site that one person alone carries is listed for
 * this person's sake, and if it told that all others of the file were tested there, or not called,
 * then one person would change as many: no noise for one would cover it, and whether anybody
 * carries a change could be read off the number of the untested. Staff, who see true figures, have
 * the lists too.
 */
void snapshot_by_assays(struct snapshot *snapshot);
bool snapshot_is_by_assays(const struct snapshot *snapshot);

/*** the whole ***/

struct snapshot_info {
    uint8_t id[32];      /* BLAKE2b-256 of the manifest: what answers cite */
    int32_t date;        /* the day it was published; ages are taken here */
    uint64_t n_persons;  /* alive */
    uint64_t n_variants; /* summed over segments */
    struct sizes sizes;  /* public */
    uint64_t n_carriers; /* (person, variant) pairs, summed over segments, dead ones included */
    size_t n_segments;
    size_t n_systems;
    size_t n_deliveries;
    size_t n_declared_assays;
    size_t n_assays;
    size_t n_callsets; /* joint-called files whose judged sites are listed by callset */
    bool has_genes;    /* a gene table is loaded (per assembly: snapshot_gene) */
    bool has_genes_37; /* one of GRCh37 */
    bool has_genes_38;
};

const struct snapshot_info *snapshot_info(const struct snapshot *snapshot);
struct segment *snapshot_segment(struct snapshot *snapshot, size_t i);

/* A code system whose terms are loaded: what "under" closes over, and the vocabulary's version. */
struct snapshot_system {
    const char *system; /* "hp" */
    const char *release;
    bool has_parents; /* closed over its ancestors */
};
const struct snapshot_system *snapshot_system(const struct snapshot *snapshot, size_t i);
/* NULL when not loaded: then "under" is the code itself only. */
const struct snapshot_system *snapshot_system_find(const struct snapshot *snapshot,
                                                   const char *system);

/*
 * Is the code a term of a loaded system? *canonical is its current code (an obsolete or alternative
 * one is followed), valid until the next call; both false and NULL when unknown.
 */
bool snapshot_term(struct snapshot *snapshot, const char *system, const char *code, bool *known,
                   const char **canonical, struct err *err) MUST_CHECK;
/*
 * The code and all of its ancestors, each once, NUL-terminated one after the other; n of them.
 * Valid until the next call. For "phenotype excluded": X is excluded when any of these was.
 */
bool snapshot_ancestors(struct snapshot *snapshot, const char *system, const char *code,
                        const char **codes, size_t *n, struct err *err) MUST_CHECK;

/* Has the loaded release of the system codes below this one? False where none is loaded. */
bool snapshot_has_below(struct snapshot *snapshot, const char *system, const char *code, bool *has,
                        struct err *err) MUST_CHECK;

/* A kind and code system that the region declares to deliver in full. */
struct snapshot_delivery {
    const char *kind; /* "diagnosis" */
    const char *system;
    int32_t since; /* the first day; PERSON_NO_DATE: not said */
};
/* i < info->n_deliveries. */
struct snapshot_delivery snapshot_delivery(const struct snapshot *snapshot, size_t i);
struct snapshot_assay {
    const char *name;
    uint8_t assembly;
    bool whole_genome;
};
/*
 * An assay that the operator declared, i < info->n_declared_assays. It is there whoever was looked
 * at with it, so that it may be told to anybody; snapshot_assay() is of those with members.
 */
struct snapshot_assay snapshot_declared_assay(const struct snapshot *snapshot, size_t i);
/* kind: enum event_kind, or CONCEPT_ANY_KIND: any kind of this system. */
bool snapshot_delivers(const struct snapshot *snapshot, unsigned kind, const char *system);

struct snapshot_interval {
    uint32_t start; /* 1-based, inclusive */
    uint32_t end;
};

struct snapshot_stretch {
    uint8_t chromosome;
    uint32_t start; /* 1-based, inclusive */
    uint32_t end;
};

/* Sorted, not overlapping. A symbol has several spans where it has several loci (X and Y). */
struct snapshot_gene {
    const struct snapshot_stretch *spans;
    size_t n_spans;
    const struct snapshot_stretch *coding; /* NULL when no transcripts are loaded */
    size_t n_coding;
};
/*
 * What a name of a gene means to this snapshot: node/terms/gene_names.h. Its key is what notes and
 * segment_gene() go by.
 */
struct gene_name;
bool snapshot_gene_name(struct snapshot *snapshot, const char *name, struct gene_name *out,
                        struct err *err) MUST_CHECK;
/*
 * A gene by any of its names; *known = false when the table has none for this assembly, or when the
 * name is of several. Valid until close.
 */
bool snapshot_gene(struct snapshot *snapshot, uint8_t assembly, const char *symbol, bool *known,
                   struct snapshot_gene *gene, struct err *err) MUST_CHECK;

const struct snapshot_assay *snapshot_assay(const struct snapshot *snapshot, size_t i);
/* Does assay i look at this position? Assemblies must agree, or it does not. */
bool snapshot_assay_covers(const struct snapshot *snapshot, size_t i, uint8_t assembly,
                           uint8_t chromosome, uint32_t position);
/* How many bases of start..end assay i looks at. */
uint64_t snapshot_assay_bases(const struct snapshot *snapshot, size_t i, uint8_t assembly,
                              uint8_t chromosome, struct snapshot_interval stretch);

/*
 * The variant of a vid, alleles included; ref and alt live until the next call. A long allele that
 * no segment spells is an error.
 */
bool snapshot_variant(struct snapshot *snapshot, uint64_t vid, struct variant *out,
                      struct err *err) MUST_CHECK;
/* The vid of a variant, if any segment has it or it is short; *known = false otherwise. */
bool snapshot_vid(struct snapshot *snapshot, const struct variant *variant, uint64_t *vid,
                  bool *known, struct err *err) MUST_CHECK;

/*** a segment: its persons ***/

struct segment_persons {
    uint32_t n;     /* ordinals 0..n-1 */
    size_t n_words; /* SEGMENT_WORDS(n) */
    uint32_t n_alive;
    const uint64_t *alive;
    const uint8_t *sex;        /* enum person_sex */
    const int16_t *birth_year; /* 0 = unknown */
    /* Years at the snapshot's date, at death, or fixed, at least and at most; -1: unknown. They
     * differ where the year of birth alone is known. */
    const int16_t *age;
    const int16_t *age_most;
    const uint8_t *deceased; /* SEGMENT_DECEASED, SEGMENT_ALIVE; 0: not known (segment_schema.h) */
    const struct person_id *id; /* for `count` on the region's own machine; never leaves */
    /* NULL: nothing is recorded of anybody here. node/store/consent.h; a mask of 0: of this one */
    const uint64_t *consent;
    const int32_t *consent_from;
    const int32_t *consent_to;
    /* With DS: the disease as code_print() spells it is diseases[consent_disease[i] - 1]; 0: none.
     * NULL: of nobody here. */
    const uint16_t *consent_disease;
    const char *const *diseases;
    size_t n_diseases;
};
const struct segment_persons *segment_persons(const struct segment *segment);

/*** a segment: its concepts; all of these OR into words (n_words of them) ***/

enum concept_form {
    CONCEPT_EXACT,    /* this very code was recorded as present */
    CONCEPT_CLOSED,   /* this code or one below it, where the system has parents; else exact */
    CONCEPT_EXCLUDED, /* this very code was recorded as absent */
};
#define CONCEPT_ANY_KIND 0

/* Persons with the code; kind: enum event_kind, or CONCEPT_ANY_KIND. */
bool segment_concept(struct segment *segment, unsigned kind, const char *system, const char *code,
                     enum concept_form form, uint64_t *words, struct err *err) MUST_CHECK;
/* Persons with a recorded code that starts with prefix (icd10, atc); "" = any of the system. */
bool segment_concept_prefix(struct segment *segment, unsigned kind, const char *system,
                            const char *prefix, uint64_t *words, struct err *err) MUST_CHECK;

/* Has it traces (node/store/person.h) of anybody? They are concepts of EVENT_TRACE_SYSTEM. */
bool segment_has_traces(const struct segment *segment);

/* Persons with a sample by assay i, and by callset i; NULL when nobody of this segment. */
const uint64_t *segment_assay_members(const struct segment *segment, size_t i);
const uint64_t *segment_callset_members(const struct segment *segment, size_t i);
/* Persons with any sample. */
const uint64_t *segment_sampled(const struct segment *segment);

/*** a segment: its variants ***/

/* Classes of persons at a site; a person is in one of them at most. */
enum site_class {
    SITE_HET,
    SITE_HOM,
    SITE_HEMI,
    SITE_CARRIER, /* zygosity unknown */
    SITE_NO_CALL, /* in every callset that judged the site: not called */
    SITE_REF,     /* reference, judged by a file of few samples (large ones: by callset) */
};
#define SITE_CLASSES 6
#define SITE_BIT(class) (1U << (class))
#define SITE_CARRIERS                                                                              \
    (SITE_BIT(SITE_HET) | SITE_BIT(SITE_HOM) | SITE_BIT(SITE_HEMI) | SITE_BIT(SITE_CARRIER))

#define SITE_AF_UNKNOWN (-1) /* no annotation of the variant tells one */

/* A site of one segment. Lists point into a cached block: valid until the next call on the segment.
 */
struct site {
    uint64_t vid;
    int64_t af_nano;     /* 0 when looked up and not found; SITE_AF_UNKNOWN */
    bool annotated;      /* its notes are all, and their genes known: it lies in no other gene */
    uint16_t n_callsets; /* that judged it, of those listed by callset */
    const uint16_t *callsets;
    uint32_t count[SITE_CLASSES]; /* persons in each class, dead ones included */
    /* below: opaque, for site_or() and site_count() */
    const uint8_t *list[SITE_CLASSES];
    uint8_t dense; /* SITE_BITs */
};

/* A walk over the sites lo <= vid < hi of a segment, in order of vid. */
struct sites {
    struct segment *segment;
    uint64_t next;
    uint64_t end;
    size_t number; /* from here: opaque */
    const void *block;
    uint64_t drops;
    uint32_t at;
    bool failed; /* and err is set: look after the walk */
};
void sites_start(struct sites *sites, struct segment *segment, uint64_t lo, uint64_t hi);
/* False at the end, and on failure (sites->failed). */
bool sites_next(struct sites *sites, struct site *site, struct err *err) MUST_CHECK;
/* The site of this vid; *found = false when the segment has none. */
bool segment_site(struct segment *segment, uint64_t vid, bool *found, struct site *site,
                  struct err *err) MUST_CHECK;

/* OR the persons of these classes (SITE_BIT) into words. */
void site_or(const struct segment *segment, const struct site *site, unsigned classes,
             uint64_t *words);
/* How many persons of one class are in the cohort. */
uint32_t site_count(const struct segment *segment, const struct site *site, enum site_class class,
                    const uint64_t *cohort);
/*
 * The variants of this segment that begin before lo's position and whose REF reaches it, ascending:
 * at most REACHING_MAX, more are an error.
 */
#define REACHING_MAX 4096
bool segment_reaching(struct segment *segment, uint64_t lo, uint64_t vids[static REACHING_MAX],
                      size_t *n, struct err *err) MUST_CHECK;
/* Has the segment an indel that may have another spelling (variant_may_shift())? */
bool segment_has_unaligned(const struct segment *segment);
/* snapshot_variant() of one that this segment has. */
bool segment_variant(struct segment *segment, uint64_t vid, struct variant *out,
                     struct err *err) MUST_CHECK;
/* The last base of REF of a variant that this segment has (the first one is the vid's position). */
bool segment_vid_end(struct segment *segment, uint64_t vid, uint32_t *end,
                     struct err *err) MUST_CHECK;

/*
 * The variants of this segment that a file's annotation puts in a gene, in order of vid, column by
 * column: a question reads thousands of them and asks for one or two columns.
 */
struct gene_sites {
    size_t n;
    const uint64_t *vid;
    const uint64_t *consequences; /* proto/query/vocabulary.h; 0: not said; CONSEQUENCE_UNREAD */
    const int64_t *af_nano;       /* as in struct site */
    const uint32_t *clinvar;      /* CLINVAR_READ: all that ClinVar says */
};
/* By the gene's key. Valid until the next call on the segment. */
bool segment_gene(struct segment *segment, const char *gene, struct gene_sites *sites,
                  struct err *err) MUST_CHECK;

/* The same seen from a site: one note a gene. For walks over a stretch: cheap when vids rise. */
struct site_note {
    const char *gene; /* its key (snapshot_gene_name), "" between genes */
    uint64_t consequences;
    uint32_t clinvar;
};
/*
 * Valid until the next call on the segment. *complete: the notes are all, so that the site is seen
 * in no other gene, but that a name which no table knows may be another gene's.
 */
bool segment_notes(struct segment *segment, uint64_t vid, const struct site_note **notes, size_t *n,
                   bool *complete, struct err *err) MUST_CHECK;
/* Is every site of the segment annotated? Then a gene's rows are all that there is of it. */
bool segment_annotated(const struct segment *segment);

/*
 * OR into words the persons of these classes at any of n vids (ascending). The fast way for a whole
 * gene: dense lists first, and it stops when words covers `until` (NULL: never).
 */
bool segment_carriers(struct segment *segment, const uint64_t *vids, size_t n, unsigned classes,
                      const uint64_t *until, uint64_t *words, struct err *err) MUST_CHECK;
