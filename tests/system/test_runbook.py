#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The runbook, executed: every command block, in its order, as its reader would run it.

Promises: each command of deploy/runbook.md ends with 0 in a network that knows nothing but what the
page says; a node joins, renews, rotates, is stopped, backed up and restored by these lines alone, and
answers an analyst at the end; the auditor's check holds. A change of the roster that waits for a second
root key is not lost to another. And every command that a page of this tree names in its text exists,
with the verb and the options that it is named with.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile

from network import Process, Report, program, run, wait_until

TREE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BLOCK = re.compile(r"^( *)```sh (\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`(rikstal(?:-node|-coordinator)?) ([a-z_]+)([^`]*)`")
PEOPLE = "person,sex,birth_year,kind,code\n" + "".join(
    "p%d,female,%d,diagnosis,icd10:E11\n" % (i, 1940 + i % 60) for i in range(200))
FILES = {"persons.csv": PEOPLE, "icd10.csv": "code,label\nE11,Type 2 diabetes mellitus\n", "person.txt": "p7\n",
         "consents.csv": "person,opted_out\np8,yes\n"}


def blocks(text):
    """(who, lines) of every block; a block within a list is indented with it."""
    for indent, who, body in BLOCK.findall(text):
        yield who, [line[len(indent):] for line in body.splitlines()]


class Desk:
    """A folder in which the persons of the runbook work, each with a home of their own."""

    def __init__(self, folder):
        self.folder = folder
        # an address: a bare machine may know no localhost
        self.names = {"C": self.path("C"), "D": self.path("D"), "N": "rikstal", "R": "12", "HOST": "127.0.0.1",
                      "PORT": "", "URL": ""}
        self.coordinator = self.node = None
        self.ran = 0
        os.makedirs(self.path("bin"))
        for name in ("node", "coordinator", "analyst"):
            os.symlink(program(name), self.path("bin", os.path.basename(program(name))))
        os.symlink(os.path.join(TREE, "deploy"), self.path("deploy"))
        for name, text in FILES.items():
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(text)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def environment(self, who):
        home = self.path("home", who)
        os.makedirs(home, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("RIKSTAL_")}
        return dict(kept, HOME=home, PATH=self.path("bin") + ":" + os.environ["PATH"], **self.names)

    def read(self, *parts):
        with open(self.path(*parts), "rb") as file:
            return file.read()

    def logged(self):
        return self.read("node.log").decode("utf-8", "replace")

    def serve_coordinator(self):
        self.coordinator = Process("coordinator", self.path("coordinator.log"), [
            program("coordinator"), "serve", "--dir", self.names["C"], "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--status", "127.0.0.1:0",
            "--http-host", self.names["HOST"]])
        for name in ("listen", "http"):
            wait_until("the coordinator", lambda n=name: os.path.exists(self.path("C", n)) and self.read("C", n))
        self.names["PORT"] = self.read("C", "listen").decode().strip().rsplit(":", 1)[1]
        self.names["URL"] = "http://" + self.read("C", "http").decode().strip()

    def serve_node(self):
        seen = self.logged().count("event=link_up") if self.node else 0
        self.node = Process("node", self.path("node.log"), [program("node"), "serve", "--dir", self.names["D"]])
        wait_until("the node's link", lambda: self.logged().count("event=link_up") > seen)

    def stop(self):
        for process in (self.node, self.coordinator):
            if process:
                process.stop()

    def edit_policy(self):
        with open(self.path("new", "policy.json"), encoding="utf-8") as file:
            policy = json.load(file)
        policy["version"] += 1
        with open(self.path("new", "policy.json"), "w", encoding="utf-8") as file:
            json.dump(policy, file)

    def acts(self):
        """What the test does in the place of a line: nothing that runs on would end."""
        return {'rikstal-coordinator serve --dir "$C" --http-host "$HOST"': self.serve_coordinator,
                'rikstal-node serve --dir "$D"': self.serve_node, "# start the node": self.serve_node,
                "# stop the node": lambda: self.node.stop(), "# edit new/policy.json": self.edit_policy}

    def settle(self):
        """A changed roster is at the running node, and in its log."""
        if self.node and self.node.alive():
            wait_until("the roster at the node", lambda: self.read("C", "roster") == self.read("D", "roster"))

    def run(self, report, who, lines):
        acts, script = self.acts(), []
        for line in lines + ["# end"]:
            if line not in acts and line != "# end":
                script.append(line)
                continue
            if script:
                self.shell(report, who, "\n".join(script))
            script = []
            if line in acts:
                acts[line]()
        self.settle()

    def shell(self, report, who, script):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, capture_output=True, text=True,
                              timeout=120, check=False, env=self.environment(who), stdin=subprocess.DEVNULL)
        self.ran += len([line for line in script.splitlines() if not line.startswith("#")])
        if done.returncode:
            report.row(False, "%s: %s" % (who, script), "%d\n%s%s" % (done.returncode, done.stdout, done.stderr))


