/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/hpo.h"
#include "node/terms/term_file.h"
#include "proto/base/json.h"

#define OBO_IRI "http://purl.obolibrary.org/obo/"
#define ALTERNATIVE "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId"
#define REPLACED_BY OBO_IRI "IAO_0100001"
#define ID_ROOM 16

/*
 * Takes "HP:0000118" from "http://purl.obolibrary.org/obo/HP_0000118" or from "HP:0000118". False
 * when it is no HPO id.
 */
static bool id_of(const char *text, char id[static ID_ROOM])
{
    size_t n = strlen(OBO_IRI);
    char *underscore;

    if (!text)
        return false;
    if (strncmp(text, OBO_IRI, n) == 0)
        text += n;
    if (strlen(text) >= ID_ROOM)
        return false;
    snprintf(id, ID_ROOM, "%s", text);
    underscore = strchr(id, '_');
    if (underscore)
        *underscore = ':';
    return hpo_is_id(id);
}

static bool add_aliases(const cJSON *properties, const char *id, struct term_writer *writer,
                        struct err *err)
{
    const cJSON *property;
    char alias[ID_ROOM];

    cJSON_ArrayForEach(property, properties)
    {
        const char *predicate = json_text(property, "pred");

        if (predicate && strcmp(predicate, ALTERNATIVE) == 0 &&
            id_of(json_text(property, "val"), alias) && !term_writer_alias(writer, alias, id, err))
            return false;
    }
    return true;
}

static bool add_synonyms(const cJSON *synonyms, const char *id, struct term_writer *writer,
                         struct err *err)
{
    const cJSON *synonym;

    cJSON_ArrayForEach(synonym, synonyms)
    {
        const char *text = json_text(synonym, "val");

        if (text && *text && !term_writer_synonym(writer, id, text, err))
            return false;
    }
    return true;
}

static bool add_node(const cJSON *node, struct term_writer *writer, uint64_t *skipped,
                     struct err *err)
{
    const cJSON *meta = json_object(node, "meta");
    const cJSON *properties = json_array(meta, "basicPropertyValues");
    const cJSON *property;
    char id[ID_ROOM], replaced_by[ID_ROOM];
    struct term term = {.code = id, .label = json_text(node, "lbl")};
    unsigned n_successors = 0;

    if (!id_of(json_text(node, "id"), id)) {
        ++*skipped;
        return true;
    }
    term.obsolete = json_bool(meta, "deprecated", false);
    cJSON_ArrayForEach(property, properties)
    {
        const char *predicate = json_text(property, "pred");

        if (predicate && strcmp(predicate, REPLACED_BY) == 0 &&
            id_of(json_text(property, "val"), replaced_by)) {
            term.replaced_by = n_successors ? NULL : replaced_by; /* several: none is chosen */
            n_successors++;
        }
    }
    return term_writer_add(writer, &term, NULL, err) && add_aliases(properties, id, writer, err) &&
           (term.obsolete || add_synonyms(json_array(meta, "synonyms"), id, writer, err));
}

static bool add_edge(const cJSON *edge, struct term_writer *writer, uint64_t *skipped,
                     struct err *err)
{
    const char *predicate = json_text(edge, "pred");
    char child[ID_ROOM], parent[ID_ROOM];

    if (!predicate || strcmp(predicate, "is_a") != 0 || !id_of(json_text(edge, "sub"), child) ||
        !id_of(json_text(edge, "obj"), parent)) {
        ++*skipped;
        return true;
    }
    return term_writer_parent(writer, child, parent, err);
}

static bool add_graph(const cJSON *graph, struct term_writer *writer, uint64_t *skipped,
                      struct err *err)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, json_array(graph, "nodes"))
    {
        if (!add_node(item, writer, skipped, err))
            return false;
    }
    cJSON_ArrayForEach(item, json_array(graph, "edges"))
    {
        if (!add_edge(item, writer, skipped, err))
            return false;
    }
    return true;
}

static bool read_tree(const cJSON *tree, struct term_writer *writer,
                      char release[static TERM_RELEASE_BYTES], uint64_t *skipped, struct err *err)
{
    const cJSON *graph = cJSON_GetArrayItem(json_array(tree, "graphs"), 0);
    const char *version = json_text(json_object(graph, "meta"), "version");

    if (!graph)
        return err_set(err, ERR_INVALID, "not an obographs document: no \"graphs\"");
    if (!version || !*version)
        return err_set(err, ERR_INVALID,
                       "the file does not say its release (graphs[0].meta.version)");
    hpo_release(version, release);
    return add_graph(graph, writer, skipped, err);
}

bool hpo_json_read(struct term_file *file, struct term_writer *writer,
                   char release[static TERM_RELEASE_BYTES], uint64_t *skipped, struct err *err)
{
    assert(file && writer && skipped);
    char *text = NULL;
    size_t size = 0;
    cJSON *tree = NULL;
    bool ok;

    if (!term_file_rest(file, HPO_JSON_BYTES_MAX, &text, &size, err))
        return false;
    ok = json_parse(text, size, HPO_JSON_BYTES_MAX, &tree, err);
    free(text);
    ok = ok && read_tree(tree, writer, release, skipped, err);
    cJSON_Delete(tree);
    return ok;
}
