/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/basket.h"

#include <assert.h>
#include <stdlib.h>

bool basket_room(struct basket *basket, size_t room, struct err *err)
{
    assert(basket);
    uint64_t *vids;

    if (room <= basket->room)
        return true;
    vids = realloc(basket->vids, room * sizeof(*vids));
    if (!vids)
        return err_memory(err);
    basket->vids = vids;
    basket->room = room;
    return true;
}

bool basket_add(struct basket *basket, uint64_t vid, struct err *err)
{
    if (basket->n > 0 && basket->vids[basket->n - 1] == vid)
        return true;
    if (basket->n == basket->room &&
        !basket_room(basket, basket->room ? basket->room * 2 : 256, err))
        return false;
    basket->vids[basket->n++] = vid;
    return true;
}

void basket_clear(struct basket *basket)
{
    free(basket->vids);
    *basket = (struct basket){0};
}
