/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index and a FASTA of any bytes, with a NUL between them: the index is refused, or every base
 * that is read is a letter; and as a file to be loaded it is copied or refused, and what was copied
 * reads back by its own index.
 */
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "node/terms/alleles.h"
#include "node/terms/fasta.h"
#include "node/terms/fasta_copy.h"
#include "node/terms/term_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int file_of(const void *data, size_t size)
{
    int fd = memfd_create("fuzz", 0);

    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static void read_all(struct fasta *fasta)
{
    for (unsigned c = 0; c <= 26; c++) {
        uint32_t length = fasta_length(fasta, c);
        const uint32_t at[] = {0, 1, 2, length / 2, length, length + 1};

        for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
            char ref[] = "CA", alt[] = "A";
            struct allele allele = {c, at[i], ref, alt, 2, 1};
            char base = fasta_base(fasta, c, at[i]);

            assert(!base || isupper((unsigned char)base));
            assert(!base || (at[i] >= 1 && at[i] <= length));
            if (allele_normalise(&allele, fasta) == ALLELE_OK)
                assert(allele.ref_length == 2 && allele.alt_length == 1 &&
                       allele_reach(&allele, fasta) <= ALLELE_SHIFT_MAX);
        }
    }
}

static void read_indexed(int fd, const char *index, size_t size)
{
    int index_fd = file_of(index, size);
    struct fasta *fasta = NULL;
    struct err err;

    if (fasta_open(fd, index_fd, &fasta, &err))
        read_all(fasta);
    fasta_close(fasta);
    (void)close(index_fd);
}

static void copy(int fd)
{
    static struct fasta_copy copied;
    struct fasta_copy_options options = {0};
    struct term_file *file = NULL;
    int to = file_of("", 0);
    char path[64];
    struct err err;

    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (term_file_open(path, &file, &err)) {
        if (fasta_copy(file, to, &options, &copied, &err)) {
            assert((uint64_t)lseek(to, 0, SEEK_END) == copied.bytes);
            read_indexed(to, copied.index, strlen(copied.index));
        }
        term_file_close(file);
    }
    (void)close(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    size_t index_size = end ? (size_t)(end - data) : 0;
    const uint8_t *text = end ? end + 1 : data;
    int fd = file_of(text, size - (size_t)(text - data));

    read_indexed(fd, (const char *)data, index_size);
    copy(fd);
    (void)close(fd);
    return 0;
}
