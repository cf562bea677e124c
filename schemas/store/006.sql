-- SPDX-License-Identifier: Apache-2.0
-- What the files of samples could not say: stretches, kept like calls (node/store/gap.h), with the
-- same format (node/store/callpack.h), and deleted with their callset.
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    callset INTEGER NOT NULL REFERENCES callset (id),
    chunk INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX gaps_place ON gaps (callset, chunk, batch);
