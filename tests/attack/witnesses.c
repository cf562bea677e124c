/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L3: a node whose ledger goes back does not answer, and nobody shows two histories of one log,
 * with 0, 1 or 2 dishonest of the five witnesses (the coordinator is the first to be dishonest).
 *
 * The node is the keeper's own witness.c over a real audit log, the honest witnesses are
 * proto/tlog/watch. The attacker chooses who hears of which checkpoint, has the dishonest cosign
 * whatever there is, drops refusals or lets them through, and gives again every cosignature that it
 * ever saw. The worst case for the node: the newest checkpoint was heard by its quorum alone, the
 * dishonest among it. Controls: a quorum of three, and three dishonest, are broken by the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/audit/audit.h"
#include "node/keeper/home.h"
#include "node/keeper/witness.h"
#include "proto/base/arena.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/base/sql.h"
#include "proto/tlog/watch.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"
#include "proto/trust/roster_witness.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/unit/tlog/history.h"

#define WITNESSES 5
#define ALL ((1u << WITNESSES) - 1)
#define ARENA_BYTES ((size_t)32 << 20)
#define WALL_S 1800000000
#define OLD_MAX 64 /* cosignatures that the attacker kept */

static char *const names[WITNESSES] = {(char *)ROSTER_COORDINATOR, "02", "03", "04", "05"};

/* One node "01" and its five witnesses. */
struct net {
    struct secret_key *root, *node, *witness[WITNESSES];
    struct root_keys roots;
    struct roster *roster;
    struct home home;
    struct sqlite3 *db;
    struct audit *audit;
    struct witness *self;
    struct arena *arena;
    struct rng rng;
    size_t dishonest; /* the first of the witnesses */
    bool refusals;    /* reach the node */
    int64_t now_ms;
    Rikstal__V1__Checkpoint *sent; /* what the node sent last; NULL: nothing */
    struct watch_word old[OLD_MAX];
    size_t old_of[OLD_MAX];
    size_t n_old;
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        broken("the witnesses", err->text);
}

static ProtobufCBinaryData key_of(const struct secret_key *key)
{
    return (ProtobufCBinaryData){KEY_BYTES, (uint8_t *)(uintptr_t)secret_key_public(key)->b};
}

static void roster_make(struct net *net, uint32_t quorum)
{
    Rikstal__V1__Roster roster = RIKSTAL__V1__ROSTER__INIT;
    Rikstal__V1__RosterNode node[WITNESSES], *nodes[WITNESSES];
    Rikstal__V1__RosterWitness list = RIKSTAL__V1__ROSTER_WITNESS__INIT, *lists[] = {&list};
    Rikstal__V1__Envelope *envelope;
    uint8_t *data;
    size_t size;
    struct err err;

    for (size_t i = 0; i < WITNESSES; i++) {
        rikstal__v1__roster_node__init(&node[i]);
        node[i].node = i ? names[i] : "01";
        node[i].name = node[i].node;
        node[i].key = key_of(i ? net->witness[i] : net->node);
        nodes[i] = &node[i];
    }
    list.node = "01";
    list.witnesses = (char **)(uintptr_t)names;
    list.n_witnesses = WITNESSES;
    roster.network = "test";
    roster.version = 1;
    roster.nodes = nodes;
    roster.n_nodes = WITNESSES;
    roster.coordinator_key = key_of(net->witness[0]);
    roster.witnesses = lists;
    roster.n_witnesses = 1;
    roster.witness_quorum = quorum;
    must(envelope_sign_message(DOMAIN_ROSTER, &roster.base, net->root, net->arena, &envelope,
                               &err) &&
             message_pack(&envelope->base, net->arena, &data, &size, &err) &&
             roster_open((struct bytes_view){data, size}, &net->roots, "test", 0, &net->roster,
                         &err),
         &err);
}

static void folder_of(const struct net *net, size_t witness, char path[static HOME_PATH_BYTES])
{
    struct err err;
    char name[16];

    snprintf(name, sizeof(name), "w%zu", witness);
    must(home_path(&net->home, name, path, &err), &err);
}

static void file_remove(const struct net *net, const char *name)
{
    char path[HOME_PATH_BYTES];
    struct err err;

    must(home_path(&net->home, name, path, &err), &err);
    unlink(path);
}

