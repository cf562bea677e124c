-- SPDX-License-Identifier: Apache-2.0
-- The ledger, step 2: new questions by person, for the rates of a policy. Operational: it holds no
-- budget, and rows older than a day are forgotten. A question counts once, however often it is
-- charged (sets of participants of a sum), and a repeat does not count at all.
CREATE TABLE asked(
    id INTEGER PRIMARY KEY,
    organisation TEXT NOT NULL,
    analyst TEXT NOT NULL,
    question_hash BLOB NOT NULL UNIQUE CHECK(length(question_hash) = 32),
    ts INTEGER NOT NULL
) STRICT;
CREATE INDEX asked_when ON asked(organisation, analyst, ts);
