-- SPDX-License-Identifier: Apache-2.0
-- The ids that an annotation gives beside the name of a note's gene (node/store/note.h): which gene
-- is meant where the name is, or was, that of several.
ALTER TABLE note ADD COLUMN gene_ids TEXT NOT NULL DEFAULT '';
