/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/header.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "node/import/identity.h"
#include "node/import/lines.h"
#include "node/import/population_af.h"
#include "node/terms/contig.h"

static const char fixed[] = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";

const char *const header_annotations[HEADER_ANNOTATIONS] = {"CSQ", "vep", "ANN", "BCSQ", "EFF"};

struct span {
    const char *text;
    size_t length;
};

static bool starts(const char *line, size_t size, const char *word)
{
    size_t n = strlen(word);

    return size >= n && memcmp(line, word, n) == 0;
}

/* The value of key= among <...>, without its quotes; a comma within quotes is part of it. */
static struct span attribute(const char *line, size_t size, const char *key)
{
    size_t key_length = strlen(key), i = 0;

    while (i < size && line[i] != '<')
        i++;
    while (++i < size) {
        size_t start = i, value;
        bool quoted = false;

        while (i < size && line[i] != '=' && line[i] != ',')
            i++;
        if (i == size || line[i] == ',')
            continue;
        value = ++i;
        for (; i < size && (quoted || (line[i] != ',' && line[i] != '>')); i++)
            if (line[i] == '"' && line[i - 1] != '\\')
                quoted = !quoted;
        if (value - 1 - start != key_length || memcmp(line + start, key, key_length) != 0)
            continue;
        if (i - value >= 2 && line[value] == '"' && line[i - 1] == '"')
            return (struct span){line + value + 1, i - value - 2};
        return (struct span){line + value, i - value};
    }
    return (struct span){0};
}

static uint64_t number(struct span span)
{
    uint64_t value = 0;

    for (size_t i = 0; i < span.length; i++) {
        if (!isdigit((unsigned char)span.text[i]) || value > UINT32_MAX)
            return 0;
        value = value * 10 + (uint64_t)(span.text[i] - '0');
    }
    return value;
}

static void take_contig(struct assembly_evidence *evidence, uint64_t line_number, const char *line,
                        size_t size)
{
    struct span id = attribute(line, size, "ID");
    struct span assembly = attribute(line, size, "assembly");
    struct contig contig = contig_of(id.text, id.length);
    int chromosome = contig.chromosome;

    assembly_contig(evidence, line_number, &contig, number(attribute(line, size, "length")));
    if (assembly.length && chromosome > 0)
        assembly_text(evidence, line_number, assembly.text, assembly.length);
}

/* ##VEP="v97" ... assembly="GRCh37.p13": that attribute alone, for the line holds paths as well. */
static void take_vep(struct assembly_evidence *evidence, uint64_t line_number, const char *line,
                     size_t size)
{
    static const char word[] = "assembly=\"";
    const char *start = memmem(line, size, word, sizeof(word) - 1);
    const char *end;

    if (!start)
        return;
    start += sizeof(word) - 1;
    end = memchr(start, '"', (size_t)(line + size - start));
    if (end)
        assembly_text(evidence, line_number, start, (size_t)(end - start));
}

static bool is_clinvar(struct span id)
{
    static const char word[] = "CLNSIG";
    size_t n = sizeof(word) - 1;

    if (id.length >= n && strncasecmp(id.text + id.length - n, word, n) == 0)
        return true;
    return id.length == 8 && strncasecmp(id.text, "CLIN_SIG", 8) == 0;
}

static bool is_name(struct span id, const char *name)
{
    return id.length == strlen(name) && memcmp(id.text, name, id.length) == 0;
}

static enum info_count count_of(struct span number)
{
    if (number.length != 1)
        return INFO_COUNT_ANY;
    switch (*number.text) {
    case 'A':
        return INFO_COUNT_ALTS;
    case 'R':
        return INFO_COUNT_ALLELES;
    case 'G':
        return INFO_COUNT_GENOTYPES;
    default:
        return INFO_COUNT_ANY;
    }
}

static bool add_key(struct header *header, struct span id, enum info_role role,
                    enum info_count count, struct info_key **out)
{
    struct info_key *key = (struct info_key *)header_key(header, id.text, id.length);

    *out = key;
    if (key)
        return true; /* declared twice */
    if (header->n_keys == HEADER_KEYS_MAX || id.length > HEADER_KEY_BYTES_MAX)
        return false;
    key = &header->keys[header->n_keys++];
    memcpy(key->name, id.text, id.length);
    key->name[id.length] = 0;
    key->length = (uint8_t)id.length;
    key->role = role;
    key->count = count;
    header->lengths |= UINT64_C(1) << id.length;
    *out = key;
    return true;
}