static void net_up(struct net *net, size_t dishonest, uint32_t quorum)
{
    struct err err;

    net->arena = arena_new(ARENA_BYTES);
    must(net->arena && secret_key_new(&net->root, &err) && secret_key_new(&net->node, &err), &err);
    for (size_t i = 0; i < WITNESSES; i++)
        must(secret_key_new(&net->witness[i], &err), &err);
    net->roots = (struct root_keys){.needed = 1, .n = 1, .keys = {*secret_key_public(net->root)}};
    roster_make(net, quorum);
    snprintf(net->home.dir, sizeof(net->home.dir), "/tmp/rikstal-attack-XXXXXX");
    if (!mkdtemp(net->home.dir))
        broken("the witnesses", "no folder");
    snprintf(net->home.node, sizeof(net->home.node), "01");
    snprintf(net->home.network, sizeof(net->home.network), "test");
    net->dishonest = dishonest;
    net->refusals = true;
    net->now_ms = 1000;
}

static void net_down(struct net *net)
{
    char path[HOME_PATH_BYTES], origin[CHECKPOINT_ORIGIN_BYTES], name[CHECKPOINT_ORIGIN_BYTES + 8];

    witness_close(net->self);
    if (net->audit) {
        audit_close(net->audit);
        sql_close(net->db);
    }
    watch_origin("test", "01", secret_key_public(net->node), origin);
    for (char *c = origin; *c; c++)
        *c = *c == '/' ? '_' : *c;
    for (size_t i = 0; i < WITNESSES; i++) {
        snprintf(name, sizeof(name), "w%zu/%s", i, origin);
        file_remove(net, name);
        folder_of(net, i, path);
        rmdir(path);
        secret_key_free(net->witness[i]);
    }
    file_remove(net, "ledger.db");
    file_remove(net, "checkpoint");
    rmdir(net->home.dir);
    roster_free(net->roster);
    secret_key_free(net->root);
    secret_key_free(net->node);
    arena_free(net->arena);
}

/* ---- the node -------------------------------------------------------------------------------- */

static struct witness_of of(struct net *net)
{
    return (struct witness_of){&net->home, net->roster, net->node, net->audit};
}

static bool sends(void *context, Rikstal__V1__Frame *frame, struct err *err)
{
    struct net *net = context;
    ProtobufCMessage *copy;
    uint8_t *data;
    size_t size;

    if (!message_pack(&frame->base, net->arena, &data, &size, err) ||
        !message_unpack(&rikstal__v1__frame__descriptor, data, size, net->arena, &copy, err))
        return false;
    net->sent = ((Rikstal__V1__Frame *)copy)->checkpoint;
    return true;
}

static void grow(struct net *net, size_t n, char leaf)
{
    uint64_t index;
    struct err err;

    must(sql_begin(net->db, &err), &err);
    for (size_t i = 0; i < n; i++)
        must(audit_append(net->audit, &leaf, 1, &index, &err), &err);
    must(sql_commit(net->db, &err), &err);
}

/* Another ledger.db; before: leaves that all histories share. */
static void log_put(struct net *net, size_t before, size_t after, char leaf)
{
    char path[HOME_PATH_BYTES];
    struct err err;

    if (net->audit) {
        audit_close(net->audit);
        sql_close(net->db);
    }
    must(home_path(&net->home, "ledger.db", path, &err), &err);
    unlink(path);
    must(sql_open(path, SQL_LEDGER, &net->db, &err) && audit_open(net->db, &net->audit, &err),
         &err);
    grow(net, before, 'a');
    grow(net, after, leaf);
}

static void process_new(struct net *net)
{
    struct witness_of mine = of(net);
    struct err err;

    witness_close(net->self);
    must(witness_open(&mine, &net->self, &err), &err);
}

static bool answers(struct net *net, struct err *err)
{
    struct witness_of mine = of(net);

    return witness_allows(net->self, &mine, net->now_ms, err);
}

static void told(struct net *net, const Rikstal__V1__Cosignature *word)
{
    struct witness_of mine = of(net);
    struct witness_out out = {sends, net, net->arena};
    struct err ignored; /* a forged word is an error, and changes nothing */

    (void)!witness_hear_cosignature(net->self, &mine, word, net->now_ms, &out, &ignored);
}

/* ---- its witnesses --------------------------------------------------------------------------- */

static bool word_of(struct net *net, size_t i, const Rikstal__V1__Checkpoint *checkpoint,
                    struct watch_word *word)
{
    char folder[HOME_PATH_BYTES], name[CHECKPOINT_ORIGIN_BYTES], note[CHECKPOINT_BYTES_MAX] = "";
    struct watch watch = {net->roster, names[i], net->witness[i], folder};
    struct err err;

