# SPDX-License-Identifier: Apache-2.0
"""walls: what each process of the product can reach once it is taken over.

Each process is the product's own, enclosed as always, with a runner of system calls planted where
its work begins (planted.c): keeper, link, import's reader, the serving coordinator. It tries every
key, the store, the ledger, other processes, sockets, programs and mounts. What got through is
compared with the threat model below, cell by cell. The control takes the sandbox away: then the
same attempts must get through, or they would show nothing.
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
BUILD = os.environ["RIKSTAL_BUILD"]
KEEPER, LINK, READER, COORDINATOR = PROCESSES = ("keeper", "link", "reader", "coordinator")
THROUGH, REFUSED, OTHERWISE = 40, 41, 42

# Who may reach what. The keeper has the node's folder as a whole, and is the process with the data;
# link's own files are its TLS files; the reader has nothing that was not open.
MODEL = {
    "read the node's signing key": {KEEPER}, "read the key of identities": {KEEPER},
    "read the snapshot": {KEEPER}, "read the store": {KEEPER}, "read the ledger": {KEEPER},
    "write the ledger": {KEEPER}, "write the policy": {KEEPER},
    "read link's TLS key": {KEEPER, LINK}, "write link's certificate": {KEEPER},
    "read the coordinator's TLS key": {COORDINATOR}, "read the coordinator's questions": {COORDINATOR},
    "write the coordinator's roster": {COORDINATOR}, "read the witness key": {COORDINATOR},
    "read a root key": set(), "read the CA's key": set(), "read another user's file": set(),
    "make a file elsewhere": set(), "memory of another process": set(), "signal another process": set(),
    "trace another process": set(), "connect": {LINK, COORDINATOR}, "listen": {COORDINATOR}, "Unix socket": set(),
    "start a program": set(), "make a process": set(), "new mount": set(), "file in memory": set(),
    "executable memory": set(),
}


def program(path):
    return os.path.join(BUILD, path)


def run(*words, **options):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise SystemExit("%s ended with %d\n%s" % (" ".join(map(str, words)), done.returncode, done.stderr))
    return done.stdout


class World:
    """A coordinator's and a node's folder, a victim to signal and a port to connect to."""

    def __init__(self, folder):
        self.folder = folder
        self.node, self.coordinator = os.path.join(folder, "node"), os.path.join(folder, "coordinator")
        node, coordinator = program("node/command/rikstal-node"), program("coordinator/command/rikstal-coordinator")
        self.root = self.path("root")
        run(coordinator, "init", "--dir", self.coordinator, "--network", "walls", "--root-dir", self.root)
        for name, words in (("request", (node, "init", "--dir", self.node, "--region", "01", "--network", "walls")),
                            ("response", (coordinator, "enrol", "--dir", self.coordinator, "--root-dir", self.root, self.path("request")))):
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(run(*words))
        run(node, "enrol", "--dir", self.node, self.path("response"))
        with open(self.path("persons.csv"), "w", encoding="ascii") as file:
            file.write("person,sex,birth_year,kind,code\np1,female,1950,diagnosis,icd10:E11\n")
        run(node, "import", "persons", self.path("persons.csv"), "--dir", self.node)
        run(node, "publish", "--dir", self.node)
        self.secret = self.path("secret")
        with open(self.secret, "w", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write("x")
        self.start_once()
        self.victim = subprocess.Popen(["sleep", "1000"])
        self.port = socket.create_server(("127.0.0.1", 0))

    def path(self, name):
        return os.path.join(self.folder, name)

    def start_once(self):
        """So that the ledger and the coordinator's state are there."""
        ours, theirs = socket.socketpair()
        with subprocess.Popen([program("node/command/rikstal-node"), "keeper", "--dir", self.node, "--fd", str(theirs.fileno())],
                              pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL) as keeper:
            theirs.close()
            ours.close()
            keeper.wait(60)
        words = [program("coordinator/command/rikstal-coordinator"), "serve", "--dir", self.coordinator, "--listen",
                 "127.0.0.1:0", "--http", "127.0.0.1:0", "--status", "127.0.0.1:0"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as serving:
            serving.stdout.readline(), serving.stdout.readline()
            serving.send_signal(signal.SIGTERM)
            serving.wait(60)

    def close(self):
        self.victim.kill()
        self.victim.wait()
        self.port.close()

    def attempts(self):
        """Target -> verb and argument of planted.c."""
        node, coordinator, root = self.node, self.coordinator, self.root
        return {
            "read the node's signing key": "read %s/keys/node.key" % node,
            "read the key of identities": "read %s/keys/pid.key" % node,
            "read the snapshot": "read %s/snapshot/current" % node,
            "read the store": "read %s/store.db" % node,
            "read the ledger": "read %s/ledger.db" % node,
            "write the ledger": "write %s/ledger.db" % node,
            "write the policy": "write %s/policy.json" % node,
            "read link's TLS key": "read %s/tls/node.key" % node,
            "write link's certificate": "write %s/tls/node.crt" % node,
            "read the coordinator's TLS key": "read %s/tls/coordinator.key" % coordinator,
            "read the coordinator's questions": "read %s/state.db" % coordinator,
            "write the coordinator's roster": "write %s/roster" % coordinator,
            "read the witness key": "read %s/witness.key" % coordinator,
            "read a root key": "read %s/root-1.key" % root,
            "read the CA's key": "read %s/ca.key" % root,
            "read another user's file": "read %s" % self.secret,
            "make a file elsewhere": "make %s" % self.path("made"),
            "memory of another process": "memory %d" % self.victim.pid,
            "signal another process": "signal %d" % self.victim.pid,
            "trace another process": "trace %d" % self.victim.pid,
            "connect": "connect %d" % self.port.getsockname()[1],
            "listen": "listen -", "Unix socket": "unix -", "start a program": "exec /bin/true",
            "make a process": "fork -", "new mount": "mount %s" % self.folder, "file in memory": "memfd -",
            "executable memory": "executable -",
        }

    def words(self, process, fd):
        if process == KEEPER:
            return [program("tests/attack/planted-node"), "keeper", "--dir", self.node, "--fd", str(fd)]
        if process == LINK:
            return [program("tests/attack/planted-link"), "--fd", str(fd), "--parent", str(os.getpid()), "--uid", str(os.getuid()),
                    "--gid", str(os.getgid()), "--node", "01", "--coordinator", "127.0.0.1:9", "--tls", os.path.join(self.node, "tls")]
        if process == READER:
            return [program("tests/attack/planted-import"), "import", "persons", self.path("persons.csv"), "--dir", self.node]
        return [program("tests/attack/planted-coordinator"), "serve", "--dir", self.coordinator, "--listen", "127.0.0.1:0",
                "--http", "127.0.0.1:0", "--status", "127.0.0.1:0"]

    def attempt(self, process, what, walls):
        """The exit code of the taken process; of one that a signal ended, 128 and its number."""
        env = dict(os.environ, RIKSTAL_ATTACK=what, **({} if walls else {"RIKSTAL_NO_WALLS": "1"}))
        ours, theirs = socket.socketpair()
        with ours, theirs:
            done = subprocess.run(self.words(process, theirs.fileno()), env=env, pass_fds=[theirs.fileno()], timeout=60,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        code = done.returncode if done.returncode >= 0 else 128 - done.returncode
        # exec of /bin/true ends with 0 when it went through.
        code = THROUGH if code == 0 and what.startswith("exec ") else code
        if code not in (THROUGH, REFUSED, OTHERWISE, 128 + signal.SIGSYS):
            raise SystemExit("%s, %s: exit %d\n%s" % (process, what, code, done.stderr.decode(errors="replace")))
        return code


def refuses_to_start(report, world):
    """A serving coordinator that could read a root or CA key does not serve."""
    told = []
    for name, place in (("ca.key", "tls/ca.key"), ("root-1.key", "root/root-1.key")):
        path = os.path.join(world.coordinator, place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(os.path.join(world.root, name), path)
        done = subprocess.run([program("coordinator/command/rikstal-coordinator"), "serve", "--dir", world.coordinator, "--listen",
                               "127.0.0.1:0", "--http", "127.0.0.1:0", "--status", "127.0.0.1:0"], capture_output=True, text=True, timeout=60, check=False)
        told.append(done.returncode == 4 and place in done.stderr)
        os.remove(path)
    report.row("W2", all(told), "%d of %d refused" % (sum(told), len(told)), "all", "serve with a root or CA key in its reach")


def reached(code):
    """An attempt that failed for another reason than a wall would have got through with better arguments."""
    return code in (THROUGH, OTHERWISE)


def table(found):
    print("what a taken process reaches (x), and what ends it (-) or is refused it (.)", file=sys.stderr)
    print("%-36s%s" % ("", "  ".join(PROCESSES)), file=sys.stderr)
    for target, codes in found.items():
        marks = ["x" if reached(codes[p]) else "." if codes[p] == REFUSED else "-" for p in PROCESSES]
        print("%-36s%s" % (target, "  ".join(m.center(len(p)) for m, p in zip(marks, PROCESSES))), file=sys.stderr)


def tried(world, walls):
    return {target: {process: world.attempt(process, what, walls) for process in PROCESSES}
            for target, what in world.attempts().items()}


def judge(report, found, control):
    wrong = ["%s %s" % (process, target) for target, codes in found.items() for process in PROCESSES
             if reached(codes[process]) != (process in MODEL[target])]
    cells = len(found) * len(PROCESSES)
    report.row("W1", not wrong, "%d of %d cells" % (cells - len(wrong), cells), "as the threat model says",
               "taken processes try keys, store, ledger, memory, sockets, signals, mounts" + "".join("; " + w for w in wrong[:4]))
    open_ = sum(reached(code) for codes in control.values() for code in codes.values())
    closed = ["%s %s" % (p, t) for t, codes in control.items() for p in PROCESSES if not reached(codes[p])]
    report.row("W1+", not closed, "%d of %d get through" % (open_, cells), "all, without the sandbox",
               "the same attempts without walls" + "".join("; " + c for c in closed[:4]))


def walls(report):
    with tempfile.TemporaryDirectory(prefix="rikstal-walls-") as folder:
        world = World(folder)
        try:
            found = tried(world, True)
            table(found)
            refuses_to_start(report, world)
            judge(report, found, tried(world, False))
        finally:
            world.close()
