/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/place.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "proto/base/arena.h"
#include "proto/base/number.h"

/* GRCh37 and GRCh38, 1..22 X Y MT. Source: the contig lines of the Genome Reference Consortium. */
static const uint32_t lengths[2][25] = {
    {249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663,
     146364022, 141213431, 135534747, 135006516, 133851895, 115169878, 107349540,
     102531392, 90354753,  81195210,  78077248,  59128983,  63025520,  48129895,
     51304566,  155270560, 59373566,  16569},
    {248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973,
     145138636, 138394717, 133797422, 135086622, 133275309, 114364328, 107043718,
     101991189, 90338345,  83257441,  80373285,  58617616,  64444167,  46709983,
     50818468,  156040895, 57227415,  16569},
};

static const char *const names[] = {
    "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12", "13",
    "14", "15", "16", "17", "18", "19", "20", "21", "22", "X",  "Y",  "MT",
};

int place_chromosome_by_name(const char *name, size_t length)
{
    if (length > 3 && strncasecmp(name, "chr", 3) == 0) {
        name += 3;
        length -= 3;
    }
    if (length == 1 && (name[0] == 'M' || name[0] == 'm'))
        return 25;
    for (int i = 0; i < 25; i++)
        if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0)
            return i + 1;
    return 0;
}

const char *place_chromosome_name(int chromosome)
{
    return chromosome >= 1 && chromosome <= 25 ? names[chromosome - 1] : NULL;
}

uint32_t place_chromosome_length(enum ast_assembly assembly, int chromosome)
{
    if (chromosome < 1 || chromosome > 25 ||
        (assembly != ASSEMBLY_GRCH37 && assembly != ASSEMBLY_GRCH38))
        return 0;
    return lengths[assembly - ASSEMBLY_GRCH37][chromosome - 1];
}

const char *place_assembly_name(enum ast_assembly assembly)
{
    return assembly == ASSEMBLY_GRCH37 ? "GRCh37" : "GRCh38";
}

/* The unread rest of a text. */
struct rest {
    const char *at;
    size_t left;
};

/*
 * Takes the piece up to the separator, and the separator. With separator 0, takes the whole rest.
 */
static bool piece(struct rest *rest, char separator, struct rest *out)
{
    const char *end = separator ? memchr(rest->at, separator, rest->left) : rest->at + rest->left;

    if (!end)
        return false;
    *out = (struct rest){rest->at, (size_t)(end - rest->at)};
    rest->left -= out->left + (separator ? 1 : 0);
    rest->at = end + (separator ? 1 : 0);
    return true;
}

/*
 * Reads digits without a leading zero, at most PLACE_POSITION_MAX. 0 when the text is anything
 * else.
 */
static uint32_t position(struct rest text)
{
    uint64_t value = 0;

    if (!text.left || text.at[0] == '0' ||
        !number_whole(text.at, text.left, PLACE_POSITION_MAX, &value))
        return 0;
    return (uint32_t)value;
}

static enum place_fault assembly_and_chromosome(struct rest *rest, char separator,
                                                struct ast_locus *locus)
{
    struct rest assembly, chromosome;
    int number;

    if (!piece(rest, ':', &assembly) || !piece(rest, separator, &chromosome))
        return PLACE_FORM;
    if (assembly.left != 6 || strncasecmp(assembly.at, "GRCh3", 5) != 0 ||
        (assembly.at[5] != '7' && assembly.at[5] != '8'))
        return PLACE_ASSEMBLY;
    locus->assembly = assembly.at[5] == '7' ? ASSEMBLY_GRCH37 : ASSEMBLY_GRCH38;
    number = place_chromosome_by_name(chromosome.at, chromosome.left);
    if (!number)
        return PLACE_CHROMOSOME;
    locus->chromosome = (uint8_t)number;
    return PLACE_OK;
}

static bool within_chromosome(const struct ast_locus *locus)
{
    return locus->start && locus->start <= locus->end &&
           locus->end <= place_chromosome_length(locus->assembly, locus->chromosome);
}

