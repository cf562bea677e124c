-- SPDX-License-Identifier: Apache-2.0
-- The audit log, step 2: the key of the hashes that leaves have of questions (node/audit/seal.c).
-- Whoever holds this file can show which question a leaf stands for; who sees the leaves alone, in
-- an export or by their hashes in a proof, cannot find it by trying. Leaves from before this step
-- have hashes without a key.
CREATE TABLE IF NOT EXISTS seal(
    id INTEGER PRIMARY KEY CHECK(id = 1),
    key BLOB NOT NULL CHECK(length(key) = 32)
) STRICT;
