/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table of codes, with severity and remedy; the report takes nothing from a file but numbers
 * and field names of a closed alphabet.
 */
#include "node/import/rejects.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/json.h"

static const char *const reasons[FILTER_REASONS] = {
    [FILTER_COLUMN] = "FILTER",         [FILTER_SYMBOLIC] = "symbolic",
    [FILTER_BREAKEND] = "breakend",     [FILTER_STAR] = "star allele",
    [FILTER_NO_ALT] = "reference only", [FILTER_OFF_CONTIG] = "other contig",
    [FILTER_DUPLICATE] = "duplicate",   [FILTER_NO_CARRIER] = "no carrier",
    [FILTER_ORIGIN] = "not somatic",
};

struct rejects_row {
    const char *name;
    bool warning;
    const char *hint;
};

static const struct rejects_row rows[REJECT_CODES] = {
    [REJECT_VCF_COLUMNS] = {"vcf_columns", false,
                            "as many tab-separated columns as the #CHROM line has (VCF 4.3, 1.6)"},
    [REJECT_VCF_POSITION] = {"vcf_position", false,
                             "POS is a whole number within the chromosome of this assembly"},
    [REJECT_VCF_ALLELE] = {"vcf_allele", false,
                           "REF and ALT are bases A C G T N, and differ (VCF 4.3, 1.6.1)"},
    [REJECT_VCF_ALLELE_LENGTH] =
        {"vcf_allele_length", false,
         "an allele is at most 65535 bases; write it as a symbolic allele"},
    [REJECT_VCF_GENOTYPE] = {"vcf_genotype", false,
                             "FORMAT has GT, and GT numbers alleles of its own line"},
    [REJECT_VCF_ALLELES_TOO_MANY] = {"vcf_alleles_too_many", false,
                                     "at most 255 alternative alleles in a line; split it: "
                                     "bcftools norm -m-"},
    [REJECT_VCF_SHIFT] = {"vcf_shift", false,
                          "left-aligning moves it more than 10000 bases; normalise the file first: "
                          "bcftools norm -f"},
    [REJECT_VCF_REFERENCE] = {"vcf_reference", false,
                              "REF is not what the reference has there; normalise the file with "
                              "the reference that it was called with: bcftools norm -c s"},
    [REJECT_CSQ_TERM_UNKNOWN] = {"consequence_unknown", true,
                                 "a consequence term that is not in the vocabulary: any other "
                                 "consequence in this gene is \"cannot tell\""},
    [REJECT_CSQ_COLUMNS] = {"annotation_columns", true,
                            "an annotation entry has not as many columns as its header: not read; "
                            "annotate again with one version of the annotator"},
    [REJECT_CSQ_ALLELE_UNMATCHED] = {"annotation_allele", true,
                                     "an annotation entry names no alternative allele of its line: "
                                     "not read; split the file first (bcftools norm -m-) and "
                                     "annotate then"},
    [REJECT_CSQ_ALLELE_AMBIGUOUS] = {"annotation_ambiguous", true,
                                     "an annotation entry may be of several alleles of its line: "
                                     "not read; annotate with vep --allele_number, or split the "
                                     "file first (bcftools norm -m-)"},
    [REJECT_CSQ_TWICE] = {"annotation_twice", true,
                          "the line has its annotation field twice: not read; remove it with "
                          "bcftools annotate -x and annotate again"},
    [REJECT_CSQ_GENE_NAME] = {"annotation_gene", true,
                              "a gene name has at most 63 printable characters; left out"},
    [REJECT_CSQ_GENES_TOO_MANY] = {"annotation_genes_too_many", true,
                                   "the first 64 genes of a variant are kept"},
    [REJECT_AF_RANGE] =
        {"frequency_range", true,
         "an allele frequency is a number from 0 to 1, one for each allele; taken as not given"},
    [REJECT_CLINVAR_UNKNOWN] = {"clinvar_unknown", true,
                                "a clinical significance that is not in the vocabulary: any other "
                                "word for this allele is \"cannot tell\""},
    [REJECT_INFO_COUNT] =
        {"values_count", true,
         "the line does not have one value for each alternative allele, so nobody can say whose "
         "they are, and none is taken; split the file first (bcftools norm -m-) and annotate then"},
    [REJECT_ANNOTATION_UNREAD] = {"annotation_unread", true,
                                  "this annotation is not read: the header does not declare its "
                                  "form, or the file has a better one"},
    [REJECT_BYTE_ORDER_MARK] = {"byte_order_mark", true,
                                "a byte order mark before ##fileformat was passed over; VCF has "
                                "none"},
    [REJECT_JSON_BROKEN] = {"json_broken", false,
                            "the file is one JSON object: valid, no member twice, at most 64 deep, "
                            "members of the documented types"},
    [REJECT_PERSON_ID] = {"person_id", false, "every record names its person by an id"},
    [REJECT_PERSON_ID_LOOKS_PERSONAL] = {"personal_number", false,
                                         "a personal identity number stands where none may be; "
                                         "replace it by the laboratory's own id"},
    [REJECT_PERSON_FIELD] = {"person_field", false,
                             "sex, birth year and birth date have the documented form"},
    [REJECT_EVENT_CODE] = {"event_code", false, "the code has the form of its system"},
    [REJECT_EVENT_SYSTEM] = {"event_system", false,
                             "the system is one of the table in rikstal-node import --help: icd10, "
                             "hp, snomed, orpha, omim, mondo, atc, kva, npu, loinc, ..."},
    [REJECT_EVENT_DATE] = {"event_date", false, "a date is written YYYY-MM-DD"},
    [REJECT_TERM_UNKNOWN] = {"term_unknown", true,
                             "the loaded release does not have this term: kept, and reachable by "
                             "\"=\"; load a newer release with rikstal-node terms load"},
    [REJECT_FIELD_UNKNOWN] = {"field_unknown", true, "a field that rikstal does not read"},
    [REJECT_VARIANT_FORM] = {"variant_form", false,
                             "a variant has chromosome, position, ref and alt, or a gene"},
    [REJECT_ASSEMBLY_UNKNOWN] = {"assembly_unknown", false, "the assembly is GRCh37 or GRCh38"},
    [REJECT_CSV_COLUMNS] = {"csv_columns", false, "as many columns as the header has"},
    [REJECT_CSV_QUOTING] = {"csv_quoting", false, "a quoted field ends with a quote"},
    [REJECT_TEXT_ENCODING] = {"text_encoding", false, "text is UTF-8"},
    [REJECT_TOO_LONG] = {"too_long", false, "the text is longer than any real one"},
    [REJECT_ID_TWICE] = {"id_twice", false,
                         "two records have this id and say different things; the first is kept: "
                         "give each its own id, or leave one out"},
    [REJECT_PERSON_CONTRADICTS] = {"person_contradicts", false,
                                   "an earlier row says something else of this person; the earlier "
                                   "one is kept: correct one of them"},
    [REJECT_VARIANT_NO_PLACE] = {"variant_no_place", true,
                                 "no usable chromosome, position and bases: the variant is kept by "
                                 "its gene and description"},
    [REJECT_VARIANT_REFUTED] = {"variant_refuted", true,
                                "interpretationStatus is REJECTED: not counted as carried"},
    [REJECT_VARIANT_OF_OTHER] = {"variant_of_other", true,
                                 "the interpretation is of another person or sample than the "
                                 "packet's subject: not counted as carried"},
    [REJECT_PERSON_NOT_HERE] = {"person_not_here", true,
                                "nothing else is stored of a person with this id; the consent "
                                "waits for them: is the id, or its domain, another one?"},
    [REJECT_CONSENT_UNREAD] = {"consent_unread", false,
                               "the row cannot be read and may be a refusal: its person is "
                               "excluded until the row is mended and delivered again"},
    [REJECT_ID_OTHER_FILE] = {"id_other_file", false,
                              "a file of another name says something else under this id, and "
                              "stands: give each its own id or --domain, undo the other import, or "
                              "deliver both as one --feed"},
    [REJECT_ID_OTHER_PERSON] = {"id_other_person", true,
                                "what this id said before was of another person, and is replaced"},
    [REJECT_PERSON_NEAR] =
        {"person_near", true,
         "this id differs from another one only in capitals, leading zeros or signs, and they "
         "count as two persons; if they are one, give them one id"},
    [REJECT_PERSON_IMPLAUSIBLE] = {"person_implausible", false,
                                   "birth, death and age cannot all be so: no day after today, no "
                                   "death before birth, no stand-in such as 1900-01-01"},
    [REJECT_EVENT_IMPLAUSIBLE] = {"event_implausible", false,
                                  "an event lies between birth and death, and not after today"},
    [REJECT_EVENT_CONTRADICTS] = {"event_contradicts", true,
                                  "recorded as present, and as absent there or above it: questions "
                                  "on either are answered with \"cannot tell\" for this person"},
    [REJECT_TERM_OBSOLETE] =
        {"term_obsolete", true,
         "the loaded release has withdrawn this term and names no successor: kept, and reachable "
         "by \"=\"; a question on a term above it is answered with \"cannot tell\""},
    [REJECT_MEMBER_MEANING] = {"member_meaning", false,
                               "a member that this version of the schema does not have may turn "
                               "the meaning of its neighbours; say so in the schema's own way "
                               "(excluded in version 2, negated in version 1)"},
    [REJECT_FHIR_RESOURCE] = {"fhir_resource", false,
                              "this is a resource of FHIR and no phenopacket"},
    [REJECT_NO_PACKET] = {"no_packet", false,
                          "the object has no member of a phenopacket, a family or a cohort"},
    [REJECT_DISEASE_OPEN] =
        {"disease_open", true,
         "the disease of an interpretation that is not solved is no diagnosis; questions on its "
         "code system are answered with \"cannot tell\" for this person"},
    [REJECT_VALUE_FORM] = {"value_form", false,
                           "a value is a decimal number of at most nine decimals (4.9, or 4,9 with "
                           "--decimal-comma), or else an answer; what is recorded absent has none"},
    [REJECT_UNIT_UNKNOWN] = {"unit_unknown", true,
                             "the unit is none of `rikstal language`: kept, and a question with a "
                             "unit \"cannot tell\" of this value"},
};

