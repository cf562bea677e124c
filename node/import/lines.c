/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/lines.h"

#include <assert.h>
#include <errno.h>
#include <htslib/bgzf.h>
#include <htslib/hfile.h>
#include <htslib/hts.h>
#include <htslib/hts_log.h>
#include <htslib/kstring.h>
#include <htslib/vcf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/import/bcf_columns.h"
#include "node/import/bcf_text.h"

#define BLOCK_BYTES (256u * 1024)
#define MAGIC_BYTES 21u /* of a BGZF header, and enough of everything else */
#define HEADER_BYTES_MAX (256u * 1024 * 1024)

struct lines {
    BGZF *text;     /* for a plain, gzip or BGZF file */
    htsFile *bcf;   /* or this */
    bcf_hdr_t *hdr; /* of the BCF */
    bcf1_t *record;
    struct bcf_columns columns; /* of the record, where has_columns */
    bool has_columns;
    kstring_t formatted;
    kstring_t spelled; /* the line of the record with its samples, where it was asked for */
    size_t header_at;  /* in formatted, while it holds the BCF's header */
    bool in_header;
    char *data; /* what was unpacked, not yet given out from at on */
    size_t room;
    size_t at;
    size_t size;
    bool eof;
    bool unfinished; /* the last line has no line feed */
    bool marked;     /* a byte order mark stood at the beginning */
    uint64_t number;
    uint64_t unpacked;
    uint64_t bytes;
    uint64_t inflation_max;
};

/* ---- what kind of file --------------------------------------------------------------------------
 */

static const struct {
    const char *magic;
    size_t size;
    const char *name;
} others[] = {
    {"BAM\1", 4, "a BAM file"},
    {"CRAM", 4, "a CRAM file"},
    {"@HD\t", 4, "a SAM file"},
    {"\xfd"
     "7zXZ",
     5, "an xz archive"},
    {"PK\3\4", 4, "a zip archive"},
    {"BZh", 3, "a bzip2 file"},
    {"\x28\xb5\x2f\xfd", 4, "a zstd file"},
    {"TBI\1", 4, "an index, not the file it belongs to"},
    {"CSI\1", 4, "an index, not the file it belongs to"},
    {"BCF\4", 4, "a BCF of version 1"},
};

static bool refuse_magic(const uint8_t *data, size_t size, struct err *err)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (size >= others[i].size && memcmp(data, others[i].magic, others[i].size) == 0)
            return err_set(err, ERR_INVALID, "this is %s; VCF, VCF.gz or BCF is wanted",
                           others[i].name);
    return err_set(err, ERR_INVALID,
                   "the first line is not \"##fileformat=VCFv4...\": not a VCF, or its header was "
                   "cut off (bcftools reheader puts one on)");
}

static const char byte_order_mark[] = "\xef\xbb\xbf";

static bool check_magic(const uint8_t *data, size_t size, bool *is_bcf, struct err *err)
{
    static const char vcf[] = "##fileformat=VCF";

    if (size > 3 && memcmp(data, byte_order_mark, 3) == 0) {
        data += 3;
        size -= 3;
    }
    *is_bcf = size >= 5 && memcmp(data, "BCF\2", 4) == 0 && (data[4] == 1 || data[4] == 2);
    if (*is_bcf || (size >= sizeof(vcf) - 1 && memcmp(data, vcf, sizeof(vcf) - 1) == 0))
        return true;
    return refuse_magic(data, size, err);
}

static BGZF *open_bgzf(int fd, struct err *err)
{
    hFILE *file = hdopen(fd, "r");
    BGZF *bgzf = file ? bgzf_hopen(file, "r") : NULL;

    if (!bgzf) {
        if (file)
            hclose_abruptly(file);
        err_set(err, ERR_INVALID, "the compressed file does not begin as one");
    }
    return bgzf;
}

/* Looks at the first bytes behind the compression, and leaves fd at its beginning. */
static bool probe(int fd, bool *is_bcf, struct err *err)
{
    uint8_t head[MAGIC_BYTES];
    int copy = dup(fd);
    BGZF *bgzf = copy >= 0 ? open_bgzf(copy, err) : NULL;
    ssize_t n;

    if (copy < 0)
        return err_set(err, ERR_INTERNAL, "dup: %s", strerror(errno));
    if (!bgzf)
        return false;
    n = bgzf_read(bgzf, head, sizeof(head));
    (void)bgzf_close(bgzf);
    if (n < 0)
        return err_set(err, ERR_INVALID, "the compressed file is damaged at its beginning");
    if (lseek(fd, 0, SEEK_SET) != 0)
        return err_set(err, ERR_INVALID, "the input is not a regular file");
    return check_magic(head, (size_t)n, is_bcf, err);
}

