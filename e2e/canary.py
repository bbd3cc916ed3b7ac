"""Nothing that a client or a server sends may turn up in what the proxy says of itself.

    python3 e2e/canary.py

Words that exist nowhere else ("canaries") are sent in header fields, queries, bodies, trailers, malformed heads and TLS
handshakes, from both sides; then all output is searched for each: standard output and error, the access log, the metrics
page, the live page's data, /status and the other answers of the admin port, the dump of SIGQUIT, and the answers that the proxy makes itself.
Searched for in plain, in hexadecimal and in base64. What may be logged (path, model, a sane x-request-id, the engine's
own error message) has no canary but for the last, which is looked for in its one place.
"""

import base64
import collections
import contextlib
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import harness

LOUD = """
handlers = java.util.logging.ConsoleHandler
.level = ALL
java.util.logging.ConsoleHandler.level = ALL
"""
ALL_OPTIONS = ["--access-log-client", "full", "--usage", "inject", "--forwarded", "on", "--via", "gauge", "--max-headers", "30",
               "--request-head-timeout", "1s", "--request-body-idle-timeout", "1s", "--response-head-timeout", "2s"]


class Canaries:
    """Makes the words, and finds them again."""

    def __init__(self):
        self.placed = {}

    def new(self, place):
        word = f"kanari{len(self.placed):03d}vogel"
        self.placed[word] = place
        return word

    def found(self, text):
        """Places whose word is in a text, in whatever form."""
        lower = text.lower()
        return sorted({place for word, place in self.placed.items() if any(form in lower for form in forms(word))})


def forms(word):
    raw = word.encode()
    yield word
    yield raw.hex()
    for shift in range(3):
        # the middle of its base64 is the same wherever the word begins
        coded = base64.b64encode(b"x" * shift + raw + b"xxx").decode()
        yield coded[4:-8].lower()


class Upstream(threading.Thread):
    """Answers by the path, with canaries of its own."""

    def __init__(self, canaries):
        super().__init__(daemon=True)
        new = canaries.new
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.engines_own_message = "this is what the engine says of kanarienmeldung"
        secret = f"set-cookie: s={new('answer: cookie')}\r\nx-inner: {new('answer: field')}\r\n{new('answer: name of a field')}: 1\r\n"
        chat = json.dumps({"object": "chat.completion", "model": "tiny", "choices": [{"index": 0, "message": {
            "role": "assistant", "content": new("answer: text")}, "finish_reason": "stop"}]})
        event = "data: " + json.dumps({"object": "chat.completion.chunk", "model": "tiny", "choices": [{"index": 0, "delta": {
            "content": new("answer: text of a stream")}}]}) + "\n\n"
        unread = "data: {" + new("answer: broken JSON") + "\n\n"
        told = "data: " + json.dumps({"error": {"message": self.engines_own_message, "code": new("answer: code of an error")}}) + "\n\n"
        error = json.dumps({"error": {"message": self.engines_own_message, "type": "bad", "param": new("answer: error's param"),
                                      "trace": new("answer: error's trace")}, "detail": new("answer: error's detail")})
        odd = json.dumps({"oops": new("answer: an error in no known form")})
        self.answers = {
            "/v1/chat/completions": whole("200 OK", "application/json", chat, secret),
            "/v1/completions": whole("200 OK", "text/event-stream", event + unread + told, secret),
            "/v1/messages": whole("400 Bad Request", "application/json", error, secret),
            "/v1/responses": whole("500 Oops", "application/json", odd, secret),
            "/generate": whole("502 " + new("answer: reason phrase"), "text/html", "<p>" + new("answer: page of an error"), secret),
            "/bad/line": f"HTP/9 {new('answer: bad status line')}\r\n\r\n",
            "/bad/field": f"HTTP/1.1 200 OK\r\nx: {new('answer: NUL in a field')}\0\r\n\r\n",
            "/bad/length": f"HTTP/1.1 200 OK\r\ncontent-length: {new('answer: bad length')}\r\n\r\n",
            "/bad/chunk": f"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{new('answer: bad chunk')}\r\n",
            "/bad/short": f"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{new('answer: cut short')}",
            "/bad/101": f"HTTP/1.1 101 {new('answer: unasked 101')}\r\nupgrade: x\r\n\r\n",
            "/upgrade": f"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n{new('answer: upgraded bytes')}",
            "/silent": "",
        }
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.socket.accept()[0]
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = client.recv(65536)
                if not piece:
                    return
                head += piece
            path = head.split(b" ")[1].split(b"?")[0].decode()
            client.settimeout(0.2)
            with contextlib.suppress(socket.timeout):
                while client.recv(65536):
                    pass
            client.sendall(self.answers.get(path, self.answers["/generate"]).encode("latin-1"))
            client.settimeout(3 if path == "/silent" else 0.3)
            with contextlib.suppress(socket.timeout):
                client.recv(65536)