/* A copy of the bases in upper case. When they are invalid, *fault says why. */
static char *bases(struct rest text, struct arena *arena, enum place_fault *fault)
{
    char *copy;

    *fault = PLACE_ALLELE;
    for (size_t i = 0; i < text.left; i++)
        if (!text.at[i] || !strchr("ACGTacgt", text.at[i]))
            return NULL;
    if (!text.left)
        return NULL;
    *fault = PLACE_MEMORY;
    copy = arena_strndup(arena, text.at, text.left);
    for (char *c = copy; c && *c; c++)
        *c &= (char)~0x20;
    return copy;
}

static void trim(char *ref, char *alt, uint32_t *start, const char **ref_out, const char **alt_out)
{
    size_t r = strlen(ref), a = strlen(alt);

    while (r > 1 && a > 1 && ref[r - 1] == alt[a - 1])
        ref[--r] = alt[--a] = 0;
    while (r > 1 && a > 1 && ref[0] == alt[0]) {
        ref++, alt++, r--, a--;
        ++*start;
    }
    *ref_out = ref;
    *alt_out = alt;
}

enum place_fault place_change(const char *text, size_t length, struct arena *arena,
                              struct ast_value *value)
{
    assert(arena && value && (text || !length));
    struct rest rest = {text, length}, start, ref_text, alt_text;
    struct ast_value made = {.kind = VALUE_CHANGE};
    enum place_fault fault = assembly_and_chromosome(&rest, '-', &made.locus);
    char *ref, *alt;

    if (fault)
        return fault;
    if (!piece(&rest, '-', &start) || !piece(&rest, '-', &ref_text) || !piece(&rest, 0, &alt_text))
        return PLACE_FORM;
    made.locus.start = position(start);
    ref = bases(ref_text, arena, &fault);
    alt = ref ? bases(alt_text, arena, &fault) : NULL;
    if (!alt)
        return fault;
    if (strcmp(ref, alt) == 0)
        return PLACE_ALLELE;
    made.locus.end = made.locus.start ? made.locus.start + (uint32_t)strlen(ref) - 1 : 0;
    if (!within_chromosome(&made.locus))
        return PLACE_POSITION;
    trim(ref, alt, &made.locus.start, &made.ref, &made.alt);
    made.locus.end = made.locus.start; /* a change has one position (ast.h) */
    made.text = arena_printf(arena, "%s:%s-%u-%s-%s", place_assembly_name(made.locus.assembly),
                             place_chromosome_name(made.locus.chromosome), made.locus.start,
                             made.ref, made.alt);
    if (!made.text)
        return PLACE_MEMORY;
    *value = made;
    return PLACE_OK;
}

enum place_fault place_locus(const char *text, size_t length, struct arena *arena,
                             struct ast_value *value)
{
    assert(arena && value && (text || !length));
    struct rest rest = {text, length}, start, end;
    struct ast_value made = {.kind = VALUE_LOCUS};
    enum place_fault fault = assembly_and_chromosome(&rest, ':', &made.locus);

    if (fault)
        return fault;
    if (!piece(&rest, '-', &start)) {
        start = rest;
        end = rest;
    } else if (!piece(&rest, 0, &end)) {
        return PLACE_FORM;
    }
    made.locus.start = position(start);
    made.locus.end = position(end);
    if (!within_chromosome(&made.locus))
        return PLACE_POSITION;
    made.text = arena_printf(arena, "%s:%s:%u-%u", place_assembly_name(made.locus.assembly),
                             place_chromosome_name(made.locus.chromosome), made.locus.start,
                             made.locus.end);
    if (!made.text)
        return PLACE_MEMORY;
    *value = made;
    return PLACE_OK;
}

const char *place_fault_text(enum place_fault fault)
{
    switch (fault) {
    case PLACE_ASSEMBLY:
        return "the assembly is GRCh37 or GRCh38";
    case PLACE_CHROMOSOME:
        return "the chromosome is 1 to 22, X, Y or MT";
    case PLACE_POSITION:
        return "positions are whole numbers from 1 to the length of the chromosome, in order";
    case PLACE_ALLELE:
        return "alleles are the bases A C G T, and REF differs from ALT";
    case PLACE_MEMORY:
        return "out of memory";
    default:
        return "the form is not right";
    }
}