/* A BGZF file ends with an empty block; without it the end was lost. */
static bool check_end(BGZF *bgzf, struct err *err)
{
    if (bgzf_compression(bgzf) == 2 && bgzf_check_EOF(bgzf) == 0)
        return err_set(err, ERR_INVALID,
                       "the compressed file has no end mark: it was cut off; copy it again");
    return true;
}

static bool open_bcf(struct lines *lines, int fd, struct err *err)
{
    hFILE *file = hdopen(fd, "r");

    lines->bcf = file ? hts_hopen(file, "input", "r") : NULL;
    if (!lines->bcf) {
        if (file)
            hclose_abruptly(file);
        return err_set(err, ERR_INVALID, "the BCF cannot be opened");
    }
    if (lines->bcf->format.format != bcf || !lines->bcf->is_bgzf)
        return err_set(err, ERR_INVALID, "an uncompressed BCF; write it with bcftools view -Ob");
    if (!check_end(lines->bcf->fp.bgzf, err))
        return false;
    lines->hdr = bcf_hdr_read(lines->bcf);
    lines->record = bcf_init();
    if (!lines->hdr || !lines->record)
        return err_set(err, ERR_INVALID, "the header of the BCF is damaged");
    if (bcf_hdr_format(lines->hdr, 0, &lines->formatted) != 0 ||
        lines->formatted.l > HEADER_BYTES_MAX)
        return err_set(err, ERR_INVALID, "the header of the BCF is too large");
    lines->in_header = true;
    return true;
}

static bool open_text(struct lines *lines, int fd, struct err *err)
{
    lines->text = open_bgzf(fd, err);
    if (!lines->text || !check_end(lines->text, err))
        return false;
    lines->room = 2 * BLOCK_BYTES;
    lines->data = malloc(lines->room);
    return lines->data || err_memory(err);
}

bool lines_open(int fd, uint64_t bytes, uint64_t inflation_max, struct lines **out, struct err *err)
{
    assert(out);
    struct lines *lines;
    bool is_bcf = false;

    hts_set_log_level(HTS_LOG_OFF); /* because htslib's messages quote the file */
    if (!probe(fd, &is_bcf, err))
        return false;
    lines = calloc(1, sizeof(*lines));
    if (!lines)
        return err_memory(err);
    lines->bytes = bytes;
    lines->inflation_max = inflation_max;
    if (!(is_bcf ? open_bcf(lines, fd, err) : open_text(lines, fd, err))) {
        lines_close(lines);
        return false;
    }
    *out = lines;
    return true;
}

void lines_close(struct lines *lines)
{
    if (!lines)
        return;
    if (lines->text)
        (void)bgzf_close(lines->text);
    if (lines->record)
        bcf_destroy(lines->record);
    if (lines->hdr)
        bcf_hdr_destroy(lines->hdr);
    if (lines->bcf)
        (void)hts_close(lines->bcf);
    free(lines->formatted.s);
    free(lines->spelled.s);
    free(lines->data);
    free(lines);
}

/* ---- text ---------------------------------------------------------------------------------------
 */

static bool make_room(struct lines *lines, struct err *err)
{
    char *data;

    if (lines->at) {
        memmove(lines->data, lines->data + lines->at, lines->size - lines->at);
        lines->size -= lines->at;
        lines->at = 0;
    }
    if (lines->room - lines->size > BLOCK_BYTES)
        return true;
    if (lines->size > LINE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "line %llu is longer than %u MiB",
                       (unsigned long long)lines->number + 1, LINE_BYTES_MAX >> 20);
    data = realloc(lines->data, lines->room * 2);
    if (!data)
        return err_memory(err);
    lines->data = data;
    lines->room *= 2;
    return true;
}

static bool check_inflation(const struct lines *lines, struct err *err)
{
    uint64_t consumed = lines_consumed(lines);

    if (lines->unpacked > LINES_INFLATION_FREE &&
        lines->unpacked - LINES_INFLATION_FREE > consumed * lines->inflation_max)
        return err_set(err, ERR_INVALID,
                       "the file inflates more than %llu-fold; if that is right, allow it with "
                       "--max-inflation",
                       (unsigned long long)lines->inflation_max);
    return true;
}

static bool unpack(struct lines *lines, struct err *err)
{
    ssize_t n;

    if (!make_room(lines, err))
        return false;
    n = bgzf_read(lines->text, lines->data + lines->size, BLOCK_BYTES);
    if (n < 0)
        return err_set(err, ERR_INVALID,
                       "the compressed file is damaged or cut off behind line %llu; copy it again",
                       (unsigned long long)lines->number);
    lines->eof = n == 0;
    lines->size += (size_t)n;
    lines->unpacked += (uint64_t)n;
    return check_inflation(lines, err);
}

