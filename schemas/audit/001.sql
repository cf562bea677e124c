-- SPDX-License-Identifier: Apache-2.0
-- The audit log: leaves, and the hash of every complete subtree (node/audit/audit.c). It lives in the
-- ledger and in the log of counts; older programs made these tables without counting the step.
CREATE TABLE IF NOT EXISTS leaf(
    id INTEGER PRIMARY KEY CHECK(id >= 0),
    data BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS subtree(
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK(length(hash) = 32),
    PRIMARY KEY(level, position)
) STRICT, WITHOUT ROWID;
