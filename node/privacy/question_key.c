/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/question_key.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "proto/base/bytes.h"

/*
 * The order of the tags in a key. A change of meaning needs a new version text; a tag is never
 * reused.
 */
enum key_tag {
    TAG_VERSION = 1,
    TAG_CANON,
    TAG_PURPOSE,
    TAG_MODE,
    TAG_SIGMA,
    TAG_NODE, /* then follow the fields of that node */
    TAG_POPULATION,
    TAG_OVERLAY, /* last, and in the noise key only */
    TAG_SNAPSHOT,
    TAG_SIGMA_UNDETERMINED, /* these two beside TAG_SIGMA, only where cells have a sigma of their
                             * own: so the keys of all other questions are as they were */
    TAG_SIGMA_TOTAL,
    TAG_BOOK, /* where persons have accounts */
};

static bool hash(struct bytes *bytes, uint8_t out[static 32], struct err *err)
{
    bool whole = !bytes->failed;

    if (whole)
        crypto_generichash(out, 32, bytes->data, bytes->size, NULL, 0);
    bytes_clear(bytes);
    return whole || err_memory(err);
}

bool question_key_population(const uint8_t snapshot[static 32], const char *population,
                             uint8_t out[static QUESTION_KEY_POPULATION_BYTES], struct err *err)
{
    struct bytes bytes = {0};

    bytes_add_tlv_text(&bytes, TAG_VERSION, "rikstal-population-v1");
    bytes_add_tlv(&bytes, TAG_SNAPSHOT, snapshot, 32);
    bytes_add_tlv_text(&bytes, TAG_POPULATION, population);
    return hash(&bytes, out, err);
}

static bool hash_key(const struct question_key *key, bool with_overlay, uint8_t out[static 32],
                     struct err *err)
{
    struct bytes bytes = {0};

    bytes_add_tlv_text(&bytes, TAG_VERSION, "v2");
    bytes_add_tlv(&bytes, TAG_CANON, key->canon, key->canon_size);
    bytes_add_tlv_text(&bytes, TAG_PURPOSE, key->purpose);
    bytes_add_tlv_u64(&bytes, TAG_MODE, key->mode);
    bytes_add_tlv_u64(&bytes, TAG_SIGMA, key->sigma);
    if (key->sigma_undetermined && (key->sigma_undetermined != key->sigma || key->sigma_total))
        bytes_add_tlv_u64(&bytes, TAG_SIGMA_UNDETERMINED, key->sigma_undetermined);
    if (key->sigma_total)
        bytes_add_tlv_u64(&bytes, TAG_SIGMA_TOTAL, key->sigma_total);
    if (key->book)
        bytes_add_tlv_text(&bytes, TAG_BOOK, key->book);
    for (size_t i = 0; i < key->n_members; i++) {
        const struct question_key_member *member = &key->member[i];

        bytes_add_tlv_text(&bytes, TAG_NODE, member->node);
        bytes_add_tlv(&bytes, TAG_POPULATION, member->population, sizeof(member->population));
    }
    if (with_overlay)
        bytes_add_tlv_u64(&bytes, TAG_OVERLAY, key->overlay);
    return hash(&bytes, out, err);
}

bool question_key_derive(const struct question_key *key, uint8_t base_key[static 32],
                         uint8_t noise_key[static 32], struct err *err)
{
    assert(key);
    uint8_t base[32], noise[32];

    if (key->n_members == 0 || key->n_members > QUESTION_KEY_MEMBERS_MAX)
        return err_set(err, ERR_INVALID, "a question has 1 to %d participants, not %zu",
                       QUESTION_KEY_MEMBERS_MAX, key->n_members);
    for (size_t i = 1; i < key->n_members; i++)
        if (strcmp(key->member[i - 1].node, key->member[i].node) >= 0)
            return err_set(err, ERR_INVALID, "participants are sorted and distinct");
    if (!hash_key(key, false, base, err) || !hash_key(key, true, noise, err))
        return false;
    memcpy(base_key, base, 32);
    memcpy(noise_key, noise, 32);
    return true;
}
