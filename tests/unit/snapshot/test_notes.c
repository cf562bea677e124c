/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a snapshot promises of annotation: the rows of a gene and the notes of a site say the same
 * and what was put; frequency is the file's own, 0 where it declares one without a value, unknown
 * where it declares none; long alleles and variants without coordinates are spelled out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query/vocabulary.h"
#include "tests/unit/refused.h"
#include "tests/unit/snapshot/synthetic.h"

#define SITES 1000

static void gene_name(uint32_t site, char out[16])
{
    snprintf(out, 16, "GENE%u", site / 7 % 5);
}

static uint32_t clinvar_of(uint32_t site)
{
    return site % 9 | (site % 4 ? CLINVAR_READ : 0);
}

/* Every third site has a note, every 21st one in a second gene; every second a frequency. */
static void add_notes(struct synthetic *region, uint32_t site)
{
    char gene[16];
    struct note note = {.gene = gene,
                        .consequences = UINT64_C(1) << site % 42,
                        .clinvar = clinvar_of(site),
                        .complete = site % 5 != 0};

    gene_name(site, gene);
    if (site % 3 == 0)
        assert_true(note_put(region->store, synthetic_vid(site * 100), &note, &region->err));
    note.gene = "OTHER";
    if (site % 21 == 0)
        assert_true(note_put(region->store, synthetic_vid(site * 100), &note, &region->err));
    if (site % 2 == 0)
        assert_true(note_put_af(region->store, synthetic_vid(site * 100), site, &region->err));
}

static void add_file(struct synthetic *region, uint32_t person, bool annotated, uint32_t step)
{
    struct callset callset = {.assembly = VARIANT_GRCH38,
                              .has_af = annotated,
                              .has_annotation = annotated,
                              .judges_sites = true};
    struct calls *calls;
    int64_t id;

    synthetic_begin(region, person);
    assert_true(callset_put(region->store, &callset, &id, &region->err));
    assert_true(callset_add_sample(region->store, id, synthetic_entry(region, person, "vcf", 0), 0,
                                   &region->err));
    assert_true(calls_open(region->store, id, &calls, &region->err));
    for (uint32_t site = 0; site < SITES; site += step) {
        assert_true(calls_site(calls, synthetic_vid(site * 100), &region->err));
        assert_true(calls_add(calls, 0, CALL_HET, &region->err));
        if (annotated)
            add_notes(region, site);
    }
    assert_true(calls_close(calls, &region->err));
    synthetic_commit(region, 1);
}

