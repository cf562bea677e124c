-- SPDX-License-Identifier: Apache-2.0
-- An index is a page that each import writes. The keys within an import served only undo, which now
-- lists them itself (node/store/import_run.c).
DROP INDEX entry_import;
CREATE INDEX entry_import ON entry (import_id);
