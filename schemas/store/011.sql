-- SPDX-License-Identifier: Apache-2.0
-- Structural variants: their calls, kept like those of other variants and deleted with their
-- callset (node/store/structural.h), and of which types a file judged its samples' genomes, as bits
-- of proto/query/sv_type.h; 0: it is no file of structural variants, as all were before.
ALTER TABLE callset ADD COLUMN judged INTEGER NOT NULL DEFAULT 0;
CREATE TABLE structural (
    id INTEGER PRIMARY KEY,
    callset INTEGER NOT NULL REFERENCES callset (id),
    chunk INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX structural_place ON structural (callset, chunk, batch);
