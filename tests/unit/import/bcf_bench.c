/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/import/bcf_bench.h"

#include <htslib/hfile.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/import/bcf_bench_read.h"
#include "tests/unit/import/bench.h"

bcf_hdr_t *bcf_bench_header(const char *head, unsigned n_samples)
{
    bcf_hdr_t *header = bcf_hdr_init("r");
    kstring_t text = {0};

    assert_true(kputs(head, &text) >= 0);
    for (unsigned i = 0; i < n_samples; i++)
        assert_true(ksprintf(&text, "\ts%u", i) >= 0);
    assert_true(kputs("\n", &text) >= 0);
    assert_int_equal(bcf_hdr_parse(header, text.s), 0);
    free(text.s);
    return header;
}

void bcf_bench_parse(bcf_hdr_t *header, const char *line, bcf1_t *record)
{
    kstring_t text = {0};

    assert_true(kputs(line, &text) >= 0);
    assert_int_equal(vcf_parse(&text, header, record), 0);
    free(text.s);
}

static htsFile *open_memory(int *fd, const char *mode)
{
    hFILE *file;

    *fd = memfd_create("bcf", 0);
    file = hdopen(dup(*fd), "w");
    assert_non_null(file);
    return hts_hopen(file, "memory", mode);
}

void bcf_bench_open(struct bcf_bench_files *files, const bcf_hdr_t *header)
{
    files->header = header;
    files->bcf = open_memory(&files->bcf_fd, "wb1");
    files->text = open_memory(&files->text_fd, "w");
    assert_int_equal(bcf_hdr_write(files->bcf, (bcf_hdr_t *)header), 0);
    assert_int_equal(bcf_hdr_write(files->text, (bcf_hdr_t *)header), 0);
}

void bcf_bench_write(struct bcf_bench_files *files, bcf1_t *record)
{
    assert_int_equal(bcf_write(files->bcf, (bcf_hdr_t *)files->header, record), 0);
    assert_int_equal(bcf_write(files->text, (bcf_hdr_t *)files->header, record), 0);
}

void bcf_bench_expect_alike(struct bcf_bench_files *files)
{
    assert_int_equal(hts_close(files->bcf), 0);
    assert_int_equal(hts_close(files->text), 0);
    bcf_bench_read_alike(files->bcf_fd, files->text_fd);
}
