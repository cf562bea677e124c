-- SPDX-License-Identifier: Apache-2.0
-- The ledger, step 8: questions whose answer was not ready at its slot, by the snapshot on which it
-- was so: they are refused until another is published. The hash is of the organisation and the
-- question's canonical form, with the key of the audit log's seal (schemas/audit/002.sql), so the
-- rows tell nobody who tries likely questions what was asked. Rows of older snapshots are taken out.
CREATE TABLE overrun(
    hash BLOB PRIMARY KEY CHECK(length(hash) = 32),
    snapshot BLOB NOT NULL CHECK(length(snapshot) = 32),
    ts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