static void test_rows_of_a_gene_are_what_was_put(void **state)
{
    struct synthetic region;
    struct snapshot *snapshot;
    struct gene_sites rows;
    size_t at = 0;
    char gene[16];

    (void)state;
    synthetic_up(&region);
    add_file(&region, 1, true, 1);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_false(segment_annotated(snapshot_segment(snapshot, 0)));
    assert_true(segment_gene(snapshot_segment(snapshot, 0), "GENE2", &rows, &region.err));
    for (uint32_t site = 0; site < SITES; site += 3) {
        gene_name(site, gene);
        if (strcmp(gene, "GENE2") != 0)
            continue;
        assert_true(at < rows.n);
        assert_int_equal(rows.vid[at], synthetic_vid(site * 100));
        assert_int_equal(rows.consequences[at], UINT64_C(1) << site % 42);
        assert_int_equal(rows.clinvar[at], clinvar_of(site));
        assert_int_equal(rows.af_nano[at], site % 2 ? SITE_AF_UNKNOWN : (int64_t)site);
        at++;
    }
    assert_int_equal(at, rows.n);
    assert_true(segment_gene(snapshot_segment(snapshot, 0), "NOSUCH", &rows, &region.err));
    assert_int_equal(rows.n, 0);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_notes_of_a_site_are_what_was_put(void **state)
{
    struct synthetic region;
    struct snapshot *snapshot;
    struct sites sites;
    struct site site;
    uint32_t i = 0;

    (void)state;
    synthetic_up(&region);
    add_file(&region, 1, true, 2); /* even sites: annotated */
    add_file(&region, 2, false, 1);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_false(segment_annotated(snapshot_segment(snapshot, 0)));
    sites_start(&sites, snapshot_segment(snapshot, 0), 0, UINT64_MAX);
    for (; sites_next(&sites, &site, &region.err); i++) {
        const struct site_note *notes;
        char gene[16];
        bool complete;
        size_t n;

        assert_int_equal(site.annotated, i % 2 == 0 && i % 3 == 0 && i % 5 != 0);
        assert_int_equal(site.af_nano, i % 2 ? SITE_AF_UNKNOWN : (int64_t)i);
        assert_true(segment_notes(sites.segment, site.vid, &notes, &n, &complete, &region.err));
        assert_int_equal(complete, site.annotated);
        assert_int_equal(n, i % 2 ? 0 : (i % 3 == 0) + (i % 21 == 0));
        gene_name(i, gene);
        for (size_t k = 0; k < n; k++) {
            assert_string_equal(notes[k].gene, k ? "OTHER" : gene);
            assert_int_equal(notes[k].consequences, UINT64_C(1) << i % 42);
            assert_int_equal(notes[k].clinvar, clinvar_of(i));
        }
    }
    assert_int_equal(i, SITES);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_long_alleles_and_placeless_variants_are_spelled(void **state)
{
    struct variant variants[] = {{VARIANT_GRCH38, 22, 500, "GATTACAGATTACA", "G"},
                                 {VARIANT_GRCH38, 22, 500, "G", "<DEL:END=900>"},
                                 {0, CHROMOSOME_NONE, 0, "BRCA1", "exon 3 deletion"}};
    struct variant absent = {VARIANT_GRCH38, 22, 501, "GATTACAGATTACA", "G"}, back;
    struct callset callset = {.assembly = VARIANT_GRCH38};
    struct synthetic region;
    struct snapshot *snapshot;
    struct calls *calls;
    int64_t id;
    uint64_t vids[3], vid;
    bool known;

    (void)state;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    assert_true(callset_put(region.store, &callset, &id, &region.err));
    assert_true(callset_add_sample(region.store, id, synthetic_entry(&region, 1, "vcf", 0), 0,
                                   &region.err));
    assert_true(calls_open(region.store, id, &calls, &region.err));
    for (int i = 0; i < 3; i++) {
        assert_true(calls_vid(region.store, &variants[i], &vids[i], &region.err));
        assert_true(calls_site(calls, vids[i], &region.err));
        assert_true(calls_add(calls, 0, CALL_CARRIER, &region.err));
    }
    assert_true(calls_close(calls, &region.err));
    synthetic_commit(&region, 1);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    for (int i = 0; i < 3; i++) {
        assert_true(snapshot_vid(snapshot, &variants[i], &vid, &known, &region.err));
        assert_true(known);
        assert_int_equal(vid, vids[i]);
        assert_true(snapshot_variant(snapshot, vid, &back, &region.err));
        assert_string_equal(back.ref, variants[i].ref);
        assert_string_equal(back.alt, variants[i].alt);
        assert_int_equal(back.chromosome, variants[i].chromosome);
    }
    assert_true(snapshot_vid(snapshot, &absent, &vid, &known, &region.err));
    assert_false(known);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

/* What two notes of one variant come to, in the first one's gene and in the second one's. */
static uint32_t shared_clinvar(uint32_t first, uint32_t second, bool same_gene)
{
    struct callset callset = {
        .assembly = VARIANT_GRCH38, .has_annotation = true, .judges_sites = true};
    struct note notes[2] = {{.gene = "ONE", .consequences = 1, .clinvar = first, .complete = true},
                            {.gene = "TWO", .consequences = 2, .clinvar = second}};
    const struct site_note *published;
    struct synthetic region;
    struct snapshot *snapshot;
    struct calls *calls;
    uint32_t clinvar;
    bool complete;
    int64_t id;
    size_t n;

    if (same_gene)
        notes[1].gene = notes[0].gene;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    assert_true(callset_put(region.store, &callset, &id, &region.err));
    assert_true(callset_add_sample(region.store, id, synthetic_entry(&region, 1, "vcf", 0), 0,
                                   &region.err));
    assert_true(calls_open(region.store, id, &calls, &region.err));
    assert_true(calls_site(calls, synthetic_vid(0), &region.err));
    assert_true(calls_add(calls, 0, CALL_HET, &region.err));
    for (int i = 0; i < 2; i++)
        assert_true(note_put(region.store, synthetic_vid(0), &notes[i], &region.err));
    assert_true(calls_close(calls, &region.err));
    synthetic_commit(&region, 1);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_true(segment_notes(snapshot_segment(snapshot, 0), synthetic_vid(0), &published, &n,
                              &complete, &region.err));
    assert_int_equal(n, same_gene ? 1 : 2);
    assert_int_equal(published[0].consequences, 1); /* no incomplete note replaces a complete one */
    assert_int_equal(published[n - 1].clinvar, published[0].clinvar);
    clinvar = published[0].clinvar;
    snapshot_close(snapshot);
    synthetic_down(&region);
    return clinvar;
}

static void test_clinvar_is_of_the_variant_whatever_the_gene(void **state)
{
    enum { benign = 1u << CLINVAR_BENIGN, other = 1u << CLINVAR_OTHER };

    (void)state;
    /* In a note of another gene, or of a file that says nothing of ClinVar: it holds in both. */
    for (int same_gene = 0; same_gene < 2; same_gene++) {
        assert_int_equal(shared_clinvar(benign | CLINVAR_READ, 0, same_gene),
                         benign | CLINVAR_READ);
        assert_int_equal(shared_clinvar(0, benign | CLINVAR_READ, same_gene),
                         benign | CLINVAR_READ);
        assert_int_equal(shared_clinvar(0, 0, same_gene), 0);
        assert_int_equal(shared_clinvar(0, CLINVAR_READ, same_gene), CLINVAR_READ);
    }
    assert_int_equal(shared_clinvar(benign | CLINVAR_READ, other | CLINVAR_READ, false),
                     benign | other | CLINVAR_READ);
    /* What could not be read may be any word: said ones stay, and no other can be ruled out. */
    assert_int_equal(shared_clinvar(benign | CLINVAR_READ, CLINVAR_UNREAD, false), benign);
    assert_int_equal(shared_clinvar(benign | CLINVAR_UNREAD, CLINVAR_READ, false), benign);
    assert_int_equal(shared_clinvar(benign | CLINVAR_READ, other | CLINVAR_UNREAD, true), other);
}

/* SAID_MAX: genes of one variant. A file says at most STREAM_NOTES_MAX, several files may more. */
static void test_genes_of_a_variant_at_the_limit_and_one_past(void **state)
{
    enum { said_max = 1024 };
    struct callset callset = {
        .assembly = VARIANT_GRCH38, .has_annotation = true, .judges_sites = true};

    (void)state;
    for (int more = 0; more < 2; more++) {
        struct publish_options options = {.date = 20000};
        struct publish_result result;
        struct synthetic region;
        struct calls *calls;
        int64_t id;

        synthetic_up(&region);
        options.folder = region.snapshot_path;
        synthetic_begin(&region, 1);
        assert_true(callset_put(region.store, &callset, &id, &region.err));
        assert_true(callset_add_sample(region.store, id, synthetic_entry(&region, 1, "vcf", 0), 0,
                                       &region.err));
        assert_true(calls_open(region.store, id, &calls, &region.err));
        assert_true(calls_site(calls, synthetic_vid(0), &region.err));
        assert_true(calls_add(calls, 0, CALL_HET, &region.err));
        for (int i = 0; i < said_max + more; i++) {
            char gene[16];
            struct note note = {.gene = gene, .consequences = 1, .complete = true};

            snprintf(gene, sizeof(gene), "GENE%d", i);
            assert_true(note_put(region.store, synthetic_vid(0), &note, &region.err));
        }
        assert_true(calls_close(calls, &region.err));
        synthetic_commit(&region, 1);
        if (more)
            assert_refused_for(publish(region.store, &options, &result, &region.err), &region.err,
                               ERR_INTERNAL, "1024 genes");
        else
            assert_true(publish(region.store, &options, &result, &region.err));
        synthetic_down(&region);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_a_gene_are_what_was_put),
        cmocka_unit_test(test_notes_of_a_site_are_what_was_put),
        cmocka_unit_test(test_long_alleles_and_placeless_variants_are_spelled),
        cmocka_unit_test(test_clinvar_is_of_the_variant_whatever_the_gene),
        cmocka_unit_test(test_genes_of_a_variant_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
