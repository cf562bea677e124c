-- SPDX-License-Identifier: Apache-2.0
-- Each release as one public file (proto/terms/release_file.h), in pieces of 64 KiB, so that a
-- keeper reads one piece at a time. Filled by publish in the terms file of a snapshot.
CREATE TABLE release_file(
    system TEXT PRIMARY KEY,
    hash BLOB NOT NULL CHECK(length(hash) = 32),
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE release_piece(
    system TEXT NOT NULL,
    piece INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY(system, piece)
) STRICT, WITHOUT ROWID;
