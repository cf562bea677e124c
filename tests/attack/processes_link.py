# SPDX-License-Identifier: Apache-2.0
"""T2 on the network: the TLS records that a node sends while it answers, seen by who carries them.

A relay between node and coordinator forwards bytes and notes the length of every TLS record from the
node; it can read nothing else. The largest record of an answer holds it; HTTP/2 frames of flow control
(13 and 17 bytes) come in records of their own or in the same one, as timing has it, never as data has it.
"""
import contextlib
import socket
import threading
import time

from processes_world import both, code, either, everybody

CONTROL = {13 * a + 17 * b for a in range(5) for b in range(3)}  # WINDOW_UPDATE, PING
SIGMA = 50
WARM = 140  # questions before: the number of a frame is a varint, and from 128 on it has one length for long


class Relay:
    """Forwards connections to the target; `records` are lengths from the node, in their order."""

    def __init__(self, target):
        self.host, port = target.rsplit(":", 1)
        self.port, self.records = int(port), []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                node, _ = self.socket.accept()
                there = socket.create_connection((self.host, self.port))
                for source, sink, note in ((node, there, self.records), (there, node, None)):
                    threading.Thread(target=self.pump, args=(source, sink, note), daemon=True).start()

    @staticmethod
    def pump(source, sink, note):
        held = b""
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)
                held += data if note is not None else b""
                while len(held) >= 5 and len(held) >= 5 + (size := int.from_bytes(held[3:5], "big")):
                    note.append(size)
                    held = held[5 + size:]
        sink.close()


def tls(report, world, region):
    """Questions one at a time, nobody and all in turns."""
    world.start_coordinator("--rate", "0")  # more questions than an analyst may ask
    there = world.listen
    relay = Relay(there)
    world.listen = relay.address
    world.nodes[region].start()
    world.listen = there
    world.wait_connected([region])
    turn = 9000
    for _ in range(WARM):
        world.post(world.askers[0].seal(world, [region], code("q"), SIGMA))
    for what, n, criterion in (("count", report.sized(4, 30, 200), code),
                               ("long expression", report.sized(2, 8, 50),
                                lambda c: either(*[both(code(c), everybody(9900 + k)) for k in range(12)]))):
        found = {"m": [], "z": []}
        for i in range(2 * n):
            turn += 1
            sealed = world.askers[0].seal(world, [region], both(criterion("mz"[i % 2]), everybody(turn)), SIGMA)
            before = len(relay.records)
            status, document = world.post(sealed)
            time.sleep(0.02)
            good = status == 200 and document["regions"][0]["state"] in ("value", "suppressed")
            found["mz"[i % 2]].append(max(relay.records[before:]) if good else 0)
        sizes = {c: min(found[c]) for c in found}
        extra = {size - sizes[c] for c in found for size in found[c]}
        report.row("T2", sizes["m"] == sizes["z"] > 1000 and extra <= CONTROL, "%d and %d B" % (sizes["z"], sizes["m"]), "one size",
                   "TLS record of the answer, %s: nobody and all match; %d answers, up to %d B of flow control beside it"
                   % (what, 2 * n, max(extra)))
