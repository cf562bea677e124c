-- SPDX-License-Identifier: Apache-2.0
-- Terminologies: loaded whole from one file a system, replaced whole. Read by publish and import.
CREATE TABLE IF NOT EXISTS term_release(
    system TEXT PRIMARY KEY,
    release TEXT NOT NULL,
    file_hash BLOB NOT NULL CHECK(length(file_hash) = 32),
    loaded_s INTEGER NOT NULL,
    n_terms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS term(
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    label TEXT,
    obsolete INTEGER NOT NULL,
    replaced_by TEXT,
    PRIMARY KEY(system, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS term_parent(
    system TEXT NOT NULL,
    child TEXT NOT NULL,
    parent TEXT NOT NULL,
    PRIMARY KEY(system, child, parent)
) STRICT, WITHOUT ROWID;

-- Ids that were merged into another term.
CREATE TABLE IF NOT EXISTS term_alias(
    system TEXT NOT NULL,
    alias TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY(system, alias)
) STRICT, WITHOUT ROWID;

-- Intervals as varints: chromosome, start - previous start (start itself when the chromosome is
-- another one), length.
CREATE TABLE IF NOT EXISTS gene(
    assembly INTEGER NOT NULL,
    symbol TEXT NOT NULL,
    spans BLOB NOT NULL,
    coding BLOB NOT NULL,
    PRIMARY KEY(assembly, symbol)
) STRICT, WITHOUT ROWID;
