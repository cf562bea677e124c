#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an organisation makes of the claims of its identity provider: who the person is here, in
 * which roles, under which permits. A text file, one rule a line, # begins a comment:
 *
 *     id employeeHsaId                         the claim that names the person; else sub
 *     name name                                the claim that a page shows; else the id
 *     require acr is loa3                      without it nobody comes in
 *     role national-analyst when groups is rikstal-analysts
 *     permit P-2026-17 when /resource_access/rikstal/roles is study-17
 *
 * A claim is a name of the outermost level, or, with a slash before it, a JSON pointer (RFC 6901).
 * It "is" a value when it is that text, or a list that has that text. A value is the rest of the
 * line. A person with no role does not come in. Does not change after it is read; any thread.
 */
#include <cjson/cJSON.h>
#include <stddef.h>

#include "proto/base/err.h"

#define MAPPING_BYTES_MAX ((size_t)64 << 10)
#define MAPPING_RULES_MAX 256
#define MAPPING_CLAIM_MAX 200 /* bytes of the name of a claim, or of its pointer */
#define MAPPING_ID_MAX 64     /* bytes, as a certificate's */
#define MAPPING_NAME_MAX 200
#define MAPPING_ROLES_MAX 8 /* as a certificate's */

struct arena;
struct mapping;

/* ERR_INVALID names file, line and rule. */
bool mapping_read(const char *path, struct mapping **out, struct err *err) MUST_CHECK;
void mapping_free(struct mapping *mapping); /* accepts NULL */

/* Who somebody is here. The texts belong to the mapping, or to the arena. */
struct mapping_person {
    const char *id;
    const char *name;
    size_t n_roles;
    const char *role[MAPPING_ROLES_MAX];
    size_t n_permits;
    const char *permit[MAPPING_RULES_MAX];
};
/* ERR_DENIED says what is missing, for the person and for the operator. */
bool mapping_apply(const struct mapping *mapping, const cJSON *claims, struct arena *arena,
                   struct mapping_person *out, struct err *err) MUST_CHECK;
