/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proto/base/sandbox_profiles.h"

bool sandbox_is_relaxed(void)
{
    return SANDBOX_RELAXED;
}

bool sandbox_prepare(struct err *err)
{
    struct rlimit none = {0, 0};

    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return err_set(err, ERR_INTERNAL, "no core dumps: %s", strerror(errno));
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return err_set(err, ERR_INTERNAL, "not dumpable: %s", strerror(errno));
    return true;
}

/*
 * ---- Landlock. glibc has no functions for it, and Debian 12's headers stop at its version 2, so
 * the values below are copied from <linux/landlock.h>. ----
 */

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_DIR (UINT64_C(1) << 4)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_DIR (UINT64_C(1) << 7)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_REFER (UINT64_C(1) << 13)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_OF_VERSION_2 ((UINT64_C(1) << 14) - 1)
#define FS_OF_VERSION_3 ((UINT64_C(1) << 15) - 1) /* adds truncate */
#define FS_OF_VERSION_5 ((UINT64_C(1) << 16) - 1) /* adds ioctl on devices */
#define NET_BIND_TCP (UINT64_C(1) << 0)
#define NET_CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPE_ALL UINT64_C(3) /* scopes: abstract Unix sockets, signals */
#define CREATE_RULESET_VERSION 1U
#define RULE_PATH_BENEATH 1
#define VERSION_MIN 2 /* first version that allows a rename from one folder to another */

#define READS (FS_READ_FILE | FS_READ_DIR)
#define WRITES                                                                                     \
    (FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_REFER |       \
     FS_TRUNCATE)
#define OF_A_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)

struct ruleset {
    uint64_t fs, net, scoped;
};

struct path_beneath {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));

static long landlock_version(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
}

bool sandbox_has_landlock(void)
{
    return landlock_version() >= VERSION_MIN;
}

/* All access rights that this kernel can refuse, except those that the profile needs. */
static struct ruleset ruleset_of(enum sandbox_profile profile, long version)
{
    struct ruleset set = {.fs = FS_OF_VERSION_2};

    if (version >= 3)
        set.fs = FS_OF_VERSION_3;
    if (version >= 5)
        set.fs = FS_OF_VERSION_5;
    if (version >= 4 && profile != SANDBOX_LINK && profile != SANDBOX_COORDINATOR)
        set.net = NET_BIND_TCP | NET_CONNECT_TCP;
    if (version >= 6)
        set.scoped = SCOPE_ALL;
    return set;
}

static bool place_add(int ruleset, const struct sandbox_place *place, uint64_t handled,
                      struct err *err)
{
    struct path_beneath rule = {.allowed = READS | (place->may_write ? WRITES : 0)};
    int folder = open(place->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool ok;

    rule.fd = folder >= 0 ? folder : open(place->path, O_PATH | O_CLOEXEC);
    if (rule.fd < 0)
        return errno == ENOENT ||
               err_set(err, ERR_INTERNAL, "%s: %s", place->path, strerror(errno));
    rule.allowed &= folder >= 0 ? handled : handled & OF_A_FILE;
    ok = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0 ||
         err_set(err, ERR_INTERNAL, "the sandbox's place %.150s: %s", place->path, strerror(errno));
    (void)close(rule.fd);
    return ok;
}

/*
 * A sanitizer reads its own maps when it reports. Coverage counts are written to the build folder.
 */
static const struct sandbox_place relaxed_places[] = {
#ifdef SANDBOX_COVERAGE
    {.path = SANDBOX_COVERAGE, .may_write = true},
#endif
    {.path = "/proc", .may_write = false},
};

static bool places_add(int ruleset, const struct sandbox_place *places, size_t n, uint64_t handled,
                       struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!place_add(ruleset, &places[i], handled, err))
            return false;
    for (size_t i = 0; SANDBOX_RELAXED && i < sizeof(relaxed_places) / sizeof(relaxed_places[0]);
         i++)
        if (!place_add(ruleset, &relaxed_places[i], handled, err))
            return false;
    return true;
}

static bool landlock_enter(enum sandbox_profile profile, const struct sandbox_place *places,
                           size_t n, struct err *err)
{
    struct ruleset set = ruleset_of(profile, landlock_version());
    int ruleset;
    bool ok;

    ruleset = (int)syscall(SYS_landlock_create_ruleset, &set, sizeof(set), 0);
    if (ruleset < 0)
        return err_set(err, ERR_INTERNAL, "the sandbox: no Landlock ruleset: %s", strerror(errno));
    ok = places_add(ruleset, places, n, set.fs, err) &&
         (syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ||
          err_set(err, ERR_INTERNAL, "the sandbox: Landlock: %s", strerror(errno)));
    (void)close(ruleset);
    return ok;
}

/* ---- seccomp ---- */

static int rule_add(scmp_filter_ctx filter, const struct sandbox_rule *rule)
{
    uint32_t action =
        rule->errno_value ? SCMP_ACT_ERRNO((uint32_t)rule->errno_value) : SCMP_ACT_ALLOW;
    struct scmp_arg_cmp compare = {.arg = (unsigned)rule->argument,
                                   .op = SCMP_CMP_MASKED_EQ,
                                   .datum_a = rule->mask,
                                   .datum_b = rule->value};
    int code;

    if (rule->call < 0)
        return 0;
    code = seccomp_rule_add_array(filter, action, rule->call, rule->argument == SANDBOX_ANY ? 0 : 1,
                                  &compare);
    return code == -EEXIST ? 0 : code; /* the profile already has a wider rule for this call */
}

static int rules_add(scmp_filter_ctx filter, enum sandbox_profile profile)
{
    const struct sandbox_rule abort_itself = {SCMP_SYS(tgkill), 0, 0, UINT64_MAX,
                                              (uint64_t)getpid()};
    int code = rule_add(filter, &abort_itself);

    for (const struct sandbox_rules *part = sandbox_profiles_parts(profile); part->n; part++)
        for (size_t i = 0; code == 0 && i < part->n; i++)
            code = rule_add(filter, &part->rules[i]);
    return code;
}

static bool seccomp_enter(enum sandbox_profile profile, struct err *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int code = filter ? rules_add(filter, profile) : -ENOMEM;

    if (code == 0)
        code = seccomp_load(filter); /* this filter also kills calls of other architectures */
    if (filter)
        seccomp_release(filter);
    return code == 0 ||
           err_set(err, ERR_INTERNAL, "the sandbox: this system takes no seccomp filter: %s",
                   strerror(-code));
}

bool sandbox_enter(enum sandbox_profile profile, const struct sandbox_place *places, size_t n,
                   struct err *err)
{
    assert(profile < SANDBOX_PROFILES && (places || n == 0));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_set(err, ERR_INTERNAL, "the sandbox: no_new_privs: %s", strerror(errno));
    return (!sandbox_has_landlock() || landlock_enter(profile, places, n, err)) &&
           seccomp_enter(profile, err);
}
