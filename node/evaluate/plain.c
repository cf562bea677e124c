/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/plain.h"

#include <assert.h>
#include <string.h>

#include "node/evaluate/copies.h"
#include "proto/query/ast.h"
#include "proto/query/vocabulary.h"

static bool plain_add(const struct expression *leaf, int gene, struct plain *plain)
{
    struct verdict truth;

    if (leaf->n_children > 0 || leaf->negated || !leaf->test)
        return false;
    switch (leaf->test->field) {
    case FIELD_GENE:
        if (!(leaf->genes[gene / 64] >> (gene % 64) & 1))
            plain->yes = plain->possible = 0;
        return true;
    case FIELD_ZYGOSITY:
        truth = expression_truth(leaf, &(struct candidate){0}); /* of whatever variant */
        plain->yes &= truth.yes;
        plain->possible &= truth.possible;
        return true;
    case FIELD_AF:
        plain->any_af = false;
        if (leaf->test->low_nano > plain->af_low)
            plain->af_low = leaf->test->low_nano;
        if (leaf->test->high_nano < plain->af_high)
            plain->af_high = leaf->test->high_nano;
        return true;
    case FIELD_CONSEQUENCE:
        if (!plain->any_consequence)
            return false; /* a second one is another question than its mask with the first */
        plain->any_consequence = false;
        plain->consequences = leaf->mask;
        return true;
    case FIELD_CLINVAR:
        if (!plain->any_clinvar)
            return false;
        plain->any_clinvar = false;
        plain->clinvar = leaf->mask;
        return true;
    default:
        return false;
    }
}

bool plain_of(const struct expression *expression, int gene, struct plain *out)
{
    *out =
        (struct plain){.yes = CLASSES_ALL,
                       .possible = CLASSES_ALL,
                       .any_consequence = true,
                       .any_clinvar = true,
                       .any_af = true,
                       .af_low = 0, /* less than any known frequency, more than SITE_AF_UNKNOWN */
                       .af_high = INT64_MAX};
    if (expression->n_children == 0)
        return plain_add(expression, gene, out);
    if (expression->at_least != expression->n_children)
        return false;
    for (uint32_t i = 0; i < expression->n_children; i++)
        if (!plain_add(expression->children[i], gene, out))
            return false;
    return true;
}

void plain_choose(const struct plain *plain, const struct gene_sites *sites,
                  struct plain_choice *out)
{
    const struct plain want = *plain; /* a copy, as nothing that is written below can be in it */
    size_t n_sure = 0, n_unsure = 0;

    if (want.any_consequence && want.any_clinvar && want.any_af) { /* of the gene, nothing else */
        if (sites->n)
            memcpy(out->sure, sites->vid, sites->n * sizeof(*sites->vid));
        out->n_sure = sites->n;
        out->n_unsure = 0;
        return;
    }
    for (size_t i = 0; i < sites->n; i++) {
        uint64_t consequences = sites->consequences[i];
        bool consequence = want.any_consequence || consequences & want.consequences;
        bool clinvar, af;

        if (!consequence && consequences && !(consequences & CONSEQUENCE_UNREAD))
            continue; /* no, as of most */
        clinvar = want.any_clinvar || sites->clinvar[i] & want.clinvar;
        af = want.any_af || (sites->af_nano[i] >= want.af_low && sites->af_nano[i] <= want.af_high);
        if (consequence && clinvar && af)
            out->sure[n_sure++] = sites->vid[i];
        else if ((clinvar || !(sites->clinvar[i] & CLINVAR_READ)) &&
                 (af || sites->af_nano[i] == SITE_AF_UNKNOWN))
            out->unsure[n_unsure++] = sites->vid[i];
    }
    out->n_sure = n_sure;
    out->n_unsure = n_unsure;
}

/* A gene lies on one chromosome, or on X and Y. */
bool plain_by_copies(const struct plain *plain, const struct gene_sites *sites)
{
    assert(plain && sites);
    struct verdict truth = {plain->yes, plain->possible, false};

    for (size_t i = 0; verdict_by_class(&truth) && i < sites->n; i++)
        if (copies_ploidy(sites->vid[i]) != PLOIDY_TWO)
            return true;
    return false;
}
