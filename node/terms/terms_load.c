/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/terms_load.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "node/terms/codes.h"
#include "node/terms/gene_files.h"
#include "node/terms/genes.h"
#include "node/terms/hgnc.h"
#include "node/terms/hpo.h"
#include "node/terms/reference.h"
#include "node/terms/term_file.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/query/code_system.h"

struct loading {
    struct sqlite3 *db;
    const char *path;
    const struct terms_load_options *options;
    struct terms_load_result *result;
};

static bool is_known(struct loading *loading, const char *system, struct err *err)
{
    struct term_release *release = &loading->result->release;
    struct term_release loaded;
    bool found = false;

    if (!terms_release(loading->db, system, &loaded, &found, err))
        return false;
    if (found && loaded.reader == TERM_READER &&
        memcmp(loaded.file_hash, release->file_hash, sizeof(loaded.file_hash)) == 0 &&
        (!loading->options->release || strcmp(loading->options->release, loaded.release) == 0)) {
        *release = loaded;
        loading->result->known = true;
    }
    return true;
}

/*
 * Sets the release when the file does not give it: what the operator gave, or else the file's hash.
 */
static bool name_release(struct loading *loading, struct err *err)
{
    struct term_release *release = &loading->result->release;
    char hex[13];

    if (loading->options->release) {
        if (strlen(loading->options->release) >= TERM_RELEASE_BYTES)
            return err_set(err, ERR_INVALID, "a release is at most %d bytes",
                           TERM_RELEASE_BYTES - 1);
        snprintf(release->release, sizeof(release->release), "%s", loading->options->release);
        return true;
    }
    bytes_to_hex(release->file_hash, 6, hex);
    snprintf(release->release, sizeof(release->release), "file %s", hex);
    return true;
}

/* Is the file JSON, that is, is its first non-blank byte '{'? */
static bool looks_like_json(const char *path, bool *json, struct err *err)
{
    struct term_file *file = NULL;
    char head[256];
    ssize_t n;

    if (!term_file_open(path, &file, err))
        return false;
    n = term_file_read(file, head, sizeof(head));
    if (n < 0)
        *err = *term_file_error(file);
    term_file_close(file);
    *json = false;
    for (ssize_t i = 0; i < n && !*json && (isspace((unsigned char)head[i]) || head[i] == '{'); i++)
        *json = head[i] == '{';
    return n >= 0;
}

static bool load_terms(struct loading *loading, const char *system, struct term_file *file,
                       struct err *err)
{
    struct term_release *release = &loading->result->release;
    struct term_writer *writer = NULL;
    bool json = false;
    bool ok;

    if ((strcmp(system, "hp") == 0 && !looks_like_json(loading->path, &json, err)) ||
        !term_writer_open(loading->db, system, &writer, err))
        return false;
    if (strcmp(system, "hp") != 0)
        ok = name_release(loading, err) &&
             codes_read(file, system, writer, &loading->result->skipped, err);
    else if (json)
        ok = hpo_json_read(file, writer, release->release, &loading->result->skipped, err);
    else
        ok = hpo_obo_read(file, writer, release->release, &loading->result->skipped, err);
    ok = ok && term_writer_commit(writer, release, err);
    term_writer_close(writer);
    return ok;
}

static bool load_genes(struct loading *loading, struct term_file *file, struct err *err)
{
    struct gene_writer *writer = NULL;
    bool ok;

    if (!gene_writer_open(loading->db, loading->options->assembly, &writer, err))
        return false;
    ok = name_release(loading, err) &&
         gene_files_read(file, writer, &loading->result->skipped, err) &&
         gene_writer_commit(writer, &loading->result->release, err);
    gene_writer_close(writer);
    return ok;
}

static bool load_file(struct loading *loading, const char *system, struct err *err)
{
    struct term_file *file = NULL;
    bool ok;

    if (!term_file_open(loading->path, &file, err))
        return false;
    if (strncmp(system, "genes:", 6) == 0)
        ok = load_genes(loading, file, err);
    else if (strcmp(system, "hgnc") == 0)
        ok = name_release(loading, err) && hgnc_read(file, loading->db, &loading->result->release,
                                                     &loading->result->skipped, err);
    else
        ok = load_terms(loading, system, file, err);
    term_file_close(file);
    return ok || err_wrap(err, "%s: ", loading->path);
}

/* Replaces *name by the system's own name. False when no lists of this system can be read. */
static bool is_list(const char **name)
{
    const struct code_system *system = code_system_find(*name);

    if (!system || (system->hierarchy != HIERARCHY_SPELLED && strcmp(system->name, "hp") != 0))
        return false;
    *name = system->name;
    return true;
}

bool terms_load(struct sqlite3 *db, const char *system, const char *path,
                const struct terms_load_options *options, struct terms_load_result *result,
                struct err *err)
{
    assert(db && system && path && options && result);
    struct loading loading = {.db = db, .path = path, .options = options, .result = result};
    const char *name = system;

    memset(result, 0, sizeof(*result));
    if (strcmp(system, "fasta") == 0)
        return reference_load(db, path, options, result, err);
    if (strcmp(system, "genes") == 0) {
        if (options->assembly != 1 && options->assembly != 2)
            return err_set(err, ERR_INVALID, "say which assembly: --assembly GRCh37 or GRCh38");
        name = options->assembly == 1 ? "genes:GRCh37" : "genes:GRCh38";
    } else if (strcmp(system, "hgnc") != 0 && !is_list(&name)) {
        return err_set(err, ERR_INVALID,
                       "terms are loaded for hpo, icd10, icd10cm, icd9, icdo3, atc, kva, hgnc, "
                       "genes and fasta");
    }
    if (!file_hash(path, result->release.file_hash, err))
        return false;
    if (!is_known(&loading, name, err))
        return false;
    return result->known || load_file(&loading, name, err);
}
