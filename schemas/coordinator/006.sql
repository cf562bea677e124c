-- SPDX-License-Identifier: Apache-2.0
-- What retention looks for: old questions, and the repeats of an answer.
CREATE INDEX question_asked ON question(asked);
CREATE INDEX answer_base ON answer(base, node) WHERE base IS NOT NULL;
