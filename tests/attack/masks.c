/* SPDX-License-Identifier: Apache-2.0 */
/*
 * G1 to G5 on node/privacy/mask.h: sums under masks are right, nothing but a whole set of vectors
 * gives a number, one vector looks like uniform bytes, and so does a blind sum to everybody but its
 * asker.
 *
 * The masks themselves cannot know who is missing: a sum over a part is uniform in 2^64, so it is
 * "no number" when it lies 10^6 or more from the truth in every cell (a uniform one is nearer with
 * probability 1.1e-13 a cell).
 */
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/mask.h"
#include "proto/base/random.h"
#include "proto/trust/keystream.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"

#define NODES_MAX 23
#define NEAR 1000000
#define SMALL_CELLS 4

/* One attempt at a sum: everybody's key, and vectors before and after masking. */
struct attempt {
    size_t m;
    size_t d;
    uint64_t question;
    char id[NODES_MAX][8];
    struct mask *mask[NODES_MAX];
    uint8_t session[MASK_SESSION_BYTES];
    const uint8_t *asker; /* of a blind sum */
    int64_t *plain[NODES_MAX];
    int64_t *masked[NODES_MAX];
};

/* A session's id: question, attempt and list all decide it (proto/trust makes the real one). */
static void session_of(uint64_t question, uint8_t attempt, const char *list,
                       uint8_t id[static MASK_SESSION_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, MASK_SESSION_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)&question, sizeof(question));
    crypto_generichash_update(&state, &attempt, sizeof(attempt));
    crypto_generichash_update(&state, (const uint8_t *)list, strlen(list));
    crypto_generichash_final(&state, id, MASK_SESSION_BYTES);
}

static void begin(struct attempt *attempt, size_t m, size_t d, struct rng *rng)
{
    attempt->m = m;
    attempt->d = d;
    attempt->asker = NULL;
    attempt->question = rng_u64(rng);
    session_of(attempt->question, 1, "list", attempt->session);
    for (size_t i = 0; i < m; i++) {
        snprintf(attempt->id[i], sizeof(attempt->id[i]), "%02zu", i + 1);
        attempt->mask[i] = mask_new();
        attempt->plain[i] = malloc(d * sizeof(int64_t));
        attempt->masked[i] = malloc(d * sizeof(int64_t));
        if (!attempt->mask[i] || !attempt->plain[i] || !attempt->masked[i])
            broken("masks", "no memory");
        for (size_t c = 0; c < d; c++) /* small, negative, and such that sums wrap around */
            attempt->plain[i][c] = c % 3 == 0   ? (int64_t)rng_below(rng, 2000) - 1000
                                   : c % 3 == 1 ? INT64_MAX - (int64_t)rng_below(rng, 9)
                                                : (int64_t)rng_u64(rng);
        memcpy(attempt->masked[i], attempt->plain[i], d * sizeof(int64_t));
    }
}

static void end(struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->m; i++) {
        mask_free(attempt->mask[i]);
        free(attempt->plain[i]);
        free(attempt->masked[i]);
    }
}

/* What node i is told; the malicious parts change it before node i masks. */
struct told {
    struct mask_peer peer[NODES_MAX];
    struct mask_session session;
};

static void tell(const struct attempt *attempt, size_t i, struct told *told)
{
    *told = (struct told){
        .session = {.self = attempt->id[i], .peers = told->peer, .asker = attempt->asker}};
    memcpy(told->session.id, attempt->session, sizeof(told->session.id));
    for (size_t j = 0; j < attempt->m; j++)
        if (j != i)
            told->peer[told->session.n_peers++] =
                (struct mask_peer){attempt->id[j], mask_public_key(attempt->mask[j])};
}

static bool mask_one(struct attempt *attempt, size_t i, const struct told *told)
{
    struct err err;

    return mask_apply(attempt->mask[i], &told->session, attempt->masked[i], attempt->d, &err);
}

static void mask_all(struct attempt *attempt)
{
    struct told told;

    for (size_t i = 0; i < attempt->m; i++) {
        tell(attempt, i, &told);
        if (!mask_one(attempt, i, &told))
            broken("masks", "an honest attempt was refused");
    }
}

static uint64_t sum_of(int64_t *const *vectors, const struct attempt *attempt, uint64_t members,
                       size_t cell)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < attempt->m; i++)
        sum += members >> i & 1 ? (uint64_t)vectors[i][cell] : 0;
    return sum;
}

