-- SPDX-License-Identifier: Apache-2.0
-- The ledger, step 5: accounts are by node and organisation. Before, a sum's key was organisation,
-- 0x1f, data set, so another name for the data set began a new budget over the same persons. The
-- sums of all names are added up, year by year. Each policy now says for which data set it is; those
-- before are taken to be for the one that was charged last.
CREATE TABLE spent_by_organisation(
    scope TEXT NOT NULL CHECK(scope IN ('organisation', 'lifetime', 'permit', 'node')),
    key TEXT NOT NULL,
    window TEXT NOT NULL,
    nrho INTEGER NOT NULL CHECK(nrho > 0),
    PRIMARY KEY(scope, key, window)
) STRICT, WITHOUT ROWID;
INSERT INTO spent_by_organisation
    SELECT scope,
           CASE WHEN scope IN ('organisation', 'lifetime') AND instr(key, char(31)) > 0
                THEN substr(key, 1, instr(key, char(31)) - 1) ELSE key END AS payer,
           window, sum(nrho)
    FROM spent GROUP BY scope, payer, window;
DROP TABLE spent;
ALTER TABLE spent_by_organisation RENAME TO spent;

CREATE INDEX charge_payer ON charge(organisation, base_key);
DROP INDEX charge_family;
CREATE INDEX charge_family ON charge(organisation, family);

ALTER TABLE policy ADD COLUMN dataset TEXT NOT NULL DEFAULT '';
UPDATE policy SET dataset = coalesce((SELECT dataset FROM charge ORDER BY id DESC LIMIT 1), '');
