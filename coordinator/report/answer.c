/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/answer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/query/price.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"

#define ARENA_BYTES ((size_t)4 << 20) /* an unpacked answer takes a few times its 256 KiB */

static_assert((int)REGION_VALUE == RIKSTAL__V1__STATE__STATE_VALUE, "as on the wire");
static_assert((int)REGION_SUPPRESSED == RIKSTAL__V1__STATE__STATE_SUPPRESSED, "as on the wire");
static_assert((int)REGION_FAILED == RIKSTAL__V1__STATE__STATE_FAILED, "as on the wire");
static_assert((int)REGION_STALE == RIKSTAL__V1__STATE__STATE_STALE, "as on the wire");

struct answer *answer_new(size_t n_cells, size_t envelope_bytes)
{
    size_t cells_bytes = n_cells * sizeof(int64_t);
    struct answer *answer;

    assert(n_cells <= ANSWER_CELLS_MAX && envelope_bytes <= ANSWER_BYTES_MAX);
    answer = calloc(1, sizeof(*answer) + cells_bytes + envelope_bytes);
    if (!answer)
        return NULL;
    answer->n_cells = n_cells;
    answer->cell = (int64_t *)(answer + 1);
    answer->envelope = (uint8_t *)(answer + 1) + cells_bytes;
    answer->envelope_bytes = envelope_bytes;
    return answer;
}

struct answer *answer_copy(const struct answer *answer)
{
    assert(answer);
    struct answer *copy = answer_new(answer->n_cells, answer->envelope_bytes);
    int64_t *cell;
    uint8_t *envelope;

    if (!copy)
        return NULL;
    cell = copy->cell;
    envelope = copy->envelope;
    *copy = *answer;
    copy->cell = cell;
    copy->envelope = envelope;
    memcpy(cell, answer->cell, answer->n_cells * sizeof(int64_t));
    memcpy(envelope, answer->envelope, answer->envelope_bytes);
    return copy;
}

void answer_free(struct answer *answer)
{
    free(answer);
}

/* Texts of a node are shown on terminals and pages, so they must be safe lines. */
static bool text_copy(char *out, size_t room, const char *text, const char *what, struct err *err)
{
    size_t length = strlen(text);

    if (length >= room)
        return err_set(err, ERR_INVALID, "%s of an answer is longer than %zu bytes", what,
                       room - 1);
    if (!message_text_is_plain(text))
        return err_set(err, ERR_INVALID, "%s of an answer has a control character", what);
    memcpy(out, text, length + 1);
    return true;
}

static bool texts_copy(struct answer *out, const Rikstal__V1__Answer *in, struct err *err)
{
    if (in->n_terms > ANSWER_TERMS_MAX)
        return err_set(err, ERR_INVALID, "an answer names more than %d term releases",
                       ANSWER_TERMS_MAX);
    for (size_t i = 0; i < in->n_terms; i++)
        if (!text_copy(out->term[i].system, sizeof(out->term[i].system), in->terms[i]->system,
                       "a term system", err) ||
            !text_copy(out->term[i].release, sizeof(out->term[i].release), in->terms[i]->release,
                       "a term release", err))
            return false;
    out->n_terms = in->n_terms;
    return text_copy(out->node, sizeof(out->node), in->node, "the node", err) &&
           text_copy(out->code, sizeof(out->code), in->code, "the code", err) &&
           text_copy(out->reason, sizeof(out->reason), in->reason, "the reason", err) &&
           text_copy(out->assembly, sizeof(out->assembly), in->assembly, "the assembly", err) &&
           text_copy(out->snapshot_date, sizeof(out->snapshot_date), in->snapshot_date,
                     "the snapshot date", err);
}

static bool hashes_copy(struct answer *out, const Rikstal__V1__Answer *in, struct err *err)
{
    if (in->question_hash.len != QUESTION_HASH_BYTES)
        return err_set(err, ERR_INVALID, "an answer without a question hash");
    memcpy(out->question_hash, in->question_hash.data, QUESTION_HASH_BYTES);
    if (in->snapshot.len != 0 && in->snapshot.len != sizeof(out->snapshot))
        return err_set(err, ERR_INVALID, "a snapshot hash must have %zu bytes",
                       sizeof(out->snapshot));
    if (in->session.len != 0 && in->session.len != sizeof(out->session))
        return err_set(err, ERR_INVALID, "a session id must have %zu bytes", sizeof(out->session));
    out->has_session = in->session.len != 0;
    if (out->has_session)
        memcpy(out->session, in->session.data, sizeof(out->session));
    out->has_snapshot = in->snapshot.len != 0;
    if (out->has_snapshot)
        memcpy(out->snapshot, in->snapshot.data, sizeof(out->snapshot));
    return true;
}

