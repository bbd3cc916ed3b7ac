"""An authority that signs certificates, by openssl; and what certificate a server shows."""

import pathlib
import socket
import ssl
import subprocess
import typing


class Pair(typing.NamedTuple):
    certificate: str
    key: str


class Authority:
    def __init__(self, folder, name):
        self.folder, self.name, self.count = pathlib.Path(folder), name, 0
        self._key("ca")
        self._openssl("req", "-x509", "-new", "-key", self._file("ca.key"), "-subj", f"/CN={name}", "-days", "30",
                      "-addext", "keyUsage=critical,keyCertSign", "-out", self._file("ca.crt"))
        self.certificate = self._file("ca.crt").read_text()

    def signs(self, names):
        """A new key and its certificate."""
        self.count += 1
        one = f"leaf-{self.count}"
        self._key(one)
        self._openssl("req", "-new", "-key", self._file(f"{one}.key"), "-subj", f"/CN={names[0]}", "-out", self._file(f"{one}.csr"))
        self._file(f"{one}.ext").write_text("subjectAltName=" + ",".join(f"DNS:{n}" for n in names) + "\nextendedKeyUsage=serverAuth\n")
        self._openssl("x509", "-req", "-in", self._file(f"{one}.csr"), "-CA", self._file("ca.crt"), "-CAkey", self._file("ca.key"),
                      "-CAcreateserial", "-days", "10", "-extfile", self._file(f"{one}.ext"), "-out", self._file(f"{one}.crt"))
        return Pair(self._file(f"{one}.crt").read_text(), self._file(f"{one}.key").read_text())

    def _key(self, name):
        self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self._file(f"{name}.key"))

    def _file(self, name):
        return self.folder / f"{self.name}-{name}"

    @staticmethod
    def _openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True)


def shown(address, port):
    """Whoever signed it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((address, port), 10) as plain, context.wrap_socket(plain) as secured:
        return secured.getpeercert(binary_form=True)
