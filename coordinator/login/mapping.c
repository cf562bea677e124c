/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/login/mapping.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/base/json.h"

#define BLANKS " \t\r"

enum mapping_kind { MAPPING_ID, MAPPING_NAME, MAPPING_REQUIRE, MAPPING_ROLE, MAPPING_PERMIT };

struct mapping {
    struct arena *arena;
    size_t n;
    struct mapping_rule {
        enum mapping_kind kind;
        const char *gives; /* the role or the permit */
        const char *claim;
        const char *value;
    } rule[MAPPING_RULES_MAX];
};

static const char *const words[] = {
    [MAPPING_ID] = "id",     [MAPPING_NAME] = "name",     [MAPPING_REQUIRE] = "require",
    [MAPPING_ROLE] = "role", [MAPPING_PERMIT] = "permit",
};

/* ---- reading --------------------------------------------------------------------------------- */

/* The next word of the line, which it ends with a NUL; "" at the end. */
static char *word_next(char **at)
{
    char *word = *at + strspn(*at, BLANKS);
    size_t length = strcspn(word, BLANKS);

    *at = word + length + (word[length] != 0);
    word[length] = 0;
    return word;
}

/* What is left of the line, without blanks around it. */
static char *rest_of(char *at)
{
    size_t length;

    at += strspn(at, BLANKS);
    length = strlen(at);
    while (length > 0 && strchr(BLANKS, at[length - 1]))
        at[--length] = 0;
    return at;
}

static bool kind_read(const char *word, enum mapping_kind *out)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(words[i], word) == 0) {
            *out = (enum mapping_kind)i;
            return true;
        }
    return false;
}

static bool is_claim(const char *word)
{
    return *word && strlen(word) <= MAPPING_CLAIM_MAX;
}

static bool condition_read(char *at, struct mapping_rule *rule, struct err *err)
{
    rule->claim = word_next(&at);
    if (!is_claim(rule->claim) || strcmp(word_next(&at), "is") != 0)
        return err_set(err, ERR_INVALID, "a condition is CLAIM is VALUE");
    rule->value = rest_of(at);
    return *rule->value || err_set(err, ERR_INVALID, "a condition is CLAIM is VALUE");
}

static bool line_read(char *line, struct mapping_rule *rule, struct err *err)
{
    char *at = line;

    if (!kind_read(word_next(&at), &rule->kind))
        return err_set(err, ERR_INVALID, "a rule begins with id, name, require, role or permit");
    if (rule->kind == MAPPING_ID || rule->kind == MAPPING_NAME) {
        rule->claim = word_next(&at);
        return (is_claim(rule->claim) && !*rest_of(at)) ||
               err_set(err, ERR_INVALID, "%s takes one claim, of at most %d bytes",
                       words[rule->kind], MAPPING_CLAIM_MAX);
    }
    if (rule->kind == MAPPING_REQUIRE)
        return condition_read(at, rule, err);
    rule->gives = word_next(&at);
    if (!*rule->gives || strlen(rule->gives) > MAPPING_ID_MAX)
        return err_set(err, ERR_INVALID, "the name of a %s has 1 to %d bytes", words[rule->kind],
                       MAPPING_ID_MAX);
    if (strcmp(word_next(&at), "when") != 0)
        return err_set(err, ERR_INVALID, "a %s is given when CLAIM is VALUE", words[rule->kind]);
    return condition_read(at, rule, err);
}

/* One of a kind that stands once. */
static bool is_second(const struct mapping *mapping, enum mapping_kind kind)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (mapping->rule[i].kind == kind)
            return kind == MAPPING_ID || kind == MAPPING_NAME;
    return false;
}

static bool text_read(struct mapping *mapping, const char *path, char *text, struct err *err)
{
    size_t number = 0;

    for (char *line = text, *next; line; line = next) {
        struct mapping_rule rule = {.gives = NULL};

        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        number++;
        line = rest_of(line);
        if (!*line || *line == '#')
            continue;
        if (!line_read(line, &rule, err))
            return err_wrap(err, "%s:%zu: ", path, number);
        if (is_second(mapping, rule.kind) || mapping->n == MAPPING_RULES_MAX)
            return err_set(err, ERR_INVALID, "%s:%zu: a second %s, or more than %d rules", path,
                           number, words[rule.kind], MAPPING_RULES_MAX);
        mapping->rule[mapping->n++] = rule;
    }
    for (size_t i = 0; i < mapping->n; i++)
        if (mapping->rule[i].kind == MAPPING_ROLE)
            return true;
    return err_set(err, ERR_INVALID, "%s: no rule gives a role, so nobody could come in", path);
}

