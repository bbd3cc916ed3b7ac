"""A small Llama with random weights, made here from a seed: tiny_model.py FOLDER writes hf/ (for vLLM) and tiny.gguf.

What it says is noise; what matters is that real servers take it, sample from it and stream it.
"""

import json
import pathlib
import sys
import sysconfig

import gguf
import numpy
import tokenizers

HIDDEN, FEED_FORWARD, LAYERS, HEADS, KV_HEADS, CONTEXT, VOCABULARY = 256, 512, 4, 4, 2, 4096, 4096
HEAD_SIZE = HIDDEN // HEADS
SPECIAL = ["<unk>", "<s>", "</s>"]
NORM_EPSILON, ROPE_BASE, SEED = 1e-5, 10_000.0, 42
CHAT_TEMPLATE = ("{% for message in messages %}{{ '<s>' + message['role'] + ': ' + message['content'] + '\n' }}{% endfor %}"
                 "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}")


def train_tokenizer(path):
    """Byte pairs of Python's own sources: text that every machine with Python has."""
    texts = [str(file) for file in sorted(pathlib.Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[:120]]
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    made.train(texts, tokenizers.trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    made.save(str(path))
    return json.loads(path.read_text())["model"]


def write_hugging_face(folder, vocabulary_size):
    write = {
        "config.json": {
            "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": HIDDEN, "head_dim": HEAD_SIZE,
            "intermediate_size": FEED_FORWARD, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
            "num_key_value_heads": KV_HEADS, "vocab_size": vocabulary_size, "max_position_embeddings": CONTEXT,
            "rms_norm_eps": NORM_EPSILON, "rope_theta": ROPE_BASE, "hidden_act": "silu", "bos_token_id": 1,
            "eos_token_id": 2, "tie_word_embeddings": False, "torch_dtype": "bfloat16"},
        "generation_config.json": {"bos_token_id": 1, "eos_token_id": 2},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
            "model_max_length": CONTEXT, "chat_template": CHAT_TEMPLATE}}
    for name, content in write.items():
        (folder / name).write_text(json.dumps(content, indent=1))


def weights(vocabulary_size):
    """Name and shape of each tensor, with numbers from the seed; norms are 1."""
    source, kv = numpy.random.default_rng(SEED), HEAD_SIZE * KV_HEADS
    shapes = {"token_embd.weight": (vocabulary_size, HIDDEN), "output.weight": (vocabulary_size, HIDDEN)}
    for layer in range(LAYERS):
        shapes |= {f"blk.{layer}.{name}.weight": shape for name, shape in {
            "attn_q": (HIDDEN, HIDDEN), "attn_k": (kv, HIDDEN), "attn_v": (kv, HIDDEN), "attn_output": (HIDDEN, HIDDEN),
            "ffn_gate": (FEED_FORWARD, HIDDEN), "ffn_up": (FEED_FORWARD, HIDDEN), "ffn_down": (HIDDEN, FEED_FORWARD)}.items()}
    for name, shape in shapes.items():
        yield name, (source.standard_normal(shape) * 2 / shape[1] ** 0.5).astype(numpy.float32)
    norms = ["output_norm"] + [f"blk.{layer}.{name}" for layer in range(LAYERS) for name in ("attn_norm", "ffn_norm")]
    for name in norms:
        yield f"{name}.weight", numpy.ones(HIDDEN, numpy.float32)


def write_gguf(path, model):
    out = gguf.GGUFWriter(str(path), "llama")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(HIDDEN)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(FEED_FORWARD)
    out.add_head_count(HEADS)
    out.add_head_count_kv(KV_HEADS)
    out.add_layer_norm_rms_eps(NORM_EPSILON)
    out.add_rope_freq_base(ROPE_BASE)
    out.add_rope_dimension_count(HEAD_SIZE)
    words = sorted(model["vocab"], key=model["vocab"].get)
    out.add_vocab_size(len(words))
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("gpt-2")
    out.add_token_list(words)
    out.add_token_types([gguf.TokenType.CONTROL if word in SPECIAL else gguf.TokenType.NORMAL for word in words])
    out.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]])
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_add_bos_token(False)
    out.add_chat_template(CHAT_TEMPLATE)
    for name, values in weights(len(words)):
        out.add_tensor(name, values)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "hf").mkdir(parents=True, exist_ok=True)
    model = train_tokenizer(folder / "hf" / "tokenizer.json")
    write_hugging_face(folder / "hf", len(model["vocab"]))
    write_gguf(folder / "tiny.gguf", model)


if __name__ == "__main__":
    main()
