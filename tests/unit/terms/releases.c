/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/terms/releases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD(system, release) "rikstal-terms 1\nsystem\t" system "\nrelease\t" release "\n"

const char RELEASES_ICD10_OLD[] = HEAD("icd10", "2025") "T\tC50\tBr\u00f6st\t+\t\t\n"
                                                        "T\tC500\tV\u00e5rta\t+\t\t\n"
                                                        "T\tE11\tDiabetes\t+\t\t\n"
                                                        "end\t3\n";
const char RELEASES_ICD10_NEW[] = HEAD("icd10", "2026") "T\tC50\tBr\u00f6st\t+\t\t\n"
                                                        "T\tC508\t\u00d6verv\u00e4xt\t+\t\t\n"
                                                        "end\t2\n";
const char RELEASES_HP[] = HEAD("hp", "2026-06-01") "T\tHP:0000057\told\t-\tHP:0001250\t\n"
                                                    "T\tHP:0000058\tgone\t-\t\t\n"
                                                    "T\tHP:0000118\tAbnormality\t+\t\t\n"
                                                    "T\tHP:0001250\tSeizure\t+\t\tHP:0000118\n"
                                                    "A\tHP:0002279\tHP:0001250\n"
                                                    "end\t5\n";
const char RELEASES_HGNC[] = HEAD("hgnc", "2026-07") "G\t1100\tBRCA1\nG\t1101\tBRCA2\n"
                                                     "G\t3430\tERBB2\n"
                                                     "N\tBRCA1\t1100\t1\nN\tBRCA2\t1101\t1\n"
                                                     "N\tERBB2\t3430\t1\nN\tHER2\t3430\t3\n"
                                                     "N\tXYZ\t1100\t3\nN\tXYZ\t1101\t3\n"
                                                     "end\t9\n";
const char RELEASES_GENES[] = HEAD("genes:GRCh38", "x") "S\tBRCA1\tBRCA1\nS\tLINC9\tLINC9\n"
                                                        "S\tXYZ\tXYZ\n"
                                                        "end\t3\n";

void releases_up(struct releases *r)
{
    *r = (struct releases){.sources = {.source = NULL}};
    r->sources.source = r->source;
}

void releases_add(struct releases *r, const char *text, uint64_t nodes)
{
    size_t i = r->sources.n;
    struct err err;

    assert_true(i < 8);
    assert_true(release_file_open((const uint8_t *)text, strlen(text), &r->file[i], &err));
    r->source[i] = (struct term_source){.system = release_file_system(r->file[i]),
                                        .release = release_file_release(r->file[i]),
                                        .file = r->file[i],
                                        .nodes = nodes};
    r->sources.n++;
}

void releases_unread(struct releases *r, const char *system, uint64_t nodes)
{
    assert_true(r->sources.n < 8);
    r->source[r->sources.n++] =
        (struct term_source){.system = system, .release = "", .nodes = nodes};
}

void releases_down(struct releases *r)
{
    for (size_t i = 0; i < r->sources.n; i++)
        release_file_free(r->file[i]);
}
