#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Questions and callers that must get nothing: at the HTTP port, at the link's port, at a keeper itself.

Promises: whatever is not signed by an analyst of the roster, is altered in any field or bit, out of
its time, for others, or too large ends in a code of the closed list, at the coordinator and again
at the keeper, which trusts no check but its own; nothing is charged for it. A replay of the same
bytes gives the same answer for nothing, with other bytes it is refused. Without the network's
certificate nobody gets a byte of an answer, and nobody takes a region's place.
"""
import base64
import json
import os
import random
import shutil
import socket
import ssl
import time

import wire
from keeper import Keeper
from network import PATIENCE_S, SMALL, Analyst, Network, Node, Process, Report, program, run, wait_until

HTTP_CODES = {"malformed", "audience", "signature", "speaker", "network", "time", "permit", "not-found", "method", "id-taken",
              "roster", "too-large", "type", "not-served", "too-many-open", "internal", "busy", "no-memory", "stopping",
              "storage", "not-ready"}
NODE_CODES = {"malformed", "not_authorised", "not_current", "permit", "vocabulary", "not_for_us", "replayed", "roster", "roster_stale", "policy", "held", "stopped",
              "no_policy", "witnesses", "budget", "rate", "work", "unsupported", "no_data", "no_release", "session", "participants", "timed_out", "failed"}
NAMES = {1: "version", 2: "network", 3: "id", 4: "organisation", 5: "analyst", 6: "role", 7: "purpose", 9: "dataset",
         10: "measure", 11: "mode", 12: "sigma", 13: "audience", 14: "roster version", 15: "start", 16: "expiry",
         17: "criterion"}
PEOPLE = "person,sex,birth_year,kind,code\n" + "".join(
    "p%d,%s,%d,diagnosis,icd10:E11\n" % (i, ("female", "male")[i % 2], 1950 + i % 60) for i in range(300))


def fresh(fields):
    """The question with a new id, valid now: what is changed in it afterwards is what is wrong."""
    now = int(time.time())
    fields = wire.put(fields, 3, wire.BYTES, os.urandom(16))
    return wire.put(wire.put(fields, 15, wire.FIXED64, now - 5), 16, wire.FIXED64, now + 120)


def nested(criterion, depth):
    """The criterion under so many NOTs (kind 3, one operand)."""
    return criterion + [[17, wire.BYTES, wire.pack([[1, wire.VARINT, 3], [2, wire.VARINT, 1]])]] * depth


def changes(template):
    """(what is wrong, altered fields, code at the coordinator, codes at the keeper); signed by the right key.

    The coordinator hands a question of the agreed form on, and the nodes decide: its code is then None.
    """
    now = int(time.time())
    rest = [f for f in template if f[0] != 17]
    criterion = [f for f in template if f[0] == 17]
    others = [f for f in template if f[0] != 13]

    def at(number, kind, value):
        return wire.put(template, number, kind, value)

    def steps(ops):
        return sorted(rest + ops, key=lambda f: f[0])

    def audience(*nodes):
        return sorted(others + [[13, wire.BYTES, n.encode()] for n in nodes], key=lambda f: f[0])
    yield "expired", wire.put(at(15, 1, now - 900), 16, 1, now - 600), "time", {"not_current"}
    yield "not valid yet", wire.put(at(15, 1, now + 600), 16, 1, now + 900), "time", {"not_current"}
    yield "valid for a year", at(16, 1, now + 31536000), "time", {"malformed", "not_current"}
    yield "of another network", at(2, 2, "elsewhere"), "network", {"not_for_us"}
    yield "under a permit that nobody has", at(8, 2, "nonsense"), "permit", {"permit"}
    yield "for a region that is not there", audience("99"), "not-served", {"not_for_us"}
    yield "for other regions only", audience("03"), None, {"not_for_us"}
    yield "for unsorted regions", audience("03", "01"), "audience", {"malformed"}
    yield "for a region twice", audience("01", "01"), "audience", {"malformed"}
    yield "for nobody", audience(), "audience", {"malformed", "not_for_us"}
    yield "in another's name", at(5, 2, "sven"), "speaker", {"not_authorised"}
    yield "for another organisation", at(4, 2, "south"), "speaker", {"not_authorised"}
    yield "in a role that is not hers", at(6, 2, "care-quality"), "speaker", {"not_authorised"}
    yield "in no role", at(6, 2, None), "speaker", {"not_authorised"}
    yield "for an unknown purpose", at(7, 2, "curiosity"), None, {"policy"}
    yield "of an unknown dataset", at(9, 2, "secret"), None, {"policy", "not_authorised"}
    yield "with a precision that is not for sale", at(12, 0, 1), "not-served", {"malformed"}
    yield "with no measure", at(10, 0, None), "malformed", {"malformed"}
    yield "with an unknown measure", at(10, 0, 99), "malformed", {"malformed"}
    yield "in a mode that is not built", at(11, 0, 2), "not-served", {"unsupported", "policy"}
    yield "in mode distinct", at(11, 0, 3), "not-served", {"policy"}
    yield "of a later version", at(1, 0, 2), "malformed", {"malformed"}
    yield "of an earlier vocabulary", at(23, 0, 1), None, {"vocabulary"}
    yield "of no vocabulary", at(23, 0, None), None, {"vocabulary"}
    yield "with a short id", at(3, 2, b"short"), "malformed", {"malformed"}
    yield "of an older roster", at(14, 0, 1), "roster", {"roster"}
    yield "of a roster to come", at(14, 0, 10**6), "roster", {"roster"}
    yield "with a field that nobody knows", template + [[99, 0, 1]], "malformed", {"malformed"}
    yield "with a field given twice", sorted(template + [[2, 2, b"test"]], key=lambda f: f[0]), "malformed", {"malformed"}
    yield "in another order", list(reversed(template)), "malformed", {"malformed"}
    yield "with a text too long", at(7, 2, "x" * 300), "malformed", {"malformed"}
    yield "with 70,000 bytes in a field", at(8, 2, "x" * 70000), "malformed", {"malformed"}
    yield "with 500 steps", steps(criterion * 500), "malformed", {"malformed"}
    yield "nested 100 deep", steps(nested(criterion, 100)), None, {"malformed"}
    yield "with a step of no kind", steps([[17, 2, wire.pack([[1, 0, 77]])]]), None, {"malformed"}
    yield "with operands that are not there", steps(nested([], 1)), None, {"malformed"}


def forged(template, key, other):
    """(what is wrong, envelope): signatures that do not hold."""
    good = wire.pack(fresh(template))
    sealed = wire.unpack(wire.seal(key, good))
    yield "without a signature", wire.pack(wire.put(sealed, 4, wire.BYTES, None))
    yield "with an empty signature", wire.pack(wire.put(sealed, 4, wire.BYTES, b""))
    yield "with zeros for a signature", wire.pack(wire.put(sealed, 4, wire.BYTES, bytes(64)))
    yield "without a key", wire.pack(wire.put(sealed, 3, wire.BYTES, None))
    yield "by an unknown key", wire.seal(wire.Key(os.urandom(32)), good)
    yield "by another analyst's key", wire.seal(other, good)
    yield "by an unknown key under hers", wire.envelope(wire.DOMAIN_QUESTION, good, key.id,
                                                       wire.Key(os.urandom(32)).sign(wire.signed_bytes(wire.DOMAIN_QUESTION, good)))
    yield "signed for another purpose", wire.envelope(wire.DOMAIN_QUESTION, good, key.id,
                                                     key.sign(wire.signed_bytes("rikstal-roster-v1", good)))
    yield "in another domain", wire.seal(key, good, "rikstal-answer-v1")
    large = (int.from_bytes(wire.get(sealed, 4)[32:], "little") + wire.L).to_bytes(32, "little")
    yield "with a signature made malleable", wire.pack(wire.put(sealed, 4, wire.BYTES, wire.get(sealed, 4)[:32] + large))
    for number, name in NAMES.items():
        altered = [list(f) for f in fresh(template)]
        field = next(f for f in altered if f[0] == number)
        if field[1] == wire.BYTES:
            field[2] = bytes([field[2][0] ^ 1]) + field[2][1:]
        else:
            field[2] ^= 1
        payload = wire.pack(altered)
        yield "altered in its " + name, wire.envelope(wire.DOMAIN_QUESTION, payload, key.id, wire.get(sealed, 4))


# ---- the HTTP port ------------------------------------------------------------------------------


def code_of(reply):
    return reply[1].get("code") if isinstance(reply[1], dict) else None


def region_codes(reply):
    return {r.get("code") for r in reply[1].get("regions", [])} if isinstance(reply[1], dict) else set()


def at_http(report, network, template, key, other):
    for name, sealed in forged(template, key, other):
        reply = network.post(sealed)
        good = reply[0] in (400, 403) and code_of(reply) in {"signature", "speaker", "malformed"}
        report.row(good, "HTTP refuses a question " + name, "" if good else reply)
    for name, fields, code, codes in changes(fresh(template)):
        if name != "with a short id":
            fields = [[3, wire.BYTES, os.urandom(16)] if f[0] == 3 else f for f in fields]
        reply = network.post(wire.seal(key, wire.pack(fields)))
        if code is None:
            told = region_codes(reply)
            good = reply[0] == 200 and told and told <= codes | ({None} if name == "for other regions only" else set())
        else:
            good = code_of(reply) == code and reply[0] in (400, 403, 409, 422)
        report.row(good, "HTTP and nodes refuse a question " + name, "" if good else (reply, code))


def bodies(report, network):
    post = "/api/v1/questions"
    cases = [
        ("no JSON", network.call("POST", post, "hello"), 400, "malformed"),
        ("an empty body", network.call("POST", post, ""), 400, "malformed"),
        ("JSON cut short", network.call("POST", post, '{"envelope": "AAAA'), 400, "malformed"),
        ("a list", network.call("POST", post, "[1]"), 400, "malformed"),
        ("an unknown member", network.call("POST", post, '{"envelope": "AAAA", "also": 1}'), 400, "malformed"),
        ("a member twice", network.call("POST", post, '{"envelope": "AAAA", "envelope": "BBBB"}'), 400, "malformed"),
        ("no base64", network.call("POST", post, '{"envelope": "?!"}'), 400, "malformed"),
        ("random bytes", network.post(os.urandom(300)), 400, "malformed"),
        ("deep JSON", network.call("POST", post, "[" * 60000), 400, "malformed"),
        ("a body of 200,000 bytes", network.call("POST", post, " " * 200000), 413, "too-large"),
        ("another type", network.call("POST", post, "{}", "text/plain"), 415, "type"),
        ("another method", network.call("PUT", post, "{}"), 405, "method"),
        ("another path", network.get("/api/v1/secrets"), 404, "not-found"),
        ("an unknown id", network.get(post + "/" + "00" * 16), 404, "not-found"),
        ("no id", network.get(post + "/../../etc/passwd"), 404, "not-found"),
    ]
    for name, reply, status, code in cases:
        good = reply[0] == status and code_of(reply) == code
        report.row(good, "HTTP refuses " + name, "" if good else reply)


def replays(report, network, template, key, before):
    """The same bytes again are the same question; the same id with other bytes is another's."""
    fields = wire.put(fresh(template), 12, wire.VARINT, 20)
    sealed = wire.seal(key, wire.pack(fields))
    first, again = network.post(sealed), network.post(sealed)
    report.row(first[0] == again[0] == 200 and first[1]["regions"] == again[1]["regions"],
               "the same bytes again give the same answer")
    replayed = network.post(wire.seal(key, wire.pack(wire.put(fields, 12, wire.VARINT, 50))))
    report.row(replayed[0] == 409 and code_of(replayed) == "id-taken", "its id with other bytes is refused", replayed[0])
    after = {r: n.ledger() for r, n in network.nodes.items()}
    report.row(all(after[r].charges == before[r].charges + 1 for r in after), "and it was charged once")
    return sealed, fields


