-- SPDX-License-Identifier: Apache-2.0
-- Was a variant's annotation read whole? Of notes that are older it is not known.
ALTER TABLE note ADD COLUMN complete INTEGER NOT NULL DEFAULT 0;
