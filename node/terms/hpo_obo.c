/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "node/terms/hpo.h"
#include "node/terms/term_file.h"
#include "proto/base/bytes.h"
#include "proto/base/date.h"

#define LABEL_ROOM (TERM_LABEL_BYTES_MAX + 1)
#define ID_ROOM 16
#define TERM_LINKS_MAX 256 /* parents and merged ids of one term */

/* What is read: first the header, then one stanza after the other. */
struct stanza {
    bool is_header;
    bool is_term;
    bool has_id;
    char id[ID_ROOM];
    char label[LABEL_ROOM];
    char replaced_by[ID_ROOM];
    bool obsolete;
    unsigned n_successors;
    size_t n_parents;
    char parents[TERM_LINKS_MAX][ID_ROOM];
    size_t n_aliases;
    char aliases[TERM_LINKS_MAX][ID_ROOM];
    struct bytes synonyms; /* each ends with NUL */
};

bool hpo_is_id(const char *text)
{
    if (strncmp(text, "HP:", 3) != 0)
        return false;
    for (size_t i = 3; i < 10; i++)
        if (!isdigit((unsigned char)text[i]))
            return false;
    return text[10] == 0;
}

void hpo_release(const char *version, char release[static TERM_RELEASE_BYTES])
{
    size_t n = strlen(version);
    char day[sizeof("YYYY-MM-DD")];
    int32_t days;

    for (size_t i = 0; i + 10 <= n; i++) {
        snprintf(day, sizeof(day), "%.10s", version + i);
        if (date_parse(day, &days)) {
            snprintf(release, TERM_RELEASE_BYTES, "%s", day);
            return;
        }
    }
    snprintf(release, TERM_RELEASE_BYTES, "%.*s", TERM_RELEASE_BYTES - 1, version);
}

enum id_kind { ID_HPO, ID_OTHER, ID_BAD };

/*
 * The id at the start of a value ("HP:0000001 ! All", "HP:0000001 {x=y}"). Of another ontology is
 * what has another prefix ("MONDO:0000001"): id is then "".
 */
static enum id_kind leading_id(const char *value, char id[static ID_ROOM])
{
    size_t n = strcspn(value, " \t"), prefix = strcspn(value, ": \t");

    id[0] = 0;
    if (n < ID_ROOM) {
        memcpy(id, value, n);
        id[n] = 0;
        if (hpo_is_id(id))
            return ID_HPO;
        id[0] = 0;
    }
    if (!prefix || prefix == n || prefix + 1 == n)
        return ID_BAD;
    return prefix == 2 && strncasecmp(value, "HP", 2) == 0 ? ID_BAD : ID_OTHER;
}

static bool refuse_id(const char *tag, struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "%s: not an id: \"HP:\" and seven digits, or another ontology's prefix, a colon "
                   "and its number",
                   tag);
}

/*
 * Copies a name: resolves escapes ("\," "\"" "\n") and leaves a trailing "! comment" or "{...}"
 * out.
 */
static bool keep_label(const char *value, char label[static LABEL_ROOM])
{
    size_t n = 0;

    for (; *value; value++) {
        if (*value == '\\' && value[1])
            value++;
        if (n + 1 == LABEL_ROOM)
            return false;
        label[n++] = *value;
    }
    label[n] = 0;
    return true;
}

/* Keeps the text between the quotes of '"a name" EXACT []', of whatever scope. */
static bool keep_synonym(const char *value, struct bytes *synonyms, struct err *err)
{
    size_t from = synonyms->size;

    if (*value++ != '"')
        return err_set(err, ERR_INVALID, "synonym: not a name in quotes");
    for (; *value && *value != '"'; value++) {
        if (*value == '\\' && value[1])
            value++;
        bytes_add_u8(synonyms, (uint8_t)*value);
    }
    if (*value != '"' || synonyms->size == from)
        return err_set(err, ERR_INVALID, "synonym: not a name in quotes");
    bytes_add_u8(synonyms, 0);
    return !synonyms->failed || err_memory(err);
}

static bool keep_link(const char *tag, const char *value,
                      char links[static TERM_LINKS_MAX][ID_ROOM], size_t *n, struct err *err)
{
    char id[ID_ROOM];
    enum id_kind kind = leading_id(value, id);

    if (kind == ID_BAD)
        return refuse_id(tag, err);
    if (kind == ID_OTHER)
        return true;
    if (*n == TERM_LINKS_MAX)
        return err_set(err, ERR_INVALID, "more than %d links of one term", TERM_LINKS_MAX);
    memcpy(links[(*n)++], id, ID_ROOM);
    return true;
}

