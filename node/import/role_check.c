/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/role_check.h"

#include <assert.h>

#include "node/import/genotypes.h"
#include "node/import/stream.h"

/* Who carries by the calls of one allele. */
static void look(const struct role_check *check, const struct genotypes *genotypes, unsigned alt,
                 bool *tumour, bool *normal)
{
    struct stream_site site = {0};
    int64_t sample = -1;
    enum call_code code;
    size_t at = 0;

    site.calls = genotypes_calls(genotypes, alt, &site.calls_size);
    while (at < site.calls_size && stream_call_next(&site, &at, &sample, &code)) {
        *tumour |= code != CALL_NONE && sample == (int64_t)check->tumour;
        *normal |= code != CALL_NONE && sample == (int64_t)check->normal;
    }
}

void role_check_line(struct role_check *check, const struct genotypes *genotypes, unsigned n_alts,
                     bool lost)
{
    assert(check && genotypes);
    const struct genotypes_doubt *doubts;
    bool tumour = false, normal = false;
    size_t n;

    if (!check->pair)
        return;
    for (unsigned i = 0; !lost && i < n_alts; i++)
        look(check, genotypes, i, &tumour, &normal);
    doubts = genotypes_doubts(genotypes, &n);
    for (size_t i = 0; lost && i < n; i++) {
        tumour |= doubts[i].carries && doubts[i].sample == check->tumour;
        normal |= doubts[i].carries && doubts[i].sample == check->normal;
    }
    check->right += tumour && !normal;
    check->exchanged += normal && !tumour;
}

bool role_check_judge(const struct role_check *check, struct err *err)
{
    assert(check);
    uint64_t told = check->right + check->exchanged;

    if (told < ROLE_CHECK_LEAST || check->exchanged <= check->right)
        return true;
    return err_set(
        err, ERR_INVALID,
        "role_contradiction: in %llu of %llu lines the normal (column %u) has the change "
        "and the tumour (column %u) lacks it: their names or the header are exchanged; "
        "nothing was imported",
        (unsigned long long)check->exchanged, (unsigned long long)told, check->normal + 10,
        check->tumour + 10);
}