struct rejects {
    FILE *file; /* NULL until the first reject, and when nothing is to be written */
    char *path; /* NULL: counted only */
    uint64_t counts[REJECT_CODES];
    char unread[REJECTS_UNREAD_BYTES];
    uint64_t items; /* of counts: items of records that were stored */
    bool finished;
};

const char *filter_reason_name(enum filter_reason reason)
{
    return (unsigned)reason < FILTER_REASONS ? reasons[reason] : NULL;
}

const char *reject_code_name(enum reject_code code)
{
    return (unsigned)code < REJECT_CODES ? rows[code].name : NULL;
}

bool reject_is_warning(enum reject_code code)
{
    return (unsigned)code < REJECT_CODES && rows[code].warning;
}

const char *reject_hint(enum reject_code code)
{
    return (unsigned)code < REJECT_CODES ? rows[code].hint : NULL;
}

bool reject_field_valid(const char *field, size_t size)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_.-[]/";

    if (size > REJECTS_FIELD_MAX)
        return false;
    for (size_t i = 0; i < size; i++)
        if (!field[i] || !strchr(allowed, field[i]))
            return false;
    return true;
}

bool rejects_open(const char *path, struct rejects **out, struct err *err)
{
    assert(out);
    struct rejects *rejects = calloc(1, sizeof(*rejects));

    if (rejects && path)
        rejects->path = strdup(path);
    if (!rejects || (path && !rejects->path)) {
        free(rejects);
        return err_memory(err);
    }
    *out = rejects;
    return true;
}

