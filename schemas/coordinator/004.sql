-- SPDX-License-Identifier: Apache-2.0
-- The newest release that each node has signed, by the index of its leaf: the node is shown it at its
-- next link, and sees whether its log still holds that. Another signer is another log.
CREATE TABLE newest(
    node TEXT PRIMARY KEY,
    signer BLOB NOT NULL CHECK(length(signer) = 16),
    log_index INTEGER NOT NULL,
    question BLOB NOT NULL,
    late INTEGER NOT NULL,
    FOREIGN KEY(question, node, late) REFERENCES answer(question, node, late)
) STRICT, WITHOUT ROWID;
