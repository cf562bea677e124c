-- SPDX-License-Identifier: Apache-2.0
-- Feeds. An import of a feed is a full extract: its entries are in force from the import that first
-- said them (entry.import_id) up to the one that no longer does (entry.replaced_by), both of the
-- same feed. feed is NULL for files that only add: these say what they say beside the others.
ALTER TABLE import_run ADD COLUMN feed TEXT;
ALTER TABLE import_run ADD COLUMN n_replaced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_run ADD COLUMN n_removed INTEGER NOT NULL DEFAULT 0;
-- A file of persons is the feed of its name until the operator gives it another one.
UPDATE import_run SET feed = name WHERE kind = 'persons';
CREATE INDEX import_run_feed ON import_run (kind, feed) WHERE feed IS NOT NULL;

-- What the operator declared that a feed delivers in full, one row a kind and system; the import
-- keeps it, so that undo takes it back as well. kind 0, system '': nothing. since: day or NULL.
CREATE TABLE delivery (
    import_id INTEGER NOT NULL REFERENCES import_run (id),
    kind INTEGER NOT NULL,
    system TEXT NOT NULL,
    since INTEGER,
    PRIMARY KEY (import_id, kind, system)
) STRICT, WITHOUT ROWID;

-- Imports without a feed that said what an older import's entry says already: they own it too.
CREATE TABLE restated (
    entry INTEGER NOT NULL REFERENCES entry (id),
    import_id INTEGER NOT NULL REFERENCES import_run (id),
    PRIMARY KEY (entry, import_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX restated_import ON restated (import_id);

-- aside: only says that something of this person could not be read, or is consent; it makes nobody
-- a person of the region. peer: a hash of sample and assay, equal in all files of one sample.
ALTER TABLE entry ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN peer BLOB;
CREATE INDEX entry_peer ON entry (peer) WHERE peer IS NOT NULL AND replaced_by IS NULL;
UPDATE entry SET aside = 1 WHERE id IN (SELECT entry FROM consent);
