/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/contig.h"

#include <string.h>
#include <strings.h>

#include "proto/query/place.h"

#define NUMBERED 24
#define MT 25
#define CM_FIRST 663

/* Versions of NC_000001..NC_000024 in GRCh37; in GRCh38 each is one higher. */
static const unsigned char versions37[NUMBERED] = {10, 11, 11, 11, 9,  11, 13, 10, 11, 10, 9,  11,
                                                   10, 8,  9,  9,  10, 9,  9,  10, 8,  10, 10, 9};

static const char *const unplaced_starts[] = {
    "NT_", "NW_", "GL0", "KI27", "KN1",   "KN5", "KN7",  "KQ",  "KV",  "KZ",  "ML14",   "MU2",
    "JH1", "JH6", "KB0", "HLA",  "chrUn", "Un_", "phix", "NZ_", "EBV", "AC_", "chrEBV", "lambda"};
static const char *const unplaced_parts[] = {"_random", "_alt", "_fix", "_hap", "decoy", "hs37d5"};

static bool starts(const char *name, size_t length, const char *word)
{
    size_t n = strlen(word);

    return length >= n && strncasecmp(name, word, n) == 0;
}

static bool holds(const char *name, size_t length, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= length; i++)
        if (strncasecmp(name + i, word, n) == 0)
            return true;
    return false;
}

/* A number to the end of the text, or to a dot; 0 when it is none. */
static unsigned number_at(const char *text, size_t length, size_t *at)
{
    unsigned value = 0;
    size_t from = *at;

    for (; *at < length && text[*at] >= '0' && text[*at] <= '9' && *at - from < 7; (*at)++)
        value = value * 10 + (unsigned)(text[*at] - '0');
    return *at < length && text[*at] != '.' ? 0 : value;
}

static struct contig by_version(unsigned number, unsigned version, unsigned first)
{
    struct contig contig = {.kind = CONTIG_CHROMOSOME, .chromosome = (int)number};

    if (version == first)
        contig.assembly = ASSEMBLY_GRCH37;
    else if (version == first + 1)
        contig.assembly = ASSEMBLY_GRCH38;
    else if (version)
        contig = (struct contig){.kind = CONTIG_FOREIGN};
    return contig;
}

/* NC_000001.11 and the like. */
static struct contig refseq(const char *name, size_t length)
{
    size_t at = 3;
    unsigned number = number_at(name, length, &at), version;

    at++;
    version = at < length ? number_at(name, length, &at) : 0;
    if (number >= 1 && number <= NUMBERED)
        return by_version(number, version, versions37[number - 1]);
    if (number == 12920)
        return (struct contig){.kind = CONTIG_CHROMOSOME, .chromosome = MT};
    if (number == 1807)
        return (struct contig){.kind = CONTIG_CHROMOSOME, .chromosome = MT, .foreign_mt = true};
    if (number >= 60925 && number <= 60948) /* T2T-CHM13v2.0 */
        return (struct contig){.kind = CONTIG_FOREIGN};
    return (struct contig){.kind = number == 7605 ? CONTIG_UNPLACED : CONTIG_UNKNOWN};
}

/* CM000663.2 and the like. */
static struct contig genbank(const char *name, size_t length)
{
    size_t at = 2;
    unsigned number = number_at(name, length, &at), version;

    at++;
    version = at < length ? number_at(name, length, &at) : 0;
    if (number >= CM_FIRST && number < CM_FIRST + NUMBERED)
        return by_version(number - CM_FIRST + 1, version, 1);
    return (struct contig){.kind = CONTIG_UNKNOWN};
}

static bool is_unplaced(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof(unplaced_starts) / sizeof(unplaced_starts[0]); i++)
        if (starts(name, length, unplaced_starts[i]))
            return true;
    for (size_t i = 0; i < sizeof(unplaced_parts) / sizeof(unplaced_parts[0]); i++)
        if (holds(name, length, unplaced_parts[i]))
            return true;
    return false;
}

/* PLINK's numbers; 0 when it is none of them. */
static int numbered(const char *name, size_t length)
{
    if (length != 2 || name[0] != '2' || name[1] < '3' || name[1] > '6')
        return 0;
    return name[1] == '6' ? MT : 20 + (name[1] - '0');
}

struct contig contig_of(const char *name, size_t length)
{
    bool chr = starts(name, length, "chr");
    struct contig contig = {.kind = CONTIG_CHROMOSOME,
                            .chromosome = place_chromosome_by_name(name, length)};

    if (starts(name, length, "NC_"))
        return refseq(name, length);
    if (starts(name, length, "CM"))
        return genbank(name, length);
    if (!contig.chromosome && numbered(chr ? name + 3 : name, chr ? length - 3 : length)) {
        contig.chromosome = numbered(chr ? name + 3 : name, chr ? length - 3 : length);
        if (name[length - 1] == '5')
            return (struct contig){.kind = CONTIG_PAR};
    }
    if (contig.chromosome) {
        contig.chr = chr;
        return contig;
    }
    contig.kind = is_unplaced(name, length) ? CONTIG_UNPLACED : CONTIG_UNKNOWN;
    return contig;
}
