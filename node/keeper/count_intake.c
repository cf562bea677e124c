/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/count_intake.h"

#include "node/audit/audit.h"
#include "node/keeper/journal.h"
#include "proto/base/clock.h"
#include "proto/base/sql.h"

int64_t count_intake_wait_ms(const struct count_intake *intake, int64_t now_ms)
{
    return intake->next_ms > now_ms ? intake->next_ms - now_ms : 0;
}

void count_intake_close(struct count_intake *intake)
{
    audit_close(intake->audit);
    sql_close(intake->db);
    *intake = (struct count_intake){0};
}

/* A read-only connection, which is kept: looking for new leaves is then one short read. */
static bool open_log(struct count_intake *intake, const char *path, const struct file_id *file_id,
                     struct err *err)
{
    count_intake_close(intake);
    intake->file_id = *file_id;
    return sql_open(path, SQL_LEDGER_READ, &intake->db, err) &&
           audit_open(intake->db, &intake->audit, err);
}

static bool take(struct count_intake *intake, struct journal *journal, struct err *err)
{
    uint64_t taken;

    if (!audit_reload(intake->audit, err))
        return false;
    while (intake->seen != audit_size(intake->audit)) {
        if (!journal_take_counts(journal, intake->audit, COUNT_INTAKE_LEAVES, &taken, err))
            return false;
        intake->seen = taken;
    }
    return true;
}

static bool refresh(struct count_intake *intake, const struct home *home, struct journal *journal,
                    struct err *err)
{
    char path[HOME_PATH_BYTES];
    struct file_id file_id;

    if (!home_path(home, "count.db", path, err))
        return false;
    if (!file_id_of(path, &file_id)) /* nobody has counted yet */
        return true;
    bool same = intake->file_id.inode == file_id.inode;

    if (same && intake->refused)
        return true;
    if (((same && intake->db) || open_log(intake, path, &file_id, err)) &&
        take(intake, journal, err))
        return true;
    if (err->code == ERR_UNAVAILABLE) { /* it is being written; next time */
        count_intake_close(intake);
        return true;
    }
    count_intake_close(intake);
    intake->file_id = file_id;
    intake->refused = true;
    return err_wrap(err, "%s: ", path);
}

bool count_intake_refresh(struct count_intake *intake, const struct home *home,
                          struct journal *journal, struct err *err)
{
    bool fine = refresh(intake, home, journal, err);

    intake->next_ms = clock_mono_ms() + COUNT_INTAKE_EVERY_MS;
    return fine;
}
