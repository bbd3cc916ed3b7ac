"""Calls of Triton by its official client; by the client's stubs where it shows no metadata."""

import queue
import threading

import grpc
import numpy
import tritonclient.grpc as triton
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc
from tritonclient.utils import InferenceServerException

from grpc_seen import BINARY, DEADLINE_OF_SHORT_CALLS, DEADLINE_SECONDS, MESSAGES_BEFORE_END, Seen, TLS_OPTIONS, unary

# A model that is told of no cancellation writes on: 0.3 s.
LONG, AT_ONCE = 60, 4
# As the model does (engines/triton_server.py).
PIECES_BEFORE_ERROR = 3
OF_THREAD = threading.local()
STATUS = {code.name: code for code in grpc.StatusCode}


def client(asked):
    """One for each thread, for a client has one stream at a time."""
    if not hasattr(OF_THREAD, "client"):
        OF_THREAD.client = triton.InferenceServerClient(
            asked.target, ssl=asked.authority is not None, root_certificates=asked.authority,
            channel_args=None if asked.authority is None else TLS_OPTIONS)
        OF_THREAD.client.is_server_live()
    return OF_THREAD.client


def inputs(asked, text=None, count=None):
    made = [triton.InferInput("text_input", [1], "BYTES"), triton.InferInput("max_tokens", [1], "INT32")]
    made[0].set_data_from_numpy(numpy.array([(text or asked.text).encode()], dtype=object))
    made[1].set_data_from_numpy(numpy.array([count or asked.count], dtype=numpy.int32))
    return made


def raw(result):
    return result.get_response().SerializeToString(deterministic=True)


def has_output(result):
    said = result.as_numpy("text_output")
    return said is not None and bool(said.reshape(-1)[0])


def ended(seen, error):
    code = (error.status() or "").removeprefix("StatusCode.") if error else "OK"
    return seen.end(STATUS.get(code, grpc.StatusCode.OK), error.message() if error else "")


def infer(model="tinywhole", compression=None):
    def ask(asked):
        asker, given = client(asked), inputs(asked)
        seen, error = Seen(asked.request_id), None
        try:
            result = asker.infer(model, given, request_id=f"inference-{asked.number}", headers=dict(asked.metadata),
                                 client_timeout=DEADLINE_SECONDS, compression_algorithm=compression)
            seen.message(raw(result), False)
        except InferenceServerException as failed:
            error = failed
        return ended(seen, error)
    return ask


def metadata(asked):
    """What a plain call says beside its answer, by the client's stubs."""
    tensor, contents = pb.ModelInferRequest.InferInputTensor, pb.InferTensorContents
    given = [tensor(name="text_input", datatype="BYTES", shape=[1], contents=contents(bytes_contents=[asked.text.encode()])),
             tensor(name="max_tokens", datatype="INT32", shape=[1], contents=contents(int_contents=[asked.count]))]
    asking = pb.ModelInferRequest(model_name="tinywhole", id="one", inputs=given)
    return unary(Seen(asked.request_id), service_pb2_grpc.GRPCInferenceServiceStub(asked.channel).ModelInfer, asking,
                 lambda seen, answer: seen.message(answer.SerializeToString(deterministic=True), False),
                 metadata=asked.metadata + (("x-text", "a, b"), ("x-numbers-bin", BINARY)), timeout=DEADLINE_SECONDS)


class Stream:
    """One call of ModelStreamInfer; its callback runs on a thread of the client's own."""

    def __init__(self, asked, timeout=DEADLINE_SECONDS, compression=None):
        self.client, self.finals = client(asked), queue.Queue()
        self.by_id, self.left, self.stop_behind, self.error = {}, 0, None, None
        self.seen = Seen(asked.request_id)
        self.client.start_stream(self.take, stream_timeout=timeout, headers=dict(asked.metadata), compression_algorithm=compression)

    def ask(self, name, given):
        self.left += 1
        self.client.async_stream_infer("tinylm", given, request_id=name, enable_empty_final_response=True)

    def take(self, result, error):
        if error is not None and error.status() is not None:
            self.finals.put(error)
        elif error is not None:
            self.seen.errors += 1
            self.seen.message(error.message().encode(), False)
            self.finals.put(None)
        else:
            response = result.get_response()
            self.seen.message(raw(result), has_output(result))
            self.by_id.setdefault(response.id, []).append(has_output(result))
            if response.parameters["triton_final_response"].bool_param or self.seen.messages == self.stop_behind:
                self.finals.put(None)

    def wait(self):
        """For the end of one inference; nothing is waited for once the call has failed."""
        self.left -= 1
        self.error = self.error or self.finals.get(timeout=DEADLINE_SECONDS)

    def end(self, cancel=False):
        for _ in range(1 if cancel else self.left):
            self.wait()
        self.client.stop_stream(cancel_requests=cancel)
        while not self.finals.empty():
            self.error = self.error or self.finals.get()
        return ended(self.seen, self.error)


def streamed(text=None, compression=None):
    def ask(asked):
        given = inputs(asked, text)
        stream = Stream(asked, compression=compression)
        stream.ask(f"inference-{asked.number}", given)
        return stream.end()
    return ask


def several(text=None, in_turn=False, failing=None, compression=None):
    """Inferences on one stream, at once or each behind the end of the one before; one of them may fail, and the others go on.

    The order in which the server sends its answers to several is its own: only what came to each is compared.
    """
    def ask(asked):
        given = [inputs(asked, "error" if place == failing else text, asked.count + place) for place in range(AT_ONCE)]
        stream = Stream(asked, compression=compression)
        for place, one in enumerate(given):
            stream.ask(f"inference-{place}", one)
            if in_turn:
                stream.wait()
        seen = stream.end()
        seen.said = Seen("").said
        seen.by_id = {name: sum(outputs) for name, outputs in sorted(stream.by_id.items())}
        wanted = {f"inference-{place}": PIECES_BEFORE_ERROR if place == failing else asked.count + place for place in range(AT_ONCE)}
        seen.failure = None if seen.by_id == wanted else f"{seen.by_id} (expected: {wanted})"
        return seen
    return ask


def cancelled(asked):
    given, stream = inputs(asked, count=LONG), Stream(asked)
    stream.stop_behind = MESSAGES_BEFORE_END
    stream.ask("inference", given)
    return stream.end(cancel=True)


def deadline(asked):
    given, stream = inputs(asked, count=LONG), Stream(asked, timeout=DEADLINE_OF_SHORT_CALLS)
    stream.ask("inference", given)
    return stream.end()


KINDS = {
    "ModelInfer": infer(),
    "ModelInfer, request gzipped": infer(compression="gzip"),
    "ModelInfer, metadata": metadata,
    "ModelInfer, no such model": infer(model="nobody"),
    "ModelStreamInfer": streamed(),
    "ModelStreamInfer, request gzipped": streamed(compression="gzip"),
    "ModelStreamInfer, first piece empty": streamed(text="empty"),
    "ModelStreamInfer, four at once": several(),
    "ModelStreamInfer, long pieces, request gzipped": streamed(text="long", compression="gzip"),
    "ModelStreamInfer, four at once, long pieces, request gzipped": several(text="long", compression="gzip"),
    "ModelStreamInfer, four in turn": several(in_turn=True),
    "ModelStreamInfer, four at once, one fails": several(failing=1),
    "ModelStreamInfer, error": streamed(text="error"),
    "ModelStreamInfer, cancelled": cancelled,
    "ModelStreamInfer, deadline": deadline,
}
