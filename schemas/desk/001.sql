-- SPDX-License-Identifier: Apache-2.0
-- A desk's memory: what was asked there and how it ended, and saved questions.
CREATE TABLE asked (
    id       BLOB PRIMARY KEY,        -- the question's, 16 bytes
    asked    INTEGER NOT NULL,        -- unix seconds
    form     TEXT NOT NULL,           -- what was asked for, as JSON (schemas/desk.json, Question)
    question TEXT NOT NULL,           -- its canonical text
    summary  TEXT NOT NULL,           -- what the history lists, as JSON (Asked)
    state    TEXT,                    -- how it ended, as JSON (State); NULL: not yet
    document TEXT,                    -- the verified answer: JSON, CSV, TSV; NULL: none
    csv      TEXT,
    tsv      TEXT,
    receipt  TEXT                     -- a secret when the question was blind
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_when ON asked(asked);

CREATE TABLE saved (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    form    TEXT NOT NULL,
    created INTEGER NOT NULL          -- unix seconds
) STRICT;
