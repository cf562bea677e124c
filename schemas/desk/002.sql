-- SPDX-License-Identifier: Apache-2.0
-- Tokens with which scripts use a desk. A token itself is nowhere: it cannot be read from this file.
CREATE TABLE token (
    id      INTEGER PRIMARY KEY AUTOINCREMENT, -- so that the number of a revoked one is not used again
    hash    BLOB NOT NULL UNIQUE,     -- SHA-256 of its text, 32 bytes
    name    TEXT NOT NULL,
    scope   INTEGER NOT NULL,         -- coordinator/desk/bearer.h: 1 read, 2 ask
    created INTEGER NOT NULL,         -- unix seconds, as the next two
    expires INTEGER NOT NULL,
    used    INTEGER                   -- last; NULL: never
) STRICT;