# ---- the keeper itself ---------------------------------------------------------------------------


def closed(answer):
    return answer is not None and answer.state in (3, 4, 7) and answer.code in NODE_CODES and not answer.cells and not answer.charged


def at_keeper(report, network, template, key, other, asked_before):
    node = network.nodes["01"]
    node.stop()
    before = node.ledger()
    with Keeper(node.folder, network.log("keeper")) as keeper:
        for name, sealed in forged(template, key, other):
            answer = keeper.asked(sealed, dropped="empty" in name)
            good = answer is None and "empty" in name or closed(answer) and answer.code in {"not_authorised", "malformed"}
            report.row(good, "the keeper refuses a question " + name, "" if good else answer and vars(answer))
        for name, fields, _, codes in changes(fresh(template)):
            answer = keeper.asked(wire.seal(key, wire.pack(fields)))
            good = closed(answer) and answer.code in codes
            report.row(good, "the keeper refuses a question " + name, "" if good else answer and vars(answer))
        flips(report, keeper, wire.seal(key, wire.pack(fresh(template))))
        frames(report, keeper)
        shut_in(report, keeper)
        sealed, fields = asked_before
        answer = keeper.asked(wire.seal(key, wire.pack(wire.put(fields, 12, wire.VARINT, 50))))
        report.row(closed(answer) and answer.code == "replayed", "the keeper knows an id that was used")
        answer = keeper.asked(sealed)
        report.row(answer and answer.state == 1, "and answers the bytes that it was used for")
    after = node.ledger()
    report.row(after == before, "nothing of all that is charged at the keeper")
    mutants(report, node, template, key, network.log("keeper-mutants"))
    node.start()
    network.wait_connected()


