/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/errand.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/http.h"
#include "coordinator/analyst/output.h"
#include "coordinator/desk/errand_inside.h"
#include "coordinator/desk/history.h"
#include "coordinator/desk/permit_list.h"
#include "coordinator/desk/quote.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/wait.h"
#include "proto/query/mode.h"
#include "proto/terms/term_check.h"

#define LOOK_MS 200 /* how often a region's state is looked at */

struct errand_board {
    struct desk *desk;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* below: under lock */
    bool stopping;
    size_t n;
    struct errand *open[ERRANDS_MAX];
};

/* ---- the thread ------------------------------------------------------------------------------ */

/* Takes over the states of the regions. Under the lock. True when one has changed. */
static bool regions_take(struct errand *errand, const struct report *report)
{
    bool changed = errand->n_regions != report->n_regions;

    errand->n_regions = report->n_regions;
    for (size_t i = 0; i < report->n_regions; i++) {
        const struct answer_region *is = &report->region[i].is;
        struct errand_region *region = &errand->region[i];

        if (region->node[0] && region->state == is->state && strcmp(region->code, is->code) == 0)
            continue;
        memcpy(region->node, errand->asking.composed.plan->region[i], sizeof(region->node));
        region->name = is->name;
        region->state = is->state;
        region->ms = is->state == REGION_WAITING ? 0 : clock_mono_ms() - errand->began_ms;
        memset(region->code, 0, sizeof(region->code));
        strncpy(region->code, is->code, sizeof(region->code) - 1);
        changed = true;
    }
    return changed;
}

static void publish(struct errand *errand)
{
    errand->seq++;
    pthread_cond_broadcast(&errand->board->changed);
}

static bool render(struct errand *errand, const struct report *report, enum output_form form,
                   struct bytes *out, struct err *err)
{
    struct output_asked asked = {.question = errand->asking.compose->text,
                                 .asked_s = errand->asked_s,
                                 .echo = &errand->asking.known.echo};

    bytes_clear(out);
    return output_render(report, form, &asked, out, err);
}

/* What the coordinator's document says, verified; *open when more may come. */
static bool take(struct errand *errand, const cJSON *document, bool *open, struct err *err)
{
    struct verified_report verified = {0};
    struct bytes text = {0};
    bool ok = asking_verify(&errand->asking, document, &verified, err), changed;
    const struct report *report = verified.report;

    if (!ok)
        return false;
    *open = verified.open;
    ok = render(errand, report, OUTPUT_JSON, &text, err);
    if (ok && !verified.open)
        ok = render(errand, report, OUTPUT_CSV, &errand->csv, err) &&
             render(errand, report, OUTPUT_TSV, &errand->tsv, err);
    pthread_mutex_lock(&errand->board->lock);
    changed = regions_take(errand, report);
    if (ok) {
        bytes_clear(&errand->document);
        errand->document = text;
    } else {
        bytes_clear(&text);
    }
    if (changed)
        publish(errand);
    pthread_mutex_unlock(&errand->board->lock);
    verified_report_clear(&verified);
    return ok;
}

/* True once, when somebody has withdrawn it. */
static bool is_leaving(struct errand *errand, bool *told)
{
    bool leaving;

    pthread_mutex_lock(&errand->board->lock);
    leaving = errand->leaving && !*told;
    pthread_mutex_unlock(&errand->board->lock);
    *told = *told || leaving;
    return leaving;
}

static bool follow(struct errand *errand, struct err *err)
{
    cJSON *document = NULL;
    bool open = false, told = false;
    bool ok = asking_hand_in(&errand->asking, LOOK_MS, &document, err) &&
              take(errand, document, &open, err);

    while (ok && open && !http_stopped()) {
        if (is_leaving(errand, &told) && !asking_withdraw(&errand->asking)) {
            ok = err_set(err, ERR_UNAVAILABLE,
                         "the coordinator was not reached; it waits for the regions");
            break;
        }
        cJSON_Delete(document);
        document = NULL;
        ok = asking_look(&errand->asking, LOOK_MS, &document, err) &&
             take(errand, document, &open, err);
    }
    if (ok && http_stopped())
        ok = err_set(err, ERR_UNAVAILABLE, "the desk stopped; ask again, which costs nothing");
    if (ok) {
        struct receipt receipt = asking_receipt(&errand->asking, document, errand->asked_s);

        ok = receipt_text(&receipt, &errand->receipt, err);
    }
    cJSON_Delete(document);
    return ok;
}

static const char *ended_text(struct bytes *bytes)
{
    bytes_add_u8(bytes, 0);
    return bytes->failed || bytes->size <= 1 ? NULL : (const char *)bytes->data;
}