static bool keep_line(struct stanza *stanza, const char *tag, const char *value, struct err *err)
{
    if (strcmp(tag, "id") == 0) {
        if (stanza->has_id)
            return err_set(err, ERR_INVALID, "a stanza with two ids");
        stanza->has_id = true;
        return leading_id(value, stanza->id) != ID_BAD || refuse_id(tag, err);
    }
    if (strcmp(tag, "name") == 0)
        return keep_label(value, stanza->label) ||
               err_set(err, ERR_INVALID, "a name longer than %d bytes", TERM_LABEL_BYTES_MAX);
    if (strcmp(tag, "is_obsolete") == 0)
        stanza->obsolete = strncmp(value, "true", 4) == 0;
    if (strcmp(tag, "replaced_by") == 0) {
        if (leading_id(value, stanza->replaced_by) == ID_BAD)
            return refuse_id(tag, err);
        if (stanza->n_successors++)
            stanza->replaced_by[0] = 0; /* with several successors none is chosen */
    }
    if (strcmp(tag, "is_a") == 0)
        return keep_link(tag, value, stanza->parents, &stanza->n_parents, err);
    if (strcmp(tag, "synonym") == 0)
        return keep_synonym(value, &stanza->synonyms, err);
    if (strcmp(tag, "alt_id") == 0)
        return keep_link(tag, value, stanza->aliases, &stanza->n_aliases, err);
    return true;
}

static bool put_synonyms(const struct stanza *stanza, struct term_writer *writer, struct err *err)
{
    const char *synonym = (const char *)stanza->synonyms.data;

    for (size_t at = 0; at < stanza->synonyms.size; at += strlen(synonym + at) + 1)
        if (!term_writer_synonym(writer, stanza->id, synonym + at, err))
            return false;
    return true;
}

static bool end_stanza(struct stanza *stanza, struct term_writer *writer, uint64_t *skipped,
                       struct err *err)
{
    struct term term = {.code = stanza->id,
                        .label = stanza->label,
                        .obsolete = stanza->obsolete,
                        .replaced_by = stanza->replaced_by[0] ? stanza->replaced_by : NULL};

    if (!stanza->is_term)
        return true;
    if (!stanza->has_id)
        return err_set(err, ERR_INVALID, "a [Term] without an id ends here");
    if (!stanza->id[0]) {
        ++*skipped;
        return true;
    }
    if (!term_writer_add(writer, &term, NULL, err))
        return false;
    for (size_t i = 0; i < stanza->n_parents && !stanza->obsolete; i++)
        if (!term_writer_parent(writer, stanza->id, stanza->parents[i], err))
            return false;
    for (size_t i = 0; i < stanza->n_aliases; i++)
        if (!term_writer_alias(writer, stanza->aliases[i], stanza->id, err))
            return false;
    return stanza->obsolete || put_synonyms(stanza, writer, err);
}

/* Splits "tag: value" in place. False when the line has not this form. */
static bool split(char *line, char **value)
{
    char *colon = strchr(line, ':');

    if (!colon || colon == line)
        return false;
    *colon = 0;
    *value = colon + 1;
    while (**value == ' ')
        ++*value;
    return true;
}

static bool take_line(struct stanza *stanza, char *line, char release[static TERM_RELEASE_BYTES],
                      struct err *err)
{
    char *value;

    if (line[0] == 0 || line[0] == '!')
        return true;
    if (!split(line, &value))
        return err_set(err, ERR_INVALID, "not \"tag: value\"");
    if (stanza->is_header && strcmp(line, "data-version") == 0)
        hpo_release(value, release);
    return !stanza->is_term || keep_line(stanza, line, value, err);
}

bool hpo_obo_read(struct term_file *file, struct term_writer *writer,
                  char release[static TERM_RELEASE_BYTES], uint64_t *skipped, struct err *err)
{
    assert(file && writer && skipped);
    struct stanza stanza = {.is_header = true};
    bool ok = true;
    char *line = NULL;

    do {
        if (!term_file_line(file, &line, err)) {
            bytes_clear(&stanza.synonyms);
            return false;
        }
        if (!line || line[0] == '[') {
            ok = end_stanza(&stanza, writer, skipped, err);
            bytes_clear(&stanza.synonyms);
            memset(&stanza, 0, sizeof(stanza));
            stanza.is_term = line && strcmp(line, "[Term]") == 0;
        } else {
            ok = take_line(&stanza, line, release, err);
        }
    } while (ok && line);
    bytes_clear(&stanza.synonyms);
    if (!ok)
        return err_wrap(err, "line %llu: ", (unsigned long long)term_file_line_number(file));
    return release[0] ||
           err_set(err, ERR_INVALID, "the file does not say its release (data-version)");
}
