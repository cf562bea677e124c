#include "node/privacy/question_key.h"

#include <sodium.h>
#include <string.h>

#include "proto/base/bytes.h"

/* Tags in this order; a new meaning is a new version text, never a reused tag. */
enum key_tag {
    TAG_VERSION = 1,
    TAG_CANON,
    TAG_PURPOSE,
    TAG_POPULATION,
    TAG_SNAPSHOT,
    TAG_OVERLAY, /* in the noise key only */
    TAG_MODE,
    TAG_SIGMA,
    TAG_NODE,
};

static void write_key(const struct question_key *key, bool with_overlay, struct bytes *bytes)
{
    tlv_add_text(bytes, TAG_VERSION, "v1");
    tlv_add(bytes, TAG_CANON, key->canon, key->canon_size);
    tlv_add_text(bytes, TAG_PURPOSE, key->purpose);
    tlv_add_text(bytes, TAG_POPULATION, key->population);
    tlv_add(bytes, TAG_SNAPSHOT, key->snapshot, 32);
    if (with_overlay)
        tlv_add_u64(bytes, TAG_OVERLAY, key->overlay);
    tlv_add_u64(bytes, TAG_MODE, key->mode);
    tlv_add_u64(bytes, TAG_SIGMA, key->sigma);
    for (size_t i = 0; i < key->n_nodes; i++)
        tlv_add_text(bytes, TAG_NODE, key->nodes[i]);
}

static bool hash_key(const struct question_key *key, bool with_overlay, uint8_t out[static 32],
                     struct err *err)
{
    struct bytes bytes = {0};

    write_key(key, with_overlay, &bytes);
    if (bytes.failed) {
        bytes_clear(&bytes);
        return err_set(err, ERR_INTERNAL, "out of memory for the question's key");
    }
    crypto_generichash(out, 32, bytes.data, bytes.size, NULL, 0);
    bytes_clear(&bytes);
    return true;
}

bool question_key_derive(const struct question_key *key, uint8_t base_key[static 32],
                         uint8_t noise_key[static 32], struct err *err)
{
    uint8_t base[32], noise[32];

    if (key->n_nodes == 0 || key->n_nodes > QUESTION_KEY_NODES_MAX)
        return err_set(err, ERR_INVALID, "a question has 1 to %d participants, not %zu",
                       QUESTION_KEY_NODES_MAX, key->n_nodes);
    for (size_t i = 1; i < key->n_nodes; i++)
        if (strcmp(key->nodes[i - 1], key->nodes[i]) >= 0)
            return err_set(err, ERR_INVALID, "participants are sorted and distinct");
    if (!hash_key(key, false, base, err) || !hash_key(key, true, noise, err))
        return false;
    memcpy(base_key, base, 32);
    memcpy(noise_key, noise, 32);
    return true;
}
