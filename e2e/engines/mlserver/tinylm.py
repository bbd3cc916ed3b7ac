"""A small generator behind MLServer: a word for each of `max_tokens`, all at once or one at a time.

A stream fails behind its third word if the text begins with "error". A gRPC request's metadata that begins with x-echo comes
back in the trailers.
"""

import asyncio

from mlserver import MLModel
from mlserver.codecs import StringCodec
from mlserver.types import InferenceResponse, Parameters

WORDS = "the gauge stood in the river below the bridge and nobody read it".split()
PIECE_SECONDS, PIECES_BEFORE_ERROR = 0.005, 3
WORDS_UNTOLD = 12


def words(request):
    asked = [int(one.data[0]) for one in request.inputs if one.name == "max_tokens"]
    return [" " + WORDS[place % len(WORDS)] for place in range(asked[0] if asked else WORDS_UNTOLD)]


def is_to_fail(request):
    texts = [one.data[0] for one in request.inputs if one.name == "text_input"]
    return any((text if isinstance(text, str) else text.decode()).startswith("error") for text in texts)


def to_echo(request):
    headers = request.parameters.headers if request.parameters else None
    return {name: value for name, value in (headers or {}).items() if name.startswith("x-echo")}


class TinyModel(MLModel):
    async def load(self):
        return True

    def answer(self, request, text):
        return InferenceResponse(model_name=self.name, model_version="1", parameters=Parameters(headers=to_echo(request)),
                                 outputs=[StringCodec.encode_output("text_output", [text])])

    async def predict(self, payload):
        return self.answer(payload, "".join(words(payload)))

    async def predict_stream(self, payloads):
        async for payload in payloads:
            for place, word in enumerate(words(payload)):
                if is_to_fail(payload) and place == PIECES_BEFORE_ERROR:
                    raise RuntimeError("the model failed, as it was told to")
                yield self.answer(payload, word)
                await asyncio.sleep(PIECE_SECONDS)
