/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "coordinator/ask/coord_inside.h"

struct coord_action *coord_act(struct coord_actions *actions, enum coord_action_kind kind)
{
    assert(actions->n < actions->room);
    actions->action[actions->n] = (struct coord_action){.kind = kind};
    return &actions->action[actions->n++];
}

struct coord_node *coord_node_find(struct coord *coord, const char *id)
{
    for (size_t i = 0; i < coord->n_nodes; i++)
        if (strcmp(coord->node[i].id, id) == 0)
            return &coord->node[i];
    return NULL;
}

uint64_t coord_link_of(const struct coord *coord, const char *node)
{
    for (size_t i = 0; i < coord->n_nodes; i++)
        if (strcmp(coord->node[i].id, node) == 0)
            return coord->node[i].link;
    return 0;
}

const struct coord_limits *coord_limits_of(const struct coord *coord)
{
    return &coord->limits;
}

int64_t coord_given_up_ms(struct coord *coord, const struct coord_region *region)
{
    const struct coord_node *node = coord_node_find(coord, region->is.node);

    if (!node)
        return coord->started_ms + coord->limits.grace_ms;
    return node->link ? INT64_MAX : node->down_ms + coord->limits.grace_ms;
}

void coord_complete(struct coord *coord, struct coord_question *question, int64_t now_ms,
                    struct coord_actions *actions)
{
    assert(question->open);
    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];
        bool here = coord_link_of(coord, region->is.node) != 0;

        if (region->is.state != REGION_WAITING)
            continue;
        region->is.state = here ? REGION_TIMED_OUT : REGION_OFFLINE;
        region->is.code = here ? "deadline" : "no-link";
    }
    question->open = false;
    question->done_ms = now_ms;
    coord_act(actions, ACTION_DONE)->question = question;
}

void coord_ask_region(struct coord_question *question, size_t region, uint64_t link,
                      struct coord_actions *actions)
{
    assert(region < question->n_regions && link != 0);
    struct coord_action *action = coord_act(actions, ACTION_SEND);

    question->region[region].asked_on = link;
    action->link = link;
    action->serial = question->serial;
    action->question = question;
    action->region = region;
}

void coord_cancel_region(struct coord *coord, struct coord_question *question, size_t region,
                         struct coord_actions *actions)
{
    assert(region < question->n_regions);
    uint64_t link = coord_link_of(coord, question->region[region].is.node);
    struct coord_action *action;

    if (!link || link != question->region[region].asked_on)
        return;
    action = coord_act(actions, ACTION_SEND_CANCEL);
    action->link = link;
    action->serial = question->serial;
}
