/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/place_typed.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/query/place.h"

/* Versions of NC_000001 to NC_000024 in GRCh37; in GRCh38 each is one higher. */
static const unsigned char versions[] = {10, 11, 11, 11, 9,  11, 13, 10, 11, 10, 9,  11,
                                         10, 8,  9,  9,  10, 9,  9,  10, 8,  10, 10, 9};
#define N_VERSIONS (sizeof(versions) / sizeof(versions[0]))

static const struct {
    const char *name;
    enum ast_assembly assembly;
} assemblies[] = {
    {"GRCh38", ASSEMBLY_GRCH38}, {"hg38", ASSEMBLY_GRCH38}, {"b38", ASSEMBLY_GRCH38},
    {"GRCh37", ASSEMBLY_GRCH37}, {"hg19", ASSEMBLY_GRCH37}, {"b37", ASSEMBLY_GRCH37},
};

/* What is read so far, and the unread rest, which ends with NUL. */
struct reading {
    char *at;
    unsigned assemblies; /* bits */
    int chromosome;
    bool is_hg19; /* its mitochondrion is another sequence than GRCh37's */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void read_assembly(struct reading *r)
{
    for (size_t i = 0; i < sizeof(assemblies) / sizeof(assemblies[0]); i++) {
        size_t n = strlen(assemblies[i].name);

        if (strncasecmp(r->at, assemblies[i].name, n) == 0 && r->at[n] == ':') {
            r->at += n + 1;
            r->assemblies = 1u << assemblies[i].assembly;
            r->is_hg19 = strcmp(assemblies[i].name, "hg19") == 0;
            return;
        }
    }
}

/* A whole number without a leading zero; commas between groups of three digits are left out. */
static bool read_number(struct reading *r, uint32_t *out)
{
    uint64_t value = 0;
    const char *from = r->at;
    bool grouped = false;

    if (!is_digit(*r->at) || *r->at == '0')
        return false;
    for (; is_digit(*r->at) || (*r->at == ',' && is_digit(r->at[1])); r->at++) {
        if (*r->at != ',')
            value = value * 10 + (uint64_t)(*r->at - '0');
        else if ((!grouped && r->at - from > 3) || strspn(r->at + 1, "0123456789") != 3)
            return false;
        if (value > PLACE_POSITION_MAX)
            return false;
        grouped |= *r->at == ',';
    }
    *out = (uint32_t)value;
    return true;
}

/* "NC_000017.11:" */
static bool read_accession(struct reading *r)
{
    unsigned number = 0, version = 0;
    int n = 0;

    if (sscanf(r->at, "NC_%6u.%2u:%n", &number, &version, &n) != 2 || n == 0 || r->at[9] != '.')
        return false;
    if (number == 12920 && version == 1) {
        r->chromosome = 25;
    } else {
        unsigned first = number >= 1 && number <= N_VERSIONS ? versions[number - 1] : 0;

        if (!first || (version != first && version != first + 1))
            return false;
        r->chromosome = (int)number;
        r->assemblies &= 1u << (version == first ? ASSEMBLY_GRCH37 : ASSEMBLY_GRCH38);
    }
    r->at += n;
    return true;
}

static bool read_chromosome(struct reading *r)
{
    size_t n = strcspn(r->at, ":-_");

    r->chromosome = r->at[n] ? place_chromosome_by_name(r->at, n) : 0;
    r->at += n + (r->at[n] != 0);
    return r->chromosome != 0;
}

/* Takes the bases and, unless they are the last, one of the signs after them. */
static bool read_bases(struct reading *r, const char *signs, const char **from, size_t *n)
{
    *from = r->at;
    *n = strspn(r->at, "ACGTacgt");
    r->at += *n;
    if (*n == 0 || (signs ? !*r->at || !strchr(signs, *r->at) : *r->at != 0))
        return false;
    r->at += signs ? 1 : 0;
    return true;
}

static void put(struct place_typed *out, const struct reading *r, const char *rest)
{
    static const enum ast_assembly order[] = {ASSEMBLY_GRCH38, ASSEMBLY_GRCH37};

    for (int i = 0; i < 2; i++)
        if (r->assemblies >> order[i] & 1)
            snprintf(out->text[out->n++], PLACE_TYPED_BYTES, "%s:%s%s",
                     place_assembly_name(order[i]), place_chromosome_name(r->chromosome), rest);
}

/* Drops the assemblies whose chromosome is too short, unless no other is left. */
static void keep_long_enough(struct reading *r, uint32_t end)
{
    unsigned fits = 0;

    for (int a = ASSEMBLY_GRCH37; a <= ASSEMBLY_GRCH38; a++)
        if (end <= place_chromosome_length((enum ast_assembly)a, r->chromosome))
            fits |= 1u << a;
    if (r->assemblies & fits)
        r->assemblies &= fits;
}

/* After the chromosome: 43044295-G-A, g.43044295G>A. */
static void read_change(struct reading *r, struct place_typed *out)
{
    char rest[PLACE_TYPED_BYTES - 16];
    const char *ref, *alt;
    size_t n_ref, n_alt;
    uint32_t position;

    if (!read_number(r, &position))
        return;
    if (*r->at && strchr(":-_", *r->at))
        r->at++;
    if (!read_bases(r, ":-_>/", &ref, &n_ref) || !read_bases(r, NULL, &alt, &n_alt))
        return;
    keep_long_enough(r, position);
    snprintf(rest, sizeof(rest), "-%u-%.*s-%.*s", position, (int)n_ref, ref, (int)n_alt, alt);
    put(out, r, rest);
}

static void read_stretch(struct reading *r, struct place_typed *out)
{
    uint32_t start, end;
    char rest[32];

    if (!read_number(r, &start))
        return;
    end = start;
    if (*r->at) {
        r->at += strspn(r->at, "-_.");
        if (!read_number(r, &end) || *r->at)
            return;
    }
    keep_long_enough(r, end);
    snprintf(rest, sizeof(rest), ":%u-%u", start, end);
    put(out, r, rest);
}

void place_typed(const char *text, size_t length, bool change, struct place_typed *out)
{
    assert(out && (text || !length));
    struct reading r = {.assemblies = 1u << ASSEMBLY_GRCH37 | 1u << ASSEMBLY_GRCH38};
    char copy[AST_STRING_MAX + 1];

    out->n = 0;
    if (length >= sizeof(copy) || memchr(text, 0, length))
        return;
    memcpy(copy, text, length);
    copy[length] = 0;
    r.at = copy;
    read_assembly(&r);
    if ((!read_accession(&r) && !read_chromosome(&r)) || (r.is_hg19 && r.chromosome == 25))
        return;
    if (strncmp(r.at, "g.", 2) == 0 || strncmp(r.at, "m.", 2) == 0)
        r.at += 2;
    if (change)
        read_change(&r, out);
    else
        read_stretch(&r, out);
}

const char *place_typed_other(const char *text, size_t length)
{
    assert(text || !length);
    char copy[AST_STRING_MAX + 1];

    if (length >= sizeof(copy) || memchr(text, 0, length))
        return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    if (strncasecmp(copy, "rs", 2) == 0 && length > 2 &&
        strspn(copy + 2, "0123456789") == length - 2)
        return "numbers of dbSNP";
    if (strstr(copy, "c.") || strstr(copy, "n.") || strncmp(copy, "NM_", 3) == 0 ||
        strncmp(copy, "ENST", 4) == 0)
        return "HGVS descriptions of a transcript";
    if (strstr(copy, "p.") || strncmp(copy, "NP_", 3) == 0 || strncmp(copy, "ENSP", 4) == 0)
        return "HGVS descriptions of a protein";
    if (strstr(copy, "g.") || strstr(copy, "m."))
        return "HGVS descriptions other than of a plain substitution";
    return NULL;
}
