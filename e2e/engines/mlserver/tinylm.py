"""A small generator behind MLServer: a word for each of `max_tokens`, all at once or one at a time."""

import asyncio

from mlserver import MLModel
from mlserver.codecs import StringCodec
from mlserver.types import InferenceResponse

WORDS = "the gauge stood in the river below the bridge and nobody read it".split()
PIECE_SECONDS = 0.005
WORDS_UNTOLD = 12


def words(request):
    asked = [int(one.data[0]) for one in request.inputs if one.name == "max_tokens"]
    return [" " + WORDS[place % len(WORDS)] for place in range(asked[0] if asked else WORDS_UNTOLD)]


class TinyModel(MLModel):
    async def load(self):
        return True

    def answer(self, text):
        return InferenceResponse(model_name=self.name, model_version="1",
                                 outputs=[StringCodec.encode_output("text_output", [text])])

    async def predict(self, payload):
        return self.answer("".join(words(payload)))

    async def predict_stream(self, payloads):
        async for payload in payloads:
            for word in words(payload):
                yield self.answer(word)
                await asyncio.sleep(PIECE_SECONDS)