def flips(report, keeper, sealed):
    """One bit of every byte of a good envelope."""
    chance = random.Random(3)
    n = 0
    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1 << chance.randrange(8)
        keeper.ask(bytes(altered))
        n += 1
    answers = keeper.answers_until_ping().values()
    bad = [vars(a) for a in answers if not closed(a)]
    report.row(not bad, "one bit altered in each of %d bytes: never answered" % n,
               bad[:1] if bad else "%d refused, %d dropped" % (len(answers), n - len(answers)))


def mutants(report, node, template, key, log):
    """An enrolled analyst with malice: payloads with a byte altered, cut or doubled, signed as they are."""
    chance, before, n = random.Random(5), node.ledger(), 0
    with Keeper(node.folder, log) as keeper:
        for at in range(0, len(wire.pack(template)), 3 if SMALL else 1):
            for change in (*(lambda b, bit=bit: bytes([b ^ 1 << bit]) for bit in chance.sample(range(8), 3)),
                           lambda b: b"", lambda b: bytes([b, b])):
                payload = wire.pack(fresh(template))
                keeper.ask(wire.seal(key, payload[:at] + change(payload[at]) + payload[at + 1:]))
                n += 1
        answers = keeper.answers_until_ping(1.5).values()
        report.row(keeper.end() == 0, "%d payloads altered and signed by an analyst: the keeper lives on" % n)
    after = node.ledger()
    report.row(all(closed(a) or a.state == 1 for a in answers) and after.sound and
               after.node_spent - before.node_spent == after.charged_nrho - before.charged_nrho and
               after.released <= after.charges, "and its ledger adds up", "%d of them were other good questions" %
               (after.charges - before.charges))