    if (i >= net->dishonest) {
        folder_of(net, i, folder);
        return watch_hear(&watch, checkpoint, WALL_S, word, &err);
    }
    *word = (struct watch_word){.status = WATCH_FINE};
    memcpy(note, checkpoint->note.data, checkpoint->note.len);
    watch_origin("test", names[i], secret_key_public(net->witness[i]), name);
    return checkpoint_cosign(note, name, secret_key_ed25519(net->witness[i]), WALL_S, word->line,
                             &err);
}

/* The witness hears it, and what the node sends upon its word. */
static void talk(struct net *net, size_t i, const Rikstal__V1__Checkpoint *checkpoint)
{
    for (int turn = 0; checkpoint && turn < 3; turn++) {
        Rikstal__V1__Cosignature message;
        struct watch_word word;

        net->sent = NULL;
        if (!word_of(net, i, checkpoint, &word))
            return;
        if (word.status == WATCH_FINE && net->n_old < OLD_MAX) {
            net->old_of[net->n_old] = i;
            net->old[net->n_old++] = word;
        }
        watch_message(names[i], checkpoint, &word, &message);
        if (word.status == WATCH_FINE || net->refusals ||
            (word.status == WATCH_CONFLICT && word.known_size <= audit_size(net->audit)))
            told(net, &message);
        checkpoint = net->sent;
    }
}

/* A tick of the node; those of the mask hear what it sends. */
static void exchange(struct net *net, unsigned mask)
{
    struct witness_of mine = of(net);
    struct witness_out out = {sends, net, net->arena};
    const Rikstal__V1__Checkpoint *checkpoint;
    struct err err;

    net->sent = NULL;
    must(witness_tick(net->self, &mine, net->now_ms, &out, &err), &err);
    checkpoint = net->sent;
    for (size_t i = 0; checkpoint && i < WITNESSES; i++)
        if (mask & (1u << i))
            talk(net, i, checkpoint);
}

/* Every cosignature that was ever given, again. */
static void replay(struct net *net, size_t n)
{
    Rikstal__V1__Checkpoint of_node = RIKSTAL__V1__CHECKPOINT__INIT;
    Rikstal__V1__Cosignature message;

    of_node.node = "01";
    for (size_t i = 0; i < n; i++) {
        watch_message(names[net->old_of[i]], &of_node, &net->old[i], &message);
        told(net, &message);
    }
}

/* ---- a ledger that goes back ----------------------------------------------------------------- */

enum back { BACK_WHOLE, BACK_FORKED, BACK_MEMORY, BACKS };

struct result {
    bool answered;
    bool locked;
    int64_t after_ms; /* until it refused */
};

/* The first checkpoint is everybody's; the next, larger one is heard by a bare quorum. */
static void history_live(struct net *net, size_t first, uint32_t quorum, enum back back)
{
    struct witness *before;
    struct err err;

    log_put(net, first, 0, 'a');
    process_new(net);
    exchange(net, ALL);
    if (!answers(net, &err))
        broken("an honest log", err.text);
    before = net->self;
    if (back == BACK_MEMORY) {
        net->self = NULL; /* the machine's picture is taken here */
        process_new(net);
    }
    net->now_ms += WITNESS_EVERY_MS;
    grow(net, 1 + rng_below(&net->rng, 20), 'a');
    exchange(net, (1u << quorum) - 1);
    if (!answers(net, &err))
        broken("an honest log that grew", err.text);
    if (back == BACK_MEMORY) {
        witness_close(net->self);
        net->self = before;
        net->now_ms -= WITNESS_EVERY_MS; /* its clock too */
    }
}

static struct result go_back(struct net *net, uint32_t quorum, enum back back)
{
    size_t first = 1 + rng_below(&net->rng, 20), n_old;
    struct result result = {0};
    int64_t start;
    struct err err = {0};

    history_live(net, first, quorum, back);
    n_old = net->n_old;
    log_put(net, first, back == BACK_FORKED ? 1 + rng_below(&net->rng, 40) : 0, 'b');
    if (back != BACK_MEMORY) {
        file_remove(net, "checkpoint");
        process_new(net);
    }
    start = net->now_ms;
    for (; net->now_ms <= start + 2 * WITNESS_AGE_MAX_MS; net->now_ms += 1000) {
        exchange(net, ALL);
        replay(net, n_old);
        if (answers(net, &err)) {
            result.answered = true;
            result.after_ms = net->now_ms - start + 1000;
        } else if (strstr(err.text, "went back")) {
            result.locked = true;
            break;
        } else if (back != BACK_MEMORY && net->now_ms > start + 5000) {
            break; /* it asks the same again each second */
        }
    }
    return result;
}

