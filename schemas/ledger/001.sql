-- SPDX-License-Identifier: Apache-2.0
-- The ledger, step 1 (reference: privacy, section 4.4). Amounts are whole nano-rho.

-- What was paid for. state 0: charged, nothing has left; 1: released, these bytes for ever.
CREATE TABLE release(
    id INTEGER PRIMARY KEY,
    base_key BLOB NOT NULL UNIQUE CHECK(length(base_key) = 32),
    noise_key BLOB NOT NULL CHECK(length(noise_key) = 32),
    snapshot BLOB NOT NULL CHECK(length(snapshot) = 32),
    mode INTEGER NOT NULL,
    sigma INTEGER NOT NULL,
    nrho INTEGER NOT NULL CHECK(nrho > 0),
    state INTEGER NOT NULL CHECK(state IN (0, 1)),
    answer BLOB,
    ts INTEGER NOT NULL,
    log_index INTEGER NOT NULL,
    CHECK((state = 1) = (answer IS NOT NULL))
) STRICT;

-- Who paid for it: once each organisation and dataset.
CREATE TABLE charge(
    id INTEGER PRIMARY KEY,
    organisation TEXT NOT NULL,
    dataset TEXT NOT NULL,
    purpose TEXT NOT NULL,
    permit TEXT NOT NULL,
    base_key BLOB NOT NULL REFERENCES release(base_key),
    window TEXT NOT NULL,
    nrho INTEGER NOT NULL CHECK(nrho > 0),
    left_nrho INTEGER NOT NULL CHECK(left_nrho >= 0),
    ts INTEGER NOT NULL,
    question_hash BLOB NOT NULL CHECK(length(question_hash) = 32),
    log_index INTEGER NOT NULL,
    UNIQUE(organisation, dataset, base_key)
) STRICT;

-- Running sums of charge (scope node: of release), changed in the same transaction.
CREATE TABLE spent(
    scope TEXT NOT NULL CHECK(scope IN ('organisation', 'lifetime', 'permit', 'node')),
    key TEXT NOT NULL,
    window TEXT NOT NULL,
    nrho INTEGER NOT NULL CHECK(nrho > 0),
    PRIMARY KEY(scope, key, window)
) STRICT, WITHOUT ROWID;

-- Question ids that were used, against replay. Not forgotten by the clock.
CREATE TABLE seen(
    id INTEGER PRIMARY KEY,
    question_id BLOB NOT NULL UNIQUE CHECK(length(question_id) = 16),
    question_hash BLOB NOT NULL CHECK(length(question_hash) = 32),
    base_key BLOB NOT NULL CHECK(length(base_key) = 32)
) STRICT;

-- Policies that were in force, the newest last; each names the budget window that it opens.
CREATE TABLE policy(
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL CHECK(version > 0),
    hash BLOB NOT NULL CHECK(length(hash) = 32),
    window TEXT NOT NULL,
    ts INTEGER NOT NULL
) STRICT;
