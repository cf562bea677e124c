/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays a fuzz target's corpus as an ordinary test: every file of the folders named on the
 * command line goes through LLVMFuzzerTestOneInput, whole, cut short at several points and with
 * bytes flipped. A crash, a sanitizer report or a hang is the failure.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1 << 20)
#define CUTS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long inputs;

static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1); /* exactly sized, so that an overread is seen */

    if (!copy)
        abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    inputs++;
}

static void run_variants(uint8_t *data, size_t size)
{
    run(data, size);
    for (size_t i = 0; i < CUTS && size; i++)
        run(data, size * i / CUTS);
    for (size_t i = 0; i < CUTS && size; i++) {
        size_t at = (size * i / CUTS + i) % size;

        data[at] ^= (uint8_t)(1u << (i % 8));
        run(data, size);
        data[at] ^= (uint8_t)(1u << (i % 8));
    }
}

static int run_file(const char *folder, const char *name)
{
    static uint8_t data[FILE_MAX];
    char path[4096];
    size_t size;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file)
        return 0;
    size = fread(data, 1, sizeof(data), file);
    fclose(file);
    run_variants(data, size);
    return 1;
}

int main(int argc, char **argv)
{
    int files = 0;

    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        struct dirent *entry;

        while (folder && (entry = readdir(folder)) != NULL)
            if (entry->d_name[0] != '.')
                files += run_file(argv[i], entry->d_name);
        if (folder)
            closedir(folder);
    }
    printf("replayed %d corpus files, %lu inputs\n", files, inputs);
    return files > 0 ? 0 : 1; /* an empty corpus tests nothing */
}
