/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/bed.h"

#include <ctype.h>
#include <htslib/bgzf.h>
#include <htslib/hfile.h>
#include <htslib/kstring.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/number.h"
#include "proto/query/place.h"

static bool starts(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

#define NUMBER_MAX UINT64_C(9999999999)

/* A whole number of at most ten digits that a tab, blank or the end follows; moves *text. */
static bool take_number(const char **text, uint64_t *value)
{
    const char *p = *text;
    uint64_t sum;

    while (*p == '\t' || *p == ' ')
        p++;
    if (!number_leading(&p, NUMBER_MAX, &sum) || (*p && !isspace((unsigned char)*p)))
        return false;
    *text = p;
    *value = sum;
    return true;
}

static bool add(struct bed *bed, size_t *room, struct assay_interval interval, struct err *err)
{
    if (bed->n == ASSAY_INTERVALS_MAX)
        return err_set(err, ERR_INVALID, "the BED file has more than %u stretches",
                       ASSAY_INTERVALS_MAX);
    if (bed->n == *room) {
        size_t more = *room ? *room * 2 : 1024;
        struct assay_interval *grown = realloc(bed->intervals, more * sizeof(*grown));

        if (!grown)
            return err_memory(err);
        bed->intervals = grown;
        *room = more;
    }
    bed->intervals[bed->n++] = interval;
    return true;
}

static bool take_line(struct bed *bed, size_t *room, const char *line, enum ast_assembly assembly,
                      struct err *err)
{
    const char *p = line + strcspn(line, "\t ");
    int chromosome = place_chromosome_by_name(line, (size_t)(p - line));
    uint64_t start, end;

    if (!take_number(&p, &start) || !take_number(&p, &end) || end <= start)
        return err_set(err, ERR_INVALID, "wants chromosome, start and a greater end");
    if (chromosome < 1) {
        bed->other_contigs++;
        return true;
    }
    if (end > place_chromosome_length(assembly, chromosome))
        return err_set(err, ERR_INVALID,
                       "ends behind the chromosome of %s; is it of another assembly?",
                       place_assembly_name(assembly));
    return add(bed, room,
               (struct assay_interval){.chromosome = (uint8_t)chromosome,
                                       .start = (uint32_t)start + 1,
                                       .end = (uint32_t)end},
               err);
}

static bool is_content(const char *line)
{
    return *line && *line != '#' && !starts(line, "track") && !starts(line, "browser");
}

static int by_place(const void *left, const void *right)
{
    const struct assay_interval *a = left, *b = right;

    if (a->chromosome != b->chromosome)
        return a->chromosome < b->chromosome ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return 0;
}

static void merge(struct bed *bed)
{
    size_t kept = 0;

    if (!bed->n)
        return;
    qsort(bed->intervals, bed->n, sizeof(*bed->intervals), by_place);
    for (size_t i = 1; i < bed->n; i++) {
        struct assay_interval *last = &bed->intervals[kept], *next = &bed->intervals[i];

        if (next->chromosome == last->chromosome && next->start <= last->end + 1) {
            if (next->end > last->end)
                last->end = next->end;
        } else {
            bed->intervals[++kept] = *next;
        }
    }
    bed->n = kept + 1;
}

static bool read_lines(struct bed *bed, BGZF *file, enum ast_assembly assembly, struct err *err)
{
    kstring_t line = {0};
    unsigned long long number = 0;
    size_t room = 0;
    bool ok = true;
    int got = 0;

    while (ok && (got = bgzf_getline(file, '\n', &line)) >= 0) {
        number++;
        if (line.l && line.s[line.l - 1] == '\r')
            line.s[--line.l] = 0;
        if (line.l > BED_LINE_BYTES_MAX || memchr(line.s, 0, line.l))
            ok = err_set(err, ERR_INVALID, "too long, or not text");
        else if (is_content(line.s))
            ok = take_line(bed, &room, line.s, assembly, err);
        if (!ok)
            err_wrap(err, "line %llu of the BED file: ", number);
    }
    free(line.s);
    if (ok && got < -1)
        return err_set(err, ERR_INVALID, "the BED file is damaged or cut off behind line %llu",
                       number);
    return ok;
}

bool bed_read(struct bed *bed, int fd, enum ast_assembly assembly, struct err *err)
{
    hFILE *raw = hdopen(fd, "r");
    BGZF *file = raw ? bgzf_hopen(raw, "r") : NULL;
    bool ok;

    *bed = (struct bed){0};
    if (!file) {
        if (raw)
            hclose_abruptly(raw);
        return err_set(err, ERR_INVALID, "the BED file cannot be read");
    }
    ok = read_lines(bed, file, assembly, err);
    (void)bgzf_close(file);
    if (!ok)
        return false;
    merge(bed);
    return bed->n || err_set(err, ERR_INVALID, "the BED file has no stretch of a chromosome");
}

void bed_clear(struct bed *bed)
{
    free(bed->intervals);
    *bed = (struct bed){0};
}
