-- SPDX-License-Identifier: Apache-2.0
-- Answers without their padding, and a repeat as its difference from the first: a question of 21
-- regions took 104 KB, because every padded answer spilled into pages of its own.
-- form 0: the envelope as it was signed (older rows); 1: packed (coordinator/ask/packing.h).
-- base: the question whose answer in time of the same node, which has no base itself, this one
-- differs from. Who deletes questions must keep those.
-- log_index: of the release's leaf, by which a repeat finds the first; NULL where nothing was released.
ALTER TABLE answer ADD COLUMN form INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answer ADD COLUMN base BLOB CHECK(length(base) = 16);
ALTER TABLE answer ADD COLUMN log_index INTEGER;
CREATE INDEX answer_release ON answer(node, log_index)
    WHERE base IS NULL AND late = 0 AND log_index IS NOT NULL;
