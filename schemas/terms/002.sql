-- SPDX-License-Identifier: Apache-2.0
-- Genes by their HGNC id (a release of system 'hgnc'), and the names that lead to one: upper case.
-- kind: 1 the approved symbol, 2 a former one, 3 an alias, 4 an id of Ensembl, RefSeq or NCBI.
CREATE TABLE gene_id(
    hgnc INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL
) STRICT;

CREATE TABLE gene_name(
    name TEXT NOT NULL,
    hgnc INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    PRIMARY KEY(name, hgnc)
) STRICT, WITHOUT ROWID;
CREATE INDEX gene_name_of ON gene_name(hgnc, kind, name);

-- Symbols of gene tables are found in whatever case.
CREATE INDEX gene_folded ON gene(upper(symbol), assembly);
