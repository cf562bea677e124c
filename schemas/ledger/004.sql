-- SPDX-License-Identifier: Apache-2.0
-- The ledger, step 4: the key of the hash that a release's leaf has of its answer. Hashes of leaves
-- go to witnesses in proofs; all of an answer but its few small numbers is known to who relays it,
-- so a hash without a key would tell them, and a share of a sum must never leave without masks.
-- Whoever holds this file can show which answer a leaf stands for; nobody else can find it.
ALTER TABLE release ADD COLUMN seal BLOB CHECK(length(seal) = 32);