static bool too_many(struct err *err)
{
    return err_set(err, ERR_INVALID, "too many annotation fields, or too long a name");
}

/* The best annotation that the header has so far; a field that is declared in two forms is none. */
static bool take_annotation(struct header *header, unsigned which, struct span description,
                            struct err *err)
{
    const char *name = header_annotations[which];
    struct span id = {name, strlen(name)};
    struct vep_format format;
    struct info_key *key;
    bool known = header_key(header, id.text, id.length) != NULL;
    bool readable = vep_format_read(&format, description.text, description.length);

    if (!add_key(header, id, INFO_UNREAD, INFO_COUNT_ANY, &key))
        return too_many(err);
    if (known && (key->role != INFO_ANNOTATION || !readable ||
                  memcmp(&format, &header->format, sizeof(format)) != 0))
        return err_set(err, ERR_INVALID,
                       "the header declares INFO/%s twice, in two forms: it cannot be said which "
                       "its values have. Remove it with bcftools annotate -x INFO/%s and annotate "
                       "again",
                       name, name);
    key->annotation = (uint8_t)which;
    if (known || !readable)
        return true;
    for (size_t i = 0; i < header->n_keys; i++) {
        struct info_key *other = &header->keys[i];

        if (other->role != INFO_ANNOTATION)
            continue;
        if (other->annotation < which)
            return true; /* a better one is there */
        other->role = INFO_UNREAD;
    }
    key->role = INFO_ANNOTATION;
    header->format = format;
    header->has_annotation = true;
    return true;
}

static bool take_info(struct header *header, const char *line, size_t size, struct err *err)
{
    struct span id = attribute(line, size, "ID");
    enum info_count count = count_of(attribute(line, size, "Number"));
    struct info_key *key;

    for (unsigned i = 0; i < HEADER_ANNOTATIONS; i++)
        if (is_name(id, header_annotations[i]))
            return take_annotation(header, i, attribute(line, size, "Description"), err);
    if (id.length && is_clinvar(id))
        return add_key(header, id, INFO_CLINVAR, count, &key) || too_many(err);
    if (id.length && population_af_is_field(id.text, id.length, false))
        return add_key(header, id, INFO_FREQUENCY, count, &key) || too_many(err);
    return true;
}

static bool take_meta(struct header *header, struct assembly_evidence *evidence,
                      uint64_t line_number, const char *line, size_t size, struct err *err)
{
    if (starts(line, size, "##contig="))
        take_contig(evidence, line_number, line, size);
    else if (starts(line, size, "##reference="))
        assembly_text(evidence, line_number, line + 12, size - 12);
    else if (starts(line, size, "##assembly="))
        assembly_text(evidence, line_number, line + 11, size - 11);
    else if (starts(line, size, "##VEP="))
        take_vep(evidence, line_number, line, size);
    else if (starts(line, size, "##INFO="))
        return take_info(header, line, size, err);
    return true;
}

/* ---- samples ------------------------------------------------------------------------------------
 */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool check_names(const struct header *header, struct err *err)
{
    const char **sorted = malloc(header->n_samples * sizeof(*sorted));
    bool twice = false;

    if (!sorted)
        return err_memory(err);
    memcpy(sorted, header->samples, header->n_samples * sizeof(*sorted));
    qsort(sorted, header->n_samples, sizeof(*sorted), by_name);
    for (uint32_t i = 0; i < header->n_samples; i++)
        twice |= i && strcmp(sorted[i - 1], sorted[i]) == 0;
    free(sorted);
    if (twice)
        return err_set(err, ERR_INVALID,
                       "the #CHROM line names a sample twice; rename one with bcftools reheader");
    for (uint32_t i = 0; i < header->n_samples; i++) {
        size_t length = strlen(header->samples[i]);

        if (!length || length > HEADER_SAMPLE_NAME_MAX)
            return err_set(err, ERR_INVALID, "the name of sample %u has no or too many characters",
                           i + 1);
        if (!identity_is_absent("a sample name", header->samples[i], err))
            return false;
    }
    return true;
}

