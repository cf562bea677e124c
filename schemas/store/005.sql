-- SPDX-License-Identifier: Apache-2.0
-- What of records that were stored could not be read: such an import is "with rejects" for ever.
ALTER TABLE import_run ADD COLUMN n_items INTEGER NOT NULL DEFAULT 0;
-- A hash of the file that said it: another file may not silently replace what this one said.
ALTER TABLE entry ADD COLUMN source BLOB;
