/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples' promises: the same sample, assay and file name give the same key on every delivery,
 * and any other of them another; a person is the same whoever's file names it; nothing clear comes
 * onto the stream.
 */
#include "tests/unit/import/bench.h"

#include <string.h>
#include <unistd.h>

#include "node/import/identity.h"
#include "node/import/vcf.h"
#include "node/import/vcf_samples.h"

static struct stream_unit unit_of(const char *sample, const char *assay, const char *file)
{
    static const uint8_t key[IDENTITY_KEY_BYTES] = {9};
    const struct run_input input = {.name = file, .fd = -1};
    const struct vcf_options options = {.assay = assay, .persons = VCF_NO_INPUT};
    const char *samples[] = {sample};
    struct header header = {.assembly = ASSEMBLY_GRCH38, .samples = samples, .n_samples = 1};
    struct identity *identity = NULL;
    struct bench_stream s;
    struct run_job job = {.inputs = &input, .n_inputs = 1, .options = &options};
    struct stream_unit unit;
    struct role_check roles;
    bool somatic;
    char bytes[4096];
    ssize_t n;

    bench_stream_up(&s);
    assert_true(identity_from_key(key, &identity, &s.err));
    job.identity = identity;
    job.out = s.writer;
    assert_true(vcf_samples_put(&header, &job, &somatic, &roles, &s.err));
    assert_false(somatic);
    bench_stream_turn(&s);
    unit = bench_stream_next(&s, STREAM_UNIT)->unit;
    assert_int_equal(bench_stream_next(&s, STREAM_CALLSET)->callset.assembly, ASSEMBLY_GRCH38);
    assert_int_equal(bench_stream_next(&s, STREAM_SAMPLE)->sample.unit, 0);
    assert_int_equal(lseek(s.fd, 0, SEEK_SET), 0);
    n = read(s.fd, bytes, sizeof(bytes));
    assert_null(memmem(bytes, (size_t)n, sample, strlen(sample)));
    identity_close(identity);
    bench_stream_down(&s);
    return unit;
}

static bool same_key(const struct stream_unit *a, const struct stream_unit *b)
{
    return memcmp(&a->key, &b->key, sizeof(a->key)) == 0;
}

static void test_a_key_is_of_sample_assay_and_file(void **state)
{
    struct stream_unit first = unit_of("sample-one", NULL, "a.vcf");
    struct stream_unit again = unit_of("sample-one", NULL, "a.vcf");
    struct stream_unit others[] = {
        unit_of("sample-two", NULL, "a.vcf"),
        unit_of("sample-one", "wgs", "a.vcf"),
        unit_of("sample-one", NULL, "b.vcf"),
    };

    (void)state;
    assert_true(same_key(&first, &again));
    for (size_t i = 0; i < 3; i++)
        assert_false(same_key(&first, &others[i]));
}

static void test_a_person_is_the_same_in_every_file(void **state)
{
    struct stream_unit a = unit_of("sample-one", NULL, "a.vcf");
    struct stream_unit b = unit_of("sample-one", "wgs", "b.vcf");

    (void)state;
    assert_memory_equal(&a.person, &b.person, sizeof(a.person));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_is_of_sample_assay_and_file),
        cmocka_unit_test(test_a_person_is_the_same_in_every_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
