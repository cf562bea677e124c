-- SPDX-License-Identifier: Apache-2.0
-- The participants of a sum, as every one of them was sent the list: with the answers of the same
-- question it can be checked and added up again.
CREATE TABLE sum_list(
    question BLOB PRIMARY KEY REFERENCES question(id),
    list BLOB NOT NULL
) STRICT, WITHOUT ROWID;
