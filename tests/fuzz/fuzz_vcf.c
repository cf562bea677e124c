/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole VCF reader on any bytes, plain, packed or BCF. What it puts on the stream must be a
 * good stream, whose closing agrees with what came before it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "node/import/header.h"
#include "node/import/identity.h"
#include "node/import/lines.h"
#include "node/import/vcf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_stream(int fd)
{
    struct stream_reader *reader = NULL;
    struct stream_closing closing = {0};
    uint64_t sites = 0, rejects = 0;
    struct stream_item item;
    bool end = false;
    struct err err;

    if (lseek(fd, 0, SEEK_SET) != 0 || !stream_reader_open(fd, &reader, &err))
        abort();
    for (;;) {
        if (!stream_next(reader, &item, &end, &err))
            abort();
        if (end)
            break;
        sites += item.kind == STREAM_SITE;
        rejects +=
            item.kind == STREAM_REJECT && !item.reject.item && !reject_is_warning(item.reject.code);
        if (item.kind == STREAM_CLOSING)
            closing = item.closing;
    }
    if (closing.offered != sites || closing.rejected != rejects)
        abort();
    stream_reader_close(reader);
}

/* Somatic files need a table of persons: of the samples T and N. */
static int open_table(void)
{
    static const char table[] = "sample,person,type\nT,p,tumour\nN,p,normal\n";
    int fd = memfd_create("table", 0);

    if (fd < 0 || write(fd, table, sizeof(table) - 1) != (ssize_t)sizeof(table) - 1 ||
        lseek(fd, 0, SEEK_SET) != 0)
        abort();
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[IDENTITY_KEY_BYTES] = {1};
    static const char mark[] = "ID=SOMATIC,";
    bool somatic = memmem(data, size, mark, sizeof(mark) - 1);
    struct vcf_options options = {.samples_max = 64,
                                  .inflation_max = LINES_INFLATION_MAX,
                                  .persons = somatic ? 1 : VCF_NO_INPUT,
                                  .bed = VCF_NO_INPUT,
                                  .fasta = VCF_NO_INPUT,
                                  .fasta_index = VCF_NO_INPUT};
    struct run_input inputs[] = {{.name = "x.vcf", .fd = memfd_create("in", 0), .bytes = size},
                                 {.name = "map.csv", .fd = open_table()}};
    const struct run_input *input = &inputs[0];
    struct run_job job = {.inputs = inputs, .n_inputs = 2, .options = &options};
    struct identity *identity = NULL;
    int out = memfd_create("out", 0);
    struct err err;

    if (input->fd < 0 || out < 0 || write(input->fd, data, size) != (ssize_t)size ||
        lseek(input->fd, 0, SEEK_SET) != 0)
        abort();
    if (!identity_from_key(key, &identity, &err) || !stream_writer_open(out, &job.out, &err))
        abort();
    job.identity = identity;
    if (vcf_import(&job, &err)) /* takes the descriptor where it opened it */
        check_stream(out);
    stream_writer_close(job.out);
    identity_close(identity);
    (void)close(input->fd);
    (void)close(inputs[1].fd);
    (void)close(out);
    return 0;
}