static bool write_failed(const struct rejects *rejects, struct err *err)
{
    return err_set(err, ERR_UNAVAILABLE, "writing %s: %s", rejects->path, strerror(errno));
}

static bool write_line(struct rejects *rejects, cJSON *object, bool built, struct err *err)
{
    char *text = built ? cJSON_PrintUnformatted(object) : NULL;
    bool written;

    if (!text)
        return err_memory(err);
    written = fprintf(rejects->file, "%s\n", text) > 0;
    cJSON_free(text);
    return written || write_failed(rejects, err);
}

static bool report(struct rejects *rejects, const struct reject *reject, struct err *err)
{
    const struct rejects_row *row = &rows[reject->code];
    cJSON *object;
    bool ok = true;

    if (!rejects->file)
        rejects->file = fopen(rejects->path, "we");
    if (!rejects->file)
        return write_failed(rejects, err);
    object = cJSON_CreateObject();
    ok = object != NULL;
    if (ok) {
        json_put_text(object, "file", reject->file, &ok);
        json_put_int(object, "line", (int64_t)reject->line, &ok);
        json_put_int(object, "record", (int64_t)reject->record, &ok);
        json_put_text(object, "field", reject->field, &ok);
        json_put_text(object, "code", row->name, &ok);
        json_put_text(object, "severity",
                      row->warning   ? "warning"
                      : reject->item ? "item"
                                     : "error",
                      &ok);
        json_put_text(object, "hint", row->hint, &ok);
    }
    ok = write_line(rejects, object, ok, err);
    cJSON_Delete(object);
    return ok;
}

