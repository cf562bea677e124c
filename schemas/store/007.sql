-- SPDX-License-Identifier: Apache-2.0
-- Events of an entry that came in a batch of rows lie in its own row (node/store/event_pack.h);
-- those of other entries, and of all that are older, in the table event.
ALTER TABLE entry ADD COLUMN events BLOB;
