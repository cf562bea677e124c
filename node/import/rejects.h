#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an import did not take, and why: closed lists, so that no text of a file ever comes through.
 *
 * A reject names file, line, record, field and code; what it means and how to mend it is in the
 * table here, never the value. The report is JSON Lines, one object a reject
 * {"file","line","record","field","code","severity","hint"}, at most REJECTS_LINES_MAX lines a
 * code; the totals a code stand in its last lines. Severity "error" means that the unit was not
 * stored (it counts as rejected), "item" that it was
 * stored without an item of it, "warning" that it was stored and something about it was not
 * understood. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define REJECTS_LINES_MAX 1000u /* lines of the report a code */
#define REJECTS_FIELD_MAX 96u   /* bytes of a field's name */

/* Why a unit was read and left out on purpose. */
enum filter_reason {
    FILTER_COLUMN,     /* the FILTER column says that it did not pass */
    FILTER_SYMBOLIC,   /* <DEL>, <NON_REF>, ... */
    FILTER_BREAKEND,   /* BND */
    FILTER_STAR,       /* *: the allele is missing because of a deletion upstream */
    FILTER_NO_ALT,     /* a record of the reference only */
    FILTER_OFF_CONTIG, /* unplaced and decoy sequences */
    FILTER_DUPLICATE,  /* the same variant again in this file: merged */
    FILTER_NO_CARRIER, /* reserved for readers that keep carriers only */
    FILTER_ORIGIN,     /* a line of a somatic file that its caller does not call somatic */
    FILTER_REASONS
};
/* "FILTER", "symbolic", ... */
const char *filter_reason_name(enum filter_reason reason);

enum reject_code {
    /* VCF */
    REJECT_VCF_COLUMNS,
    REJECT_VCF_POSITION,
    REJECT_VCF_ALLELE,
    REJECT_VCF_ALLELE_LENGTH,
    REJECT_VCF_GENOTYPE,
    REJECT_VCF_ALLELES_TOO_MANY,
    REJECT_VCF_SHIFT,
    REJECT_VCF_REFERENCE,
    REJECT_CSQ_TERM_UNKNOWN,
    REJECT_CSQ_COLUMNS,
    REJECT_CSQ_ALLELE_UNMATCHED,
    REJECT_CSQ_ALLELE_AMBIGUOUS,
    REJECT_CSQ_TWICE,
    REJECT_CSQ_GENE_NAME,
    REJECT_CSQ_GENES_TOO_MANY,
    REJECT_AF_RANGE,
    REJECT_CLINVAR_UNKNOWN,
    REJECT_INFO_COUNT,
    REJECT_ANNOTATION_UNREAD,
    REJECT_BYTE_ORDER_MARK,
    /* phenopackets, persons and archives */
    REJECT_JSON_BROKEN,
    REJECT_PERSON_ID,
    REJECT_PERSON_ID_LOOKS_PERSONAL,
    REJECT_PERSON_FIELD,
    REJECT_EVENT_CODE,
    REJECT_EVENT_SYSTEM,
    REJECT_EVENT_DATE,
    REJECT_TERM_UNKNOWN,
    REJECT_FIELD_UNKNOWN,
    REJECT_VARIANT_FORM,
    REJECT_ASSEMBLY_UNKNOWN,
    REJECT_CSV_COLUMNS,
    REJECT_CSV_QUOTING,
    REJECT_TEXT_ENCODING,
    REJECT_TOO_LONG,
    REJECT_ID_TWICE,
    REJECT_PERSON_CONTRADICTS,
    REJECT_VARIANT_NO_PLACE,
    REJECT_VARIANT_REFUTED,
    REJECT_VARIANT_OF_OTHER,
    REJECT_PERSON_NOT_HERE,
    REJECT_CONSENT_UNREAD,
    REJECT_PERSON_NEAR,
    REJECT_ID_OTHER_FILE,
    REJECT_ID_OTHER_PERSON,
    REJECT_PERSON_IMPLAUSIBLE,
    REJECT_EVENT_IMPLAUSIBLE,
    REJECT_EVENT_CONTRADICTS,
    REJECT_TERM_OBSOLETE,
    REJECT_MEMBER_MEANING,
    REJECT_FHIR_RESOURCE,
    REJECT_NO_PACKET,
    REJECT_DISEASE_OPEN,
    REJECT_VALUE_FORM,
    REJECT_UNIT_UNKNOWN,
    REJECT_CODES
};

/* The stable name of a code ("vcf_position"), whether it is a warning, and how to mend it. */
const char *reject_code_name(enum reject_code code);
bool reject_is_warning(enum reject_code code);
const char *reject_hint(enum reject_code code);

/* Letters, digits and "_.-[]/" only, at most REJECTS_FIELD_MAX. */
bool reject_field_valid(const char *field, size_t size);

struct reject {
    const char *file; /* the input's name as given, without its folder */
    uint64_t line;
    uint64_t record;
    const char *field;
    enum reject_code code;
    bool item; /* the record was stored without this item of it */
};

struct rejects;

/* A report at path (NULL: counted only). Nothing is written before the first reject. */
bool rejects_open(const char *path, struct rejects **out, struct err *err) MUST_CHECK;
bool rejects_add(struct rejects *rejects, const struct reject *reject, struct err *err) MUST_CHECK;
/* Writes the totals behind the lines, syncs and closes the report. The counts can still be read. */
bool rejects_finish(struct rejects *rejects, struct err *err) MUST_CHECK;
/* Removes an unfinished report. Accepts NULL. */
void rejects_close(struct rejects *rejects);

uint64_t rejects_count(const struct rejects *rejects, enum reject_code code);
/* Items that were left out of records that were stored. */
uint64_t rejects_items(const struct rejects *rejects);
uint64_t rejects_errors(const struct rejects *rejects);
uint64_t rejects_warnings(const struct rejects *rejects);
/* The fields of REJECT_ANNOTATION_UNREAD, each once: "INFO/ANN, INFO/EFF"; cut where they are many.
 */
#define REJECTS_UNREAD_BYTES 128
const char *rejects_unread(const struct rejects *rejects);
