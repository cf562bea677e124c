-- SPDX-License-Identifier: Apache-2.0
-- The reference of an assembly (a release of system 'fasta:GRCh37' or 'fasta:GRCh38'): its copy is
-- the file reference/HASH.fa of the node's folder, and HASH that file's BLAKE2b-256.
CREATE TABLE reference(
    assembly INTEGER PRIMARY KEY,
    hash BLOB NOT NULL CHECK(length(hash) = 32),
    bytes INTEGER NOT NULL,
    index_hash BLOB NOT NULL CHECK(length(index_hash) = 32)
) STRICT;