static bool split_samples(struct header *header, char *text, struct err *err)
{
    uint32_t n = 1, at = 0;

    for (const char *p = text; *p; p++)
        n += *p == '\t';
    header->samples = malloc(n * sizeof(*header->samples));
    if (!header->samples)
        return err_memory(err);
    for (char *p = text; p; at++) {
        header->samples[at] = p;
        p = strchr(p, '\t');
        if (p)
            *p++ = 0;
    }
    header->n_samples = n;
    return check_names(header, err);
}

static bool take_columns(struct header *header, const char *line, size_t size, uint32_t samples_max,
                         struct err *err)
{
    static const char format[] = "\tFORMAT\t";
    size_t n = sizeof(fixed) - 1, samples = 1;

    if (!starts(line, size, fixed))
        return err_set(
            err, ERR_INVALID,
            "the column line does not begin with #CHROM POS ID REF ALT QUAL FILTER INFO, "
            "separated by tabs (VCF 4.3, 1.5)");
    if (size <= n + sizeof(format) - 1 || memcmp(line + n, format, sizeof(format) - 1) != 0)
        return err_set(err, ERR_INVALID,
                       "the file has no samples: a list of sites says nothing about persons");
    n += sizeof(format) - 1;
    for (size_t i = n; i < size; i++)
        samples += line[i] == '\t';
    if (samples > samples_max)
        return err_set(err, ERR_INVALID,
                       "the file has %zu samples, more than %u; allow it with --max-samples",
                       samples, samples_max);
    if (memchr(line, 0, size))
        return err_set(err, ERR_INVALID, "the column line holds a NUL byte");
    header->columns = strdup(line + n);
    return header->columns ? split_samples(header, header->columns, err) : err_memory(err);
}

/* An annotation that no line of the header declares is met in the records, and told there. */
static bool conclude(struct header *header, struct err *err)
{
    struct info_key *key;

    for (unsigned i = 0; i < HEADER_ANNOTATIONS; i++) {
        struct span id = {header_annotations[i], strlen(header_annotations[i])};

        if (header_key(header, id.text, id.length))
            continue;
        if (!add_key(header, id, INFO_UNREAD, INFO_COUNT_ANY, &key))
            return too_many(err);
        key->annotation = (uint8_t)i;
    }
    for (size_t i = 0; i < header->n_keys; i++)
        header->has_af |= header->keys[i].role == INFO_FREQUENCY;
    header->has_af |= header->has_annotation && header->format.has_frequency;
    return true;
}

bool header_read(struct header *header, struct lines *lines, uint32_t samples_max, struct err *err)
{
    assert(header && lines);
    struct assembly_evidence *evidence = &header->evidence;
    char *line;
    size_t size;

    *header = (struct header){0};
    for (;;) {
        if (!lines_next(lines, &line, &size, err))
            return false;
        if (!line || !starts(line, size, "#"))
            return err_set(err, ERR_INVALID,
                           "the header has no #CHROM line: there are no column names to go by");
        if (!starts(line, size, "##"))
            break;
        if (lines_number(lines) > HEADER_LINES_MAX)
            return err_set(err, ERR_INVALID, "the header has more than %u lines", HEADER_LINES_MAX);
        sample_origin_meta(&header->origin, line, size);
        sv_caller_meta(&header->sv, line, size);
        if (!take_meta(header, evidence, lines_number(lines), line, size, err))
            return err_wrap(err, "header line %llu: ", (unsigned long long)lines_number(lines));
    }
    header->byte_order_mark = lines_marked(lines);
    header->foreign_mt = evidence->foreign_mt;
    header->rcrs = evidence->rcrs;
    return take_columns(header, line, size, samples_max, err) && conclude(header, err);
}

void header_clear(struct header *header)
{
    free(header->columns);
    free(header->samples);
    *header = (struct header){0};
}

const struct info_key *header_key(const struct header *header, const char *name, size_t length)
{
    assert(header);
    if (length > HEADER_KEY_BYTES_MAX || !(header->lengths >> length & 1))
        return NULL;
    for (size_t i = 0; i < header->n_keys; i++)
        if (header->keys[i].length == length && memcmp(header->keys[i].name, name, length) == 0)
            return &header->keys[i];
    return NULL;
}
