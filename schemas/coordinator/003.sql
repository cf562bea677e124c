-- SPDX-License-Identifier: Apache-2.0
-- The mirror of balances knows datasets and lifetimes. What it held is said anew with each answer.
DROP TABLE budget;

-- What each node last said of an organisation's budget, in nano-rho. The node's own ledger decides.
CREATE TABLE budget(
    organisation TEXT NOT NULL,
    dataset TEXT NOT NULL,
    node TEXT NOT NULL,
    window TEXT NOT NULL,
    year_left INTEGER NOT NULL,
    year_cap INTEGER NOT NULL,
    lifetime_left INTEGER NOT NULL,
    lifetime_cap INTEGER NOT NULL,
    said INTEGER NOT NULL,
    PRIMARY KEY(organisation, dataset, node)
) STRICT, WITHOUT ROWID;
