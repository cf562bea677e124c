#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line per event on stderr: ts=… level=… event=… and key=value pairs.
 *
 * Only the edges log (keeper, link, api, commands); a library returns its error instead. Values are
 * escaped so that no value can forge a line. No function here takes a cell or a question's text,
 * and that is deliberate: callers pass names, ids and durations. Any thread.
 */
#include "proto/base/err.h"

enum log_level { LOG_DEBUG_LEVEL, LOG_INFO_LEVEL, LOG_WARN_LEVEL, LOG_ERROR_LEVEL };

/* Drops lines below this level; the default is info. */
void log_level_set(enum log_level level);
/* The name of the program that logs: "keeper", "link", "coordinator". Must be a literal. */
void log_process_set(const char *name);

/*
 * log_event(LOG_INFO_LEVEL, "link_up", "region", "12", "peer", peer, NULL): pairs of strings, ended
 * by NULL.
 */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
void log_error(const char *event, const struct err *err);
