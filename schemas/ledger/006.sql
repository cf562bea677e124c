-- SPDX-License-Identifier: Apache-2.0
-- The ledger, step 6: with whom a sum was paid for, so that a node which cannot pay for another one
-- can say in round one which it can repeat for nothing: the participants ("01,12,13") and the hash of
-- them and their populations. NULL where the charge was for no sum, or came before this step.
ALTER TABLE charge ADD COLUMN participants TEXT;
ALTER TABLE charge ADD COLUMN participants_id BLOB CHECK(length(participants_id) = 32);