def frames(report, keeper):
    """Frames of nonsense are dropped, and the next one is heard."""
    for frame in (b"\xff" * 50, os.urandom(200), wire.pack([[1, 0, 1]]), wire.pack([[6, 2, b""]]),
                  wire.pack([[99, 2, b"x"]]), wire.pack([[10, 2, os.urandom(60)]])):
        keeper.raw(frame)
    report.equal(keeper.answers_until_ping(), {}, "the keeper drops frames of nonsense and lives on")


def shut_in(report, keeper):
    """The process itself, and not only the library's test: its filter is in force and it leaves no core."""
    with open("/proc/%d/status" % keeper.child.pid, encoding="ascii") as file:
        status = dict(line.strip().partition(":\t")[::2] for line in file)
    with open("/proc/%d/limits" % keeper.child.pid, encoding="ascii") as file:
        core = next(line.split()[4:6] for line in file if line.startswith("Max core file size"))
    report.equal((status.get("Seccomp"), status.get("NoNewPrivs"), core), ("2", "1", ["0", "0"]),
                 "the keeper serves behind its filter, with no new privileges and no core")


def endless(report, network):
    """A length that no frame has ends the keeper: the stream cannot be trusted any more."""
    node = network.nodes["03"]
    node.stop()
    for name, length in (("0 bytes", b"\0\0\0\0"), ("2 GiB", b"\x7f\xff\xff\xff")):
        with Keeper(node.folder, network.log("keeper-long")) as keeper:
            keeper.ours.sendall(length + bytes(100))
            code = keeper.child.wait(PATIENCE_S)
        report.row(code > 0, "a frame of %s ends the keeper with an error, by itself" % name, code)
    node.start()
    network.wait_connected()