/* Cells whose masked sum is within 10^6 of the plain one. */
static size_t near_cells(const struct attempt *attempt, uint64_t members)
{
    size_t near = 0;

    for (size_t c = 0; c < attempt->d; c++) {
        uint64_t gap = sum_of(attempt->masked, attempt, members, c) -
                       sum_of(attempt->plain, attempt, members, c);

        near += gap + NEAR < 2 * NEAR;
    }
    return near;
}

static size_t equal_cells(const struct attempt *attempt)
{
    uint64_t all = (UINT64_C(1) << attempt->m) - 1;
    size_t equal = 0;

    for (size_t c = 0; c < attempt->d; c++)
        equal +=
            sum_of(attempt->masked, attempt, all, c) == sum_of(attempt->plain, attempt, all, c);
    return equal;
}

/* ---- G1 -------------------------------------------------------------------------------------- */

static void g1(void)
{
    static const size_t cells[] = {1, 1000, 65536};
    struct rng rng = rng_of(report_seed(1400));
    size_t sums = 0, right = 0;

    for (size_t k = 0; k < sized(2, 3, 3); k++)
        for (size_t m = 2; m <= NODES_MAX; m += cells[k] == 65536 ? sized(21, 7, 1) : 1) {
            struct attempt attempt;

            begin(&attempt, m, cells[k], &rng);
            mask_all(&attempt);
            sums++;
            right += equal_cells(&attempt) == cells[k];
            end(&attempt);
        }
    row("G1", right == sums, say("%zu of %zu", right, sums), "all",
        say("masked sums exact, wrapping and negative, m = 2..23, cells 1, 1000%s",
            (const char *[]){"", ", 65536 (every 7th m)", ", 65536"}[sized(0, 1, 2)]));
}

/* ---- G2 -------------------------------------------------------------------------------------- */

static void g2(void)
{
    struct rng rng = rng_of(report_seed(1410));
    size_t subsets = sized(1000, 10000, 100000), near = 0, singles = 0, tried = 0;

    for (size_t m = 3; m <= NODES_MAX; m++) {
        uint64_t all = (UINT64_C(1) << m) - 1;
        struct attempt attempt;

        begin(&attempt, m, SMALL_CELLS, &rng);
        mask_all(&attempt);
        if (near_cells(&attempt, all) != SMALL_CELLS)
            broken("masks", "the whole set does not add up");
        for (size_t i = 0; i < m; i++, singles++)
            near += near_cells(&attempt, all & ~(UINT64_C(1) << i)) != 0;
        for (size_t i = 0; i < subsets / (NODES_MAX - 2) + 1; i++, tried++) {
            uint64_t members = 1 + rng_below(&rng, all - 1); /* neither none nor all */

            near += near_cells(&attempt, members) != 0;
        }
        end(&attempt);
    }
    row("G2", near == 0, say("%zu", near), "0",
        say("dropout: sums near the truth, each of %zu single absences, %zu random subsets",
            singles, tried));
}

/* ---- G3 -------------------------------------------------------------------------------------- */

enum malice {
    EQUIVOCATED_LIST,
    THIRD_ATTEMPT,
    OTHER_QUESTION,
    SYBIL_KEY,
    FLIPPED_KEY,
    SECRET_LEFT_OUT,
    MALICES,
};

/* The coordinator lies to one node; the others mask as they should. */
static void lie(struct attempt *attempt, enum malice malice, struct rng *rng)
{
    size_t victim = rng_below(rng, attempt->m), bent = rng_below(rng, attempt->m - 1);
    static uint8_t key[MASK_KEY_BYTES];
    struct mask *sybil = mask_new();
    struct told told;

    for (size_t i = 0; i < attempt->m; i++) {
        tell(attempt, i, &told);
        memcpy(key, told.peer[bent].key, sizeof(key));
        if (i == victim && malice == EQUIVOCATED_LIST)
            session_of(attempt->question, 1, "another list", told.session.id);
        if (i == victim && malice == THIRD_ATTEMPT)
            session_of(attempt->question, 3, "list", told.session.id);
        if (i == victim && malice == OTHER_QUESTION)
            session_of(attempt->question + 1, 1, "list", told.session.id);
        if (i == victim && malice == SYBIL_KEY)
            told.peer[bent].key = mask_public_key(sybil);
        if (i == victim && malice == FLIPPED_KEY) {
            key[rng_below(rng, 31)] ^= (uint8_t)(1u << rng_below(rng, 8));
            told.peer[bent].key = key;
        }
        if (i == victim && malice == SECRET_LEFT_OUT)
            told.peer[bent] = told.peer[--told.session.n_peers];
        if (!mask_one(attempt, i, &told)) /* refused: its vector never comes */
            attempt->masked[i][0] = (int64_t)rng_u64(rng);
    }
    mask_free(sybil);
}

