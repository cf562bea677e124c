# SPDX-License-Identifier: Apache-2.0
"""The service units: systemd takes them, the programs take their command lines, the users exist.

systemd-analyze reads each unit as the service manager would, with the built program in place of the
installed one; its own measure of exposure (0 is none, 10 is all) stays below a bound. The controls:
a misspelled directive and a unit without its walls are both found.
"""
import glob
import os
import pwd
import re
import subprocess
import sys
import tempfile
import time

from network import Network, Report, program

UNITS = os.path.join(os.path.dirname(__file__), "..", "..", "deploy", "systemd")
PROGRAMS = {"/usr/bin/rikstal-node": "node", "/usr/bin/rikstal-coordinator": "coordinator"}
EXPOSURE_MOST = 50  # tenths


def units():
    return sorted(glob.glob(os.path.join(UNITS, "*.service")))


def placed(folder, unit, change=lambda text: text):
    """A copy whose programs are the built ones, as the manager reads it when they are installed."""
    text = change(text_of(unit))
    for installed, name in PROGRAMS.items():
        text = text.replace(installed, os.path.abspath(program(name)))
    path = os.path.join(folder, os.path.basename(unit))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def verify(path):
    """What the service manager would complain of."""
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--generators=no", path], capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout + done.stderr


def exposure(path):
    """Tenths, by systemd's own weights."""
    said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", path], capture_output=True, text=True,
                          check=False)
    found = re.search(r"Overall exposure level for \S+: (\d+)\.(\d)", said.stdout)
    return int(found.group(1) + found.group(2)) if found else 100


def text_of(unit):
    with open(unit, encoding="utf-8") as file:
        return file.read()


def command(unit):
    return re.search(r"^ExecStart=(.*)$", text_of(unit), re.M).group(1).split()


def known(words):
    """Does the program have this verb, and each option of the line?"""
    said = subprocess.run([program(PROGRAMS[words[0]]), words[1], "--help"], capture_output=True, text=True, check=True).stdout
    return all(word in said for word in words if word.startswith("--"))


def capabilities(unit):
    """The unit's bounding set as setpriv spells it."""
    names = re.search(r"^CapabilityBoundingSet=(.*)$", text_of(unit), re.M).group(1).lower().split()
    return ",".join(["-all"] + ["+" + name.removeprefix("cap_") for name in names])


def bounded(report, unit):
    """A node with these capabilities alone starts, gives link its user, and stops both children."""
    if os.getuid() != 0:
        report.note("the unit's capabilities: only root can give them away, so this was not tried")
        return
    with Network("units", regions=("01",)) as network:
        node = network.nodes["01"]
        for folder in (network.folder, os.path.dirname(node.folder), node.folder):
            os.chmod(folder, 0o711)
        with open(os.path.join(node.folder, "node.conf"), "a", encoding="ascii") as file:
            file.write("\n[link]\nuser = nobody\n")
        network.start_coordinator()
        node.start(prefix=("setpriv", "--no-new-privs", "--bounding-set", capabilities(unit)))
        network.wait_connected()
        with open("/proc/%d/status" % node.link(), encoding="ascii") as file:
            user = re.search(r"^Uid:\s(\d+)", file.read(), re.M).group(1)
        report.equal(int(user), pwd.getpwnam("nobody").pw_uid, "with the unit's capabilities alone, link gets its user")
        began = time.monotonic()
        report.equal(node.stop(), 0, "and SIGTERM ends the node in order")
        report.row(time.monotonic() - began < 15, "within 15 s: it may signal link, which is another user's")


def main():
    report = Report("service units: taken by systemd, walls and users")
    with tempfile.TemporaryDirectory() as folder:
        for unit in units():
            name, path = os.path.basename(unit), placed(folder, unit)
            code, said = verify(path)
            report.row(code == 0 and not said, "%s is taken by systemd %s" % (name, said))
            report.row(known(command(unit)), "%s: its command line is the program's" % name)
            tenths = exposure(path)
            report.row(tenths <= EXPOSURE_MOST, "%s: exposure %.1f, at most %.1f" % (name, tenths / 10, EXPOSURE_MOST / 10))
        path = placed(folder, units()[0], lambda text: text.replace("ProtectSystem=", "ProtectSytem="))
        code, said = verify(path)
        report.row("ProtectSytem" in said, "control: a misspelled directive is found")
        path = placed(folder, units()[0],
                      lambda text: re.sub(r"^(Protect|Private|Restrict|Capability|NoNew|User).*$", "", text, flags=re.M))
        report.row(exposure(path) > EXPOSURE_MOST, "control: a unit without walls is exposed")
    made = re.findall(r"^u (\S+)", text_of(os.path.join(UNITS, "rikstal-sysusers.conf")), re.M)
    named = {word for unit in units() for word in re.findall(r"^User=(\S+)", text_of(unit), re.M)}
    report.row(set(made) == named | {"rikstal-link"}, "each user of a unit, and link's own, is made")
    bounded(report, os.path.join(UNITS, "rikstal-node.service"))
    report.close()


if __name__ == "__main__":
    sys.exit(main())
