/* SPDX-License-Identifier: Apache-2.0 */
/* The terminologies of the demo: real identifiers, invented labels, so that none is shipped. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/synth/files.h"

static FILE *create(const char *folder, const char *name, struct err *err)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    out = fopen(path, "w");
    if (!out)
        err_set(err, ERR_INTERNAL, "cannot create %s: %s", path, strerror(errno));
    return out;
}

static bool finish(FILE *out, struct err *err)
{
    if (fclose(out) != 0)
        return err_set(err, ERR_INTERNAL, "cannot write a terminology: %s", strerror(errno));
    return true;
}

static bool write_obo(const char *folder, struct err *err)
{
    FILE *out = create(folder, "hpo.obo", err);

    if (!out)
        return false;
    fprintf(out, "format-version: 1.2\ndata-version: hp/releases/2026-01-01-synthetic\n"
                 "ontology: hp\n");
    for (size_t i = 0; i < features_count(); i++) {
        fprintf(out, "\n[Term]\nid: %s\nname: %s\n", features[i].id, features[i].label);
        if (features[i].parent)
            fprintf(out, "is_a: %s\n", features[i].parent);
    }
    return finish(out, err);
}

static bool write_icd(const char *folder, struct err *err)
{
    static const char *const codes[] = {"C34",   "C34.1", "C50",   "C50.1", "C50.4",
                                        "C50.9", "C91",   "C91.0", "E11",   "E11.2",
                                        "E11.9", "G40",   "G40.3", "I10",   "R69"};
    FILE *out = create(folder, "icd10.csv", err);

    if (!out)
        return false;
    fprintf(out, "code,label\n");
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        fprintf(out, "%s,synthetic label %zu\n", codes[i], i + 1);
    return finish(out, err);
}

static bool write_genes(const char *folder, struct err *err)
{
    FILE *out = create(folder, "genes.tsv", err);

    if (!out)
        return false;
    fprintf(out, "symbol\tchr\tstart\tend\n");
    for (int g = 0; g < GENES; g++)
        fprintf(out, "%s\t%s\t%u\t%u\n", genes[g].symbol, genes[g].chromosome, genes[g].start,
                genes[g].end);
    return finish(out, err);
}

bool write_terms(const char *folder, struct err *err)
{
    return write_obo(folder, err) && write_icd(folder, err) && write_genes(folder, err);
}
