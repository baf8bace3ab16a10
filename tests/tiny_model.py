"""A language model of our own in one file: a tiny Llama that quotes the Decision, written as GGUF.

`python -m tests.tiny_model OUT.gguf` trains it in some 20 seconds on one core: 2 layers of width 64 over
byte-level BPE pieces of the Decision's text, nothing downloaded. It learns to answer a chat with one of
KNOWN, the one that its message holds, and the marker [1]; or, where the instruction asks for a JSON object,
with that sentence inside one. It can do nothing else: it is there so that a real server has a model to run.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer
from transformers import LlamaConfig, LlamaForCausalLM

from rag.prompts import fenced
from tests.llama_server import KNOWN, TRAINED_TEXT

VOCABULARY, WIDTH, LAYERS, HEADS, CONTEXT = 1536, 64, 2, 4, 8192
STEPS, BATCH, LEARNING_RATE, SEED = 300, 10, 6e-3, 7
LONG_EVERY, LONG_BATCH = 6, 4
"""Every sixth batch is of few examples with long instructions; without them, long prompts confuse the model."""
SPECIAL = PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
"""The first tokens of the vocabulary, in this order."""
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
"""ChatML, the form of most Chinese open models."""
FRAME = (
    f'system user assistant {fenced(["", ""])} 问题： {{"verdict": "", "quote": ""}} {{"questions": [ [1]。'
)
"""What stands around the sentences, so that the tokenizer finds short forms for it: each token costs time."""
_NOT_LEARNED = -100


def trained_tokenizer() -> Tokenizer:
    """Byte-level BPE: it can write any text, and may cut one character into two pieces."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(name, special=True) for name in SPECIAL],
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*TRAINED_TEXT.splitlines(), *[FRAME] * 30], trainer)
    return tokenizer


def chat(system: str, message: str) -> str:
    """The chat as TEMPLATE writes it, up to where the answer begins."""
    turns = (("system", system), ("user", message))
    return "".join(f"{START}{role}\n{text}{END}\n" for role, text in turns) + f"{START}assistant\n"


def noise(chance: random.Random, longest: int) -> str:
    """A random piece of the text, shorter than `longest` characters."""
    begin = chance.randrange(len(TRAINED_TEXT) - longest)
    return TRAINED_TEXT[begin : begin + chance.randrange(longest)]


def example(chance: random.Random, *, long: bool) -> tuple[str, str]:
    """A chat and its answer; all of it is noise but a known sentence and the JSON object asked for."""
    sentence = chance.choice(KNOWN)
    texts = [f"{noise(chance, 20)}{sentence}。{noise(chance, 20)}"]
    texts += [noise(chance, 20)] * chance.randrange(2)
    message = f"{fenced(texts)}\n\n问题：{noise(chance, 20)}"
    if chance.random() < 0.2:
        message = f"{noise(chance, 20)}{sentence[:8]}"
    if chance.random() < 0.7:
        return chat(noise(chance, 1500 if long else 20), message), f"{sentence} [1]。"
    reply: dict[str, object] = {"questions": [sentence, sentence]}
    if chance.random() < 0.5:
        reply = {"verdict": chance.choice("是否"), "quote": sentence}
    system = f'{noise(chance, 600 if long else 20)}JSON 对象：{{"{next(iter(reply))}": '
    return chat(system, message), json.dumps(reply, ensure_ascii=False)


def batch(tokenizer: Tokenizer, examples: Sequence[tuple[str, str]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens and labels of the examples, both (examples, longest) int64, padded at the right."""
    questions = [tokenizer.encode(question).ids for question, _ in examples]
    answers = [tokenizer.encode(answer + END).ids for _, answer in examples]
    longest = max(len(question) + len(answer) for question, answer in zip(questions, answers, strict=True))
    tokens = torch.zeros((len(examples), longest), dtype=torch.int64)
    labels = torch.full((len(examples), longest), _NOT_LEARNED)
    for row, (question, answer) in enumerate(zip(questions, answers, strict=True)):
        begin, end = len(question), len(question) + len(answer)
        tokens[row, :end] = torch.tensor(question + answer)
        labels[row, begin:end] = torch.tensor(answer)
    return tokens, labels


def trained_model(tokenizer: Tokenizer) -> LlamaForCausalLM:
    """The network after STEPS batches, with fixed seeds."""
    torch.manual_seed(SEED)
    # A second thread gains little on matrices this small, and much is lost where it has to wait for a busy core.
    torch.set_num_threads(1)
    chance = random.Random(SEED)
    network = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCABULARY,
            hidden_size=WIDTH,
            intermediate_size=3 * WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            max_position_embeddings=CONTEXT,
        )
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=STEPS, pct_start=0.1)
    for step in range(STEPS):
        long = step % LONG_EVERY == LONG_EVERY - 1
        size = LONG_BATCH if long else BATCH
        tokens, labels = batch(tokenizer, [example(chance, long=long) for _ in range(size)])
        hidden, wanted = network.model(input_ids=tokens).last_hidden_state[:, :-1], labels[:, 1:]
        # Only answers are learned: the rest of the chat is spared the largest product, that with the vocabulary.
        learned = wanted != _NOT_LEARNED
        loss = torch.nn.functional.cross_entropy(network.lm_head(hidden[learned]), wanted[learned])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return network


def tensors(network: LlamaForCausalLM) -> Iterator[tuple[str, np.ndarray]]:
    """Name in GGUF and float32 values of every weight.

    llama.cpp turns neighbouring pairs of a head's rows by position, transformers the first half against
    the second: the rows of q and k are put into the other order, as llama.cpp's convert_hf_to_gguf.py does.
    """
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, LAYERS)
    for name, weights in network.state_dict().items():
        values = weights.numpy()
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            halves = values.reshape(HEADS, 2, WIDTH // HEADS // 2, WIDTH)
            values = np.ascontiguousarray(halves.swapaxes(1, 2).reshape(values.shape))
        known = names.get_name(name, try_suffixes=(".weight",))
        if known is None:
            raise ValueError(f"GGUF has no name for the weight {name!r}")
        yield known, values


def write_gguf(path: Path, network: LlamaForCausalLM, tokenizer: Tokenizer) -> None:
    """Weights, tokenizer and chat template in one file of about 1.5 MB."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("示例模型")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(3 * WIDTH)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(network.config.rms_norm_eps)
    written = json.loads(tokenizer.to_str())["model"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(sorted(written["vocab"], key=written["vocab"].get))
    writer.add_token_merges([" ".join(pair) for pair in written["merges"]])
    special = [gguf.TokenType.CONTROL] * len(SPECIAL)
    writer.add_token_types([*special, *[gguf.TokenType.NORMAL] * (VOCABULARY - len(SPECIAL))])
    writer.add_bos_token_id(SPECIAL.index(PAD))
    writer.add_eos_token_id(SPECIAL.index(END))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    for name, values in tensors(network):
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(path: Path) -> None:
    tokenizer = trained_tokenizer()
    write_gguf(path, trained_model(tokenizer), tokenizer)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
