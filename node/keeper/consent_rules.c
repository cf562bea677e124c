/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/consent_rules.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/keeper/home.h"
#include "node/keeper/journal.h"
#include "node/store/consent.h"
#include "node/store/overlay.h"
#include "proto/base/arena.h"
#include "proto/base/log.h"
#include "proto/query/disease.h"
#include "proto/trust/purpose.h"
#include "proto/trust/role.h"

#define DAY_S 86400
#define DAY_BITS 24 /* the low bits of consent_rules_overlay() are the day */

static uint64_t need_of(const char *purpose)
{
    switch (purpose_ground(purpose)) {
    case PURPOSE_QUALITY:
        return CONSENT_BIT(CONSENT_QUALITY);
    case PURPOSE_PUBLIC_TASK:
        return CONSENT_BIT(CONSENT_STATISTICS);
    case PURPOSE_HEALTH_RESEARCH:
        break;
    }
    return CONSENT_BIT(CONSENT_HEALTH);
}

bool consent_rules_takes_disease(const char *purpose)
{
    return need_of(purpose) == CONSENT_BIT(CONSENT_HEALTH);
}

struct eligibility consent_rules_eligibility(const struct consent_rules_asker *asker, int64_t now_s)
{
    assert(asker);
    struct eligibility who = {.need = need_of(asker->purpose),
                              .forbid = CONSENT_REFUSALS | CONSENT_BIT(CONSENT_SPECIFIC),
                              .unrecorded = asker->unrecorded,
                              .today = (int32_t)(now_s / DAY_S)};
    struct err ignored;

    if (asker->disease && asker->disease[0] && consent_rules_takes_disease(asker->purpose) &&
        !disease_parse(asker->disease, &who.disease, &ignored))
        who.disease = (struct code){0}; /* a disease that does not parse allows nobody more */
    if (!asker->permit[0])
        who.forbid |= CONSENT_BIT(CONSENT_ETHICS_APPROVAL);
    if (role_is_commercial(asker->role))
        who.forbid |= CONSENT_BIT(CONSENT_NOT_COMMERCIAL) | CONSENT_BIT(CONSENT_NOT_FOR_PROFIT);
    return who;
}

struct eligibility consent_rules_own_staff(void)
{
    return (struct eligibility){.forbid = CONSENT_REFUSALS & ~CONSENT_BIT(CONSENT_ELSEWHERE),
                                .unrecorded = true,
                                .today = PERSON_NO_DATE};
}

const char *consent_rules_population(const char *policy, const struct eligibility *who,
                                     struct arena *arena)
{
    assert(who);
    char disease[CODE_TEXT_MAX] = "";
    /*
     * CONSENT_UNREAD is forbidden in every question and is newer than the first ledgers. It is left
     * out of the name, so that a question answered before the bit existed is still found as a
     * repeat.
     */
    uint64_t forbid = who->forbid & ~CONSENT_BIT(CONSENT_UNREAD);

    if (who->disease.system[0])
        code_print(&who->disease, disease);
    return arena_printf(arena, "%s need %llx forbid %llx unrecorded %d%s%s", policy,
                        (unsigned long long)who->need, (unsigned long long)forbid, who->unrecorded,
                        *disease ? " disease " : "", disease);
}

uint64_t consent_rules_overlay(const struct eligibility *who)
{
    assert(who);
    uint64_t sequence = who->overlay ? overlay_sequence(who->overlay) : 0;

    return sequence << DAY_BITS | ((uint64_t)who->today & ((UINT64_C(1) << DAY_BITS) - 1));
}

/* ---- the file -------------------------------------------------------------------------------- */

/*
 * A file whose sequence is lower than before comes from a backup and has fewer refusals: refuse it.
 */
static bool take(struct consent_file *file, const char *path, struct err *err)
{
    struct overlay *overlay;

    if (!overlay_read(path, &overlay, err))
        return false;
    if (file->overlay && overlay_sequence(overlay) < overlay_sequence(file->overlay)) {
        overlay_free(overlay);
        log_event(LOG_ERROR_LEVEL, "overlay_is_older", "path", path, NULL);
        return true;
    }
    overlay_free(file->overlay);
    file->overlay = overlay;
    return true;
}

bool consent_file_refresh(struct consent_file *file, const struct home *home, struct err *err)
{
    assert(file);
    char path[HOME_PATH_BYTES];
    struct file_id file_id = {0};
    bool there;

    if (!home_path(home, "overlay", path, err))
        return false;
    there = file_id_of(path, &file_id);
    if (!there && file->overlay && overlay_sequence(file->overlay) > 0) {
        if (!file->missed)
            log_event(LOG_ERROR_LEVEL, "overlay_is_gone", "path", path, NULL);
        file->missed = true;
        return true;
    }
    file->missed = false;
    if (file->overlay && file_id_same(&file_id, &file->file_id))
        return true;
    if (!take(file, path, err))
        return false;
    file->file_id = file_id;
    return true;
}

bool consent_file_is_whole(const struct consent_file *file, struct err *err)
{
    assert(file);
    uint64_t ours = overlay_sequence(file->overlay);
    char has[48] = "there is no D/overlay";

    if (ours >= file->noted)
        return true;
    if (ours > 0)
        snprintf(has, sizeof(has), "D/overlay is number %llu", (unsigned long long)ours);
    return err_set(err, ERR_UNAVAILABLE,
                   "overlay %llu of blocks and withdrawals was in force here, and %s: put the "
                   "newest back",
                   (unsigned long long)file->noted, has);
}

void consent_file_close(struct consent_file *file)
{
    overlay_free(file->overlay);
    *file = (struct consent_file){0};
}

/*
 * Reads the noted sequence before the file. Both only grow, and a sequence is noted only after its
 * file is there, so a good file is never older than the note.
 */
bool consent_file_read(const struct home *home, struct overlay **out, struct err *err)
{
    char ledger[HOME_PATH_BYTES], path[HOME_PATH_BYTES];
    struct consent_file file = {0};

    if (!home_path(home, "ledger.db", ledger, err) || !home_path(home, "overlay", path, err) ||
        !journal_noted_at(ledger, CONSENT_NOTE, &file.noted, err) ||
        !overlay_read(path, &file.overlay, err))
        return false;
    if (consent_file_is_whole(&file, err)) {
        *out = file.overlay;
        return true;
    }
    err->code = ERR_DENIED; /* ERR_DENIED, because trying again does not help */
    overlay_free(file.overlay);
    return false;
}
