/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/api/api.h"

#include <assert.h>
#include <stdlib.h>

#include "coordinator/api/body.h"
#include "coordinator/http/listener.h"

struct api {
    struct route_owner owner;
    enum route_door door;
    struct listener *listener;
};

static void answer(void *owner, const struct exchange_request *request,
                   struct exchange_response *response)
{
    const struct api *api = owner;

    route(&api->owner, api->door, request, response);
}

bool api_open(const struct api_options *options, struct api **out, struct err *err)
{
    assert(options && options->listen && options->owner && out);
    struct api *api = calloc(1, sizeof(*api));
    struct listener_options listen = {.listen = options->listen,
                                      .answer = answer,
                                      .owner = api,
                                      .body_bytes = BODY_BYTES_MAX,
                                      .refuse = route_problem};

    if (!api)
        return err_memory(err);
    api->owner = *options->owner;
    api->door = options->door;
    if (!listener_open(&listen, &api->listener, err)) {
        free(api);
        return false;
    }
    *out = api;
    return true;
}

uint16_t api_port(const struct api *api)
{
    return listener_port(api->listener);
}

void api_close(struct api *api)
{
    if (!api)
        return;
    listener_close(api->listener);
    free(api);
}
