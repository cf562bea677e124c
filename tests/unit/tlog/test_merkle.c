/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the tree: hashes are those of RFC 6962 (vectors of the Certificate Transparency test
 * suite), and a proof of consistency is accepted for the very trees that it was made for and for no
 * other: not after one changed bit, one hash more or less, or for another size.
 */
#include "proto/tlog/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/bytes.h"

static const char *const leaves[8] = {"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"};
static const char *const roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void leaf_hash(size_t i, uint8_t hash[static 32])
{
    uint8_t data[16];
    size_t size = strlen(leaves[i]) / 2;

    assert_true(bytes_from_hex(leaves[i], data, size));
    merkle_leaf_hash(data, size, hash);
}

/* MTH of leaves begin .. begin + n - 1, straight from the definition. */
static void tree_hash(size_t begin, size_t n, uint8_t hash[static 32])
{
    uint8_t left[32], right[32];
    size_t k = 1;

    if (n == 0) {
        merkle_empty_root(hash);
        return;
    }
    if (n == 1) {
        leaf_hash(begin, hash);
        return;
    }
    while (2 * k < n)
        k *= 2;
    tree_hash(begin, k, left);
    tree_hash(begin + k, n - k, right);
    merkle_node_hash(left, right, hash);
}

static void test_roots_are_those_of_the_reference(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 8; n++) {
        uint8_t expected[32], root[32];

        assert_true(bytes_from_hex(roots[n], expected, 32));
        tree_hash(0, n, root);
        assert_memory_equal(root, expected, 32);
    }
}

static void read_proof(const char *const *hex, size_t n, struct merkle_proof *proof)
{
    proof->n = n;
    for (size_t i = 0; i < n; i++)
        assert_true(bytes_from_hex(hex[i], proof->hash[i], 32));
}

static void test_reference_consistency_proof_and_its_forgeries(void **state)
{
    static const char *const path[] = {
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
    struct merkle_proof proof, forged;
    uint8_t old_root[32], root[32];

    (void)state; /* from 6 to 8 */
    tree_hash(0, 6, old_root);
    tree_hash(0, 8, root);
    read_proof(path, 3, &proof);
    assert_true(merkle_verify_consistency(6, 8, &proof, old_root, root));
    for (uint64_t size = 0; size < 12; size++)
        if (size != 6)
            assert_false(merkle_verify_consistency(size, 8, &proof, old_root, root));
    for (size_t bit = 0; bit < 3 * 256; bit++) {
        forged = proof;
        forged.hash[bit / 256][bit % 256 / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(merkle_verify_consistency(6, 8, &forged, old_root, root));
    }
    forged = proof;
    forged.n = 2;
    assert_false(merkle_verify_consistency(6, 8, &forged, old_root, root));
    forged.n = 0;
    assert_false(merkle_verify_consistency(6, 8, &forged, old_root, root));
    assert_true(merkle_verify_consistency(8, 8, &forged, root, root));
    assert_false(merkle_verify_consistency(8, 8, &forged, old_root, root));
    merkle_empty_root(old_root);
    assert_true(merkle_verify_consistency(0, 8, &forged, old_root, root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roots_are_those_of_the_reference),
        cmocka_unit_test(test_reference_consistency_proof_and_its_forgeries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