# ---- the link's port ------------------------------------------------------------------------------


def application_bytes(network, cert=None, ca=None, version=None, plain=False):
    """What comes back after a handshake and the first bytes of HTTP/2: bytes, or why not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    if version:
        context.minimum_version = context.maximum_version = version
    if cert:
        context.load_cert_chain(*cert)
    host, port = network.listen.rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port)), timeout=PATIENCE_S if cert else 5) as raw:
            with raw if plain else context.wrap_socket(raw, server_hostname="localhost") as sock:
                sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
                return sock.recv(1000)
    except (ssl.SSLError, ConnectionError, TimeoutError, BrokenPipeError) as error:
        return type(error).__name__


def strangers(report, network):
    with Network("elsewhere", ["01"]) as foreign:
        theirs = os.path.join(foreign.nodes["01"].folder, "tls")
        ours = os.path.join(network.nodes["01"].folder, "tls")
        member = [os.path.join(ours, "node.crt"), os.path.join(ours, "node.key")]
        good = application_bytes(network, member)
        report.row(isinstance(good, bytes) and good, "a member's certificate gets an answer (so the others could)", good)
        for name, how in (("no certificate", {}), ("a certificate of a foreign CA", {"cert": [os.path.join(theirs, "node.crt"), os.path.join(theirs, "node.key")]}),
                          ("no TLS", {"plain": True}), ("a member's certificate over TLS 1.2", {"cert": member, "version": ssl.TLSVersion.TLSv1_2})):
            got = application_bytes(network, **how)
            report.row(not isinstance(got, bytes) or not got, "a client with %s gets no byte" % name, got)
        node = foreign.nodes["01"]
        log = network.log("foreign")
        process = Process("foreign", log, [program("node"), "serve", "--dir", node.folder, "--coordinator", network.listen])
        told = wait_until("the foreign node to say why", lambda: [l for l in reads(log) if "level=warn" in l or "level=error" in l])
        report.row("01" in network.states() and network.states()["01"] == "connected" and "link_up" not in "".join(reads(log)),
                   "a node of another network does not get in", told[-1].strip()[-140:])
        process.stop()


def handshake_of_link(network, version):
    """What a coordinator that knows this version of TLS alone sees of a member's link: the version, or its failure."""
    ours = os.path.join(network.home, "tls")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(ours, "coordinator.crt"), os.path.join(ours, "coordinator.key"))
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2"])
    node = network.nodes["03"]
    node.stop()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)
        process = Process("dialling", network.log("dialling"),
                          [program("node"), "serve", "--dir", node.folder, "--coordinator", "127.0.0.1:%d" % server.getsockname()[1]])
        try:
            raw, _ = server.accept()
            with raw, context.wrap_socket(raw, server_side=True) as sock:
                return sock.version()
        except ssl.SSLError as error:
            return error.reason
        finally:
            process.stop()
            node.start()


def only_tls_1_3(report, network):
    report.equal(handshake_of_link(network, ssl.TLSVersion.TLSv1_3), "TLSv1.3", "link takes a coordinator with TLS 1.3")
    report.equal(handshake_of_link(network, ssl.TLSVersion.TLSv1_2), "UNSUPPORTED_PROTOCOL", "and none with TLS 1.2 alone")
    network.wait_connected()