static bool next_text(struct lines *lines, char **line, size_t *size, struct err *err)
{
    size_t searched = 0;

    for (;;) {
        char *start = lines->data + lines->at;
        size_t left = lines->size - lines->at;
        char *newline = left > searched ? memchr(start + searched, '\n', left - searched) : NULL;

        if (newline) {
            *line = start;
            *size = (size_t)(newline - start);
            lines->at += *size + 1;
            *newline = 0;
            return true;
        }
        if (lines->eof)
            break;
        searched = left;
        if (!unpack(lines, err))
            return false;
    }
    *line = NULL;
    *size = lines->size - lines->at;
    if (!*size)
        return true;
    *line = lines->data + lines->at; /* make_room() has kept a byte behind it for the NUL */
    (*line)[*size] = 0;
    lines->at = lines->size;
    lines->unfinished = true;
    return true;
}

/* ---- BCF ----------------------------------------------------------------------------------------
 */

static bool next_header_line(struct lines *lines, char **line, size_t *size)
{
    char *start = lines->formatted.s + lines->header_at;
    char *newline = memchr(start, '\n', lines->formatted.l - lines->header_at);

    if (!newline)
        return false;
    *newline = 0;
    *line = start;
    *size = (size_t)(newline - start);
    lines->header_at += *size + 1;
    return true;
}

/* The text of the record, without its line feed. */
static bool finish_record(const struct lines *lines, kstring_t *text, char **line, size_t *size,
                          struct err *err)
{
    if (text->l > LINE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "line %llu is longer than %u MiB",
                       (unsigned long long)lines->number + 1, LINE_BYTES_MAX >> 20);
    if (text->l && text->s[text->l - 1] == '\n')
        text->s[--text->l] = 0;
    *line = text->s;
    *size = text->l;
    return true;
}

static bool format_record(struct lines *lines)
{
    bcf1_t *record = lines->record;

    lines->formatted.l = 0;
    if (!bcf_text_unpack(lines->hdr, record))
        return false;
    lines->has_columns = bcf_columns_find(lines->hdr, record, &lines->columns);
    return lines->has_columns ? bcf_text_add_fixed(lines->hdr, record, &lines->formatted)
                              : bcf_text_add(lines->hdr, record, &lines->formatted);
}

static bool next_record(struct lines *lines, char **line, size_t *size, struct err *err)
{
    int got;

    lines->has_columns = false;
    if (lines->in_header && next_header_line(lines, line, size))
        return true;
    lines->in_header = false;
    got = bcf_read(lines->bcf, lines->hdr, lines->record);
    if (got == -1) {
        *line = NULL;
        *size = 0;
        return true;
    }
    if (got < -1 || lines->record->errcode || !format_record(lines))
        return err_set(err, ERR_INVALID, "record %llu of the BCF is damaged",
                       (unsigned long long)lines->number + 1);
    lines->unpacked += lines->record->shared.l + lines->record->indiv.l;
    return finish_record(lines, &lines->formatted, line, size, err) && check_inflation(lines, err);
}

const struct bcf_columns *lines_columns(const struct lines *lines)
{
    return lines->has_columns ? &lines->columns : NULL;
}

bool lines_spell(struct lines *lines, char **line, size_t *size, struct err *err)
{
    assert(lines->has_columns);
    lines->spelled.l = 0;
    if (!bcf_text_add(lines->hdr, lines->record, &lines->spelled))
        return err_set(err, ERR_INVALID, "record %llu of the BCF is damaged",
                       (unsigned long long)lines->number);
    return finish_record(lines, &lines->spelled, line, size, err);
}

bool lines_next(struct lines *lines, char **line, size_t *size, struct err *err)
{
    bool ok = lines->text ? next_text(lines, line, size, err) : next_record(lines, line, size, err);

    if (!ok)
        return false;
    if (!*line)
        return true;
    if (!lines->number++ && *size > 3 && memcmp(*line, byte_order_mark, 3) == 0) {
        lines->marked = true;
        *line += 3;
        *size -= 3;
    }
    if (*size > LINE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "line %llu is longer than %u MiB",
                       (unsigned long long)lines->number, LINE_BYTES_MAX >> 20);
    if (*size && (*line)[*size - 1] == '\r')
        (*line)[--*size] = 0;
    return true;
}

bool lines_unfinished(const struct lines *lines)
{
    return lines->unfinished;
}

bool lines_marked(const struct lines *lines)
{
    return lines->marked;
}

uint64_t lines_number(const struct lines *lines)
{
    return lines->number;
}

uint64_t lines_consumed(const struct lines *lines)
{
    BGZF *bgzf = lines->text ? lines->text : lines->bcf->fp.bgzf;
    off_t at = htell(bgzf->fp);

    return at < 0 ? 0 : (uint64_t)at > lines->bytes ? lines->bytes : (uint64_t)at;
}
