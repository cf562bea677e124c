-- SPDX-License-Identifier: Apache-2.0
-- The ledger, step 7: how many leaves of the log of counts (D/count.db) are in this log too, and the
-- root of their tree, so that a log of counts that was put back or altered is noticed.
CREATE TABLE count_taken(
    id INTEGER PRIMARY KEY CHECK(id = 1),
    leaves INTEGER NOT NULL CHECK(leaves > 0),
    root BLOB NOT NULL CHECK(length(root) = 32)
) STRICT;
