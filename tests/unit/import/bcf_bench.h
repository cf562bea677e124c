#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same records as a BCF and as a VCF, both written by htslib, and what the reader makes of
 * each.
 */
#include <htslib/kstring.h>
#include <htslib/vcf.h>

struct bcf_bench_files {
    const bcf_hdr_t *header; /* borrowed */
    htsFile *bcf;
    htsFile *text;
    int bcf_fd;
    int text_fd;
};

/* A header of so many samples; head ends with the columns up to FORMAT. */
bcf_hdr_t *bcf_bench_header(const char *head, unsigned n_samples);
/* A line without its line feed. */
void bcf_bench_parse(bcf_hdr_t *header, const char *line, bcf1_t *record);

void bcf_bench_open(struct bcf_bench_files *files, const bcf_hdr_t *header);
void bcf_bench_write(struct bcf_bench_files *files, bcf1_t *record);
/* Both are read: the streams are the same, or both are refused with the same words. Closes them. */
void bcf_bench_expect_alike(struct bcf_bench_files *files);
