-- SPDX-License-Identifier: Apache-2.0
-- The working database of one region, first step. Dates are days since 1970-01-01.
-- A small import is a transaction, and each index is a page that it writes: there is none that only
-- undo or publish, which read everything anyway, would use.

-- One row: every import, undo and withdrawal raises epoch; person.changed says at which.
CREATE TABLE state (epoch INTEGER NOT NULL) STRICT;
INSERT INTO state VALUES (0);

CREATE TABLE import_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL CHECK (length(content) = 32),
    started_s INTEGER NOT NULL,
    undone_s INTEGER NOT NULL DEFAULT 0,
    n_read INTEGER NOT NULL DEFAULT 0,
    n_stored INTEGER NOT NULL DEFAULT 0,
    n_unchanged INTEGER NOT NULL DEFAULT 0,
    n_filtered INTEGER NOT NULL DEFAULT 0,
    n_rejected INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX import_run_identity ON import_run (content, kind, options) WHERE undone_s = 0;

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    pid BLOB NOT NULL UNIQUE CHECK (length(pid) = 16),
    changed INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What one import says of one person. A NULL fact is one that it does not say.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES import_run (id),
    person INTEGER NOT NULL REFERENCES person (id),
    key BLOB NOT NULL CHECK (length(key) = 16),
    content BLOB NOT NULL CHECK (length(content) = 32),
    replaced_by INTEGER REFERENCES import_run (id),
    sex INTEGER,
    birth_date INTEGER,
    birth_year INTEGER,
    age_fixed INTEGER,
    deceased INTEGER,
    death_date INTEGER
) STRICT;
CREATE INDEX entry_person ON entry (person);
CREATE UNIQUE INDEX entry_key ON entry (key) WHERE replaced_by IS NULL;
CREATE INDEX entry_import ON entry (import_id, key);
CREATE INDEX entry_replaced ON entry (replaced_by) WHERE replaced_by IS NOT NULL;

CREATE TABLE concept (
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    UNIQUE (system, code)
) STRICT;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (id),
    kind INTEGER NOT NULL,
    concept INTEGER NOT NULL REFERENCES concept (id),
    excluded INTEGER NOT NULL,
    date INTEGER,
    age_days INTEGER
) STRICT;
CREATE INDEX event_entry ON event (entry);

CREATE TABLE assay (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    assembly INTEGER NOT NULL,
    whole_genome INTEGER NOT NULL,
    content BLOB NOT NULL UNIQUE CHECK (length(content) = 32)
) STRICT;
CREATE INDEX assay_name ON assay (name, assembly);

-- data: per interval varint(start - end of the one before), varint(end - start).
CREATE TABLE assay_interval (
    assay INTEGER NOT NULL REFERENCES assay (id),
    chromosome INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (assay, chromosome)
) STRICT;

CREATE TABLE callset (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES import_run (id),
    assembly INTEGER NOT NULL,
    has_af INTEGER NOT NULL,
    has_annotation INTEGER NOT NULL,
    judges_sites INTEGER NOT NULL
) STRICT;

CREATE TABLE sample (
    entry INTEGER NOT NULL REFERENCES entry (id), -- a phenopacket may have one an assembly
    callset INTEGER NOT NULL REFERENCES callset (id),
    ordinal INTEGER NOT NULL,
    assay INTEGER REFERENCES assay (id),
    PRIMARY KEY (entry, callset),
    UNIQUE (callset, ordinal)
) STRICT, WITHOUT ROWID;

-- The calls of up to 4096 samples of a callset in 1,048,576 bases: node/store/callpack.h.
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    callset INTEGER NOT NULL REFERENCES callset (id),
    chunk INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX calls_place ON calls (callset, chunk, batch);

-- Long alleles, spelled out; and variants without coordinates (ref: gene, alt: description).
CREATE TABLE allele (
    vid INTEGER PRIMARY KEY,
    ref TEXT NOT NULL,
    alt TEXT NOT NULL
) STRICT;

CREATE TABLE note (
    vid INTEGER NOT NULL,
    gene TEXT NOT NULL,
    consequences INTEGER NOT NULL,
    clinvar INTEGER NOT NULL,
    picked_by INTEGER NOT NULL,
    PRIMARY KEY (vid, gene)
) STRICT, WITHOUT ROWID;

CREATE TABLE af (
    vid INTEGER PRIMARY KEY,
    nano INTEGER NOT NULL
) STRICT;