def whole(status, kind, body, fields):
    return (f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{fields}connection: close\r\n\r\n{body}")


def requests(upstream, new):
    """What clients send, one connection each."""
    secret = (f"Host: {new('Host')}.example\r\nAuthorization: Bearer {new('Authorization')}\r\nCookie: c={new('Cookie')}\r\n"
              f"X-Api-Key: {new('X-Api-Key')}\r\n{new('name of a field')}: 1\r\nUser-Agent: {new('User-Agent')}\r\n"
              f"Referer: {new('Referer')}\r\nX-Forwarded-For: {new('X-Forwarded-For')}\r\nx-request-id: not sane {new('x-request-id')}\r\n"
              f"traceparent: 00-{new('traceparent')}\r\nProxy-Authorization: Basic {new('Proxy-Authorization')}\r\n")
    body = json.dumps({"model": "tiny", "messages": [{"role": "user", "content": new("body: prompt")}], "user": new("body: user"),
                       "metadata": {"key": new("body: metadata")}, "stream": False, "prompt": new("body: text")})
    for path in upstream.answers:
        yield f"POST {path}?key={new('query')} HTTP/1.1\r\n{secret}Content-Length: {len(body)}\r\n\r\n{body}"
    yield f"GET /upgrade HTTP/1.1\r\n{secret}Connection: upgrade\r\nUpgrade: {new('Upgrade')}\r\n\r\n{new('upgraded bytes')}"
    yield f"GET http://u:{new('userinfo')}@host/v1/models?{new('query of an absolute form')} HTTP/1.1\r\nHost: x\r\n\r\n"
    yield f"POST /v1/completions HTTP/1.1\r\n{secret}Content-Length: 999\r\n\r\n{new('body that stands still')}"
    yield f"POST /v1/completions HTTP/1.1\r\n{secret}Content-Length: 20\r\n\r\n{{{new('body: no JSON')}"[:-1]
    yield (f"POST /v1/completions HTTP/1.1\r\n{secret}Transfer-Encoding: chunked\r\n\r\n1;{new('chunk extension')}\r\n{{\r\n"
           f"0\r\nt: {new('trailer')}\r\n\r\n")
    yield f"POST /v1/completions HTTP/1.1\r\n{secret}Transfer-Encoding: chunked\r\n\r\n{new('bad chunk')}\r\n"
    yield f"POST /v1/completions HTTP/1.1\r\n{secret}Transfer-Encoding: {new('bad coding')}\r\n\r\n"
    yield f"{new('bad method')}[ / HTTP/1.1\r\n{secret}\r\n"
    yield f"GET /\x01{new('bad target')} HTTP/1.1\r\n{secret}\r\n"
    yield f"GET / HTTP/{new('bad version')}\r\n{secret}\r\n"
    yield f"GET / HTTP/1.1\r\n{secret} {new('folded line')}\r\n\r\n"
    yield f"GET / HTTP/1.1\r\n{secret}x y: {new('bad name')}\r\n\r\n"
    yield f"GET / HTTP/1.1\r\n{secret}x: {new('NUL in a value')}\0\r\n\r\n"
    yield f"GET / HTTP/1.1\r\n{secret}Content-Length: {new('bad length')}\r\n\r\n"
    yield f"GET / HTTP/1.1\r\n{secret}Host: {new('second Host')}\r\n\r\n"
    yield f"GET / HTTP/1.1\r\n{secret}" + "".join(f"h{i}: {new('one of too many fields')}\r\n" for i in range(30)) + "\r\n"
    yield f"GET /{new('line that is too long') * 2000} HTTP/1.1\r\n{secret}\r\n"
    yield f"GET / HTTP/1.1\r\n{secret}x: {new('head that does not end')}"
    yield new("no HTTP at all") + "\r\n\r\n"
    yield f"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{new('HTTP/2 that is none')}"


def ask(port, text, tls=None):
    """Everything that comes back."""
    answer = b""
    with contextlib.suppress(OSError):
        with socket.create_connection(("127.0.0.1", port), 5) as plain:
            with tls.wrap_socket(plain) if tls else contextlib.nullcontext(plain) as client:
                client.sendall(text.encode("latin-1"))
                client.settimeout(5)
                while piece := client.recv(65536):
                    answer += piece
    return answer.decode("latin-1")


def admin(port, path, **fields):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=fields)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(answer.headers) + answer.read().decode()
    except urllib.error.HTTPError as refused:
        return str(refused.headers) + refused.read().decode()


