# SPDX-License-Identifier: Apache-2.0
"""The built programs are hardened: what each flag of meson.build does is looked for in them.

Position independence, full RELRO, no executable stack, control-flow protection, checked copies
(_FORTIFY_SOURCE=3), stack protector, stack clash protection. The
positive control compiles one small program with every flag and once more without each of them: the
same look must miss exactly that one. And the process that has the network runs as a user of its own.
"""
import os
import pwd
import re
import subprocess
import sys
import tempfile

from network import PROGRAMS, Network, Report, program

PRODUCTS = ("node", "link", "coordinator", "analyst")

# What the flags act on: a copy whose size is known at run time, an array on the stack, a frame of
# several pages.
SAMPLE = """
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern void give(void *);
__attribute__((noinline)) void give(void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }
__attribute__((noinline)) void large_frame(void) { char pages[65536]; give(pages); }
int main(int argc, char **argv)
{
    char *copy = malloc((size_t)argc * 3);
    char small[32];
    if (!copy)
        return 1;
    memcpy(copy, argv[0], (size_t)argc * 2);
    strncpy(small, argv[0], sizeof(small) - 1);
    give(small);
    give(copy);
    large_frame();
    return 0;
}
"""
FLAGS = {
    "position independent": ("-fPIE -pie", "-fno-pie -no-pie"),
    "RELRO": ("-Wl,-z,relro", "-Wl,-z,norelro"),
    "bound at the start": ("-Wl,-z,now", "-Wl,-z,lazy"),
    "no executable stack": ("-Wl,-z,noexecstack", "-Wl,-z,execstack"),
    "control flow": ("-fcf-protection", "-fcf-protection=none"),
    "checked copies": ("-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3", "-U_FORTIFY_SOURCE"),
    "stack protector": ("-fstack-protector-strong", "-fno-stack-protector"),
    "stack clash": ("-fstack-clash-protection", "-fno-stack-clash-protection"),
}


def output(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def looks(path):
    """Name -> is it so in this program?"""
    headers, dynamic = output("readelf", "-Wlh", path), output("readelf", "-Wd", path)
    symbols = output("readelf", "-Ws", "--dyn-syms", path)
    stack = re.search(r"GNU_STACK.*", headers)
    code = output("objdump", "-d", "--no-show-raw-insn", path)
    return {
        "position independent": "DYN (" in headers and "PIE" in dynamic,
        "RELRO": "GNU_RELRO" in headers,
        "bound at the start": "BIND_NOW" in dynamic or "NOW" in dynamic,
        "no executable stack": bool(stack) and "RWE" not in stack.group(0),
        "control flow": not x86() or bool(re.search(r"<main>:\n[^\n]*endbr64", code)),
        "checked copies": bool(re.search(r"__(memcpy|strncpy|memset|snprintf|read|memmove)_chk", symbols)),
        "stack protector": "__stack_chk_fail" in symbols,
        "stack clash": not x86() or bool(re.search(r"sub +\$0x1000,%rsp\s+[0-9a-f]+:\s+or[ql] +\$0x0,", code)),
    }


def x86():
    return os.uname().machine == "x86_64"


def compiled(folder, name, flags):
    source, path = os.path.join(folder, "sample.c"), os.path.join(folder, name)
    with open(source, "w", encoding="ascii") as file:
        file.write(SAMPLE)
    subprocess.run(["cc", "-O2", "-Wl,--build-id=none", *" ".join(flags).split(), source, "-o", path],
                   check=True, stderr=subprocess.DEVNULL)
    return path


def control(report, folder):
    """Each flag taken away alone is missed, and nothing else is."""
    every = {name: on for name, (on, _) in FLAGS.items()}
    report.row(all(looks(compiled(folder, "all", every.values())).values()), "with every flag the look finds all")
    for name, (_, off) in FLAGS.items():
        flags = [off if n == name else on for n, on in every.items()]
        found = looks(compiled(folder, "without", flags))
        missed = sorted(n for n, is_so in found.items() if not is_so)
        report.equal(missed, [name], "without the flag of \"%s\" the look misses it" % name)


def built_flags():
    """The compiler's flags of the product, as ninja runs it."""
    commands = output("ninja", "-C", os.environ["RIKSTAL_BUILD"], "-t", "commands", PROGRAMS["node"])
    return [line for line in commands.split("\n") if " -c " in line and "node/main.c" in line][0]


def versions(report):
    """One number, of the tree, in every program."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    wanted = output(os.path.join(root, "proto", "base", "version.sh"), "0.2.0").strip()
    told = {name: output(program(name), "--version").split()[1] for name in PRODUCTS}
    report.equal(sorted(set(told.values())), [wanted], "every program says --version " + wanted)


def process_of(network, word):
    """(the effective user and the mode of seccomp) of the one process of this network with the word in its command."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, encoding="utf-8") as file:
                line = file.read().split("\0")
            with open("/proc/%s/status" % pid, encoding="ascii") as file:
                status = dict(row.split(":\t", 1) for row in file.read().splitlines() if ":\t" in row)
        except (OSError, UnicodeDecodeError):
            continue
        if line[0].endswith(word) and any(network.folder in part for part in line):
            found.append((int(status["Uid"].split()[1]), int(status["Seccomp"])))
    return found[0] if len(found) == 1 else found


def users(report):
    """Where root starts a node, the process with the network is another user, who owns the TLS files alone."""
    if os.getuid() != 0:
        report.note("who link runs as: only root can start it as another user, so this was not tried")
        return
    nobody = pwd.getpwnam("nobody").pw_uid
    with Network("users", regions=("01",)) as network:
        node = network.nodes["01"]
        for folder in (network.folder, os.path.dirname(node.folder), node.folder):
            os.chmod(folder, 0o711)
        with open(os.path.join(node.folder, "node.conf"), "a", encoding="ascii") as file:
            file.write("\n[link]\nuser = nobody\n")
        network.start()
        report.equal(process_of(network, "rikstal-link"), (nobody, 2), "link runs as the user of [link] user, under a filter")
        owned = {name for name in os.listdir(node.folder) if os.stat(os.path.join(node.folder, name)).st_uid == nobody}
        report.equal(owned, {"tls"}, "who owns nothing of the node but its TLS files")


def main():
    if os.environ.get("RIKSTAL_SMALL"):
        print("skipped: an instrumented build has no _FORTIFY_SOURCE and other frames")
        sys.exit(77)
    report = Report("hardening of the built programs")
    for name in PRODUCTS:
        for what, is_so in looks(program(name)).items():
            report.row(is_so, "%s: %s" % (PROGRAMS[name].rsplit("/", 1)[1], what))
    versions(report)
    users(report)
    flags = built_flags()
    for flag in ("-D_FORTIFY_SOURCE=3", "-ftrivial-auto-var-init=zero", "-fstack-clash-protection"):
        report.row(flag in flags, "compiled with " + flag)
    with tempfile.TemporaryDirectory(prefix="rikstal-hardening-") as folder:
        control(report, folder)
    report.close()


if __name__ == "__main__":
    main()
