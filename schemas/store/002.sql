-- SPDX-License-Identifier: Apache-2.0
-- Consent, one row an entry that says something of it: node/store/consent.h has the bits of mask.
-- Dates are days since 1970-01-01, NULL when there is no limit. disease: "icd10:C501".
CREATE TABLE consent (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
    mask INTEGER NOT NULL,
    valid_from INTEGER,
    valid_to INTEGER,
    disease TEXT
) STRICT;
