-- SPDX-License-Identifier: Apache-2.0
-- What one person's account with the organisation has; 0: the organisation pays for everybody.
ALTER TABLE budget ADD COLUMN person_year INTEGER NOT NULL DEFAULT 0;
ALTER TABLE budget ADD COLUMN person_lifetime INTEGER NOT NULL DEFAULT 0;