bool rejects_add(struct rejects *rejects, const struct reject *reject, struct err *err)
{
    assert(rejects && reject);
    if ((unsigned)reject->code >= REJECT_CODES ||
        !reject_field_valid(reject->field, strlen(reject->field)))
        return err_set(err, ERR_INTERNAL, "a reject of unknown code or form");
    rejects->counts[reject->code]++;
    if (reject->code == REJECT_ANNOTATION_UNREAD && !strstr(rejects->unread, reject->field)) {
        size_t n = strlen(rejects->unread);

        (void)snprintf(rejects->unread + n, sizeof(rejects->unread) - n, "%s%s", n ? ", " : "",
                       reject->field);
    }
    rejects->items += reject->item && !rows[reject->code].warning;
    if (!rejects->path || rejects->counts[reject->code] > REJECTS_LINES_MAX)
        return true;
    return report(rejects, reject, err);
}

static bool report_total(struct rejects *rejects, enum reject_code code, struct err *err)
{
    cJSON *object = cJSON_CreateObject();
    bool ok = object != NULL;

    if (ok) {
        json_put_text(object, "code", rows[code].name, &ok);
        json_put_text(object, "severity", rows[code].warning ? "warning" : "error", &ok);
        json_put_int(object, "total", (int64_t)rejects->counts[code], &ok);
    }
    ok = write_line(rejects, object, ok, err);
    cJSON_Delete(object);
    return ok;
}

bool rejects_finish(struct rejects *rejects, struct err *err)
{
    assert(rejects);
    FILE *file = rejects->file;
    bool ok = true;

    rejects->finished = true;
    if (!file)
        return true;
    for (unsigned code = 0; ok && code < REJECT_CODES; code++)
        if (rejects->counts[code])
            ok = report_total(rejects, code, err);
    if (ok && (fflush(file) != 0 || fsync(fileno(file)) != 0))
        ok = write_failed(rejects, err);
    rejects->file = NULL;
    if (fclose(file) != 0 && ok)
        ok = write_failed(rejects, err);
    return ok;
}

void rejects_close(struct rejects *rejects)
{
    if (!rejects)
        return;
    if (rejects->file) {
        (void)fclose(rejects->file);
        (void)unlink(rejects->path);
    }
    free(rejects->path);
    free(rejects);
}

uint64_t rejects_count(const struct rejects *rejects, enum reject_code code)
{
    return (unsigned)code < REJECT_CODES ? rejects->counts[code] : 0;
}

static uint64_t total(const struct rejects *rejects, bool warning)
{
    uint64_t sum = 0;

    for (unsigned code = 0; code < REJECT_CODES; code++)
        if (rows[code].warning == warning)
            sum += rejects->counts[code];
    return sum;
}

uint64_t rejects_errors(const struct rejects *rejects)
{
    assert(rejects);
    return total(rejects, false) - rejects->items;
}

uint64_t rejects_items(const struct rejects *rejects)
{
    assert(rejects);
    return rejects->items;
}

const char *rejects_unread(const struct rejects *rejects)
{
    assert(rejects);
    return rejects->unread;
}

uint64_t rejects_warnings(const struct rejects *rejects)
{
    return total(rejects, true);
}