def reads(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.readlines()


def impostor(report, network, name, prepare):
    """A second node that says it is 01, against the one that is."""
    impostor_node = Node(network, "fake-" + name)
    run("node", "init", "--dir", impostor_node.folder, "--region", "01", "--network", network.name)
    prepare(impostor_node.folder)
    since = [n["since"] for n in network.get("/api/v1/nodes")[1]["nodes"] if n["node"] == "01"]
    seen = len(reads(network.log("coordinator")))
    log = network.log("impostor-" + name)
    process = Process(name, log, [program("node"), "serve", "--dir", impostor_node.folder, "--coordinator", network.listen])
    told = wait_until("the coordinator to refuse " + name,
                      lambda: [l for l in reads(network.log("coordinator"))[seen:] if "link_refused" in l])
    still = [n["since"] for n in network.get("/api/v1/nodes")[1]["nodes"] if n["node"] == "01"]
    report.row(still == since and network.states()["01"] == "connected" and network.nodes["01"].process.alive(),
               "a second node for region 01 with %s is refused, the first one stays" % name,
               told[0].split("reason=")[-1].strip())
    said = wait_until("its reason", lambda: [l for l in reads(log) if "code=denied" in l])
    report.row("level=warn" in said[0] or "level=error" in said[0], "and is told why", said[0].strip()[-120:])
    process.stop()


def second_node(report, network):
    first, third = network.nodes["01"].folder, network.nodes["03"].folder
    folder = os.path.join(network.folder, "nodes", "second")
    request = os.path.join(network.folder, "second.request")
    with open(request, "w", encoding="utf-8") as file:
        file.write(run("node", "init", "--dir", folder, "--region", "01", "--network", network.name).out)
    done = run("coordinator", "enrol", "--dir", network.home, request, codes=None)
    report.row(done.code != 0 and "--replace" in done.err, "a second key for region 01 is not enrolled", done.err.strip()[:140])

    def member(folder, source):
        for name in ("roster", "roots"):
            shutil.copy(os.path.join(first, name), os.path.join(folder, name))
        shutil.copytree(os.path.join(source, "tls"), os.path.join(folder, "tls"), dirs_exist_ok=True)
    impostor(report, network, "a copied certificate", lambda folder: member(folder, first))
    impostor(report, network, "another region's certificate", lambda folder: member(folder, third))


def main():
    report = Report(__doc__.splitlines()[0])
    with Network("test", ["01", "03"]) as network:
        anna = Analyst(network, "anna", "north").enrol()
        sven = Analyst(network, "sven", "south").enrol()
        for node in network.nodes.values():
            node.import_csv(PEOPLE)
            node.publish()
        network.start()
        template = template_of(network, anna)
        keys = wire.Key.read(anna.key), wire.Key.read(sven.key)
        before = {r: n.ledger() for r, n in network.nodes.items()}
        at_http(report, network, template, *keys)
        bodies(report, network)
        report.row({r: n.ledger() for r, n in network.nodes.items()} == before, "nothing of all that is charged")
        asked = replays(report, network, template, keys[0], before)
        at_keeper(report, network, template, *keys, asked)
        endless(report, network)
        strangers(report, network)
        only_tls_1_3(report, network)
        second_node(report, network)
        good = network.post(wire.seal(keys[0], wire.pack(fresh(template))))
        report.row(good[0] == 200 and {r["state"] for r in good[1]["regions"]} <= {"value", "suppressed"}, "and a good question is answered as before")
        for node in network.nodes.values():
            report.equal(node.run("audit verify", codes=None).code, 0, "the audit log of %s verifies" % node.region)
    report.close()


def template_of(network, analyst):
    """The fields of a good question, as the analyst's own command made them."""
    asked = analyst.ask("diagnosis under icd10:E11 and sex = female")
    with open(asked.receipt, encoding="utf-8") as file:
        payload = wire.payload_of(base64.b64decode(json.load(file)["envelope"]))
    fields = wire.unpack(payload)
    assert wire.pack(fields) == payload
    return fields


if __name__ == "__main__":
    main()