static void g3_garbage(void)
{
    struct rng rng = rng_of(report_seed(1420));
    size_t games = sized(300, 3000, 30000), near = 0, vectors = 0;

    for (size_t g = 0; g < games; g++) {
        struct attempt attempt;

        begin(&attempt, 3 + rng_below(&rng, 6), SMALL_CELLS, &rng);
        lie(&attempt, (enum malice)(g % MALICES), &rng);
        near += near_cells(&attempt, (UINT64_C(1) << attempt.m) - 1) != 0;
        for (size_t i = 0; i < attempt.m; i++)
            vectors += near_cells(&attempt, UINT64_C(1) << i) != 0;
        end(&attempt);
    }
    row("G3", near == 0 && vectors == 0, say("%zu sums, %zu vectors", near, vectors), "0",
        say("malicious lists at the masks: another list, attempt, question, key, a peer left out; "
            "%zu",
            games));
}

/* Each of these the masks refuse by themselves, leaving the vector as it was. */
static void g3_refused(void)
{
    static const uint8_t zero[MASK_KEY_BYTES], one[MASK_KEY_BYTES] = {1};
    struct rng rng = rng_of(report_seed(1430));
    size_t refused = 0, untouched = 0, tried = 0;
    uint32_t shares;
    struct err err;

    for (int what = 0; what < 7; what++, tried++) {
        struct attempt attempt;
        struct told told;

        begin(&attempt, 5, SMALL_CELLS, &rng);
        tell(&attempt, 0, &told);
        if (what == 0) /* points of small order: the secret would be known */
            told.peer[2].key = zero;
        if (what == 1)
            told.peer[2].key = one;
        if (what == 2) /* itself as a peer */
            told.peer[2].node = attempt.id[0];
        if (what == 3) /* one peer twice: its masks would not cancel */
            told.peer[2] = told.peer[1];
        if (what == 4) /* a second vector under one key */
            if (!mask_one(&attempt, 0, &told))
                broken("masks", "an honest attempt was refused");
        if (what == 5) /* a blind sum that would not be */
            told.session.asker = zero;
        if (what == 6)
            told.session.asker = one;
        memcpy(attempt.plain[0], attempt.masked[0], SMALL_CELLS * sizeof(int64_t));
        refused += !mask_one(&attempt, 0, &told);
        untouched +=
            memcmp(attempt.plain[0], attempt.masked[0], SMALL_CELLS * sizeof(int64_t)) == 0;
        end(&attempt);
    }
    row("G3", refused == tried && untouched == tried, say("%zu of %zu", refused, tried), "all",
        "masks refuse: keys of small order, a peer's or an asker's, itself, a peer twice, a second "
        "use");
    row("G3", !mask_shares(13, 14, 5, &shares, &err) && mask_shares(14, 14, 5, &shares, &err),
        "13 no, 14 yes", "n_min = 14", "a sum with one participant fewer than the roster demands");
}

/* ---- G4 -------------------------------------------------------------------------------------- */

static void uniform(const char *id, const uint8_t *bytes, size_t n, bool must_hold,
                    const char *text)
{
    static double probability[256];
    double z, p, r, bound = Z_TWO_SIDED / sqrt((double)n), sum = 0, square = 0, lag = 0;
    uint64_t count[256] = {0};

    for (size_t i = 0; i < n; i++) {
        count[bytes[i]]++;
        sum += bytes[i];
        square += (double)bytes[i] * bytes[i];
        lag += (double)bytes[i] * bytes[i ? i - 1 : n - 1];
    }
    for (int i = 0; i < 256; i++)
        probability[i] = 1.0 / 256;
    p = goodness_p(count, probability, 256, n, &z);
    r = ((double)n * lag - sum * sum) / ((double)n * square - sum * sum); /* Knuth 3.3.2 K */
    row(id, (p > ALPHA && fabs(r) < bound) == must_hold, say("p %.2g, r %+.5f", p, r),
        say("%s 1e-06, %.5f", must_hold ? ">" : "not", bound), text);
}

