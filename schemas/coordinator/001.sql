-- SPDX-License-Identifier: Apache-2.0
-- The coordinator's memory: what was asked, what was answered, by whom. Envelopes are stored as they
-- were signed. Times are unix seconds.
CREATE TABLE question(
    id BLOB PRIMARY KEY CHECK(length(id) = 16),
    hash BLOB NOT NULL CHECK(length(hash) = 32),
    organisation TEXT NOT NULL,
    analyst TEXT NOT NULL,
    measure INTEGER NOT NULL,
    mode INTEGER NOT NULL,
    sigma INTEGER NOT NULL,
    cells INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    asked INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    done INTEGER               -- NULL while it is open
) STRICT, WITHOUT ROWID;

CREATE INDEX question_open ON question(done) WHERE done IS NULL;

-- Every region that was asked; its state and code are written when the question completes.
CREATE TABLE region(
    question BLOB NOT NULL REFERENCES question(id),
    node TEXT NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    code TEXT NOT NULL DEFAULT '',
    PRIMARY KEY(question, node)
) STRICT, WITHOUT ROWID;

-- A late answer is kept beside the question that it came too late for, and never counted.
CREATE TABLE answer(
    question BLOB NOT NULL REFERENCES question(id),
    node TEXT NOT NULL,
    late INTEGER NOT NULL CHECK(late IN (0, 1)),
    envelope BLOB NOT NULL,
    arrived INTEGER NOT NULL,
    PRIMARY KEY(question, node, late)
) STRICT, WITHOUT ROWID;

-- A mirror for display: what each node last said is left. The node's own ledger decides.
CREATE TABLE budget(
    organisation TEXT NOT NULL,
    node TEXT NOT NULL,
    left_nrho INTEGER NOT NULL,
    said INTEGER NOT NULL,
    PRIMARY KEY(organisation, node)
) STRICT, WITHOUT ROWID;
