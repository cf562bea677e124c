/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/turns.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 0 only in the control of tests/attack/floods.c, which must notice it. */
#ifndef TURNS_FAIR
#define TURNS_FAIR 1
#endif

static bool is_of(const struct turn *turn, const char *organisation)
{
    return !turn->is_echo && strncmp(turn->organisation, organisation, TURNS_NAME_BYTES - 1) == 0;
}

/*
 * The round of a new question of this organisation: after its own that wait, and not before the
 * round that is on.
 */
static uint64_t next_round(const struct turns *turns, const char *organisation, size_t *waiting)
{
    uint64_t round = turns->round;

    *waiting = 0;
    for (const struct turn *turn = turns->first; turn; turn = turn->next) {
        if (!is_of(turn, organisation))
            continue;
        ++*waiting;
        round = turn->round >= round ? turn->round + 1 : round;
    }
    return round;
}

bool turns_put(struct turns *turns, const struct turns_frame *frame, struct err *err)
{
    assert(turns && frame && frame->data);
    const char *organisation = frame->organisation ? frame->organisation : "";
    struct turn **last = &turns->first, *turn;
    size_t waiting = 0;
    uint64_t round = frame->organisation ? next_round(turns, organisation, &waiting) : 0;

    if (waiting >= TURNS_OF_ONE_MAX)
        return err_set(err, ERR_EXHAUSTED,
                       "%d questions of your organisation wait here already; ask again when they "
                       "are answered",
                       TURNS_OF_ONE_MAX);
    if (turns->n >= TURNS_MAX)
        return err_set(err, ERR_EXHAUSTED, "too many questions wait here; ask again later");
    turn = malloc(sizeof(*turn) + frame->size);
    if (!turn)
        return err_memory(err);
    *turn = (struct turn){.round = TURNS_FAIR ? round : 0,
                          .correlation = frame->correlation,
                          .arrived_ms = frame->arrived_ms,
                          .is_echo = !frame->organisation,
                          .size = frame->size};
    snprintf(turn->organisation, sizeof(turn->organisation), "%s", organisation);
    memcpy(turn->frame, frame->data, frame->size);
    while (*last)
        last = &(*last)->next;
    *last = turn;
    turns->n++;
    return true;
}

static struct turn *unlink_at(struct turns *turns, struct turn **at)
{
    struct turn *turn = *at;

    *at = turn->next;
    turn->next = NULL;
    turns->n--;
    return turn;
}

struct turn *turns_take(struct turns *turns)
{
    assert(turns);
    struct turn **best = &turns->first;

    if (!turns->first)
        return NULL;
    if (turns->first->is_echo)
        return unlink_at(turns, best);
    for (struct turn **at = best; *at; at = &(*at)->next)
        if (!(*at)->is_echo && (*at)->round < (*best)->round)
            best = at;
    turns->round = (*best)->round;
    return unlink_at(turns, best);
}

void turns_cancel(struct turns *turns, uint64_t correlation)
{
    assert(turns);
    for (struct turn **at = &turns->first; *at;)
        if (!(*at)->is_echo && (*at)->correlation == correlation)
            free(unlink_at(turns, at));
        else
            at = &(*at)->next;
}

void turns_clear(struct turns *turns)
{
    while (turns->first)
        free(unlink_at(turns, &turns->first));
}