bool mapping_read(const char *path, struct mapping **out, struct err *err)
{
    assert(path && out);
    struct mapping *mapping = calloc(1, sizeof(*mapping));
    uint8_t *data;
    size_t size;
    bool ok;

    if (!mapping || !(mapping->arena = arena_new(4 * MAPPING_BYTES_MAX))) {
        mapping_free(mapping);
        return err_memory(err);
    }
    ok = file_read(path, MAPPING_BYTES_MAX, mapping->arena, &data, &size, err);
    if (ok && strlen((char *)data) != size)
        ok = err_set(err, ERR_INVALID, "%s: it has a NUL, so it is no text", path);
    ok = ok && text_read(mapping, path, (char *)data, err);
    if (ok)
        *out = mapping;
    else
        mapping_free(mapping);
    return ok;
}

void mapping_free(struct mapping *mapping)
{
    if (!mapping)
        return;
    arena_free(mapping->arena);
    free(mapping);
}

/* ---- applying -------------------------------------------------------------------------------- */

/* One step of a JSON pointer, up to the next slash: "~1" is a slash and "~0" a tilde. */
static const cJSON *step(const cJSON *from, const char **at)
{
    char name[MAPPING_CLAIM_MAX + 1];
    size_t n = 0;

    for (; **at && **at != '/'; (*at)++) {
        bool escaped = **at == '~' && ((*at)[1] == '0' || (*at)[1] == '1');

        *at += escaped;
        name[n++] = !escaped ? **at : **at == '1' ? '/' : '~';
    }
    name[n] = 0;
    return json_member(from, name);
}

static const cJSON *claim_of(const cJSON *claims, const char *claim)
{
    if (*claim != '/')
        return json_member(claims, claim);
    while (claims && *claim == '/') {
        claim++;
        claims = step(claims, &claim);
    }
    return claims;
}

static bool is_text(const cJSON *item, const char *text)
{
    return cJSON_IsString(item) && strcmp(item->valuestring, text) == 0;
}

static bool holds(const struct mapping_rule *rule, const cJSON *claims)
{
    const cJSON *claim = claim_of(claims, rule->claim), *one;

    if (!cJSON_IsArray(claim))
        return is_text(claim, rule->value);
    cJSON_ArrayForEach(one, claim)
    {
        if (is_text(one, rule->value))
            return true;
    }
    return false;
}

/* Printable UTF-8 without control characters; of a person, so an error never has it. */
static bool is_line(const char *text, size_t most)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return false;
    return *text && strlen(text) <= most;
}

static bool text_take(const cJSON *claims, const char *claim, size_t most, struct arena *arena,
                      const char **out, struct err *err)
{
    const cJSON *item = claim_of(claims, claim);

    if (!cJSON_IsString(item) || !is_line(item->valuestring, most))
        return err_set(
            err, ERR_DENIED,
            "the claim %.64s must be a text of 1 to %zu bytes without control characters", claim,
            most);
    *out = arena_strdup(arena, item->valuestring);
    return *out || err_memory(err);
}

static const char *claim_for(const struct mapping *mapping, enum mapping_kind kind)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (mapping->rule[i].kind == kind)
            return mapping->rule[i].claim;
    return NULL;
}

static bool has(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

static bool rights_take(const struct mapping *mapping, const cJSON *claims,
                        struct mapping_person *person, struct err *err)
{
    for (size_t i = 0; i < mapping->n; i++) {
        const struct mapping_rule *rule = &mapping->rule[i];

        if (rule->kind == MAPPING_REQUIRE && !holds(rule, claims))
            return err_set(err, ERR_DENIED, "this desk requires another value of the claim %.64s",
                           rule->claim);
        if (rule->kind == MAPPING_ROLE && person->n_roles < MAPPING_ROLES_MAX &&
            !has(person->role, person->n_roles, rule->gives) && holds(rule, claims))
            person->role[person->n_roles++] = rule->gives;
        if (rule->kind == MAPPING_PERMIT && !has(person->permit, person->n_permits, rule->gives) &&
            holds(rule, claims))
            person->permit[person->n_permits++] = rule->gives;
    }
    return person->n_roles > 0 ||
           err_set(err, ERR_DENIED, "your log-in gives you no role at this desk");
}

bool mapping_apply(const struct mapping *mapping, const cJSON *claims, struct arena *arena,
                   struct mapping_person *out, struct err *err)
{
    assert(mapping && claims && arena && out);
    const char *id = claim_for(mapping, MAPPING_ID), *name = claim_for(mapping, MAPPING_NAME);
    struct mapping_person person = {.id = NULL};

    if (!rights_take(mapping, claims, &person, err) ||
        !text_take(claims, id ? id : "sub", MAPPING_ID_MAX, arena, &person.id, err))
        return false;
    person.name = person.id;
    if (name && !text_take(claims, name, MAPPING_NAME_MAX, arena, &person.name, err))
        return false;
    *out = person;
    return true;
}
