/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/genome.h"

#include <stdlib.h>

#include "tests/attack/report.h"
#include "tests/unit/snapshot/synthetic.h"

#define CARRIED 3 /* of so many sites each person carries one */

static void must(bool ok, const struct err *err)
{
    if (!ok)
        broken("a genome", err->text);
}

static void put_persons(struct synthetic *made, int64_t callset)
{
    struct assay assay = {.name = "wgs", .assembly = VARIANT_GRCH38, .whole_genome = true};
    int64_t assay_id;

    must(assay_put(made->store, &assay, &assay_id, &made->err), &made->err);
    for (uint32_t p = 0; p < GENOME_PERSONS; p++) {
        struct person_facts facts = person_facts_none();
        int64_t entry = synthetic_entry(made, p, "sample", 1);

        facts.sex = p == 1 ? PERSON_MALE : PERSON_FEMALE;
        synthetic_facts(made, p, &facts);
        must(callset_add_sample(made->store, callset, entry, assay_id, &made->err), &made->err);
    }
}

static void put_sites(struct synthetic *made, int64_t callset, uint32_t n)
{
    struct calls *calls;

    must(calls_open(made->store, callset, &calls, &made->err), &made->err);
    for (uint32_t site = 0; site < n; site++) {
        uint64_t vid = synthetic_vid(site);

        must(calls_site(calls, vid, &made->err), &made->err);
        for (uint32_t p = 0; p < GENOME_PERSONS; p++)
            if ((site + p) % CARRIED == 0)
                must(calls_add(calls, p, site % 2 ? CALL_HOM : CALL_HET, &made->err), &made->err);
        if (site % 8 == 0)
            must(note_put_af(made->store, vid, 700000000, &made->err), &made->err);
    }
    must(calls_close(calls, &made->err), &made->err);
}

void genome_put(struct synthetic *made, uint32_t sites)
{
    struct callset callset = {.assembly = VARIANT_GRCH38, .has_af = true, .judges_sites = true};
    struct import_counts counts = {.read = sites, .stored = sites};
    int64_t id;

    (void)synthetic_begin(made, 1);
    must(callset_put(made->store, &callset, &id, &made->err), &made->err);
    put_persons(made, id);
    put_sites(made, id, sites);
    must(import_run_commit(made->store, &counts, &made->err), &made->err);
}
