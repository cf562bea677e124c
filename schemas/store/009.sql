-- SPDX-License-Identifier: Apache-2.0
-- What events measured or were answered, and how long they lasted (node/store/person.h). Units and
-- answers are words: a file has few of them. Those of a batch of rows lie in the entry's own row
-- (node/store/event_pack.h), with the same columns.
CREATE TABLE event_word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
ALTER TABLE event ADD COLUMN lasts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event ADD COLUMN form INTEGER NOT NULL DEFAULT 0; -- enum event_value_form
ALTER TABLE event ADD COLUMN number INTEGER; -- in units of 1e-9
ALTER TABLE event ADD COLUMN word INTEGER REFERENCES event_word (id); -- NULL: a number without a unit
