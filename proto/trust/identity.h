#pragma once
/*
 * Which node of which network a directory is: D/node.conf, written by init, read by all the node's
 * processes. The one list of its keys.
 *
 *   [node]  region = 12      county code, also the node's id
 *           name = Skåne
 *           network = demo
 *   [link]  coordinator = coordinator.example:443      may be left to --coordinator
 *           proxy = no       yes: honour http_proxy
 *
 * An identity is a value; any thread.
 */
#include "proto/base/err.h"

#define IDENTITY_TEXT_MAX 128

struct identity {
    char region[IDENTITY_TEXT_MAX];
    char name[IDENTITY_TEXT_MAX];
    char network[IDENTITY_TEXT_MAX];
    char coordinator[IDENTITY_TEXT_MAX]; /* "" when it is not given */
    bool use_proxy;
};

bool identity_read(const char *dir, struct identity *out, struct err *err) MUST_CHECK;
bool identity_write(const char *dir, const struct identity *identity, struct err *err) MUST_CHECK;
