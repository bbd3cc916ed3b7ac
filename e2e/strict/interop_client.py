"""gRPC's interop cases in Python, by grpcio alone: interop_client.py PORT CASE [CA NAME]. The test service's few messages are written by hand.

grpc-python publishes no interop client. The cases and their numbers are those that gRPC's interoperability tests describe.
"""

import pathlib
import sys
import threading

import grpc

SECONDS_MAX = 20
SERVICE = "/grpc.testing.TestService/"
REQUEST_SIZES = (27182, 8, 1828, 45904)
RESPONSE_SIZES = (31415, 9, 2653, 58979)
ODD_TEXT = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def field(number, value):
    """A number, or bytes; 0 and nothing are left out, as proto3 does."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value) if value else b""
    return varint(number << 3 | 2) + varint(len(value)) + value


def read(message):
    """Field number → its last value."""
    found, at = {}, 0

    def take():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    while at < len(message):
        key = take()
        length = take()
        found[key >> 3] = length if key & 7 == 0 else message[at:at + length]
        at += 0 if key & 7 == 0 else length
    return found


def payload(size):
    return field(2, b"\0" * size) if size else b""


def simple(response_size=0, size=0, status=None):
    return field(2, response_size) + (field(3, payload(size)) if size else b"") + (field(7, status) if status else b"")


def output(sizes=(), size=0, status=None, interval_us=0):
    parameters = b"".join(field(2, field(1, each) + field(2, interval_us)) for each in sizes)
    return parameters + (field(3, payload(size)) if size else b"") + (field(7, status) if status else b"")


def body_size(response):
    return len(read(read(response).get(1, b"")).get(2, b""))


def same(got, expected):
    if got != expected:
        raise AssertionError(f"{got!r} (expected: {expected!r})")


def failed(call):
    """The error of a call that has to fail."""
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call did not fail")


class Cases:
    def __init__(self, channel):
        self.channel = channel

    def unary(self, method="UnaryCall", service=SERVICE):
        return self.channel.unary_unary(service + method)

    def duplex(self):
        return self.channel.stream_stream(SERVICE + "FullDuplexCall")

    def empty_unary(self):
        same(self.unary("EmptyCall")(b"", timeout=SECONDS_MAX), b"")

    def large_unary(self, **more):
        same(body_size(self.unary()(simple(314159, 271828), timeout=SECONDS_MAX, **more)), 314159)

    def large_unary_gzip(self):
        """The client's messages compressed, flagged as such, and passed on."""
        self.large_unary(compression=grpc.Compression.Gzip)

    def client_streaming(self):
        call = self.channel.stream_unary(SERVICE + "StreamingInputCall")
        answer = call((field(1, payload(size)) for size in REQUEST_SIZES), timeout=SECONDS_MAX)
        same(read(answer).get(1), sum(REQUEST_SIZES))

    def server_streaming(self):
        call = self.channel.unary_stream(SERVICE + "StreamingOutputCall")
        same([body_size(answer) for answer in call(output(RESPONSE_SIZES), timeout=SECONDS_MAX)], list(RESPONSE_SIZES))

    def ping_pong(self):
        """Each request waits for the answer to the one before."""
        got, turn = [], threading.Semaphore(0)

        def requests():
            for response_size, request_size in zip(RESPONSE_SIZES, REQUEST_SIZES):
                yield output([response_size], request_size)
                turn.acquire(timeout=SECONDS_MAX)

        for answer in self.duplex()(requests(), timeout=SECONDS_MAX):
            got.append(body_size(answer))
            turn.release()
        same(got, list(RESPONSE_SIZES))

    def empty_stream(self):
        same(list(self.duplex()(iter(()), timeout=SECONDS_MAX)), [])

    def timeout_on_sleeping_server(self):
        call = self.duplex()(iter([output([31415], 27182, interval_us=2_000_000)]), timeout=0.05)
        same(failed(lambda: list(call)).code(), grpc.StatusCode.DEADLINE_EXCEEDED)

    def cancel_after_begin(self):
        hold = threading.Event()

        def nothing():
            hold.wait(SECONDS_MAX)
            yield from ()

        call = self.channel.stream_unary(SERVICE + "StreamingInputCall").future(nothing())
        call.cancel()
        hold.set()
        same((call.cancelled(), call.code()), (True, grpc.StatusCode.CANCELLED))

    def cancel_after_first_response(self):
        hold = threading.Event()

        def one():
            yield output([31415], 27182)
            hold.wait(SECONDS_MAX)

        call = self.duplex()(one())
        same(body_size(next(call)), 31415)
        call.cancel()
        hold.set()
        same(failed(lambda: next(call)).code(), grpc.StatusCode.CANCELLED)

    def status_code_and_message(self):
        self.status("test status message")

    def special_status_message(self):
        self.status(ODD_TEXT)

    def status(self, text):
        status = field(1, 2) + field(2, text.encode())
        error = failed(lambda: self.unary()(simple(status=status), timeout=SECONDS_MAX))
        same((error.code(), error.details()), (grpc.StatusCode.UNKNOWN, text))
        error = failed(lambda: list(self.duplex()(iter([output(status=status)]), timeout=SECONDS_MAX)))
        same((error.code(), error.details()), (grpc.StatusCode.UNKNOWN, text))

    def custom_metadata(self):
        sent = (("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab\x00\xff,"))
        answer, call = self.unary().with_call(simple(31415, 27182), metadata=sent, timeout=SECONDS_MAX)
        same(body_size(answer), 31415)
        self.echoed(sent, call)
        call = self.duplex()(iter([output([31415], 27182)]), metadata=sent, timeout=SECONDS_MAX)
        same([body_size(answer) for answer in call], [31415])
        self.echoed(sent, call)

    @staticmethod
    def echoed(sent, call):
        same(dict(call.initial_metadata()).get(sent[0][0]), sent[0][1])
        same(dict(call.trailing_metadata()).get(sent[1][0]), sent[1][1])

    def unimplemented_method(self):
        same(failed(lambda: self.unary("UnimplementedCall")(b"", timeout=SECONDS_MAX)).code(), grpc.StatusCode.UNIMPLEMENTED)

    def unimplemented_service(self):
        service = "/grpc.testing.UnimplementedService/"
        same(failed(lambda: self.unary("UnimplementedCall", service)(b"", timeout=SECONDS_MAX)).code(), grpc.StatusCode.UNIMPLEMENTED)

    def hundred_at_once(self):
        """More calls than most servers let one connection have at first."""
        calls = [self.unary().future(simple(10_000 + at, 1_000), timeout=SECONDS_MAX) for at in range(100)]
        same([body_size(call.result()) for call in calls], [10_000 + at for at in range(100)])


NAMES = [name for name, value in vars(Cases).items() if callable(value) and not isinstance(value, staticmethod) and name not in (
    "__init__", "unary", "duplex", "status", "echoed")]


def channel(port, ca=None, name=None):
    target = f"127.0.0.1:{port}"
    if ca is None:
        return grpc.insecure_channel(target)
    trusted = grpc.ssl_channel_credentials(pathlib.Path(ca).read_bytes())
    return grpc.secure_channel(target, trusted, [("grpc.ssl_target_name_override", name)])


def main():
    if len(sys.argv) < 3:
        print("\n".join(NAMES))
        return 0
    with channel(sys.argv[1], *sys.argv[3:]) as made:
        getattr(Cases(made), sys.argv[2])()
    return 0


if __name__ == "__main__":
    sys.exit(main())