struct tally {
    size_t tried, answered, unlocked;
    int64_t after_ms;
};

static void try_back(struct rng *rng, size_t dishonest, uint32_t quorum, bool refusals,
                     enum back back, struct tally *tally)
{
    struct net net = {.rng = rng_of(rng_u64(rng))};
    struct result result;

    net_up(&net, dishonest, quorum);
    net.refusals = refusals;
    result = go_back(&net, quorum, back);
    net_down(&net);
    tally->tried++;
    tally->answered += result.answered;
    tally->unlocked += !result.locked;
    if (result.after_ms > tally->after_ms)
        tally->after_ms = result.after_ms;
}

static void ledgers(struct rng *rng)
{
    size_t games = sized(1, 4, 60);
    struct tally heard = {0}, dropped = {0}, memory = {0}, silent = {0}, few = {0}, many = {0};

    for (size_t game = 0; game < games; game++)
        for (size_t f = 0; f <= 2; f++) {
            for (enum back back = BACK_WHOLE; back <= BACK_FORKED; back++) {
                try_back(rng, f, 4, true, back, &heard);
                try_back(rng, f, 4, false, back, &dropped);
            }
            try_back(rng, f, 4, true, BACK_MEMORY, &memory);
        }
    try_back(rng, 2, 4, false, BACK_MEMORY, &silent);
    for (size_t game = 0; game < games; game++) {
        try_back(rng, 2, 3, true, BACK_WHOLE, &few);
        try_back(rng, 3, 4, true, BACK_WHOLE, &many);
    }
    row("L3", heard.answered == 0 && heard.unlocked == 0,
        say("%zu of %zu answered", heard.answered, heard.tried), "0, all locked",
        "a ledger put back or forked, 0-2 dishonest of 5, quorum 4, every old cosignature again");
    row("L3", dropped.answered == 0, say("%zu of %zu answered", dropped.answered, dropped.tried),
        "0", "the same, and the coordinator lets no refusal through");
    row("L3", memory.unlocked == 0 && memory.after_ms <= WITNESS_EVERY_MS,
        say("%lld s", (long long)memory.after_ms / 1000), "<= 60 s",
        "a machine put back with its memory, 0-2 dishonest: seconds until it answers nothing");
    row("L3", silent.after_ms <= WITNESS_AGE_MAX_MS + 1000,
        say("%lld s", (long long)silent.after_ms / 1000), "<= 301 s",
        "the same, 2 dishonest, and the coordinator lets no refusal through");
    row("L3+", few.answered == few.tried, say("%zu of %zu", few.answered, few.tried), "all",
        "control: with 3 of 5 as quorum, 2 dishonest bring an old ledger back");
    row("L3+", many.answered == many.tried, say("%zu of %zu", many.answered, many.tried), "all",
        "control: with 4 of 5, 3 dishonest do");
}

/* ---- two histories of one log ---------------------------------------------------------------- */

/* Shows a history to a witness, with the proof that fits what it says it knows. */
static bool shown(struct net *net, size_t i, const struct history *history)
{
    struct teller teller = {"test", "01", net->node, "", 0};
    struct watch_word word = {0};
    struct told note;

    history_tell(history, &teller, 0, &note);
    if (word_of(net, i, &note.message, &word) && word.status == WATCH_CONFLICT) {
        history_tell(history, &teller, (size_t)word.known_size, &note);
        if (!word_of(net, i, &note.message, &word))
            return false;
    }
    return word.status == WATCH_FINE;
}

/* Each honest witness hears one of them first (order), then the other. Do both get a quorum? */
static bool split(size_t dishonest, uint32_t quorum, unsigned order, size_t sizes[static 3])
{
    struct net net = {.rng = rng_of(order)};
    struct history start, view[2];
    uint32_t n[2] = {0};

    net_up(&net, dishonest, quorum);
    history_make(&start, sizes[0], sizes[0], 'a', 'a');
    history_make(&view[0], sizes[1], sizes[1], 'a', 'a');
    history_make(&view[1], sizes[2], sizes[0], 'a', 'b');
    for (size_t i = 0; i < WITNESSES; i++) {
        unsigned first = order >> i & 1;

        (void)shown(&net, i, &start);
        n[first] += shown(&net, i, &view[first]);
        n[!first] += shown(&net, i, &view[!first]);
    }
    net_down(&net);
    return n[0] >= quorum && n[1] >= quorum;
}