def check_runbook(report, folder):
    with open(os.path.join(TREE, "deploy", "runbook.md"), encoding="utf-8") as file:
        text = file.read()
    found = list(blocks(text))
    report.equal(text.count("```"), 2 * len(found), "every block says whose it is")
    service = Desk(folder)
    try:
        for who, lines in found:
            if who == "settings":
                named = re.findall(r"(\w+)=", "\n".join(line.split("#")[0] for line in lines))
                report.equal(sorted(named), sorted(service.names), "the names that the page sets are those of the test")
                continue
            before = report.failed
            tls = service.read("C", "tls", "coordinator.crt") if service.coordinator else None
            service.run(report, who, lines)
            if any("coordinator renew" in line for line in lines):
                report.row(tls != service.read("C", "tls", "coordinator.crt"), "the coordinator's certificate is new")
            if report.failed > before:
                break
        report.row(report.failed == 0, "every block ends with 0, in its order", "%d lines" % service.ran)
        check_end(report, service)
        check_drafts(report, service)
    finally:
        service.stop()


def check_end(report, service):
    """After all of it the network is one that answers."""
    shown = run("node", "policy", "check", "--dir", service.names["D"]).out
    report.row("national" in shown and "in force" in shown, "the policy of the end is in force, signed", shown.strip())
    status = run("node", "consent", "status", "--dir", service.names["D"]).out
    report.equal(status, "overlay 1, 1 persons\n", "the block survived backup and restore")
    home = os.path.join(service.path("home", "analyst"), ".config", "rikstal")
    shutil.copy(service.path("anna.cert"), home)
    done = run("analyst", "ask", "diagnosis under icd10:E11 and age >= 20", "--json", codes=None,
               env={"HOME": service.path("home", "analyst"), "RIKSTAL_CONFIG": os.path.join(home, "config")})
    report.row(done.code == 0, "and an analyst is answered", done.err.strip() or done.out[-300:] if done.code else "")
    charges = sum(json.loads(line)["type"] == "charge"
                  for line in run("node", "audit", "export", "--dir", service.names["D"]).out.splitlines())
    report.equal(charges, 2, "its log has gone on through rotation and restore: the first charge and the last")


def check_drafts(report, service):
    """Root keys in several hands: nothing that waits is lost to another change."""
    def change(verb, *words, codes=(0,)):
        return run("coordinator", "roster", verb, "--dir", service.path("three"), *words, codes=codes)

    def names():
        return {o["id"] for o in json.loads(change("show", "--json").out)["organisations"]}

    report.equal(names(), {"east"}, "two of three holders make a roster")
    change("add-organisation", "--id", "west", "--name", "West", "--root-dir", service.path("first"))
    report.equal(names(), {"east"}, "one of them does not")
    for keys in (["first"], ["first", "third"]):
        words = [word for key in keys for word in ("--root-dir", service.path(key))]
        change("add-organisation", "--id", "south", "--name", "South", *words, codes=(4,))
    change("sign", "--root-dir", service.path("third"))
    report.equal(names(), {"east", "west"}, "while a draft waits no other change is taken, and none is lost")
    change("sign", "--root-dir", service.path("third"), codes=(2,))


def check_names(report):
    """Commands in running text."""
    programs = {"rikstal": "analyst", "rikstal-node": "node", "rikstal-coordinator": "coordinator"}
    pages, helps, wrong, named = 0, {}, [], 0
    for path in glob.glob(os.path.join(TREE, "*.md")) + glob.glob(os.path.join(TREE, "*", "**", "*.md"), recursive=True):
        if os.path.relpath(path, TREE).startswith("build"):
            continue
        pages += 1
        with open(path, encoding="utf-8") as file:
            text = BLOCK.sub("", file.read())
        for name, command, rest in NAMED.findall(text):
            key = (name, command)
            if key not in helps:
                done = run(programs[name], command, "--help", codes=None)
                helps[key] = done.out if done.code == 0 else None
            words = re.findall(r"(?<!\S)--[a-z-]+", rest)
            verb = re.match(r" ([a-z-]+)(?:[ |]|$)", rest)
            words = [word for word in words + ([verb.group(1)] if verb else []) if word != "--help"]
            named += 1
            wrong += ["%s: %s %s %s" % (os.path.relpath(path, TREE), name, command, word or "")
                      for word in ([None] if helps[key] is None else [w for w in words if w not in helps[key]])]
    report.row(not wrong and named > 20, "commands in the text of %d pages exist" % pages, "; ".join(wrong) or named)


def main():
    report = Report(__doc__.splitlines()[0])
    check_names(report)
    folder = tempfile.mkdtemp(prefix="rikstal-runbook-")
    try:
        check_runbook(report, folder)
    finally:
        if os.environ.get("RIKSTAL_KEEP"):
            print("kept: " + folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    report.close()


main()
