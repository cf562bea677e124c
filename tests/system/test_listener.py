#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The coordinator's listener under attack: alone, and behind haproxy with deploy/haproxy/rikstal.cfg.

A node with an enrolled certificate that opens and resets streams as fast as it can fills the memory
of a coordinator without a proxy (the control), and not of one behind it. A listener that descriptors
have run out on is noticed by the coordinator's own probe, which ends the process."""
import contextlib
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import time

from network import Analyst, Network, Process, Report, free_port, program, run, small_country, wait_until

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
RSS_MOST_MB = 300
FLOOD_S = 4
CONTROL_S = 30  # it ends when the memory is full
QUESTION = "diagnosis under icd10:C50"


def rss_mb(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) // 1024


def frame(kind, flags, stream, body):
    return struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + body


def text(index, value):
    """An HPACK literal without indexing (RFC 7541, section 6.2.2); the names are in the static table."""
    return bytes([index, len(value)]) + value


HEADERS = (bytes([0x83, 0x87]) + text(0x04, b"/rikstal.v1.Coordinator/Link") + text(0x01, b"localhost")
           + bytes([0x0F, 0x10, 16]) + b"application/grpc" + bytes([0, 2]) + b"te" + bytes([8]) + b"trailers")


def dial(port, tls):
    """A TLS connection as this node; tls None: without a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if tls:
        context.load_cert_chain(os.path.join(tls, "node.crt"), os.path.join(tls, "node.key"))
    context.set_alpn_protocols(["h2"])
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=5), server_hostname="localhost")


def flood(port, tls, pids, seconds=FLOOD_S):
    """Streams that are reset at once, over one connection after the other, until a process of these has more than
    RSS_MOST_MB; (streams, most MB)."""
    until, streams, most = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until and most <= RSS_MOST_MB:
        try:
            with dial(port, tls) as sock:
                sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b""))
                stream = 1
                while time.monotonic() < until and most <= RSS_MOST_MB:
                    sock.sendall(b"".join(frame(1, 4, stream + 2 * i, HEADERS)
                                          + frame(3, 0, stream + 2 * i, struct.pack(">I", 8)) for i in range(500)))
                    stream, streams = stream + 1000, streams + 500
                    most = max([most] + [rss_mb(pid) for pid in pids])
        except OSError:
            pass  # the other side has hung up: the next one
    return streams, max([most] + [rss_mb(pid) for pid in pids])


class Proxied(Network):
    """A network whose nodes dial in through haproxy."""

    def __enter__(self):
        self.proxy = None
        self.outside = {"RIKSTAL_NODES": "127.0.0.1:%d" % free_port(), "RIKSTAL_ANALYSTS": "127.0.0.1:%d" % free_port()}
        return super().__enter__()

    def start_coordinator(self, *words):
        super().start_coordinator("--behind-proxy", "--http-host", "coordinator.example", *words)
        config = os.path.join(ROOT, "deploy", "haproxy", "rikstal.cfg")
        env = dict(os.environ, RIKSTAL_TLS=os.path.join(self.home, "tls"), RIKSTAL_LINK=self.listen, RIKSTAL_HTTP=self.http, **self.outside)
        checked = subprocess.run([haproxy(), "-c", "-f", config], env=env, capture_output=True, text=True, timeout=30, check=False)
        self.config_is_valid = checked.returncode == 0
        self.proxy = Process("haproxy", self.log("haproxy"), [haproxy(), "-db", "-f", config], env=env)
        self.listen = self.outside["RIKSTAL_NODES"]
        wait_until("haproxy", lambda: self.answers(self.listen))

    @staticmethod
    def answers(address):
        host, port = address.rsplit(":", 1)
        with socket.socket() as sock:
            return sock.connect_ex((host, int(port))) == 0

    def stop(self):
        super().stop()
        if self.proxy:
            self.proxy.stop()


def haproxy():
    return shutil.which("haproxy") or "/usr/sbin/haproxy"


def status_of(port, host, path):
    """The HTTP status that haproxy's side for analysts gives; TLS as a browser has it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=5)) as sock:
        sock.sendall(("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (path, host)).encode())
        return int(sock.recv(65536).split(b" ")[1])


def behind_a_proxy(report, network, anna):
    report.row(network.config_is_valid, "haproxy takes deploy/haproxy/rikstal.cfg")
    asked = anna.ask(QUESTION, "--sigma", "5")
    report.row(asked.code == 0 and {r["state"] for r in asked.report["regions"]} <= {"value", "suppressed"}, "a question goes through the proxy",
               ", ".join(r["state"] for r in asked.report["regions"]))
    port, link = (int(network.outside[name].rsplit(":", 1)[1]) for name in ("RIKSTAL_ANALYSTS", "RIKSTAL_NODES"))
    report.equal([status_of(port, *row) for row in (("coordinator.example", "/api/v1/nodes"), ("coordinator.example", "/api/v1/roster"),
                                                    ("coordinator.example", "/metrics"), ("attacker.example", "/api/v1/nodes"))],
                 [200, 401, 404, 421], "of the API analysts reach what is theirs, and under its own name")
    try:
        with dial(link, None) as sock:
            sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b""))
            stranger = sock.recv(100)
    except OSError:
        stranger = b""
    report.equal(stranger, b"", "without a certificate nobody is let in")
    streams, most = flood(link, os.path.join(network.nodes["01"].folder, "tls"), [network.process.pid, network.proxy.pid])
    report.row(most < RSS_MOST_MB and streams > 10000, "%d streams opened and reset leave coordinator and haproxy below %d MB"
               % (streams, RSS_MOST_MB), "%d MB" % most)
    report.row(set(network.states().values()) == {"connected"}, "and the links stay")


def alone(report):
    """The controls: what the proxy is for; and what the coordinator does itself."""
    with Network("alone", regions=("01",)) as network:
        network.start()
        port = int(network.listen.rsplit(":", 1)[1])
        streams, most = flood(port, os.path.join(network.nodes["01"].folder, "tls"), [network.process.pid], CONTROL_S)
        report.row(most > RSS_MOST_MB, "control: without a proxy %d streams fill the memory" % streams, "%d MB" % most)
    with Network("few", regions=("01",)) as network:
        done = run("coordinator", "serve", "--dir", network.home, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--status",
                   "127.0.0.1:0", codes=None, prefix=("prlimit", "--nofile=1023:1023"))
        report.row(done.code == 2 and "1024 are needed" in done.err, "with too few descriptors it does not start", done.err.strip())
        network.start_coordinator("--probe", "1", prefix=("prlimit", "--nofile=1024:1024"))
        time.sleep(3)
        report.row(network.process.alive(), "a listener that answers is left alone")
        host, port = network.listen.rsplit(":", 1)
        idle = []
        with contextlib.suppress(OSError):
            while len(idle) < 1100:
                idle.append(socket.create_connection((host, int(port)), timeout=5))
        code = network.process.wait(60)
        with open(network.log("coordinator"), encoding="utf-8") as file:
            told = file.read().count("event=listener_probe_failed")
        report.equal((code, told), (1, 3), "one that descriptors have run out on is noticed, and the process ends for its supervisor")
        for sock in idle:
            sock.close()


def main():
    report = Report(__doc__.split("\n")[0])
    with Proxied("proxied", regions=("01", "03")) as network:
        anna = Analyst(network, "anna", "north").enrol()
        small_country(network)
        network.start()
        behind_a_proxy(report, network, anna)
    alone(report)
    report.close()


if __name__ == "__main__":
    sys.exit(main())
