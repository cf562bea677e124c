/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/undecided.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(struct undecided *undecided, struct err *err)
{
    size_t room = undecided->room ? undecided->room * 2 : 64;
    struct candidate *more = realloc(undecided->candidates, room * sizeof(*more));
    uint64_t *named = realloc(undecided->named, room * undecided->named_words * sizeof(*named));

    undecided->candidates = more ? more : undecided->candidates;
    undecided->named = named ? named : undecided->named;
    if (!more || !named)
        return err_memory(err);
    undecided->room = room;
    return true;
}

bool undecided_add(struct undecided *undecided, const struct candidate *candidate, struct err *err)
{
    if (undecided->n == undecided->room && !make_room(undecided, err))
        return false;
    if (candidate->named)
        memcpy(undecided->named + undecided->n * undecided->named_words, candidate->named,
               undecided->named_words * sizeof(uint64_t));
    undecided->candidates[undecided->n++] = *candidate;
    return true;
}

const struct candidate *undecided_at(struct undecided *undecided, size_t i)
{
    struct candidate *candidate = &undecided->candidates[i];

    if (candidate->named)
        candidate->named = undecided->named + i * undecided->named_words;
    return candidate;
}

void undecided_clear(struct undecided *undecided)
{
    assert(undecided);
    free(undecided->candidates);
    free(undecided->named);
}
