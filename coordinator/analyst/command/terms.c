/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/known_terms.h"
#include "coordinator/analyst/output.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/terms/term_search.h"

struct options {
    long most;
    struct session_options session;
};

static const struct option_spec specs[] = {
    {"most", OPTION_NUMBER, "N", "print at most so many (default: 50)",
     .at = offsetof(struct options, most), .least = 1, .most = 100000},
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_KEY_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {
    {"search", "'WORDS'", "words of a label or synonym, in quotes", 1, 1,
     "print the codes whose labels or synonyms have all the words, and genes of that name"}};

const struct option_table terms_table = {
    .command = "rikstal terms",
    .about =
        "Searches the term releases that the regions have loaded, in the language of each list:\n"
        "ICD-10-SE in Swedish, HPO in English. One line a code: as a question writes it, its\n"
        "label, the release, and the synonym that has the words where the label has them not.\n"
        "A word of more than three letters is found within words too. The\n"
        "lists are public; what is searched for stays on this machine.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure or nothing found, 2 usage, 7 unreachable.",
};

static void print_matches(const struct term_matches *matches, long most, struct bytes *out)
{
    for (size_t i = 0; i < matches->n && i < (size_t)most; i++) {
        const struct term_match *match = &matches->match[i];

        bytes_add_text(out, match->code);
        bytes_add_u8(out, '\t');
        bytes_add_text(out, match->label);
        bytes_add_u8(out, '\t');
        bytes_add_text(out, match->system);
        bytes_add_u8(out, ' ');
        bytes_add_text(out, match->release);
        if (*match->synonym) {
            bytes_add_u8(out, '\t');
            bytes_add_text(out, match->synonym);
        }
        bytes_add_u8(out, '\n');
    }
}

static bool search(const char *text, const struct options *o, struct err *err)
{
    struct known_terms known = {.n_nodes = 0};
    struct term_matches matches = {NULL, 0};
    struct session session;
    struct bytes out = {0};
    bool ok;

    if (!session_open(&o->session, &session, err))
        return false;
    ok = known_terms_all(&session, &known, err) &&
         term_search(&known.sources, text, session.arena, &matches, err) &&
         (matches.n > 0 ||
          err_set(err, ERR_INVALID, "no release of any region has such a label or synonym"));
    if (ok) {
        print_matches(&matches, o->most, &out);
        ok = (!out.failed || err_memory(err)) && output_bytes(out.data, out.size, err);
    }
    if (ok && matches.n > (size_t)o->most)
        fprintf(stderr, "rikstal terms: %zu more; a further word finds fewer, --most shows more\n",
                matches.n - (size_t)o->most);
    bytes_clear(&out);
    known_terms_clear(&known);
    session_close(&session);
    return ok;
}

int terms_command(int argc, char **argv)
{
    struct options options = {.most = 50};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&terms_table, argc, argv, &options, &arguments, &code))
        return code;
    return search(arguments.word[0], &options, &err) ? EXIT_OK
                                                     : arguments_failed(&terms_table, &err);
}