def run(checks, name, folder, options, tls_files=None, java=""):
    canaries = Canaries()
    upstream = Upstream(canaries)
    before = os.environ.get("STREAMGAUGE_JAVA_OPTS")
    os.environ["STREAMGAUGE_JAVA_OPTS"] = " ".join(filter(None, [before, java]))
    out = open(pathlib.Path(folder) / f"{name}.out", "w+b")
    try:
        with harness.Proxy(f"http://127.0.0.1:{upstream.port}", folder, *options, stdout=out) as proxy:
            ours = talk(canaries, upstream, proxy, tls_files)
            time.sleep(1.2)
            proxy.process.send_signal(signal.SIGQUIT)
            harness.wait_until(lambda: "JNI global refs" in proxy.errors_path.read_text(errors="replace"), 20, "the dump")
    finally:
        os.environ.pop("STREAMGAUGE_JAVA_OPTS")
        if before is not None:
            os.environ["STREAMGAUGE_JAVA_OPTS"] = before
    out.seek(0)
    log = out.read().decode()
    errors = proxy.errors_path.read_text(errors="replace")
    outcomes = collections.Counter(json.loads(line)["outcome"] for line in log.splitlines())
    checks.that(all(outcomes[each] for each in ("ok", "caller_invalid", "upstream_error", "upstream_reset", "upstream_stream_error")),
                f"{name}: requests of all kinds were logged", str(dict(outcomes)))
    for what, text in {"access log": log, "standard error": errors, **ours}.items():
        found = canaries.found(text)
        checks.that(not found, f"{name}: {what} has no canary", "; ".join(found[:8]))
    told = [json.loads(line) for line in log.splitlines() if "kanarienmeldung" in line]
    checks.that(told and all(list(line for line in each if "kanarienmeldung" in str(each[line])) == ["error"] for each in told),
                f"{name}: the engine's own message stands in the field error alone", f"{len(told)} lines")
    checks.that("kanarienmeldung" not in errors + "".join(ours.values()), f"{name}: and nowhere else")


def talk(canaries, upstream, proxy, tls_files):
    """Sends all of it; returns what the proxy itself answered."""
    context = None
    if tls_files:
        context = ssl.create_default_context(cafile=tls_files[0])
        context.check_hostname = False
        for junk in ("GET / HTTP/1.1\r\nAuthorization: %s\r\n\r\n", "\x16\x03\x01\x00\x20%s%s", "%s"):
            word = canaries.new("TLS handshake that is none")
            ask(proxy.port, junk.replace("%s", word))
        hello = ssl.create_default_context(cafile=tls_files[0])
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", proxy.port), 5) as plain:
            hello.wrap_socket(plain, server_hostname=canaries.new("SNI") + ".example").close()
    refusals, texts = [], list(requests(upstream, canaries.new))
    threads = [threading.Thread(target=lambda text=text: refusals.append(ask(proxy.port, text, context))) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    # what comes from the server carries its words on; ours are known by their form
    own = "".join(answer for answer in refusals if '"type":"caller_invalid"' in answer or '"type":"upstream_' in answer
                  or '"type":"proxy_error"' in answer)
    bad = canaries.new("admin: query"), canaries.new("admin: path"), canaries.new("admin: Authorization"), canaries.new("admin: bad head")
    pages = admin(proxy.admin_port, f"/status?{bad[0]}", Authorization=f"Bearer {bad[2]}", Accept=bad[2])
    pages += admin(proxy.admin_port, f"/{bad[1]}") + ask(proxy.admin_port, f"{bad[3]}\r\n\r\n")
    pages += ask(proxy.admin_port, f"GET /\x01{bad[3]} HTTP/1.1\r\nx y: {bad[3]}\r\n\r\n")
    pages += admin(proxy.admin_port, "/readyz")
    return {"our own answers": own, "admin port": pages, "metrics page": proxy.admin("/metrics"), "live page": live(proxy),
            "OpenMetrics page": proxy.admin("/metrics", "application/openmetrics-text")}


def live(proxy):
    """The live page's data up to the second snapshot."""
    text = ""
    with urllib.request.urlopen(f"http://127.0.0.1:{proxy.admin_port}/api/live", timeout=10) as answer:
        while text.count("event: snapshot") < 2:
            text += answer.readline().decode()
    return text


def certificate(folder):
    """With openssl, which is on any machine that has Python's ssl; None where it is not."""
    files = str(pathlib.Path(folder) / "cert.pem"), str(pathlib.Path(folder) / "key.pem")
    try:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return files


def finds_what_is_there(checks):
    """A search that finds nothing would pass."""
    canaries = Canaries()
    raw = canaries.new("place").encode()
    for form in (raw.decode(), raw.hex().upper(), base64.b64encode(b"Bearer " + raw + b" etc.").decode()):
        checks.that(canaries.found(f"before{form}after") == ["place"], "the search finds " + form)


def main():
    checks = harness.Checks("canary")
    finds_what_is_there(checks)
    with tempfile.TemporaryDirectory() as folder:
        run(checks, "as it is", folder, [])
        loud = pathlib.Path(folder) / "loud.properties"
        loud.write_text(LOUD)
        run(checks, "all options, all levels", folder, ALL_OPTIONS, java=f"-Djava.util.logging.config.file={loud}")
        files = certificate(folder)
        if files:
            tls = ["--tls-cert", files[0], "--tls-key", files[1], "--max-headers", "30"]
            run(checks, "TLS, all levels", folder, tls, files, java=f"-Djava.util.logging.config.file={loud}")
        else:
            harness.say("     no openssl here: not over TLS")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
