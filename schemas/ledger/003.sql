-- SPDX-License-Identifier: Apache-2.0
-- The ledger, step 3: the family of a charge is its base key as it would be for this node alone. In
-- round one of a sum the other participants' data are not known yet, and by the family a repeat is
-- still known to be paid for.
ALTER TABLE charge ADD COLUMN family BLOB CHECK(length(family) = 32);
CREATE INDEX charge_family ON charge(organisation, dataset, family);