static void views(struct rng *rng)
{
    size_t tried = 0, both = 0, control = 0;

    for (size_t game = 0; game < sized(1, 1, 40); game++) {
        size_t from = rng_below(rng, 20);
        size_t sizes[3] = {from, from + 1 + rng_below(rng, 20), from + 1 + rng_below(rng, 20)};

        for (unsigned order = 0; order <= ALL; order++) {
            for (size_t f = 0; f <= 2; f++, tried++)
                both += split(f, 4, order, sizes);
            control += split(2, 3, order, sizes);
        }
    }
    row("L3", both == 0, say("%zu of %zu", both, tried), "0",
        "two histories with a quorum each: every order of hearing, 0-2 dishonest of 5, quorum 4");
    row("L3+", control > 0, say("%zu of %zu", control, tried / 3), "> 0",
        "control: a quorum of 3 with 2 dishonest");
}

/* ---- what a dishonest witness can and cannot do else ----------------------------------------- */

/* It says at every checkpoint that the log went back, before or after the others. */
static size_t stopped_by(size_t liars, bool early)
{
    struct net net = {.rng = rng_of(7)};
    size_t stopped = 0;
    struct err err;

    net_up(&net, 0, 4);
    log_put(&net, 5, 0, 'a');
    process_new(&net);
    for (int minute = 0; minute < 10; minute++, net.now_ms += WITNESS_EVERY_MS) {
        struct witness_of mine = of(&net);
        struct witness_out out = {sends, &net, net.arena};
        const Rikstal__V1__Checkpoint *checkpoint;

        grow(&net, 3, 'a');
        must(witness_tick(net.self, &mine, net.now_ms, &out, &err), &err);
        checkpoint = net.sent;
        for (size_t turn = 0; checkpoint && turn < 2; turn++)
            for (size_t i = 0; i < WITNESSES; i++) {
                struct watch_word lie = {.status = WATCH_CONFLICT, .known_size = UINT64_MAX};
                Rikstal__V1__Cosignature message;

                watch_message(names[i], checkpoint, &lie, &message);
                if (i < liars && turn == !early)
                    told(&net, &message);
                else if (i >= liars && turn == early)
                    talk(&net, i, checkpoint);
            }
        stopped += !answers(&net, &err);
    }
    net_down(&net);
    return stopped;
}

/* Two checkpoints of one size and root differ by their nonce alone. */
static bool passes_again(const char *nonce_then, const char *nonce_now)
{
    struct net net = {.rng = rng_of(8)};
    struct teller then = {"test", "01", NULL, nonce_then, 0};
    struct teller now = {"test", "01", NULL, nonce_now, 0};
    char name[CHECKPOINT_ORIGIN_BYTES];
    struct history history;
    struct told before, after;
    struct watch_word word;
    int64_t time_s;
    struct err err;
    bool passes;

    net_up(&net, 0, 4);
    then.key = now.key = net.node;
    history_make(&history, 9, 9, 'a', 'a');
    history_tell(&history, &then, 0, &before);
    history_tell(&history, &now, 0, &after);
    watch_origin("test", names[1], secret_key_public(net.witness[1]), name);
    passes = word_of(&net, 1, &before.message, &word) &&
             checkpoint_verify_cosignature(after.note, word.line, name,
                                           secret_key_public(net.witness[1])->b, &time_s, &err);
    net_down(&net);
    return passes;
}

static void liars(void)
{
    static const char one[] = "00112233445566778899aabbccddeeff";
    static const char other[] = "ff112233445566778899aabbccddeeff";
    size_t stopped = stopped_by(1, true) + stopped_by(1, false);
    size_t two = stopped_by(2, true);

    row("L3", stopped == 0, say("%zu of 20 minutes", stopped), "0",
        "one of five that lies (\"your log went back\") stops an honest node");
    row("L3+", two > 0, say("%zu of 10 minutes", two), "> 0",
        "control: two do, as there is no quorum without one of them");
    row("L3", !passes_again(one, other), passes_again(one, other) ? "passes" : "refused", "refused",
        "a cosignature given again for a newer checkpoint of the same size and root");
    row("L3+", passes_again("", ""), passes_again("", "") ? "passes" : "refused", "passes",
        "control: without a nonce");
}

int main(void)
{
    struct rng rng;

    report_start();
    log_level_set(LOG_ERROR_LEVEL);
    if (!random_start())
        broken("the witnesses", "no randomness");
    rng = rng_of(report_seed(0x4c33));
    ledgers(&rng);
    views(&rng);
    liars();
    return report_end();
}