/* Under the lock: nobody finds it on the board any more, and everybody in the history. */
static void remember(struct errand *errand)
{
    char *summary = NULL, *state = NULL;
    bool done = errand->stage != STAGE_FAILED;
    struct err ignored; /* then the history has it as begun and not ended */
    cJSON *root;

    cJSON_Delete(errand->headline);
    errand->headline = errand_headline(&errand->document);
    summary = errand_summary(errand);
    root = errand_state_json(errand);
    state = root ? cJSON_PrintUnformatted(root) : NULL;
    if (summary && state) {
        struct history_ended ended = {
            .id = errand->id,
            .summary = summary,
            .state = state,
            .document = done ? ended_text(&errand->document) : NULL,
            .csv = done ? ended_text(&errand->csv) : NULL,
            .tsv = done ? ended_text(&errand->tsv) : NULL,
            .receipt = done ? ended_text(&errand->receipt) : NULL,
        };

        (void)!history_end(errand->board->desk->history, &ended, &ignored);
    }
    cJSON_Delete(root);
    cJSON_free(summary);
    cJSON_free(state);
}

static void errand_free(struct errand *errand)
{
    if (!errand)
        return;
    asking_close(&errand->asking);
    session_close(&errand->session);
    cJSON_Delete(errand->headline);
    cJSON_free(errand->form_text);
    bytes_clear(&errand->document);
    bytes_clear(&errand->csv);
    bytes_clear(&errand->tsv);
    if (errand->receipt.size)
        sodium_memzero(errand->receipt.data, errand->receipt.size);
    bytes_clear(&errand->receipt);
    free(errand);
}

static void board_remove(struct errand_board *board, const struct errand *errand)
{
    for (size_t i = 0; i < board->n; i++)
        if (board->open[i] == errand) {
            board->open[i] = board->open[--board->n];
            break;
        }
}

static void *run(void *owner)
{
    struct errand *errand = owner;
    struct errand_board *board = errand->board;
    struct err problem;
    bool ok = follow(errand, &problem);

    pthread_mutex_lock(&board->lock);
    errand->ended_ms = clock_mono_ms();
    errand->stage = !ok ? STAGE_FAILED : errand->leaving ? STAGE_WITHDRAWN : STAGE_COMPLETE;
    if (!ok)
        errand->problem = problem;
    publish(errand);
    remember(errand);
    board_remove(board, errand);
    pthread_cond_broadcast(&board->changed); /* close waits until the board is empty */
    pthread_mutex_unlock(&board->lock);
    errand_free(errand);
    return NULL;
}

/* ---- beginning --------------------------------------------------------------------------------
 */

/* An empty question counts everybody; most often its text was lost on the way. */
static bool is_meant(const struct errand *errand, const struct ast *ast, struct err *err)
{
    return ast->root->kind != AST_ALL || errand->form.compose.measure != MEASURE_COUNT ||
           errand->form.everybody ||
           err_set(err, ERR_INVALID,
                   "the question is empty; a count of everybody is asked for with everybody");
}

/* False when the response says what is wrong. */
static bool prepare(struct errand *errand, const cJSON *form, struct exchange_response *response)
{
    struct arena *arena = errand->session.arena;
    struct diagnostics found = {0};
    struct err err;
    struct ast ast;
    bool ok = form_read(form, arena, &errand->form, &err) &&
              permit_list_check(errand->board->desk, errand->form.compose.permit, &err);

    if (ok && !quote_parse(&errand->form, arena, &errand->protocol, &ast, &found, &err)) {
        quote_refuse(response, &found, &err);
        return false;
    }
    errand->session.role = errand->form.role ? errand->form.role : errand->session.role;
    errand->session.purpose = errand->form.purpose ? errand->form.purpose : errand->session.purpose;
    errand->asking = (struct asking){.session = &errand->session,
                                     .compose = &errand->form.compose,
                                     .wait_s = errand->form.wait_s,
                                     .adds_up = errand->form.adds_up};
    ok = ok && is_meant(errand, &ast, &err) && asking_prepare(&errand->asking, &ast, &err);
    if (ok) {
        const char *text = errand->form.compose.text;

        diagnostics_init(&found, text, strlen(text));
        term_check_tell(&errand->asking.known.findings, "no region's", &found);
        if (found.n) {
            desk_mistakes(response, &found);
            return false;
        }
        ok = asking_compose(&errand->asking, &err);
    }
    errand->form_text = ok ? cJSON_PrintUnformatted(form) : NULL;
    ok = ok && (errand->form_text || err_memory(&err));
    if (!ok)
        desk_failed(response, &err);
    return ok;
}

static bool start(struct errand_board *board, struct errand *errand, struct err *err)
{
    char *summary = errand_summary(errand);
    struct history_begun begun = {.id = errand->id,
                                  .asked_s = errand->asked_s,
                                  .form = errand->form_text,
                                  .question = errand->form.compose.text,
                                  .summary = summary};
    pthread_attr_t detached;
    pthread_t thread;
    bool ok = (summary || err_memory(err)) && history_begin(board->desk->history, &begun, err);

    cJSON_free(summary);
    if (!ok)
        return false;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    board->open[board->n++] = errand;
    ok = pthread_create(&thread, &detached, run, errand) == 0;
    pthread_attr_destroy(&detached);
    if (!ok)
        board->n--;
    return ok || err_set(err, ERR_UNAVAILABLE, "no thread for the question");
}

/* The response says what is wrong when it is not put on the board. */
static bool put_on_board(struct errand_board *board, struct errand *errand,
                         struct exchange_response *response)
{
    struct err err;
    bool ok = true, room;

