"""Starts another proxy before a server's port: its defaults, HTTP/1.1 (kept alive) or HTTP/2 on either side, with TLS or without, nothing
buffered."""

import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess

import harness

ENVOY = """
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: @PORT@}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: strict
          codec_type: @CODEC@
          route_config:
            virtual_hosts:
            - {name: all, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: server, timeout: 0s}}]}
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
@CLIENT_TLS@  clusters:
  - name: server
    type: STATIC
    connect_timeout: 5s
@TO_SERVER@@SERVER_TLS@    load_assignment:
      cluster_name: server
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: @SERVER@}}}}]}]
"""
NGINX = """
daemon off;
pid @FOLDER@/pid;
error_log stderr crit;
events {}
http {
  access_log off;
  client_max_body_size 0;
  client_body_temp_path @FOLDER@/1; proxy_temp_path @FOLDER@/2; fastcgi_temp_path @FOLDER@/3;
  uwsgi_temp_path @FOLDER@/4; scgi_temp_path @FOLDER@/5;
  upstream server { server 127.0.0.1:@SERVER@ max_fails=0; keepalive 8; }
  server {
    listen 127.0.0.1:@PORT@ @CODEC@ @CLIENT_TLS@;
    location / {
@TO_SERVER@
@SERVER_TLS@
    }
  }
}
"""
HAPROXY = """
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  retries 0
frontend clients
  bind 127.0.0.1:@PORT@ @CODEC@ @CLIENT_TLS@
  default_backend servers
backend servers
  server one 127.0.0.1:@SERVER@ @TO_SERVER@ @SERVER_TLS@
"""
ENVOY_TO_HTTP2 = """    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
"""
ENVOY_CLIENT_TLS = """      transport_socket:
        name: tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            alpn_protocols: ["@ALPN@"]
            tls_certificates: [{certificate_chain: {filename: @CERT@}, private_key: {filename: @KEY@}}]
"""
ENVOY_SERVER_TLS = """    transport_socket:
      name: tls
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
        sni: @NAME@
        common_tls_context: {alpn_protocols: ["@ALPN@"], validation_context: {trusted_ca: {filename: @CA@}}}
"""
NGINX_CLIENT_TLS = "ssl; ssl_certificate @CERT@; ssl_certificate_key @KEY@"
NGINX_SERVER_TLS = """      grpc_ssl_trusted_certificate @CA@;
      grpc_ssl_verify on;
      grpc_ssl_server_name on;
      grpc_ssl_name @NAME@;
"""
HAPROXY_CLIENT_TLS = "ssl crt @BOTH@ alpn @ALPN@"
HAPROXY_SERVER_TLS = "ssl verify required ca-file @CA@ sni str(@NAME@) alpn @ALPN@"
NGINX_TO_HTTP1 = """
      proxy_pass http://server;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_next_upstream off;
"""
# What takes HTTP/1.1 or HTTP/2 or either of clients, and what speaks it to the server.
CODECS = {
    "envoy": {"h1": ("HTTP1", ""), "h2": ("HTTP2", ENVOY_TO_HTTP2), "any": ("AUTO", "")},
    "nginx": {"h1": ("", NGINX_TO_HTTP1), "h2": ("http2", "      grpc_pass grpc://server; grpc_next_upstream off;")},
    "haproxy": {"h1": ("", ""), "h2": ("proto h2", "proto h2"), "any": ("", "")},
}
# Towards clients, towards the server.
TLS = {
    "envoy": (ENVOY_CLIENT_TLS, ENVOY_SERVER_TLS),
    "nginx": (NGINX_CLIENT_TLS, NGINX_SERVER_TLS),
    "haproxy": (HAPROXY_CLIENT_TLS, HAPROXY_SERVER_TLS),
}
KINDS = {
    "envoy": (ENVOY, ["--concurrency", "1", "-l", "off", "--disable-hot-restart", "-c"], "--version"),
    "nginx": (NGINX, ["-e", "stderr", "-c"], "-v"),
    "haproxy": (HAPROXY, ["-db", "-f"], "-v"),
}


@dataclasses.dataclass
class Certificates:
    """Files in PEM: who signs, a certificate for `name`, and its key."""

    ca: pathlib.Path
    cert: pathlib.Path
    key: pathlib.Path
    name: str

    @classmethod
    def made(cls, folder):
        """By openssl, for localhost, signed by itself; None without openssl."""
        if not shutil.which("openssl"):
            return None
        cert, key = pathlib.Path(folder) / "certificate.pem", pathlib.Path(folder) / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], check=True, stderr=subprocess.DEVNULL)
        return cls(cert, cert, key, "localhost")

    def fill(self, text, folder, speaks):
        both = pathlib.Path(folder) / "both.pem"
        both.write_text(self.cert.read_text() + self.key.read_text())
        for key, value in (("CA", self.ca), ("CERT", self.cert), ("KEY", self.key), ("BOTH", both), ("NAME", self.name),
                           ("ALPN", "h2" if speaks == "h2" else "http/1.1")):
            text = text.replace(f"@{key}@", str(value))
        return text


def program(name):
    folder = os.environ.get("E2E_PEERS")
    found = shutil.which(name, path=folder) if folder else shutil.which(name)
    if not found:
        raise SystemExit(f"{name}: not found (expected: in E2E_PEERS, or on PATH)")
    return found


def version(name):
    said = subprocess.run([program(name), KINDS[name][2]], capture_output=True, text=True, timeout=20)
    found = re.search(r"\b(\d+\.\d+\.\d+)\b", said.stdout + said.stderr)
    return found[1] if found else "?"


class Peer:
    """One running proxy of another make."""

    def __init__(self, name, server_port, folder, client="h1", server="h1", client_tls=None, server_tls=None):
        own = pathlib.Path(folder) / "-".join([name, client, server, *(["tls"] if client_tls or server_tls else [])])
        own.mkdir(exist_ok=True)
        self.port = harness.free_port()
        text, options, _ = KINDS[name]
        to_clients = client_tls.fill(TLS[name][0], own, client) if client_tls else ""
        to_server = server_tls.fill(TLS[name][1], own, server) if server_tls else ""
        codec = CODECS[name][server][1].replace("grpc://", "grpcs://" if server_tls else "grpc://")
        for key, value in (("CODEC", CODECS[name][client][0]), ("TO_SERVER", codec),
                           ("CLIENT_TLS", to_clients), ("SERVER_TLS", to_server), ("PORT", self.port), ("SERVER", server_port), ("FOLDER", own)):
            text = text.replace(f"@{key}@", str(value))
        file = own / ("envoy.yaml" if name == "envoy" else "conf")
        file.write_text(text)
        with open(own / "err", "wb") as errors:
            self.process = subprocess.Popen([program(name), *options, str(file)], stdin=subprocess.DEVNULL,
                                            stdout=errors, stderr=errors)
        harness.wait_until(lambda: harness.accepts(self.port), 30, f"start of {name}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
