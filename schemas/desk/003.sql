-- SPDX-License-Identifier: Apache-2.0
-- Letters to regions that were prepared here: what was sent of them, nobody here knows.
CREATE TABLE letter (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    question  BLOB NOT NULL,          -- the id, 16 bytes
    prepared  INTEGER NOT NULL,       -- unix seconds
    person    TEXT NOT NULL,          -- who asks, as the person wrote it
    nodes     TEXT NOT NULL,          -- regions' codes: "01,12"
    reference TEXT NOT NULL
) STRICT;
