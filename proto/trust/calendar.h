#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calendar of national releases, which the root keys sign as part of the roster. At `opens`
 * each node pins its newest snapshot, and until just before `closes` (unix seconds) questions name
 * the release and are answered from what was pinned: a figure stays the same for the whole release,
 * and a repeat is free.
 *
 * A name is a month "2026-11", a quarter "2026-Q4" or a week "2026-W47" (ISO 8601), and for a
 * release that takes the place of a wrong one a letter more: "2026-11b" replaces "2026-11" from the
 * moment that it opens. A release is for questions of every purpose, or of the one that it names
 * (weeks are for preparedness). A roster without a calendar is asked without a release, about what
 * was published last. Values are borrowed from the roster; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct roster;

#define CALENDAR_RELEASES_MAX 256
#define CALENDAR_NAME_BYTES 16
#define CALENDAR_LIFE_MAX_S INT64_C(17280000) /* 200 days: a quarter, and as much again */

enum calendar_state {
    CALENDAR_COMING,
    CALENDAR_OPEN,
    CALENDAR_REPLACED, /* another of the same time has opened */
    CALENDAR_CLOSED,
};

/* "2026-11", "2026-Q4", "2026-W47"; with a letter from b on, "2026-11b". */
bool calendar_name_valid(const char *name);
/*
 * The time that a valid name stands for: its first second, and the first one after it (unix
 * seconds, UTC).
 */
void calendar_period(const char *name, int64_t *begins, int64_t *ends);
/* "coming", "open", "replaced", "closed" */
const char *calendar_state_word(enum calendar_state state);

/* For roster_open(): names are valid and differ, times make sense, and there are not too many. */
bool calendar_check(const Rikstal__V1__Roster *roster, struct arena *arena,
                    struct err *err) MUST_CHECK;

/* NULL when the roster has none of this name. */
const Rikstal__V1__RosterRelease *calendar_find(const struct roster *roster, const char *name);
enum calendar_state calendar_state(const struct roster *roster,
                                   const Rikstal__V1__RosterRelease *release, int64_t now_s);
/*
 * The release that a question of this purpose names when nothing else is said: of the open ones the
 * one that opened last. NULL when none is open.
 */
const Rikstal__V1__RosterRelease *calendar_newest(const struct roster *roster, const char *purpose,
                                                  int64_t now_s);
/*
 * May a question of this purpose name this release now? "" names none, which is right where the
 * roster has no calendar. ERR_DENIED says what may be asked.
 */
bool calendar_allows(const struct roster *roster, const char *name, const char *purpose,
                     int64_t now_s, struct err *err) MUST_CHECK;
