"""Calls of one gRPC model server by its official client; a line of JSON for each with what the client saw.

    FOLDER/clients/bin/python e2e/compare/grpc_requests.py --server triton --target 127.0.0.1:8001 "ModelStreamInfer"

Of MLServer with its own interpreter, which has its stubs. All calls share one channel, and so one connection.
"""

import argparse
import concurrent.futures
import importlib
import json
import pathlib
import sys

import grpc

from grpc_seen import CHANNEL_OPTIONS, TLS_OPTIONS, Asked

FAILURE_CHARACTERS_MAX = 500
READY_SECONDS_MAX = 60


def channel(options):
    if not options.authority:
        return grpc.insecure_channel(options.target, CHANNEL_OPTIONS)
    credentials = grpc.ssl_channel_credentials(pathlib.Path(options.authority).read_bytes())
    return grpc.secure_channel(options.target, credentials, TLS_OPTIONS)


def once(asked, ask):
    try:
        return ask(asked).facts()
    except Exception as failure:  # of any of the libraries, which is then a line of the report
        return {"request_id": asked.request_id, "failure": f"{type(failure).__name__}: {failure}"[:FAILURE_CHARACTERS_MAX]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="+")
    parser.add_argument("--server", required=True, choices=["triton", "mlserver", "vllm"])
    parser.add_argument("--target", required=True)
    parser.add_argument("--authority", help="the certificate to trust, if the target speaks TLS")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--prefix", default="compare")
    options = parser.parse_args()
    kinds = importlib.import_module(f"grpc_{options.server}").KINDS
    options.channel = channel(options)
    grpc.channel_ready_future(options.channel).result(READY_SECONDS_MAX)
    with concurrent.futures.ThreadPoolExecutor(options.concurrency) as pool:
        for what in options.what:
            calls = [Asked(options, what, number) for number in range(options.count)]
            for seen in pool.map(lambda asked: once(asked, kinds[what]), calls):
                print(json.dumps({"what": what} | seen), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
