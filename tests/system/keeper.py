# SPDX-License-Identifier: Apache-2.0
"""A keeper alone, spoken to directly over its socketpair: what a captured link could do to it."""
import os
import select
import socket
import subprocess
import time

import wire
from network import PATIENCE_S, Broken, program

ASK, ANSWER, PING = 6, 7, 12


class Keeper:
    """`rikstal-node keeper` on a folder that nobody else serves; use as a context."""

    def __init__(self, folder, log):
        self.ours, theirs = socket.socketpair()
        # A leak checker looks in by ptrace at the end, which the keeper's sandbox does not allow.
        env = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
        with open(log, "ab") as file, theirs:
            self.child = subprocess.Popen([program("node"), "keeper", "--dir", folder, "--fd", str(theirs.fileno())],
                                          pass_fds=[theirs.fileno()], env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        self.ours.settimeout(PATIENCE_S)
        self.buffer = b""
        self.correlation = 0
        self.found = {}  # answers that came while we were sending

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Close the socketpair, as a link that ends does; the exit code."""
        self.ours.close()
        return self.child.wait(PATIENCE_S)

    def send(self, number, body):
        self.correlation += 1
        frame = wire.pack([[1, wire.VARINT, self.correlation], [number, wire.BYTES, body]])
        self.raw(frame)
        return self.correlation

    def raw(self, frame):
        """What is waiting is read first: a keeper whose answers nobody takes stops to listen."""
        while select.select([self.ours], [], [], 0)[0]:
            self.take(self.read(PATIENCE_S))
        self.ours.sendall(len(frame).to_bytes(4, "big") + frame)

    def take(self, frame):
        """Keep an answer; true for an echo."""
        if wire.get(frame, ANSWER) is not None:
            self.found[wire.get(frame, 1, 0)] = wire.Answer(wire.get(frame, ANSWER))
        return wire.get(frame, PING) is not None

    def ask(self, sealed, time_left_ms=20000):
        return self.send(ASK, wire.pack([[1, wire.BYTES, sealed], [2, wire.VARINT, time_left_ms]]))

    def read(self, seconds):
        """The next frame as fields, or None in time."""
        until = time.monotonic() + seconds
        while len(self.buffer) < 4 or len(self.buffer) < 4 + int.from_bytes(self.buffer[:4], "big"):
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.ours], [], [], left)[0]:
                return None
            more = self.ours.recv(1 << 16)
            if not more:
                raise Broken("the keeper ended")
            self.buffer += more
        size = int.from_bytes(self.buffer[:4], "big")
        frame, self.buffer = self.buffer[4:4 + size], self.buffer[4 + size:]
        return wire.unpack(frame)

    def answers_until_ping(self, grace_s=0.3):
        """Answers by correlation, of everything that was sent before now."""
        nonce = int.from_bytes(os.urandom(4), "big") | 1
        self.send(PING, wire.pack([[1, wire.VARINT, nonce]]))
        echoed = False
        while True:
            frame = self.read(grace_s if echoed else PATIENCE_S)
            if frame is not None:
                echoed = self.take(frame) or echoed
            elif echoed:
                found, self.found = self.found, {}
                return found
            else:
                raise Broken("the keeper does not echo")

    def asked(self, sealed, dropped=False):
        """One question's answer, however long it takes; a frame that may be dropped has none: None."""
        correlation = self.ask(sealed)
        while not dropped and correlation not in self.found:
            frame = self.read(PATIENCE_S)
            if frame is None:
                raise Broken("the keeper does not answer")
            self.take(frame)
        return self.answers_until_ping().get(correlation)
