-- SPDX-License-Identifier: Apache-2.0
-- What a sample is of (proto/query/sample_type.h: 1 is germline, as all were before), the tissue as
-- a code, and the day on which it was taken. The origin of a call follows from the type.
ALTER TABLE sample ADD COLUMN type INTEGER NOT NULL DEFAULT 1;
ALTER TABLE sample ADD COLUMN tissue TEXT;
ALTER TABLE sample ADD COLUMN taken INTEGER;
