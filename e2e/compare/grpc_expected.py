"""What the access log must say of each kind of call (grpc_triton.py, grpc_mlserver.py, grpc_vllm.py) by the contract."""

import dataclasses

AT_ONCE = 4


@dataclasses.dataclass(frozen=True)
class Expected:
    outcomes: tuple = ("ok",)
    statuses: tuple = (0,)
    whole: bool = True  # the client saw all that the server sent
    repeats: bool = True  # the same call again is answered the same
    joins: bool = False  # the server makes one message of two steps when it is late
    inferences: int = 1  # of one call
    at_once: bool = False


PLAIN, STREAM = Expected(), Expected(at_once=True)
REFUSED_AS_UNKNOWN, REFUSED_AS_BAD = Expected(("caller_error",), (5,)), Expected(("caller_error",), (3,))
LEFT = Expected(("caller_disconnect",), (None, 1), whole=False)
# The client gives up, and so does the server: whose end comes first is open.
LATE = Expected(("caller_disconnect", "upstream_timeout"), (None, 1, 4), whole=False)
FAILED_IN_STREAM = Expected(("upstream_stream_error",), (0,))

TRITON = {
    "ModelInfer": STREAM,
    "ModelInfer, request gzipped": PLAIN,
    "ModelInfer, metadata": PLAIN,
    "ModelInfer, no such model": REFUSED_AS_UNKNOWN,
    "ModelStreamInfer": STREAM,
    "ModelStreamInfer, request gzipped": PLAIN,
    "ModelStreamInfer, first piece empty": PLAIN,
    "ModelStreamInfer, four at once": Expected(inferences=4),
    "ModelStreamInfer, long pieces, request gzipped": PLAIN,
    "ModelStreamInfer, four at once, long pieces, request gzipped": Expected(inferences=4),
    "ModelStreamInfer, four in turn": Expected(inferences=4),
    "ModelStreamInfer, four at once, one fails": dataclasses.replace(FAILED_IN_STREAM, inferences=4),
    "ModelStreamInfer, error": FAILED_IN_STREAM,
    "ModelStreamInfer, cancelled": LEFT,
    "ModelStreamInfer, deadline": LATE,
}
VLLM_STREAM = dataclasses.replace(STREAM, joins=True)
EXPECTED = {
    "triton gRPC": TRITON,
    "triton gRPC, gzip": TRITON,
    "mlserver gRPC": {
        "ModelInfer": STREAM,
        "ModelInfer, request gzipped, metadata": PLAIN,
        "ModelInfer, no such model": REFUSED_AS_UNKNOWN,
        "ModelStreamInfer": STREAM,
        "ModelStreamInfer, request gzipped, metadata": PLAIN,
        "ModelStreamInfer, error": Expected(("upstream_stream_error",), (13,)),
        "ModelStreamInfer, cancelled": LEFT,
        "ModelStreamInfer, deadline": LATE,
    },
    "vllm gRPC": {
        "Generate, streamed": VLLM_STREAM,
        "Generate, streamed, token ids": VLLM_STREAM,
        "Generate, streamed, n=3": VLLM_STREAM,
        "Generate, whole": PLAIN,
        "Generate, whole, n=3": PLAIN,
        "Generate, request gzipped, metadata": VLLM_STREAM,
        "Generate, too long": REFUSED_AS_BAD,
        "Generate, cancelled": LEFT,
        "Generate, aborted by another call": Expected(repeats=False),
        "Generate, deadline": LATE,
        "HealthCheck": PLAIN,
    },
}
CLIENTS = {"triton gRPC": ("clients", "triton"), "triton gRPC, gzip": ("clients", "triton"), "mlserver gRPC": ("mlserver", "mlserver"),
           "vllm gRPC": ("clients", "vllm")}
