#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line per event on stderr: ts=… level=… event=… and key=value pairs.
 *
 * Only the edges log (keeper, link, api, commands); a library returns its error. A value is escaped
 * so that it cannot forge a line. There is deliberately no way to hand a cell or a question's text
 * to a log line: callers pass names, ids and durations. Any thread.
 */
#include "proto/base/err.h"

enum log_level { LOG_DEBUG_LEVEL, LOG_INFO_LEVEL, LOG_WARN_LEVEL, LOG_ERROR_LEVEL };

/* Lines below this are dropped; the default is info. */
void log_level_set(enum log_level level);
/* What is logging: "keeper", "link", "coordinator"; a literal. */
void log_process_set(const char *name);

/*
 * log_event(LOG_INFO_LEVEL, "link_up", "region", "12", "peer", peer, NULL): the pairs are strings,
 * the last one NULL.
 */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
void log_error(const char *event, const struct err *err);