static void g4(void)
{
    size_t cells = sized(12500, 125000, 1250000);
    struct rng rng = rng_of(report_seed(1440));
    struct attempt attempt;

    begin(&attempt, 3, cells, &rng);
    for (size_t c = 0; c < cells; c++)
        attempt.masked[0][c] = attempt.plain[0][c] = (int64_t)(c % 40);
    uniform("G4+", (const uint8_t *)attempt.plain[0], cells * 8, false,
            "control: a vector of small counts without masks is seen");
    mask_all(&attempt);
    uniform(
        "G4", (const uint8_t *)attempt.masked[0], cells * 8, true,
        say("one masked vector of small counts: bytes uniform, no serial correlation; %zu bytes",
            cells * 8));
    end(&attempt);
}

/* ---- G5 -------------------------------------------------------------------------------------- */

struct asker {
    uint8_t secret[KEYSTREAM_KEY_BYTES];
    uint8_t key[KEYSTREAM_KEY_BYTES];
};

static struct asker asker_new(void)
{
    struct asker asker;

    random_bytes(asker.secret, sizeof(asker.secret));
    crypto_scalarmult_base(asker.key, asker.secret);
    return asker;
}

/* Take off what the asker's secret, or a node that tells its own, gives of these nodes. */
static void take_off(const struct attempt *attempt, const struct asker *asker, uint64_t nodes,
                     int64_t *sum)
{
    for (size_t i = 0; i < attempt->m; i++) {
        const uint8_t *node_key = mask_public_key(attempt->mask[i]);
        struct keystream_bond bond = {KEYSTREAM_BLIND, asker->key, node_key, attempt->session,
                                      attempt->id[i]};
        uint8_t key[KEYSTREAM_KEY_BYTES];

        if (!(nodes >> i & 1))
            continue;
        if (!keystream_key(asker->secret, node_key, &bond, key))
            broken("masks", "an asker has no stream");
        keystream_apply(key, false, sum, attempt->d);
    }
}

/* What the coordinator adds up of small counts, blind or not; free it. */
static int64_t *sum_up(struct attempt *attempt, const struct asker *asker, struct rng *rng)
{
    size_t cells = sized(12500, 125000, 1250000);
    int64_t *sum = calloc(cells, sizeof(*sum));

    begin(attempt, 5, cells, rng);
    attempt->asker = asker ? asker->key : NULL;
    if (!sum)
        broken("masks", "no memory");
    for (size_t i = 0; i < attempt->m; i++)
        for (size_t c = 0; c < cells; c++)
            attempt->masked[i][c] = attempt->plain[i][c] = (int64_t)((c + i) % 40);
    mask_all(attempt);
    for (size_t c = 0; c < cells; c++)
        sum[c] = (int64_t)sum_of(attempt->masked, attempt, 31, c);
    return sum;
}

static size_t cells_near(const struct attempt *attempt, const int64_t *sum, uint64_t distance)
{
    size_t near = 0;

    for (size_t c = 0; c < attempt->d; c++)
        near +=
            (uint64_t)sum[c] - sum_of(attempt->plain, attempt, 31, c) + distance < 2 * distance + 1;
    return near;
}

static void g5(void)
{
    struct asker asker = asker_new(), other = asker_new();
    struct rng rng = rng_of(report_seed(1460));
    struct attempt attempt;
    int64_t *sum = sum_up(&attempt, NULL, &rng);
    size_t cells = attempt.d, bytes = cells * sizeof(*sum);

    uniform("G5+", (const uint8_t *)sum, bytes, false,
            "control: the sum of five that is not blind is seen by who adds it up");
    free(sum);
    end(&attempt);
    sum = sum_up(&attempt, &asker, &rng);
    uniform("G5", (const uint8_t *)sum, bytes, true,
            say("what a coordinator adds up of a blind session: bytes uniform; %zu bytes", bytes));
    take_off(&attempt, &asker, 15, sum);
    row("G5", cells_near(&attempt, sum, NEAR) == 0,
        say("%zu of %zu", cells_near(&attempt, sum, NEAR), cells), "0",
        "with four of five nodes on its side: cells near the truth");
    take_off(&attempt, &asker, 16, sum);
    row("G5", cells_near(&attempt, sum, 0) == cells,
        say("%zu of %zu", cells_near(&attempt, sum, 0), cells), "all", "the asker: cells exact");
    take_off(&attempt, &other, 31, sum);
    row("G5", cells_near(&attempt, sum, NEAR) == 0, say("%zu", cells_near(&attempt, sum, NEAR)),
        "0", "another asker's streams: cells near the truth");
    free(sum);
    end(&attempt);
}

int main(void)
{
    report_start();
    random_seed(report_seed(1450)); /* keys of the masks, so that a failure replays */
    g1();
    g2();
    g3_garbage();
    g3_refused();
    g4();
    g5();
    random_unseed();
    return report_end();
}
