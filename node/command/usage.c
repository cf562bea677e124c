/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/usage.h"

#include <stdio.h>
#include <string.h>

#include "proto/base/suggest.h"

#define LIST_BYTES 160

/* "list, show or deny" */
static void list_words(const char *const *words, char out[static LIST_BYTES])
{
    size_t used = 0;

    out[0] = 0;
    for (size_t i = 0; words[i] && used < LIST_BYTES; i++) {
        const char *before = i == 0 ? "" : words[i + 1] ? ", " : " or ";
        int n = snprintf(out + used, LIST_BYTES - used, "%s%s", before, words[i]);

        used += n > 0 ? (size_t)n : 0;
    }
}

bool usage_verb(const char *word, const char *const *verbs, struct err *err)
{
    char list[LIST_BYTES];
    struct suggest suggest;

    list_words(verbs, list);
    if (!word)
        return err_set(err, ERR_INVALID, "say %s; --help says more", list);
    if (word[strspn(word, "abcdefghijklmnopqrstuvwxyz")])
        return err_set(err, ERR_INVALID, "that is no verb; say %s", list);
    suggest_start(&suggest, word, strlen(word));
    for (size_t i = 0; verbs[i]; i++)
        suggest_offer(&suggest, verbs[i]);
    if (suggest.best)
        return err_set(err, ERR_INVALID, "no verb \"%.40s\"; did you mean %s?", word, suggest.best);
    return err_set(err, ERR_INVALID, "no verb \"%.40s\"; say %s", word, list);
}

/* The option that getopt_long() knows but could not take: its value is missing, or one too many. */
static const struct option *half_right(const char *name, size_t length, const struct option *known)
{
    for (; optopt && known->name; known++)
        if (known->val == optopt && strncmp(known->name, name, length) == 0)
            return known;
    return NULL;
}

bool usage_option(char **argv, const struct option *known, struct err *err)
{
    const char *word = argv[optind - 1];
    const char *name = word + strspn(word, "-");
    size_t length = strcspn(name, "=");
    const struct option *half = half_right(name, length, known);
    struct suggest suggest;

    if (strncmp(word, "--", 2) != 0 || (optopt && !half))
        return err_set(err, ERR_INVALID, "-%c is no option, or lacks its value; --help lists them",
                       optopt);
    if (half)
        return err_set(err, ERR_INVALID, "--%s takes %s", half->name,
                       half->has_arg == no_argument ? "no value" : "a value");
    suggest_start(&suggest, name, length);
    for (; known->name; known++)
        suggest_offer(&suggest, known->name);
    if (suggest.best)
        return err_set(err, ERR_INVALID, "no option \"--%.*s\"; did you mean --%s?",
                       length < 40 ? (int)length : 40, name, suggest.best);
    return err_set(err, ERR_INVALID, "no option \"--%.*s\"; --help lists them",
                   length < 40 ? (int)length : 40, name);
}
