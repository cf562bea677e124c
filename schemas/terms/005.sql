-- SPDX-License-Identifier: Apache-2.0
-- Other names of a term, which a search finds.
CREATE TABLE term_synonym(
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    synonym TEXT NOT NULL,
    PRIMARY KEY(system, code, synonym)
) STRICT, WITHOUT ROWID;

-- What the reader kept of the file: 1 no synonyms. The same file is read again by a reader that keeps more.
ALTER TABLE term_release ADD COLUMN reader INTEGER NOT NULL DEFAULT 1;