    memcpy(errand->id, errand->asking.composed.plan->id, sizeof(errand->id));
    errand->asked_s = clock_wall_s();
    errand->began_ms = clock_mono_ms();
    errand->seq = 1;
    pthread_mutex_lock(&board->lock);
    room = board->n < ERRANDS_MAX && !board->stopping;
    if (room)
        ok = start(board, errand, &err);
    pthread_mutex_unlock(&board->lock);
    if (!room)
        desk_refuse(response, "too-many-open", "wait until one of this desk's 16 is complete");
    else if (!ok)
        desk_failed(response, &err);
    return room && ok;
}

bool errand_begin(struct errand_board *board, const cJSON *form,
                  uint8_t id[static QUESTION_ID_BYTES], struct exchange_response *response)
{
    assert(board && form && response);
    struct errand *errand = calloc(1, sizeof(*errand));
    struct err err;

    if (!errand || !session_open(&board->desk->is.session, &errand->session, &err)) {
        if (!errand)
            desk_refuse(response, "internal", "no memory");
        else
            desk_failed(response, &err);
        free(errand);
        return false;
    }
    errand->board = board;
    if (!prepare(errand, form, response)) {
        errand_free(errand);
        return false;
    }
    memcpy(id, errand->asking.composed.plan->id, QUESTION_ID_BYTES);
    if (put_on_board(board, errand, response))
        return true;
    errand_free(errand);
    return false;
}

/* ---- looking --------------------------------------------------------------------------------- */

/* Under the lock. NULL when it is not open. */
static struct errand *find(struct errand_board *board, const uint8_t *id)
{
    for (size_t i = 0; i < board->n; i++)
        if (memcmp(board->open[i]->id, id, QUESTION_ID_BYTES) == 0)
            return board->open[i];
    return NULL;
}

static bool add_json(cJSON *root, struct bytes *out, struct err *err)
{
    char *text = root ? cJSON_PrintUnformatted(root) : NULL;

    cJSON_Delete(root);
    if (!text)
        return err_memory(err);
    bytes_add_text(out, text);
    cJSON_free(text);
    return !out->failed || err_memory(err);
}

bool errand_state(struct errand_board *board, const uint8_t *id, struct errand_look *look,
                  struct bytes *out, struct err *err)
{
    assert(board && id && look && out);
    int64_t until_ms = clock_mono_ms() + look->wait_ms;
    struct errand *errand;
    bool ok = true, found = false;

    pthread_mutex_lock(&board->lock);
    while ((errand = find(board, id)) && errand->seq <= look->since && !board->stopping &&
           wait_until(&board->changed, &board->lock, until_ms))
        ;
    look->open = errand != NULL;
    look->seq = errand ? errand->seq : 0;
    if (errand)
        ok = add_json(errand_state_json(errand), out, err);
    pthread_mutex_unlock(&board->lock);
    if (errand || !ok)
        return ok;
    ok = history_read(board->desk->history, id, HISTORY_STATE, out, &found, err);
    if (ok && found)
        look->seq = INT64_C(1) << 40; /* after all that came while it was open */
    return ok;
}

void errand_partial(struct errand_board *board, const uint8_t *id, struct bytes *out, bool *known)
{
    assert(board && id && out && known);
    struct errand *errand;

    pthread_mutex_lock(&board->lock);
    errand = find(board, id);
    *known = errand != NULL;
    if (errand && errand->asking.composed.plan->mode == MODE_REGIONS && errand->document.size)
        bytes_add(out, errand->document.data, errand->document.size);
    pthread_mutex_unlock(&board->lock);
}

bool errand_withdraw(struct errand_board *board, const uint8_t *id)
{
    assert(board && id);
    struct errand *errand;

    pthread_mutex_lock(&board->lock);
    errand = find(board, id);
    if (errand)
        errand->leaving = true;
    pthread_mutex_unlock(&board->lock);
    return errand != NULL;
}

/* ---- the board ------------------------------------------------------------------------------- */

bool errand_board_open(struct desk *desk, struct errand_board **out, struct err *err)
{
    assert(desk && out);
    struct errand_board *board = calloc(1, sizeof(*board));

    if (!board)
        return err_memory(err);
    if (!wait_init(&board->changed, err)) {
        free(board);
        return false;
    }
    pthread_mutex_init(&board->lock, NULL);
    board->desk = desk;
    *out = board;
    return true;
}

void errand_board_stop(struct errand_board *board)
{
    assert(board);
    http_stop();
    pthread_mutex_lock(&board->lock);
    board->stopping = true;
    pthread_cond_broadcast(&board->changed);
    pthread_mutex_unlock(&board->lock);
}

void errand_board_close(struct errand_board *board)
{
    if (!board)
        return;
    errand_board_stop(board);
    pthread_mutex_lock(&board->lock);
    while (board->n > 0)
        pthread_cond_wait(&board->changed, &board->lock);
    pthread_mutex_unlock(&board->lock);
    http_resume();
    pthread_cond_destroy(&board->changed);
    pthread_mutex_destroy(&board->lock);
    free(board);
}