static bool balance_copy(struct answer_balance *out, const Rikstal__V1__Balance *in,
                         struct err *err)
{
    if (!in)
        return true;
    out->told = true;
    out->year_left_nrho = in->year_left_nrho;
    out->year_cap_nrho = in->year_cap_nrho;
    out->lifetime_left_nrho = in->lifetime_left_nrho;
    out->lifetime_cap_nrho = in->lifetime_cap_nrho;
    out->person_year_nrho = in->person_year_nrho;
    out->person_lifetime_nrho = in->person_lifetime_nrho;
    return text_copy(out->dataset, sizeof(out->dataset), in->dataset, "the dataset", err) &&
           text_copy(out->window, sizeof(out->window), in->window, "the budget year", err);
}

/* Nothing left: the cap may have been lowered since, and how much was asked is not known. */
static bool asked_at_most(int64_t cap_nrho, int64_t left_nrho, int64_t most_nrho)
{
    return left_nrho > 0 && left_nrho <= cap_nrho && cap_nrho - left_nrho <= most_nrho;
}

bool answer_everybody_could_pay(const struct answer_balance *balance)
{
    assert(balance && balance->told);
    return balance->person_year_nrho == 0 ||
           (asked_at_most(balance->year_cap_nrho, balance->year_left_nrho,
                          balance->person_year_nrho) &&
            asked_at_most(balance->lifetime_cap_nrho, balance->lifetime_left_nrho,
                          balance->person_lifetime_nrho));
}

static int64_t less(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t answer_counts_for_all(const struct answer_balance *balance, uint32_t sigma)
{
    const struct measure count = {
        .kind = MEASURE_COUNT, .n_cells = COUNT_CELLS, .sensitivity_squared = 1};
    int64_t asked, year, life;

    if (!answer_everybody_could_pay(balance) || balance->person_year_nrho == 0)
        return 0;
    asked = balance->year_cap_nrho - balance->year_left_nrho;
    year = less(balance->person_year_nrho - asked, balance->year_left_nrho);
    asked = balance->lifetime_cap_nrho - balance->lifetime_left_nrho;
    life = less(balance->person_lifetime_nrho - asked, balance->lifetime_left_nrho);
    return less(year, life) / price_nrho(&count, sigma);
}

const struct answer_balance *answer_accounts(const struct answer *answer)
{
    return answer && answer->n_cells > 0 && answer->balance.told &&
                   answer->balance.person_year_nrho > 0
               ? &answer->balance
               : NULL;
}

static void numbers_copy(struct answer *out, const Rikstal__V1__Answer *in)
{
    out->state = (enum region_state)in->state;
    out->mode = (enum mode)in->mode;
    out->sigma = in->sigma;
    out->sigma_undetermined = in->sigma_undetermined;
    out->sigma_total = in->sigma_total;
    out->price_nrho = in->price_nrho;
    out->budget_left_nrho = in->budget_left_nrho;
    out->charged = in->charged;
    out->tested_share_percent = in->tested_share_percent;
    out->display_below = in->display_below;
    out->display_base = in->display_base;
    out->log_index = in->log_index;
    for (size_t i = 0; i < in->n_cells; i++)
        out->cell[i] = in->cells[i];
}

static bool answer_read(const Rikstal__V1__Answer *in, const Rikstal__V1__Envelope *sealed,
                        const uint8_t *envelope, size_t envelope_bytes, struct answer **out,
                        struct err *err)
{
    struct answer *answer;
    struct key_id signer;

    if (in->version != 1)
        return err_set(err, ERR_INVALID, "an answer of version %u", in->version);
    if (in->n_cells > ANSWER_CELLS_MAX)
        return err_set(err, ERR_INVALID, "an answer has more than %d cells", ANSWER_CELLS_MAX);
    if (!envelope_key_id(sealed, &signer))
        return err_set(err, ERR_INVALID, "the envelope names no key");
    answer = answer_new(in->n_cells, envelope_bytes);
    if (!answer)
        return err_memory(err);
    memcpy(answer->signer, signer.b, KEY_ID_BYTES);
    numbers_copy(answer, in);
    memcpy(answer->envelope, envelope, envelope_bytes);
    if (!texts_copy(answer, in, err) || !hashes_copy(answer, in, err) ||
        !balance_copy(&answer->balance, in->balance, err)) {
        answer_free(answer);
        return false;
    }
    *out = answer;
    return true;
}

bool answer_open(struct roster_view from, struct bytes_view envelope, struct answer **out,
                 struct err *err)
{
    assert(from.roster && from.node && envelope.data && out);
    Rikstal__V1__Envelope *sealed;
    ProtobufCMessage *message;
    struct answer *answer = NULL;
    struct arena *arena;
    bool ok;

    if (envelope.size > ANSWER_BYTES_MAX)
        return err_set(err, ERR_INVALID, "an answer is longer than %zu bytes", ANSWER_BYTES_MAX);
    arena = arena_new(ARENA_BYTES);
    if (!arena)
        return err_memory(err);
    ok = envelope_parse(envelope.data, envelope.size, arena, &sealed, err) &&
         roster_open_from_node(
             from, (struct envelope_kind){DOMAIN_ANSWER, &rikstal__v1__answer__descriptor}, sealed,
             arena, &message, err) &&
         answer_read((const Rikstal__V1__Answer *)message, sealed, envelope.data, envelope.size,
                     &answer, err);
    arena_free(arena);
    if (ok && strcmp(answer->node, from.node) != 0) {
        answer_free(answer);
        return err_set(err, ERR_DENIED, "node %s signed an answer in another's name", from.node);
    }
    if (ok)
        *out = answer;
    return ok;
}

bool answer_parse(const uint8_t *envelope, size_t envelope_bytes, struct answer **out,
                  struct err *err)
{
    assert(envelope && out);
    Rikstal__V1__Envelope *sealed;
    ProtobufCMessage *message;
    struct arena *arena;
    bool ok;

    if (envelope_bytes > ANSWER_BYTES_MAX)
        return err_set(err, ERR_INVALID, "an answer is longer than %zu bytes", ANSWER_BYTES_MAX);
    arena = arena_new(ARENA_BYTES);
    if (!arena)
        return err_memory(err);
    ok = envelope_parse(envelope, envelope_bytes, arena, &sealed, err) &&
         message_unpack(&rikstal__v1__answer__descriptor, sealed->payload.data, sealed->payload.len,
                        arena, &message, err) &&
         answer_read((const Rikstal__V1__Answer *)message, sealed, envelope, envelope_bytes, out,
                     err);
    arena_free(arena);
    return ok;
}

static bool cells_fit(const struct answer *answer, const struct plan *plan, struct err *err)
{
    if (answer->n_cells != plan->n_cells)
        return err_set(err, ERR_INVALID, "an answer of %zu cells where %zu were asked for",
                       answer->n_cells, plan->n_cells);
    if (plan->mode != MODE_REGIONS) /* masked cells may have any value, but all belong to one
                                     * session */
        return answer->has_session ||
               err_set(err, ERR_INVALID, "a vector of a sum that names no session");
    for (size_t i = 0; i < answer->n_cells; i++)
        if (answer->cell[i] > ANSWER_CELL_MAX || answer->cell[i] < -ANSWER_CELL_MAX)
            return err_set(err, ERR_INVALID, "a cell that no region can have");
    return true;
}

bool answer_fits(const struct answer *answer, const struct plan *plan, struct err *err)
{
    assert(answer && plan && plan->n_cells <= ANSWER_CELLS_MAX);
    if (memcmp(answer->question_hash, plan->hash, QUESTION_HASH_BYTES) != 0)
        return err_set(err, ERR_INVALID, "an answer to another question");
    switch (answer->state) {
    case REGION_VALUE:
        if (answer->mode != plan->mode || answer->sigma != plan->sigma ||
            answer->sigma_undetermined != plan->sigma_undetermined ||
            answer->sigma_total != plan->sigma_total)
            return err_set(err, ERR_INVALID, "an answer with another mode or sigma than asked");
        return cells_fit(answer, plan, err);
    case REGION_DECLINED:
    case REGION_UNSUPPORTED:
    case REGION_FAILED:
    case REGION_STALE:
        return answer->n_cells == 0 ||
               err_set(err, ERR_INVALID, "an answer without a value that has cells");
    default:
        return err_set(err, ERR_INVALID, "an answer in a state that is not a node's to give");
    }
}
